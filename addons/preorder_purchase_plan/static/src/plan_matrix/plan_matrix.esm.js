import {
  Component,
  onMounted,
  onPatched,
  onWillStart,
  onWillUpdateProps,
  useExternalListener,
  useRef,
  useState,
} from "@odoo/owl";
import {CellPopover} from "./cell_popover.esm";
import {findWindow, getTops} from "@preorder_campaign/windowing/windowing.esm";
import {formatQuantity} from "./formatters.esm";
import {KeepLast} from "@web/core/utils/concurrency";
import {MatrixModel} from "./matrix_model.esm";
import {_t} from "@web/core/l10n/translation";
import {usePopover} from "@web/core/popover/popover_hook";
import {useService} from "@web/core/utils/hooks";
import {useThrottleForAnimation} from "@web/core/utils/timing";

/** How far beyond the screen products are kept ready, in screens. */
const BUFFER = 0.6;
const MARKS = {
  problem: _t("cannot be ordered as it is"),
  late: _t("to be ordered by now"),
  too_high: _t("too much on order"),
  outdated: _t("demand changed since it was decided"),
  decided: _t("decided by hand"),
};
/** Where arrow keys lead to: rows, columns. */
const ARROWS = {
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
  ArrowUp: [-1, 0],
};

/** A plan by product: sizes across, colours down. Only what is near the screen exists. */
export class PlanMatrix extends Component {
  static template = "preorder_purchase_plan.PlanMatrix";
  static props = {
    planId: Number,
    /** Of a supplier's row: its lines alone. */
    supplierId: {type: [Number, {value: null}], optional: true},
    /** Changes whenever the plan has changed. */
    stamp: String,
    /** Before lines are changed: keeps what is entered on the form around. */
    beforeChange: Function,
    afterChange: Function,
  };

  setup() {
    this.orm = useService("orm");
    this.action = useService("action");
    this.popover = usePopover(CellPopover, {
      position: "bottom",
      setActiveElement: true,
    });
    this.list = useRef("list");
    this.keepLast = new KeepLast();
    this.state = useState({
      measure: 0,
      supplier: null,
      search: "",
      version: 0,
      first: 0,
      last: 0,
      before: 0,
      after: 0,
    });
    const onScroll = useThrottleForAnimation(() => this.update());
    useExternalListener(window, "scroll", onScroll, {capture: true, passive: true});
    useExternalListener(window, "resize", onScroll);
    onWillStart(() => this.load(this.props));
    onWillUpdateProps(async (props) => {
      if (
        props.stamp !== this.props.stamp ||
        props.planId !== this.props.planId ||
        props.supplierId !== this.props.supplierId
      ) {
        await this.load(props);
      }
    });
    onMounted(() => this.update());
    onPatched(() => this.goToPending());
  }

  async load({planId, supplierId}) {
    const data = await this.keepLast.add(this.fetch(planId, supplierId));
    this.model = new MatrixModel(data);
    this.choose();
  }

  fetch(planId, supplierId, productIds) {
    return this.orm.call("preorder.purchase.plan", "get_matrix", [planId], {
      supplier_id: supplierId || null,
      product_ids: productIds || null,
    });
  }

  /** Show what is chosen above the matrices. */
  choose() {
    const {measure, supplier, search} = this.state;
    Object.assign(this.model, {measure, supplier, search});
    this.entries = this.model.getEntries();
    this.matrices = new Map();
    this.tops = getTops(this.entries.map((entry) => entry.height));
    this.state.version++;
    this.update();
  }

  setMeasure(measure) {
    this.state.measure = measure;
    this.choose();
  }

  setSupplier(value) {
    this.state.supplier = value === "" ? null : Number(value);
    this.choose();
  }

  setSearch(value) {
    this.state.search = value;
    this.choose();
  }

  // Window

  update() {
    const {top} = this.list.el ? this.list.el.getBoundingClientRect() : {top: 0};
    const buffer = window.innerHeight * BUFFER;
    const [first, last] = findWindow(
      this.tops,
      -top - buffer,
      -top + window.innerHeight + buffer
    );
    Object.assign(this.state, {
      first,
      last,
      before: this.tops[first],
      after: this.tops[this.tops.length - 1] - this.tops[last],
    });
  }

  get shown() {
    return this.entries.slice(this.state.first, this.state.last);
  }

