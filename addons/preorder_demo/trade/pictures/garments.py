"""Clothes: tops, trousers and one-piece suits, seen from the front."""

# Outlines read better as rows of points than one point a line.
# fmt: off

from .canvas import METAL, Drawing, box, flip, mirror, oval

SHADE = "#3a3d40"


def _sleeves(drawing, kind, length, second=False, cuff="plain", puff=0):
    """Both sleeves, below the body; ``length`` is where the cuff is."""
    if kind == "none":
        return
    if kind == "short":
        right = [
            (318, 98),
            (362, 112, 26),
            (424, 196, 8),
            (382, 224, 8),
            (340, 196),
        ]
        hem = [(424, 196), (382, 224), (376, 216), (417, 188)]
    else:
        right = [
            (318, 96),
            (360 + puff, 110, 30),
            (398 + puff, 180, 60),
            (436 + puff, length - 20, 8),
            (392, length, 8),
            (352, 236, 30),
            (334, 190),
        ]
        hem = [
            (434 + puff, length - 26),
            (393, length - 5),
            (397, length + 16, 5),
            (437 + puff, length - 5, 5),
        ]
    for turn in (list, flip):
        drawing.part(turn(right), depth=46, second=second)
        if kind == "long":
            drawing.fold(turn([(352, 226), (372, 262), (396, 270)]), 8, -24)
            drawing.fold(turn([(372, 290), (398, 300), (414, 292)]), 8, -20)
            drawing.fold(turn([(378, 150), (398, 230), (414, 330)]), 10, 16)
            if cuff == "rib":
                drawing.ribs(turn(hem))
            elif cuff == "strap":
                drawing.part(turn(hem), depth=24, soft=3, second=second)
                drawing.trim(
                    turn(box(408, length - 13, 20, 9, 2)), SHADE, "#202224"
                )
            else:
                drawing.seam(
                    turn([(431 + puff, length - 36), (390, length - 14)]), stitched=True
                )
        else:
            drawing.seam(turn([(418, 186), (378, 212)]), stitched=True)
            drawing.fold(turn([(344, 186), (372, 190)]), 8, -22)


def _body(drawing, length, waist=0, width=0, second=False, lift=0):
    half = [
        (256, 96),
        (286, 86),
        (322, 97, 12),
        (352 + width, 114, 20),
        (346 + width, 206, 16),
        (346 + width - waist, 300, 60),
        (354 + width, length, 10),
        (256, length + 6, 60),
    ]
    drawing.part(mirror(half), depth=40, lift=lift, second=second)
    for turn in (list, flip):
        drawing.fold(turn([(344 + width, 206), (318, 232), (300, 240)]), 9, -22)
        drawing.fold(
            turn([(338 + width - waist, 300), (312, 318), (296, 318)]), 9, -18
        )
        drawing.fold(turn([(300, 150), (304, 250), (298, 380)]), 16, 12)
        drawing.seam(turn([(322, 97), (346, 140, 30), (346 + width, 204)]), depth=36)
    return half


def _band(drawing, y, side=350, width=18):
    drawing.tape([(512 - side - 30, y), (side + 30, y)], width)


def _hood(drawing, second=False, fur=False):
    drawing.part(
        mirror(
            [(256, 30), (292, 36, 34), (322, 76, 30), (318, 118, 16), (256, 128)]
        ),
        depth=52,
        second=second,
    )
    drawing.part(
        mirror([(256, 56), (284, 62, 24), (298, 96, 20), (286, 122), (256, 130)]),
        depth=30,
        lift=-62,
        second=second,
    )
    drawing.seam([(256, 31), (256, 56)], depth=40)
    if fur:
        for index in range(34):
            t = index / 33
            x = 206 + 100 * t
            y = 112 - 66 * (1 - (2 * t - 1) ** 2) ** 0.6
            drawing.trim(oval(x, y, 9, 9, 14), ("#cdb894", "#b89f77")[index % 2])


