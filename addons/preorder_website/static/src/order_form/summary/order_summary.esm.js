import {Component, onMounted, onWillUnmount, useState} from "@odoo/owl";
import {
  formatDate,
  formatMoney,
  formatPercentage,
  formatPieces,
  formatQuantity,
  formatTier,
} from "../formatters.esm";
import {_t} from "@web/core/l10n/translation";
import {getRemaining} from "./countdown.esm";

/** How often the time that is left is looked at, in milliseconds. */
const TICK = 1000;

/** What the order comes to, the tier reached, the way to the next, and whether all is saved. */
export class OrderSummary extends Component {
  static template = "preorder_website.OrderSummary";
  static props = {
    model: Object,
    currency: Number,
    onReview: Function,
    onContact: Function,
  };

  setup() {
    const {end, now} = this.props.model.props;
    this.data = useState(this.props.model.state);
    this.sheet = useState({open: false});
    this.time = useState({remaining: null});
    // By the server's clock, as it was when the page was made.
    const endsAt = end && Date.now() + (Date.parse(end) - Date.parse(now));
    const tick = () => {
      const remaining = endsAt ? getRemaining(endsAt - Date.now()) : null;
      if (JSON.stringify(remaining) !== JSON.stringify(this.time.remaining)) {
        this.time.remaining = remaining;
      }
    };
    tick();
    onMounted(() => (this.timer = setInterval(tick, TICK)));
    onWillUnmount(() => clearInterval(this.timer));
  }

  get totals() {
    return this.data.totals;
  }

  get tierText() {
    return formatTier(this.totals.tier);
  }

  get tierDiscount() {
    return this.totals.before - this.totals.untaxed;
  }

  /** How far the balance is on its way to the next tier, in percent. */
  get progress() {
    const next = this.totals.next_tier;
    return next ? Math.min(100, (this.totals.balance / next.target) * 100) : 100;
  }

  get brokenLimits() {
    return this.data.limits.filter(({broken}) => broken).length;
  }

  get brokenText() {
    return this.brokenLimits === 1
      ? _t("One limit is not kept")
      : _t("%s limits are not kept", this.brokenLimits);
  }

  get remainingText() {
    const {unit, count} = this.time.remaining;
    return {
      days: _t("%s days left", count),
      hours: _t("%s hours left", count),
      minutes: _t("%s minutes left", count),
      seconds: count === 1 ? _t("1 second left") : _t("%s seconds left", count),
    }[unit];
  }

  get piecesText() {
    return formatPieces(this.totals.pieces);
  }

  get offlineText() {
    const {count} = this.data.status;
    return count === 1
      ? _t("Offline: 1 change is kept in this browser.")
      : _t("Offline: %s changes are kept in this browser.", count);
  }

  get signedOutText() {
    const {count} = this.data.status;
    return count === 1
      ? _t("You are signed out. 1 change is kept in this browser.")
      : _t("You are signed out. %s changes are kept in this browser.", count);
  }

  get tooLateText() {
    const {count} = this.data.status;
    return count === 1
      ? _t("1 change came too late and is not saved.")
      : _t("%s changes came too late and are not saved.", count);
  }

  get nextTierText() {
    const {missing, discount, name} = this.totals.next_tier;
    return _t("%(amount)s to go for %(discount)s (%(tier)s)", {
      amount: this.formatMoney(missing),
      discount: formatPercentage(discount),
      tier: name,
    });
  }

  /** Delivery dates with a quantity. */
  get dates() {
    const {model} = this.props;
    void this.totals;
    return this.data.dates
      .filter((date) => date && model.countPieces(date) > 0)
      .map((date) => formatDate(date))
      .join(", ");
  }

  get reviewText() {
    return _t("Review and submit");
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

  goToLimits() {
    this.sheet.open = false;
    document.querySelector(".o_preorder_limits")?.scrollIntoView({block: "center"});
  }
}
