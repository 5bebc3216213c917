from .trade import open_business


def post_init_hook(env):
    """Fill the database with the wholesaler's trade, once."""
    open_business(env)
