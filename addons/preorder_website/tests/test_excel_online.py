from datetime import timedelta

from odoo import fields
from odoo.tests import new_test_user, tagged

from odoo.addons.preorder_campaign.spreadsheet import MAXIMUM_BYTES

from .common import PreorderHttpCommon
from .excel import find_cell, give_references, load, make_workbook, save


@tagged("post_install", "-at_install")
class TestExcelOnline(PreorderHttpCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        give_references(cls.jacket, "PAR")
        cls.black_m = cls.jacket.product_variant_ids.filtered(
            lambda variant: variant.default_code == "PAR-BLACK-M"
        )

    def _begin_form(self):
        self._login(self.customer)
        result, _error = self._save_online({self.black_m: 12})
        return self._get_form(result)

    def _upload(self, url, content, **values):
        return self.url_open(
            url,
            data={"csrf_token": self._get_token(), **values},
            files={"file": ("order.xlsx", content)},
        )

    def _get_token(self):
        """The token of the page that the user has open."""
        page = self.url_open("/my").text
        start = page.index("csrf_token: ") + len("csrf_token: ") + 1
        return page[start : page.index('"', start)]

    def _get_urls(self, order):
        campaign = self.campaign.id
        customer = self.customer.partner_id.id
        return [
            f"/preorder/form/{order.id}/xlsx",
            f"/preorder/campaign/{campaign}/xlsx",
            f"/preorder/campaign/{campaign}/for/{customer}/xlsx",
        ]

    def test_a_form_goes_to_excel_and_comes_back(self):
        order = self._begin_form()
        url = f"/preorder/form/{order.id}/xlsx"
        answer = self.url_open(f"{url}?layout=both&prices=1&pictures=1")
        self.assertIn("W26", answer.headers["Content-Disposition"])
        book = load(answer.content)
        self.assertEqual(book.sheetnames, ["Winter", "List"])
        find_cell(book, "Red", "L").value = 8
        content = save(book)
        report = self._upload(f"{url}/import", content).json()["report"]
        self.assertEqual(
            report["counts"], {"new": 1, "changed": 0, "same": 1, "refused": 0}
        )
        self.assertEqual(len(order.line_ids), 1)
        answer = self._upload(
            f"{url}/import",
            content,
            fingerprint=report["fingerprint"],
            batch="attempt-0001",
        ).json()
        self.assertEqual(answer, {"taken": 1, "form": order.id})
        self.assertEqual(sorted(order.line_ids.mapped("quantity")), [8, 12])
        self.assertEqual(set(order.line_ids.mapped("channel")), {"website", "import"})

    def test_a_form_is_begun_from_excel(self):
        self._login(self.customer)
        url = f"/preorder/campaign/{self.campaign.id}/xlsx"
        book = load(self.url_open(url).content)
        find_cell(book, "Red", "L").value = 8
        content = save(book)
        report = self._upload(f"{url}/import", content).json()["report"]
        self.assertFalse(self.campaign.order_count)
        answer = self._upload(
            f"{url}/import",
            content,
            fingerprint=report["fingerprint"],
            batch="attempt-0001",
        ).json()
        order = self.env["preorder.order"].browse(answer["form"])
        self.assertEqual(order.partner_id, self.customer.partner_id)
        self.assertEqual(order.line_ids.quantity, 8)

    def test_others_forms_are_answered_like_those_that_are_not_there(self):
        order = self._begin_form()
        self._login(self.outsider)
        content = make_workbook([["Code", "Quantity"], ["BOT", 1]])
        answers = []
        for url in [*self._get_urls(order), f"/preorder/form/{order.id + 10**6}/xlsx"]:
            answers.append(self.url_open(url).status_code)
            answers.append(self._upload(f"{url}/import", content).status_code)
        self.assertEqual(set(answers), {404})

    def test_visitors_are_sent_to_sign_in(self):
        order = self._begin_form()
        self.authenticate(None, None)
        for url in self._get_urls(order):
            answer = self.url_open(url, allow_redirects=False)
            self.assertIn("/web/login", answer.headers["Location"])

    def test_a_salesperson_fills_the_form_of_an_own_customer_from_excel(self):
        order = self._begin_form()
        user = new_test_user(
            self.env,
            "sally",
            password="sally",
            groups="base.group_user,sales_team.group_sale_salesman",
        )
        order.user_id = user
        self._login(user)
        content = make_workbook([["Code", "Quantity"], ["BOT", 6]])
        choice = '{"sheet": "Sheet 1", "headings": 1, "code": 0, "quantity": 1}'
        url = f"/preorder/form/{order.id}/xlsx/import"
        report = self._upload(url, content, choice=choice).json()["report"]
        self._upload(
            url,
            content,
            choice=choice,
            fingerprint=report["fingerprint"],
            batch="attempt-0001",
        )
        line = order.line_ids.filtered(lambda line: line.quantity == 6)
        self.assertEqual(line.changed_by_id, user)

    def test_nothing_is_taken_over_after_the_end(self):
        order = self._begin_form()
        url = f"/preorder/form/{order.id}/xlsx"
        book = load(self.url_open(url).content)
        find_cell(book, "Red", "L").value = 8
        content = save(book)
        report = self._upload(f"{url}/import", content).json()["report"]
        self.campaign.date_end = fields.Datetime.now() - timedelta(seconds=1)
        answer = self._upload(
            f"{url}/import",
            content,
            fingerprint=report["fingerprint"],
            batch="attempt-0001",
        ).json()
        self.assertIn("ended", answer["closed"])
        self.assertEqual(len(order.line_ids), 1)

    def test_a_form_that_can_only_be_looked_at_is_exported_not_imported(self):
        user = new_test_user(
            self.env,
            "sally",
            password="sally",
            groups="base.group_user,sales_team.group_sale_salesman",
        )
        self._login(user)
        url = f"/preorder/campaign/{self.campaign.id}/xlsx"
        answer = self.url_open(url)
        self.assertEqual(answer.status_code, 200)
        answer = self._upload(f"{url}/import", answer.content).json()
        self.assertIn("look", answer["closed"])

    def test_a_file_that_is_too_large_is_not_even_read(self):
        order = self._begin_form()
        url = f"/preorder/form/{order.id}/xlsx/import"
        answer = self._upload(url, bytes(MAXIMUM_BYTES + 100_000))
        self.assertEqual(answer.status_code, 413)
        answer = self._upload(url, bytes(MAXIMUM_BYTES + 1)).json()
        self.assertIn("larger than 5 MB", answer["refused"])

    def test_what_the_order_form_does_not_send_is_a_bad_request(self):
        order = self._begin_form()
        url = f"/preorder/form/{order.id}/xlsx"
        self.assertEqual(self.url_open(f"{url}?layout=poster").status_code, 400)
        content = make_workbook([["Code", "Quantity"], ["BOT", 1]])
        for values in (
            {"choice": "[]"},
            {"choice": "{"},
            {"choice": "[" * 100_00},
            {"choice": '{"sheet": "Sheet 1", "code": -1}'},
            {"choice": '{"sheet": "Sheet 1", "quantity": "0"}'},
            {"choice": '{"sheet": "Sheet 1", "day": "soon"}'},
            {"choice": '{"sheet": "Sheet 1", "day": 5}'},
            {"fingerprint": "x"},
            {"fingerprint": "x", "batch": "short"},
        ):
            answer = self._upload(f"{url}/import", content, **values)
            self.assertEqual(answer.status_code, 400, values)
        answer = self.url_open(
            f"{url}/import", data={"csrf_token": self._get_token(), "file": "text"}
        )
        self.assertEqual(answer.status_code, 400)
        answer = self.url_open(f"{url}/import", files={"file": ("a.xlsx", content)})
        self.assertEqual(answer.status_code, 400)

    def test_a_workbook_is_filled_and_taken_over_in_the_browser(self):
        order = self._begin_form()
        book = load(self.url_open(f"/preorder/form/{order.id}/xlsx?prices=1").content)
        find_cell(book, "Black", "M").value = 20
        find_cell(book, "Red", "L").value = 8
        self._offer("/excel-test/matrix.xlsx", save(book))
        self._offer(
            "/excel-test/table.xlsx",
            make_workbook([["Art", "Pieces"], ["BOT", 3], ["NO-SUCH", 1]]),
        )
        for tour in ("preorder_excel_matrix", "preorder_excel_table"):
            self.start_tour(
                f"/preorder/form/{order.id}", tour, login=self.customer.login
            )
        self.assertEqual(
            {line.product_id: line.quantity for line in order.line_ids},
            {
                self.black_m: 20,
                self.bottle.product_variant_id: 3,
                self.jacket.product_variant_ids.filtered(
                    lambda variant: variant.default_code == "PAR-RED-L"
                ): 8,
            },
        )

    def _offer(self, url, content):
        """A file that the tour can choose, as from a disk."""
        self.env["ir.attachment"].create(
            {
                "name": url.rpartition("/")[2],
                "url": url,
                "raw": content,
                "public": True,
                "type": "binary",
            }
        )
