from odoo import models


class SaleEdiXmlUblBis3(models.AbstractModel):
    """The electronic order that Odoo puts into an order's PDF.

    Odoo looks up the code of each line's unit, and the countries of Europe for each
    tax of each line, several times: nine queries a line. For a pre-order, what was
    found is kept while its document is made.
    """

    _inherit = "sale.edi.xml.ubl_bis3"

    def _export_order(self, sale_order):
        """Make the document of a pre-order with what was found for earlier lines."""
        if sale_order.preorder_campaign_id:
            self = self.with_context(preorder_found={})
        return super()._export_order(sale_order)

    def _get_uom_unece_code(self, uom):
        return self._find_once((uom,), super()._get_uom_unece_code)

    def _get_tax_category_code(self, customer, supplier, tax):
        return self._find_once(
            (customer, supplier, tax), super()._get_tax_category_code
        )

    def _find_once(self, records, find):
        """What a method says of records, asked once for a document.

        :param records: the method's arguments
        :param find: the method
        """
        found = self.env.context.get("preorder_found")
        if found is None:
            return find(*records)
        if records not in found:
            found[records] = find(*records)
        return found[records]
