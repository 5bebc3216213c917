"""What the wholesaler sells: a plain table, and the products made from it."""

import base64
from dataclasses import dataclass, field

from odoo.fields import Command

from . import codes
from .pictures import draw, scenes

BRANDS = {
    "KF": (
        "Kaldfell",
        "Shells, down and fleece for people who go out anyway.",
        "#23324f",
    ),
    "GW": (
        "Grofwerk",
        "Hard-wearing clothes for building, fitting and fixing.",
        "#2b2e31",
    ),
    "HW": (
        "Helderwerk",
        "High-visibility clothing and protection, certified.",
        "#b9541a",
    ),
    "ML": ("Merilund", "Merino next to the skin, from beanie to sock.", "#6d2233"),
    "TH": (
        "Tarnholt",
        "Tents, packs and all that goes with a night outside.",
        "#2f5241",
    ),
}

CATEGORIES = {
    "Outdoor Clothing": ["Outdoor Jackets", "Fleece", "Outdoor Trousers & Shorts"],
    "Workwear": ["Work Jackets", "Work Trousers & Overalls", "Shirts & Sweats"],
    "Hi-Vis & Protection": ["Hi-Vis Clothing", "Protective Gear"],
    "Layers & Accessories": ["Base Layers & Knitwear", "Socks", "Headwear & Gloves"],
    "Footwear": ["Hiking Footwear", "Safety Footwear"],
    "Camp & Trail": ["Tents & Sleeping", "Packs & Bags", "Trail Gear"],
}

TAGS = {
    "Winter collection": "#3f6fa5",
    "Summer collection": "#d39a2d",
    "All year": "#7a8288",
    "New": "#2f8f5b",
    "Bestseller": "#b3282d",
    "Recycled material": "#5c8a3a",
}
SEASONS = {"W": "Winter collection", "S": "Summer collection", "A": "All year"}

#: Name → (code in references, colour on screen). The first one that a product has is
#: the one it is shown in.
COLOURS = {
    "Ocean Blue": ("OCE", "#2d6f9e"),
    "Petrol": ("PET", "#1f5a66"),
    "Rust": ("RUS", "#a9502b"),
    "Ochre": ("OCH", "#c9952f"),
    "Burgundy": ("BUR", "#6d2233"),
    "Red": ("RED", "#b3282d"),
    "Royal Blue": ("ROY", "#2650a8"),
    "Forest Green": ("FOR", "#2f5241"),
    "Moss": ("MOS", "#6b7048"),
    "Khaki": ("KHA", "#7d7350"),
    "Sand": ("SND", "#c5ae87"),
    "Hi-Vis Yellow": ("HVY", "#d7ec1f"),
    "Hi-Vis Orange": ("HVO", "#ff6a1a"),
    "White": ("WHT", "#f3f3ef"),
    "Navy": ("NAV", "#23324f"),
    "Stone Grey": ("STO", "#8d9093"),
    "Anthracite": ("ANT", "#474b51"),
    "Black": ("BLK", "#212327"),
}

_COLOUR_ORDER = tuple(COLOURS).index

ALPHA = ("XS", "S", "M", "L", "XL", "XXL", "3XL", "4XL")
#: Key in the table → (attribute, values)
SIZES = {
    "men": ("Size", ALPHA[1:6]),
    "men+": ("Size", ALPHA[1:7]),
    "women": ("Size", ALPHA[:5]),
    "work": ("Size", ALPHA[1:8]),
    "gloves": ("Size", ALPHA[:5]),
    "vest": ("Size", ALPHA[1:7]),
    "trousers": ("Trouser Size", tuple(str(size) for size in range(44, 62, 2))),
    "kids": ("Height (cm)", ("104", "116", "128", "140", "152", "164")),
    "shoes": ("Shoe Size", tuple(str(size) for size in range(36, 48))),
    "kids_shoes": ("Shoe Size", tuple(str(size) for size in range(30, 36))),
    "safety": ("Shoe Size", tuple(str(size) for size in range(36, 49))),
    "boots": ("Shoe Size", tuple(str(size) for size in range(38, 48))),
    "socks": ("Sock Size", ("35-38", "39-42", "43-46", "47-50")),
    "hands": ("Glove Size", ("7", "8", "9", "10", "11")),
    "belt": ("Belt Length (cm)", ("85", "95", "105", "115")),
    "volume": ("Volume", ("5 l", "10 l", "20 l", "40 l")),
}
ATTRIBUTES = {
    "Colour": tuple(COLOURS),
    "Size": ALPHA,
    "Trouser Size": SIZES["trousers"][1],
    "Height (cm)": SIZES["kids"][1],
    "Shoe Size": tuple(str(size) for size in range(30, 49)),
    "Sock Size": SIZES["socks"][1],
    "Glove Size": SIZES["hands"][1],
    "Belt Length (cm)": SIZES["belt"][1],
    "Volume": SIZES["volume"][1],
}
#: What a large size costs more, as a part of the list price.
SURCHARGES = {
    "3XL": 0.08, "4XL": 0.12, "58": 0.06, "60": 0.1,
    "10 l": 0.25, "20 l": 0.6, "40 l": 1.1,
}  # fmt: skip


