"""Which product takes the place of which, followed to the end.

Plain Python, free of Odoo's environment. A *link* says that one product is replaced by
another; links form chains (last season's shoe, this season's, next season's).
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping


def get_successor(links: Mapping[Hashable, Hashable], product: Hashable) -> Hashable:
    """The last product of a chain: what is sold in place of ``product`` today.

    :param links: product → the one that replaces it
    :return: ``product`` itself where nothing replaces it
    :raise ValueError: if the chain runs in a circle
    """
    seen = {product}
    while product in links:
        product = links[product]
        if product in seen:
            raise ValueError("circle of replacements")
        seen.add(product)
    return product


def find_circle(
    links: Mapping[Hashable, Hashable], products: Iterable[Hashable]
) -> list[Hashable]:
    """The first circle that one of some products' chains runs into.

    :return: the circle's products in order, its first one again at the end; empty
        where all chains end
    """
    safe: set[Hashable] = set()
    for start in products:
        path: dict[Hashable, int] = {}
        product = start
        while product in links and product not in path and product not in safe:
            path[product] = len(path)
            product = links[product]
        if product in path:
            return [*list(path)[path[product] :], product]
        safe.update(path)
    return []
