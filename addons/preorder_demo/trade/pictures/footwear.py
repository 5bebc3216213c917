"""What is worn on feet, hands and head."""

# Outlines read better as rows of points than one point a line.
# fmt: off

from .canvas import METAL, Drawing, box, flip, mirror, oval, rotate

RUBBER = "#2a2c2e"


def boot(height="high", toe_cap=False, sole="#3a3430", laces="#d9d2bf"):
    """A boot or shoe, seen from its side, toe to the right."""
    d = Drawing()
    top = {"high": 128, "mid": 178, "low": 250}[height]
    upper = [
        (140, top + 14, 14),
        (158, top - 2, 12),
        (252, top, 14),
        (262, top + 40, 20),
        (276, 262, 20),
        (330, 296, 40),
        (400, 316, 40),
        (424, 356, 20),
        (424, 384, 6),
        (118, 386, 10),
        (124, 320, 30),
        (144, 260, 30),
    ]
    # the tongue stands out above the ankle
    d.part([(200, top + 10), (214, top - 22, 10), (258, top - 18, 12),
        (268, top + 40)], depth=30, lift=-18)
    d.part(upper, depth=46)
    d.part([(120, 330, 10), (190, 322, 40), (206, 386, 4), (116, 388, 6)],
        depth=26, soft=4, second=True)
    if toe_cap:
        d.part([(352, 304, 20), (404, 318, 26), (426, 360, 20), (426, 388, 4),
            (346, 388, 10)], depth=30, soft=4, second=True)
    else:
        d.part([(350, 352, 30), (424, 350, 14), (426, 388, 4), (300, 388, 20)],
            depth=26, soft=4, second=True)
    d.seam([(276, 262), (262, 300, 30), (206, 326)], stitched=True)
    d.seam([(300, 288), (290, 340, 30), (250, 386)], stitched=True)
    if height != "low":
        d.part([(142, top + 12, 10), (160, top - 4, 8), (250, top - 2, 8),
            (254, top + 26, 8), (146, top + 34, 8)], depth=24, soft=4, second=True)
        d.fold([(150, 250), (200, 262), (262, 250)], 10, -30)
    d.fold([(170, top + 60), (172, 300)], 20, 18)
    d.fold([(330, 306), (390, 330)], 10, 20)
    # laces
    steps = {"high": 7, "mid": 6, "low": 4}[height]
    for index in range(steps):
        t = index / (steps - 1)
        if height == "low":
            x, y = 250 + 64 * t, top + 12 + 34 * t
        else:
            x = 236 + 12 * t + 70 * max(0, t - 0.55)
            y = top + 44 + (262 - top) * t * 0.92
        d.line([(x - 16, y + 14), (x + 18, y)], laces, 5)
        d.trim(oval(x - 18, y + 15, 4, 4, 12), METAL, "#5c6063")
    # sole
    d.trim([(112, 382, 6), (426, 380, 8), (432, 398, 12), (424, 416, 8),
        (114, 418, 8)], sole)
    d.line([(116, 392), (426, 391)], "#ffffff22", 3)
    for x in range(122, 416, 24):
        d.trim([(x, 412, 1), (x + 16, 412, 1), (x + 14, 428, 3), (x + 2, 428, 3)], sole)
    return d.finish()


def wellington():
    """A rubber boot."""
    d = Drawing()
    upper = [
        (150, 72, 8),
        (262, 66, 8),
        (266, 180, 40),
        (270, 272, 24),
        (340, 304, 40),
        (408, 330, 34),
        (420, 388, 8),
        (124, 390, 10),
        (132, 320, 30),
        (156, 250, 60),
    ]
    d.part(upper, depth=60, lift=-4)
    d.fold([(186, 100), (190, 250)], 20, 44)
    d.fold([(334, 316), (390, 348)], 10, 50)
    d.fold([(160, 268), (210, 280), (262, 262)], 9, -26)
    d.part([(148, 70, 6), (264, 64, 6), (265, 88, 6), (149, 96, 6)],
        depth=30, soft=3, second=True)
    d.part([(340, 330, 30), (412, 344, 20), (422, 392, 4), (320, 392, 16)],
        depth=30, soft=4)
    d.trim([(120, 384, 6), (422, 382, 6), (428, 400, 10), (420, 420, 6), (330, 420, 4),
        (300, 408, 8), (220, 408, 8), (204, 424, 4), (122, 424, 6)], RUBBER)
    for x in (132, 152, 172, 340, 360, 380, 400):
        d.line([(x, 412), (x, 422)], "#4a4d4f", 3)
    return d.finish()


