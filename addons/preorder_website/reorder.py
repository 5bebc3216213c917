"""What an earlier order becomes in an order form of today.

Plain Python, free of Odoo's environment.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping
from dataclasses import dataclass

#: What to do with cells that have a quantity already.
EMPTY = "empty"
ADD = "add"
REPLACE = "replace"
MODES = (EMPTY, ADD, REPLACE)


@dataclass(frozen=True)
class Item:
    """One product of the earlier order.

    ``target`` is what is ordered in its place: itself, its successor, or ``None`` where
    neither is on sale. ``quantity`` was ordered, ``present`` stands in the form now.
    """

    product: Hashable
    target: Hashable | None
    quantity: float
    present: float


def propose(
    ordered: Mapping[Hashable, float],
    *,
    on_sale: Collection[Hashable],
    successors: Mapping[Hashable, Hashable],
    present: Mapping[Hashable, float],
    with_successors: bool = True,
) -> list[Item]:
    """What can be ordered again, product by product.

    :param ordered: product → quantity of the earlier order
    :param on_sale: products that can be ordered now, successors among them
    :param successors: product → what replaces it, to the end of the chain; products
        that nothing replaces may be missing
    :param present: product → quantity in the form now
    :param with_successors: whether a successor is taken; without, a replaced product
        that is still on sale is taken itself
    """
    items = []
    for product, quantity in ordered.items():
        successor = successors.get(product, product)
        choices = [successor, product] if with_successors else [product]
        target = next((choice for choice in choices if choice in on_sale), None)
        items.append(Item(product, target, quantity, present.get(target, 0.0)))
    return items


def get_changes(
    items: Collection[Item], mode: str, present: Mapping[Hashable, float]
) -> dict[Hashable, float]:
    """The quantities to be saved; what stays as it is is left out.

    Several products with the same successor are added up.

    :param mode: ``empty`` fills only cells without a quantity; ``add`` adds to what is
        there; ``replace`` puts the earlier quantities in place of what is there
    :return: product → new quantity
    """
    wanted: dict[Hashable, float] = {}
    for item in items:
        if item.target is not None and item.quantity > 0:
            wanted[item.target] = wanted.get(item.target, 0.0) + item.quantity
    changes = {}
    for product, quantity in wanted.items():
        there = present.get(product, 0.0)
        if mode == EMPTY and there:
            continue
        new = there + quantity if mode == ADD else quantity
        if new != there:
            changes[product] = new
    return changes
