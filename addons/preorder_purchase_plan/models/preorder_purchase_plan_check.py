import logging

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

_logger = logging.getLogger(__name__)

#: Quantities that differ by less are the same, whatever they are rounded to.
_TOLERANCE = 0.005


class PreorderPurchasePlan(models.Model):
    """Every night: plans brought up to date, and compared with another count.

    A plan's lines are a snapshot, brought up to date on demand, at the close and before
    anything is ordered. The night's run compares what was added up then with the
    campaign analysis, which adds up the same documents in another way. If they differ,
    something counts wrongly, and the purchaser hears of it before buying.
    """

    _inherit = "preorder.purchase.plan"

    is_demand_changed = fields.Boolean(
        compute="_compute_is_demand_changed",
        help="Customers want something else by now than when the plan was brought up "
        "to date.",
    )
    is_drift_reported = fields.Boolean(readonly=True, copy=False)

    def _compute_is_demand_changed(self):
        for plan in self:
            plan.is_demand_changed = plan._origin._has_demand_changed()

    def _has_demand_changed(self):
        """Whether customers want something else than the lines say.

        Read from the documents, and nothing is written: to look at a plan keeps nobody
        from ordering.
        """
        if not self:
            return False
        names = (
            "quantity_confirmed",
            "quantity_by_route",
            "quantity_quoted",
            "quantity_started",
        )
        demand = {
            key: [wanted.quantities[name] for name in names]
            for key, wanted in self._get_demand().items()
        }
        planned = {
            (product_id, place_id, week): quantities
            for product_id, place_id, week, *quantities in self.env.execute_query(
                SQL(
                    """
                    SELECT product_id, picking_type_id, week, %s
                      FROM preorder_purchase_plan_line
                     WHERE plan_id = %s AND split_of_id IS NULL
                    """,
                    SQL(", ").join(
                        SQL("COALESCE(%s, 0)::float8", SQL.identifier(name))
                        for name in names
                    ),
                    self.id,
                )
            )
        }
        nothing = [0.0] * len(names)
        return any(
            abs(wanted - known) > _TOLERANCE
            for key in demand.keys() | planned.keys()
            for wanted, known in zip(
                demand.get(key, nothing), planned.get(key, nothing), strict=True
            )
        )

    @api.model
    def _cron_check(self):
        """Bring plans with campaigns that are not done up to date, and check them.

        Each plan by itself: one that fails does not keep the others from it.
        """
        plans = self.search(
            Domain("campaign_ids.state", "in", ("draft", "open", "closed"))
        )
        self.env["ir.cron"]._commit_progress(remaining=len(plans))
        for plan in plans:
            if not plan.exists():
                continue
            try:
                with self.env.cr.savepoint():
                    plan._update_lines()
                    plan._check_demand()
            except Exception:
                _logger.exception("Purchase plan %s cannot be checked", plan.name)
                self.env.invalidate_all()
            if not self.env["ir.cron"]._commit_progress(1):
                break

    def _check_demand(self):
        """Compare the lines with the campaign analysis; tell the purchaser once.

        :return: whether they agree
        """
        self.ensure_one()
        differences = self._get_differences()
        if not differences:
            self.is_drift_reported = False
            return True
        _logger.error(
            "Purchase plan %s: the lines and the analysis differ: %s",
            self.name,
            {product.id: figures for product, figures in differences.items()},
        )
        if not self.is_drift_reported:
            self.is_drift_reported = True
            self.activity_schedule(
                "mail.mail_activity_data_warning",
                user_id=self.user_id.id or self.env.uid,
                summary=self.env._("Check the quantities before ordering"),
                note=self.env._(
                    "The plan's quantities and the campaign analysis differ for: "
                    "%(products)s. Tell your administrator; do not order these until "
                    "it is clear which is right.",
                    products=", ".join(
                        product.display_name for product in list(differences)[:20]
                    ),
                ),
            )
        return False

    def _get_analysed(self):
        """What the campaign analysis says is confirmed of the plan's campaigns' goods.

        Override where a plan buys something else than what is sold.

        :return: dict of product id → quantity
        """
        self.ensure_one()
        groups = (
            self.env["preorder.report"]
            .sudo()
            .with_context(allowed_company_ids=self.company_id.ids)
            ._read_group(
                Domain("campaign_id", "in", self.campaign_ids.ids)
                & Domain("state", "=", "confirmed")
                & Domain("product_id.type", "=", "consu"),
                ["product_id"],
                ["quantity:sum"],
            )
        )
        return {product.id: quantity for product, quantity in groups}

    def _get_differences(self):
        """Where the lines and the campaign analysis differ in what is confirmed.

        :return: dict of product → (the lines' quantity, the analysis' quantity)
        """
        self.ensure_one()
        analysed = self._get_analysed()
        groups = self.env["preorder.purchase.plan.line"]._read_group(
            Domain("plan_id", "=", self.id) & Domain("split_of_id", "=", False),
            ["product_id"],
            ["quantity_confirmed:sum"],
        )
        planned = {product.id: quantity for product, quantity in groups}
        products = self.env["product.product"]
        return {
            products.browse(product_id): (
                planned.get(product_id, 0.0),
                analysed.get(product_id, 0.0),
            )
            for product_id in sorted(planned.keys() | analysed.keys())
            if abs(planned.get(product_id, 0.0) - analysed.get(product_id, 0.0))
            > _TOLERANCE
        }
