import base64
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from odoo.addons.mail.tests.common import MockEmail
from odoo.addons.preorder_campaign.tests.office import OfficeCommon

from .documents import PlanDocumentsCommon


@tagged("post_install", "-at_install")
class TestPlanMail(PlanDocumentsCommon, MockEmail):
    """Each supplier is written to apart, with its own part of the plan."""

    def _compose(self, supplier):
        action = supplier.action_send()
        return Form(
            self.env["mail.compose.message"]
            .with_user(self.purchaser)
            .with_context(**action["context"])
        ).save()

    def test_each_of_three_suppliers_gets_its_own_lines_and_no_other_s(self):
        # gescaretail purchase_sale_preorders: every supplier's order got all suppliers'
        # lines.
        self._sell_some_of_everything()
        plan = self._get_plan()
        codes = {self.textiles: "BAL-77", self.metals: "MET-12", self.shoes: "SHO-3"}
        for partner, code in codes.items():
            supplier = self._get_supplier(plan, partner)
            composer = self._compose(supplier)
            self.assertEqual(composer.partner_ids, partner)
            names = composer.attachment_ids.mapped("name")
            self.assertEqual(len(names), 2, names)
            self.assertTrue(all(partner.name in name for name in names), names)
            for attachment in composer.attachment_ids:
                content = base64.b64decode(attachment.datas)
                text = (
                    self._get_words(content)
                    if attachment.name.endswith(".xlsx")
                    else content.decode()
                )
                self.assertIn(code, text)
                for other in codes.values():
                    if other != code:
                        self.assertNotIn(other, text)
                self.assertNotIn("Bergmann", text)
            self.assertNotIn("Bergmann", composer.body)
            with self.mock_mail_gateway():
                composer._action_send_mail()
            self.assertEqual(len(self._mails), 1)
            self.assertIn(partner.email, self._mails[0]["email_to"][0])
            self.assertTrue(supplier.date_sent)
        notes = plan.message_ids.mapped("body")
        for partner in codes:
            self.assertTrue(any(partner.name in note for note in notes))

    def test_the_mail_is_in_the_supplier_s_language(self):
        self.env.ref("preorder_purchase_plan.mail_template_plan_supplier").with_context(
            lang="fr_FR"
        ).subject = "Prévision {{ object.plan_id.name }}"
        self._sell_some_of_everything()
        plan = self._get_plan()
        composer = self._compose(self._get_supplier(plan, self.textiles))
        self.assertEqual(composer.subject, f"Prévision {plan.name}")

    def test_nothing_is_sent_when_there_is_nothing_to_send(self):
        self._sell({self.bottle.product_variant_id: 3}).with_context(
            disable_cancel_warning=True
        ).action_cancel()
        plan = self._get_plan()
        supplier = self.env["preorder.purchase.plan.supplier"].create(
            {
                "plan_id": plan.id,
                "partner_id": self.metals.id,
                "currency_id": plan.currency_id.id,
            }
        )
        with self.assertRaisesRegex(UserError, "nothing to send to Metal Works"):
            supplier.action_send()

    def test_other_templates_get_no_workbook(self):
        self._sell_some_of_everything()
        supplier = self._get_supplier(self._get_plan(), self.metals)
        template = self.env["mail.template"].create(
            {
                "name": "Question",
                "model_id": self.env["ir.model"]._get_id(supplier._name),
            }
        )
        self.assertEqual(supplier._process_attachments_for_template_post(template), {})


@tagged("post_install", "-at_install")
class TestPlanAtTheClose(OfficeCommon, PlanDocumentsCommon):
    """When a campaign closes, the purchaser gets the plan."""

    def _close_with_demand(self):
        self.campaign.purchase_user_id = self.purchaser
        form = self._fill(quantity=12)
        form._submit(self.now).action_confirm()
        self._close()
        return self.env["preorder.purchase.plan"].search(
            [("campaign_ids", "in", self.campaign.ids)]
        )

    def test_the_purchaser_is_told_with_workbook_and_summary_attached(self):
        plan = self._close_with_demand()
        (message,) = plan.message_ids.filtered("attachment_ids")
        self.assertEqual(message.notified_partner_ids, self.purchaser.partner_id)
        workbook = message.attachment_ids.filtered(
            lambda file: file.name.endswith(".xlsx")
        )
        rows = self._read_list(base64.b64decode(workbook.datas))
        self.assertEqual([row["Quantity"] for row in rows], [12])
        self.assertEqual(rows[0]["Supplier"], "Metal Works")
        summary = message.attachment_ids - workbook
        self.assertIn("Metal Works", base64.b64decode(summary.datas).decode())
        self.assertEqual(plan.activity_ids.user_id, self.purchaser)

    def test_a_server_that_cannot_print_closes_all_the_same(self):
        reports = type(self.env["ir.actions.report"])
        with (
            patch.object(
                reports, "_render_qweb_pdf", side_effect=UserError("no wkhtmltopdf")
            ),
            self.assertLogs(
                "odoo.addons.preorder_purchase_plan.models."
                "preorder_purchase_plan_close",
                "ERROR",
            ),
        ):
            plan = self._close_with_demand()
        self.assertEqual(self.campaign.state, "closed")
        (message,) = plan.message_ids.filtered("attachment_ids")
        self.assertEqual(
            message.attachment_ids.mapped("name"),
            [f"{plan.name}.xlsx".replace("/", "-")],
        )
