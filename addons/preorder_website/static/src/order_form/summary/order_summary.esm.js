import {Component, useState} from "@odoo/owl";
import {formatMoney, formatQuantity} from "../formatters.esm";

/** What the order comes to, the tier reached, the way to the next, and whether all is saved. */
export class OrderSummary extends Component {
  static template = "preorder_website.OrderSummary";
  static props = {
    model: Object,
    currency: Number,
    endText: String,
    onReview: Function,
  };

  setup() {
    this.data = useState(this.props.model.state);
    this.sheet = useState({open: false});
  }

  get totals() {
    return this.data.totals;
  }

  get tierDiscount() {
    return this.totals.before - this.totals.untaxed;
  }

  /** How far the balance is on its way to the next tier, in percent. */
  get progress() {
    const next = this.totals.next_tier;
    return next ? Math.min(100, (this.totals.balance / next.target) * 100) : 100;
  }

  get canReview() {
    return this.data.editable && this.totals.lines > 0;
  }

  formatMoney(amount) {
    return formatMoney(amount, this.props.currency);
  }

  formatQuantity(quantity) {
    return formatQuantity(quantity);
  }

  toggleSheet() {
    this.sheet.open = !this.sheet.open;
  }
}
