"""What changes in a database when the addon comes or goes."""


def _stop_noting_price_changes(env):
    """Take the database's triggers away before the table they write to goes."""
    env["preorder.price.change"]._stop_noting()
