"""Pictures of everything in the catalogue, drawn when the demo is set up."""

from . import footwear, garments, gear

DRAWINGS = {
    name: getattr(module, name)
    for module, names in (
        (garments, ("jacket", "top", "vest", "trousers", "bib", "coverall")),
        (
            footwear,
            (
                "boot",
                "wellington",
                "socks",
                "gloves",
                "cap",
                "beanie",
                "gaiter",
                "belt",
            ),
        ),
        (
            gear,
            (
                "tent",
                "backpack",
                "duffel",
                "sleeping_bag",
                "mat",
                "bottle",
                "dry_bag",
                "cook_set",
                "headlamp",
                "poles",
                "first_aid",
                "chair",
                "tarp",
                "helmet",
                "ear_defenders",
                "glasses",
                "knee_pads",
                "patch",
            ),
        ),
    )
    for name in names
}


def draw(name, **options):
    """Make one of the drawings, ready to be painted in any colour."""
    return DRAWINGS[name](**options)