@dataclass(frozen=True)
class Item:
    """One product of the price list, with all its colours and sizes."""

    code: str
    name: str
    category: str
    price: float
    weight: float
    drawing: str
    colours: str
    sizes: str
    season: str
    text: str
    options: dict = field(default_factory=dict)
    second: str = "#26282b"
    tags: tuple = ()
    published: bool = True

    @property
    def brand(self):
        return BRANDS[self.code[:2]][0]

    @property
    def cost(self):
        """What it costs us: about half of the list price."""
        return round(self.price * (0.5 + int(self.code[-2:]) % 9 / 100), 2)

    @property
    def colour_names(self):
        return tuple(sorted(filter(None, self.colours.split(", ")), key=_COLOUR_ORDER))


NEW, BEST, RECYCLED = "New", "Bestseller", "Recycled material"
SHELL = {"neck": "hood", "pockets": "shell", "cuff": "strap"}
DOWN = {"neck": "stand", "quilt": 8, "puff": 14}
FLEECE = {"neck": "full_zip", "raglan": True, "cuff": "rib", "hem": "rib"}
SWEAT = {"cuff": "rib", "hem": "rib"}
HI_VIS = {"bands": (262, 318), "low": 338}

ITEMS = (
    # Kaldfell: outdoor clothing
    Item("KF-1010", "Rimfell 3-Layer Shell Jacket", "Outdoor Jackets", 219.00, 0.52,
         "jacket", "Ocean Blue, Forest Green, Rust, Black", "men", "W",
         "Waterproof three-layer shell with a helmet-ready hood and pit zips.",
         SHELL, tags=(BEST, RECYCLED)),
    Item("KF-1011", "Rimfell 3-Layer Shell Jacket, Women", "Outdoor Jackets", 219.00,
         0.46, "jacket", "Burgundy, Ochre, Forest Green, Black", "women", "W",
         "The Rimfell shell in a women's cut: shorter back, narrower shoulder.",
         SHELL | {"waist": 20, "length": 408}, tags=(RECYCLED,)),
    Item("KF-1020", "Isbre Down Jacket", "Outdoor Jackets", 179.00, 0.41,
         "jacket", "Rust, Navy, Moss, Black", "men", "W",
         "700-fill responsible down that packs into its own pocket.",
         DOWN, tags=(BEST,)),
    Item("KF-1021", "Isbre Down Jacket, Women", "Outdoor Jackets", 179.00, 0.37,
         "jacket", "Burgundy, Moss, Sand, Black", "women", "W",
         "700-fill responsible down in a women's cut.",
         DOWN | {"waist": 18, "length": 408}),
    Item("KF-1030", "Isbre Insulated Vest", "Outdoor Jackets", 99.00, 0.29,
         "jacket", "Forest Green, Navy, Black", "men+", "A",
         "Light synthetic insulation for the core; works when damp.",
         {"neck": "stand", "quilt": 8, "sleeve": "none"}, tags=(RECYCLED,)),
    Item("KF-1040", "Vardal Winter Parka", "Outdoor Jackets", 249.00, 1.15,
         "jacket", "Moss, Navy, Sand, Black", "men+", "W",
         "Long insulated parka with storm flap, seven pockets and a warm hood.",
         {"neck": "hood", "length": 456, "fur": True, "pockets": "work",
          "front": "storm"}, tags=(NEW,)),
    Item("KF-1050", "Lyngmo Softshell Jacket", "Outdoor Jackets", 119.00, 0.55,
         "jacket", "Petrol, Moss, Burgundy, Black", "men+", "A",
         "Stretch softshell that shrugs off wind and showers.",
         {"neck": "stand", "yoke": True}, "#3d4147", (BEST,)),
    Item("KF-1060", "Dryss Rain Jacket", "Outdoor Jackets", 89.90, 0.34,
         "jacket", "Ochre, Red, Forest Green, Navy", "men+", "S",
         "Two-and-a-half-layer rain jacket, fully taped, light enough to forget.",
         {"neck": "hood", "pockets": "hand"}, tags=(RECYCLED,)),
    Item("KF-1061", "Dryss Rain Trousers", "Outdoor Trousers & Shorts", 59.90, 0.27,
         "trousers", "Black, Navy", "men+", "A",
         "Pull-on rain trousers with knee-high zips.",
         {"style": "rain", "waistband": "elastic"}),
    Item("KF-1070", "Skogli Trekking Trousers", "Outdoor Trousers & Shorts", 94.90,
         0.42, "trousers", "Khaki, Anthracite, Moss, Navy", "trousers", "A",
         "Four-way stretch with reinforced seat and knees, five pockets.",
         {"style": "trek", "knees": True, "cargo": True}, tags=(BEST,)),
    Item("KF-1071", "Skogli Trekking Shorts", "Outdoor Trousers & Shorts", 69.90, 0.28,
         "trousers", "Khaki, Anthracite, Moss", "trousers", "S",
         "The Skogli cut above the knee.",
         {"style": "trek", "short": True, "cargo": True}),
    Item("KF-1080", "Fonna Fleece Jacket", "Fleece", 79.90, 0.39,
         "top", "Petrol, Anthracite, Rust, Navy, Moss", "men+", "W",
         "Warm 300-weight fleece, brushed inside.",
         FLEECE, tags=(BEST, RECYCLED)),
    Item("KF-1081", "Fonna Half-Zip Fleece", "Fleece", 59.90, 0.28,
         "top", "Burgundy, Ocean Blue, Forest Green, Black", "men+", "W",
         "Midweight fleece to wear under a shell.", {"neck": "zip"},
         tags=(RECYCLED,)),
    Item("KF-1082", "Fonna Fleece, Kids", "Fleece", 39.90, 0.22,
         "top", "Red, Ocean Blue, Ochre", "kids", "W",
         "The Fonna fleece for those who grow out of it.",
         FLEECE, tags=(NEW, RECYCLED)),
    # Grofwerk: workwear
    Item("GW-2010", "Ambacht Work Trousers, Holster Pockets",
         "Work Trousers & Overalls", 84.50, 0.72, "trousers",
         "Navy, Black, Anthracite, Khaki", "trousers", "A",
         "Canvas work trousers with holster pockets and room for knee pads.",
         {"style": "work", "holster": True, "knees": True}, "#1d1f22", (BEST,)),
    Item("GW-2011", "Ambacht Stretch Work Trousers", "Work Trousers & Overalls", 92.50,
         0.64, "trousers", "Black, Anthracite, Navy", "trousers", "A",
         "Stretch panels where you bend, cordura where you kneel.",
         {"style": "work", "cargo": True, "knees": "contrast"}, "#5a5f66", (NEW,)),
    Item("GW-2012", "Ambacht Work Shorts", "Work Trousers & Overalls", 59.50, 0.46,
         "trousers", "Navy, Black, Khaki", "trousers", "S",
         "Work shorts with holster pockets and rule pocket.",
         {"style": "work", "short": True, "holster": True, "cargo": True}, "#1d1f22"),
    Item("GW-2020", "Ambacht Work Jacket", "Work Jackets", 79.50, 0.88,
         "jacket", "Navy, Black, Forest Green, Royal Blue", "work", "A",
         "Canvas jacket with reinforced shoulders and phone pocket.",
         {"neck": "collar", "pockets": "work", "front": "storm", "yoke": True},
         "#1d1f22"),
    Item("GW-2021", "Keet Winter Pilot Jacket", "Work Jackets", 109.50, 1.24,
         "jacket", "Navy, Black, Anthracite", "work", "W",
         "Padded pilot jacket with rib hem and detachable collar.",
         {"neck": "stand", "cuff": "rib", "pockets": "hand", "puff": 12,
          "length": 402}, tags=(BEST,)),
    Item("GW-2022", "Keet Bodywarmer", "Work Jackets", 54.50, 0.58,
         "jacket", "Navy, Black, Royal Blue", "work", "W",
         "Padded bodywarmer with long back and pen pocket.",
         {"neck": "stand", "quilt": 5, "sleeve": "none", "pockets": "patch"}),
    Item("GW-2030", "Steiger Bib Overall", "Work Trousers & Overalls", 74.50, 0.93,
         "bib", "Royal Blue, Navy, Forest Green", "trousers", "A",
         "Bib overall with elastic braces and knee pockets.",
         {"contrast": True}, "#1d1f22"),
    Item("GW-2031", "Steiger Coverall", "Work Trousers & Overalls", 82.50, 1.08,
         "coverall", "Royal Blue, Navy, Forest Green", "trousers", "A",
         "One piece from collar to ankle, two-way zip.", {}, "#1d1f22"),
    Item("GW-2040", "Loods Flannel Work Shirt", "Shirts & Sweats", 44.50, 0.41,
         "top", "Red, Forest Green, Navy", "work", "W",
         "Brushed cotton check, buttoned chest pocket.",
         {"neck": "shirt", "check": True, "pocket": True}, tags=(BEST,)),
    Item("GW-2041", "Loods Work Shirt", "Shirts & Sweats", 39.50, 0.33,
         "top", "Ocean Blue, White, Anthracite", "men+", "S",
         "Easy-care poplin with pen pocket.", {"neck": "shirt", "pocket": True}),
    Item("GW-2050", "Werf Piqué Polo", "Shirts & Sweats", 24.50, 0.25,
         "top", "Royal Blue, Navy, Black, White, Red, Forest Green", "men+", "S",
         "220 g piqué that keeps its shape at 60 °C.",
         {"neck": "polo", "sleeve": "short"}, tags=(BEST,)),
    Item("GW-2051", "Werf Heavy T-Shirt", "Shirts & Sweats", 14.95, 0.2,
         "top", "White, Black, Navy, Stone Grey, Royal Blue", "men+", "S",
         "190 g combed cotton with double neck seam.",
         {"neck": "crew", "sleeve": "short"}, tags=(BEST,)),
    Item("GW-2052", "Werf Hooded Sweatshirt", "Shirts & Sweats", 44.95, 0.56,
         "top", "Anthracite, Navy, Black, Forest Green", "men+", "W",
         "Brushed inside, kangaroo pocket, lined hood.",
         SWEAT | {"neck": "hood", "kangaroo": True}),
    Item("GW-2053", "Werf Crew Sweatshirt", "Shirts & Sweats", 34.95, 0.47,
         "top", "Navy, Black, Stone Grey", "men+", "A",
         "Set-in sleeves, elastane ribs, no logo.", SWEAT),
    # Helderwerk: hi-vis and protection
    Item("HW-3010", "Baken Hi-Vis Vest, Class 2", "Hi-Vis Clothing", 9.95, 0.16,
         "vest", "Hi-Vis Yellow, Hi-Vis Orange", "vest", "A",
         "EN ISO 20471 class 2 with zip and ID pocket.", tags=(BEST,)),
    Item("HW-3020", "Baken Hi-Vis Winter Parka", "Hi-Vis Clothing", 129.50, 1.35,
         "jacket", "Hi-Vis Yellow, Hi-Vis Orange", "work", "W",
         "Class 3 parka, waterproof, with quilted lining to take out.",
         HI_VIS | {"neck": "hood", "length": 440, "pockets": "hand"}, "#23324f",
         (BEST,)),
    Item("HW-3021", "Baken Hi-Vis Softshell", "Hi-Vis Clothing", 99.50, 0.68,
         "jacket", "Hi-Vis Yellow, Hi-Vis Orange", "work", "A",
         "Class 3 softshell with stretch side panels.",
         HI_VIS | {"neck": "stand"}, "#23324f"),
    Item("HW-3030", "Baken Hi-Vis Work Trousers", "Hi-Vis Clothing", 89.50, 0.7,
         "trousers", "Hi-Vis Yellow, Hi-Vis Orange", "trousers", "A",
         "Class 2 trousers with thigh pocket and knee-pad pockets.",
         {"style": "work", "bands": (330, 380), "low": 394, "cargo": True},
         "#23324f"),
    Item("HW-3040", "Baken Hi-Vis T-Shirt", "Hi-Vis Clothing", 21.50, 0.21,
         "top", "Hi-Vis Yellow, Hi-Vis Orange", "men+", "S",
         "Bird's-eye mesh that dries on the body, class 2.",
         {"neck": "crew", "sleeve": "short", "bands": (270, 326)}),
    Item("HW-3041", "Baken Hi-Vis Polo", "Hi-Vis Clothing", 27.50, 0.26,
         "top", "Hi-Vis Yellow, Hi-Vis Orange", "men+", "S",
         "Cotton inside, polyester outside, class 2.",
         {"neck": "polo", "sleeve": "short", "bands": (270, 326), "low": 344},
         "#23324f"),
    Item("HW-3050", "Baken Hi-Vis Rain Jacket", "Hi-Vis Clothing", 64.50, 0.62,
         "jacket", "Hi-Vis Yellow, Hi-Vis Orange", "work", "W",
         "Breathable class 3 rain jacket with welded seams.",
         {"neck": "hood", "bands": (262, 318), "pockets": "none", "length": 434}),
    Item("HW-3051", "Baken Hi-Vis Fleece", "Hi-Vis Clothing", 49.50, 0.51,
         "top", "Hi-Vis Yellow, Hi-Vis Orange", "men+", "W",
         "Warm class 3 fleece to wear alone or under the parka.",
         HI_VIS | {"neck": "full_zip"}, "#23324f", (NEW,)),
    # Merilund: layers
    Item("ML-4010", "Merino 200 Long Sleeve", "Base Layers & Knitwear", 64.90, 0.21,
         "top", "Black, Navy, Moss", "men", "W",
         "200 g merino, flat seams, warm when wet.", {"neck": "crew"},
         tags=(BEST,)),
    Item("ML-4011", "Merino 200 Long Sleeve, Women", "Base Layers & Knitwear", 64.90,
         0.18, "top", "Black, Burgundy, Petrol", "women", "W",
         "200 g merino in a women's cut.", {"neck": "crew", "waist": 18}),
    Item("ML-4012", "Merino 200 Long Johns", "Base Layers & Knitwear", 59.90, 0.19,
         "trousers", "Black, Navy", "men", "W",
         "200 g merino below the belt.",
         {"style": "base", "waistband": "elastic", "slim": 30}),
    Item("ML-4013", "Merino 200 Leggings, Women", "Base Layers & Knitwear", 59.90, 0.17,
         "trousers", "Black, Burgundy", "women", "W",
         "200 g merino leggings with wide waistband.",
         {"style": "base", "waistband": "elastic", "slim": 38}),
    Item("ML-4020", "Fjell Knitted Sweater", "Base Layers & Knitwear", 109.00, 0.58,
         "top", "Navy, Anthracite, Burgundy", "men", "W",
         "Lambswool sweater with a yoke pattern knitted in one piece.",
         SWEAT | {"neck": "crew", "knit": True}, tags=(NEW,)),
    Item("ML-4030", "Merino 150 T-Shirt", "Base Layers & Knitwear", 49.90, 0.15,
         "top", "Ocean Blue, Moss, Stone Grey", "men", "S",
         "150 g merino for the warm half of the year.",
         {"neck": "crew", "sleeve": "short"}),
    # one axis: socks, hats, gloves, shoes
    Item("ML-4110", "Merino Hiking Socks", "Socks", 17.90, 0.08, "socks", "", "socks",
         "A", "Cushioned heel and toe, no seam to feel.", {"thick": True}, "#a9502b",
         (BEST,)),
    Item("ML-4111", "Work Socks, 3 Pairs", "Socks", 12.95, 0.24, "socks", "", "socks",
         "A", "Terry sole, reinforced heel; three pairs in a sleeve.",
         {"stripe": "#d39a2d", "pairs": 2}, "#2b2e31", (BEST,)),
    Item("ML-4112", "Thermal Boot Socks", "Socks", 19.90, 0.14, "socks", "", "socks",
         "W", "Full terry for rubber boots and long days.", {"thick": True}, "#23324f"),
    Item("ML-4120", "Merino Rib Beanie", "Headwear & Gloves", 24.90, 0.07, "beanie",
         "Ochre, Navy, Anthracite, Rust, Forest Green", "", "W",
         "Double-layer rib, one size.", tags=(BEST,)),
    Item("ML-4121", "Merino Neck Gaiter", "Headwear & Gloves", 22.90, 0.05, "gaiter",
         "Ocean Blue, Black, Burgundy, Moss", "", "W",
         "A scarf that cannot get caught."),
    Item("KF-1090", "Sti Cap", "Headwear & Gloves", 24.90, 0.08, "cap",
         "Rust, Navy, Khaki, Black, Ocean Blue", "", "S",
         "Quick-drying cap with a stowable peak."),
    Item("KF-1091", "Rimfell Winter Gloves", "Headwear & Gloves", 44.90, 0.16, "gloves",
         "", "gloves", "W", "Waterproof insert, warm lining, wrist leash.",
         {"cuff": "long", "palm": False}, "#33373c"),
    Item("GW-2110", "Leather Work Gloves", "Protective Gear", 11.50, 0.14, "gloves", "",
         "hands", "A", "Grain leather palm, canvas back, EN 388.", {}, "#8a5a33"),
    Item("HW-3110", "Cut-Protection Gloves, Level D", "Protective Gear", 9.95, 0.09,
         "gloves", "", "hands", "A",
         "Nitrile-coated, touch-screen fingertips, EN 388 4X43D.", {}, "#2b2e31",
         (BEST,)),
    Item("GW-2120", "Fundament Safety Boot S3", "Safety Footwear", 94.50, 1.52, "boot",
         "", "safety", "A", "Composite toe cap, steel-free midsole, S3 SRC.",
         {"toe_cap": True}, "#2a2623", (BEST,)),
    Item("GW-2121", "Fundament Safety Shoe S1P", "Safety Footwear", 79.50, 1.22, "boot",
         "", "safety", "A", "Light safety shoe with breathable mesh, S1P.",
         {"height": "low", "toe_cap": True, "laces": "#d39a2d"}, "#1d1f22"),
    Item("GW-2122", "Polder Rubber Boots", "Safety Footwear", 39.50, 2.05, "wellington",
         "", "boots", "A", "Natural rubber with cotton lining, resists slurry.", {},
         "#c9952f"),
    Item("KF-1110", "Urdal Hiking Boot", "Hiking Footwear", 169.00, 1.34, "boot", "",
         "shoes", "A", "Nubuck boot with waterproof lining and grippy lugs.", {},
         "#33342f", (BEST,)),
    Item("KF-1111", "Urdal Approach Shoe", "Hiking Footwear", 129.00, 0.92, "boot", "",
         "shoes", "S", "Low shoe with climbing zone and wide toe box.",
         {"height": "low", "laces": "#c9572e"}, "#26282b", (NEW,)),
    Item("KF-1112", "Urdal Mid Boot, Kids", "Hiking Footwear", 74.90, 0.7, "boot",
         "Ocean Blue, Moss", "kids_shoes", "A",
         "Mid-height boot for the next generation.",
         {"height": "mid", "laces": "#d9d2bf"}, "#26282b", published=False),
    Item("GW-2130", "Leather Work Belt", "Protective Gear", 24.50, 0.31, "belt", "",
         "belt", "A", "Full-grain leather, 40 mm, steel buckle."),
    Item("HW-3120", "Kapel Safety Helmet", "Protective Gear", 18.50, 0.39, "helmet",
         "White, Red, Royal Blue, Ochre", "", "A",
         "Ratchet adjustment, sweatband, EN 397."),
    Item("TH-5040", "Sluis Dry Bag", "Packs & Bags", 14.90, 0.12, "dry_bag", "",
         "volume", "S", "Roll-top bag with welded seams."),
    # one of each
    Item("TH-5010", "Lomvi 2 Tent", "Tents & Sleeping", 289.00, 2.3, "tent", "", "",
         "S", "Two-person tent for three seasons, pitched in four minutes.",
         tags=(NEW,)),
    Item("TH-5011", "Lomvi 4 Tunnel Tent", "Tents & Sleeping", 449.00, 5.6, "tent", "",
         "", "S", "Room for four, or for two and a week of rain.", {"tunnel": True},
         "#c5ae87"),
    Item("TH-5020", "Bergvei 55 Trekking Backpack", "Packs & Bags", 169.00, 1.75,
         "backpack", "", "", "A", "55 litres, adjustable back, rain cover included.",
         tags=(BEST,)),
    Item("TH-5021", "Bergvei 22 Daypack", "Packs & Bags", 84.90, 0.82, "backpack", "",
         "", "A", "22 litres with ventilated back.", {"big": False}, tags=(RECYCLED,)),
    Item("TH-5022", "Last 60 Duffel Bag", "Packs & Bags", 94.90, 1.1, "duffel", "", "",
         "A", "60 litres of tarpaulin with backpack straps."),
    Item("TH-5030", "Dvale Sleeping Bag, -5 °C", "Tents & Sleeping", 159.00, 1.2,
         "sleeping_bag", "", "", "A", "Mummy bag with recycled fill, comfort -5 °C.",
         {}, "#c9952f", (RECYCLED,)),
    Item("TH-5031", "Dvale Sleeping Mat", "Tents & Sleeping", 34.90, 0.41, "mat", "",
         "", "A", "Closed-cell foam, 14 mm, R-value 2.1.", {}, "#8fb0b5"),
    Item("TH-5050", "Kilde Water Bottle 0.75 l", "Trail Gear", 14.90, 0.18, "bottle",
         "", "", "A", "Stainless steel, carrying loop, no taste.", tags=(BEST,)),
    Item("TH-5051", "Kilde Vacuum Flask 1 l", "Trail Gear", 34.90, 0.52, "bottle", "",
         "", "W", "Hot for 24 hours; the lid is a cup.", {"thermos": True}),
    Item("TH-5052", "Glo Cook Set", "Trail Gear", 59.90, 0.61, "cook_set", "", "", "S",
         "Two pots and a gas burner, nested."),
    Item("TH-5060", "Lykt 400 Headlamp", "Trail Gear", 49.90, 0.09, "headlamp", "", "",
         "W", "400 lumens, red light, charges by USB-C.", tags=(BEST,)),
    Item("TH-5061", "Varde Trekking Poles", "Trail Gear", 69.90, 0.48, "poles", "", "",
         "A", "Three-part aluminium poles with cork grip, a pair."),
    Item("TH-5062", "First-Aid Kit, Group", "Trail Gear", 39.90, 0.65, "first_aid", "",
         "", "A", "87 parts for a group of six, DIN 13167 refill available."),
    Item("TH-5070", "Rast Camping Chair", "Trail Gear", 44.90, 3.1, "chair", "", "",
         "S", "Folding chair with arm rests, carries 120 kg.", {}, "#22382d"),
    Item("TH-5080", "Ly Tarp 3 × 3 m", "Tents & Sleeping", 79.90, 0.78, "tarp", "", "",
         "S", "Ripstop tarp with nine anchor points.", published=False),
    Item("HW-3130", "Klaar Safety Glasses", "Protective Gear", 8.95, 0.04, "glasses",
         "", "", "A", "Scratch-proof, fog-free, EN 166 F."),
    Item("HW-3131", "Stil Ear Defenders, SNR 30", "Protective Gear", 21.50, 0.27,
         "ear_defenders", "", "", "A", "Padded headband, folds flat, EN 352."),
    Item("GW-2140", "Ambacht Knee Pads", "Protective Gear", 19.50, 0.28, "knee_pads",
         "", "", "A", "Type 2 level 1, fit every Ambacht trouser.", {}, "#c9952f"),
    Item("GW-2900", "Embroidery of Your Logo", "Shirts & Sweats", 6.50, 0.0, "patch",
         "", "", "A", "Up to 12 cm wide and 10,000 stitches, per garment.",
         published=False),
)  # fmt: skip

