from odoo import http
from odoo.http import request


class Matrices(http.Controller):
    @http.route("/bench/matrices", type="jsonrpc", auth="user", website=True)
    def matrices(self, campaign_id):
        """Make Odoo's own grids of a campaign's products; return how many cells."""
        campaign = request.env["preorder.campaign"].sudo().browse(campaign_id)
        company = campaign.company_id
        return sum(
            cell.get("is_possible_combination", False)
            for template in campaign.product_tmpl_ids
            for row in template._get_template_matrix(
                company_id=company, currency_id=company.currency_id
            )["matrix"]
            for cell in row
        )
