"""What can be measured of a page's picture, in the child, with Pillow alone: how sharp, how light, how straight it is.

The picture is measured at one size and at full contrast, so that the same page taken by two cameras measures alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from operator import mul
from typing import NamedTuple

from PIL import Image, ImageChops, ImageFilter, ImageStat

from hall_daemon.matters.pictures import Measures

# The longer side that everything is measured at: an A4 page then has 137 dpi.
SIDE = 1600
GRID = 12
# Laplacian, moved to the middle of what a byte holds.
_LAPLACIAN = ImageFilter.Kernel((3, 3), (0, 1, 0, 1, -4, 1, 0, 1, 0), 1, 128)
# Second derivatives across, down and along both diagonals: a hand that moves takes the detail of one of them alone.
_CURVES = tuple(
    ImageFilter.Kernel((3, 3), weights, scale, 128)
    for weights, scale in (
        ((0, 0, 0, 1, -2, 1, 0, 0, 0), 2), ((0, 1, 0, 0, -2, 0, 0, 1, 0), 2),
        ((1, 0, 0, 0, -2, 0, 0, 0, 1), 3), ((0, 0, 1, 0, -2, 0, 1, 0, 0), 3),
    )
)
# Variance of the Laplacian of white noise that went through a Gaussian of 0.8 px, by the noise's own variance; and of
# such a derivative, by that of the Laplacian.
_NOISE_GAIN, _CURVE_SHARE = 0.74, 0.09
_FINE = 48
_MOST_GAIN = 4.0
_SKEW_SIDE = 360
_SKEW_MOST = 30
_EDGE_TILES = 40
_SQUARES = tuple(value * value for value in range(256))
# Of a tile's mean: washed out; some ink in it; ink that is cut; light enough to be paper.
_WASHED, _SOME_INK, _CUT_INK, _LIGHT = 247, 4, 12, 110
_AS_LIGHT = 0.88


class _Tile(NamedTuple):
    """A part of the page: sharpness in the direction that has less of it, the darkest and lightest of what is there."""

    sharp: float
    dark: int
    light: int

    @property
    def contrast(self) -> int:
        return self.light - self.dark


def measured(image: Image.Image) -> Measures:
    """Of a page upright, in any mode."""
    grey = image.convert("L")
    grey.thumbnail((SIDE, SIDE), Image.Resampling.BOX, reducing_gap=None)
    full, lowest, gain = _stretched(grey)
    smooth = full.filter(ImageFilter.GaussianBlur(0.8))
    edges = smooth.filter(_LAPLACIAN)
    noise = _low([_variance(edges, box) for box in _boxes(edges.size, _FINE)], 0.05)
    curves = [smooth.filter(curve) for curve in _CURVES]
    tiles = {
        box: _Tile(
            max(0.0, min(_variance(curve, box) for curve in curves) - _CURVE_SHARE * noise), *_range(smooth, box)
        )
        for box in _boxes(edges.size, GRID)
    }
    floor = 30 + 4 * noise**0.5
    written = [tile for tile in tiles.values() if tile.contrast > floor]
    # Of the picture as it is: stretched, a page with a few words has no darker ink than its lightest.
    soft = grey.filter(ImageFilter.GaussianBlur(0.8))
    as_it_is = [_range(soft, box) for box, tile in tiles.items() if tile.contrast > floor]
    ink = _ink(smooth, floor)
    return Measures(
        width=image.width, height=image.height,
        paper=_level(grey.histogram(), 0.95),
        contrast=round(_high([light - dark for dark, light in as_it_is], 0.75)),
        noise=round((noise / _NOISE_GAIN) ** 0.5, 1),
        written=len(written),
        sharp=round(_high([tile.sharp for tile in written], 0.9), 1),
        glare=_glare(grey, ink, _high([tile.light for tile in written], 0.5) / gain + lowest),
        edge=_edge(ink, full),
        skew=_skew(ink) if len(written) > 1 else 0.0,
    )


def _level(histogram: Sequence[int], share: float) -> int:
    """The value that this share of all pixels does not pass."""
    left = share * sum(histogram)
    for value, count in enumerate(histogram):
        left -= count
        if left <= 0:
            return value
    return 255


def _stretched(grey: Image.Image) -> tuple[Image.Image, int, float]:
    """At full contrast, as far as that is there; from which value on, and by how much it was stretched."""
    histogram = grey.histogram()
    low, high = _level(histogram, 0.005), _level(histogram, 0.98)
    if high - low < 255 / _MOST_GAIN:  # perhaps of a few words alone
        low = _level(histogram, 0.0005)
    gain = min(_MOST_GAIN, 255 / max(1, high - low))
    return grey.point([max(0, min(255, round((value - low) * gain))) for value in range(256)]), low, gain


def _boxes(size: tuple[int, int], count: int) -> list[tuple[int, int, int, int]]:
    """`count` × `count` tiles without the last pixel around, where a filter does not reach."""
    width, height = size
    xs = [1 + (width - 2) * at // count for at in range(count + 1)]
    ys = [1 + (height - 2) * at // count for at in range(count + 1)]
    return [
        (xs[x], ys[y], xs[x + 1], ys[y + 1])
        for y in range(count) for x in range(count) if xs[x + 1] > xs[x] and ys[y + 1] > ys[y]
    ]


def _variance(image: Image.Image, box: tuple[int, int, int, int]) -> float:
    """Of three thousand tiles a page, so by sums that Python makes in C: a third of a paper's time."""
    histogram = image.crop(box).histogram()
    count, total, squares = sum(histogram), sum(map(mul, histogram, range(256))), sum(map(mul, histogram, _SQUARES))
    found: float = (count * squares - total * total) / count**2
    return found


