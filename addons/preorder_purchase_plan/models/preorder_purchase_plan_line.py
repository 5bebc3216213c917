from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..plan import EPSILON, Chances, Demand, Situation, get_extra, get_order, get_wanted


@dataclass
class Known:
    """What many lines share, looked up once.

    :ivar price_digits: to how many digits prices are kept
    :ivar rates: (company, currency) → the currency's rate in the company's
    :ivar related: (unit, other unit's id) → whether one converts to the other
    :ivar expire: plan → the day on which its suppliers' prices expire, or ``None``
    :ivar last: line → values that nothing else follows from, set last
    """

    today: date
    price_digits: int
    rates: dict = field(default_factory=dict)
    related: dict = field(default_factory=dict)
    expire: dict = field(default_factory=dict)
    last: defaultdict = field(default_factory=lambda: defaultdict(dict))


class PreorderPurchasePlanLine(models.Model):
    """One variant of a purchase plan: demanded, on order, still to be ordered.

    Quantities are in the product's unit, but for those that say otherwise. What
    customers want is written by the plan (``_update_demand``); everything else follows
    from it, from what is on order and from what the purchaser decides.
    """

    _name = "preorder.purchase.plan.line"
    _description = "Pre-Order Purchase Plan Line"
    _order = "plan_id, partner_id, product_tmpl_id, product_id, week, id"
    _rec_name = "product_id"

    plan_id = fields.Many2one(
        "preorder.purchase.plan",
        required=True,
        ondelete="cascade",
        index=True,
        readonly=True,
    )
    company_id = fields.Many2one(related="plan_id.company_id", store=True)
    company_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Company's Currency"
    )
    product_id = fields.Many2one(
        "product.product",
        "Variant",
        required=True,
        ondelete="restrict",
        readonly=True,
        index=True,
    )
    product_tmpl_id = fields.Many2one(
        related="product_id.product_tmpl_id", store=True, string="Product"
    )
    categ_id = fields.Many2one(related="product_id.categ_id", store=True)
    product_brand_id = fields.Many2one(
        related="product_id.product_brand_id", store=True, string="Brand"
    )
    product_uom_id = fields.Many2one(related="product_id.uom_id", string="Unit")
    picking_type_id = fields.Many2one(
        "stock.picking.type", "Receive in", readonly=True, ondelete="restrict"
    )
    week = fields.Date(
        "Delivery Week", readonly=True, help="Its Monday; none where weeks are one."
    )
    split_of_id = fields.Many2one(
        "preorder.purchase.plan.line",
        "Split of",
        readonly=True,
        ondelete="cascade",
        index="btree_not_null",
        help="The line of which this one buys a part from another supplier.",
    )
    split_ids = fields.One2many("preorder.purchase.plan.line", "split_of_id", "Splits")

    # What customers want
    quantity_confirmed = fields.Float(
        "Confirmed", digits="Product Unit", readonly=True, help="In the product's unit."
    )
    quantity_own_shop = fields.Float(
        "Of It for Own Shops", digits="Product Unit", readonly=True
    )
    quantity_by_route = fields.Float(
        "Of It Bought by Route",
        digits="Product Unit",
        readonly=True,
        help="Make to order, drop-shipping: bought for each order by the goods' own "
        "route.",
    )
    quantity_quoted = fields.Float("Quoted", digits="Product Unit", readonly=True)
    quantity_started = fields.Float(
        "In Forms Being Filled", digits="Product Unit", readonly=True
    )
    own_shop_quoted = fields.Float(digits="Product Unit", readonly=True)
    own_shop_started = fields.Float(digits="Product Unit", readonly=True)
    sales_confirmed = fields.Monetary(
        "Confirmed Sales", readonly=True, currency_field="company_currency_id"
    )
    sales_quoted = fields.Monetary(
        "Quoted Sales", readonly=True, currency_field="company_currency_id"
    )
    sales_started = fields.Monetary(
        "Sales Being Filled", readonly=True, currency_field="company_currency_id"
    )
    date_needed = fields.Date(
        "Needed on",
        readonly=True,
        help="The earliest day on which a customer wants it.",
    )

    # What else there is
    quantity_from_stock = fields.Float(
        "From Stock", digits="Product Unit", readonly=True
    )
    quantity_from_incoming = fields.Float(
        "On Its Way",
        digits="Product Unit",
        readonly=True,
        help="Bought outside of plans, as by a rule, and promised to nobody.",
    )
    reordering_rule = fields.Selection(
        [("auto", "Automatic"), ("manual", "By hand")],
        readonly=True,
        help="Whether a reordering rule of the warehouse buys this product.",
    )
    buy_despite_rule = fields.Boolean(
        "Buy in This Plan",
        help="Buy it here though an automatic rule would: the rule sees what "
        "is on order and does not buy it again.",
    )

    # What is decided
    extra_by_hand = fields.Boolean(readonly=True)
    quantity_extra = fields.Float(
        "Extra for Stock",
        digits="Product Unit",
        compute="_compute_quantity_extra",
        store=True,
        readonly=False,
        help="Pieces that no customer has asked for. Empty the field for the plan's "
        "share.",
    )
    quantity_split = fields.Float(
        "Bought Here",
        digits="Product Unit",
        help="The part of the demand that is bought from this supplier.",
    )
    quantity_wanted = fields.Float(
        "To Be Bought",
        digits="Product Unit",
        compute="_compute_order",
        store=True,
        help="What is counted of the demand, and extra pieces; less stock and what is "
        "on its way.",
    )
    quantity_ordered = fields.Float(
        "On Order",
        digits="Product Unit",
        compute="_compute_quantity_ordered",
        store=True,
        help="On this plan's requests and orders that are not cancelled.",
    )
    quantity_growing = fields.Float(
        digits="Product Unit", compute="_compute_quantity_ordered", store=True
    )
    quantity_missing = fields.Float(
        "Missing", digits="Product Unit", compute="_compute_order", store=True
    )
    quantity_suggested = fields.Float(
        "Suggested",
        digits="Product Unit",
        compute="_compute_order",
        store=True,
        help="What is missing, added up, then raised to the supplier's minimum and "
        "multiple, in the supplier's unit.",
    )
    quantity_to_order = fields.Float(
        "To Order",
        digits="Product Unit",
        compute="_compute_order",
        store=True,
        readonly=False,
        help="In the supplier's unit. Change it, and say why: your quantity stands "
        "until the demand changes.",
    )
    quantity_rounded_up = fields.Float(
        "Rounded Up",
        digits="Product Unit",
        compute="_compute_order",
        store=True,
        help="Part of what is to be ordered that no customer has asked for, in the "
        "supplier's unit.",
    )
    quantity_too_high = fields.Float(
        "Too Much on Order",
        digits="Product Unit",
        compute="_compute_order",
        store=True,
        help="On order and no longer wanted, in the supplier's unit.",
    )
    wanted_when_ordered = fields.Float(readonly=True, digits="Product Unit")
    is_decided = fields.Boolean("Decided by Hand", readonly=True)
    quantity_decided = fields.Float(
        digits="Product Unit",
        readonly=True,
        help="What the purchaser wants to have ordered altogether, in the product's "
        "unit.",
    )
    wanted_when_decided = fields.Float(readonly=True, digits="Product Unit")
    decision_reason = fields.Char(
        "Reason", help="Why another quantity is ordered than suggested."
    )
    is_decision_outdated = fields.Boolean(
        "Demand Changed Since",
        compute="_compute_order",
        store=True,
        help="The quantity was decided for another demand. Keep it, or take the "
        "suggestion.",
    )

    # From whom
    supply = fields.Selection(
        [
            ("buy", "Buy"),
            ("rule", "Left to a Reordering Rule"),
            ("none", "Without Supplier"),
        ],
        compute="_compute_order",
        store=True,
    )
    is_supplier_chosen = fields.Boolean("Supplier Chosen by Hand", readonly=True)
    partner_id = fields.Many2one(
        "res.partner",
        "Supplier",
        compute="_compute_order",
        store=True,
        readonly=False,
        ondelete="restrict",
        index=True,
    )
    seller_id = fields.Many2one(
        "product.supplierinfo",
        "Supplier's Price",
        compute="_compute_order",
        store=True,
        ondelete="set null",
    )
    seller_uom_id = fields.Many2one(
        "uom.uom", "Supplier's Unit", compute="_compute_order", store=True
    )
    product_code = fields.Char(
        related="seller_id.product_code", string="Supplier's Code"
    )
    product_name = fields.Char(
        related="seller_id.product_name", string="Supplier's Name"
    )
    delay = fields.Integer("Lead Time (Days)", related="seller_id.delay")
    currency_id = fields.Many2one("res.currency", compute="_compute_order", store=True)
    # Prices of several variants add up to nothing.
    price = fields.Float(
        "Agreed Price",
        digits="Product Price",
        compute="_compute_order",
        store=True,
        aggregator=None,
    )
    discount = fields.Float(
        "Discount (%)",
        digits="Discount",
        compute="_compute_order",
        store=True,
        aggregator=None,
    )
    amount = fields.Monetary(
        compute="_compute_order", store=True, help="In the supplier's currency."
    )
    amount_company = fields.Monetary(
        "Amount in Company's Currency",
        compute="_compute_order",
        store=True,
        currency_field="company_currency_id",
    )
    sales_amount = fields.Monetary(
        "Expected Sales",
        compute="_compute_order",
        store=True,
        currency_field="company_currency_id",
    )
    margin = fields.Monetary(
        "Expected Margin",
        compute="_compute_order",
        store=True,
        currency_field="company_currency_id",
        help="Expected sales less what the same pieces cost at the agreed price. Own "
        "shops pay nothing and are left out.",
    )
    date_order_latest = fields.Date(
        "Order by",
        compute="_compute_order",
        store=True,
        help="The earliest requested delivery less the supplier's lead time, and not "
        "after the suppliers' prices expire.",
    )
    is_late = fields.Boolean(
        "Late", compute="_compute_order", store=True, help="To be ordered by now."
    )
    problem = fields.Selection(
        [
            ("no_supplier", "No supplier"),
            ("no_price", "No agreed price with this supplier on this day"),
            ("no_rate", "No exchange rate for the supplier's currency"),
            ("no_unit", "The supplier's unit cannot be converted"),
            ("archived", "The supplier is archived"),
        ],
        "To Be Looked At",
        compute="_compute_order",
        store=True,
    )
    step_more = fields.Float(
        "To the Next Price",
        digits="Product Unit",
        compute="_compute_order",
        store=True,
        help="How many more make the next price, in the supplier's unit.",
    )
    step_less_each = fields.Float(
        "Less Each",
        digits="Product Price",
        compute="_compute_order",
        store=True,
        aggregator=None,
    )
    step_cost = fields.Monetary(
        "The Order Then Costs",
        compute="_compute_order",
        store=True,
        help="What the whole order would cost more at the next price; negative: less.",
    )

    purchase_line_ids = fields.One2many(
        "purchase.order.line", "preorder_plan_line_id", "Purchase Order Lines"
    )

    _main_line = models.UniqueIndex(
        "(plan_id, product_id, COALESCE(picking_type_id, 0), "
        "COALESCE(week, '0001-01-01')) WHERE split_of_id IS NULL",
        "A plan has one line for each variant, place and week.",
    )
    _split = models.UniqueIndex(
        "(split_of_id, partner_id) WHERE split_of_id IS NOT NULL",
        "This supplier has a part already.",
    )
    _not_negative = models.Constraint(
        "CHECK(quantity_extra >= 0 AND quantity_split >= 0)",
        "A quantity cannot be negative.",
    )

    # What is wanted, and what is on order

    @api.depends(
        "quantity_confirmed",
        "quantity_by_route",
        "quantity_quoted",
        "quantity_started",
        "extra_by_hand",
        "plan_id.extra_percent",
        "plan_id.count_quoted",
        "plan_id.quoted_chance",
        "plan_id.count_started",
        "plan_id.started_chance",
    )
    def _compute_quantity_extra(self):
        for line in self:
            if line.extra_by_hand:
                line.quantity_extra = line.quantity_extra
            else:
                percent = line.plan_id.extra_percent
                line._assign(
                    quantity_extra=percent
                    and get_extra(
                        line._get_customers_demand(),
                        percent,
                        line.product_uom_id._get_smallest_quantity(),
                    )
                )

    @api.depends(
        "purchase_line_ids.product_uom_qty",
        "purchase_line_ids.state",
        "purchase_line_ids.preorder_plan_line_id",
        "plan_id.on_more",
    )
    def _compute_quantity_ordered(self):
        self.env["purchase.order.line"].flush_model(
            ["preorder_plan_line_id", "product_uom_qty"]
        )
        ordered, growing = {}, {}
        for line, state, quantity in (
            self.env["purchase.order.line"]
            .sudo()
            ._read_group(
                Domain("preorder_plan_line_id", "in", self._origin.ids)
                & Domain("state", "!=", "cancel"),
                ["preorder_plan_line_id", "state"],
                ["product_uom_qty:sum"],
            )
        ):
            ordered[line.id] = ordered.get(line.id, 0.0) + quantity
            if state in ("draft", "sent"):
                growing[line.id] = growing.get(line.id, 0.0) + quantity
        for line in self:
            line.quantity_ordered = ordered.get(line._origin.id, 0.0)
            line.quantity_growing = (
                growing.get(line._origin.id, 0.0)
                if line.plan_id.on_more == "add"
                else 0.0
            )

    def _get_customers_demand(self):
        """What is counted of the customers' demand, in the product's unit."""
        self.ensure_one()
        return get_wanted(
            Demand(
                self.quantity_confirmed,
                self.quantity_by_route,
                self.quantity_quoted,
                self.quantity_started,
            ),
            self._get_chances(),
            self.product_uom_id._get_smallest_quantity(),
        )

    def _get_chances(self):
        plan = self.plan_id
        return Chances(
            plan.quoted_chance / 100.0 if plan.count_quoted else 0.0,
            plan.started_chance / 100.0 if plan.count_started else 0.0,
        )

    def _get_wanted(self):
        """What the line and its splits are to have, before stock is taken off."""
        self.ensure_one()
        return self._get_customers_demand() + self.quantity_extra

    def _get_ordered_with_splits(self):
        """What is on order for the line, with other suppliers too."""
        return self.quantity_ordered + sum(self.split_ids.mapped("quantity_ordered"))

    def _is_empty(self):
        """Whether nothing is wanted, ordered or decided here any more."""
        self.ensure_one()
        return not (
            self.quantity_confirmed
            or self.quantity_quoted
            or self.quantity_started
            or self.purchase_line_ids
            or self.split_of_id
            or self.split_ids
            or (self.extra_by_hand and self.quantity_extra)
        )

    # What to order

    @api.depends(
        "quantity_confirmed",
        "quantity_by_route",
        "quantity_quoted",
        "quantity_started",
        "quantity_extra",
        "quantity_split",
        "quantity_from_stock",
        "quantity_from_incoming",
        "quantity_ordered",
        "quantity_growing",
        "quantity_decided",
        "is_decided",
        "is_supplier_chosen",
        "buy_despite_rule",
        "reordering_rule",
        "wanted_when_ordered",
        "wanted_when_decided",
        "date_needed",
        "split_ids.quantity_split",
        "plan_id.count_quoted",
        "plan_id.quoted_chance",
        "plan_id.count_started",
        "plan_id.started_chance",
    )
    def _compute_order(self):
        offers = self._get_offers()
        self._fetch_sellers(offers)
        known = Known(
            fields.Date.context_today(self),
            self.env["decimal.precision"].precision_get("Product Price"),
        )
        # Found together: amounts that are set ask for it line by line.
        self.mapped("company_currency_id")
        for line in self:
            line._set_wanted()
            line._set_seller(offers[line], known)
            order = line._set_quantities(known)
            line._set_amounts(order, offers[line], known)
        self._assign_last(known.last)

    def _assign(self, **values):
        """Set what differs: setting a value costs many times what reading it costs."""
        for name, value in values.items():
            # A record being typed in has nothing to compare with.
            if not self.id or self[name] != value:
                self[name] = value

    def _assign_last(self, values_by_line):
        """Set what differs, what becomes nothing for all lines at once.

        Once they are ordered, most of what lines say is nothing any more.

        :param values_by_line: dict of line → dict of values
        """
        emptied = defaultdict(list)
        for line, values in values_by_line.items():
            for name, value in values.items():
                if value or not line.id:
                    line._assign(**{name: value})
                elif line[name]:
                    emptied[name, value].append(line.id)
        for (name, value), ids in emptied.items():
            self.browse(ids)[name] = value

    def _set_wanted(self):
        """What is to be bought here: of the demand, or the split's own part.

        Splits go before their main line, and have no more than is wanted.
        """
        main = self.split_of_id or self
        wanted = max(
            0.0,
            main._get_wanted() - main.quantity_from_stock - main.quantity_from_incoming,
        )
        for split in main.split_ids and main.split_ids.sorted("id"):
            if split == self:
                wanted = min(wanted, self.quantity_split)
                break
            wanted = max(0.0, wanted - split.quantity_split)
        self._assign(quantity_wanted=wanted)

    def _is_left_to_rule(self):
        """Whether an automatic reordering rule buys it."""
        return self.reordering_rule == "auto" and not self.buy_despite_rule

    def _get_lot(self):
        """The smallest quantity that can be ordered, and its multiple, 0 if any."""
        return self.seller_id.min_qty, self.seller_id.order_multiple

    def _set_quantities(self, known):
        """What is missing, suggested and to be ordered.

        :param known: :class:`Known`
        :return: :class:`~..plan.Order`
        """
        wanted = 0.0 if self._is_left_to_rule() else self.quantity_wanted
        unit = self.seller_uom_id or self.product_uom_id
        factor = self.product_uom_id.factor / unit.factor
        minimum, multiple = self._get_lot()
        order = get_order(
            Situation(
                wanted=wanted * factor,
                ordered=self.quantity_ordered * factor,
                growing=self.quantity_growing * factor,
                minimum=minimum,
                multiple=multiple,
                decided=self.quantity_decided * factor if self.is_decided else None,
                wanted_when_ordered=self.wanted_when_ordered * factor,
                step=unit._get_smallest_quantity(),
            )
        )
        known.last[self].update(
            quantity_missing=max(0.0, wanted - self.quantity_ordered),
            quantity_suggested=order.suggested,
            quantity_to_order=order.quantity,
            quantity_rounded_up=order.rounded_up,
            quantity_too_high=order.excess,
            is_decision_outdated=(
                self.is_decided
                and abs(self.wanted_when_decided - self.quantity_wanted) > EPSILON
            ),
        )
        return order

    # What the purchaser changes

    @api.model_create_multi
    def create(self, vals_list):
        """Find the price of a supplier that is given."""
        lines = super().create(vals_list)
        lines.filtered("is_supplier_chosen")._mark_to_plan_anew()
        return lines

    def write(self, vals):
        """Take a purchaser's quantity, supplier or extra pieces for a decision."""
        quantity = vals.pop("quantity_to_order", None) if vals else None
        if "partner_id" in vals:
            vals = {**vals, "is_supplier_chosen": bool(vals["partner_id"])}
        if "quantity_extra" in vals:
            vals = {**vals, "extra_by_hand": bool(vals["quantity_extra"])}
        result = super().write(vals) if vals else True
        if "partner_id" in vals:
            # Odoo computes nothing anew of what is computed together with a value that
            # is written.
            self._mark_to_plan_anew()
            self.plan_id._update_suppliers()
        if quantity is not None:
            for line in self:
                line._decide(quantity)
        return result

    def _decide(self, quantity):
        """Order another quantity than suggested, or the suggested one again.

        :param quantity: to be ordered now, in the supplier's unit
        """
        self.ensure_one()
        if abs(quantity - self.quantity_to_order) <= EPSILON:
            return
        if quantity < 0:
            raise UserError(
                self.env._(
                    "%(product)s: a quantity cannot be negative. "
                    "Enter 0 to order none.",
                    product=self.product_id.display_name,
                )
            )
        if abs(quantity - self.quantity_suggested) <= EPSILON and not (
            self.is_decided and self.quantity_ordered
        ):
            self.action_take_suggestion()
            return
        if not (self.decision_reason or "").strip():
            raise UserError(
                self.env._(
                    "Say in the column Reason why you order %(quantity)g of "
                    "%(product)s instead of %(suggested)g.",
                    quantity=quantity,
                    product=self.product_id.display_name,
                    suggested=self.quantity_suggested,
                )
            )
        unit = self.seller_uom_id or self.product_uom_id
        self.write(
            {
                "is_decided": True,
                "quantity_decided": self.quantity_ordered
                + quantity * unit.factor / self.product_uom_id.factor,
                "wanted_when_decided": self.quantity_wanted,
            }
        )

    def action_keep_decision(self):
        """Let the decided quantity stand for the demand as it is now."""
        for line in self:
            line.wanted_when_decided = line.quantity_wanted

    def action_take_suggestion(self):
        """Order what is suggested, as if nothing had been decided."""
        self.write(
            {
                "is_decided": False,
                "quantity_decided": 0.0,
                "wanted_when_decided": 0.0,
                "decision_reason": False,
            }
        )

    def action_choose_supplier_as_usual(self):
        """Let Odoo choose the supplier again."""
        self.write({"is_supplier_chosen": False})

    def _get_planning_computes(self):
        """Names of the methods that decide what to order."""
        return ("_compute_order", "_compute_quantity_extra")

    def _plan_anew(self):
        """Decide anew what to order: prices may have changed since."""
        self._mark_to_plan_anew(*self._get_planning_computes())
        self.env.flush_all()

    def _mark_to_plan_anew(self, *methods):
        for column in self._fields.values():
            if column.compute in (methods or ("_compute_order",)):
                self.env.add_to_compute(column, self)
