import {
  Component,
  onMounted,
  onPatched,
  onWillUnmount,
  useRef,
  useState,
} from "@odoo/owl";
import {
  formatMoney,
  formatPieces,
  formatQuantity,
  parseQuantity,
} from "../formatters.esm";
import {placeBlock, readBlock} from "./clipboard.esm";
import {_t} from "@web/core/l10n/translation";
import {getCellKey} from "../save_queue.esm";
import {useBus} from "@web/core/utils/hooks";

/** Heights of a card's parts in pixels, to hold its place until it has been on screen. */
const HEIGHTS = {head: 112, gridHead: 32, row: 44, figures: 18, total: 32, layers: 44};

function isSingle({rows, columns}) {
  return rows.length === 1 && columns.length === 1;
}

/** About how high a product's card will be. */
export function estimateHeight(product, figures) {
  if (isSingle(product)) {
    return HEIGHTS.head + (figures ? HEIGHTS.figures : 0);
  }
  const rows = product.layers[product.state.layer].rows.length;
  return (
    HEIGHTS.head +
    HEIGHTS.gridHead +
    rows * (HEIGHTS.row + (figures ? HEIGHTS.figures : 0)) +
    (product.state.pieces && rows > 1 ? HEIGHTS.total : 0) +
    (product.layers.length > 1 ? HEIGHTS.layers : 0)
  );
}

/** A product with its price and the grid of its variants. */
export class ProductCard extends Component {
  static template = "preorder_website.ProductCard";
  static props = {
    model: Object,
    product: Object,
    currency: Number,
    editable: Boolean,
    figures: Boolean,
    onLeave: Function,
    onOpen: Function,
  };

  setup() {
    this.root = useRef("root");
    this.product = useState(this.props.product.state);
    this.data = useState(this.props.model.state);
    this.local = useState({invalid: {}, row: 0});
    onMounted(() => {
      this.props.model.prices.request(this.props.product);
      this.placeQuantities();
    });
    onPatched(() => this.placeQuantities());
    useBus(this.props.model.bus, "quantity-restored", ({detail}) =>
      this.onRestored(detail)
    );
    onWillUnmount(() => this.props.model.prices.cancel(this.props.product));
  }

  get layer() {
    return this.props.product.layers[this.product.layer];
  }

  get isSingle() {
    return isSingle(this.props.product);
  }

  /** How many are ordered of the product, in its unit. */
  get orderedText() {
    const {unit} = this.props.product;
    const {pieces} = this.product;
    return unit ? `${formatQuantity(pieces)} ${unit}` : formatPieces(pieces);
  }

  get priceRange() {
    // Reading the version subscribes to the arrival of prices.
    return (
      this.product.priceVersion && this.props.model.prices.getRange(this.props.product)
    );
  }

  get previousSales() {
    return (
      this.product.priceVersion &&
      this.props.model.prices.getPreviousSales(this.props.product)
    );
  }

  get hasSeason() {
    return this.props.model.getSeason(this.props.product) > 0;
  }

  /** Figures of a variant, each with its sign and its words; empty where none show. */
  getFigures(variant) {
    void this.product.priceVersion;
    const {model} = this.props;
    const {previous, average} = model.prices.getFigures(variant);
    const season = model.season.get(variant);
    void this.product.stockVersion;
    return [
      model.stock.tell(variant),
      season && {
        icon: "fa-repeat",
        short: formatQuantity(season),
        text: _t("Last season: %s", formatQuantity(season)),
      },
      previous && {
        icon: "fa-history",
        short: formatQuantity(previous),
        text: _t("Sold lately: %s", formatQuantity(previous)),
      },
      average && {
        icon: "fa-users",
        short: formatQuantity(average),
        text: _t("Colleagues order %s on average", formatQuantity(average)),
      },
    ].filter(Boolean);
  }

  getFiguresText(variant) {
    return this.getFigures(variant)
      .map(({text}) => text)
      .join("\n");
  }

  /** Limits of a variant that the form breaks. */
  getBrokenLimits(variant) {
    return this.data.limits.filter(
      ({product, broken}) => broken && product === variant
    );
  }

  /** Who has just changed a variant elsewhere. */
  getRemote(variant) {
    return this.data.remote[getCellKey(variant, this.data.date)];
  }

  get texts() {
    const {name} = this.props.product;
    return {open: _t("Look closer at %s", name), more: _t("More for %s", name)};
  }

  get copyRowText() {
    const row = this.product.pieces && this.layer.rows[this.rowToCopy];
    return row
      ? _t("Copy “%s” to the other rows", row.label)
      : _t("Copy a row to the other rows");
  }

  getRemoteText(row, column, {by}) {
    return _t("%(cell)s: changed by %(name)s", {
      cell: this.getLabel(row, column),
      name: by,
    });
  }

  formatMoney(amount) {
    return formatMoney(amount, this.props.currency);
  }

  formatQuantity(quantity) {
    return quantity ? formatQuantity(quantity) : "";
  }

  getLabel(row, column) {
    return [this.props.product.name, this.layer.label, row.label, column]
      .filter(Boolean)
      .join(", ");
  }

  getRowTotal(row) {
    return this.sum(row.cells);
  }

  getColumnTotal(column) {
    return this.sum(this.layer.rows.map((row) => row.cells[column]));
  }

  sum(variants) {
    // Reading the version subscribes to changes of the cells.
    void this.product.cellVersion;
    return variants.reduce(
      (sum, variant) => (variant ? sum + this.props.model.getQuantity(variant) : sum),
      0
    );
  }

