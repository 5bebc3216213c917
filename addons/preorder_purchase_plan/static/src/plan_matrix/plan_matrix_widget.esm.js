import {Component, useState, xml} from "@odoo/owl";
import {PlanMatrix} from "./plan_matrix.esm";
import {registry} from "@web/core/registry";
import {standardWidgetProps} from "@web/views/widgets/standard_widget_props";
import {useRecordObserver} from "@web/model/relational_model/utils";

/** The matrix on the form of a plan, or of a supplier's part of one. */
export class PlanMatrixWidget extends Component {
  static template = xml`
    <PlanMatrix
      t-if="state.planId"
      planId="state.planId"
      supplierId="state.supplierId"
      stamp="state.stamp"
      beforeChange="() => this.props.record.save()"
      afterChange="() => this.props.record.load()"
    />`;
  static components = {PlanMatrix};
  static props = {...standardWidgetProps};

  setup() {
    this.state = useState({planId: 0, supplierId: null, stamp: ""});
    useRecordObserver(({data, resId, resModel}) => {
      const isPlan = resModel === "preorder.purchase.plan";
      const {date_updated: updated, amount_to_order: amount, plan_id: plan} = data;
      Object.assign(this.state, {
        planId: (isPlan ? resId : plan && plan.id) || 0,
        supplierId: isPlan ? null : resId || null,
        stamp: `${updated && updated.toISO ? updated.toISO() : ""} ${amount}`,
      });
    });
  }
}

registry.category("view_widgets").add("preorder_plan_matrix", {
  component: PlanMatrixWidget,
});
