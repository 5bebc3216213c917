"""Customers open quotations of 1,000 lines, and their PDFs: ours, and core's, in turns.

Both are of the same products and quantities.
"""

from collections import defaultdict

from .. import console
from . import client, figures

#: Text that every quotation's page has, and the beginning of every PDF.
PAGE_MARK, PDF_MARK = b"quote_content", b"%PDF"


def open_document(
    visitor: client.Visitor, order: int, token: str, as_pdf: bool
) -> float:
    """Open a quotation as its customer does from the mail; return the seconds."""
    path = f"/my/orders/{order}?access_token={token}"
    if as_pdf:
        path += "&report_type=pdf&download=true"
    content, seconds = visitor.timed_get(path)
    if (PDF_MARK if as_pdf else PAGE_MARK) not in content:
        raise console.Failure(f"Order {order} has not been shown: {content[:200]!r}")
    return seconds


def measure(port: int, world: dict, rounds: int) -> dict[str, list[float]]:
    """Open page and PDF of one of our quotations, a small one, and core's peer.

    :return: seconds of ``page`` and ``pdf``, and of both with ``_small`` and ``_peer``
    """
    visitor = client.Visitor(port)
    orders = {
        "": world["quotations"][0],
        "_small": world["small_quotations"][0],
        "_peer": world["peer_quotations"][0],
    }
    seconds = defaultdict(list)
    for kind, times in (("page", rounds), ("pdf", figures.LEAST_ROUNDS)):
        with console.step(f"Quotations of 1,000 lines, as {kind}") as progress:
            for number in range(times + 1):
                progress.show(f"{number} of {times}")
                for name, order in orders.items():
                    taken = open_document(visitor, *order, as_pdf=kind == "pdf")
                    # Assets and templates are made at the first request.
                    if number:
                        seconds[kind + name].append(taken)
    return seconds


def get_figures(seconds: dict[str, list[float]]) -> list[figures.Figure]:
    """The figures of what a customer sees of a quotation, with their goals."""
    return [
        figure
        for kind, what in (("page", "page of the portal"), ("pdf", "PDF"))
        for figure in (
            figures.get_ratio(
                f"quotation.{kind}",
                seconds[kind],
                seconds[f"{kind}_peer"],
                1 / 2,
                f"a quotation of 1,000 lines as {what} / core's",
            ),
            figures.get_growth(
                f"quotation.{kind}_growth_x8",
                seconds[kind],
                seconds[f"{kind}_small"],
                f"a quotation of 1,000 lines as {what} / of 125",
            ),
        )
    ]
