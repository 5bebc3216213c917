import {SaveQueue, getCellKey, makeRandomId} from "./save_queue.esm";
import {EventBus, reactive} from "@odoo/owl";
import {Bursts} from "./scan/bursts.esm";
import {Catalog, normalize} from "./catalog.esm";
import {History} from "./history.esm";
import {LiveCells} from "./live_cells.esm";
import {PriceBook} from "./price_book.esm";
import {Scans} from "./scan/scans.esm";
import {StockBook} from "./stock_book.esm";
import {TabStorage} from "./tab_storage.esm";
import {browser} from "@web/core/browser/browser";
import {rpc} from "@web/core/network/rpc";

/** How long a cell that somebody else has changed is marked, in milliseconds. */
const MARKED = 8000;

/** ISO dates in order; what has none comes first. */
function compareDates(a, b) {
  return (a || "").localeCompare(b || "");
}

/**
 * What the order form knows: catalog, quantities, prices and totals.
 *
 * Components read `state` (reactive) and each product's `state`; they write through
 * `setQuantity` and `setQuantities` alone.
 */
export class OrderFormModel {
  constructor(props) {
    this.props = props;
    this.form = props.form;
    this.quantities = new Map();
    this.season = new Map(props.season);
    this.history = new History();
    this.catalog = null;
    this.prices = new PriceBook(
      () => this.baseUrl,
      (variant) => this.getProduct(variant)
    );
    this.tab = makeRandomId(12);
    // Cells that this tab has saved.
    this.savedHere = new Set();
    this.bus = new EventBus();
    this.bursts = new Bursts();
    this.scans = new Scans({
      ask: (code) => rpc(`${this.baseUrl}/scan`, {code}, {silent: true}),
      findHere: (code) => this.catalog.variantByCode.get(normalize(code)),
      getName: (variant) => this.catalog.getVariantName(variant),
    });
    this.stock = new StockBook((variant) => this.getProduct(variant));
    this.state = reactive({
      loading: true,
      failed: false,
      editable: props.editable,
      unavailable: props.unavailable,
      number: props.number,
      totals: props.totals,
      changes: props.changes,
      limits: props.limits,
      status: {state: "saved", count: 0},
      savedAt: "",
      notices: [],
      // What the last action did, for who does not see the screen too.
      message: "",
      canUndo: false,
      canRedo: false,
      // By cell: who (`by`) has just changed it elsewhere, what stood there (`before`),
      // and whether that was typed here (`own`).
      remote: {},
      // Where quantities have delivery dates: all of them, and the one in view. Null
      // among them are quantities entered before the campaign asked for dates.
      dates: props.dates ? props.dates.chosen : [null],
      date: props.dates ? props.dates.chosen[0] : null,
    });
    this.tabStorage = new TabStorage({
      storage: browser.localStorage,
      prefix: this.storagePrefix,
      tab: this.tab,
      locks: browser.navigator.locks,
    });
    this.queue = new SaveQueue({
      send: (batch, cells) => this.sendCells(batch, cells),
      onAnswer: (answer) => this.acceptAnswer(answer),
      onStatus: (status) => Object.assign(this.state.status, status),
      storage: browser.localStorage,
      storageKey: this.tabStorage.key,
      makeId: () => `${this.tab}.${makeRandomId()}`,
    });
    for (const [product, date, quantity, revision] of props.cells) {
      this.quantities.set(getCellKey(product, date), quantity);
      this.queue.setRevision(product, date, revision);
    }
  }

  /** What tells changes kept in this browser from those of other forms and people. */
  get storagePrefix() {
    const {campaign, partner, user} = this.props;
    return `preorder-${campaign}-${partner}-${user}`;
  }

  get baseUrl() {
    if (this.form) {
      return `/preorder/form/${this.form}`;
    }
    const {campaign, customer} = this.props;
    return `/preorder/campaign/${campaign}${customer ? `/for/${customer}` : ""}`;
  }

  async load() {
    try {
      const response = await fetch(`/preorder/campaign/${this.props.campaign}/catalog`);
      if (!response.ok) {
        throw new Error(response.statusText);
      }
      this.catalog = new Catalog(await response.json(), new Map(this.props.codes));
    } catch {
      this.state.failed = true;
      return;
    } finally {
      this.state.loading = false;
    }
    if (this.state.editable) {
      this.tabStorage.hold();
      await this.tabStorage.takeOver((left) => {
        for (const cell of this.queue.adopt(left)) {
          this.quantities.set(getCellKey(cell.product, cell.date), cell.quantity);
        }
      });
    }
    this.refreshAll();
    if (this.props.stock) {
      this.stock.load(`/preorder/campaign/${this.props.campaign}/stock`);
    }
  }

  getProduct(variant) {
    return this.catalog && this.catalog.productByVariant.get(variant);
  }

