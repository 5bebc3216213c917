from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class PreorderPurchasePlan(models.Model):
    """How many of what to buy from whom, for one or several campaigns."""

    _name = "preorder.purchase.plan"
    _description = "Pre-Order Purchase Plan"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char(required=True, readonly=True, copy=False, default="/")
    active = fields.Boolean(default=True)
    campaign_ids = fields.Many2many(
        "preorder.campaign",
        "preorder_purchase_plan_campaign_rel",
        string="Campaigns",
        required=True,
        check_company=True,
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    user_id = fields.Many2one(
        "res.users", "Purchaser", default=lambda self: self.env.user, tracking=True
    )
    line_ids = fields.One2many("preorder.purchase.plan.line", "plan_id", "Lines")
    date_updated = fields.Datetime("Demand of", readonly=True, copy=False)

    # What counts
    count_quoted = fields.Boolean(
        "Count Quotations",
        tracking=True,
        help="Plan for what is quoted and not confirmed yet, too.",
    )
    quoted_chance = fields.Float(
        "Chance (%)",
        default=100.0,
        help="How much of what is quoted you count on.",
    )
    count_started = fields.Boolean(
        "Count Forms Being Filled",
        tracking=True,
        help="Plan for what stands in order forms that are not submitted yet, too.",
    )
    started_chance = fields.Float(
        "Chance of Forms (%)",
        default=50.0,
        help="How much of what stands in forms being filled you count on.",
    )
    use_stock = fields.Boolean(
        "Take off Free Stock",
        tracking=True,
        help="What is in stock, promised to nobody and taken off by no other plan is "
        "not bought again.",
    )
    use_incoming = fields.Boolean(
        "Take off What Is on Its Way",
        tracking=True,
        help="What was bought outside of plans, is not received yet and promised to "
        "nobody is not bought again.",
    )
    extra_percent = fields.Float(
        "Extra for Stock (%)",
        tracking=True,
        help="Pieces for stock, as a share of what customers want; a line's own number "
        "goes before.",
    )
    by_week = fields.Boolean(
        "A Request per Delivery Week",
        tracking=True,
        help="What customers want in different weeks is planned and ordered apart.",
    )
    on_more = fields.Selection(
        [
            ("add", "Add it to the open request"),
            ("new", "Make a new request"),
        ],
        "After More Sales",
        default="new",
        required=True,
        help="What happens to the difference when more is sold after a request for "
        "quotation was made.",
    )

    purchase_order_ids = fields.One2many(
        "purchase.order", "preorder_plan_id", "Purchase Orders"
    )
    purchase_order_count = fields.Integer(compute="_compute_purchase_order_count")
    amount_to_order = fields.Monetary(
        "To Order",
        compute="_compute_figures",
        help="In the company's currency, excluding taxes.",
    )
    sales_amount = fields.Monetary(
        "Expected Sales",
        compute="_compute_figures",
        help="What customers pay for what the plan counts, in the company's currency, "
        "excluding taxes.",
    )
    margin = fields.Monetary(
        "Expected Margin",
        compute="_compute_figures",
        help="Expected sales less what the same pieces cost at the agreed prices.",
    )
    without_supplier_count = fields.Integer(compute="_compute_figures")
    problem_count = fields.Integer(compute="_compute_figures")
    late_count = fields.Integer(compute="_compute_figures")
    too_high_count = fields.Integer(compute="_compute_figures")
    outdated_count = fields.Integer(compute="_compute_figures")

    _chances = models.Constraint(
        "CHECK(quoted_chance BETWEEN 0 AND 100 AND started_chance BETWEEN 0 AND 100)",
        "A chance lies between 0 and 100 %.",
    )
    _extra_positive = models.Constraint(
        "CHECK(extra_percent >= 0)", "Extra pieces for stock cannot be negative."
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Number plans, and file them under their campaigns' company."""
        for vals in vals_list:
            if vals.get("name", "/") == "/":
                vals["name"] = self.env["ir.sequence"].next_by_code(
                    "preorder.purchase.plan"
                )
        plans = super().create(vals_list)
        for plan in plans:
            if plan.campaign_ids:
                plan.company_id = plan.campaign_ids[0].company_id
        return plans

    def write(self, vals):
        """Plan anew when what counts is changed."""
        result = super().write(vals)
        if {"use_stock", "use_incoming"} & set(vals):
            self._forget_supply()
        if self._get_planning_fields() & set(vals):
            self.action_update()
        return result

    @api.model
    def _get_planning_fields(self):
        """What the lines depend on."""
        return {
            "campaign_ids",
            "count_quoted",
            "quoted_chance",
            "count_started",
            "started_chance",
            "use_stock",
            "use_incoming",
            "extra_percent",
            "by_week",
        }

    @api.constrains("campaign_ids", "active")
    def _check_campaigns_once(self):
        for plan in self.filtered("active"):
            for campaign in plan.campaign_ids:
                others = campaign.purchase_plan_ids.filtered("active") - plan
                if others:
                    raise ValidationError(
                        self.env._(
                            "%(campaign)s is in %(plan)s already: in two plans, "
                            "everything would be bought twice. Add the other campaigns "
                            "to that plan, or archive it.",
                            campaign=campaign.display_name,
                            plan=others[0].name,
                        )
                    )

    @api.constrains("by_week")
    def _check_by_week(self):
        for plan in self:
            if plan.line_ids.purchase_line_ids.filtered(
                lambda line: line.state != "cancel"
            ) and any(bool(line.week) != plan.by_week for line in plan.line_ids):
                raise ValidationError(
                    self.env._(
                        "Requests for quotation have been made from %s already. Make "
                        "a new plan for deliveries in other weeks.",
                        plan.name,
                    )
                )

    @api.depends("purchase_order_ids")
    def _compute_purchase_order_count(self):
        for plan in self:
            plan.purchase_order_count = len(plan.purchase_order_ids)

    @api.depends(
        "line_ids.amount_company",
        "line_ids.margin",
        "line_ids.problem",
        "line_ids.is_late",
        "line_ids.quantity_too_high",
        "line_ids.is_decision_outdated",
    )
    def _compute_figures(self):
        lines = self.env["preorder.purchase.plan.line"]
        figures = {
            plan: (amount, sales, margin)
            for plan, amount, sales, margin in lines._read_group(
                [("plan_id", "in", self.ids)],
                ["plan_id"],
                ["amount_company:sum", "sales_amount:sum", "margin:sum"],
            )
        }
        counts = {
            name: dict(
                lines._read_group(
                    [("plan_id", "in", self.ids), *domain], ["plan_id"], ["__count"]
                )
            )
            for name, domain in {
                "without_supplier_count": [
                    ("supply", "=", "none"),
                    ("quantity_missing", ">", 0),
                ],
                "problem_count": [
                    ("problem", "not in", (False, "no_supplier")),
                    ("quantity_missing", ">", 0),
                ],
                "late_count": [("is_late", "=", True)],
                "too_high_count": [("quantity_too_high", ">", 0)],
                "outdated_count": [("is_decision_outdated", "=", True)],
            }.items()
        }
        for plan in self:
            plan.amount_to_order, plan.sales_amount, plan.margin = figures.get(
                plan._origin, (0.0, 0.0, 0.0)
            )
            for name, values in counts.items():
                plan[name] = values.get(plan._origin, 0)

    def action_update(self):
        """Bring the lines up to what customers want by now."""
        for plan in self:
            plan._update_lines()

    def _update_lines(self):
        """Read demand and supply anew, and decide anew what is to be ordered."""
        self.ensure_one()
        self._update_demand()
        self._update_supply()
        self.line_ids._plan_anew()
        self._update_suppliers()
        self.date_updated = fields.Datetime.now()

    def action_view_lines(self):
        """Show the plan's lines on a screen of their own: to search, group, chart."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "preorder_purchase_plan.preorder_purchase_plan_line_action"
        )
        action["domain"] = [("plan_id", "=", self.id)]
        action["context"] = {"search_default_group_supplier": 1}
        return action

    def _view_lines_where(self, name, domain):
        self.ensure_one()
        action = self.action_view_lines()
        action["name"] = name
        action["domain"] = [*action["domain"], *domain]
        action["context"] = {}
        return action

    def action_view_without_supplier(self):
        """Show what nobody is known to sell."""
        return self._view_lines_where(
            self.env._("Without Supplier"), [("supply", "=", "none")]
        )

    def action_view_problems(self):
        """Show what cannot be ordered as it is, and why."""
        return self._view_lines_where(
            self.env._("To Be Looked At"),
            [("problem", "not in", (False, "no_supplier"))],
        )

    def action_view_late(self):
        """Show what should have been ordered by now."""
        return self._view_lines_where(
            self.env._("To Be Ordered by Now"), [("is_late", "=", True)]
        )

    def action_view_too_high(self):
        """Show of what more is on order than is wanted."""
        return self._view_lines_where(
            self.env._("Too Much on Order"), [("quantity_too_high", ">", 0)]
        )

    def action_view_purchase_orders(self):
        """Show the plan's requests for quotation and purchase orders."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Purchase Orders"),
            "res_model": "purchase.order",
            "view_mode": "list,form",
            "domain": [("preorder_plan_id", "=", self.id)],
            "context": {"create": False},
        }

    def action_view_demand(self):
        """Chart what customers want, week of delivery by week."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "preorder_purchase_plan.preorder_demand_action"
        )
        action["domain"] = [("campaign_id", "in", self.campaign_ids.ids)]
        return action

    # Decisions

    def action_keep_decisions(self):
        """Let the purchaser's quantities stand, though the demand has changed."""
        for plan in self:
            plan.line_ids.filtered("is_decision_outdated").action_keep_decision()

    def action_take_suggestions(self):
        """Give up the purchaser's quantities that were for another demand."""
        for plan in self:
            plan.line_ids.filtered("is_decision_outdated").action_take_suggestion()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_ordered(self):
        for plan in self:
            if plan.purchase_order_ids:
                raise UserError(
                    self.env._(
                        "%s has purchase orders. Archive the plan instead.", plan.name
                    )
                )
