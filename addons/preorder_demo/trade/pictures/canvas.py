"""A small drawing board for product pictures.

A *Drawing* knows light and form but no colour: it keeps the brightness of the
cloth, which part of it has the second colour, and a layer of trims (zips,
buttons, reflective tape) that keep their own colour. ``paint`` dyes it, so one
drawing serves every colour of a product.

Coordinates are those of the finished picture, ``SIZE`` × ``SIZE``.
"""

import functools
import io
import math

from PIL import Image, ImageChops, ImageColor, ImageDraw, ImageFilter, ImageOps

SIZE = 512
SCALE = 2
SOFT = 4  # blurs are made on a board this many times smaller than the drawing
BOARD = SIZE * SCALE
MIDDLE = 128  # brightness of cloth that is neither lit nor in shadow

METAL = "#c3c8cc"
TAPE = "#dfe4e6"


def mirror(half):
    """The closed outline whose right half, from top to bottom, is given."""
    left = [(SIZE - point[0], *point[1:]) for point in reversed(half)]
    return list(half) + left


def flip(points):
    """The same outline on the other side of the picture."""
    return [(SIZE - point[0], *point[1:]) for point in points]


def rotate(points, degrees, centre=(SIZE / 2, SIZE / 2)):
    """The same outline, turned clockwise around a point."""
    sin, cos = math.sin(math.radians(degrees)), math.cos(math.radians(degrees))
    x0, y0 = centre
    return [
        (
            x0 + (p[0] - x0) * cos - (p[1] - y0) * sin,
            y0 + (p[0] - x0) * sin + (p[1] - y0) * cos,
            *p[2:],
        )
        for p in points
    ]


def box(x, y, width, height, radius=6):
    """A rectangle with rounded corners."""
    return [
        (x, y, radius),
        (x + width, y, radius),
        (x + width, y + height, radius),
        (x, y + height, radius),
    ]


def oval(x, y, rx, ry, steps=40):
    """An ellipse around a centre."""
    return [
        (
            x + rx * math.cos(2 * math.pi * step / steps),
            y + ry * math.sin(2 * math.pi * step / steps),
            0,
        )
        for step in range(steps)
    ]


def rounded(points, closed=True, default=4):
    """Vertices of a polygon whose corners are rounded.

    A point is ``(x, y)`` or ``(x, y, radius)``; the radius is how far from the
    corner the curve begins.
    """
    result = []
    count = len(points)
    for index, point in enumerate(points):
        x, y = point[:2]
        radius = point[2] if len(point) > 2 else default
        if not closed and index in (0, count - 1):
            radius = 0
        if not radius:
            result.append((x, y))
            continue
        before, after = points[index - 1], points[(index + 1) % count]
        start = _towards((x, y), before, radius)
        end = _towards((x, y), after, radius)
        for step in range(7):
            t = step / 6
            a, b, c = (1 - t) ** 2, 2 * t * (1 - t), t * t
            result.append(
                (a * start[0] + b * x + c * end[0], a * start[1] + b * y + c * end[1])
            )
    return result


def _towards(origin, target, distance):
    dx, dy = target[0] - origin[0], target[1] - origin[1]
    length = math.hypot(dx, dy) or 1
    part = min(distance / length, 0.5)
    return origin[0] + dx * part, origin[1] + dy * part


def _scaled(points, scale=SCALE):
    return [(x * scale, y * scale) for x, y in points]


