"""What the picture of a page lacks, told from what was measured of it. Pure: a table of limits.

Nothing here refuses a picture: whoever hands it in is told, and may insist; staff see the mark.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple


class Measures(NamedTuple):
    """`paper`: how light the lightest twentieth is, 0 to 255. `written`: of 144 tiles those with something on them;
    `contrast`: of what is there to what it is on. `noise`: its standard deviation at full contrast. `sharp`: variance
    of the second derivative in that of four directions which has least, after a Gaussian of 0.8 px, of the tile that
    a tenth of the written ones pass, without what noise adds. `glare`: share of tiles that are washed out between
    written ones. `edge`: share of a side along which something is cut, of the worst side. `skew`: degrees that lines
    are off, either way."""

    width: int
    height: int
    paper: int
    contrast: int
    noise: float
    written: int
    sharp: float
    glare: float
    edge: float
    skew: float


# An A4 page at 96 dpi has 794 px across, at 150 dpi 1240; a card at 150 dpi 505.
SMALL_PAGE, SMALL_CARD = 900, 450
_CARD = (1.45, 1.75)  # how much wider than high; an A4 page is 1.41, a photo 1.33


def _short_side(measures: Measures) -> bool:
    short, long = sorted((measures.width, measures.height))
    return short < (SMALL_CARD if _CARD[0] <= long / max(1, short) <= _CARD[1] else SMALL_PAGE)


# Code -> whether it is told, in the order in which it is told. The limits lie between pages that people can read and
# pages that they cannot, made from a seed: `python -m tests.bench documents`. At `sharp` 24 an A4 page at 200 dpi is
# blurred by about 2.2 px.
_WHOLE: Mapping[str, Callable[[Measures], bool]] = {
    "small": _short_side,
    "dark": lambda m: m.paper < 80,
    "noisy": lambda m: m.noise > 28,
    "empty": lambda m: m.written <= 1,
}
_WRITTEN: Mapping[str, Callable[[Measures], bool]] = {
    "faint": lambda m: m.contrast < 40,
    "blurred": lambda m: m.sharp < 24,
    "glare": lambda m: m.glare > 0.01,
    "cropped": lambda m: m.edge >= 0.14,
    "skewed": lambda m: abs(m.skew) >= 8,
}
MARKS: tuple[str, ...] = (*_WHOLE, *_WRITTEN)


def marks(measures: Measures) -> tuple[str, ...]:
    """Codes of what it lacks; () for a good one. Of an empty page nothing else is told but how it was taken."""
    told = tuple(code for code, lacks in _WHOLE.items() if lacks(measures))
    if "empty" in told:
        return told
    return told + tuple(code for code, lacks in _WRITTEN.items() if lacks(measures))
