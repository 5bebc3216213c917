import {Component, onMounted, onWillStart, useRef, useState} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {formatDate, deserializeDate} from "@web/core/l10n/dates";
import {formatQuantity} from "./formatters.esm";
import {parseFloat} from "@web/views/fields/parsers";
import {useService} from "@web/core/utils/hooks";

/** Quantities closer than this are the same. */
const EPSILON = 1e-6;
const FIELDS = [
  "decision_reason",
  "is_decided",
  "partner_id",
  "quantity_confirmed",
  "quantity_missing",
  "quantity_ordered",
  "quantity_suggested",
  "quantity_to_order",
  "quantity_wanted",
  "seller_uom_id",
  "week",
];

/** A cell of the matrix: its figures, and how many to order instead, with the reason. */
export class CellPopover extends Component {
  static template = "preorder_purchase_plan.CellPopover";
  static props = {
    close: Function,
    title: String,
    lineIds: {type: Array, element: Number},
    /** Runs what changes the lines, and shows the plan as it is then. */
    change: Function,
    openLine: Function,
  };

  setup() {
    this.orm = useService("orm");
    this.root = useRef("root");
    onMounted(() => {
      const input = this.root.el.querySelector(".o_plan_matrix_input");
      if (input) {
        input.select();
      }
    });
    this.state = useState({lines: [], error: "", busy: false});
    onWillStart(async () => {
      const lines = await this.orm.read(
        "preorder.purchase.plan.line",
        this.props.lineIds,
        FIELDS
      );
      this.state.lines = lines.map((line) => ({
        ...line,
        entered: formatQuantity(line.quantity_to_order),
        reason: line.decision_reason || "",
      }));
    });
  }

  format(quantity) {
    return formatQuantity(quantity);
  }

  getHeading(line) {
    const parts = [];
    if (line.partner_id) {
      parts.push(line.partner_id[1]);
    } else {
      parts.push(_t("Without Supplier"));
    }
    if (line.week) {
      parts.push(_t("week of %s", formatDate(deserializeDate(line.week))));
    }
    return parts.join(" · ");
  }

  getFigures(line) {
    return [
      [_t("Confirmed"), line.quantity_confirmed],
      [_t("To Be Bought"), line.quantity_wanted],
      [_t("On Order"), line.quantity_ordered],
      [_t("Missing"), line.quantity_missing],
      [_t("Suggested"), line.quantity_suggested],
    ];
  }

  /** Whether another quantity is entered than suggested: that takes a reason. */
  needsReason(line) {
    let quantity = 0;
    try {
      quantity = parseFloat(line.entered || "0");
    } catch {
      return false;
    }
    return Math.abs(quantity - line.quantity_suggested) > EPSILON;
  }

  async save(line) {
    let quantity = 0;
    try {
      quantity = parseFloat(line.entered || "0");
    } catch {
      this.state.error = _t("Enter a number.");
      return;
    }
    if (quantity < 0) {
      this.state.error = _t("A quantity cannot be negative.");
      return;
    }
    if (this.needsReason(line) && !line.reason.trim()) {
      this.state.error = _t("Say why you order another quantity than suggested.");
      return;
    }
    const values = {quantity_to_order: quantity};
    if (this.needsReason(line)) {
      values.decision_reason = line.reason.trim();
    }
    await this.run(() =>
      this.orm.write("preorder.purchase.plan.line", [line.id], values)
    );
  }

  async takeSuggestion(line) {
    await this.run(() =>
      this.orm.call("preorder.purchase.plan.line", "action_take_suggestion", [
        [line.id],
      ])
    );
  }

  async run(action) {
    this.state.error = "";
    this.state.busy = true;
    try {
      await this.props.change(action);
    } finally {
      this.state.busy = false;
    }
    this.props.close();
  }
}
