import {
  Component,
  onMounted,
  onWillUnmount,
  useEffect,
  useRef,
  useState,
} from "@odoo/owl";
import {filterProducts, makeFilters} from "./finder/filters.esm";
import {formatDate, formatMoney, formatQuantity} from "./formatters.esm";
import {CellNotices} from "./notices/cell_notices.esm";
import {ContactDialog} from "./contact/contact_dialog.esm";
import {ExcelDialog} from "./excel/excel_dialog.esm";
import {Finder} from "./finder/finder.esm";
import {LimitNotices} from "./limits/limit_notices.esm";
import {normalize} from "./catalog.esm";
import {OrderFormModel} from "./order_form_model.esm";
import {OrderSummary} from "./summary/order_summary.esm";
import {ProductList} from "./product_list/product_list.esm";
import {ProductPanel} from "./product_panel/product_panel.esm";
import {ProposalDialog} from "./proposal/proposal_dialog.esm";
import {ReservationsDialog} from "./reservations/reservations_dialog.esm";
import {Review} from "./review/review.esm";
import {ScanButton} from "./scan/scan_button.esm";
import {ScanNotices} from "./scan/scan_notices.esm";
import {ShortcutsDialog} from "./shortcuts/shortcuts_dialog.esm";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";
import {useThrottleForAnimation} from "@web/core/utils/timing";

/** The order form: products at the left, what it comes to at the right. */
export class OrderForm extends Component {
  static template = "preorder_website.OrderForm";
  static components = {
    CellNotices,
    Finder,
    LimitNotices,
    OrderSummary,
    ProductList,
    Review,
    ScanButton,
    ScanNotices,
  };
  static props = {
    campaign: Number,
    contact: Object,
    customer: Number,
    form: [Number, Boolean],
    number: String,
    editable: Boolean,
    partner: Number,
    user: Number,
    currency: Number,
    unavailable: String,
    quotationUrl: String,
    reference: String,
    note: String,
    endText: String,
    end: String,
    now: String,
    season: Array,
    stock: Boolean,
    ownShop: Boolean,
    codes: Array,
    dates: [Object, Boolean],
    cells: Array,
    totals: Object,
    changes: Array,
    limits: Array,
  };

  setup() {
    this.root = useRef("root");
    this.dialog = useService("dialog");
    this.model = new OrderFormModel(this.props);
    this.data = useState(this.model.state);
    this.filters = makeFilters();
    this.view = useState({
      entries: [],
      found: 0,
      // Stock is what an outlet is chosen by; other figures are for those who ask.
      figures: this.props.stock,
      reviewing: false,
      target: null,
    });
    const onOnline = () => this.model.queue.retry();
    const onBeforeUnload = (ev) => {
      if (this.model.queue.count && !this.model.queue.closed) {
        ev.preventDefault();
      }
    };
    const onScroll = useThrottleForAnimation(() => this.placeBelowHeader());
    onMounted(async () => {
      window.addEventListener("scroll", onScroll, {passive: true});
      this.placeBelowHeader();
      window.addEventListener("online", onOnline);
      window.addEventListener("beforeunload", onBeforeUnload);
      await this.model.load();
      this.find();
      this.model.goLive(this.env.services.bus_service);
    });
    // Back from the review, the keyboard is where it left the form.
    useEffect(
      (reviewing) => {
        if (reviewing) {
          return () => this.root.el?.querySelector("button[name=review]")?.focus();
        }
      },
      () => [this.view.reviewing]
    );
    onWillUnmount(() => {
      window.removeEventListener("scroll", onScroll);
      window.removeEventListener("online", onOnline);
      window.removeEventListener("beforeunload", onBeforeUnload);
    });
  }

  /** What stays in sight stands below the website's header, where that stays too. */
  placeBelowHeader() {
    const header = document.querySelector("#wrapwrap > header");
    const bottom = header ? header.getBoundingClientRect().bottom : 0;
    this.root.el.style.setProperty("--preorder-top", `${Math.max(0, bottom)}px`);
  }

  /**
   * Look for products again. Not done while quantities are typed: nothing goes away
   * under the typing hand.
   */
  find() {
    const {catalog} = this.model;
    if (!catalog) {
      return;
    }
    const products = filterProducts(catalog, this.filters, {
      getPieces: (product) => product.state.pieces,
      getSeason: (product) => this.model.getSeason(product),
      isInStock: (product) => this.model.stock.isInStock(product),
    });
    this.view.found = products.length;
    this.view.entries = this.makeEntries(products);
  }