  /** The quantity of a variant on the delivery date in view. */
  getQuantity(variant) {
    return this.quantities.get(getCellKey(variant, this.state.date)) || 0;
  }

  /**
   * @param {Number} variant
   * @param {Number} quantity
   * @param {any} [token] digits typed under the same token are undone together
   */
  setQuantity(variant, quantity, token) {
    this.setQuantities([{product: variant, quantity}], token);
  }

  /**
   * Change cells at once, as one step to undo.
   *
   * @param {Object[]} cells `product`, `quantity`, and `date` if not the one in view
   * @param {any} [token] as for `setQuantity`
   * @returns {Number} how many cells have changed
   */
  setQuantities(cells, token) {
    const changes = [];
    for (const {product, quantity, date = this.state.date} of cells) {
      const before = this.quantities.get(getCellKey(product, date)) || 0;
      if (before !== quantity) {
        changes.push({product, date, before, after: quantity});
        this.placeQuantity({product, date, quantity});
      }
    }
    if (changes.length) {
      this.history.record(changes, token);
      this.reportHistory();
    }
    return changes.length;
  }

  /** Put back what stood in a field before a scanner wrote its digits there. */
  restoreField(input) {
    const variant = Number(input.dataset.variant);
    this.setQuantity(variant, this.bursts.getBefore(input) || 0);
    this.bus.trigger("quantity-restored", {input, variant});
  }

  placeQuantity({product, date, quantity}) {
    this.quantities.set(getCellKey(product, date), quantity);
    this.queue.set(product, date, quantity);
    this.refreshProduct(this.getProduct(product));
  }

  /** Take the last change back. Its delivery date comes into view. */
  undo() {
    this.repeat(this.history.undo());
  }

  redo() {
    this.repeat(this.history.redo());
  }

  repeat(cells) {
    for (const cell of cells) {
      this.placeQuantity(cell);
    }
    if (cells.length && cells[0].date !== this.state.date) {
      this.showDate(cells[0].date);
    }
    this.reportHistory();
  }

  reportHistory() {
    this.state.canUndo = this.history.done.length > 0;
    this.state.canRedo = this.history.undone.length > 0;
  }

  /** What the customer's company ordered of a product last season. */
  getSeason(product) {
    return product.variants.reduce(
      (sum, variant) => sum + (this.season.get(variant) || 0),
      0
    );
  }

  /** Show the quantities of another delivery date. */
  showDate(date) {
    if (!this.state.dates.includes(date)) {
      this.state.dates = [...this.state.dates, date].sort(compareDates);
    }
    this.state.date = date;
    this.refreshAll();
  }

  /** Give all quantities that have no delivery date yet this one. */
  moveUndated(date) {
    const cells = [];
    for (const [key, quantity] of this.quantities) {
      if (quantity && !key.includes("|")) {
        const product = Number(key);
        const there = this.quantities.get(getCellKey(product, date)) || 0;
        cells.push(
          {product, date: null, quantity: 0},
          {product, date, quantity: there + quantity}
        );
      }
    }
    this.setQuantities(cells);
    this.showDate(date);
  }

  /** Pieces wanted on a delivery date. */
  countPieces(date) {
    let pieces = 0;
    for (const [key, quantity] of this.quantities) {
      if ((key.split("|")[1] || null) === date) {
        pieces += quantity;
      }
    }
    return pieces;
  }

  refreshProduct(product) {
    if (!product) {
      return;
    }
    product.state.pieces = product.variants.reduce(
      (sum, variant) => sum + this.getQuantity(variant),
      0
    );
    product.state.cellVersion += 1;
  }

  /** Only products with quantities have anything to show, before or now. */
  refreshAll() {
    const touched = new Set(
      this.catalog.products.filter(({state}) => state.pieces > 0)
    );
    for (const key of this.quantities.keys()) {
      touched.add(this.getProduct(Number(key.split("|")[0])));
    }
    for (const product of touched) {
      this.refreshProduct(product);
    }
  }

  // Saving

  async sendCells(batch, cells) {
    try {
      return await rpc(`${this.baseUrl}/save`, {batch, cells}, {silent: true});
    } catch (error) {
      const name = error.exceptionName || "";
      error.signedOut = name.includes("SessionExpired");
      throw error;
    }
  }

  acceptAnswer(answer) {
    if (answer.form && !this.form) {
      this.form = answer.form;
      this.state.number = answer.number;
      this.live?.start(this.form);
    }
    if (answer.closed) {
      this.state.editable = false;
      this.state.unavailable = answer.closed;
      return;
    }
    this.state.savedAt = new Date().toLocaleTimeString();
    this.state.totals = answer.totals;
    this.acceptLimits(answer);
    for (const cell of answer.cells) {
      this.acceptCell(cell);
    }
  }