def _range(image: Image.Image, box: tuple[int, int, int, int]) -> tuple[int, int]:
    histogram = image.crop(box).histogram()
    return _level(histogram, 0.01), _level(histogram, 0.9)


def _high(values: Sequence[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(share * len(values)))] if values else 0.0


def _low(values: Sequence[float], share: float) -> float:
    return _high(values, share)


def _ink(smooth: Image.Image, floor: float) -> Image.Image:
    """White where something is darker than what is around it, black else; half the size."""
    half = smooth.reduce(2)
    around = half.filter(ImageFilter.BoxBlur(10))
    least = round(128 + max(20.0, floor / 3))
    return ImageChops.subtract(around, half, 1, 128).point([255 if value > least else 0 for value in range(256)])


def _glare(grey: Image.Image, ink: Image.Image, paper: float) -> float:
    """Share of tiles that are washed out and have ink on both sides of them; 0 where the paper itself is white."""
    if paper >= _WASHED - 3:
        return 0.0
    light = grey.resize((_FINE, _FINE), Image.Resampling.BOX).tobytes()
    written = ink.resize((_FINE, _FINE), Image.Resampling.BOX).tobytes()
    washed = sum(
        light[at] >= _WASHED and written[at] < _SOME_INK and _between(written, at) for at in range(_FINE * _FINE)
    )
    return round(washed / _FINE**2, 4)


def _between(written: bytes, at: int) -> bool:
    """Whether there is ink to the left and to the right, or above and below."""
    row, column = divmod(at, _FINE)
    across = written[row * _FINE : (row + 1) * _FINE]
    down = written[column::_FINE]
    return any(
        max(line[:here], default=0) >= _SOME_INK and max(line[here + 1 :], default=0) >= _SOME_INK
        for line, here in ((across, column), (down, row))
    )


def _edge(ink: Image.Image, full: Image.Image) -> float:
    """Of each side, how much of it has ink on paper that goes on to the very border; what is darker there than paper
    further in is the table that the page lies on."""
    whole = full.resize(ink.size, Image.Resampling.BOX)
    found = 0.0
    for turns in range(4):
        cut, page = (side.rotate(90 * turns, expand=True) for side in (ink, whole))
        thick = max(2, max(ink.size) // 80)
        boxes = [
            (cut.width * at // _EDGE_TILES, cut.width * (at + 1) // _EDGE_TILES) for at in range(_EDGE_TILES)
        ]
        found = max(found, sum(
            _mean(cut.crop((left, 1, right, thick))) >= _CUT_INK
            and _lightest(page.crop((left, 1, right, thick // 2))) >= _AS_LIGHT * max(
                _lightest(page.crop((left, thick, right, 5 * thick))), _LIGHT
            )
            for left, right in boxes
        ) / _EDGE_TILES)
    return round(found, 3)


def _mean(image: Image.Image) -> float:
    found: float = ImageStat.Stat(image).mean[0]
    return found


def _lightest(image: Image.Image) -> int:
    return _level(image.histogram(), 0.9)


def _skew(ink: Image.Image) -> float:
    """By how many degrees it has to be turned so that lines of text, either way, are told apart best."""
    small = ink.copy()
    small.thumbnail((_SKEW_SIDE, _SKEW_SIDE), Image.Resampling.BOX, reducing_gap=None)
    return float(max(range(-_SKEW_MOST, _SKEW_MOST + 1), key=lambda degrees: _order(small, degrees)))


def _order(ink: Image.Image, degrees: int) -> int:
    turned = ink.rotate(degrees, Image.Resampling.BILINEAR)
    width, height = turned.size
    # The corners that turning empties are left out at every angle.
    middle = turned.crop((width // 8, height // 8, width - width // 8, height - height // 8))
    return max(
        sum((one - other) ** 2 for one, other in pairwise(sums))
        for sums in (middle.resize((1, middle.height), Image.Resampling.BOX).tobytes(),
                     middle.resize((middle.width, 1), Image.Resampling.BOX).tobytes())
    )
