import {Component, onMounted, onWillUnmount, useState} from "@odoo/owl";
import {LimitNotices} from "./limits/limit_notices.esm";
import {OrderFormModel} from "./order_form_model.esm";
import {OrderSummary} from "./summary/order_summary.esm";
import {ProductCard} from "./product_card/product_card.esm";
import {Review} from "./review/review.esm";
import {formatDate, formatMoney, formatQuantity} from "./formatters.esm";
import {registry} from "@web/core/registry";

/** The order form: products at the left, what it comes to at the right. */
export class OrderForm extends Component {
  static template = "preorder_website.OrderForm";
  static components = {LimitNotices, OrderSummary, ProductCard, Review};
  static props = {
    campaign: Number,
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
    dates: [Object, Boolean],
    cells: Array,
    totals: Object,
    changes: Array,
    limits: Array,
  };

  setup() {
    this.model = new OrderFormModel(this.props);
    this.data = useState(this.model.state);
    this.view = useState({query: "", onlyOrdered: false, reviewing: false});
    this.observer = this.makeObserver();
    const onOnline = () => this.model.queue.retry();
    const onBeforeUnload = (ev) => {
      if (this.model.queue.count && !this.model.queue.closed) {
        ev.preventDefault();
      }
    };
    onMounted(() => {
      this.model.load();
      window.addEventListener("online", onOnline);
      window.addEventListener("beforeunload", onBeforeUnload);
    });
    onWillUnmount(() => {
      window.removeEventListener("online", onOnline);
      window.removeEventListener("beforeunload", onBeforeUnload);
      this.observer.disconnect();
    });
  }

  /** Cards fill themselves shortly before they scroll into sight. */
  makeObserver() {
    return new IntersectionObserver(
      (entries) => {
        for (const entry of entries) {
          if (entry.isIntersecting) {
            entry.target.dispatchEvent(new CustomEvent("in-sight"));
          }
        }
      },
      {rootMargin: "600px 0px"}
    );
  }

  get products() {
    const words = this.view.query.toLowerCase().split(/\s+/).filter(Boolean);
    return this.model.products.filter(
      (product) =>
        words.every((word) => product.text.includes(word)) &&
        (!this.view.onlyOrdered || product.state.pieces > 0)
    );
  }

  /** Products under the heading of their category, in the catalog's order. */
  get sections() {
    const sections = [];
    for (const product of this.products) {
      const last = sections[sections.length - 1];
      if (last && last.name === product.category) {
        last.products.push(product);
      } else {
        sections.push({
          key: product.id,
          name: product.category,
          products: [product],
        });
      }
    }
    return sections;
  }

  formatMoney(amount) {
    return formatMoney(amount, this.props.currency);
  }

  formatDate(date) {
    return formatDate(date);
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
