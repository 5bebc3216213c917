"""The wholesaler's year, told from any day on.

Winter goods are delivered from August, ordered from November to January; summer goods
are delivered from February, ordered from May to July. All dates follow from today, so
the demo never gets old.
"""

from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True)
class Season:
    """A collection that is delivered within some weeks."""

    kind: str  # "winter" or "summer"
    start: date

    @property
    def end(self):
        return self.start + timedelta(days=75)

    @property
    def name(self):
        year = self.start.year
        if self.kind == "winter":
            return f"Winter {year}/{(year + 1) % 100:02d}"
        return f"Summer {year}"

    @property
    def code(self):
        return f"{self.kind[0].upper()}{self.start.year % 100:02d}"

    @property
    def tag(self):
        return f"{self.kind.capitalize()} collection"

    def following(self):
        """The season after this one."""
        if self.kind == "winter":
            return Season("summer", date(self.start.year + 1, 2, 1))
        return Season("winter", date(self.start.year, 8, 1))

    def previous(self):
        """The season before this one."""
        if self.kind == "winter":
            return Season("summer", date(self.start.year, 2, 1))
        return Season("winter", date(self.start.year - 1, 8, 1))


def season_on_sale(today):
    """The season to pre-order now: the first one far enough ahead to be made."""
    season = Season("summer", date(today.year, 2, 1))
    while season.start - today < timedelta(days=120):
        season = season.following()
    return season


def season_demand(kind, month):
    """How well goods of a kind sell in a month; 1 is an average month."""
    winter = (1.3, 0.9, 0.6, 0.4, 0.3, 0.3, 0.4, 0.9, 1.6, 1.9, 1.8, 1.6)
    summer = (0.4, 0.7, 1.2, 1.7, 1.9, 1.8, 1.4, 0.9, 0.6, 0.4, 0.4, 0.4)
    return {"W": winter, "S": summer}.get(kind, (1.0,) * 12)[month - 1]
