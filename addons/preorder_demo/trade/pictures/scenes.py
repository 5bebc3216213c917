"""The company's mark, the brands' labels and the campaigns' banners."""

import io
import math

from PIL import Image, ImageDraw, ImageFilter, ImageFont

INK = "#23324f"
DUNE = "#c9952f"
SEA = "#2d6f9e"


def _font(size):
    return ImageFont.load_default(size)


def _png(image):
    stream = io.BytesIO()
    image.save(stream, "PNG", optimize=True)
    return stream.getvalue()


def _blend(first, second, share):
    return tuple(round(a + (b - a) * share) for a, b in zip(first, second, strict=True))


def logo(name):
    """The wholesaler's mark: a dune, the sea, and its name."""
    image = Image.new("RGBA", (1320, 300), (0, 0, 0, 0))
    draw = ImageDraw.Draw(image)
    draw.rounded_rectangle((20, 30, 260, 270), 56, fill=INK)
    mask = Image.new("L", image.size, 0)
    ImageDraw.Draw(mask).rounded_rectangle((20, 30, 260, 270), 56, fill=255)
    sea = Image.new("RGBA", image.size, (0, 0, 0, 0))
    sea_draw = ImageDraw.Draw(sea)
    sea_draw.polygon(_dune(20, 260, 226, 120), fill=DUNE)
    sea_draw.polygon(_dune(20, 260, 236, -22), fill=SEA)
    sea_draw.ellipse((170, 66, 220, 116), fill="#f4efe2")
    image.paste(
        sea, mask=Image.composite(sea.getchannel("A"), Image.new("L", image.size), mask)
    )
    first, rest = name.split(" ", 1)
    draw.text(
        (300, 66),
        first.upper(),
        font=_font(108),
        fill=INK,
        stroke_width=3,
        stroke_fill=INK,
    )
    draw.text((304, 190), rest, font=_font(56), fill="#5b6472")
    image = image.crop((0, 10, max(image.getbbox()[2] + 20, 800), 290))
    return _png(
        image.resize((image.width // 2, image.height // 2), Image.Resampling.LANCZOS)
    )


def _dune(left, right, base, height, steps=40):
    points = [(left, 300)]
    for step in range(steps + 1):
        t = step / steps
        wave = math.sin(math.pi * t**0.7) * height * (0.45 + 0.55 * t)
        points.append((left + (right - left) * t, base - wave))
    points.append((right, 300))
    return points


def label(name, colour):
    """A brand's woven label."""
    image = Image.new("RGB", (480, 200), colour)
    draw = ImageDraw.Draw(image)
    for x in range(20, 460, 12):
        draw.line((x, 18, x + 6, 18), fill="#ffffff", width=2)
        draw.line((x, 182, x + 6, 182), fill="#ffffff", width=2)
    draw.text(
        (240, 100),
        name.upper(),
        font=_font(62),
        fill="#f6f2e8",
        anchor="mm",
        stroke_width=1,
        stroke_fill="#f6f2e8",
    )
    return _png(image)


SCENES = {
    "winter": {
        "sky": ((58, 96, 140), (226, 232, 238)),
        "ridges": ((150, 178, 204), (104, 140, 176), (66, 98, 134), (238, 243, 247)),
        "sun": "#fdf3dc",
        "snow": True,
    },
    "summer": {
        "sky": ((96, 170, 206), (250, 232, 196)),
        "ridges": ((170, 190, 178), (122, 160, 128), (84, 128, 92), (196, 178, 118)),
        "sun": "#ffe08a",
        "snow": False,
    },
    "work": {
        "sky": ((224, 150, 74), (250, 230, 200)),
        "ridges": ((186, 160, 140), (136, 116, 108), (84, 78, 82), (58, 60, 66)),
        "sun": "#fff1c4",
        "snow": False,
    },
    "outlet": {
        "sky": ((158, 52, 44), (236, 168, 120)),
        "ridges": ((190, 96, 72), (150, 66, 56), (108, 46, 46), (70, 34, 40)),
        "sun": "#ffe9c9",
        "snow": False,
    },
}
WIDTH, HEIGHT = 1280, 720


def banner(kind, garments, chance):
    """A campaign's picture: a landscape with some of its goods in front.

    :param kind: one of ``SCENES``
    :param garments: list of (drawing, colour, second colour)
    :param chance: the demo's own random, for ridges and snow
    """
    scene = SCENES[kind]
    image = _sky(*scene["sky"])
    draw = ImageDraw.Draw(image)
    draw.ellipse((900, 90, 1050, 240), fill=scene["sun"])
    if kind in ("work", "outlet"):
        _skyline(draw, scene, chance)
    else:
        for index, colour in enumerate(scene["ridges"]):
            base = 330 + index * 96
            _ridge(
                draw,
                base,
                150 - index * 34,
                colour,
                chance,
                scene["snow"] and index < 3,
            )
    if scene["snow"]:
        flakes = Image.new("L", (WIDTH, HEIGHT), 0)
        flake_draw = ImageDraw.Draw(flakes)
        for _flake in range(220):
            x, y, size = (
                chance.randint(0, WIDTH),
                chance.randint(0, HEIGHT),
                chance.randint(2, 5),
            )
            flake_draw.ellipse((x, y, x + size, y + size), fill=chance.randint(90, 210))
        image.paste((255, 255, 255), mask=flakes.filter(ImageFilter.GaussianBlur(1)))
    _hang(image, garments)
    stream = io.BytesIO()
    image.save(stream, "JPEG", quality=86)
    return stream.getvalue()


def _sky(top, bottom):
    column = Image.new("RGB", (1, 64))
    for y in range(64):
        column.putpixel((0, y), _blend(top, bottom, min(1, y / 44)))
    return column.resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC)


def _ridge(draw, base, height, colour, chance, snow):
    x, points = -60, []
    up = True
    while x < WIDTH + 120:
        peak = base - (height * chance.uniform(0.5, 1.3) if up else -height * 0.25)
        points.append((x, peak))
        x += chance.randint(60, 150)
        up = not up
    draw.polygon([(-60, HEIGHT), *points, (WIDTH + 120, HEIGHT)], fill=colour)
    if not snow:
        return
    for before, peak, after in zip(points, points[1:], points[2:], strict=False):
        if peak[1] < before[1] and peak[1] < after[1]:
            left = _blend(peak, before, 0.34)
            right = _blend(peak, after, 0.34)
            low = peak[1] + (left[1] - peak[1]) * 0.8
            draw.polygon(
                [
                    peak,
                    left,
                    ((left[0] + peak[0]) / 2, low - 4),
                    (peak[0], low + 12),
                    ((right[0] + peak[0]) / 2, low - 2),
                    right,
                ],
                fill=_blend(colour, (255, 255, 255), 0.75),
            )


def _skyline(draw, scene, chance):
    """Sheds, scaffolds and a crane."""
    far, middle, near, ground = scene["ridges"]
    for colour, base, low, high in ((far, 470, 90, 220), (middle, 540, 70, 170)):
        x = -20
        while x < WIDTH:
            width, height = chance.randint(80, 170), chance.randint(low, high)
            draw.rectangle((x, base - height, x + width, HEIGHT), fill=colour)
            for wx in range(x + 16, x + width - 16, 28):
                for wy in range(base - height + 18, base - 20, 34):
                    if chance.random() < 0.4:
                        draw.rectangle(
                            (wx, wy, wx + 10, wy + 14),
                            fill=_blend(colour, (255, 224, 160), 0.6),
                        )
            x += width + chance.randint(4, 40)
    draw.line((250, 120, 250, 600), fill=near, width=14)
    draw.line((110, 150, 640, 150), fill=near, width=10)
    draw.line((250, 96, 640, 150), fill=near, width=4)
    draw.line((250, 96, 110, 150), fill=near, width=4)
    draw.rectangle((108, 150, 160, 190), fill=near)
    draw.line((560, 150, 560, 300), fill=near, width=3)
    for x in range(262, 640, 28):
        draw.line((x, 150, x + 14, 134), fill=near, width=3)
    for y in range(130, 590, 30):
        draw.line((244, y, 256, y + 26), fill=ground, width=3)
    draw.rectangle((0, 590, WIDTH, HEIGHT), fill=ground)


def _hang(image, garments):
    """Hang goods on a line across the front."""
    size = 420
    count = len(garments)
    gap = (WIDTH - 120) / count
    for index, (drawing, colour, second) in enumerate(garments):
        x = round(60 + gap * (index + 0.5) - size / 2)
        y = 262 + (14 if index % 2 else 0)
        cut = drawing.cut_out(colour, second).resize(
            (size, size), Image.Resampling.LANCZOS
        )
        alpha = cut.getchannel("A")
        shadow = alpha.filter(ImageFilter.GaussianBlur(12)).point(
            [v * 130 // 255 for v in range(256)]
        )
        image.paste((14, 20, 32), (x + 8, y + 16), shadow)
        image.paste(cut, (x, y), alpha)


def stroke(points):
    """A signature: one pen stroke through the points."""
    image = Image.new("RGBA", (500, 180), (255, 255, 255, 0))
    draw = ImageDraw.Draw(image)
    draw.line([(x * 2, y * 2) for x, y in points], fill=INK, width=4, joint="curve")
    return _png(image)
