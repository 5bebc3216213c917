from odoo import http


class Empty(http.Controller):
    @http.route("/bench/empty", type="jsonrpc", auth="user", website=True)
    def empty(self):
        """Do nothing, for somebody who is signed in."""
        return {}
