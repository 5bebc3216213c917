from odoo import fields, models


class PreorderLimitCounter(models.Model):
    """What is used of a limit by one counted subject.

    Written only by the short transactions of ``preorder.limit.reservation``. Its
    columns refer to other records without foreign keys: checking one would wait for the
    very transaction that waits for the counter.
    """

    _name = "preorder.limit.counter"
    _description = "Counter of a Pre-Order Limit"
    _log_access = False

    limit_ref = fields.Integer(
        required=True, help="The limit; 0 for what is left in stock."
    )
    subject_ref = fields.Integer(
        required=True, help="The company or branch (contact); 0 for everybody."
    )
    product_ref = fields.Integer(
        required=True, help="The variant, for what is left in stock; else 0."
    )
    company_ref = fields.Integer(required=True, help="The company that sells.")
    used = fields.Float(required=True, digits=(16, 6))

    _counter_unique = models.UniqueIndex(
        "(limit_ref, subject_ref, product_ref, company_ref)"
    )