#: Colour of products that come in one.
PLAIN_COLOURS = {
    "ML-4110": "#8d9093", "ML-4111": "#474b51", "ML-4112": "#5d6b82",
    "KF-1091": "#212327", "GW-2110": "#c9a15f", "HW-3110": "#5f676d",
    "GW-2120": "#8a5a33", "GW-2121": "#474b51", "GW-2122": "#2f5241",
    "KF-1110": "#7b6242", "KF-1111": "#5d6d77", "GW-2130": "#6c4a31",
    "TH-5040": "#c9952f", "TH-5010": "#6b7048", "TH-5011": "#a9502b",
    "TH-5020": "#2d6f9e", "TH-5021": "#c9952f", "TH-5022": "#b3282d",
    "TH-5030": "#2f5241", "TH-5031": "#1f5a66", "TH-5050": "#2d6f9e",
    "TH-5051": "#2f5241", "TH-5052": "#9aa0a4", "TH-5060": "#3a3f44",
    "TH-5061": "#3a3f44", "TH-5062": "#2f7d4f", "TH-5070": "#2f5241",
    "TH-5080": "#c5ae87", "HW-3130": "#303438", "HW-3131": "#b3282d",
    "GW-2140": "#474b51", "GW-2900": "#23324f",
}  # fmt: skip

