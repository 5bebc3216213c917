import {ConnectionLostError, rpc} from "@web/core/network/rpc";
import {SaveQueue, getCellKey, makeRandomId} from "./save_queue.esm";
import {LiveCells} from "./live_cells.esm";
import {TabStorage} from "./tab_storage.esm";
import {browser} from "@web/core/browser/browser";
import {reactive} from "@odoo/owl";

/** Variants priced in one request. */
const PRICE_PAGE = 100;
/** How long a cell that somebody else has changed is marked, in milliseconds. */
const MARKED = 8000;

/**
 * What the order form knows: catalog, quantities, prices and totals.
 *
 * Components read `state` (reactive) and, per product, `products[i].state`; they write
 * through `setQuantity` alone.
 */
export class OrderFormModel {
  constructor(props) {
    this.props = props;
    this.form = props.form;
    this.prices = new Map();
    this.quantities = new Map();
    this.products = [];
    this.productByVariant = new Map();
    this.priceRequests = new Set();
    this.tab = makeRandomId(12);
    // Cells that this tab has saved.
    this.savedHere = new Set();
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
      // By cell: who (`by`) has just changed it elsewhere, what stood there (`before`),
      // and whether that was typed here (`own`).
      remote: {},
      // Where quantities have delivery dates: all of them, and the one in view.
      dates: props.dates ? props.dates.chosen : [],
      date: props.dates ? props.dates.chosen[0] || null : null,
    });
    this.tabStorage = new TabStorage({
      storage: browser.localStorage,
      prefix: `preorder-${props.campaign}-${props.partner}-${props.user}`,
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
      this.readCatalog(await response.json());
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
    for (const product of this.products) {
      this.refreshProduct(product);
    }
  }

  readCatalog({products, variants}) {
    this.products = products.id.map((id, i) => ({
      id,
      name: products.name[i],
      code: products.code[i],
      brand: products.brand[i],
      category: products.category[i],
      unit: products.unit[i],
      picture: products.picture[i],
      corner: products.corner[i],
      columns: products.columns[i],
      rows: products.rows[i].map((label, row) => ({
        label,
        swatch: products.swatches[i][row],
        cells: products.columns[i].map(() => null),
      })),
      variants: [],
      state: reactive({pieces: 0, priceVersion: 0, cellVersion: 0}),
      text: "",
    }));
    variants.id.forEach((id, i) => {
      const product = this.products[variants.product[i]];
      product.rows[variants.row[i]].cells[variants.column[i]] = id;
      product.variants.push(id);
      product.text += ` ${variants.code[i]}`;
      this.productByVariant.set(id, product);
    });
    for (const product of this.products) {
      product.text =
        `${product.name} ${product.code} ${product.brand} ${product.category}${product.text}`.toLowerCase();
    }
  }

  /** The quantity of a variant on the delivery date in view. */
  getQuantity(variant) {
    return this.quantities.get(getCellKey(variant, this.state.date)) || 0;
  }

  setQuantity(variant, quantity, date = this.state.date) {
    this.quantities.set(getCellKey(variant, date), quantity);
    this.queue.set(variant, date, quantity);
    this.refreshProduct(this.productByVariant.get(variant));
  }

  /** Show the quantities of another delivery date. */
  showDate(date) {
    if (!this.state.dates.includes(date)) {
      this.state.dates = [...this.state.dates, date].sort();
    }
    this.state.date = date;
    for (const product of this.products) {
      this.refreshProduct(product);
    }
  }

  /** Pieces wanted on a delivery date. */
  countPieces(date) {
    let pieces = 0;
    for (const [key, quantity] of this.quantities) {
      if (key.split("|")[1] === date) {
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

  // Prices

  /** Ask for a product's prices: requests of a moment travel together. */
  requestPrices(product) {
    for (const variant of product.variants) {
      if (!this.prices.has(variant)) {
        this.priceRequests.add(variant);
      }
    }
    if (this.priceRequests.size && !this.priceTimer) {
      this.priceTimer = setTimeout(() => this.fetchPrices(), 30);
    }
  }

  async fetchPrices() {
    while (this.priceRequests.size) {
      const page = [...this.priceRequests].slice(0, PRICE_PAGE);
      page.forEach((variant) => this.priceRequests.delete(variant));
      try {
        const answer = await rpc(
          `${this.baseUrl}/prices`,
          {products: page},
          {silent: true}
        );
        this.readPrices(answer);
      } catch (error) {
        if (!(error instanceof ConnectionLostError)) {
          throw error;
        }
        break;
      }
    }
    this.priceTimer = null;
  }

  readPrices({product, price, discount, previous = [], average = []}) {
    const touched = new Set();
    product.forEach((variant, i) => {
      this.prices.set(variant, {
        price: price[i],
        discount: discount[i],
        previous: previous[i] || 0,
        average: average[i] || 0,
      });
      touched.add(this.productByVariant.get(variant));
    });
    for (const entry of touched) {
      if (entry) {
        entry.state.priceVersion += 1;
      }
    }
  }

  /**
   * What a product costs, over its variants.
   *
   * @returns {Object|null} `low` and `high` net of the pricelist's discount, `list`
   *  before it where it is higher; null while unknown
   */
  getPriceRange(product) {
    const prices = product.variants
      .map((variant) => this.prices.get(variant))
      .filter(Boolean);
    if (!prices.length) {
      return null;
    }
    const nets = prices.map(({price, discount}) => price * (1 - discount / 100));
    const list = Math.max(...prices.map(({price}) => price));
    const high = Math.max(...nets);
    return {low: Math.min(...nets), high, list: list - high > 1e-6 ? list : null};
  }

  /** How much of a product was sold lately, over its variants. */
  getPreviousSales(product) {
    return product.variants.reduce(
      (sum, variant) => sum + (this.prices.get(variant)?.previous || 0),
      0
    );
  }

  /** What was sold of a variant, and what colleagues order: zero where not shown. */
  getFigures(variant) {
    const {previous = 0, average = 0} = this.prices.get(variant) || {};
    return {previous, average};
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
      this.state.limits = [...limits, ...others];
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
    for (const {product, date, quantity} of changes) {
      this.setQuantity(product, quantity, date);
    }
    return this.queue.flush();
  }

  acceptCell(cell) {
    const key = getCellKey(cell.product, cell.date);
    if (cell.status === "stored") {
      this.savedHere.add(key);
      this.state.notices = this.state.notices.filter((n) => n.key !== key);
      return;
    }
    const product = this.productByVariant.get(cell.product);
    const notice = {
      key,
      variant: cell.product,
      date: cell.date,
      name: product ? this.getVariantName(product, cell.product) : "",
      status: cell.status,
      mine: this.quantities.get(key) || 0,
      theirs: cell.quantity || 0,
      by: cell.by || "",
      reason: cell.reason || "",
    };
    this.state.notices = [...this.state.notices.filter((n) => n.key !== key), notice];
  }

  /** Settle a conflict or refusal: keep the own quantity, or what stands there. */
  settleNotice(notice, keepMine) {
    this.state.notices = this.state.notices.filter((n) => n.key !== notice.key);
    if (keepMine) {
      this.setQuantity(notice.variant, notice.mine, notice.date);
      return;
    }
    this.quantities.set(notice.key, notice.theirs);
    this.refreshProduct(this.productByVariant.get(notice.variant));
  }

  getVariantName(product, variant) {
    for (const row of product.rows) {
      const column = row.cells.indexOf(variant);
      if (column >= 0) {
        return [product.name, row.label, product.columns[column]]
          .filter(Boolean)
          .join(", ");
      }
    }
    return product.name;
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
    this.refreshProduct(this.productByVariant.get(product));
    return true;
  }

  markRemote(key, mark) {
    this.state.remote[key] = mark;
    browser.setTimeout(() => {
      delete this.state.remote[key];
    }, MARKED);
  }

  // Submitting

  async review() {
    const answer = await rpc(`/preorder/form/${this.form}/review`, {});
    this.state.limits = answer.limits;
    return answer;
  }

  /**
   * @param {Number} reviewedTotal the total that the customer has seen
   * @param {Object} details `reference`, `note`, `address`, `contact`, `delivery_date`
   */
  submit(reviewedTotal, details) {
    return rpc(`/preorder/form/${this.form}/submit`, {
      reviewed_total: reviewedTotal,
      details,
    });
  }
}
