from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import PreorderHttpCommon

#: Waits for a limit's notice, takes the way out, and waits until all is saved.
KEEP_LIMITS = """
(async () => {
    const until = async (find) => {
        for (let i = 0; i < 100; i++) {
            const found = find();
            if (found) {
                return found;
            }
            await new Promise((resolve) => setTimeout(resolve, 100));
        }
        throw new Error(`gave up: ${find}`);
    };
    const find = (selector) => document.querySelector(selector);
    const button = await until(() => find(".o_preorder_limits [name=keep_limits]"));
    if (!find(".o_preorder_limits").textContent.includes("your form has 12")) {
        throw new Error(find(".o_preorder_limits").textContent);
    }
    button.click();
    await until(() => !find(".o_preorder_limits"));
    await until(() => find(".o_preorder_summary [name=pieces]").textContent === "7");
    console.log("test successful");
})();
"""


@tagged("post_install", "-at_install")
class TestLimitsOnline(PreorderHttpCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.limit = cls.env["preorder.limit"].create(
            {
                "campaign_id": cls.campaign.id,
                "name": "Parkas",
                "product_tmpl_ids": cls.jacket.ids,
                "maximum": 7,
            }
        )

    def _begin_form(self):
        self._login(self.customer)
        self.variant = self.jacket.product_variant_ids[0]
        result, _error = self._save_online({self.variant: 12})
        return self._get_form(result), result

    def test_a_form_over_a_limit_is_saved_and_told_so(self):
        form, result = self._begin_form()
        (notice,) = result["limits"]
        self.assertEqual((notice["left"], notice["broken"]), (7, True))
        self.assertEqual(form.line_ids.quantity, 12)
        review, _error = self._call(f"/preorder/form/{form.id}/review")
        self.assertEqual(review["limits"], result["limits"])

    def test_submitting_over_a_limit_is_refused_by_name_and_changes_nothing(self):
        form, result = self._begin_form()
        answer, error = self._call(
            f"/preorder/form/{form.id}/submit",
            reviewed_total=result["totals"]["total"],
            details={},
        )
        self.assertFalse(error)
        self.assertEqual(
            answer["refused"],
            "Parkas: at most 7 for your company, 7 are left; your form has 12.",
        )
        self.assertEqual(form.state, "draft")
        self.assertFalse(form.sale_order_id)
        self.assertEqual(self.limit.quantity_used, 0)

    def test_the_proposal_changes_nothing_by_itself(self):
        form, _result = self._begin_form()
        answer, _error = self._call(f"/preorder/form/{form.id}/limits")
        self.assertEqual(
            answer["changes"],
            [{"product": self.variant.id, "date": None, "quantity": 7}],
        )
        self.assertEqual(form.line_ids.quantity, 12)

    @mute_logger("odoo.http")
    def test_others_do_not_learn_about_a_form_s_limits(self):
        form, _result = self._begin_form()
        self._login(self.outsider)
        _answer, error = self._call(f"/preorder/form/{form.id}/limits")
        self.assertEqual(error["code"], 404)

    def test_the_browser_sets_the_cells_to_what_is_allowed(self):
        form, _result = self._begin_form()
        self.browser_js(
            f"/preorder/form/{form.id}",
            KEEP_LIMITS,
            ready="Boolean(document.querySelector('.o_preorder_limits'))",
            login=self.customer.login,
        )
        form.invalidate_recordset()
        self.assertEqual(form.line_ids.quantity, 7)
