from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import SQL, format_date, groupby


class PreorderPurchasePlan(models.Model):
    """Requests for quotation of exactly what is missing."""

    _inherit = "preorder.purchase.plan"

    def action_create_purchase_orders(self):
        """Request quotations for exactly what is missing, one per supplier.

        Again makes nothing new: what is on order is no longer missing.
        """
        self.ensure_one()
        self._lock_orders()
        self._update_lines()
        return self._order_lines(self.line_ids)

    def _lock_orders(self):
        """Let two buyers order one after the other.

        The second waits, is repeated by Odoo, and finds nothing missing.
        """
        self.ensure_one()
        self.flush_recordset()
        self.env.cr.execute(
            SQL(
                "UPDATE preorder_purchase_plan SET write_date = write_date "
                "WHERE id = %s",
                self.id,
            )
        )
        self.env.invalidate_all()

    def _order_lines(self, lines):
        """Request quotations for lines of the plan.

        :raise UserError: if nothing of them is to be ordered
        """
        # Read together, also if they were found before the cache was emptied.
        lines = lines.with_prefetch()
        missing = lines.filtered(
            lambda line: line.partner_id and line.quantity_to_order > 0
        )
        self._check_orderable(missing)
        orders = self.env["purchase.order"]
        if self.on_more == "add":
            changed, missing = self._add_to_open_requests(missing)
            orders |= changed
        orders_values = [
            self._prepare_purchase_order(its_lines)
            for _key, its_lines in groupby(missing, lambda line: line._get_order_key())
        ]
        for wanted, its_lines in lines.grouped("quantity_wanted").items():
            its_lines.wanted_when_ordered = wanted
        orders |= self._create_orders(orders_values)
        self.message_post(
            body=self.env._("Requested: %s.", ", ".join(orders.mapped("name")))
        )
        return self.action_view_purchase_orders()

    def _create_orders(self, orders_values):
        """Create requests for quotation, the lines of all of them together.

        :param orders_values: list of values with ``order_line`` as ``Command.create``
        :return: ``purchase.order`` records
        """
        lines_of_orders = [values.pop("order_line") for values in orders_values]
        orders = self.env["purchase.order"].create(orders_values)
        self.env["purchase.order.line"].create(
            [
                {**values, "order_id": order.id}
                for order, commands in zip(orders, lines_of_orders, strict=True)
                for _command, _id, values in commands
            ]
        )
        return orders

    def _check_orderable(self, lines):
        """Refuse what cannot become an order, by name and with the remedy."""
        if not lines:
            raise UserError(self._get_nothing_to_order_message())
        remedies = {
            "no_rate": self.env._(
                "%(product)s: there is no exchange rate for %(currency)s. Add one "
                "under Accounting > Configuration > Currencies."
            ),
            "no_unit": self.env._(
                "%(product)s: the unit of the supplier's price cannot be converted to "
                "the product's. Correct it on the product's tab Purchase."
            ),
            "archived": self.env._(
                "%(product)s: %(supplier)s is archived. Choose another supplier, or "
                "unarchive this one."
            ),
        }
        problems = [
            remedies[line.problem]
            % {
                "product": line.product_id.display_name,
                "supplier": line.partner_id.display_name,
                "currency": line.currency_id.name,
            }
            for line in lines
            if line.problem in remedies
        ]
        if problems:
            raise UserError("\n".join(problems[:20]))

    def _get_nothing_to_order_message(self):
        if self.without_supplier_count:
            return self.env._(
                "Nothing to order: what is missing has no supplier. Add a supplier's "
                "price on the tab Purchase of these products."
            )
        return self.env._("Nothing to order: everything confirmed is on order.")

    def _prepare_purchase_order(self, lines):
        """Values of one supplier's request for quotation."""
        self.ensure_one()
        line = lines[0]
        campaigns = self.campaign_ids
        origin = ", ".join(campaigns.mapped("code"))
        if line.week:
            origin = self.env._(
                "%(campaigns)s, week of %(day)s",
                campaigns=origin,
                day=format_date(self.env, line.week),
            )
        values = {
            "preorder_plan_id": self.id,
            "preorder_campaign_ids": [Command.set(campaigns.ids)],
            "partner_id": line.partner_id.id,
            "company_id": self.company_id.id,
            "currency_id": line.currency_id.id,
            "user_id": self.user_id.id,
            "origin": origin,
            "date_order": fields.Datetime.now(),
            **self._prepare_supplier_terms(line.partner_id),
            "order_line": [
                Command.create(line._prepare_purchase_order_line()) for line in lines
            ],
        }
        if line.picking_type_id:
            values["picking_type_id"] = line.picking_type_id.id
        return values

    def _prepare_supplier_terms(self, partner):
        """What the order's form fills in when a supplier is chosen."""
        company = self.company_id
        positions = self.env["account.fiscal.position"].with_company(company)
        return {
            "fiscal_position_id": positions._get_fiscal_position(partner).id,
            "payment_term_id": partner.with_company(
                company
            ).property_supplier_payment_term_id.id,
        }

    def _add_to_open_requests(self, lines):
        """Add what is missing to requests that are not confirmed yet.

        :return: (requests that were changed, lines that found none)
        """
        changed = self.env["purchase.order"]
        left = self.env["preorder.purchase.plan.line"]
        requests = self.purchase_order_ids.filtered(
            lambda order: order.state in ("draft", "sent")
        )
        by_key = {}
        for request in requests.sorted("id"):
            for line in request.order_line.preorder_plan_line_id:
                by_key.setdefault(line._get_request_key(request), request)
        added = {}
        for line in lines:
            request = by_key.get(line._get_order_key())
            if not request:
                left |= line
                continue
            existing = line.purchase_line_ids.filtered(
                lambda other, request=request: other.order_id == request
            )[:1]
            if existing:
                existing.product_qty += existing.product_uom_id.round(
                    line.seller_uom_id._compute_quantity(
                        line.quantity_to_order, existing.product_uom_id, round=False
                    )
                )
            else:
                added.setdefault(request, []).append(
                    line._prepare_purchase_order_line()
                )
            changed |= request
        for request, values in added.items():
            request.order_line = [Command.create(each) for each in values]
        for request in changed:
            request.message_post(body=self.env._("More was added from %s.", self.name))
        return changed, left

    def action_lower_too_high(self):
        """Lower what is on order and no longer wanted, where it is not confirmed."""
        for plan in self:
            plan._lower_too_high()

    def _lower_too_high(self):
        self.ensure_one()
        self._update_lines()
        lowered = self.env["purchase.order"]
        for line in self.line_ids.filtered(lambda line: line.quantity_too_high > 0):
            excess = line.quantity_too_high
            for ordered in line.purchase_line_ids.filtered(
                lambda other: other.state in ("draft", "sent")
            ).sorted("id", reverse=True):
                unit = ordered.product_uom_id
                part = min(
                    ordered.product_qty,
                    line.seller_uom_id._compute_quantity(
                        excess, unit, rounding_method="DOWN"
                    ),
                )
                if part <= 0:
                    continue
                lowered |= ordered.order_id
                excess -= unit._compute_quantity(part, line.seller_uom_id, round=False)
                if part >= ordered.product_qty:
                    ordered.unlink()
                else:
                    ordered.product_qty -= part
        empty = lowered.filtered(lambda order: not order.order_line)
        empty.button_cancel()
        for order in lowered:
            order.message_post(
                body=self.env._(
                    "Lowered from %s: customers want less than before.", self.name
                )
            )
        self.line_ids._plan_anew()
        self._tell_what_stays_too_high(lowered)
        return True

    def _tell_what_stays_too_high(self, lowered):
        """Say of what too much stays on order, since it is confirmed.

        :param lowered: the requests that were lowered
        :raise UserError: if nothing could be lowered
        """
        lines = self.line_ids.filtered(lambda line: line.quantity_too_high > 0)
        if not lines:
            return
        message = self.env._(
            "Too much stays on order of %(products)s: %(orders)s are confirmed "
            "already. Talk to the suppliers, and lower these orders yourself.",
            products=", ".join(lines.product_id.mapped("display_name")),
            orders=", ".join(self._get_names_of_confirmed(lines)),
        )
        if not lowered:
            raise UserError(message)
        self.message_post(body=message)

    def _get_names_of_confirmed(self, lines):
        """Names of the confirmed orders of lines of the plan."""
        return lines.purchase_line_ids.filtered(
            lambda line: line.state == "purchase"
        ).order_id.mapped("name")
