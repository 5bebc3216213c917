from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL


class PreorderReport(models.Model):
    """What campaigns bring in, live: a row for every quantity of a variant.

    *Started* is what stands in forms being filled, *quoted* what is submitted and not
    confirmed yet, *confirmed* what is sold, or on its way to an own shop. A quantity is
    in one of the three: a form that is reopened is started again, though its quotation
    still stands.

    Every dimension is joined from the outside, by a key that is unique: PostgreSQL
    leaves out the joins whose columns a question does not use, so that a question by
    product costs what the same question costs on the bare lines.
    """

    _name = "preorder.report"
    _description = "Pre-Order Analysis"
    _auto = False
    _rec_name = "product_id"
    _order = "date desc, id"
    _depends = {
        "preorder.campaign": [
            "date_end",
            "delivery_from",
            "kind",
            "previous_campaign_id",
            "tz",
        ],
        "preorder.order": [
            "campaign_id",
            "company_id",
            "currency_id",
            "customer_company_id",
            "date_submitted",
            "is_own_shop",
            "partner_id",
            "requested_delivery_from",
            "sale_order_id",
            "state",
            "user_id",
        ],
        "preorder.order.line": [
            "base_discount",
            "changed_at",
            "delivery_date",
            "order_id",
            "price_unit",
            "product_id",
            "quantity",
            "tax_key",
        ],
        "product.product": ["product_template_attribute_value_ids", "product_tmpl_id"],
        "product.template": ["categ_id", "product_brand_id", "uom_id"],
        "product.template.attribute.line": ["sequence", "value_count"],
        "product.template.attribute.value": [
            "attribute_line_id",
            "product_attribute_value_id",
        ],
        "product.attribute": ["display_type"],
        "res.company": ["currency_id"],
        "res.partner": ["commercial_partner_id", "country_id", "state_id"],
        "sale.order": ["currency_rate", "date_order"],
        "sale.order.line": [
            "company_id",
            "is_downpayment",
            "order_id",
            "order_partner_id",
            "preorder_campaign_id",
            "preorder_delivery_date",
            "price_subtotal",
            "product_id",
            "product_uom_id",
            "product_uom_qty",
            "salesman_id",
            "state",
        ],
        "stock.move": ["picking_id", "product_id", "product_qty", "state"],
        "stock.picking": ["preorder_order_id", "scheduled_date"],
        "uom.uom": ["factor"],
    }

    campaign_id = fields.Many2one("preorder.campaign", readonly=True)
    previous_campaign_id = fields.Many2one("preorder.campaign", readonly=True)
    kind = fields.Selection(
        lambda self: self.env["preorder.campaign"]._fields["kind"].selection,
        readonly=True,
    )
    state = fields.Selection(
        [("started", "Started"), ("quoted", "Quoted"), ("confirmed", "Confirmed")],
        "Status",
        readonly=True,
        help="Started: stands in a form being filled. Quoted: submitted, not yet "
        "confirmed. Confirmed: sold.",
    )
    date = fields.Datetime(
        readonly=True,
        help="When a quantity was last changed (started) or submitted (quoted and "
        "confirmed).",
    )
    days_before_end = fields.Integer(
        "Days before the End",
        readonly=True,
        aggregator=None,
        help="Days from the date to the campaign's end, in the campaign's time zone: "
        "campaigns of different seasons can be compared day by day.",
    )
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    order_id = fields.Many2one("preorder.order", "Order Form", readonly=True)
    sale_order_id = fields.Many2one("sale.order", "Quotation or Order", readonly=True)
    user_id = fields.Many2one("res.users", "Salesperson", readonly=True)

    delivery_date = fields.Date(
        "Delivery", readonly=True, help="When the goods are wanted."
    )

    product_id = fields.Many2one("product.product", "Variant", readonly=True)
    product_tmpl_id = fields.Many2one("product.template", "Product", readonly=True)
    categ_id = fields.Many2one("product.category", "Product Category", readonly=True)
    product_brand_id = fields.Many2one("product.brand", "Brand", readonly=True)
    size_id = fields.Many2one(
        "product.attribute.value",
        readonly=True,
        help="The attribute that runs across in the order form.",
    )
    colour_id = fields.Many2one("product.attribute.value", readonly=True)

    partner_id = fields.Many2one("res.partner", "Customer", readonly=True)
    customer_company_id = fields.Many2one(
        "res.partner",
        "Customer's Company",
        readonly=True,
        help="The company at the top of the customer's hierarchy, branches together.",
    )
    country_id = fields.Many2one("res.country", readonly=True)
    state_id = fields.Many2one("res.country.state", "Country State", readonly=True)
    label_ids = fields.Many2many(
        "res.partner.category",
        string="Customer Label",
        compute="_compute_label_ids",
        search="_search_label_ids",
        help="A label of the customer or of its company. To search by, not to group "
        "by: a customer with several labels counts once.",
    )

    quantity = fields.Float(
        readonly=True, digits="Product Unit", help="In the product's own unit."
    )
    amount_untaxed = fields.Monetary(
        "Untaxed Amount",
        readonly=True,
        help="In the company's currency, excluding taxes. What is started counts "
        "before discount tiers, which depend on what is submitted. Own shops pay "
        "nothing.",
    )
    form_count = fields.Integer(
        "Order Forms",
        readonly=True,
        aggregator="count_distinct",
        help="Forms being filled, quotations, orders and own shops' forms, each "
        "counted once.",
    )

    def _compute_label_ids(self):
        for row in self:
            row.label_ids = (row.partner_id | row.customer_company_id).category_id

    @api.model
    def _search_label_ids(self, operator, value):
        if operator in Domain.NEGATIVE_OPERATORS:
            return NotImplemented
        return Domain("partner_id.category_id", operator, value) | Domain(
            "customer_company_id.category_id", operator, value
        )

    # SQL

    @property
    def _table_query(self) -> SQL:
        return SQL("%s %s %s", self._select(), self._from(), self._where())

    def _select(self) -> SQL:
        return SQL(
            """
            SELECT fact.id,
                   fact.state,
                   fact.campaign_id,
                   campaign.previous_campaign_id,
                   campaign.kind,
                   fact.date,
                   (campaign.date_end AT TIME ZONE 'UTC' AT TIME ZONE campaign.tz)::date
                   - (fact.date AT TIME ZONE 'UTC' AT TIME ZONE campaign.tz)::date
                       AS days_before_end,
                   fact.company_id,
                   company.currency_id,
                   fact.order_id,
                   fact.sale_order_id,
                   fact.user_id,
                   COALESCE(fact.delivery_date, campaign.delivery_from)
                       AS delivery_date,
                   fact.product_id,
                   product.product_tmpl_id,
                   template.categ_id,
                   template.product_brand_id,
                   axes.size_id,
                   axes.colour_id,
                   fact.partner_id,
                   fact.customer_company_id,
                   partner.country_id,
                   partner.state_id,
                   fact.quantity,
                   fact.amount_untaxed,
                   fact.form_count
            """
        )

    def _from(self) -> SQL:
        return SQL(
            """
            FROM (%(parts)s) fact
            LEFT JOIN preorder_campaign campaign ON campaign.id = fact.campaign_id
            LEFT JOIN res_company company ON company.id = fact.company_id
            LEFT JOIN product_product product ON product.id = fact.product_id
            LEFT JOIN product_template template
                   ON template.id = product.product_tmpl_id
            LEFT JOIN (%(axes)s) axes ON axes.product_id = fact.product_id
            LEFT JOIN res_partner partner ON partner.id = fact.partner_id
            """,
            parts=SQL(" UNION ALL ").join(part() for part in self._get_parts()),
            axes=self._select_axes(),
        )

    def _where(self) -> SQL:
        # Like the currency rates, what is read depends on the companies chosen.
        return SQL("WHERE fact.company_id IN %s", tuple(self.env.companies.ids))

    def _get_parts(self) -> list:
        """The methods whose SQL makes up the report, one for each kind of document.

        Override to add another kind. Each returns a SELECT of these columns, in this
        order: ``id`` (bigint, unique over all parts), ``state``, ``campaign_id``,
        ``company_id``, ``order_id``, ``sale_order_id``, ``user_id``, ``delivery_date``
        (NULL for the campaign's), ``product_id``,
        ``partner_id``, ``customer_company_id``, ``date`` (naive UTC), ``quantity``
        (numeric, in the product's unit), ``amount_untaxed`` (numeric, in the company's
        currency), ``form_count`` (a number that the document shares with no other).
        The same types in all parts let PostgreSQL plan each part by itself.
        """
        return [
            self._select_cells,
            self._select_sale_lines,
            self._select_transfers,
        ]

    def _select_cells(self) -> SQL:
        """What stands in forms that have no quotation or transfer yet.

        Those being filled, at the prices that customers see, and those of own shops
        that the office has not accepted yet.
        """
        return SQL(
            """
            SELECT -cell.id::bigint AS id,
                   CASE form.state WHEN 'draft' THEN 'started' ELSE 'quoted' END
                       AS state,
                   form.campaign_id,
                   form.company_id,
                   form.id AS order_id,
                   form.sale_order_id,
                   form.user_id,
                   COALESCE(cell.delivery_date, form.requested_delivery_from)
                       AS delivery_date,
                   cell.product_id,
                   form.partner_id,
                   form.customer_company_id,
                   CASE form.state WHEN 'draft' THEN cell.changed_at
                        ELSE form.date_submitted
                    END AS date,
                   cell.quantity,
                   CASE WHEN form.is_own_shop THEN 0
                        ELSE cell.price_unit * cell.quantity
                            * (1 - COALESCE(cell.base_discount, 0)::numeric / 100)
                            * %(untaxed)s
                            / %(rate)s
                    END AS amount_untaxed,
                   -form.id AS form_count
              FROM preorder_order_line cell
              JOIN preorder_order form ON form.id = cell.order_id
             WHERE cell.quantity > 0
               AND (
                   form.state = 'draft'
                   OR form.is_own_shop AND form.state = 'submitted'
               )
            """,
            untaxed=self._get_untaxed_share(),
            rate=self._get_currency_rate(),
        )

    def _select_transfers(self) -> SQL:
        """What goes to own shops: quantities that nobody pays for."""
        return SQL(
            """
            SELECT -(1::bigint << 33) - move.id AS id,
                   'confirmed' AS state,
                   form.campaign_id,
                   form.company_id,
                   form.id AS order_id,
                   form.sale_order_id,
                   form.user_id,
                   picking.scheduled_date::date AS delivery_date,
                   move.product_id,
                   form.partner_id,
                   form.customer_company_id,
                   form.date_submitted AS date,
                   move.product_qty AS quantity,
                   0::numeric AS amount_untaxed,
                   -form.id AS form_count
              FROM preorder_order form
              JOIN stock_picking picking ON picking.preorder_order_id = form.id
              JOIN stock_move move ON move.picking_id = picking.id
             WHERE move.state != 'cancel'
            """
        )

    def _get_untaxed_share(self) -> SQL:
        """What of a cell's price is left without the taxes it includes."""
        # Whether a tax is included may depend on its company: it is no column.
        taxes = (
            self.env["account.tax"]
            .sudo()
            .with_context(active_test=False)
            .search(
                [
                    ("company_id", "parent_of", self.env.companies.ids),
                    ("type_tax_use", "=", "sale"),
                ]
            )
        )
        included = {str(tax.id) for tax in taxes if tax.price_include}
        if not included:
            return SQL("1")
        self.env["preorder.order.line"].flush_model(["tax_key"])
        keys = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT cell.tax_key
                  FROM preorder_order_line cell
                  JOIN preorder_order form ON form.id = cell.order_id
                 WHERE form.state = 'draft' AND form.company_id IN %s
                   AND string_to_array(cell.tax_key, ',') && %s
                """,
                tuple(self.env.companies.ids),
                sorted(included),
            )
        )
        cells = self.env["preorder.order.line"]
        sample = 1_000_000.0
        cases = []
        for (key,) in keys:
            totals = taxes.browse(cells._parse_tax_key(key)).compute_all(sample)
            cases.append(SQL("WHEN %s THEN %s", key, totals["total_excluded"] / sample))
        if not cases:
            return SQL("1")
        return SQL("CASE cell.tax_key %s ELSE 1 END", SQL(" ").join(cases))

    def _get_currency_rate(self) -> SQL:
        """A form's currency in terms of its company's, at today's rate."""
        currencies = self.env["res.currency"].sudo().search(Domain.TRUE)
        today = fields.Date.context_today(self)
        cases = [
            SQL(
                "WHEN form.company_id = %s AND form.currency_id = %s THEN %s",
                company.id,
                currency.id,
                currency._get_conversion_rate(
                    company.currency_id, currency, company, today
                ),
            )
            for company in self.env.companies
            for currency in currencies - company.currency_id
        ]
        if not cases:
            return SQL("1")
        return SQL("CASE %s ELSE 1 END", SQL(" ").join(cases))

    def _select_sale_lines(self) -> SQL:
        """What is quoted and can still be confirmed, and what is sold."""
        # One pass over the lines, whatever their state; the factors only where a line
        # is not in the product's unit.
        return SQL(
            """
            SELECT line.id::bigint AS id,
                   CASE line.state WHEN 'sale' THEN 'confirmed' ELSE 'quoted' END
                       AS state,
                   line.preorder_campaign_id AS campaign_id,
                   line.company_id,
                   NULL::integer AS order_id,
                   line.order_id AS sale_order_id,
                   line.salesman_id AS user_id,
                   line.preorder_delivery_date AS delivery_date,
                   line.product_id,
                   line.order_partner_id AS partner_id,
                   COALESCE(
                       form.customer_company_id, partner.commercial_partner_id
                   ) AS customer_company_id,
                   COALESCE(form.date_submitted, sale.date_order) AS date,
                   CASE WHEN line.product_uom_id = template.uom_id
                        THEN line.product_uom_qty
                        ELSE line.product_uom_qty * COALESCE(
                            line_uom.factor / NULLIF(product_uom.factor, 0), 1
                        )
                    END AS quantity,
                   CASE WHEN sale.currency_rate = 1
                        THEN line.price_subtotal
                        ELSE line.price_subtotal
                            / COALESCE(NULLIF(sale.currency_rate, 0), 1)
                    END AS amount_untaxed,
                   line.order_id AS form_count
              FROM sale_order_line line
              LEFT JOIN sale_order sale ON sale.id = line.order_id
              LEFT JOIN (
                    SELECT sale_order_id,
                           MIN(customer_company_id) AS customer_company_id,
                           MIN(date_submitted) AS date_submitted
                      FROM preorder_order
                     WHERE sale_order_id IS NOT NULL
                  GROUP BY sale_order_id
              ) form ON form.sale_order_id = line.order_id
              LEFT JOIN res_partner partner ON partner.id = line.order_partner_id
              LEFT JOIN product_product product ON product.id = line.product_id
              LEFT JOIN product_template template
                     ON template.id = product.product_tmpl_id
              LEFT JOIN uom_uom line_uom ON line_uom.id = line.product_uom_id
              LEFT JOIN uom_uom product_uom ON product_uom.id = template.uom_id
             WHERE line.preorder_campaign_id IS NOT NULL
               AND line.product_id IS NOT NULL
               AND line.is_downpayment IS NOT TRUE
               AND line.product_uom_qty != 0
               AND %s
            """,
            self._get_standing_condition(),
        )

    def _get_standing_condition(self) -> SQL:
        """Whether a sale order's ``line`` is sold, or can still be confirmed."""
        return SQL("(line.state = 'sale' OR %s)", self._get_quoted_condition())

    def _get_quoted_condition(self) -> SQL:
        """Whether a sale order's ``line`` can still be confirmed."""
        return SQL(
            """
            line.state IN ('draft', 'sent') AND line.order_id NOT IN (
                SELECT sale_order_id
                  FROM preorder_order
                 WHERE state = 'draft' AND sale_order_id IS NOT NULL
            )
            """
        )

    def _select_axes(self) -> SQL:
        """Each variant's size and colour, as the order form's grid arranges them."""
        return SQL(
            """
            SELECT combination.product_product_id AS product_id,
                   (ARRAY_AGG(
                       value.product_attribute_value_id
                       ORDER BY line.sequence DESC, line.attribute_id DESC, line.id DESC
                   ) FILTER (
                       WHERE attribute.display_type != 'color' AND line.value_count > 1
                   ))[1] AS size_id,
                   (ARRAY_AGG(
                       value.product_attribute_value_id
                       ORDER BY line.sequence, line.attribute_id, line.id
                   ) FILTER (WHERE attribute.display_type = 'color'))[1] AS colour_id
              FROM product_variant_combination combination
              JOIN product_template_attribute_value value
                ON value.id = combination.product_template_attribute_value_id
              JOIN product_template_attribute_line line
                ON line.id = value.attribute_line_id
              JOIN product_attribute attribute ON attribute.id = line.attribute_id
          GROUP BY combination.product_product_id
            """
        )

    # Reading

    @api.model
    def formatted_read_group(
        self,
        domain,
        groupby=(),
        aggregates=(),
        having=(),
        offset=0,
        limit=None,
        order=None,
    ):
        """Count days down: curves run towards the campaign's end."""
        return super().formatted_read_group(
            domain,
            groupby,
            aggregates,
            having,
            offset,
            limit,
            order or self._get_countdown_order(groupby),
        )

    def _read_group_select(self, aggregate_spec, query):
        """Spare what the web client asks of amounts that might differ in currency.

        Collecting the currencies of a million rows takes longer than adding up their
        amounts; as a rule all companies chosen have the same.
        """
        currency = self.env.companies.currency_id
        if len(currency) == 1:
            if aggregate_spec == "currency_id:array_agg_distinct":
                return SQL("CASE WHEN COUNT(*) > 0 THEN ARRAY[%s] END", currency.id)
            if aggregate_spec == "amount_untaxed:sum_currency":
                aggregate_spec = "amount_untaxed:sum"
        return super()._read_group_select(aggregate_spec, query)

    @api.model
    def _get_countdown_order(self, groupby):
        """The order of groups when days before the end are among them."""
        if "days_before_end" not in groupby:
            return None
        return ", ".join(
            f"{term} desc" if term == "days_before_end" else term for term in groupby
        )

    # Actions

    def action_open_document(self):
        """Open the order form, quotation or order behind a row."""
        self.ensure_one()
        document = self.order_id or self.sale_order_id
        if not document:
            raise UserError(self.env._("There is no document behind this row."))
        return {
            "type": "ir.actions.act_window",
            "res_model": document._name,
            "res_id": document.id,
            "view_mode": "form",
        }
