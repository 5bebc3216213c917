from odoo import models
from odoo.exceptions import UserError

from .. import ubl, ubl_order


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _get_ubl_party(self, endpoint_of=None):
        """Return a partner as our documents name it.

        :param endpoint_of: the company whose electronic address it has; its own
        :return: ``ubl.Party``
        :raise UserError: that names the partner without an electronic address
        """
        self.ensure_one()
        company = (endpoint_of or self.commercial_partner_id).sudo()
        if not company.peppol_eas or not company.peppol_endpoint:
            raise UserError(
                self.env._(
                    "%(partner)s has no electronic address. Enter its Peppol e-address "
                    "(scheme and endpoint) in the contact's accounting page.",
                    partner=company.display_name,
                )
            )
        partner = self.sudo()
        return ubl.Party(
            name=partner.name or company.name or "",
            scheme=company.peppol_eas,
            endpoint=company.peppol_endpoint,
            address=ubl.Address(
                country=partner.country_id.code or "",
                street=partner.street or "",
                street2=partner.street2 or "",
                city=partner.city or "",
                zip=partner.zip or "",
                region=partner.state_id.name or "",
            ),
            phone=partner.phone or "",
            email=partner.email or "",
        )

    def _get_ubl_buyer(self):
        """Return what is known of a company by which an order's sender is recognised.

        :return: ``ubl_order.Buyer``
        """
        self.ensure_one()
        family = self.sudo() | self.sudo().child_ids
        gln = "global_location_number"
        endpoints = {
            (partner.peppol_eas, partner.peppol_endpoint)
            for partner in family
            if partner.peppol_eas and partner.peppol_endpoint
        }
        if gln in self._fields:
            endpoints |= {("0088", partner[gln]) for partner in family if partner[gln]}
        return ubl_order.Buyer(
            name=self.name or "",
            endpoints=tuple(sorted(endpoints)),
            tax_ids=tuple(filter(None, [self.sudo().vat])),
            company_ids=tuple(filter(None, [self.sudo().company_registry])),
        )
