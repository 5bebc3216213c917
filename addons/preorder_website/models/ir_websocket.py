import re

from odoo import models

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
            forms = self.env["preorder.order"]._find_live_forms(asked)
            channels += [form._get_live_channel(self.env.user) for form in forms]
        return super()._build_bus_channel_list(channels)
