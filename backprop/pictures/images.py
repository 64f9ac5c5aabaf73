"""Images: rows of numbers as pictures of so many pixels, for digits and for the weights that look at them."""

from __future__ import annotations

import math
from collections.abc import Sequence

from backprop.matrix import Matrix, flatten, format_shape, trusted, unflatten
from backprop.pictures.colours import tint
from backprop.pictures.picture import HasMatrix, Picture, matrix_of, numbers
from backprop.pictures.scales import Linear
from backprop.pictures.svg import MARGIN, WIDTH, element, raster, sheet, words
from backprop.pictures.text_metrics import LINE, SIZE, clipped
from backprop.validation import check_choice, check_number, check_positive_int

_COLOURS = ("grey", "diverging")
_LEVELS = 64  # of a colour
_HOLE = ("c3", _LEVELS)
_SHADES = " .:-=+*#%"
_GAP, _TALLEST = 8, 160
_TERMINAL = 78  # characters a line


class Images(Picture):
    """Each row of h·w numbers as an image of ``height`` h and ``width`` w, read row-major; all of them on one sheet.
    A Tensor of images (…, h, w) is taken too.

    ``colours`` is "grey", where more is more ink, or "diverging": blue below 0, paper at 0, orange above, for weights.
    ``value_range`` = (low, high) are the numbers of the two outermost colours; if not given the lowest and the
    highest there are, for "diverging" the largest distance from 0 both ways. ``captions`` stand below, one an
    image. NaN and the infinities are holes, which are pink. Printed, a pixel is two characters, the denser the higher its number.

    Raises ValueError for rows of another length, for more or fewer captions than images, and for a range that is not (low, high).

    >>> print(Images([[1, 0, 1, 0, 1, 0.5]], 2, 3))
    %%  %%
      %%==
    """

    def __init__(
        self,
        rows: Matrix | HasMatrix | Sequence[Sequence[float]],
        height: int,
        width: int,
        *,
        captions: Sequence[object] = (),
        colours: str = "grey",
        value_range: tuple[float, float] | None = None,
        title: str = "",
    ) -> None:
        check_positive_int("Images", height=height, width=width)
        check_choice("Images", "colours", colours, _COLOURS)
        table = Matrix(matrix_of(rows))
        shape = getattr(rows, "shape", ())
        if len(shape) > 2 and tuple(shape[-2:]) == (height, width):
            table = trusted(unflatten(flatten(table.rows), height * width))
        if table.shape[1] != height * width:
            raise ValueError(
                f"Images of {format_shape((height, width))} need rows of {height * width} numbers, got {table.shape[1]}"
            )
        if captions and len(captions) != len(table):
            raise ValueError(f"Images got {len(captions)} captions for {len(table)} images")
        pixels = numbers("Images", table)
        if value_range is not None and (not isinstance(value_range, (tuple, list)) or len(value_range) != 2):
            raise ValueError(f"Images: value_range is (low, high), got {value_range!r}")
        low, high = value_range or _outermost(pixels, colours)
        check_number("Images", "value_range[0]", low)
        check_number("Images", "value_range[1]", high, low)
        positions = list(map(Linear(low, high), pixels))
        lines = [positions[start : start + width] for start in range(0, len(positions), width)]
        self._images = [lines[start : start + height] for start in range(0, len(lines), height)]
        self._height, self._width, self._low, self._high = height, width, low, high
        self._captions = list(map(str, captions))
        self._colours, self._title = colours, title

    def svg(self) -> str:
        columns, pixel = self._layout()
        width, height = self._width * pixel, self._height * pixel
        across, down = width + _GAP, height + _GAP + (LINE if self._captions else 0)
        parts = []
        for i, image in enumerate(self._images):
            x, y = MARGIN + i % columns * across, MARGIN + i // columns * down
            parts.append(self._drawn(image, x, y, width, height))
            if self._captions:
                centre, foot = x + width / 2, y + height + SIZE
                parts.append(words(centre, foot, self._captions[i], most=width, anchor="middle"))
        foot = MARGIN + math.ceil(len(self._images) / columns) * down - _GAP
        if self._colours == "diverging":
            parts.append(self._key(foot + MARGIN))
            foot += MARGIN + LINE
        what = f"{len(self._images)} of {format_shape((self._height, self._width))} pixels, {self._low:.4g} to {self._high:.4g}"
        holes = sum(position != position for image in self._images for line in image for position in line)
        what += (f", {holes} not finite" if holes else "") + (
            f": {', '.join(self._captions)}" if self._captions else ""
        )
        return sheet(WIDTH, foot + MARGIN, self._title, f"{self._title or 'Images'}. {what}.", *parts)

    def __str__(self) -> str:
        beside = max((_TERMINAL + 2) // (2 * self._width + 2), 1)
        blocks = []
        for start in range(0, len(self._images), beside):
            images = self._images[start : start + beside]
            lines = ["  ".join("".join(map(_shade, line)) for line in lines) for lines in zip(*images)]
            captions = self._captions[start : start + beside]
            below = ["  ".join(f"{clipped(caption, 2 * self._width):<{2 * self._width}}" for caption in captions)]
            blocks.append("\n".join(lines + (below if captions else [])))
        return "\n\n".join(blocks)

    def _layout(self) -> tuple[int, float]:
        """(images beside each other, the side of a pixel): up to eight, or four where captions need the room."""
        room = WIDTH - 2 * MARGIN
        columns = min(max(len(self._images), 3), 4 if self._captions else 8, room // (2 * self._width)) or 1
        return columns, min((room - (columns - 1) * _GAP) / columns / self._width, _TALLEST / self._height)

    def _drawn(self, image: Sequence[Sequence[float]], x: float, y: float, width: float, height: float) -> str:
        levels = [list(map(self._level, line)) for line in image]
        pixels = raster(levels, x, y, width, height, lambda level: tint(level[0], level[1] / _LEVELS))
        edge = {"class_": "soft", "fill": "none", "stroke": "currentColor", "stroke_width": 0.5}
        return pixels + element("rect", x=x, y=y, width=width, height=height, **edge)

    def _level(self, position: float) -> tuple[str, int] | None:
        """A colour, and how much of it; None for the paper alone."""
        if position != position:
            return _HOLE
        if self._colours == "grey":
            name, share = "ink", position
        else:
            name, share = "c0" if position < 0.5 else "c1", abs(2 * position - 1)
        return (name, round(share * _LEVELS)) if round(share * _LEVELS) else None

    def _key(self, top: float) -> str:
        """The ramp with its numbers at both ends."""
        centre, length = WIDTH / 2, 120
        ramp = [[i / (_LEVELS - 1) for i in range(_LEVELS)]]
        ends = (("end", centre - length / 2 - 6, self._low), ("start", centre + length / 2 + 6, self._high))
        return self._drawn(ramp, centre - length / 2, top + 4, length, 12) + "".join(
            words(x, top + SIZE, f"{end:.4g}", "soft", anchor) for anchor, x, end in ends
        )


def _outermost(pixels: Sequence[float], colours: str) -> tuple[float, float]:
    """The numbers of the two outermost colours where nobody gave them."""
    finite = [x for x in pixels if math.isfinite(x)] or [0.0]
    if colours == "diverging":
        largest = max(map(abs, finite))
        return -largest, largest
    return min(finite), max(finite)


def _shade(position: float) -> str:
    if position != position:
        return "??"
    return _SHADES[round(position * (len(_SHADES) - 1))] * 2
