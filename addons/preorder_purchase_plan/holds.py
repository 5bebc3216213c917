"""What is held for whom, while goods are reserved.

Plain Python, free of Odoo's environment. A *place* is whatever goods are held in: a
warehouse and a product. Quantities of a place share one unit: the product's.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass


@dataclass
class Claim:
    """What a demand may still take of a place.

    ``wanted`` counts only as much as the demand is open for; ``firm`` is the part of it
    that was shared out of goods that had arrived. Goods that are still expected hold
    nothing that ordinary orders could take today.
    """

    place: Hashable
    wanted: float
    firm: float


class Holds:
    """Room for reservations in places where goods are held for somebody.

    :param free: what is neither reserved nor gone, by place
    :param claims: who may take how much, by demand
    """

    def __init__(
        self, free: Mapping[Hashable, float], claims: Mapping[Hashable, Claim]
    ):
        self._free = dict(free)
        self._claims = dict(claims)
        self._wanted = dict.fromkeys(free, 0.0)
        self._firm = dict.fromkeys(free, 0.0)
        for claim in claims.values():
            self._wanted[claim.place] = (
                self._wanted.get(claim.place, 0.0) + claim.wanted
            )
            self._firm[claim.place] = self._firm.get(claim.place, 0.0) + claim.firm

    def has_claim(self, place: Hashable, demand: Hashable) -> bool:
        """Whether something was allocated to a demand, be it nothing."""
        claim = self._claims.get(demand)
        return claim is not None and claim.place == place

    def get_room(
        self, place: Hashable, demand: Hashable, *, is_preorder: bool
    ) -> float | None:
        """How much may be reserved; ``None`` where nothing is held.

        :param is_preorder: what has no claim of its own steps back behind all claims
            if it is a pre-order, and behind firm ones otherwise
        """
        if place not in self._wanted:
            return None
        if self.has_claim(place, demand):
            return max(0.0, self._claims[demand].wanted)
        held = self._wanted if is_preorder else self._firm
        return max(0.0, self._free.get(place, 0.0) - held[place])

    def take(self, place: Hashable, demand: Hashable, quantity: float):
        """Note that so much was reserved for a demand."""
        if place not in self._wanted:
            return
        self._free[place] = self._free.get(place, 0.0) - quantity
        if self.has_claim(place, demand):
            claim = self._claims[demand]
            firm = min(claim.firm, quantity)
            claim.wanted -= quantity
            claim.firm -= firm
            self._wanted[place] -= quantity
            self._firm[place] -= firm
