import io

import openpyxl

from odoo.tests import new_test_user

from odoo.addons.preorder_campaign.tests.common import NOW, PreorderCommon


class PlanDocumentsCommon(PreorderCommon):
    """A plan with three suppliers, one of whom reads French and writes in dozens."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("fr_FR")
        cls.textiles, cls.metals, cls.shoes = cls.env["res.partner"].create(
            [
                {
                    "name": name,
                    "is_company": True,
                    "email": f"{name.split()[0].lower()}@example.com",
                    "lang": lang,
                }
                for name, lang in (
                    ("Baltic Textiles", "fr_FR"),
                    ("Metal Works", "en_US"),
                    ("Shoe Works", "en_US"),
                )
            ]
        )
        cls.jacket.with_context(lang="fr_FR").name = "Veste"
        cls.shoe = cls.env["product.template"].create(
            {"name": "=cmd|Shoe", "list_price": 987.65, "categ_id": cls.category.id}
        )
        cls.hat = cls.env["product.template"].create(
            {"name": "Hat nobody makes", "list_price": 9.0, "categ_id": cls.category.id}
        )
        cls._set_seller(cls.jacket, cls.textiles, 40.0, "BAL-77", "Parka Riga")
        cls._set_seller(cls.bottle, cls.metals, 3.25, "MET-12", "Flask", discount=10)
        cls._set_seller(cls.shoe, cls.shoes, 30.0, "SHO-3", "Boot")
        for variant in cls.jacket.product_variant_ids:
            names = variant.product_template_attribute_value_ids.mapped("name")
            variant.default_code = "-".join(["PAR", *names])
        cls.purchaser = new_test_user(
            cls.env,
            "pia",
            email="pia@example.com",
            groups="base.group_user,purchase.group_purchase_user",
        )

    @classmethod
    def _set_seller(cls, template, partner, price, code, name, **values):
        return cls.env["product.supplierinfo"].create(
            {
                "partner_id": partner.id,
                "product_tmpl_id": template.id,
                "price": price,
                "product_code": code,
                "product_name": name,
                "delay": 30,
                **values,
            }
        )

    def _sell(self, quantities, user=None):
        """Confirm an order of variants."""
        form = self._get_form(self._save(quantities, user=user))
        quotation = form._submit(NOW)
        quotation.action_confirm()
        return quotation

    def _sell_some_of_everything(self):
        parkas = {
            tuple(variant.product_template_attribute_value_ids.mapped("name")): variant
            for variant in self.jacket.product_variant_ids
        }
        return self._sell(
            {
                parkas["Black", "S"]: 30,
                parkas["Black", "L"]: 5,
                parkas["Red", "S"]: 7,
                self.bottle.product_variant_id: 24,
                self.shoe.product_variant_id: 6,
                self.hat.product_variant_id: 3,
            }
        )

    def _get_plan(self):
        action = self.campaign.with_user(self.purchaser).action_view_purchase_plan()
        return (
            self.env["preorder.purchase.plan"]
            .with_user(self.purchaser)
            .browse(action["res_id"])
        )

    def _get_supplier(self, plan, partner):
        return plan.supplier_ids.filtered(lambda row: row.partner_id == partner)

    def _read(self, content):
        """Every text and number of a workbook, by sheet."""
        book = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
        return {
            sheet.title: [
                [cell.value for cell in row] for row in sheet.iter_rows() if row
            ]
            for sheet in book.worksheets
        }

    def _read_list(self, content, title="List"):
        """The flat list as dicts by heading."""
        rows = self._read(content)[title]
        head = rows[3]
        return [
            dict(zip(head, row, strict=True))
            for row in rows[4:]
            if row[head.index("Unit")]
        ]

    def _get_words(self, content):
        """All texts of a workbook in one."""
        return "\n".join(
            str(value)
            for rows in self._read(content).values()
            for row in rows
            for value in row
            if value is not None
        )
