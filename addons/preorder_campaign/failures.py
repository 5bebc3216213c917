"""What the office reads of something that failed in the background."""

from odoo.exceptions import UserError


def get_reason(error: Exception) -> str:
    """Why something failed.

    What Odoo says to its users stands for itself. Everything else begins with its kind,
    for whoever is asked for help: the words alone often say little.
    """
    if isinstance(error, UserError):
        return str(error)
    return f"{type(error).__name__}: {error}"
