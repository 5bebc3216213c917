import {
  Component,
  onMounted,
  onPatched,
  onWillUnmount,
  useRef,
  useState,
} from "@odoo/owl";
import {formatMoney, formatQuantity, parseQuantity} from "../formatters.esm";
import {_t} from "@web/core/l10n/translation";

/** Height of a card's parts in pixels, to hold its place until it fills itself. */
const HEIGHT_OF_HEAD = 106;
const HEIGHT_OF_ROW = 46;

/** A product with its price and the grid of its variants. */
export class ProductCard extends Component {
  static template = "preorder_website.ProductCard";
  static props = {
    model: Object,
    product: Object,
    currency: Number,
    observer: Object,
    editable: Boolean,
  };

  setup() {
    this.root = useRef("root");
    this.product = useState(this.props.product.state);
    this.local = useState({inSight: false, invalid: {}});
    const onInSight = () => this.show();
    onMounted(() => {
      this.root.el.addEventListener("in-sight", onInSight);
      this.props.observer.observe(this.root.el);
    });
    onPatched(() => this.placeQuantities());
    onWillUnmount(() => this.props.observer.unobserve(this.root.el));
  }

  show() {
    if (!this.local.inSight) {
      this.local.inSight = true;
      this.props.observer.unobserve(this.root.el);
      this.props.model.requestPrices(this.props.product);
    }
  }

  get placeholderHeight() {
    const rows = this.isSingle ? 0 : this.props.product.rows.length + 1;
    return HEIGHT_OF_HEAD + HEIGHT_OF_ROW * rows;
  }

  get priceRange() {
    return (
      this.product.priceVersion && this.props.model.getPriceRange(this.props.product)
    );
  }

  get previousSales() {
    return (
      this.product.priceVersion && this.props.model.getPreviousSales(this.props.product)
    );
  }

  /** What a cell's tooltip tells of the variant: empty where nothing is shown. */
  getFiguresText(variant) {
    // Reading the version subscribes to the arrival of the figures.
    void this.product.priceVersion;
    const {previous, average} = this.props.model.getFigures(variant);
    return [
      previous && _t("Sold lately: %s", formatQuantity(previous)),
      average && _t("Colleagues order %s on average", formatQuantity(average)),
    ]
      .filter(Boolean)
      .join("\n");
  }

  get isSingle() {
    const {rows, columns} = this.props.product;
    return rows.length === 1 && columns.length === 1;
  }

  formatMoney(amount) {
    return formatMoney(amount, this.props.currency);
  }

  formatQuantity(quantity) {
    return quantity ? formatQuantity(quantity) : "";
  }

  getLabel(row, column) {
    return [this.props.product.name, row.label, column].filter(Boolean).join(", ");
  }

  getRowTotal(row) {
    return this.sum(row.cells);
  }

  getColumnTotal(column) {
    return this.sum(this.props.product.rows.map((row) => row.cells[column]));
  }

  sum(variants) {
    // Reading the version subscribes to changes of the cells.
    void this.product.cellVersion;
    return variants.reduce(
      (sum, variant) => (variant ? sum + this.props.model.getQuantity(variant) : sum),
      0
    );
  }

  /** Show stored quantities in the fields, but never under the typing hand. */
  placeQuantities() {
    for (const input of this.root.el.querySelectorAll("input[data-variant]")) {
      if (input !== document.activeElement) {
        this.placeQuantity(input);
      }
    }
  }

  placeQuantity(input) {
    const variant = Number(input.dataset.variant);
    if (!this.local.invalid[variant]) {
      const quantity = this.props.model.getQuantity(variant);
      input.value = quantity ? String(quantity) : "";
    }
  }

  onInput(variant, ev) {
    const quantity = parseQuantity(ev.target.value);
    if (Number.isNaN(quantity)) {
      this.local.invalid[variant] = true;
      return;
    }
    delete this.local.invalid[variant];
    if (quantity !== this.props.model.getQuantity(variant)) {
      this.props.model.setQuantity(variant, quantity);
    }
  }

  /** Arrows and Enter walk through the grid like in a spreadsheet. */
  onKeydown(rowIndex, columnIndex, ev) {
    const steps = {
      ArrowUp: [-1, 0],
      ArrowDown: [1, 0],
      Enter: [ev.shiftKey ? -1 : 1, 0],
      ArrowLeft: [0, -1],
      ArrowRight: [0, 1],
    };
    const step = steps[ev.key];
    if (!step || !this.mayLeave(ev)) {
      return;
    }
    ev.preventDefault();
    const target = this.root.el.querySelector(
      `input[data-place="${rowIndex + step[0]}-${columnIndex + step[1]}"]`
    );
    if (target) {
      target.focus();
      target.select();
    }
  }

  /** Left and right move within the text first. */
  mayLeave({key, target}) {
    const {selectionStart, selectionEnd, value} = target;
    const everything = selectionStart === 0 && selectionEnd === value.length;
    if (key === "ArrowLeft") {
      return everything || selectionEnd === 0;
    }
    if (key === "ArrowRight") {
      return everything || selectionStart === value.length;
    }
    return true;
  }
}