#: Where every colour gets a picture of its own.
COLOUR_PICTURES = {"Outdoor Jackets", "Fleece", "Headwear & Gloves"}
#: Backdrops by brand: pale, and each a little different.
TINTS = {
    "KF": "#e9eff3", "GW": "#f1ede6", "HW": "#eef0ea", "ML": "#f2ece9", "TH": "#ecf1ea",
}  # fmt: skip


def stock_shelves(trade):
    """Create brands, categories, attributes and products with their variants."""
    env = trade.env
    shelves = _create_shelves(env)
    values = _create_attributes(env)
    templates = env["product.template"].create(
        [
            _prepare_template(item, position, shelves, values)
            for position, item in enumerate(ITEMS, 1)
        ]
    )
    by_code = trade.products
    by_code.update(zip((item.code for item in ITEMS), templates, strict=True))
    _set_surcharges(by_code)
    _identify_variants(by_code)
    _hang_pictures(by_code)


def _create_shelves(env):
    """Brands, categories, shop categories and tags, by name."""
    brands = env["product.brand"].create(
        [
            {
                "name": name,
                "description": text,
                "logo": base64.b64encode(scenes.label(name, colour)),
            }
            for name, text, colour in BRANDS.values()
        ]
    )
    shelves = {"brand": {brand.name: brand for brand in brands}}
    for key, model in (
        ("category", "product.category"),
        ("shop", "product.public.category"),
    ):
        found = shelves[key] = {}
        parents = env[model].create([{"name": name} for name in CATEGORIES])
        for parent, names in zip(parents, CATEGORIES.values(), strict=True):
            children = env[model].create(
                [{"name": name, "parent_id": parent.id} for name in names]
            )
            found.update({each.name: each for each in parent + children})
    tags = env["product.tag"].create(
        [{"name": name, "color": colour} for name, colour in TAGS.items()]
    )
    shelves["tag"] = {tag.name: tag for tag in tags}
    return shelves


