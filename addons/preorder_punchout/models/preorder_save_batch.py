from odoo import api, models


class PreorderSaveBatch(models.Model):
    _inherit = "preorder.save.batch"

    @api.model
    def _find_answer(self, campaign, batch):
        """What a batch was answered in another session is not this one's."""
        answer = super()._find_answer(campaign, batch)
        session = self.env["website"]._get_oci_session()
        if not answer or not session:
            return answer
        form = self.env["preorder.order"].browse(answer["form"]).exists()
        return answer if form.oci_session_id == session else None
