from datetime import timedelta

from lxml import etree

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.oci_punchout.tests.orders import build_line, build_order
from odoo.addons.oci_punchout.tests.peppol import NAMESPACES, find_faults

from .common import PreorderPunchoutCase

VAT = "NL123456782B90"


@tagged("post_install", "-at_install")
class TestWaiting(PreorderPunchoutCase):
    """What was taken home waits for the customer's order."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer.vat = VAT

    def _transfer_quotation(self, quantities=None):
        self.home, self.form = self._take_home(quantities or {self.small: 3})
        return self.form.sale_order_id

    def _order(self, quotation, quantity="3", price="90", **values):
        """The customer's order comes back; what the office is shown."""
        return self._receive(
            self._build_order(quotation, [(1, "PAR-S", quantity)], price, **values)
        )

    def _build_order(self, quotation, lines, price="90", **values):
        """The order of lines: number in the quotation, our reference and quantity."""
        currency = quotation.currency_id.name
        return build_order(
            [
                build_line(
                    number * 10,
                    quantity,
                    seller=seller,
                    price=price,
                    currency=currency,
                    quotation_line=number,
                )
                for number, seller, quantity in lines
            ],
            quotation=quotation.name,
            vat=VAT,
            currency=currency,
            **values,
        )

    def _receive(self, content):
        attachment = self.env["ir.attachment"].create(
            {"name": "order.xml", "raw": content, "mimetype": "application/xml"}
        )
        orders = self.env["sale.order"]
        return orders._create_records_from_attachments(attachment)

    def test_the_quotation_waits_frozen(self):
        quotation = self._transfer_quotation()
        self.assertEqual(
            (quotation.state, quotation.locked, quotation.name),
            ("sent", True, self.form.name),
        )
        self.assertEqual(
            quotation.validity_date, fields.Date.today() + timedelta(days=30)
        )
        with self.assertRaises(UserError):
            quotation.order_line.product_uom_qty = 5
        self.assertFalse(quotation.website_id)

    def test_it_waits_no_longer_than_the_campaign_lets_customers_confirm(self):
        last = fields.Date.today() + timedelta(days=12)
        self.campaign.confirm_until = last
        quotation = self._transfer_quotation()
        self.assertEqual(quotation.validity_date, last)
        # Nor does the campaign's end give it more time than the customer was told.
        self.campaign.confirm_until = last + timedelta(days=60)
        self.form._limit_confirmation(self.campaign)
        self.assertEqual(quotation.validity_date, last)

    def _get_promises(self, quotation):
        """The code of the order confirmation, its head's period and those of lines."""
        quotation.action_send_order_response()
        [attachment] = self.env["ir.attachment"].search(
            [
                ("res_model", "=", "sale.order"),
                ("res_id", "=", quotation.id),
                ("name", "=like", f"{quotation.name}-%.xml"),
            ],
            order="id desc",
            limit=1,
        )
        self.assertEqual(find_faults(attachment.raw), [])
        root = etree.fromstring(attachment.raw)

        def read(path):
            return [
                tuple(day.text for day in period)
                for period in root.findall(
                    f"{path}cac:Delivery/cac:PromisedDeliveryPeriod", NAMESPACES
                )
            ]

        code = root.findtext("cbc:OrderResponseCode", namespaces=NAMESPACES)
        return code, read(""), read("cac:OrderLine/cac:LineItem/")

    def _give_addresses(self):
        for partner in (self.customer, self.company.partner_id):
            partner.peppol_eas = "0088"
        self.customer.peppol_endpoint = "4012345000009"
        self.company.partner_id.peppol_endpoint = "7300010000001"

    def test_its_confirmation_promises_the_season_until_goods_are_on_their_way(self):
        self._give_addresses()
        quotation = self._transfer_quotation()
        self._order(quotation)
        quotation.action_confirm()
        first = self.campaign.delivery_from.isoformat()
        last = self.campaign.delivery_until.isoformat()
        self.assertEqual(self._get_promises(quotation), ("AP", [(first, last)], []))
        day = self.campaign.delivery_from + timedelta(days=12)
        quotation.order_line._set_promised_dates({quotation.order_line.id: day})
        self.assertEqual(
            self._get_promises(quotation), ("AP", [(day.isoformat(),) * 2], [])
        )

    def test_its_confirmation_promises_each_line_the_day_of_its_goods(self):
        self._give_addresses()
        quotation = self._transfer_quotation({self.small: 3, self.medium: 2})
        content = self._build_order(
            quotation,
            [(1, "PAR-S", "3"), (2, self.medium.default_code or "", "2")],
        )
        self._receive(content)
        quotation.action_confirm()
        days = [
            self.campaign.delivery_from + timedelta(days=offset) for offset in (5, 30)
        ]
        quotation.order_line._set_promised_dates(
            dict(zip(quotation.order_line.ids, days, strict=True))
        )
        code, head, lines = self._get_promises(quotation)
        self.assertEqual((code, head), ("CA", []))
        self.assertEqual(lines, [(day.isoformat(),) * 2 for day in days])

    def test_its_limits_are_held_until_it_expires(self):
        limit = self.env["preorder.limit"].create(
            {
                "campaign_id": self.campaign.id,
                "name": "Parkas",
                "counted_per": "everyone",
                "maximum": 3,
            }
        )
        quotation = self._transfer_quotation()
        reservations = self.env["preorder.limit.reservation"]

        def get_held():
            reservations._sweep()
            self.env.invalidate_all()
            found = reservations.search([("form_ref", "=", self.form.id)])
            return sum(found.mapped("quantity"))

        self.assertEqual((limit.name, get_held()), ("Parkas", 3))
        quotation.validity_date = fields.Date.today() - timedelta(days=1)
        self.env.flush_all()
        self.assertEqual(get_held(), 0)
        self.form, again = self._take_home({self.medium: 3})
        self.assertEqual(again.state, "submitted")

    def test_what_was_only_shown_holds_no_limits(self):
        self.env["preorder.limit"].create(
            {
                "campaign_id": self.campaign.id,
                "name": "Parkas",
                "counted_per": "everyone",
                "maximum": 3,
            }
        )
        self.jacket.name = "Stainless parka with a hexagon hood and a long thread"
        self._launch()
        form = self._fill({self.small: 3})
        self.assertIn("Before your basket", self._transfer_form(form).text)
        self.env["preorder.limit.reservation"]._settle(form.ids)
        self.env.invalidate_all()
        self.assertFalse(
            self.env["preorder.limit.reservation"].search(
                [("form_ref", "=", form.id), ("quantity", ">", 0)]
            )
        )

    # -- The order comes back ---

    def test_the_customers_order_confirms_this_quotation(self):
        self.connection.order_confirmation = "equal"
        quotation = self._transfer_quotation()
        count = self.env["sale.order"].search_count([])
        self.assertEqual(self._order(quotation), quotation)
        self.assertEqual(self.env["sale.order"].search_count([]), count)
        self.assertEqual((quotation.state, self.form.state), ("sale", "confirmed"))
        self.assertEqual(quotation.client_order_ref, "PO-1")
        # What follows a pre-order's confirmation follows this one too.
        self.assertTrue(quotation.preorder_launch_pending)
        self.assertEqual(
            quotation.order_line.preorder_delivery_date, self.campaign.delivery_from
        )

    def test_the_order_may_come_after_the_campaigns_end(self):
        self.connection.order_confirmation = "equal"
        quotation = self._transfer_quotation()
        self.campaign.date_end = fields.Datetime.now() - timedelta(hours=1)
        self._order(quotation)
        self.assertEqual(quotation.state, "sale")

    def test_an_order_after_the_expiration_waits_for_the_office(self):
        self.connection.order_confirmation = "equal"
        quotation = self._transfer_quotation()
        quotation.validity_date = fields.Date.today() - timedelta(days=1)
        self._order(quotation)
        self.assertEqual((quotation.state, self.form.state), ("sent", "submitted"))
        self.assertIn("expired", str(quotation.activity_ids.mapped("note")))

    def test_a_campaign_that_reviews_its_orders_reviews_this_one_too(self):
        self.campaign.review_required = True
        self.connection.order_confirmation = "equal"
        quotation = self._transfer_quotation()
        self.assertEqual(quotation.state, "sent")
        self._order(quotation)
        self.assertEqual(quotation.state, "sent")
        self.assertIn("reviewed", str(quotation.activity_ids.mapped("note")))
        quotation.action_confirm()
        self.assertEqual(self.form.state, "confirmed")

    def test_the_office_accepts_another_quantity(self):
        quotation = self._transfer_quotation()
        self._order(quotation, quantity="2")
        self.assertEqual(quotation.state, "sent")
        quotation.action_accept_oci_document()
        self.assertEqual(quotation.state, "sale")
        self.assertEqual(quotation.order_line.product_uom_qty, 2)
        self.assertEqual(quotation.order_line.discount, 10)

    def test_products_that_are_not_in_the_shop_can_be_ordered_in_addition(self):
        self.medium.default_code = "PAR-M"
        self.assertFalse(self.jacket.is_published)
        quotation = self._transfer_quotation()
        found = self.form.oci_session_id._get_products().search(
            self.form.oci_session_id._get_products_domain()
        )
        self.assertIn(self.medium.id, found.ids)
        self.assertNotIn(self.other_product.id, found.ids)
        self.assertTrue(quotation)

    # -- What is not done with it meanwhile ---

    def test_prices_stand_whatever_the_company_orders_besides(self):
        self.campaign.tier_scope = "company"
        quotation = self._transfer_quotation({self.small: 12})
        self.assertEqual(quotation.preorder_tier_id.name, "Silver")
        discount = quotation.order_line.discount
        _home, sister = self._take_home({self.medium: 60})
        self.assertEqual(sister.sale_order_id.preorder_tier_id.name, "Gold")
        self.assertEqual(quotation.preorder_tier_id.name, "Silver")
        self.assertEqual(quotation.order_line.discount, discount)

    def test_it_is_not_merged(self):
        quotation = self._transfer_quotation()
        _home, other = self._take_home({self.medium: 1})
        with self.assertRaisesRegex(UserError, "was transferred to Azure ERP"):
            (quotation | other.sale_order_id)._merge_preorders(self.customer)

    def test_it_is_not_reopened(self):
        self._transfer_quotation()
        with self.assertRaisesRegex(UserError, "came by punchout"):
            self.form.action_reopen()

    def test_a_click_does_not_confirm_it(self):
        self.campaign.confirmation = "click"
        quotation = self._transfer_quotation()
        self.assertFalse(quotation._has_to_be_accepted())

    def test_the_customer_sees_it_and_changes_nothing(self):
        self._transfer_quotation()
        self.authenticate("azure-portal", "azure-portal")
        listed = self._open("/my/preorders").text
        self.assertIn(self.form.name, listed)
        self.assertIn("Waiting for your company", listed)
        page = self._open(f"/preorder/form/{self.form.id}").text
        self.assertIn("went to Azure ERP", page)
        for action in ("reopen", "withdraw"):
            self.assertNotIn(f"/preorder/form/{self.form.id}/{action}", page)
            token = page.split('csrf_token: "')[1].split('"')[0]
            answer = self._request(
                "POST",
                f"/preorder/form/{self.form.id}/{action}",
                data={"csrf_token": token},
            )
            self.assertIn("Please ask us for changes", answer.text)
        self.assertEqual(self.form.state, "submitted")

    def test_a_cancelled_quotation_ends_the_form(self):
        quotation = self._transfer_quotation()
        quotation._action_cancel()
        self.assertEqual(self.form.state, "cancelled")

    def test_the_log_shows_the_form(self):
        self._transfer_quotation()
        session = self._get_session()
        self.assertEqual(session.preorder_order_ids, self.form)
        self.assertEqual(session.order_id, self.form.sale_order_id)