def jacket(
    length=420,
    neck="hood",
    quilt=0,
    front="zip",
    yoke=False,
    pockets="hand",
    waist=4,
    bands=(),
    low=0,
    cuff="plain",
    sleeve="long",
    puff=0,
    fur=False,
):
    """A jacket, vest or parka with a zip in front."""
    d = Drawing()
    long_sleeved = sleeve == "long"
    _sleeves(d, sleeve, 384, cuff=cuff, puff=puff)
    _sleeve_bands(d, bands and long_sleeved)
    if neck == "hood":
        _hood(d, fur=fur)
    else:
        d.part(
            mirror([(256, 84), (290, 78, 8), (300, 108, 8), (256, 140, 20)]),
            depth=26,
            lift=-58,
        )
    _body(d, length, waist, width=puff // 2)
    if yoke:
        _yoke(d, puff, long_sleeved)
    _lower_half(d, low)
    _quilt(d, quilt, length, puff, long_sleeved)
    for y in bands:
        _band(d, y)
    _jacket_neck(d, neck, second=yoke)
    _front(d, front, length)
    _pockets(d, pockets, length)
    if cuff == "rib":
        d.ribs([(162, length - 14), (350, length - 14), (346, length + 12),
            (166, length + 12)])
    elif long_sleeved:
        d.seam([(160, length - 12), (256, length - 7, 60), (352, length - 12)],
            stitched=True)
    return d.finish()


def _sleeve_bands(d, wanted):
    if wanted:
        for turn in (list, flip):
            d.tape(turn([(350, 282), (460, 246)]), 17)
            d.tape(turn([(362, 322), (470, 286)]), 17)


def _lower_half(d, low):
    """The second colour from a height down; 0 for none."""
    if low:
        d.tint([(60, low), (452, low), (452, 500), (60, 500)])
        d.seam([(160, low), (352, low)])


def _yoke(d, puff, long_sleeved):
    """Shoulders in the second colour."""
    d.tint(mirror([(256, 84), (286, 80), (322, 90), (352 + puff, 108),
        (352 + puff, 168), (256, 182)]))
    if long_sleeved:
        for turn in (list, flip):
            d.tint(turn([(330, 90), (372, 100), (400, 162), (352, 182)]))
    d.seam([(164 - puff, 170), (256, 182, 20), (348 + puff, 170)], stitched=True)


def _quilt(d, rows, length, puff, long_sleeved):
    """Rows of padding between seams."""
    for row in range(rows):
        y = 128 + row * (length - 140) / rows
        d.seam([(154, y - 4), (256, y + 5, 60), (358, y - 4)], depth=52)
        d.fold([(164, y + 16), (256, y + 24, 60), (348, y + 16)], 8, 26)
        d.fold([(164, y + 3), (256, y + 12, 60), (348, y + 3)], 4, -26)
        if not long_sleeved or row == rows - 1:
            continue
        inner = (346 + row * 8, 150 + row * 34)
        outer = (392 + puff + min(row * 13, 44), 136 + row * 34)
        for turn in (list, flip):
            d.seam(turn([inner, outer]))


def _jacket_neck(d, neck, second=False):
    if neck == "hood":
        d.part(
            [(222, 96, 6), (256, 112), (290, 96, 6), (296, 122, 8), (256, 138),
                (216, 122, 8)],
            depth=26,
            soft=4,
        )
    elif neck == "stand":
        d.part(
            [(214, 84, 8), (256, 98, 30), (298, 84, 8), (304, 112, 10), (256, 130, 30),
                (208, 112, 10)],
            depth=26,
            soft=4,
            second=second,
        )
    elif neck == "collar":
        for turn in (list, flip):
            d.part(
                turn([(256, 118, 2), (286, 78, 10), (304, 92, 6), (300, 132, 4)]),
                depth=24,
                soft=4,
            )


def _front(d, front, length):
    if front == "zip":
        d.zip((256, 104), (256, length + 2))
    elif front == "storm":
        d.part(
            [(244, 104, 3), (270, 104, 3), (270, length, 3), (244, length + 4, 3)],
            depth=20,
            soft=3,
        )
        for y in range(126, int(length) - 10, 46):
            d.button(257, y, 4, METAL)


def _pockets(d, kind, length):
    for turn in (list, flip):
        if kind in ("hand", "shell"):
            y = length - 118
            d.fold(turn([(300, y), (322, y + 62)]), 7, -18)
            d.line(turn([(300, y), (320, y + 60)]), "#2b2e31", 3)
            d.line(turn([(301, y + 2), (303, y + 9)]), METAL, 4)
        elif kind == "patch":
            d.pocket(turn(box(276, length - 106, 62, 76, 6)), 0)
            d.seam(turn([(276, length - 92), (338, length - 92)]), stitched=True)
        elif kind == "work":
            d.pocket(turn(box(276, length - 110, 62, 80, 5)), 18)
            d.pocket(turn(box(278, 198, 50, 52, 5)), 16)
    if kind == "shell":
        d.line([(302, 172), (300, 230)], "#2b2e31", 3)
        d.line([(302, 174), (301, 181)], METAL, 4)
    if kind == "work":
        d.line([(286, 196), (286, 214)], "#d8dadb", 3)


def top(
    neck="crew",
    sleeve="long",
    length=410,
    cuff="plain",
    check=False,
    pocket=False,
    kangaroo=False,
    bands=(),
    low=0,
    waist=0,
    raglan=False,
    knit=False,
    hem="plain",
):
    """A shirt, sweater, polo or base layer."""
    d = Drawing()
    _sleeves(d, sleeve, 388, cuff=cuff, second=raglan)
    _sleeve_bands(d, bands and sleeve == "long")
    if neck == "hood":
        _hood(d)
    else:
        d.part(
            mirror([(256, 82), (284, 80, 8), (300, 100, 8), (256, 138, 30)]),
            depth=26,
            lift=-52,
        )
    _body(d, length, waist)
    if neck == "crew":
        _crew_neck(d)
    _lower_half(d, low)
    if raglan:
        for turn in (list, flip):
            d.tint(turn([(290, 80), (352, 100), (372, 210), (340, 206)]))
            d.seam(turn([(292, 92), (345, 206)]), stitched=True)
    if knit:
        _knit(d, length)
    if check:
        d.checks()
    for y in bands:
        _band(d, y)
    _top_neck(d, neck, length, second=raglan)
    if kangaroo:
        _kangaroo_pocket(d)
    if pocket:
        d.pocket([(280, 178, 3), (326, 178, 3), (326, 226, 4), (303, 236, 4),
            (280, 226, 4)])
        d.seam([(280, 190), (326, 190)], stitched=True)
    if hem == "rib":
        d.ribs([(163, length - 20), (349, length - 20), (345, length + 12),
            (167, length + 12)])
    else:
        d.seam([(160, length - 10), (256, length - 5, 60), (352, length - 10)],
            stitched=True)
    return d.finish()


def _crew_neck(d):
    """A round opening, with the inside of the back below it."""
    d.part(
        mirror([(256, 86), (282, 82, 6), (294, 94, 8), (286, 118, 16), (256, 130, 20)]),
        depth=24,
        lift=-54,
        soft=4,
    )
    d.fold([(226, 100), (256, 104, 20), (286, 100)], 5, 22)
    for offset, depth in ((0, 60), (-6, 26), (10, 46)):
        d.seam(
            [
                (216, 86 + offset),
                (224, 112 + offset, 18),
                (256, 134 + offset, 30),
                (288, 112 + offset, 18),
                (296, 86 + offset),
            ],
            depth=depth,
        )


def _top_neck(d, neck, length, second=False):
    if neck in ("shirt", "polo"):
        _collar(d, neck, length)
    elif neck in ("zip", "full_zip"):
        d.part(
            [(216, 84, 8), (256, 94, 30), (296, 84, 8), (302, 110, 10), (256, 124, 30),
                (210, 110, 10)],
            depth=26,
            soft=4,
            second=second,
        )
        d.zip((256, 96), (256, length + 2 if neck == "full_zip" else 208))
    elif neck == "hood":
        d.part(
            [(220, 98, 6), (256, 120, 10), (292, 98, 6), (298, 116, 8), (256, 142, 20),
                (214, 116, 8)],
            depth=26,
            soft=4,
        )
        for x, y in ((240, 196), (272, 190)):
            end = x + (x - 256) * 0.2
            d.line([(x, 130), (end, y)], "#eceae4", 3)
            d.trim(box(end - 3, y - 2, 6, 10, 2), "#8b8e90")


def _kangaroo_pocket(d):
    d.pocket([(206, 306, 4), (306, 306, 4), (330, 372, 6), (330, 394, 4), (182, 394, 4),
        (182, 372, 6)])
    for turn in (list, flip):
        d.seam(turn([(306, 308), (329, 371)]), stitched=True)


def _knit(d, length):
    for x in range(176, 340, 18):
        for y in range(146, int(length) - 28, 12):
            d.seam([(x, y), (x + 5, y + 6), (x + 10, y)], depth=30)
    for y in (150, 162, 186, 198):
        for x in range(170, 344, 12):
            d.trim(
                [(x, y, 0), (x + 6, y - 5, 0), (x + 12, y, 0), (x + 6, y + 5, 0)],
                "#f0ece2" if y in (150, 198) else "#d9d2c2",
                clip=True,
            )


def _collar(d, neck, length):
    d.part(
        mirror([(256, 88), (280, 84, 6), (286, 96, 6), (256, 122, 10)]),
        depth=20,
        lift=-50,
        soft=4,
    )
    bottom = length if neck == "shirt" else 196
    d.part(
        [(246, 116, 2), (268, 116, 2), (268, bottom, 3), (246, bottom + 2, 3)],
        depth=18,
        soft=3,
    )
    d.buttons(257, 132, bottom - 16, 7 if neck == "shirt" else 3)
    for turn in (list, flip):
        d.part(
            turn([(256, 120, 2), (284, 78, 8), (302, 92, 6), (292, 138, 3)]),
            depth=22,
            lift=6,
            soft=4,
        )
        d.seam(turn([(298, 96), (290, 132), (262, 120)]), depth=20)


def vest():
    """A hi-vis vest."""
    d = Drawing()
    d.part(mirror([(256, 92), (292, 84, 8), (300, 130, 8), (256, 200, 20)]),
        depth=26, lift=-50)
    half = [
        (264, 206, 3),
        (294, 84, 8),
        (336, 96, 10),
        (338, 190, 40),
        (364, 232, 14),
        (362, 424, 8),
        (259, 428, 4),
    ]
    for turn in (flip, list):
        d.part(turn(half), depth=34)
        d.fold(turn([(340, 250), (310, 280), (300, 360)]), 10, -20)
        d.tape(turn([(314, 84), (316, 300)]), 22)
    for y in (306, 366):
        d.tape([(130, y), (382, y)], 22)
    for turn in (list, flip):
        edge = [(266, 206), (294, 84), (336, 96), (338, 190, 40), (364, 232)]
        d.line(turn(edge), SHADE, 4)
    d.line([(150, 425), (362, 425)], SHADE, 4)
    d.zip((259, 210), (259, 424))
    d.pocket(box(280, 318, 56, 36, 4))
    return d.finish()


def trousers(
    style="trek",
    short=False,
    knees=False,
    cargo=False,
    holster=False,
    bands=(),
    low=0,
    slim=0,
    waistband="button",
):
    """Trousers, shorts and leggings."""
    d = Drawing()
    bottom = 300 if short else 456
    _legs(d, bottom, slim, style)
    if low:
        d.tint([(60, low), (452, low), (452, 500), (60, 500)])
    _knees(d, knees)
    for y in bands:
        for turn in (list, flip):
            d.tape(turn([(262, y + 2), (370, y - 6)]), 17)
    if style in ("trek", "work"):
        _trouser_front(d, waistband)
    if cargo:
        sides = (list, flip)
        for turn in sides:
            d.pocket(turn(box(302 if not short else 304, 226, 44, 60, 5)), 16)
    if holster:
        for turn in (list, flip):
            d.part(
                turn([(276, 104, 4), (330, 104, 4), (334, 178, 10), (284, 184, 12)]),
                depth=24,
                soft=3,
                second=True,
            )
            d.seam(turn([(282, 112), (328, 112)]), stitched=True)
            d.seam(turn([(304, 112), (308, 180)]))
    if waistband == "elastic":
        d.ribs([(186, 58), (326, 58), (328, 84), (184, 84)], step=6)
        if style != "base":
            d.line([(250, 84), (246, 124)], "#e9e6df", 3)
            d.line([(262, 84), (268, 120)], "#e9e6df", 3)
    return d.finish()


def _legs(d, bottom, slim, style):
    outer = 366 - slim
    leg = [
        (250, 64),
        (322, 60, 6),
        (340 - slim // 3, 130, 40),
        (354 - slim, 260, 60),
        (outer - 6, bottom, 6),
        (284 + slim // 3 if bottom > 400 else 270, bottom + 5, 6),
        (262, 224, 10),
        (250, 206, 6),
    ]
    for turn in (flip, list):
        d.part(turn(leg), depth=44)
        d.fold(turn([(262, 206), (292, 196), (318, 176)]), 8, -22)
        d.fold(turn([(262, 220), (290, 226), (310, 224)]), 8, -20)
        if bottom > 400:
            d.fold(turn([(280, 318), (306, 326), (330, 316)]), 9, -18)
            d.fold(turn([(286, 340), (310, 344)]), 8, -16)
            d.fold(turn([(304, 250), (314, 330), (318, 440)]), 12, 16)
        d.seam(turn([(284, bottom - 7), (outer - 8, bottom - 12)]), stitched=True)
        if style == "work":
            d.seam(turn([(334, 120), (342 - slim, 260, 60),
                (348 - slim, bottom - 10)]), True)
    d.part(
        mirror([(256, 62), (322, 58, 4), (326, 84, 4), (256, 90)]),
        depth=22,
        soft=3,
    )


def _knees(d, knees):
    if not knees:
        return
    for turn in (list, flip):
        d.part(
            turn([(276, 296, 8), (340, 290, 8), (344, 374, 12), (284, 380, 12)]),
            depth=26,
            soft=4,
            second=knees == "contrast",
        )
        d.seam(turn([(282, 304), (336, 299), (338, 368), (289, 372)]), True, depth=30)
        d.seam(turn([(280, 330), (342, 326)]), depth=40)


def _trouser_front(d, waistband):
    for x in (204, 228, 284, 308):
        d.part(box(x - 4, 54, 8, 36, 2), depth=20, soft=2, outline=True)
    d.seam([(256, 90), (256, 206)])
    d.seam([(274, 90), (272, 160, 12), (256, 184)], stitched=True)
    for turn in (list, flip):
        d.seam(turn([(286, 88), (304, 118, 20), (336, 126)]), stitched=True)
    if waistband == "button":
        d.button(256, 74, 5, METAL)


def bib(knees=True, bands=(), contrast=False):
    """A bib overall."""
    d = Drawing()
    for turn in (list, flip):
        d.part(turn([(290, 120), (306, 30, 8), (322, 28, 8), (318, 130)]),
            depth=26, soft=3)
    d.part(
        mirror([(256, 112), (306, 108, 8), (312, 150, 20), (330, 196), (256, 220)]),
        depth=34,
    )
    leg = [
        (250, 188),
        (326, 182, 6),
        (340, 240, 30),
        (356, 330, 60),
        (362, 472, 6),
        (284, 476, 6),
        (260, 310, 10),
        (250, 290),
    ]
    for turn in (flip, list):
        d.part(turn(leg), depth=42)
        d.fold(turn([(264, 300), (292, 292), (318, 280)]), 8, -22)
        d.fold(turn([(306, 320), (316, 390), (318, 460)]), 12, 16)
        d.seam(turn([(286, 464), (354, 460)]), stitched=True)
        d.seam(turn([(334, 220), (346, 330, 60), (350, 460)]), stitched=True)
        d.seam(turn([(288, 204), (300, 232, 18), (334, 240)]), stitched=True)
        if knees:
            d.part(
                turn([(280, 352, 8), (342, 348, 8), (346, 420, 12), (288, 424, 12)]),
                depth=24,
                soft=4,
                second=contrast,
            )
            d.seam(turn([(286, 360), (338, 356), (340, 414), (292, 417)]), depth=30)
        d.trim(turn(box(292, 118, 24, 22, 4)), METAL, "#6e7376")
        d.trim(turn(box(297, 123, 14, 12, 2)), "#54585a")
    d.part(mirror([(256, 184), (328, 180, 4), (330, 204, 4), (256, 208)]),
        depth=22, soft=3)
    d.pocket(box(224, 130, 64, 48, 5), 14)
    d.seam([(256, 208), (256, 290)])
    for y in bands:
        for turn in (list, flip):
            d.tape(turn([(262, y + 2), (372, y - 6)]), 17)
    return d.finish()


def coverall():
    """A boiler suit, collar to ankle."""
    d = Drawing()
    sleeve = [
        (304, 62),
        (334, 72, 20),
        (362, 130, 40),
        (388, 262, 6),
        (354, 276, 6),
        (326, 160, 30),
    ]
    for turn in (list, flip):
        d.part(turn(sleeve), depth=44)
        d.fold(turn([(334, 176), (350, 190), (366, 186)]), 7, -22)
        d.seam(turn([(385, 250), (351, 263)]), stitched=True)
    d.part(mirror([(256, 54), (284, 50, 8), (290, 72), (256, 96)]), depth=22, lift=-54)
    torso = [
        (256, 66),
        (282, 58),
        (308, 64, 10),
        (330, 76, 16),
        (326, 142, 20),
        (322, 220, 40),
        (334, 280),
        (256, 290),
    ]
    d.part(mirror(torso), depth=38, outline=False)
    leg = [
        (250, 246),
        (324, 240),
        (340, 320, 60),
        (344, 474, 6),
        (280, 478, 6),
        (260, 336, 10),
        (250, 320),
    ]
    for turn in (flip, list):
        d.part(turn(leg), depth=40, outline=False)
        d.fold(turn([(264, 330), (288, 322), (312, 308)]), 8, -22)
        d.fold(turn([(300, 350), (308, 400), (310, 460)]), 10, 16)
        d.seam(turn([(282, 466), (342, 462)]), stitched=True)
        d.seam(turn([(280, 476), (260, 336, 10), (256, 320)]), depth=60)
        d.pocket(turn(box(276, 110, 40, 46, 4)), 14)
        d.seam(turn([(298, 252), (312, 300)]), stitched=True)
        d.part(
            turn([(278, 376, 6), (330, 372, 6), (332, 428, 8), (282, 432, 8)]),
            depth=24,
            soft=4,
            second=True,
        )
    d.part(mirror([(256, 224), (324, 220, 3), (326, 244, 3), (256, 248)]),
        depth=22, soft=3)
    d.zip((256, 84), (256, 310))
    for turn in (list, flip):
        d.part(
            turn([(256, 86, 2), (280, 50, 8), (296, 60, 5), (290, 98, 3)]),
            depth=22,
            soft=4,
            second=True,
        )
    return d.finish()
