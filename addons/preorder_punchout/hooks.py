"""What changes in a database when the addon comes or goes."""

_FIELD = [("field", "=", "LEADTIME"), ("kind", "=", "field")]


def _send_delivery_days(env):
    """Connections that are there send the lead time of pre-orders like new ones: of
    lines of the shop, it is the one they send already."""
    env["oci.field"].search([*_FIELD, ("path", "=", "customer_lead")]).write(
        {"path": "oci_delivery_days"}
    )


def _leave_pre_orders(env):
    """Leave no form behind that nobody could continue, and no field that is gone."""
    env["oci.field"].search([*_FIELD, ("path", "=", "oci_delivery_days")]).write(
        {"path": "customer_lead"}
    )
    env["preorder.order"].search(
        [("oci_session_id", "!=", False), ("state", "=", "draft")]
    ).write({"state": "cancelled"})