def _create_attributes(env):
    """Attributes with their values, as dict of (attribute, value) → record."""
    attributes = env["product.attribute"].create(
        [
            {
                "name": name,
                "sequence": position,
                "create_variant": "always",
                "display_type": "color" if name == "Colour" else "pills",
                "value_ids": [
                    Command.create(
                        {
                            "name": value,
                            "sequence": sequence,
                            "html_color": COLOURS[value][1]
                            if name == "Colour"
                            else False,
                        }
                    )
                    for sequence, value in enumerate(values)
                ],
            }
            for position, (name, values) in enumerate(ATTRIBUTES.items(), 1)
        ]
    )
    return {
        (attribute.name, value.name): value
        for attribute in attributes
        for value in attribute.value_ids
    }


def _prepare_template(item, position, shelves, values):
    axes = []
    if item.colour_names:
        axes.append(("Colour", item.colour_names))
    if item.sizes:
        axes.append(SIZES[item.sizes])
    service = item.drawing == "patch"
    return {
        "name": item.name,
        "sequence": position,
        "website_sequence": position,
        "type": "service" if service else "consu",
        "is_storable": not service,
        "categ_id": shelves["category"][item.category].id,
        "public_categ_ids": [Command.set(shelves["shop"][item.category].ids)],
        "product_brand_id": shelves["brand"][item.brand].id,
        "product_tag_ids": [
            Command.link(shelves["tag"][name].id)
            for name in (SEASONS[item.season], *item.tags)
        ],
        "list_price": item.price,
        "weight": item.weight,
        "description_sale": item.text,
        "is_published": item.published,
        "allow_out_of_stock_order": True,
        "invoice_policy": "delivery",
        "purchase_ok": not service,
        "attribute_line_ids": [
            Command.create(
                {
                    "attribute_id": values[attribute, names[0]].attribute_id.id,
                    "value_ids": [
                        Command.set([values[attribute, name].id for name in names])
                    ],
                }
            )
            for attribute, names in axes
        ],
    }


