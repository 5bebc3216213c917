from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tools import format_datetime

#: How goods that are short are shared out; the rules stand in ``allocation.py``.
STRATEGIES = [
    ("first", "First confirmed, first served"),
    ("proportional", "Everybody in proportion"),
    ("priority", "By priority of the customers' labels"),
    ("manual", "By hand"),
]

#: What a preview is made of.
_MADE_OF = {
    "campaign_ids",
    "warehouse_id",
    "product_ids",
    "date_until",
    "basis",
    "strategy",
    # The office may set packs of products.
    "item_ids",
}


class PreorderAllocation(models.Model):
    """Goods of campaigns shared out among those who wait for them.

    A draft is a preview: it reserves nothing. Once applied, each demand may take its
    share and no more, and nobody else takes it, until it is delivered or the allocation
    is undone. A later allocation shares out what has come since among what is still
    missing; what was shared out of goods that were only expected is shared out anew.
    """

    _name = "preorder.allocation"
    _description = "Pre-Order Allocation"
    _inherit = ["mail.thread"]
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char(required=True, readonly=True, copy=False, default="/")
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    campaign_ids = fields.Many2many(
        "preorder.campaign",
        "preorder_allocation_campaign_rel",
        string="Campaigns",
        required=True,
        check_company=True,
    )
    warehouse_id = fields.Many2one(
        "stock.warehouse",
        required=True,
        check_company=True,
        help="Where the goods are, and from where they are delivered.",
    )
    picking_id = fields.Many2one(
        "stock.picking",
        "Receipt",
        readonly=True,
        check_company=True,
        index="btree_not_null",
        ondelete="set null",
        help="The receipt whose products are allocated.",
    )
    product_ids = fields.Many2many(
        "product.product",
        "preorder_allocation_product_rel",
        string="Only These Products",
        help="Empty: all products that the campaigns' customers wait for.",
    )
    date_until = fields.Date(
        "Deliveries Until",
        help="Only deliveries for this day or earlier, and only purchases that are "
        "expected by then. Empty: all.",
    )
    basis = fields.Selection(
        [("received", "What is in stock"), ("expected", "What is in stock or ordered")],
        string="Share Out",
        required=True,
        default="received",
        help="Before the goods arrive: what the suppliers have confirmed on the "
        "purchase orders of the campaigns' plans. Once they are there, allocate again "
        "what is in stock: it takes the place of this allocation.",
    )
    strategy = fields.Selection(STRATEGIES, required=True, default="first")
    notify_shortened = fields.Boolean(
        "Tell Customers Who Get Less",
        help="When it is applied, whoever gets less than ordered is told by e-mail, "
        "once.",
    )
    state = fields.Selection(
        [("draft", "Preview"), ("applied", "Applied"), ("undone", "Undone")],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        tracking=True,
    )
    applied_by_id = fields.Many2one("res.users", "Applied by", readonly=True)
    applied_on = fields.Datetime(readonly=True)
    date_updated = fields.Datetime("Figures of", readonly=True)
    line_ids = fields.One2many(
        "preorder.allocation.line", "allocation_id", "Customers", copy=False
    )
    item_ids = fields.One2many(
        "preorder.allocation.product", "allocation_id", "Products", copy=False
    )
    line_count = fields.Integer(compute="_compute_line_count")
    has_fixed = fields.Boolean(compute="_compute_has_fixed")
    short_count = fields.Integer(
        "Get Less Than Open",
        compute="_compute_short_count",
        help="Demands that get less than they wait for.",
    )
    uncovered = fields.Text(compute="_compute_uncovered")

    @api.model_create_multi
    def create(self, vals_list):
        """Number allocations, and file them under their campaigns' company."""
        for vals in vals_list:
            if vals.get("name", "/") == "/":
                vals["name"] = self.env["ir.sequence"].next_by_code(
                    "preorder.allocation"
                )
            campaigns = self.new({"campaign_ids": vals.get("campaign_ids")})
            campaign = campaigns.campaign_ids._origin[:1]
            if campaign:
                vals.setdefault("company_id", campaign.company_id.id)
                vals.setdefault("warehouse_id", campaign._get_allocation_warehouse().id)
        return super().create(vals_list)

    def write(self, vals):
        """A preview follows at once when what it is made of is changed."""
        result = super().write(vals)
        if _MADE_OF & vals.keys():
            self.filtered(
                lambda allocation: (
                    allocation.state == "draft" and allocation.date_updated
                )
            ).action_update()
        return result

    @api.onchange("campaign_ids")
    def _onchange_campaign_ids(self):
        campaign = self.campaign_ids._origin[:1]
        if campaign:
            self.company_id = campaign.company_id
            self.warehouse_id = campaign._get_allocation_warehouse()
            self.strategy = campaign.allocation_strategy

    @api.ondelete(at_uninstall=False)
    def _unlink_except_applied(self):
        for allocation in self:
            if allocation.state == "applied":
                raise UserError(
                    self.env._(
                        "%(name)s is applied: goods are held by it. Undo it first.",
                        name=allocation.name,
                    )
                )

    @api.depends("line_ids")
    def _compute_line_count(self):
        for allocation in self:
            allocation.line_count = len(allocation.line_ids)

    @api.depends("line_ids.is_fixed")
    def _compute_has_fixed(self):
        for allocation in self:
            allocation.has_fixed = any(allocation.line_ids.mapped("is_fixed"))

    @api.depends("line_ids.quantity_remaining")
    def _compute_short_count(self):
        for allocation in self:
            allocation.short_count = len(
                allocation.line_ids.filtered(lambda line: line.quantity_remaining > 0)
            )

    @api.depends("state")
    def _compute_uncovered(self):
        """Name what is held and no longer there: it was lost, returned or taken."""
        for allocation in self:
            allocation.uncovered = (
                allocation._describe_uncovered()
                if allocation.state == "applied"
                and allocation.basis == "received"
                and allocation.id
                else False
            )

    # Preview

    def action_update(self):
        """Share out anew what is there by now; what a person has fixed stays.

        :raise UserError: when an allocation is no preview any more, or more is fixed
            than there is
        """
        for allocation in self:
            allocation._check_is_draft()
            allocation._share_out(allocation._get_picture())

    def action_forget_fixed(self):
        """Share everything out by the strategy, also what a person has fixed."""
        self.line_ids.is_fixed = False
        self.action_update()

    def _check_is_draft(self):
        self.ensure_one()
        if self.state == "draft":
            return
        if self.state == "undone":
            raise UserError(
                self.env._("%(name)s is undone. Make a new allocation.", name=self.name)
            )
        raise UserError(
            self.env._(
                "%(name)s was applied by %(user)s on %(moment)s. Make a new "
                "allocation, or undo this one first.",
                name=self.name,
                user=self.applied_by_id.name,
                moment=format_datetime(self.env, self.applied_on),
            )
        )

    # Apply, undo

    def action_apply(self):
        """Hold the goods for those who get them, and reserve what is there.

        If goods or demand have changed since the preview so that it cannot be kept, it
        is brought up to date instead, to be looked at again.

        :return: an action that says so, or nothing
        """
        self.ensure_one()
        self._check_may_allocate()
        self._check_is_draft()
        self._lock()
        picture = self._get_picture()
        if not self._is_kept_by(picture):
            self._share_out(picture, limit_fixed=True)
            return self._get_changed_action()
        if not any(self.line_ids.mapped("quantity")):
            raise UserError(
                self.env._(
                    "%(name)s gives nothing to anybody: there is nothing in stock to "
                    "share out. Receive the goods first, or share out what is ordered.",
                    name=self.name,
                )
            )
        self._replace_expected()
        self._hold(picture)
        self.write(
            {
                "state": "applied",
                "applied_by_id": self.env.uid,
                "applied_on": fields.Datetime.now(),
            }
        )
        self.line_ids._reserve()
        if self.notify_shortened:
            self._announce_shortened()
        return None

    def action_undo(self):
        """Give back what is not delivered yet. What is delivered stays delivered.

        :raise UserError: when there is nothing to give back
        """
        self.ensure_one()
        self._check_may_allocate()
        if self.state != "applied":
            raise UserError(
                self.env._(
                    "%(name)s is not applied: there is nothing to undo.",
                    name=self.name,
                )
            )
        self._lock()
        released = self.line_ids._release()
        if not released:
            raise UserError(
                self.env._(
                    "All that %(name)s gave has been delivered: there is nothing to "
                    "undo. Goods that come back are allocated anew.",
                    name=self.name,
                )
            )
        self.state = "undone"

    def _check_may_allocate(self):
        """Stock and orders are read and reserved with the rights of the system."""
        self.check_access("write")
        if self.company_id not in self.env.companies:
            raise AccessError(
                self.env._("%(name)s is of another company.", name=self.name)
            )

    def _lock(self):
        """Let nobody else allocate goods of the warehouse until this is done.

        Whoever was later is repeated from the beginning, and sees the goods as they are
        then: only a row that is written does that.
        """
        self.env.flush_all()
        warehouse = self.sudo().warehouse_id
        warehouse.preorder_allocation_revision += 1
        warehouse.flush_recordset()

    def _get_changed_action(self):
        """Tell that the preview was out of date, and show it anew."""
        message = self.env._(
            "Goods or orders have changed since this preview was made. It shows what "
            "is there now: please look at it again, then apply it."
        )
        self.message_post(body=message)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning",
                "message": message,
                "sticky": True,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _replace_expected(self):
        """What was shared out of expected goods, among the same, is shared out anew."""
        earlier = self._get_replaced_lines()
        for allocation in earlier.allocation_id:
            lines = earlier.filtered(lambda line, it=allocation: line in it.line_ids)
            lines.is_applied = False
            if not any(allocation.line_ids.mapped("is_applied")):
                allocation.state = "undone"
            allocation.message_post(
                body=self.env._(
                    "%(name)s takes the place of this allocation, for %(count)s "
                    "orders' products.",
                    name=self.name,
                    count=len(lines),
                )
            )

    # Screens

    @api.model
    def _open(self, campaigns, *, products=None, picking=None):
        """Open the preview of campaigns' goods, up to date.

        :param products: only these, or none for all
        :param picking: the receipt from which it is opened
        :return: the window action
        """
        warehouse = (
            picking.picking_type_id.warehouse_id
            if picking
            else campaigns[:1]._get_allocation_warehouse()
        )
        draft = self.search(
            [
                ("state", "=", "draft"),
                ("warehouse_id", "=", warehouse.id),
                ("picking_id", "=", picking.id if picking else False),
                ("create_uid", "=", self.env.uid),
            ],
        ).filtered(lambda allocation: allocation.campaign_ids == campaigns)[:1]
        if not draft:
            draft = self.create(
                {
                    "campaign_ids": [Command.set(campaigns.ids)],
                    "company_id": warehouse.company_id.id,
                    "warehouse_id": warehouse.id,
                    "picking_id": picking.id if picking else False,
                    "product_ids": [Command.set(products.ids)] if products else False,
                    "strategy": campaigns[:1].allocation_strategy,
                }
            )
        draft.action_update()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": draft.id,
            "view_mode": "form",
        }

    def action_view_lines(self):
        """Show who gets how much, to be changed by hand as long as it is a preview."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("%s: Customers", self.name),
            "res_model": "preorder.allocation.line",
            "view_mode": "list",
            "domain": [("allocation_id", "=", self.id)],
            "context": {"search_default_group_product": 1, "create": False},
        }