def socks(stripe="#e9e4d8", thick=False, pairs=1):
    """A pair of socks."""
    d = Drawing()
    shape = [
        (196, 66, 6),
        (284, 66, 6),
        (282, 200, 40),
        (290, 284, 20),
        (356, 344, 30),
        (396, 384, 26),
        (372, 424, 30),
        (320, 416, 40),
        (206, 352, 44),
        (196, 284, 40),
        (202, 200, 40),
    ]
    for step in range(pairs, -1, -1):
        dx, dy = -62 + 44 * step, 12 - 14 * step
        moved = [(x + dx - 20, y + dy, *r) for x, y, *r in shape]

        def at(points, dx=dx, dy=dy):
            return [(x + dx - 20, y + dy, *r) for x, y, *r in points]

        d.part(moved, depth=50)
        d.part(at([(204, 300, 20), (240, 300, 30), (262, 352, 30), (216, 372, 30),
            (200, 340, 20)]), depth=24, soft=4, second=True)
        d.part(at([(352, 342, 10), (394, 382, 24), (372, 424, 26), (334, 420, 10)]),
            depth=24, soft=4, second=True)
        d.ribs(at([(195, 64), (285, 64), (284, 128), (198, 128)]), step=6)
        for y in (140, 152):
            d.trim(at([(199, y, 0), (283, y, 0), (283, y + 6, 0), (200, y + 6, 0)]),
                stripe)
        d.fold(at([(214, 270), (250, 286), (286, 276)]), 9, -26)
        d.fold(at([(236, 160), (238, 270)]), 14, 20)
        if thick:
            for y in range(172, 290, 10):
                d.seam(at([(204, y), (278, y)]), depth=16)
    return d.finish()


def gloves(palm=True, cuff="knit"):
    """A pair of gloves."""
    d = Drawing()
    hand = [
        (196, 400, 6),
        (192, 330, 20),
        (168, 262, 30),
        (166, 170, 14),
        (190, 166, 14),
        (200, 232, 6),
        (206, 232, 6),
        (206, 112, 16),
        (236, 110, 16),
        (240, 228, 6),
        (246, 228, 6),
        (252, 104, 16),
        (282, 106, 16),
        (280, 232, 6),
        (286, 234, 6),
        (298, 132, 14),
        (324, 136, 14),
        (318, 260, 20),
        (350, 250, 14),
        (386, 214, 18),
        (402, 234, 18),
        (366, 300, 30),
        (316, 344, 30),
        (312, 400, 6),
    ]

    def left(points):
        return rotate([(x * 0.78 - 22, y * 0.78 + 62, *r) for x, y, *r in points], -9)

    def right(points):
        return flip(rotate([(x * 0.78 - 16, y * 0.78 + 66, *r) for x, y, *r in points],
            -7))

    for place in (right, left):
        d.part(place(hand), depth=46)
        if palm:
            for finger in (
                [(166, 200), (168, 170, 12), (190, 168, 12), (196, 206)],
                [(206, 152), (207, 113, 14), (236, 112, 14), (238, 152)],
                [(250, 148), (252, 106, 14), (282, 108, 14), (281, 148)],
                [(296, 168), (299, 134, 12), (324, 138, 12), (322, 170)],
            ):
                d.part(place(finger), depth=22, soft=3, second=True)
            d.part(
                place([(206, 250, 12), (300, 250, 12), (304, 330, 16), (210, 334, 16)]),
                depth=22,
                soft=4,
                second=True,
            )
        for line in (
            [(203, 234), (210, 262)],
            [(243, 230), (244, 262)],
            [(283, 234), (280, 264)],
        ):
            d.seam(place(line))
        d.fold(place([(206, 330), (258, 344), (310, 330)]), 8, -26)
        if cuff == "knit":
            d.ribs(place([(192, 372), (316, 372), (322, 448), (188, 448)]), step=6)
        else:
            d.part(place([(184, 372, 6), (322, 372, 6), (336, 448, 8), (174, 448, 8)]),
                depth=30, soft=4)
            d.line(place([(186, 396), (320, 396)]), "#e4dfd2", 4)
    return d.finish()


