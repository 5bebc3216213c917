import re

from odoo import models
from odoo.fields import Domain

#: How a browser asks to be told of the cells that others save in an order form.
_FORM_CHANNEL = re.compile(r"preorder_form:(\d{1,9})")


class IrWebsocket(models.AbstractModel):
    _inherit = "ir.websocket"

    def _build_bus_channel_list(self, channels):
        """Let users listen to the order forms that they may see."""
        asked = {
            int(match[1])
            for channel in channels
            if isinstance(channel, str) and (match := _FORM_CHANNEL.fullmatch(channel))
        }
        channels = list(channels)
        if asked:
            channels += [
                form._get_live_channel() for form in self._find_live_forms(asked)
            ]
        return super()._build_bus_channel_list(channels)

    def _find_live_forms(self, form_ids):
        """Those of some forms that the user may see: its own rights, as the guard's."""
        forms = self.env["preorder.order"]
        if not (
            forms.has_access("read")
            and self.env["preorder.campaign"].has_access("read")
        ):
            return forms
        return forms.search(
            Domain("id", "in", form_ids)
            & Domain("campaign_id", "any", [("is_published", "=", True)])
        )
