import {
  Component,
  onMounted,
  onPatched,
  onWillUnmount,
  onWillUpdateProps,
  useExternalListener,
  useRef,
  useState,
} from "@odoo/owl";
import {estimateHeight, ProductCard} from "../product_card/product_card.esm";
import {findWindow, getTops} from "@preorder_campaign/windowing/windowing.esm";
import {useThrottleForAnimation} from "@web/core/utils/timing";

/** Heights before an entry has been seen, in pixels. */
const HEADING_HEIGHT = 46;
/** How far beyond the screen entries are kept ready, in screens. */
const BUFFER = 0.6;

/**
 * Thousands of products, of which only those near the screen exist.
 *
 * An entry is a heading (`key`, `heading`) or a product (`key`, `product`).
 */
export class ProductList extends Component {
  static template = "preorder_website.ProductList";
  static components = {ProductCard};
  static props = {
    model: Object,
    entries: Array,
    currency: Number,
    editable: Boolean,
    figures: Boolean,
    onOpen: Function,
    target: {type: [Object, {value: null}], optional: true},
  };

  setup() {
    this.root = useRef("root");
    this.heights = new Map();
    this.window = useState({first: 0, last: 0, before: 0, after: 0});
    this.findTops(this.props);
    this.place(0, window.innerHeight);
    this.observer = new ResizeObserver((changes) => this.measure(changes));
    const onScroll = useThrottleForAnimation(() => this.update());
    useExternalListener(window, "scroll", onScroll, {capture: true, passive: true});
    useExternalListener(window, "resize", onScroll);
    onMounted(() => {
      this.observeEntries();
      this.update();
    });
    onWillUpdateProps((props) => {
      if (
        props.entries !== this.props.entries ||
        props.figures !== this.props.figures
      ) {
        this.heights.clear();
        this.findTops(props);
        this.update();
      }
      if (props.target && props.target !== this.props.target) {
        this.pending = props.target;
      }
    });
    onPatched(() => {
      this.observeEntries();
      this.goToPending();
    });
    onWillUnmount(() => this.observer.disconnect());
  }

  findTops({entries, figures}) {
    this.tops = getTops(
      entries.map(
        (entry) =>
          this.heights.get(entry.key) ||
          (entry.product ? estimateHeight(entry.product, figures) : HEADING_HEIGHT)
      )
    );
  }

  get shown() {
    return this.props.entries.slice(this.window.first, this.window.last);
  }

  update() {
    if (!this.root.el) {
      return;
    }
    const {top} = this.root.el.getBoundingClientRect();
    this.place(-top, -top + window.innerHeight);
  }

  /** Show what stands between two pixels of the list, and some more. */
  place(start, end) {
    const buffer = window.innerHeight * BUFFER;
    const [first, last] = findWindow(this.tops, start - buffer, end + buffer);
    const total = this.tops[this.tops.length - 1];
    Object.assign(this.window, {
      first,
      last,
      before: this.tops[first],
      after: total - this.tops[last],
    });
  }

  /** Heights are known once an entry has been on screen. */
  measure(changes) {
    let changed = false;
    for (const {target} of changes) {
      const {key} = target.dataset;
      const height = target.offsetHeight;
      if (height && this.heights.get(key) !== height) {
        this.heights.set(key, height);
        changed = true;
      }
    }
    if (changed) {
      this.findTops(this.props);
      this.update();
    }
  }

  observeEntries() {
    this.observer.disconnect();
    for (const el of this.root.el.querySelectorAll(":scope > [data-key]")) {
      this.observer.observe(el);
    }
  }

  /** Bring a variant on screen, its field focused. */
  goToPending() {
    if (!this.pending) {
      return;
    }
    const {variant} = this.pending;
    const input = this.root.el.querySelector(`input[data-variant="${variant}"]`);
    if (input) {
      this.pending = null;
      input.scrollIntoView({block: "center"});
      input.focus({preventScroll: true});
      return;
    }
    const index = this.props.entries.findIndex(
      ({product}) => product && product.variants.includes(variant)
    );
    if (index < 0) {
      this.pending = null;
      return;
    }
    const {top} = this.root.el.getBoundingClientRect();
    window.scrollBy({
      top: top + this.tops[index] - window.innerHeight / 3,
      behavior: "instant",
    });
    this.update();
  }

  /** Walk on from the edge of a product's grid to the next product. */
  leave(product, direction, column) {
    const {entries} = this.props;
    let index = entries.findIndex((entry) => entry.product === product) + direction;
    while (entries[index] && !entries[index].product) {
      index += direction;
    }
    const next = entries[index] && entries[index].product;
    if (!next) {
      return;
    }
    const {rows} = next.layers[next.state.layer];
    const row = direction > 0 ? rows[0] : rows[rows.length - 1];
    const variant = row.cells[Math.min(column, row.cells.length - 1)];
    this.pending = {variant: variant || row.cells.find(Boolean)};
    this.goToPending();
  }
}