def cap():
    """A baseball cap."""
    d = Drawing()
    d.part(
        [(134, 300, 12), (140, 220, 50), (206, 148, 60), (270, 146, 60),
            (340, 200, 50), (352, 296, 20), (240, 316, 60)],
        depth=48,
    )
    d.part([(296, 292, 20), (352, 286, 20), (440, 316, 40), (452, 346, 16),
        (380, 340, 50), (250, 322, 40)], depth=34, soft=4, second=True)
    for line in (
        [(238, 146), (222, 220, 50), (232, 312)],
        [(238, 146), (306, 190, 50), (322, 296)],
        [(238, 146), (164, 190, 50), (158, 304)],
    ):
        d.seam(line, stitched=True)
    d.part(oval(238, 146, 12, 6), depth=20, soft=2)
    d.seam([(300, 304), (360, 318, 30), (436, 338)], stitched=True)
    d.fold([(190, 180), (176, 240)], 16, 26)
    d.fold([(138, 296), (240, 312, 60), (350, 290)], 6, -30)
    for x, y in ((196, 206), (276, 206)):
        d.trim(oval(x, y, 4, 3, 12), "#5a5d60")
    return d.finish()


def beanie():
    """A knitted hat with a turned-up brim."""
    d = Drawing()
    d.part(
        mirror([(256, 108, 40), (306, 112, 50), (366, 190, 50), (376, 320, 10),
            (256, 330)]),
        depth=50,
    )
    for x in range(150, 366, 14):
        d.seam([(256 + (x - 256) * 0.3, 122), (256 + (x - 256) * 0.86, 200, 40),
            (x, 320)], depth=30)
    d.part(mirror([(256, 300), (380, 290, 14), (386, 390, 18), (256, 402)]), depth=36)
    for x in range(136, 384, 10):
        d.seam([(x + 2, 302), (x, 394)], depth=34)
    d.trim(box(298, 342, 48, 26, 3), "#efe9dc", "#b8b09c")
    d.line([(306, 355), (318, 348), (326, 356), (338, 349)], "#6a6353", 2)
    return d.finish()


def gaiter():
    """A tube scarf."""
    d = Drawing()
    d.part([(170, 120, 16), (256, 108, 60), (342, 120, 16), (348, 260, 60),
        (338, 390, 16), (256, 404, 60), (174, 390, 16), (164, 260, 60)], depth=52)
    d.part([(176, 122, 20), (256, 110, 60), (336, 122, 20), (256, 148, 60)],
        depth=20, lift=-62, soft=4)
    for y, bend in ((190, 20), (232, -16), (280, 22), (330, -14)):
        d.fold([(170, y), (256, y + bend, 70), (342, y - 6)], 10, -26)
        d.fold([(172, y + 18), (256, y + bend + 18, 70), (338, y + 12)], 9, 24)
    d.seam([(176, 380), (256, 394, 60), (336, 380)], stitched=True)
    d.trim(box(292, 342, 34, 20, 3), "#efe9dc", "#b8b09c")
    return d.finish()


def belt():
    """A leather belt, rolled up."""
    d = Drawing()
    d.part(oval(250, 250, 150, 118), depth=40)
    d.part(oval(250, 240, 128, 94), depth=30, lift=-26)
    d.part(oval(252, 240, 112, 80), depth=30)
    d.trim(oval(252, 232, 96, 66), "#e3e4e1")
    d.line(oval(250, 250, 140, 109), "#e8d9b055", 2, closed=True)
    d.part([(110, 268, 10), (380, 300, 40), (440, 300, 12), (448, 346, 12),
        (360, 356, 60), (118, 330, 30)], depth=30, soft=5)
    d.seam([(124, 280), (376, 310, 40), (432, 310)], depth=30)
    d.seam([(130, 326), (360, 346, 40), (436, 336)], depth=30)
    d.trim(box(112, 258, 74, 86, 12), METAL, "#777c80")
    d.trim(box(126, 272, 46, 58, 8), "#6c4a31")
    d.trim([(150, 296, 2), (196, 298, 4), (196, 306, 4), (150, 306, 2)],
        METAL, "#777c80")
    for x in (300, 330, 360, 390):
        d.trim(oval(x, 326, 4, 5, 14), "#2b211a")
    return d.finish()
