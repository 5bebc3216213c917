"""What must hold in the database whatever happened."""

#: What is wrong → a query of the records that are.
QUERIES = {
    "a cell without a form": """
        SELECT cell.id
          FROM preorder_order_line cell
          LEFT JOIN preorder_order form ON form.id = cell.order_id
         WHERE form.id IS NULL
    """,
    "a cell twice": """
        SELECT order_id, product_id, delivery_date
          FROM preorder_order_line
      GROUP BY order_id, product_id, delivery_date
        HAVING COUNT(*) > 1
    """,
    "a form with two quotations": """
        SELECT origin
          FROM sale_order
         WHERE preorder_campaign_id IS NOT NULL AND origin IS NOT NULL
           AND state != 'cancel'
      GROUP BY origin
        HAVING COUNT(*) > 1
    """,
    "a submitted form without a quotation": """
        SELECT id
          FROM preorder_order
         WHERE state IN ('submitted', 'confirmed') AND sale_order_id IS NULL
           AND is_own_shop IS NOT TRUE
    """,
    "a draft form with a quotation that can be confirmed": """
        SELECT form.id
          FROM preorder_order form
          JOIN sale_order sale ON sale.id = form.sale_order_id
         WHERE form.state = 'draft' AND sale.state = 'sale'
    """,
    "a quotation that has not what its form has": """
        SELECT form.id
          FROM preorder_order form
          JOIN (
                SELECT order_id, SUM(quantity) AS quantity
                  FROM preorder_order_line
              GROUP BY order_id
          ) cells ON cells.order_id = form.id
          JOIN (
                SELECT order_id, SUM(product_uom_qty) AS quantity
                  FROM sale_order_line
              GROUP BY order_id
          ) lines ON lines.order_id = form.sale_order_id
         WHERE form.state = 'submitted' AND cells.quantity != lines.quantity
    """,
    "an order whose total is not the sum of its lines": """
        SELECT sale.id
          FROM sale_order sale
          JOIN sale_order_line line ON line.order_id = sale.id
         WHERE sale.preorder_campaign_id IS NOT NULL
      GROUP BY sale.id
        HAVING ABS(SUM(line.price_subtotal) - sale.amount_untaxed) > 0.005
    """,
    "a counter that is not the sum of what uses it": """
        SELECT counter.id
          FROM preorder_limit_counter counter
          LEFT JOIN preorder_limit_reservation reservation
                 ON reservation.counter_ref = counter.id
      GROUP BY counter.id
        HAVING counter.used != COALESCE(SUM(reservation.quantity), 0)
    """,
    "more used than a limit allows": """
        SELECT counter.id
          FROM preorder_limit_counter counter
          JOIN preorder_limit lim ON lim.id = counter.limit_ref
         WHERE lim.maximum > 0 AND counter.used > lim.maximum
    """,
}


def find_violations(query):
    """What does not hold.

    :param query: function of an SQL statement that returns its rows
    :return: list of (what is wrong, rows)
    """
    return [
        (name, rows)
        for name, statement in QUERIES.items()
        if (rows := query(statement))
    ]
