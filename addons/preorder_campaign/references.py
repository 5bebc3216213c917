"""What the internal references of a product's variants have in common.

Plain Python, free of Odoo's environment. Variants' references begin with their
product's, as a rule: FJ-10-RED-S and FJ-10-BLACK-M are FJ-10.
"""

import os.path
from collections.abc import Iterable

#: Between a product's reference and what tells its variants apart.
SEPARATORS = "-_./ "


def get_common_reference(references: Iterable[str]) -> str:
    """What all references begin with, cut at a separator; of a single one, itself.

    The first and the last of many, as characters sort, do for all: what those two
    share, everything between them shares.
    """
    references = list(references)
    if len(references) == 1:
        return references[0]
    return os.path.commonprefix(references).rstrip(SEPARATORS)