class Drawing:
    """Parts of a garment or a piece of gear, laid over each other."""

    def __init__(self):
        size = (BOARD, BOARD)
        soft = (BOARD // SOFT, BOARD // SOFT)
        self.cloth = Image.new("L", size, MIDDLE)
        self.mask = Image.new("L", size, 0)
        self.second = Image.new("L", size, 0)
        self.trims = Image.new("RGBA", size, (0, 0, 0, 0))
        self.relief = Image.new("L", soft, MIDDLE)
        self._cloth = ImageDraw.Draw(self.cloth)
        self._trims = ImageDraw.Draw(self.trims)
        self._relief = ImageDraw.Draw(self.relief)

    # -- cloth ------------------------------------------------------------

    def part(self, points, depth=40, lift=0, second=False, soft=7, outline=True):
        """A piece of cloth, darker towards its edge, in the first or second colour."""
        outer = _scaled(rounded(points))
        # only the part's own corner of the board is touched
        place = _place(outer)
        at = place[:2]
        local = [(x - at[0], y - at[1]) for x, y in outer]
        size = (place[2] - at[0], place[3] - at[1])
        mask = Image.new("L", size, 0)
        ImageDraw.Draw(mask).polygon(local, fill=255)
        inner = mask.reduce(SOFT).filter(ImageFilter.GaussianBlur(soft))
        shade = inner.point(
            [
                int(MIDDLE + lift - depth + (depth + 12) * max(0, v - 110) / 145)
                for v in range(256)
            ]
        )
        light = _sidelight(self.relief.size).crop([each // SOFT for each in place])
        shade = ImageChops.add(shade, light, 1, -MIDDLE)
        self.cloth.paste(shade.resize(size, Image.Resampling.BILINEAR), at, mask)
        if outline:
            self._cloth.line(outer + outer[:1], fill=MIDDLE - 78, width=SCALE)
        self.mask.paste(255, place, mask)
        self.second.paste(255 if second else 0, place, mask)
        self.trims.paste((0, 0, 0, 0), place, mask)
        return self

    def tint(self, points, second=True):
        """Give a region of the cloth below the other colour."""
        region = Image.new("L", self.mask.size, 0)
        ImageDraw.Draw(region).polygon(_scaled(rounded(points)), fill=255)
        region = ImageChops.multiply(region, self.mask)
        self.second.paste(255 if second else 0, mask=region)
        return self

    def fold(self, points, width=9, delta=-26):
        """A soft crease (or, with a positive delta, a lit ridge)."""
        line = [(x / SOFT * SCALE, y / SOFT * SCALE) for x, y in rounded(points, False)]
        value = max(0, min(255, MIDDLE + delta))
        self._relief.line(
            line, fill=value, width=max(1, round(width * SCALE / SOFT)), joint="curve"
        )
        return self

    def seam(self, points, stitched=False, closed=False, depth=46):
        """A seam: a dark line, with a row of stitches beside it if wanted."""
        outline = rounded(points, closed)
        if closed:
            outline = outline + outline[:1]
        self._cloth.line(
            _scaled(outline), fill=MIDDLE - depth, width=SCALE + 1, joint="curve"
        )
        if stitched:
            beside = [(x + 3, y + 3) for x, y in outline]
            self._dashes(self._cloth, beside, MIDDLE + 34)
        return self

    def pocket(self, points, flap=0):
        """A pocket sewn on, with a flap of the given height."""
        self.part(points, depth=26, soft=3)
        if flap:
            (x1, y1), (x2, y2) = points[0][:2], points[1][:2]
            self.part(
                [
                    (x1 - 2, y1 - 2, 2),
                    (x2 + 2, y2 - 2, 2),
                    (x2 + 2, y2 + flap, 5),
                    ((x1 + x2) / 2, max(y1, y2) + flap + 5, 3),
                    (x1 - 2, y1 + flap, 5),
                ],
                depth=24,
                soft=3,
                lift=4,
            )
        return self

    def checks(self, step=26, dark=44, light=26):
        """Weave a check into the cloth drawn so far."""
        weave = Image.new("L", self.cloth.size, MIDDLE)
        draw = ImageDraw.Draw(weave, "L")
        for at in range(0, SIZE, step):
            a, b = at * SCALE, (at + step * 0.45) * SCALE
            draw.rectangle((a, 0, b, BOARD), fill=MIDDLE - dark // 2)
        rows = Image.new("L", self.cloth.size, MIDDLE)
        draw = ImageDraw.Draw(rows)
        for at in range(0, SIZE, step):
            a, b = at * SCALE, (at + step * 0.45) * SCALE
            draw.rectangle((0, a, BOARD, b), fill=MIDDLE - dark // 2)
            c = (at + step * 0.72) * SCALE
            draw.rectangle((0, c, BOARD, c + SCALE), fill=MIDDLE + light)
        weave = ImageChops.add(weave, rows, 1, -MIDDLE)
        woven = ImageChops.add(self.cloth, weave, 1, -MIDDLE)
        self.cloth.paste(woven, mask=self.mask)
        return self

    def ribs(self, points, step=5):
        """A knitted cuff or hem with ribs that follow its short side."""
        self.part(points, depth=22, soft=3)
        (x1, y1), (x2, y2) = points[0][:2], points[1][:2]
        (x3, y3), (x4, y4) = points[2][:2], points[3][:2]
        count = max(2, round(math.hypot(x2 - x1, y2 - y1) / step))
        for index in range(1, count):
            t = index / count
            top = (x1 + (x2 - x1) * t, y1 + (y2 - y1) * t)
            bottom = (x4 + (x3 - x4) * t, y4 + (y3 - y4) * t)
            self._cloth.line(_scaled([top, bottom]), fill=MIDDLE - 34, width=SCALE)
        return self

    # -- trims ------------------------------------------------------------

    def trim(self, points, colour, outline=None, clip=False):
        """A piece that keeps its own colour."""
        target = self.trims
        if clip:
            target = Image.new("RGBA", self.trims.size, (0, 0, 0, 0))
        draw = ImageDraw.Draw(target)
        shape = _scaled(rounded(points))
        draw.polygon(shape, fill=colour)
        if outline:
            draw.line(shape + shape[:1], fill=outline, width=SCALE)
        if clip:
            inside = ImageChops.multiply(target.getchannel("A"), self.mask)
            self.trims.paste(target, mask=inside)
        return self

    def line(self, points, colour, width=2, closed=False):
        """A line that keeps its own colour: cord, lace, wire."""
        shape = rounded(points, closed)
        if closed:
            shape = shape + shape[:1]
        self._trims.line(
            _scaled(shape), fill=colour, width=round(width * SCALE), joint="curve"
        )
        return self

    def tape(self, points, width=20):
        """Reflective tape, kept within the cloth."""
        for colour, size in (("#9aa3a7", width + 2), (TAPE, width)):
            layer = Image.new("RGBA", self.trims.size, (0, 0, 0, 0))
            ImageDraw.Draw(layer).line(
                _scaled(rounded(points, False)),
                fill=colour,
                width=round(size * SCALE),
                joint="curve",
            )
            inside = ImageChops.multiply(layer.getchannel("A"), self.mask)
            self.trims.paste(layer, mask=inside)
        return self

    def zip(self, top, bottom, puller=True, colour="#2b2e31"):
        """A zip with its teeth and puller."""
        self.line([top, bottom], colour, 5)
        self._dashes(self._trims, [top, bottom], METAL, dash=2, gap=2)
        if puller:
            x, y = top
            self.trim(box(x - 3, y + 2, 6, 16, 2), METAL, "#7d8386")
        return self

    def button(self, x, y, radius=4, colour="#e8e4da"):
        """A button."""
        self.trim(oval(x, y, radius, radius, 18), colour, "#55585a")
        return self

    def buttons(self, x, top, bottom, count, **options):
        """A row of buttons."""
        for index in range(count):
            self.button(x, top + (bottom - top) * index / (count - 1), **options)
        return self

    @staticmethod
    def _dashes(draw, points, fill, dash=3, gap=3):
        for start, end in zip(points, points[1:], strict=False):
            length = math.hypot(end[0] - start[0], end[1] - start[1])
            if not length:
                continue
            dx, dy = (end[0] - start[0]) / length, (end[1] - start[1]) / length
            at = 0.0
            while at < length:
                stop = min(at + dash, length)
                draw.line(
                    _scaled(
                        [
                            (start[0] + dx * at, start[1] + dy * at),
                            (start[0] + dx * stop, start[1] + dy * stop),
                        ]
                    ),
                    fill=fill,
                    width=SCALE,
                )
                at += dash + gap

    # -- the finished picture ---------------------------------------------

    def finish(self):
        """Fix the drawing in its final size, ready to be painted."""
        relief = self.relief.filter(ImageFilter.GaussianBlur(3))
        relief = relief.resize(self.cloth.size, Image.Resampling.BILINEAR)
        cloth = ImageChops.add(self.cloth, relief, 1, -MIDDLE)
        small = (SIZE, SIZE)
        trims = self.trims.resize(small, Image.Resampling.BOX)
        mask = self.mask.resize(small, Image.Resampling.BOX)
        whole = ImageChops.lighter(mask, trims.getchannel("A"))
        return Finished(
            cloth.resize(small, Image.Resampling.BOX),
            mask,
            self.second.resize(small, Image.Resampling.BOX),
            trims,
            whole,
        )


def _place(outline):
    """The box around an outline, with room for shade, on whole soft pixels."""
    margin, grid = 24, SOFT * 4
    xs, ys = [x for x, _y in outline], [y for _x, y in outline]
    return (
        int(max(0, min(xs) - margin) // grid * grid),
        int(max(0, min(ys) - margin) // grid * grid),
        int(min(BOARD, (max(xs) + margin) // grid * grid + grid)),
        int(min(BOARD, (max(ys) + margin) // grid * grid + grid)),
    )


@functools.cache
def _sidelight(size):
    """Light that comes from the upper left."""
    gradient = Image.linear_gradient("L").rotate(60, expand=False)
    gradient = gradient.resize(size, Image.Resampling.BILINEAR)
    return gradient.point([int(MIDDLE + 12 - 24 * v / 255) for v in range(256)])


class Finished:
    """A drawing that can be painted in any colour."""

    def __init__(self, cloth, mask, second, trims, whole):
        self.cloth = cloth
        self.mask = mask
        self.second = second
        self.trims = trims
        self.whole = whole
        self._shadow = self._cast_shadow()

    def _cast_shadow(self):
        small = self.whole.resize((SIZE // 4, SIZE // 4), Image.Resampling.BILINEAR)
        close = ImageChops.offset(small, 1, 2).filter(ImageFilter.GaussianBlur(2))
        wide = ImageChops.offset(small, 2, 5).filter(ImageFilter.GaussianBlur(6))
        shadow = ImageChops.add(
            close.point([v * 60 // 255 for v in range(256)]),
            wide.point([v * 60 // 255 for v in range(256)]),
        )
        return shadow.resize((SIZE, SIZE), Image.Resampling.BICUBIC)

    def paint(self, colour, second="#26282b", tint="#eef0ee"):
        """The picture with the cloth in these colours, as JPEG."""
        picture = backdrop(tint)
        picture.paste(_mix(tint, "#1d2630", 0.85), mask=self._shadow)
        picture.paste(self._dye(colour, second), mask=self.mask)
        picture.paste(self.trims, mask=self.trims)
        stream = io.BytesIO()
        picture.save(stream, "JPEG", quality=88)
        return stream.getvalue()

    def cut_out(self, colour, second="#26282b"):
        """The thing alone, in these colours, on nothing."""
        picture = self._dye(colour, second)
        picture.paste(self.trims, mask=self.trims)
        picture.putalpha(self.whole)
        return picture

    def _dye(self, colour, second):
        cloth = _dye(self.cloth, colour)
        if self.second.getbbox():
            cloth.paste(_dye(self.cloth, second), mask=self.second)
        return cloth


def _rgb(colour):
    return ImageColor.getrgb(colour)[:3]


def _mix(first, second, share):
    first, second = _rgb(first), _rgb(second)
    return tuple(round(a + (b - a) * share) for a, b in zip(first, second, strict=True))


def _dye(cloth, colour):
    """Turn brightness into a colour: shadows darker, lights paler, never grey."""
    luma = sum(w * c for w, c in zip((0.3, 0.59, 0.11), _rgb(colour), strict=True))
    # dark cloth needs light to show its folds, light cloth needs shadow
    white = _mix(colour, "#ffffff", 0.62 if luma < 90 else 0.75)
    black = _mix(colour, "#0b0d14", 0.95 if luma < 90 else 0.72)
    return ImageOps.colorize(cloth, black=black, mid=colour, white=white)


_BACKDROPS = {}


def backdrop(tint):
    """A pale wall with a light in its middle."""
    if tint not in _BACKDROPS:
        light = Image.radial_gradient("L").resize((SIZE, SIZE))
        light = light.point([min(255, int(v * 0.9)) for v in range(256)])
        _BACKDROPS[tint] = ImageOps.colorize(
            light, black=_mix(tint, "#ffffff", 0.75), white=_mix(tint, "#8a9096", 0.18)
        )
    return _BACKDROPS[tint].copy()
