from datetime import date

from lxml import etree

from odoo.fields import Command, Domain
from odoo.tests import new_test_user, tagged
from odoo.tools.safe_eval import safe_eval

from .office import OfficeCommon


@tagged("post_install", "-at_install")
class TestOfficeScreens(OfficeCommon):
    """What the office opens from Sales > Pre-Order works for whoever may open it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.salesperson, cls.manager, cls.purchaser = (
            new_test_user(cls.env, login, groups=groups)
            for login, groups in (
                ("screens_seller", "sales_team.group_sale_salesman_all_leads"),
                ("screens_manager", "sales_team.group_sale_manager"),
                ("screens_other", "sales_team.group_sale_salesman"),
            )
        )

    def _get_actions(self, user):
        """The actions of the menus below Pre-Order that a user sees, by menu."""
        root = self.env.ref("preorder_campaign.preorder_menu")
        visible = self.env["ir.ui.menu"].with_user(user)._visible_menu_ids()
        menus = self.env["ir.ui.menu"].search([("id", "child_of", root.id)])
        return {
            menu: menu.action
            for menu in menus
            if menu.id in visible
            and menu.action
            and menu.action._name == "ir.actions.act_window"
        }

    def test_the_sales_app_opens_with_quotations_as_ever(self):
        for user in (self.salesperson, self.manager):
            menus = self.env["ir.ui.menu"].with_user(user).load_web_menus(False)
            opened = menus[self.env.ref("sale.sale_menu_root").id]
            self.assertEqual(
                opened["actionID"], self.env.ref("sale.menu_sale_quotations").action.id
            )

    def _open(self, action, user):
        """Open each of an action's views, search with each filter and group by each."""
        model = self.env[action.res_model].with_user(user)
        views = [(view_id, kind) for view_id, kind in action.views]
        found = model.get_views([*views, (action.search_view_id.id, "search")])["views"]
        self.assertEqual(set(found), {kind for _id, kind in views} | {"search"})
        context = {"uid": user.id, "context_today": lambda: date(2026, 3, 10)}
        own = Domain(safe_eval(action.domain or "[]", context))
        model.search(own, limit=5)
        search = etree.fromstring(found["search"]["arch"])
        filters = search.xpath("//filter")
        for node in filters:
            name = f"{action.name}: {node.get('name')}"
            with self.subTest(name):
                if node.get("domain"):
                    model.search_count(
                        own & Domain(safe_eval(node.get("domain"), context))
                    )
                grouping = safe_eval(node.get("context") or "{}").get("group_by")
                if grouping in model._fields and "date" in model._fields[grouping].type:
                    # What the web client adds.
                    grouping += ":month"
                if grouping:
                    model.formatted_read_group(own, [grouping], ["__count"])
                if node.get("date"):
                    model.formatted_read_group(
                        own, [f"{node.get('date')}:month"], ["__count"]
                    )
        return len(filters)

    def test_every_menu_opens_with_every_view_filter_and_grouping(self):
        self._fill()
        for user in (self.salesperson, self.manager, self.purchaser):
            actions = self._get_actions(user)
            self.assertGreater(len(actions), 3)
            filters = 0
            for menu, action in actions.items():
                with self.subTest(menu=menu.complete_name, user=user.login):
                    filters += self._open(action, user)
            self.assertGreater(filters, 20)

    def test_campaigns_come_as_cards_list_form_calendar_pivot_and_graph(self):
        action = self.env.ref("preorder_campaign.preorder_campaign_action")
        self.assertEqual(
            {kind for _id, kind in action.views},
            {"kanban", "list", "form", "calendar", "pivot", "graph", "activity"},
        )

    def test_a_stat_button_shows_as_many_as_it_says(self):
        self._fill()._submit(self.now).action_confirm()
        self._fill(self.other_customer)
        for button, count in (
            ("action_view_orders", self.campaign.order_count),
            ("action_view_sales", self.campaign.sale_count),
            ("action_view_assortment", self.campaign.variant_count),
        ):
            action = getattr(self.campaign, button)()
            self.assertTrue(count)
            self.assertEqual(
                self.env[action["res_model"]].search_count(action["domain"]),
                count,
                button,
            )

    def test_an_outlet_sells_at_a_pricelist_of_its_own(self):
        outlet = self._make_campaign(
            "Outlet",
            "OUT",
            kind="outlet",
            date_start=self.campaign.date_start,
            date_end=self.campaign.date_end,
            pricelist_id=self.env["product.pricelist"]
            .create(
                {
                    "name": "Outlet",
                    "item_ids": [
                        Command.create({"compute_price": "fixed", "fixed_price": 3})
                    ],
                }
            )
            .id,
        ).with_context(preorder_now=None)
        outlet.action_open()
        self.assertEqual(self._fill(campaign=outlet).line_ids.price_unit, 3)
        self.assertEqual(self._fill().line_ids.price_unit, 10.01)

    def test_own_shops_count_in_the_campaign_s_figures_and_are_marked(self):
        warehouse = self.env["stock.warehouse"].search(
            [("company_id", "=", self.company.id)], limit=1
        )
        shop = self._make_customer("Shop Utrecht", "utrecht", self.label)
        shop.partner_id.parent_id.preorder_location_id = self.env[
            "stock.location"
        ].create(
            {
                "name": "Shop Utrecht",
                "usage": "internal",
                "location_id": warehouse.view_location_id.id,
                "company_id": self.company.id,
            }
        )
        form = self._fill(shop)
        form._submit(self.now)
        self.assertEqual(self.campaign.order_count, 1)
        self.assertEqual(self.campaign.confirmed_count, 1)
        self.assertEqual(
            self.env["preorder.order"].search([("is_own_shop", "=", True)]), form
        )

    def test_a_form_s_record_begins_with_who_began_it(self):
        # Tests make records without it, for speed.
        self.campaign = self.campaign.with_context(tracking_disable=False)
        form = self._fill()
        first = form.message_ids.sorted("id")[:1]
        self.assertIn("created", first.body)
        self.assertEqual(first.author_id, self.customer.partner_id)

    def test_each_cell_knows_who_changed_it_last_when_and_how(self):
        form = self._fill()
        [cell] = form.line_ids
        self.assertEqual(cell.changed_by_id, self.customer)
        self.assertEqual(cell.channel, "website")
        self.assertTrue(cell.changed_at)
        self._save(
            {self.bottle_variant: (4, 1)},
            campaign=self.campaign.with_user(self.salesperson),
            order=form,
            channel="representative",
            now=self.now,
        )
        self.assertEqual(cell.channel, "representative")