  /** Limits are told whole; what is left in stock, for the variants saved only. */
  acceptLimits({limits, cells}) {
    if (limits) {
      const saved = new Set(cells.map((cell) => cell.product));
      const others = this.state.limits.filter(
        ({product}) => product && !saved.has(product)
      );
      const told = [...limits, ...others];
      // Whoever shows limits looks again only if there is something new.
      if (JSON.stringify(told) !== JSON.stringify(this.state.limits)) {
        this.state.limits = told;
      }
    }
  }

  /**
   * Set the cells to what the form's limits allow, as the server proposes.
   *
   * @returns {Promise<Boolean>} whether everything is saved
   */
  async keepLimits() {
    await this.queue.flush();
    const {limits, changes} = await rpc(`/preorder/form/${this.form}/limits`, {});
    this.state.limits = limits;
    this.setQuantities(changes);
    return this.queue.flush();
  }

  acceptCell(cell) {
    const key = getCellKey(cell.product, cell.date);
    if (cell.status === "stored") {
      this.savedHere.add(key);
      this.state.notices = this.state.notices.filter((n) => n.key !== key);
      return;
    }
    this.addNotice({
      key,
      variant: cell.product,
      date: cell.date,
      name: this.catalog ? this.catalog.getVariantName(cell.product) : "",
      status: cell.status,
      mine: this.quantities.get(key) || 0,
      theirs: cell.quantity || 0,
      by: cell.by || "",
      reason: cell.reason || "",
    });
  }

  /** Settle a conflict or refusal: keep the own quantity, or what stands there. */
  settleNotice(notice, keepMine) {
    this.state.notices = this.state.notices.filter((n) => n.key !== notice.key);
    if (keepMine) {
      this.placeQuantity({
        product: notice.variant,
        date: notice.date,
        quantity: notice.mine,
      });
      return;
    }
    this.quantities.set(notice.key, notice.theirs);
    this.refreshProduct(this.getProduct(notice.variant));
  }

  /** What a customer sees of a product who looks closer. */
  readProduct(product) {
    return rpc(`${this.baseUrl}/product/${product.id}`, {}, {silent: true});
  }

  // Others on the same form

  /**
   * Show what others save in this form.
   *
   * @param {Object} [bus] Odoo's `bus_service`
   */
  goLive(bus) {
    this.live = new LiveCells({
      tab: this.tab,
      bus,
      ask: (form, params) => rpc(`/preorder/form/${form}/live`, params, {silent: true}),
      onCells: (cells, totals) => this.acceptRemoteCells(cells, totals),
    });
    this.live.start(this.form);
  }

  acceptRemoteCells(cells, totals) {
    const taken = cells.filter((cell) => this.acceptRemoteCell(cell));
    if (taken.length && totals) {
      this.state.totals = totals;
    }
  }

  /**
   * Take a quantity that was saved elsewhere, if it is newer than what is known.
   *
   * A cell that waits here to be saved stays: the server answers it with a conflict.
   *
   * @returns {Boolean} whether it is newer
   */
  acceptRemoteCell({product, date, quantity, revision, by, user}) {
    const key = getCellKey(product, date);
    if (revision <= (this.queue.revisions.get(key) || 0)) {
      return false;
    }
    if (this.queue.isWaiting(key)) {
      return true;
    }
    const before = this.quantities.get(key) || 0;
    this.quantities.set(key, quantity);
    this.queue.setRevision(product, date, revision);
    if (user !== this.props.user && before !== quantity) {
      this.markRemote(key, {by, before, own: this.savedHere.delete(key)});
    }
    this.refreshProduct(this.getProduct(product));
    return true;
  }

  markRemote(key, mark) {
    this.state.remote[key] = mark;
    if (mark.own) {
      this.tellOvertaken(key, mark);
    }
    browser.setTimeout(() => {
      delete this.state.remote[key];
    }, MARKED);
  }

  /** Somebody has typed over what was typed here: that is not to go by unnoticed. */
  tellOvertaken(key, {by, before}) {
    const [product, date = null] = key.split("|");
    const variant = Number(product);
    this.addNotice({
      key,
      variant,
      date,
      name: this.catalog ? this.catalog.getVariantName(variant) : "",
      status: "overtaken",
      mine: before,
      theirs: this.quantities.get(key),
      by,
      reason: "",
    });
  }

  addNotice(notice) {
    this.state.notices = [
      ...this.state.notices.filter(({key}) => key !== notice.key),
      notice,
    ];
  }

  // Submitting

  async review() {
    const answer = await rpc(`/preorder/form/${this.form}/review`, {});
    this.state.limits = answer.limits;
    return answer;
  }

  /**
   * @param {Number} reviewedTotal the total that the customer has seen
   * @param {Object} details `reference`, `note`, `address`, `contact`,
   *  `delivery_date`, `delivery_until`
   */
  submit(reviewedTotal, details) {
    return rpc(`/preorder/form/${this.form}/submit`, {
      reviewed_total: reviewedTotal,
      details,
    });
  }
}