  /** Products under headings: of their category, or of their brand if so ordered. */
  makeEntries(products) {
    const {catalog} = this.model;
    const headings = {
      category: (product) =>
        catalog
          .getCategoryPath(product)
          .map(({name}) => name)
          .join(" / "),
      brand: (product) => product.brand || _t("No brand"),
    };
    const getHeading = headings[this.filters.sort] || (() => "");
    const entries = [];
    let last = "";
    for (const product of products) {
      const heading = getHeading(product);
      if (heading !== last) {
        entries.push({key: `heading-${product.id}`, heading});
        last = heading;
      }
      entries.push({key: `product-${product.id}`, product});
    }
    return entries;
  }

  get emptyText() {
    if (!this.model.catalog.products.length) {
      return _t("There are no products in this campaign yet.");
    }
    if (this.filters.ordered && !this.data.totals.lines) {
      return _t("Nothing ordered yet: enter quantities, they are saved as you type.");
    }
    return _t("No product matches. Take off a filter or search for something else.");
  }

  formatDate(date) {
    return date ? formatDate(date) : _t("No date yet");
  }

  formatMoney(amount) {
    return formatMoney(amount, this.props.currency);
  }

  get moveText() {
    return _t("All on %s", formatDate(this.data.dates[1]));
  }

  countPieces(date) {
    // Reading the totals subscribes to what is saved.
    void this.data.totals;
    return formatQuantity(this.model.countPieces(date));
  }

  addDate(ev) {
    if (ev.target.value) {
      this.model.showDate(ev.target.value);
      ev.target.value = "";
    }
  }

  // Products

  openProduct(product) {
    this.dialog.add(ProductPanel, {
      model: this.model,
      product,
      currency: this.props.currency,
      onGoTo: (variant) => this.goTo(variant),
    });
  }

  /** Show a variant, its field focused; filters that would hide it are taken off. */
  goTo(variant) {
    const {catalog} = this.model;
    const product = catalog.productByVariant.get(variant);
    if (!this.view.entries.some((entry) => entry.product === product)) {
      Object.assign(this.filters, makeFilters());
      this.find();
    }
    product.state.layer = product.layers.findIndex(({rows}) =>
      rows.some(({cells}) => cells.includes(variant))
    );
    this.view.target = {variant};
  }

  /**
   * Go to the variant of a code that was scanned, or typed into the search.
   *
   * @param {String} code
   * @param {Object} [options]
   * @param {Boolean} [options.typed] what is found by its name is left alone
   */
  async onCode(code, {typed = false} = {}) {
    const {catalog, scans} = this.model;
    if (typed && !catalog.variantByCode.has(normalize(code)) && this.view.found) {
      return;
    }
    const variant = await scans.find(code);
    if (variant) {
      this.filters.query = "";
      this.find();
      this.goTo(variant);
    }
  }

  orderLastSeason() {
    const count = this.model.setQuantities(
      [...this.model.season]
        .filter(([variant]) => this.model.getProduct(variant))
        .map(([product, quantity]) => ({product, quantity}))
    );
    this.data.message =
      count === 1
        ? _t("1 cell set as last season.")
        : _t("%s cells set as last season.", count);
  }

  /** Print what is saved, and everything is by then. */
  async print(prices) {
    if (await this.model.queue.flush()) {
      window.open(`${this.model.baseUrl}/pdf?prices=${prices}`, "_blank");
    }
  }

  showContact() {
    this.dialog.add(ContactDialog, {model: this.model, contact: this.props.contact});
  }

  showReservations() {
    this.dialog.add(ReservationsDialog, {model: this.model});
  }

  showProposal() {
    this.dialog.add(ProposalDialog, {model: this.model});
  }

  showExcel() {
    this.dialog.add(ExcelDialog, {model: this.model});
  }

  showShortcuts() {
    this.dialog.add(ShortcutsDialog);
  }

  // Submitting

  async startReview() {
    if (await this.model.queue.flush()) {
      this.view.reviewing = true;
      window.scrollTo({top: 0});
    }
  }

  endReview() {
    this.view.reviewing = false;
  }
}

registry.category("public_components").add("preorder_website.order_form", OrderForm);
