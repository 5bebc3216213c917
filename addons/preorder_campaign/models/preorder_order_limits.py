from collections import defaultdict
from dataclasses import dataclass

from odoo import models
from odoo.exceptions import UserError
from odoo.tools import SQL
from odoo.tools.misc import formatLang

from .. import limits
from .preorder_campaign_limits import LimitRules
from .preorder_limit_reservation import CounterKey

#: Channels in which a customer's own form is filled in another way than by typing.
_WEBSITE_CHANNELS = {"import": "website", "scan": "website"}


@dataclass(frozen=True)
class Standing:
    """Where an order form stands with a limit, or with a variant in stock.

    ``others`` is what other order forms hold of the limit. For a variant in stock
    (``product_id``), the limit's maximum is what is left for this form.
    """

    limit: limits.Limit
    quantity: float
    others: float = 0.0
    product_id: int = 0


class PreorderOrder(models.Model):
    """What an order form takes of its campaign's limits."""

    _inherit = "preorder.order"

    # Reading

    def _get_limit_channel(self) -> str:
        """The channel that limits see: how the form was begun."""
        self.ensure_one()
        return _WEBSITE_CHANNELS.get(self.channel, self.channel)

    def _get_subject_id(self, limit) -> int:
        """Whose quantities a limit adds up for this form: a contact's id, or 0."""
        self.ensure_one()
        if limit.counted_per == "company":
            return self.customer_company_id.id
        return self.partner_id.id if limit.counted_per == "branch" else 0

    def _get_cells_source(self) -> SQL:
        """The forms' own quantities: form, variant, quantity."""
        self.env["preorder.order.line"].flush_model()
        return SQL(
            "SELECT order_id AS form_id, product_id, quantity"
            "  FROM preorder_order_line WHERE order_id = ANY(%s) AND quantity > 0",
            self.ids,
        )

    def _get_wanted_source(self) -> SQL:
        """What the forms want, with what end customers reserved with own shops."""
        cells = self._get_cells_source()
        reservations = self._get_reservations_source()
        return SQL("%s UNION ALL %s", cells, reservations) if reservations else cells

    def _get_held_sql(self, rules: LimitRules) -> SQL:
        """What other forms hold of each limit of this form, as JSON."""
        self.ensure_one()
        return SQL(
            """(
                SELECT json_agg(json_build_array(
                           counter.limit_ref,
                           counter.subject_ref,
                           counter.used - COALESCE(held.quantity, 0)
                       ))
                  FROM preorder_limit_counter counter
             LEFT JOIN preorder_limit_reservation held
                    ON held.counter_ref = counter.id AND held.form_ref = %s
                 WHERE counter.limit_ref = ANY(%s) AND counter.subject_ref = ANY(%s)
            )""",
            self.id,
            [limit.key for limit in rules.limits],
            [0, self.partner_id.id, self.customer_company_id.id],
        )

    def _read_portions(
        self,
        rules: LimitRules,
        source: SQL,
        *,
        per_product=False,
        held: SQL | None = None,
    ):
        """What forms have, folded as far as the limits allow, in one query.

        Categories and attribute values are read as they are now, and only as far as
        limits name them, so that a large form makes few rows.

        :param source: a query of form_id, product_id and quantity
        :param per_product: not folded further than by variant
        :param held: a value for all rows
        :return: list of (form id, :class:`~..limits.Variant`, quantity, whether it is
            kept in stock (``per_product`` only), label ids of the customer that limits
            name, value of ``held``)
        """
        product_ids = rules.get_named("product_ids")
        template_ids = rules.get_named("template_ids")
        value_ids = rules.get_named_values()
        label_ids = rules.get_named("label_ids")
        nothing = SQL("NULL::integer")
        if per_product:
            product = SQL("source.product_id")
        else:
            product = self._keep_sql(SQL("source.product_id"), product_ids) or nothing
        template = SQL("product.product_tmpl_id")
        values = SQL(
            """ARRAY(
                SELECT value.product_attribute_value_id
                  FROM product_variant_combination combination
                  JOIN product_template_attribute_value value
                    ON value.id = combination.product_template_attribute_value_id
                 WHERE combination.product_product_id = source.product_id
                   AND value.product_attribute_value_id = ANY(%s)
              ORDER BY 1
            )""",
            value_ids,
        )
        labels = SQL(
            """ARRAY(
                SELECT rel.category_id
                  FROM (VALUES %s) lineage (form_id, partner_id)
                  JOIN res_partner_res_partner_category_rel rel USING (partner_id)
                 WHERE lineage.form_id = folded.form_id AND rel.category_id = ANY(%s)
            )""",
            SQL(", ").join(
                SQL("(%s, %s)", form.id, partner_id)
                for form in self
                for partner_id in form.partner_id._get_preorder_lineage()
            )
            if label_ids
            else nothing,
            label_ids,
        )
        rows = self.env.execute_query(
            SQL(
                """
                SELECT folded.*, %(labels)s, %(held)s
                  FROM (
                    SELECT source.form_id,
                           %(product)s AS product,
                           %(template)s AS template,
                           %(path)s AS path,
                           %(values)s AS value_ids,
                           %(storable)s AS is_storable,
                           SUM(source.quantity) AS quantity
                      FROM (%(source)s) source
                      JOIN product_product product ON product.id = source.product_id
                      JOIN product_template template
                        ON template.id = product.product_tmpl_id
                 LEFT JOIN product_category category
                        ON category.id = template.categ_id
                  GROUP BY 1, 2, 3, 4, 5, 6
                  ) folded
                """,
                labels=labels if label_ids else SQL("ARRAY[]::integer[]"),
                held=held or SQL("NULL"),
                product=product,
                template=self._keep_sql(template, template_ids) or nothing,
                path=SQL("category.parent_path")
                if rules.get_named("category_ids")
                else SQL("NULL::text"),
                values=values if value_ids else SQL("ARRAY[]::integer[]"),
                storable=SQL("template.is_storable") if per_product else SQL("FALSE"),
                source=source,
            )
        )
        return [
            (
                form_id,
                limits.Variant(
                    product_id,
                    template_id,
                    frozenset(int(part) for part in (path or "").split("/") if part),
                    frozenset(values),
                ),
                quantity,
                is_storable,
                frozenset(labels),
                others,
            )
            for (
                form_id,
                product_id,
                template_id,
                path,
                values,
                is_storable,
                quantity,
                labels,
                others,
            ) in rows
        ]

    def _keep_sql(self, column: SQL, ids) -> SQL | None:
        """A column's value where it is one of ``ids``, else NULL."""
        return ids and SQL("CASE WHEN %s = ANY(%s) THEN %s END", column, ids, column)

    def _get_customer(self, label_ids) -> limits.Customer:
        """Who orders, as the algorithm knows it."""
        self.ensure_one()
        return limits.Customer(
            frozenset(self.partner_id._get_preorder_lineage()),
            label_ids,
            self._get_limit_channel(),
        )

    # While typing

    def _get_limit_standings(self) -> list[Standing]:
        """Where the form stands with each of its limits, in one query."""
        self.ensure_one()
        rules = self.campaign_id._get_limit_rules(self.campaign_id.id, self.env.lang)
        if not rules.limits:
            return []
        rows = self._read_portions(
            rules, self._get_wanted_source(), held=self._get_held_sql(rules)
        )
        if not rows:
            return []
        _form, _variant, _quantity, _storable, label_ids, held = rows[0]
        customer = self._get_customer(label_ids)
        others = {(limit_id, subject): used for limit_id, subject, used in held or []}
        found = [lim for lim in rules.limits if limits.applies_to(lim, customer)]
        sums = limits.add_up(found, [row[1:3] for row in rows])
        return [
            Standing(
                limit,
                sums[limit.key],
                others.get((limit.key, self._get_subject_id(limit)), 0.0),
            )
            for limit in found
        ]

    def _get_stock_standings(self, product_ids=None) -> list[Standing]:
        """What the form has of what is left in stock, in one query.

        :param product_ids: variants to look at; by default all in the form
        """
        self.ensure_one()
        campaign = self.campaign_id
        if not campaign._get_limit_rules(campaign.id, self.env.lang).only_in_stock:
            return []
        self.env["preorder.order.line"].flush_model()
        reserved = {
            product.id: quantity
            for product, quantity in self._get_reserved_quantities().items()
        }
        if product_ids is None:
            product_ids = {
                *self.line_ids.filtered("quantity").product_id.ids,
                *reserved,
            }
        rows = self.env.execute_query(campaign._get_stock_query(product_ids, self.id))
        return [
            self._make_stock_standing(
                product_id, quantity + reserved.get(product_id, 0.0), free - promised
            )
            for product_id, free, promised, quantity in rows
        ]

    def _make_stock_standing(self, product_id, quantity, left):
        limit = limits.Limit(
            ("stock", product_id),
            counted_per="everyone",
            maximum=max(left, 0.0),
            product_ids=frozenset({product_id}),
        )
        return Standing(limit, quantity, product_id=product_id)

    def _get_limit_notices(self, product_ids=None) -> list[dict]:
        """The limits that the form breaks or comes near to, in the customer's words.

        :param product_ids: of what is left in stock, only these variants
        :return: list of dicts: ``limit`` (id or ``None``), ``product`` (id or
            ``None``), ``name``, ``broken``, ``left`` (quantity or ``None``),
            ``message``
        """
        standings = [
            *self._get_limit_standings(),
            *self._get_stock_standings(product_ids),
        ]
        notices = []
        for standing in standings:
            broken = limits.check(standing.limit, standing.quantity, standing.others)
            near = limits.is_near(standing.limit, standing.quantity, standing.others)
            if broken or near:
                notices.append(self._prepare_limit_notice(standing, broken))
        return notices

    def _prepare_limit_notice(self, standing, broken):
        limit = standing.limit
        return {
            "limit": None if standing.product_id else limit.key,
            "product": standing.product_id or None,
            "name": self._get_limit_name(standing),
            "broken": bool(broken),
            "left": limits.get_left(limit, standing.others),
            "message": self._describe_broken(standing, broken)
            if broken
            else self._describe_near(standing),
        }

    # Words

    def _get_limit_name(self, standing):
        if standing.product_id:
            product = self.env["product.product"].browse(standing.product_id)
            return product.sudo().display_name
        return standing.limit.name

    def _format_limit_quantity(self, quantity):
        text = f"{quantity:.6f}".rstrip("0").rstrip(".")
        _whole, _dot, decimals = text.partition(".")
        return formatLang(self.env, quantity, digits=len(decimals))

    def _describe_broken(self, standing, broken) -> str:
        """Which limit a form breaks, why, and what is left, in one sentence."""
        texts = self._get_limit_texts(standing)
        if standing.product_id:
            return self.env._(
                "%(name)s: %(left)s are left in stock; your form has %(quantity)s.",
                **texts,
            )
        if broken.kind == "minimum":
            return self.env._(
                "%(name)s: at least %(minimum)s, or nothing; your form has "
                "%(quantity)s.",
                **texts,
            )
        if broken.kind == "multiple":
            texts["lower"] = self._format_limit_quantity(broken.lower)
            if broken.higher is None:
                return self.env._(
                    "%(name)s: only in multiples of %(multiple)s; your form has "
                    "%(quantity)s. Take %(lower)s.",
                    **texts,
                )
            texts["higher"] = self._format_limit_quantity(broken.higher)
            return self.env._(
                "%(name)s: only in multiples of %(multiple)s; your form has "
                "%(quantity)s. Take %(lower)s or %(higher)s.",
                **texts,
            )
        if standing.limit.counted_per == "company":
            return self.env._(
                "%(name)s: at most %(maximum)s for your company, %(left)s are left; "
                "your form has %(quantity)s.",
                **texts,
            )
        if standing.limit.counted_per == "branch":
            return self.env._(
                "%(name)s: at most %(maximum)s for your branch, %(left)s are left; "
                "your form has %(quantity)s.",
                **texts,
            )
        return self.env._(
            "%(name)s: at most %(maximum)s for all customers together, %(left)s are "
            "left; your form has %(quantity)s.",
            **texts,
        )

    def _describe_near(self, standing) -> str:
        texts = self._get_limit_texts(standing)
        if standing.product_id:
            return self.env._(
                "%(name)s: your form has %(quantity)s of the last %(left)s in stock.",
                **texts,
            )
        return self.env._(
            "%(name)s: your form has %(quantity)s of %(left)s that are left.", **texts
        )

    def _get_limit_texts(self, standing):
        limit = standing.limit
        quantities = {
            "quantity": standing.quantity,
            "left": limits.get_left(limit, standing.others),
            "minimum": limit.minimum,
            "maximum": limit.maximum,
            "multiple": limit.multiple,
        }
        return {
            "name": self._get_limit_name(standing),
            **{
                name: self._format_limit_quantity(quantity)
                for name, quantity in quantities.items()
                if quantity is not None
            },
        }

    # Proposing

    def _propose_limit_changes(self) -> list[dict]:
        """Cells to change so that the form keeps all its limits.

        :return: list of dicts ``product``, ``date`` (ISO or ``None``), ``quantity``,
            in the form's order; empty if no limit is broken
        """
        self.ensure_one()
        campaign = self.campaign_id
        rules = campaign._get_limit_rules(campaign.id, self.env.lang)
        rows = self._read_portions(rules, self._get_cells_source(), per_product=True)
        variants = {variant.product_id: variant for _form, variant, *_rest in rows}
        lines = self.line_ids.filtered("quantity")._sorted_for_documents()
        standings = [*self._get_stock_standings(), *self._get_limit_standings()]
        # What end customers have reserved stays: like what others hold.
        reservations = self._get_reservations_source()
        reserved = limits.add_up(
            [standing.limit for standing in standings],
            [
                row[1:3]
                for row in self._read_portions(rules, reservations, per_product=True)
            ]
            if reservations
            else [],
        )
        changes = limits.propose(
            {
                line.id: limits.Cell(
                    variants[line.product_id.id],
                    line.quantity,
                    line.product_id.uom_id._get_smallest_quantity(),
                )
                for line in lines
            },
            [
                (standing.limit, standing.others + reserved[standing.limit.key])
                for standing in standings
            ],
        )
        return [
            {
                "product": line.product_id.id,
                "date": line.delivery_date and line.delivery_date.isoformat() or None,
                "quantity": changes[line.id],
            }
            for line in lines
            if line.id in changes
        ]

    # Submitting

    def _get_claims(self, rules: LimitRules, source: SQL):
        """What the forms claim of their campaign's limits and stock.

        :param source: a query of form_id, product_id and quantity
        :return: dict of form id → dict of
            :class:`~.preorder_limit_reservation.CounterKey` → quantity, and dict of
            those keys → :class:`~..limits.Limit` (none for what is in stock)
        """
        rows_by_form = defaultdict(list)
        portions = self._read_portions(rules, source, per_product=rules.only_in_stock)
        for form_id, *row in portions:
            rows_by_form[form_id].append(row)
        claims, limit_by_key = {}, {}
        for form in self:
            rows = rows_by_form[form.id]
            claims[form.id] = wanted = {}
            if not rows:
                continue
            customer = form._get_customer(rows[0][3])
            found = [lim for lim in rules.limits if limits.applies_to(lim, customer)]
            sums = limits.add_up(found, [row[:2] for row in rows])
            company_id = form.company_id.id
            for limit in found:
                subject_id = form._get_subject_id(limit)
                key = CounterKey(limit.key, subject_id, 0, company_id)
                wanted[key] = sums[limit.key]
                limit_by_key[key] = limit
            if rules.only_in_stock:
                wanted.update(
                    (CounterKey(0, 0, variant.product_id, company_id), quantity)
                    for variant, quantity, is_storable, *_rest in rows
                    if is_storable
                )
        return claims, limit_by_key

    def _reserve_limits(self):
        """Take what the form has of its limits, or refuse.

        To be called while the form is locked for submission. Idempotent: submitting
        again takes or gives back the difference. What is taken is held until the
        quotation ends; should the submission fail, it is given back when its
        transaction ends.

        :raise UserError: naming every limit that is broken, and what is left
        """
        self.ensure_one()
        campaign = self.campaign_id
        # Not from memory: a limit may have been changed a moment ago.
        rules = campaign._prepare_limit_rules()
        if not rules:
            return
        reservations = self.env["preorder.limit.reservation"]
        self.env.flush_all()
        if campaign.pending_recount:
            reservations._recount(campaign.ids)
        claims, limit_by_key = self._get_claims(rules, self._get_wanted_source())
        wanted = claims[self.id]
        reservations._settle_after(self.env.cr, self.ids)

        def find_broken(reservations, others):
            standings = [
                Standing(limit, wanted[key], others[key])
                for key, limit in limit_by_key.items()
            ]
            in_stock = {key.product_id: key for key in wanted if not key.limit_id}
            if in_stock:
                rows = reservations.env.execute_query(
                    campaign._get_stock_query(in_stock, self.id)
                )
                standings += [
                    self._make_stock_standing(
                        product_id, wanted[in_stock[product_id]], free - promised
                    )
                    for product_id, free, promised, _quantity in rows
                ]
            return [
                (standing, broken)
                for standing in standings
                if (
                    broken := limits.check(
                        standing.limit, standing.quantity, standing.others
                    )
                )
            ]

        refusals = reservations._take(self, wanted, find_broken)
        if refusals:
            raise UserError(
                "\n".join(
                    self._describe_broken(standing, broken)
                    for standing, broken in refusals
                )
            )

    # Settling

    def _settle_limits_later(self):
        """Bring what the forms hold in line once this transaction has ended."""
        form_ids = [
            form.id
            for form in self
            if form.campaign_id._get_limit_rules(form.campaign_id.id, self.env.lang)
        ]
        if form_ids:
            self.env["preorder.limit.reservation"]._settle_after(self.env.cr, form_ids)

    def _get_due_claims(self):
        """What forms have to hold by what has become of them.

        Nothing, while being filled; the quantities of the quotation, as the office has
        changed them, while it can be or is confirmed; nothing, once it has ended.

        :return: dict of form id → claims, as :meth:`_get_claims`; without the forms
            that stay as they are, since their campaign keeps what ended quotations held
        """
        claims = {}
        quantities = self._get_agreed_quantities()
        for campaign, forms in self.grouped("campaign_id").items():
            rules = campaign._prepare_limit_rules()
            alive = forms.filtered(lambda form: form._is_holding())
            rows = [
                SQL("(%s, %s, %s)", form.id, product_id, quantity)
                for form in alive
                for product_id, quantity in quantities[form.id].items()
            ]
            if rows and rules:
                source = SQL(
                    "SELECT * FROM (VALUES %s) AS v (form_id, product_id, quantity)",
                    SQL(", ").join(rows),
                )
                claims.update(alive._get_claims(rules, source)[0])
            for form in forms:
                if form in alive or not form._is_keeping():
                    claims.setdefault(form.id, {})
        return claims

    def _is_holding(self) -> bool:
        """Whether the form holds what it claims: its quotation is or can be confirmed.

        A form that was reopened has a quotation, and holds it.
        """
        self.ensure_one()
        quotation = self.sale_order_id
        if not quotation:
            return self.state in ("submitted", "confirmed")
        if quotation.state in ("draft", "sent"):
            return self.state != "cancelled" and not quotation._has_lapsed()
        return quotation.state == "sale"

    def _is_keeping(self) -> bool:
        """Whether what the form held stays, though its quotation has ended."""
        self.ensure_one()
        return self.campaign_id.keep_reserved and bool(
            self.sale_order_id or self.state == "cancelled"
        )

    def _get_agreed_quantities(self):
        """Quantities by form and variant, in the products' units.

        Those of the quotation, where there is one. If several forms share it, each has
        its own, and what the office added goes to the first. Those of its transfers, of
        an own shop's form that is accepted.

        :return: dict of form id → dict of variant id → quantity
        """
        result = {form.id: defaultdict(float) for form in self}
        forms = self | self.sale_order_id._get_preorder_forms()
        own = defaultdict(lambda: defaultdict(float))
        for form_id, product_id, quantity in self.env.execute_query(
            forms._get_cells_source()
        ):
            own[form_id][product_id] += quantity
        accepted = self.filtered(lambda form: form.is_own_shop and form.picking_ids)
        waiting = self.filtered(lambda form: not form.sale_order_id) - accepted
        for forms_of_kind, source in (
            (accepted, accepted._get_transfers_source()),
            (waiting, waiting._get_wanted_source()),
        ):
            for form_id, product_id, quantity in (
                self.env.execute_query(source) if forms_of_kind else ()
            ):
                result[form_id][product_id] += float(quantity)
        ordered = defaultdict(lambda: defaultdict(float))
        for quotation_id, product_id, quantity in self.env.execute_query(
            self._get_ordered_query()
        ):
            ordered[quotation_id][product_id] = quantity
        for quotation in self.sale_order_id:
            left = ordered[quotation.id]
            sharing = quotation._get_preorder_forms().sorted("id")
            for form in sharing[1:]:
                for product_id, quantity in own[form.id].items():
                    share = min(quantity, left[product_id])
                    left[product_id] -= share
                    if form.id in result:
                        result[form.id][product_id] = share
            if sharing[0].id in result:
                result[sharing[0].id] = left
        return result

    def _get_ordered_query(self) -> SQL:
        """Quantities of the forms' quotations, in the products' units: quotation,
        variant, quantity."""
        return SQL(
            """
            SELECT line.order_id, line.product_id,
                   SUM(line.product_uom_qty * unit.factor / own_unit.factor)
              FROM sale_order_line line
              JOIN product_product product ON product.id = line.product_id
              JOIN product_template template ON template.id = product.product_tmpl_id
              JOIN uom_uom unit ON unit.id = line.product_uom_id
              JOIN uom_uom own_unit ON own_unit.id = template.uom_id
             WHERE line.order_id = ANY(%s) AND line.is_downpayment IS NOT TRUE
          GROUP BY line.order_id, line.product_id
            """,
            self.sale_order_id.ids,
        )

    def write(self, vals):
        """What a form holds follows what becomes of it."""
        result = super().write(vals)
        if {"state", "sale_order_id", "partner_id"} & vals.keys():
            self._settle_limits_later()
        return result

    def unlink(self):
        """A form that is deleted gives back what it holds."""
        self._settle_limits_later()
        return super().unlink()
