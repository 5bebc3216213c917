import {OrderForm} from "@preorder_website/order_form/order_form.esm";
import {OrderFormModel} from "@preorder_website/order_form/order_form_model.esm";
import {OrderSummary} from "@preorder_website/order_form/summary/order_summary.esm";
import {Review} from "@preorder_website/order_form/review/review.esm";
import {_t} from "@web/core/l10n/translation";
import {patch} from "@web/core/utils/patch";

// In a punchout session the form goes to the customer's procurement system: `punchout`
// has the id of the `session`, the name of the `system`, and of a transfer that was not
// made the `review` to continue with.
OrderForm.props.punchout = {type: Object, optional: true};

patch(OrderFormModel.prototype, {
  /** Several people share a log-in: what one left behind is not the next one's. */
  get storagePrefix() {
    const {punchout} = this.props;
    return punchout
      ? `${super.storagePrefix}-${punchout.session}`
      : super.storagePrefix;
  },

  /** A session's form has nobody else on it. */
  goLive(bus) {
    if (!this.props.punchout) {
      super.goLive(bus);
    }
  },

  async review() {
    const answer = await super.review();
    this.state.others = answer.others || [];
    return answer;
  },
});

patch(OrderForm.prototype, {
  setup() {
    super.setup();
    const {punchout, editable} = this.props;
    this.model.leftReview = punchout && editable && punchout.review;
    this.view.reviewing = Boolean(this.model.leftReview);
  },

  /** The catalogue's bar stands where the website's header does. */
  placeBelowHeader() {
    super.placeBelowHeader();
    const bar = document.querySelector(".o_oci_bar");
    if (bar) {
      const {bottom} = bar.getBoundingClientRect();
      this.root.el.style.setProperty("--preorder-top", `${Math.max(0, bottom)}px`);
    }
  },
});

patch(OrderSummary.prototype, {
  get reviewText() {
    const {punchout} = this.props.model.props;
    return punchout ? _t("Review and transfer") : super.reviewText;
  },

  get signedOutText() {
    const {punchout} = this.props.model.props;
    return punchout
      ? _t("Your visit is over. Open the catalogue again from %s.", punchout.system)
      : super.signedOutText;
  },
});

patch(Review.prototype, {
  get submitText() {
    const {punchout} = this.props.model.props;
    return punchout ? _t("Transfer to %s", punchout.system) : super.submitText;
  },

  get outcomeText() {
    const {punchout} = this.props.model.props;
    return punchout
      ? _t(
          "Your order goes to %s for approval. We deliver once your company has ordered.",
          punchout.system
        )
      : super.outcomeText;
  },

  /** What was entered for a transfer that was not made is there again. */
  async load() {
    await super.load();
    const {model} = this.props;
    if (model.leftReview) {
      const {details, refused, changed} = model.leftReview;
      model.leftReview = null;
      Object.assign(this.state.details, details);
      Object.assign(this.state, {refused, changed});
    }
  },

  /** The answer is a page that leads home, and it replaces this one. */
  async submit() {
    const {model} = this.props;
    if (!model.props.punchout) {
      await super.submit();
      return;
    }
    Object.assign(this.state, {submitting: true, refused: "", changed: false});
    const form = document.createElement("form");
    form.method = "post";
    form.action = `/preorder/form/${model.form}/transfer`;
    const fields = {
      csrf_token: odoo.csrf_token,
      reviewed_total: String(this.state.totals.total),
      details: JSON.stringify(this.state.details),
    };
    for (const [name, value] of Object.entries(fields)) {
      const input = document.createElement("input");
      Object.assign(input, {type: "hidden", name, value});
      form.append(input);
    }
    document.body.append(form);
    form.submit();
  },
});
