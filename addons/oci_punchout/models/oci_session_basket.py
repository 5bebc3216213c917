"""A session's basket on its way home, and answers without a session of a browser."""

from dataclasses import dataclass

from odoo import models
from odoo.exceptions import LockError, UserError
from odoo.fields import Domain
from odoo.tools import escape_psql

from .. import oci


@dataclass(frozen=True)
class Transfer:
    """A basket that may go home, or why it may not.

    ``lines`` are what the buyer put into it, in the order of their numbers.
    """

    lines: object
    basket: oci.Basket


class OciSession(models.Model):
    _inherit = "oci.session"

    # -- What the buyer is told ---

    def _describe_note(self, note):
        """Return in the buyer's words what becomes of a field.

        :param note: ``oci.Note``
        """
        values = {
            "number": note.index,
            "product": note.item,
            "field": note.field,
            "before": note.before[:80],
            "after": note.after[:80],
        }
        texts = {
            oci.CUT: self.env._(
                "%(number)s. %(product)s: %(field)s is shortened to “%(after)s”.",
                **values,
            ),
            oci.REPLACED: self.env._(
                "%(number)s. %(product)s: your system has not all characters; "
                "%(field)s becomes “%(after)s”.",
                **values,
            ),
            oci.LEFT_OUT: self.env._(
                "%(number)s. %(product)s: %(field)s “%(before)s” is left out, because "
                "your system has no room for it as it is.",
                **values,
            ),
            oci.ROUNDED: self.env._(
                "%(number)s. %(product)s: %(field)s %(before)s becomes %(after)s.",
                **values,
            ),
            oci.NO_UNIT: self.env._(
                "%(number)s. %(product)s has a unit that was not agreed with your "
                "company. Please remove it and tell us.",
                **values,
            ),
            oci.BAD_UNIT: self.env._(
                "%(number)s. %(product)s: the unit “%(before)s” is not one your system "
                "takes. Please remove it and tell us.",
                **values,
            ),
            oci.BAD_QUANTITY: self.env._(
                "%(number)s. %(product)s: your system does not take the quantity "
                "%(before)s. Please change it.",
                **values,
            ),
            oci.BAD_PRICE: self.env._(
                "%(number)s. %(product)s: your system does not take the price "
                "%(before)s. Please remove it and tell us.",
                **values,
            ),
            oci.NO_CURRENCY: self.env._(
                "%(number)s. %(product)s has no currency. Please tell us.", **values
            ),
            oci.NO_DESCRIPTION: self.env._(
                "%(number)s. %(product)s has no description your system takes. Please "
                "tell us.",
                **values,
            ),
        }
        return texts[note.code]

    # -- Transfer ---

    def _get_basket_lines(self):
        """Return the lines that go home, in order: what fills another basket than the
        shop's overrides this.

        :return: ``sale.order.line`` with the rights of the system
        """
        self.ensure_one()
        return self.order_id.sudo()._get_oci_basket_lines()

    def _get_options(self):
        self.ensure_one()
        return self.connection_id._get_options(self.charset)

    def _prepare_transfer(self):
        """Return the basket as it would go home now. Nothing is changed.

        :return: :class:`Transfer`
        """
        self.ensure_one()
        lines = self.with_context(lang=self.lang)._get_basket_lines()
        items = [self.connection_id._prepare_item(line) for line in lines]
        return Transfer(lines, oci.build_fields(items, self._get_options()))

    def _transfer(self):
        """Take the basket home, once.

        :return: ``oci.Form``
        :raise UserError: when the session is over, the basket empty, or something in
            it cannot be transferred
        """
        self._begin_transfer()
        return self._complete_transfer(self._prepare_transfer())

    def _begin_transfer(self):
        """Keep the session from being transferred twice.

        :raise UserError: when it is over, or a transfer is under way
        """
        self.ensure_one()
        try:
            # What is saved at this moment refers to the session, and may go on.
            self.lock_for_update(allow_referencing=True)
        except LockError as error:
            raise UserError(
                self.env._("This basket is being transferred at this moment.")
            ) from error
        if not self._is_alive() or not self._can_transfer():
            raise UserError(self.env._("This basket was transferred already."))

    def _complete_transfer(self, transfer):
        """Take home what was prepared, in the transaction that began the transfer.

        :param transfer: what ``_prepare_transfer`` returned
        :return: ``oci.Form``
        :raise UserError: when it is empty, or something in it cannot be transferred
        """
        if not transfer.lines:
            raise UserError(self.env._("Your basket is empty."))
        if transfer.basket.refusals:
            raise UserError(
                "\n".join(
                    self._describe_note(note) for note in transfer.basket.refusals
                )
            )
        self._finish_basket(transfer.lines)
        form = self._build_form(transfer.basket.fields)
        self._keep(transfer.basket)
        self._end("transferred")
        return form

    def _finish_basket(self, lines):
        """Let the quotation wait for the customer's order: numbered and frozen.

        Hook for baskets of another kind.

        :param lines: what ``_get_basket_lines`` returned
        """
        self.ensure_one()
        for number, line in enumerate(lines, start=1):
            line.oci_number = number
        self.order_id.sudo()._freeze_for_oci(self.connection_id.quotation_days)

    def _build_form(self, fields):
        return oci.build_form(
            self.sudo().return_url,
            self.target or "_top",
            fields,
            [tuple(pair) for pair in self.echo or []],
            split_query=self.connection_id.split_query,
        )

    def _keep(self, basket, remarks=()):
        """Keep exactly what was posted of the basket, and what was changed on its way.

        Neither holds a secret: parameters of the return address are not kept.

        :param remarks: texts for the office, besides the basket's notes
        """
        self.write(
            {
                "posted_fields": [
                    *(self.echo or []),
                    *(list(field) for field in basket.fields),
                ],
                "note_log": "\n".join(
                    [*remarks, *map(self._describe_note, basket.notes)]
                ),
            }
        )

    def _cancel(self):
        """Go back without a basket.

        :return: ``oci.Form`` without fields, or an address to open, or ``None`` where
            nobody waits for an answer
        """
        self.ensure_one()
        self.lock_for_update()
        if not self._is_alive():
            return None
        cancel_url, return_url = self.sudo().cancel_url, self.sudo().return_url
        answer = cancel_url or (return_url and self._build_form(()))
        self._end("cancelled")
        return answer or None

    # -- Answers without a visit ---

    def _find_product(self, key):
        """Return the product that an EXT_PRODUCT_ID names, if this customer may buy it.

        :param key: as ``sale.order.line.oci_product_key`` made it
        :return: ``product.product``, and attribute values that make no variant
        """
        self.ensure_one()
        products = self._get_products()
        values = self.env["product.template.attribute.value"].sudo()
        parts = key.split("-")
        if len(parts) > 20 or not all(
            part.isascii() and part.isdigit() and len(part) < 10 for part in parts
        ):
            return products, values
        domain = [("id", "=", int(parts[0])), *self._get_products_domain()]
        product = products.search(domain, limit=1)
        values = values.browse(map(int, parts[1:])).exists()
        if len(values) != len(parts) - 1 or (
            values.product_tmpl_id - product.product_tmpl_id
        ):
            return products, values
        return product, values

    def _get_products(self):
        """The variants, with the rights and the language of the portal user."""
        connection = self.connection_id
        return (
            self.env["product.product"]
            .with_user(connection.user_id)
            .with_company(connection.company_id)
            .with_context(
                website_id=connection.website_id.id,
                allowed_company_ids=connection.company_id.ids,
                lang=self.lang,
            )
        )

    def _get_products_domain(self):
        """The variants that this customer may buy in the shop."""
        website = self.connection_id.website_id.with_user(self.connection_id.user_id)
        return [*website.sale_product_domain(), ("website_published", "=", True)]

    def _answer(self, launch):
        """Answer a procurement system that asks for fields, without a visit.

        :param launch: ``oci.Launch`` with VALIDATE or BACKGROUND_SEARCH
        :return: ``oci.Form``; ``None`` where the product is gone, or cannot be
            transferred
        """
        self.ensure_one()
        connection = self.connection_id.with_context(lang=self.lang)
        quantity = float(launch.quantity)
        remarks = []
        if launch.function == oci.VALIDATE:
            product, values = self._find_product(launch.product)
            found = [(product.sudo(), quantity, values)] if product else []
        else:
            products, count = self._search_products(launch.search)
            found = [(product.sudo(), quantity, None) for product in products]
            if count > len(products):
                remarks.append(
                    self.env._(
                        "%(count)s products were found, and the %(limit)s best matches "
                        "sent. If buyers miss products, raise the connection's number "
                        "of search results, or have them search for more words.",
                        count=count,
                        limit=len(products),
                    )
                )
        baskets = []
        items = []
        for line in connection._make_lines(found):
            item = connection._prepare_item(line)
            item.values.pop("EXT_QUOTE_ID", None)
            item.values.pop("EXT_QUOTE_ITEM", None)
            basket = oci.build_fields([item], self._get_options())
            if basket.refusals:
                baskets.append(basket)
            else:
                items.append(item)
        answer = oci.build_fields(items, self._get_options())
        refused = tuple(note for basket in baskets for note in basket.notes)
        form = None
        if items or launch.function == oci.BACKGROUND_SEARCH:
            form = self._build_form(answer.fields)
        self._keep(oci.Basket(answer.fields, answer.notes + refused), remarks)
        self._end("answered")
        return form

    def _search_products(self, term):
        """Return the variants that the shop's own search finds, the best first.

        :param term: what is searched for
        :return: ``product.product``, as many as the connection wants; and how many
            there are in all
        """
        website = self.connection_id.website_id.with_env(self._get_products().env)
        _count, details, _fuzzy = website._search_with_fuzzy(
            "products_only",
            term,
            limit=None,
            order="name asc",
            options={
                "displayImage": False,
                "displayDescription": True,
                "displayExtraLink": False,
                "displayDetail": False,
                "allowFuzzy": False,
            },
        )
        products = self._get_products()
        templates = details[0].get("results") if details else None
        if not templates:
            return products, 0
        domain = Domain("product_tmpl_id", "in", templates.ids) & Domain(
            self._get_products_domain()
        )
        limit = self.connection_id.search_limit
        # Cheaper than to rank everything that a short word finds.
        for matching in self._get_search_ranks(term):
            products |= products.search(
                domain & matching & Domain("id", "not in", products.ids),
                limit=limit - len(products),
                order="name, default_code, id",
            )
            if len(products) >= limit:
                return products, products.search_count(domain)
        return products, len(products)

    def _get_search_ranks(self, term):
        """Return the domains of better and better matches, the best first; the last is
        of everything that was found.

        :param term: what was searched for
        """
        exact = escape_psql(term)
        return (
            Domain("default_code", "=ilike", exact) | Domain("barcode", "=", term),
            Domain("default_code", "=ilike", f"{exact}%"),
            Domain("name", "=ilike", f"{exact}%"),
            Domain("name", "ilike", exact),
            Domain.TRUE,
        )
