from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

from .. import limits

#: Fields that decide what a limit counts: changing one counts all order forms anew.
_COUNTING_FIELDS = {
    "campaign_id",
    "active",
    "product_ids",
    "product_tmpl_ids",
    "attribute_value_ids",
    "categ_ids",
    "partner_ids",
    "label_ids",
    "channel",
    "counted_per",
}


class PreorderLimit(models.Model):
    """How much may be ordered of something: at least, at most, in multiples of."""

    _name = "preorder.limit"
    _inherit = ["preorder.terms.mixin"]
    _description = "Pre-Order Limit"
    _order = "campaign_id, sequence, id"
    _check_company_auto = True

    campaign_id = fields.Many2one(
        "preorder.campaign", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="campaign_id.company_id", store=True)
    name = fields.Char(
        required=True,
        translate=True,
        help="What the limit is about, as customers read it, such as “Size XL, all "
        "colours”.",
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)

    product_tmpl_ids = fields.Many2many(
        "product.template", "preorder_limit_template_rel", string="Products"
    )
    product_ids = fields.Many2many(
        "product.product", "preorder_limit_product_rel", string="Variants"
    )
    categ_ids = fields.Many2many(
        "product.category",
        "preorder_limit_categ_rel",
        string="Product Categories",
        help="With their sub-categories.",
    )
    attribute_value_ids = fields.Many2many(
        "product.attribute.value",
        "preorder_limit_attribute_value_rel",
        string="Attribute Values",
        help="Only variants of these sizes, colours and so on: one of the values given "
        "of each attribute.",
    )

    partner_ids = fields.Many2many(
        "res.partner",
        "preorder_limit_partner_rel",
        string="Customers",
        help="With their companies' branches. Without customers and labels, the limit "
        "holds for everyone.",
    )
    label_ids = fields.Many2many(
        "res.partner.category",
        "preorder_limit_label_rel",
        string="Customer Labels",
        help="Contacts with one of these labels, on themselves or on their company.",
    )
    channel = fields.Selection(
        [
            ("website", "Website"),
            ("representative", "Representative"),
            ("punchout", "Punchout"),
        ],
        help="Only order forms begun this way. Empty: however they were begun.",
    )
    counted_per = fields.Selection(
        [
            ("company", "Customer company"),
            ("branch", "Branch"),
            ("everyone", "All customers together"),
        ],
        default="company",
        required=True,
        help="Whose quantities are added up: those of all branches of a company, of "
        "each contact who orders, or of all customers.",
    )

    minimum = fields.Float(
        digits="Product Unit",
        help="If anything is ordered, at least so much, in the products' units. "
        "0: no minimum.",
    )
    maximum = fields.Float(
        digits="Product Unit",
        help="At most so much, in the products' units. 0: no maximum.",
    )
    multiple = fields.Float(
        "Multiple of",
        digits="Product Unit",
        help="The sum must be a multiple of this, in the products' units. "
        "0: any quantity.",
    )

    quantity_used = fields.Float(
        "Used",
        digits="Product Unit",
        compute="_compute_quantities",
        compute_sudo=True,
        help="What submitted and confirmed order forms hold.",
    )
    quantity_left = fields.Float(
        "Left",
        digits="Product Unit",
        compute="_compute_quantities",
        compute_sudo=True,
        help="What is left below the maximum; counted per company or branch, of "
        "whoever has the least left.",
    )

    _bounds_positive = models.Constraint(
        "CHECK(minimum >= 0 AND maximum >= 0 AND multiple >= 0)",
        "Minimum, maximum and multiple of a limit cannot be negative.",
    )

    @api.constrains("name", "minimum", "maximum", "multiple")
    def _check_bounds(self):
        for limit in self:
            problem = limit._explain_bounds()
            if problem:
                raise ValidationError(problem)

    def _explain_bounds(self):
        """Why the limit's bounds make no sense, for the office; ``None`` if they do."""
        self.ensure_one()
        if not (self.minimum or self.maximum or self.multiple):
            return self.env._(
                "“%(name)s” limits nothing yet. Enter a minimum, a maximum or "
                "a multiple.",
                name=self.name,
            )
        smallest = self.minimum or self.multiple
        if self.maximum and smallest:
            broken = limits.check(self._prepare_rule(), smallest)
            if broken and not broken.lower and broken.higher is None:
                return self.env._(
                    "“%(name)s” lets nothing be ordered: no quantity keeps its "
                    "minimum, maximum and multiple.",
                    name=self.name,
                )
        return None

    def _compute_quantities(self):
        rows = self.env.execute_query(
            SQL(
                "SELECT limit_ref, SUM(used), MAX(used) FROM preorder_limit_counter"
                " WHERE limit_ref = ANY(%s) GROUP BY limit_ref",
                list(self.ids),
            )
        )
        used = {limit_id: (total, most) for limit_id, total, most in rows}
        for limit in self:
            total, most = used.get(limit.id, (0.0, 0.0))
            limit.quantity_used = total
            limit.quantity_left = limit.maximum - most if limit.maximum else 0.0

    def _prepare_rule(self):
        """The limit as the algorithm knows it (:class:`~..limits.Limit`)."""
        self.ensure_one()
        by_attribute = self.attribute_value_ids.grouped("attribute_id")
        return limits.Limit(
            key=self.id,
            name=self.name,
            counted_per=self.counted_per,
            minimum=self.minimum or None,
            maximum=self.maximum or None,
            multiple=self.multiple or None,
            product_ids=frozenset(self.product_ids.ids),
            template_ids=frozenset(self.product_tmpl_ids.ids),
            category_ids=frozenset(self.categ_ids.ids),
            value_ids=tuple(frozenset(values.ids) for values in by_attribute.values()),
            partner_ids=frozenset(self.partner_ids.ids),
            label_ids=frozenset(self.label_ids.ids),
            channel=self.channel or None,
        )

    def action_view_report(self):
        """Show what is used and left, by customer."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "preorder_campaign.preorder_limit_report_action"
        )
        action["domain"] = list(Domain("limit_id", "in", self.ids))
        return action

    # What was submitted before a limit was made or changed counts as well:
    # preorder.campaign._count_limits_anew().

    @api.model_create_multi
    def create(self, vals_list):
        """Count what is ordered already."""
        records = super().create(vals_list)
        records.campaign_id._count_limits_anew()
        return records

    def write(self, vals):
        """Count anew if the limit counts something else now."""
        counts = _COUNTING_FIELDS & vals.keys()
        campaigns = self.campaign_id
        result = super().write(vals)
        if counts:
            (campaigns | self.campaign_id)._count_limits_anew()
        return result

    def unlink(self):
        """Give up what the limits' counters hold."""
        campaigns = self.campaign_id
        result = super().unlink()
        campaigns._count_limits_anew()
        return result
