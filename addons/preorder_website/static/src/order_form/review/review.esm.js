import {Component, onMounted, onWillStart, useRef, useState} from "@odoo/owl";
import {LimitNotices} from "../limits/limit_notices.esm";
import {formatMoney, formatQuantity, formatTier} from "../formatters.esm";
import {_t} from "@web/core/l10n/translation";
import {redirect} from "@web/core/utils/urls";

/** A last look before the order form becomes a quotation. */
export class Review extends Component {
  static template = "preorder_website.Review";
  static components = {LimitNotices};
  static props = {
    model: Object,
    currency: Number,
    onBack: Function,
  };

  setup() {
    const {reference, note} = this.props.model.props;
    this.state = useState({
      groups: [],
      changes: [],
      totals: null,
      choices: null,
      details: {
        reference,
        note,
        address: 0,
        contact: 0,
        delivery_date: "",
        delivery_until: "",
      },
      submitting: false,
      refused: "",
      changed: false,
    });
    this.heading = useRef("heading");
    onWillStart(() => this.load());
    // Whoever hears the page, or walks through it by keyboard, is taken along.
    onMounted(() => this.heading.el.focus({preventScroll: true}));
  }

  async load() {
    const first = !this.state.choices;
    const {groups, changes, totals, choices} = await this.props.model.review();
    Object.assign(this.state, {groups, changes, totals, choices});
    if (first) {
      const {address, contact, delivery_date, delivery_until} = this.state.choices;
      Object.assign(this.state.details, {
        address,
        contact,
        delivery_date,
        delivery_until,
      });
    }
  }

  choose(name, ev) {
    this.state.details[name] = Number(ev.target.value);
  }

  formatMoney(amount) {
    return formatMoney(amount, this.props.currency);
  }

  formatQuantity(quantity) {
    return formatQuantity(quantity);
  }

  get submitText() {
    return _t("Submit");
  }

  get outcomeText() {
    return _t("Submitting makes your quotation. You sign and pay it on the next page.");
  }

  get tierText() {
    return formatTier(this.state.totals.tier);
  }

  getGroupTotal(group, name) {
    return group.lines.reduce((sum, line) => sum + line[name], 0);
  }

  async submit() {
    Object.assign(this.state, {submitting: true, refused: "", changed: false});
    const answer = await this.props.model
      .submit(this.state.totals.total, {...this.state.details})
      .catch((error) => {
        this.state.submitting = false;
        throw error;
      });
    if (answer.url) {
      redirect(answer.url);
      return;
    }
    this.state.submitting = false;
    this.state.refused = answer.refused || "";
    await this.load();
    this.state.changed = Boolean(answer.changed);
  }
}