  /**
   * Show stored quantities in the fields, but never under the typing hand: there, what
   * somebody else has changed is shown once the field is left.
   */
  placeQuantities() {
    for (const input of this.root.el.querySelectorAll("input[data-variant]")) {
      if (input !== document.activeElement || this.overwrite) {
        this.placeQuantity(input);
      }
    }
    this.overwrite = false;
  }

  placeQuantity(input) {
    const variant = Number(input.dataset.variant);
    if (!this.local.invalid[variant]) {
      const quantity = this.props.model.getQuantity(variant);
      input.value = quantity ? String(quantity) : "";
    }
  }

  onFocus(rowIndex, ev) {
    this.local.row = rowIndex;
    // Digits typed from here until the field is left are one step to undo.
    this.token = {};
    ev.target.select();
  }

  onInput(variant, ev) {
    this.props.model.bursts.note(ev.target, this.props.model.getQuantity(variant));
    const quantity = parseQuantity(ev.target.value);
    if (Number.isNaN(quantity)) {
      this.local.invalid[variant] = true;
      return;
    }
    delete this.local.invalid[variant];
    if (quantity !== this.props.model.getQuantity(variant)) {
      this.props.model.setQuantity(variant, quantity, this.token);
    }
  }

  /** Digits of a code are gone from a field, whether they made a quantity or not. */
  onRestored({input, variant}) {
    if (this.root.el.contains(input)) {
      delete this.local.invalid[variant];
      this.placeQuantity(input);
    }
  }

  onPaste(variant, rowIndex, columnIndex, ev) {
    const text = ev.clipboardData.getData("text/plain");
    if (!/[\t\n\r]/.test(text.trim())) {
      return;
    }
    ev.preventDefault();
    const {cells, refused, outside} = placeBlock(
      readBlock(text),
      {rows: this.layer.rows, columns: this.props.product.columns},
      {row: rowIndex, column: columnIndex}
    );
    const count = cells.length;
    this.change(
      cells,
      count === 1 ? _t("1 cell pasted.") : _t("%s cells pasted.", count)
    );
    const {state} = this.props.model;
    if (refused.length) {
      state.message +=
        " " + _t("Not pasted, since it is no quantity: %s", refused.join(", "));
    }
    if (outside) {
      state.message +=
        " " +
        (outside === 1
          ? _t("1 cell had no place in the table.")
          : _t("%s cells had no place in the table.", outside));
    }
  }

  /** Change cells by something else than typing, and say what happened. */
  change(cells, message) {
    this.overwrite = true;
    this.props.model.setQuantities(cells);
    this.props.model.state.message = message;
    this.product.cellVersion += 1;
  }

  /** Arrows and Enter walk through the grid like in a spreadsheet. */
  onKeydown(rowIndex, columnIndex, ev) {
    if ((ev.ctrlKey || ev.metaKey) && this.onShortcut(rowIndex, ev)) {
      ev.preventDefault();
      return;
    }
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
    this.walk(rowIndex, columnIndex, step);
  }

  /** @returns {Boolean} whether the keys meant something */
  onShortcut(rowIndex, ev) {
    const {model} = this.props;
    const actions = {
      z: () => (ev.shiftKey ? model.redo() : model.undo()),
      y: () => model.redo(),
      d: () => this.copyRow(rowIndex),
    };
    const action = actions[ev.key.toLowerCase()];
    if (!action || !this.props.editable) {
      return false;
    }
    this.overwrite = true;
    // A new step begins: what is typed next is not part of the last one.
    this.token = {};
    action();
    this.product.cellVersion += 1;
    return true;
  }

  /** Move on by steps over places without a variant; beyond the edge, to the next product. */
  walk(rowIndex, columnIndex, [down, right]) {
    const {rows} = this.layer;
    let row = rowIndex + down;
    let column = columnIndex + right;
    while (rows[row] && column >= 0 && column < rows[row].cells.length) {
      if (rows[row].cells[column]) {
        this.root.el.querySelector(`input[data-place="${row}-${column}"]`).focus();
        return;
      }
      row += down;
      column += right;
    }
    if (down) {
      this.props.onLeave(this.props.product, down, columnIndex);
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

  // Several cells at once

  /** The row to copy: the one typed in last, or the first with quantities. */
  get rowToCopy() {
    const {rows} = this.layer;
    const row = rows[this.local.row];
    if (row && this.getRowTotal(row)) {
      return this.local.row;
    }
    return rows.findIndex((each) => this.getRowTotal(each));
  }

  copyRow(rowIndex) {
    const {rows} = this.layer;
    const cells = [];
    rows.forEach((row, index) => {
      row.cells.forEach((variant, column) => {
        const source = rows[rowIndex].cells[column];
        if (variant && source && index !== rowIndex) {
          cells.push({
            product: variant,
            quantity: this.props.model.getQuantity(source),
          });
        }
      });
    });
    this.change(cells, _t("“%s” copied to the other rows.", rows[rowIndex].label));
  }

  copySeason() {
    const {model, product} = this.props;
    this.change(
      product.variants.map((variant) => ({
        product: variant,
        quantity: model.season.get(variant) || 0,
      })),
      _t("%s: the same as last season.", product.name)
    );
  }

  clear() {
    const {product} = this.props;
    this.change(
      product.variants.map((variant) => ({product: variant, quantity: 0})),
      _t("%s: cleared.", product.name)
    );
  }

  open() {
    this.props.onOpen(this.props.product);
  }

  chooseLayer(ev) {
    this.product.layer = Number(ev.target.value);
  }
}
