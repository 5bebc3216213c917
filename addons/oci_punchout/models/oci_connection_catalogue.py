"""The customer's assortment at the agreed prices, as Peppol's Catalogue."""

import tempfile
from decimal import Decimal

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import split_every

from .. import ubl

#: Products whose prices are reckoned at once.
_PAGE = 500


class OciConnection(models.Model):
    _inherit = "oci.connection"

    def action_export_catalogue(self):
        """Write the customer's assortment at the agreed prices, and download it.

        :raise UserError: when an electronic address is missing, or nothing is for sale
        """
        self.ensure_one()
        attachment = self._export_catalogue()
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{attachment.id}?download=true",
            "target": "download",
        }

    def _export_catalogue(self):
        """Return the catalogue as an attachment of the connection; it replaces the one
        before."""
        self.ensure_one()
        today = fields.Date.context_today(self)
        head = ubl.CatalogueHead(
            id=f"{self.code}-{fields.Datetime.now():%Y%m%d%H%M%S}",
            name=self.env._("Assortment for %(name)s", name=self.partner_id.name),
            issued=today,
            start=today,
            end=None,
            provider=self.company_id.partner_id._get_ubl_party(),
            receiver=self.partner_id.commercial_partner_id._get_ubl_party(),
        )
        with tempfile.TemporaryFile() as file:
            count = ubl.write_catalogue(file, head, self._iter_catalogue_lines())
            if not count:
                raise UserError(
                    self.env._(
                        "There is nothing for sale to %(user)s in the shop. Publish "
                        "the products first.",
                        user=self.user_id.name,
                    )
                )
            file.seek(0)
            content = file.read()
        attachments = self.env["ir.attachment"].sudo()
        domain = [
            ("res_model", "=", self._name),
            ("res_id", "=", self.id),
            ("description", "=", "catalogue"),
        ]
        attachments.search(domain).unlink()
        return attachments.create(
            {
                "name": f"catalogue-{today:%Y-%m-%d}.xml",
                "description": "catalogue",
                "raw": content,
                "mimetype": "application/xml",
                "res_model": self._name,
                "res_id": self.id,
            }
        )

    def _iter_catalogue_lines(self):
        """Yield the products this customer may buy, page by page, at the price that a
        quotation of one unit has.

        :return: ``ubl.CatalogueLine``
        """
        self.ensure_one()
        connection = self.sudo()
        lang = connection._get_language(None)
        session = self.env["oci.session"].sudo().new({"connection_id": self.id})
        session.lang = lang
        ids = session._get_products().search(session._get_products_domain()).ids
        customer = connection.partner_id.commercial_partner_id
        supplier = connection.company_id.partner_id
        number = 0
        for page in split_every(_PAGE, ids):
            products = self.env["product.product"].sudo().browse(page)
            for line in connection.with_context(lang=lang)._make_lines(
                [(product, 1, None) for product in products]
            ):
                number += 1
                yield connection._prepare_catalogue_line(
                    line, str(number), customer, supplier
                )
            # A page is enough to keep in memory.
            self.env.invalidate_all()

    def _prepare_catalogue_line(self, line, number, customer, supplier):
        item = self._prepare_item(line)
        price = line._get_oci_amounts("net")[0]
        return ubl.CatalogueLine(
            id=number,
            item=self._prepare_ubl_item(line, item),
            unit=self._get_ubl_unit(line.product_uom_id),
            price=price,
            currency=line.currency_id.name,
            lead_days=int(line.customer_lead) or None,
            tax=self._get_ubl_tax(line, customer, supplier),
        )

    def _get_ubl_tax(self, line, customer, supplier):
        """Return the category (UNCL 5305) and rate of a line's value added tax."""
        tax = line.tax_ids.flatten_taxes_hierarchy().filtered(
            lambda tax: tax.amount_type == "percent"
        )[:1]
        if not tax:
            return None
        category = self.env["account.edi.common"]._get_tax_category_code(
            customer, supplier, tax
        )
        rate = Decimal(repr(round(tax.amount, 4)))
        return ("Z" if category == "S" and not rate else category), rate
