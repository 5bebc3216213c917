"""A campaign with all that the routes which only read can show."""

import base64

from reliability.world import Trade

from odoo import fields
from odoo.fields import Command
from odoo.tests import new_test_user

#: One pixel.
PICTURE = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAA"
    "AABJRU5ErkJggg=="
)
OFFICE = "scale_office"


class Shop(Trade):
    """Customers, the last of whom begins its form later, an office user, a plan."""

    def _make(self, env):
        super()._make(env)
        template = env["product.product"].browse(self.product_ids[0]).product_tmpl_id
        template.write(
            {
                "image_1920": PICTURE,
                "barcode": "4006381333931",
                "seller_ids": [
                    Command.create({"partner_id": self.partner_ids[-1], "price": 5})
                ],
            }
        )
        self.template_id = template.id
        self.document_id = (
            env["product.document"]
            .create(
                {
                    "name": "Care.txt",
                    "datas": base64.b64encode(b"Wash by hand."),
                    "res_model": "product.template",
                    "res_id": template.id,
                    "shown_on_product_page": True,
                }
            )
            .id
        )
        new_test_user(
            env(context={**env.context, "no_reset_password": True}),
            OFFICE,
            groups="base.group_user,purchase.group_purchase_manager,"
            "sales_team.group_sale_manager",
            password=OFFICE,
        )

    def make_forms(self, quantities):
        """As ever, with prices; the last customer has none yet."""
        form_ids = super().make_forms(quantities)
        with self.registry.cursor() as cr:
            forms = self._get_env(cr)["preorder.order"].browse(form_ids)
            forms[-1].unlink()
            for form in forms[:-1]:
                form._refresh_prices(fields.Datetime.now())
        return form_ids[:-1]

    def make_plan(self):
        """A purchase plan of what is in the forms.

        :return: id of the plan, id of its supplier's part
        """
        with self.registry.cursor() as cr:
            env = self._get_env(cr)
            plan = env["preorder.purchase.plan"].create(
                {
                    "campaign_ids": [Command.link(self.campaign_id)],
                    "count_started": True,
                }
            )
            plan.action_update()
            self.plan_id = plan.id
            return plan.id, plan.supplier_ids[:1].id

    def clear(self):
        with self.registry.cursor() as cr:
            if getattr(self, "plan_id", None):
                self._get_env(cr)["preorder.purchase.plan"].browse(
                    self.plan_id
                ).unlink()
        self.plan_id = None
        super().clear()

    def remove(self):
        """Leave the database as it was."""
        with self.registry.cursor() as cr:
            env = self._get_env(cr)
            env["product.document"].browse(self.document_id).unlink()
            env["res.users"].search([("login", "=", OFFICE)]).unlink()
        super().remove()
