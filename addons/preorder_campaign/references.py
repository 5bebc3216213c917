"""What the internal references of a product's variants have in common.

Plain Python, free of Odoo's environment. Variants' references begin with their
product's, as a rule: FJ-10-RED-S and FJ-10-BLACK-M are FJ-10.
"""

from collections.abc import Iterable
from os.path import commonprefix

#: Between a product's reference and what tells its variants apart.
SEPARATORS = "-_./ "


def get_common_reference(references: Iterable[str]) -> str:
    """What all references begin with, cut at a separator; of a single one, itself.

    Empty if they share nothing: half a reference would be none. The first and the last
    of many, as characters sort, do for all: what those two share, everything between
    them shares.

    >>> get_common_reference(["PAR-BLK-S", "PAR-BLK-M", ""])
    'PAR-BLK'
    >>> get_common_reference(["PAR-101", "PAR-102"])
    'PAR'
    """
    references = [reference for reference in references if reference]
    if len(references) < 2:
        return references[0] if references else ""
    common = commonprefix(references)
    following = {reference[len(common) :][:1] for reference in references}
    if not all(character in SEPARATORS for character in following):
        common = common[: max(map(common.rfind, SEPARATORS)) + 1]
    return common.rstrip(SEPARATORS)
