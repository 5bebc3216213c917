import {Catalog, normalize} from "./catalog.esm";
import {EventBus, reactive} from "@odoo/owl";
import {SaveQueue, getCellKey, makeRandomId} from "./save_queue.esm";
import {Bursts} from "./scan/bursts.esm";
import {FormServer} from "./form_server.esm";
import {History} from "./history.esm";
import {LiveCells} from "./live_cells.esm";
import {Notices} from "./notices/notices.esm";
import {PriceBook} from "./price_book.esm";
import {Quantities} from "./quantities.esm";
import {RemoteMarks} from "./remote_marks.esm";
import {Scans} from "./scan/scans.esm";
import {StockBook} from "./stock_book.esm";
import {TabStorage} from "./tab_storage.esm";
import {browser} from "@web/core/browser/browser";
import {mergeLimits} from "./limits/merge_limits.esm";

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
    this.server = new FormServer(props);
    this.quantities = new Quantities();
    this.season = new Map(props.season);
    this.history = new History();
    this.catalog = null;
    this.prices = new PriceBook(
      () => this.server.baseUrl,
      (variant) => this.getProduct(variant)
    );
    this.tab = makeRandomId(12);
    // Cells that this tab has saved.
    this.savedHere = new Set();
    this.bus = new EventBus();
    this.bursts = new Bursts();
    this.scans = new Scans({
      ask: (code) => this.server.scan(code),
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
    this.notices = new Notices(this.state, (variant) =>
      this.catalog ? this.catalog.getVariantName(variant) : ""
    );
    this.remoteMarks = new RemoteMarks(this.state.remote);
    this.tabStorage = new TabStorage({
      storage: browser.localStorage,
      prefix: this.storagePrefix,
      tab: this.tab,
      locks: browser.navigator.locks,
    });
    this.queue = new SaveQueue({
      send: (batch, cells) => this.server.save(batch, cells),
      onAnswer: (answer) => this.acceptAnswer(answer),
      onStatus: (status) => Object.assign(this.state.status, status),
      storage: browser.localStorage,
      storageKey: this.tabStorage.key,
      makeId: () => `${this.tab}.${makeRandomId()}`,
    });
    for (const [product, date, quantity, revision] of props.cells) {
      this.quantities.set(product, date, quantity);
      this.queue.setRevision(product, date, revision);
    }
  }

  /** What tells changes kept in this browser from those of other forms and people. */
  get storagePrefix() {
    const {campaign, partner, user} = this.props;
    return `preorder-${campaign}-${partner}-${user}`;
  }

  /** The order form's id; null before its first saved cell. */
  get form() {
    return this.server.form;
  }

  /** Where the order form's routes are. */
  get baseUrl() {
    return this.server.baseUrl;
  }

  async load() {
    try {
      this.catalog = new Catalog(
        await this.server.readCatalog(),
        new Map(this.props.codes)
      );
    } catch {
      this.state.failed = true;
      return;
    } finally {
      this.state.loading = false;
    }
    if (this.state.editable) {
      this.tabStorage.hold();
      await this.tabStorage.takeOver((left) => {
        for (const {product, date, quantity} of this.queue.adopt(left)) {
          this.quantities.cover(product, date, quantity);
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
    return this.quantities.get(variant, this.state.date);
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
      const before = this.quantities.get(product, date);
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
    this.quantities.set(product, date, quantity);
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
    this.setQuantities(this.quantities.moveUndated(date));
    this.showDate(date);
  }

  /** Pieces wanted on a delivery date. */
  countPieces(date) {
    return this.quantities.countPieces(date);
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
    for (const product of this.quantities.getProducts()) {
      touched.add(this.getProduct(product));
    }
    for (const product of touched) {
      this.refreshProduct(product);
    }
  }

  // Saving

  acceptAnswer(answer) {
    if (answer.form && !this.form) {
      this.server.form = answer.form;
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

  acceptLimits(answer) {
    const told = mergeLimits(this.state.limits, answer);
    // Whoever shows limits looks again only if there is something new.
    if (JSON.stringify(told) !== JSON.stringify(this.state.limits)) {
      this.state.limits = told;
    }
  }

  /**
   * Set the cells to what the form's limits allow, as the server proposes.
   *
   * @returns {Promise<Boolean>} whether everything is saved
   */
  async keepLimits() {
    await this.queue.flush();
    const {limits, changes} = await this.server.proposeLimits();
    this.state.limits = limits;
    this.setQuantities(changes);
    return this.queue.flush();
  }

  acceptCell({product, date, status, quantity = 0, revision, by, reason}) {
    const key = getCellKey(product, date);
    if (status === "stored") {
      this.savedHere.add(key);
      this.notices.remove(key);
      if (revision < this.queue.revisions.get(key)) {
        // It arrived before its tab was closed, and was changed since.
        this.quantities.uncover(product, date);
        this.refreshProduct(this.getProduct(product));
      }
      return;
    }
    const mine = this.quantities.get(product, date);
    this.notices.add({status, product, date, mine, theirs: quantity, by, reason});
  }

  /** Settle a conflict or refusal: keep the own quantity, or what stands there. */
  settleNotice({key, variant, date, mine, theirs}, keepMine) {
    this.notices.remove(key);
    if (keepMine) {
      this.placeQuantity({product: variant, date, quantity: mine});
      return;
    }
    this.quantities.set(variant, date, theirs);
    this.refreshProduct(this.getProduct(variant));
  }

  /** What a customer sees of a product who looks closer. */
  readProduct(product) {
    return this.server.readProduct(product.id);
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
      ask: (_form, params) => this.server.askLive(params),
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
    const before = this.quantities.get(product, date);
    this.quantities.set(product, date, quantity);
    this.queue.setRevision(product, date, revision);
    if (user !== this.props.user && before !== quantity) {
      const own = this.savedHere.delete(key);
      this.remoteMarks.add(key, {by, before, own});
      if (own) {
        // Typed over what was typed here: that is not to go by unnoticed.
        const status = "overtaken";
        this.notices.add({status, product, date, mine: before, theirs: quantity, by});
      }
    }
    this.refreshProduct(this.getProduct(product));
    return true;
  }

  // Submitting

  async review() {
    const answer = await this.server.review();
    this.state.limits = answer.limits;
    return answer;
  }

  /**
   * @param {Number} reviewedTotal the total that the customer has seen
   * @param {Object} details `reference`, `note`, `address`, `contact`,
   *  `delivery_date`, `delivery_until`
   */
  submit(reviewedTotal, details) {
    return this.server.submit(reviewedTotal, details);
  }
}
