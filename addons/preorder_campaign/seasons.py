"""Names and codes of campaigns, season after season. Free of Odoo."""

import re
import unicodedata

#: A year in four digits, or two digits that stand alone, as in W26 or 2025/26.
_YEAR = re.compile(r"(?<!\d)(?:\d{4}|\d{2})(?!\d)")


def propose_code(name: str) -> str:
    """A short code for a campaign's name: initials, and the year if there is one.

    >>> propose_code("Winter collection 2026")
    'WC26'

    :return: one to eight upper-case letters and digits; empty if the name has none
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    words = re.findall(r"[A-Za-z]+", plain)
    initials = "".join(word[0] for word in words) if len(words) > 1 else ""
    year = _YEAR.search(plain)
    if not initials:
        initials = (words[0][:1] if year else words[0][:4]) if words else ""
    return (initials[:6] + (year.group()[-2:] if year else "")).upper()


def shift_years(text: str, years: int, around: int) -> str:
    """Move the years named in a text, such as a campaign's name or code.

    >>> shift_years("Winter 2026/27", 1, around=2026)
    'Winter 2027/28'

    :param years: how many years later; may be negative
    :param around: the year that the text is about: numbers more than one year away from
        it (a pack of 12, a route 66) are no years
    """

    def shift(match):
        digits = match.group()
        modulus = 10 ** len(digits)
        distance = (int(digits) - around) % modulus
        if min(distance, modulus - distance) > 1:
            return digits
        return f"{(int(digits) + years) % modulus:0{len(digits)}d}"

    return _YEAR.sub(shift, text)
