import {X2ManyField, x2ManyField} from "@web/views/fields/x2many/x2many_field";
import {registry} from "@web/core/registry";

/** A plan's suppliers: a row opens the supplier's own screen instead of a dialog. */
export class PlanSuppliersField extends X2ManyField {
  async openRecord(record) {
    if (!(await this.props.record.save())) {
      return;
    }
    await this.action.doActionButton({
      type: "object",
      name: "action_open",
      resModel: record.resModel,
      resId: record.resId,
    });
  }
}

registry.category("fields").add("preorder_plan_suppliers", {
  ...x2ManyField,
  component: PlanSuppliersField,
});