def _set_surcharges(by_code):
    """Let large sizes cost more."""
    for item in ITEMS:
        axis = by_code[item.code].attribute_line_ids.product_template_value_ids
        for value in axis:
            part = SURCHARGES.get(value.name)
            if part:
                value.price_extra = round(item.price * part * 2) / 2


def _identify_variants(by_code):
    """Give every variant its reference, barcode, weight and cost."""
    number = 0
    for item in ITEMS:
        variants = by_code[item.code].product_variant_ids.sorted("id")
        variants.with_context(disable_auto_revaluation=True).write(
            {"weight": item.weight, "standard_price": item.cost}
        )
        for variant in variants:
            number += 1
            names = variant.product_template_attribute_value_ids.sorted(
                lambda value: value.attribute_id.sequence
            ).mapped("name")
            parts = [
                COLOURS[name][0] if name in COLOURS else name.replace(" ", "").upper()
                for name in names
            ]
            variant.write(
                {
                    "default_code": "-".join([item.code, *parts]),
                    "barcode": codes.in_store_ean13(number),
                }
            )


def _hang_pictures(by_code):
    """Draw each product, and each colour of what is chosen by colour."""
    for item in ITEMS:
        template = by_code[item.code]
        drawing = draw(item.drawing, **item.options)
        tint = TINTS[item.code[:2]]
        colours = item.colour_names
        if not colours:
            template.image_1920 = base64.b64encode(
                drawing.paint(PLAIN_COLOURS[item.code], item.second, tint)
            )
            continue
        for position, colour in enumerate(colours):
            picture = base64.b64encode(
                drawing.paint(COLOURS[colour][1], item.second, tint)
            )
            if not position:
                template.image_1920 = picture
                if item.category not in COLOUR_PICTURES:
                    break
                continue
            template.product_variant_ids.filtered(
                lambda variant, colour=colour: (
                    colour
                    in variant.product_template_attribute_value_ids.mapped("name")
                )
            ).image_variant_1920 = picture