  /** A product's matrix, arranged when it is first near the screen. */
  getMatrix(entry) {
    if (!this.matrices.has(entry.key)) {
      this.matrices.set(entry.key, this.model.getMatrix(entry));
    }
    return this.matrices.get(entry.key);
  }

  // Words

  format(quantity) {
    return formatQuantity(quantity);
  }

  formatCell(cell) {
    if (!cell.lines.length) {
      return "";
    }
    return cell.quantity === null ? "…" : formatQuantity(cell.quantity);
  }

  get emptyText() {
    return _t(
      "Nothing to show here: no variant has a quantity “%s”.",
      this.model.measures[this.state.measure].label
    );
  }

  get countText() {
    const count = this.entries.length;
    return count === 1 ? _t("1 product") : _t("%s products", count);
  }

  getCodes(product, matrix) {
    return [
      product.code,
      product.supplier_code && _t("supplier's code %s", product.supplier_code),
      ...matrix.suppliers.map((supplier) =>
        supplier ? supplier.name : _t("Without Supplier")
      ),
    ]
      .filter(Boolean)
      .join(" · ");
  }

  getPicture(product) {
    return `/web/image/product.template/${product.id}/image_128?unique=${product.picture}`;
  }

  getCellTitle(cell) {
    return cell.marks.map((mark) => MARKS[mark]).join(", ");
  }

  getCellLabel(product, row, column, cell) {
    return [
      [product.name, row.name, column.name].filter(Boolean).join(" "),
      this.formatCell(cell),
      ...cell.marks.map((mark) => MARKS[mark]),
    ].join(", ");
  }

  // Cells

  openCell(ev, product, row, column, cell) {
    this.popover.open(ev.currentTarget, {
      title: [product.name, row.name, column.name].filter(Boolean).join(" · "),
      lineIds: cell.lines.map((line) => line.id),
      change: (action) => this.change(product, row.key, column.key, action),
      openLine: (lineId) => this.openLine(lineId),
    });
  }

  /** Change lines of a product, and show it and the plan as they are then. */
  async change(product, row, column, action) {
    const {planId, supplierId} = this.props;
    if (!(await this.props.beforeChange())) {
      // What is entered around is not valid, and says so itself.
      return;
    }
    await action();
    this.model.replace(await this.fetch(planId, supplierId, [product.id]));
    this.choose();
    this.pending = {key: product.id, row, column};
    await this.props.afterChange();
  }

  async openLine(lineId) {
    await this.props.beforeChange();
    const action = await this.orm.call(
      "preorder.purchase.plan.line",
      "action_view_figures",
      [[lineId]]
    );
    await this.action.doAction(action);
  }

  // Keyboard

  onKeydown(ev) {
    const step = ARROWS[ev.key];
    const {product, row, column} = ev.target.dataset;
    if (!step || row === undefined) {
      return;
    }
    ev.preventDefault();
    const key = Number(product);
    const index = this.entries.findIndex((entry) => entry.key === key);
    const place = this.findCell(index, Number(row), Number(column), step);
    if (place) {
      this.pending = place;
      this.goToPending();
    }
  }

  /** The next cell with a line in a direction, if need be of the next product. */
  findCell(index, row, column, [down, across]) {
    const {rows, columns} = this.getMatrix(this.entries[index]);
    let y = rows.findIndex((each) => each.key === row) + down;
    let x = columns.findIndex((each) => each.key === column) + across;
    for (; rows[y] && columns[x]; y += down, x += across) {
      if (rows[y].cells[x].lines.length) {
        return {
          key: this.entries[index].key,
          row: rows[y].key,
          column: columns[x].key,
        };
      }
    }
    const next = this.entries[index + down];
    if (!down || !next) {
      return null;
    }
    const matrix = this.getMatrix(next);
    const its = down > 0 ? matrix.rows : [...matrix.rows].reverse();
    for (const each of its) {
      const cell = each.cells.find((candidate) => candidate.lines.length);
      if (cell) {
        return {key: next.key, row: each.key, column: cell.key};
      }
    }
    return null;
  }

  /** Bring a cell on screen, focused. */
  goToPending() {
    if (!this.pending || !this.list.el) {
      return;
    }
    const {key, row, column} = this.pending;
    const cell = this.list.el.querySelector(
      `[data-product="${key}"][data-row="${row}"][data-column="${column}"]`
    );
    this.pending = null;
    if (cell) {
      cell.focus({preventScroll: true});
      cell.scrollIntoView({block: "nearest", inline: "nearest"});
    }
  }
}
