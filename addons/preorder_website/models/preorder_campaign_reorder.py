from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from odoo.addons.preorder_campaign.cells import MAXIMUM_BATCH

from .. import reorder


class PreorderCampaign(models.Model):
    """Ordering again what was ordered before."""

    _inherit = "preorder.campaign"

    def _get_reorder_campaigns(self, partner, website, now):
        """The campaigns in which a contact can order now, on a website.

        Those that this environment's user may see.

        :return: with the rights of the system
        """
        running = self._get_running(website, now)
        return self.sudo().search(
            Domain("id", "in", running.ids) & self._get_audience_domain(partner),
            order="date_end",
        )

    def _is_reordered(self, order, website) -> bool:
        """Whether the user may order again what an order had, in a running campaign."""
        if order.state not in ("sale", "cancel") or not self.has_access("read"):
            return False
        partner = self.env.user.partner_id.sudo()
        return bool(self._get_reorder_campaigns(partner, website, self._now()))

    def _propose_reorder(self, order, quantities, *, with_successors=True):
        """What an earlier order becomes in this campaign.

        :param order: the customer's form in this campaign; empty if not begun
        :param quantities: dict of ``product.product`` → quantity in its unit
        :param with_successors: whether products that are replaced become what replaces
            them
        :return: list of :class:`~..reorder.Item`, of variants' ids, and what stands in
            the form where things are ordered again: dict of variant's id → quantity
        """
        self.ensure_one()
        products = self.env["product.product"].union(*quantities)
        successors = {
            product.id: successor.id
            for product, successor in products._get_preorder_successor().items()
        }
        on_sale = self.env["product.product"].search(
            self._get_assortment_domain()
            & Domain("id", "in", [*successors, *successors.values()])
        )
        present = self._read_reorder_cells(order)[0]
        items = reorder.propose(
            {product.id: quantity for product, quantity in quantities.items()},
            on_sale=set(on_sale.ids),
            successors=successors,
            present=present,
            with_successors=with_successors,
        )
        return items, present

    def _read_reorder_cells(self, order):
        """What stands in the cells that are filled when something is ordered again.

        Where quantities have delivery dates, those of the first one that is chosen, or
        else possible.

        :return: (dict of variant's id → quantity, dict of variant's id → revision, the
            delivery date as ISO text or ``None``)
        """
        choice = self._get_date_choice(order, self._now())
        day = next(filter(None, choice["chosen"]), None) if choice else None
        date = fields.Date.to_date(day) if day else False
        cells = order.line_ids.filtered(lambda cell: cell.delivery_date == date)
        return (
            {cell.product_id.id: cell.quantity for cell in cells},
            {cell.product_id.id: cell.revision for cell in cells},
            day,
        )

    def _get_reorder_values(self, filling, quantities, with_successors):
        """What the page says of ordering again in this campaign.

        :return: dict: ``items`` (dicts: ``name``, ``quantity``, ``target`` if replaced,
            ``present``), ``gone`` (names of what is no longer on sale),
            ``has_successors``, ``form`` (the customer's form, empty if not begun),
            ``customer`` (whose form, empty for the user's own)
        """
        self.ensure_one()
        items, _present = self._propose_reorder(
            filling.order, quantities, with_successors=with_successors
        )
        others, _present = self._propose_reorder(
            filling.order, quantities, with_successors=not with_successors
        )
        ids = {item.product for item in items} | {item.target for item in items}
        names = {
            product.id: product.display_name
            for product in self.env["product.product"].browse(ids - {None})
        }
        return {
            "items": [
                {
                    "name": names[item.product],
                    "quantity": item.quantity,
                    "target": names[item.target] if item.target != item.product else "",
                    "present": item.present,
                }
                for item in items
                if item.target
            ],
            "gone": [names[item.product] for item in items if not item.target],
            "has_successors": any(
                item.target != other.target
                for item, other in zip(items, others, strict=True)
            ),
            "form": filling.order,
            "customer": filling.partner
            if filling.on_behalf
            else filling.partner.browse(),
        }

    def _order_again(self, filling, quantities, mode, batch, *, with_successors, now):
        """Put an earlier order's quantities into the customer's form, all or nothing.

        Through the way that typed cells take, with its checks; what is in the form
        stays unless ``mode`` says otherwise. The same batch again changes nothing.

        :param filling: as the guard gives it
        :param quantities: dict of ``product.product`` → quantity in its unit
        :param mode: one of :data:`~..reorder.MODES`
        :param batch: an id of 8 to 50 characters, new for each page
        :param now: naive UTC moment at which the request began
        :return: dict: ``form`` (id or ``False``), ``stored`` (number of cells),
            ``refused`` (list of name and reason)
        :raise UserError: when nothing can be saved, in the customer's words
        """
        self.ensure_one()
        order = filling.order
        items, present = self._propose_reorder(
            order, quantities, with_successors=with_successors
        )
        changes = reorder.get_changes(items, mode, present)
        _present, revisions, day = self._read_reorder_cells(order)
        cells = [
            {
                "product": product_id,
                "date": day,
                "quantity": quantity,
                "revision": revisions.get(product_id, 0),
            }
            for product_id, quantity in changes.items()
        ]
        # Saved before, and asked again: the same batches, whatever stands there now.
        answers = []
        for number, start in enumerate(range(0, len(cells), MAXIMUM_BATCH)):
            answer = self.env["preorder.save.batch"]._save(
                self,
                filling.partner,
                order,
                f"{batch}-{number}",
                cells[start : start + MAXIMUM_BATCH],
                channel=filling.channel,
                now=now,
                by_office=filling.by_office,
            )
            if answer.get("closed"):
                raise UserError(answer["closed"])
            order = order.browse(answer["form"])
            answers += answer["cells"]
        refused = [answer for answer in answers if answer["status"] != "stored"]
        names = {
            product.id: product.display_name
            for product in self.env["product.product"].browse(
                [answer["product"] for answer in refused]
            )
        }
        return {
            "form": order.id,
            "stored": len(answers) - len(refused),
            "refused": [
                {
                    "name": names[answer["product"]],
                    "reason": answer.get("reason")
                    or self.env._("Somebody else has just changed it."),
                }
                for answer in refused
            ],
        }


class PreorderOrder(models.Model):
    _inherit = "preorder.order"

    def _get_ordered_quantities(self):
        """What was ordered with the form, whatever the delivery dates.

        :return: dict of ``product.product`` → quantity in its unit
        """
        self.ensure_one()
        quantities = {}
        for cell in self.line_ids.filtered("quantity")._sorted_for_documents():
            product = cell.product_id
            quantities[product] = quantities.get(product, 0.0) + cell.quantity
        return quantities


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _get_ordered_quantities(self):
        """What goods were ordered, in the products' units.

        :return: dict of ``product.product`` → quantity
        """
        self.ensure_one()
        quantities = {}
        for line in self.order_line:
            product = line.product_id
            if line.display_type or line.is_downpayment or product.type != "consu":
                continue
            if line.product_uom_qty <= 0:
                continue
            quantities[product] = quantities.get(
                product, 0.0
            ) + line.product_uom_id._compute_quantity(
                line.product_uom_qty, product.uom_id
            )
        return quantities
