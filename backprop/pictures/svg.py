"""SVG as text: elements, words, lines, the legend and the raster, and the sheet of paper that every drawing stands on.

The same drawing is the same text, byte for byte: nothing in it depends on the time, the run or the machine.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Mapping, Sequence
from html import escape
from itertools import groupby
from typing import Callable, TypeVar

from backprop.pictures.colours import DARK, LIGHT
from backprop.pictures.text_metrics import FONT, LINE, SIZE, shortened, text_width

WIDTH = 460  # of a drawing. A telephone shows it some 375 wide, and its letters of 14 are still above 11 there.
MARGIN = 12
MARK = 24  # the width of a mark in a legend
_TITLE = 16
_BESIDE = 6  # between a mark and its name
_APART = 18  # between a name and the next mark

Mark = Callable[[float, float], str]
Key = TypeVar("Key", bound=Hashable)

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def number(x: float) -> str:
    """x with two decimals at most, and no minus before a zero.

    >>> number(2.5), number(1 / 3), number(-0.001)
    ('2.5', '0.33', '0')
    """
    text = f"{x:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def escaped(words: object) -> str:
    """Words that may stand in XML, between quotes too; a character that XML forbids becomes �.

    >>> escaped('a < b & "c"'), escaped("bell\\a")
    ('a &lt; b &amp; &quot;c&quot;', 'bell�')
    """
    return escape(_CONTROL.sub("\ufffd", " ".join(str(words).split())))


def element(tag: str, *children: str, **attributes: object) -> str:
    """``<tag …>children</tag>``; an attribute that is None is left out, and ``stroke_width`` is stroke-width.

    >>> element("g", element("circle", r=0.5, class_="c0"), id=None)
    '<g><circle r="0.5" class="c0"/></g>'
    """
    attributes_text = "".join(
        f' {name.rstrip("_").replace("_", "-")}="{number(x) if isinstance(x, (int, float)) else escaped(x)}"'
        for name, x in attributes.items()
        if x is not None
    )
    return f"<{tag}{attributes_text}>{''.join(children)}</{tag}>" if children else f"<{tag}{attributes_text}/>"


def words(
    x: float,
    y: float,
    text: object,
    colour: str = "ink",
    anchor: str = "start",
    *,
    most: float = WIDTH,
    size: float = SIZE,
    turned: bool = False,
    fill: str = "currentColor",
) -> str:
    """A line of text at (x, y), its baseline, cut to the width ``most``; the whole shows when it is pointed at.

    ``anchor`` says what stands at x: its "start", "middle" or "end". ``turned`` text is read from below.
    """
    shown = shortened(str(text), most, size)
    return element(
        "text",
        escaped(shown),
        element("title", escaped(text)) if shown != str(text) else "",
        x=x,
        y=y,
        class_=colour,
        fill=fill,
        font_size=None if size == SIZE else size,
        text_anchor=None if anchor == "start" else anchor,
        transform=f"rotate(-90 {number(x)} {number(y)})" if turned else None,
    )


def line(x1: float, y1: float, x2: float, y2: float, colour: str, **look: object) -> str:
    """A straight line."""
    return element("line", x1=x1, y1=y1, x2=x2, y2=y2, class_=colour, stroke="currentColor", **look)


def grid_line(x1: float, y1: float, x2: float, y2: float) -> str:
    """A dotted line, which is seen where one looks for it and is in nobody's way."""
    return line(x1, y1, x2, y2, "grid", stroke_dasharray="1 5")


def polyline(points: Iterable[tuple[float, float]], colour: str, **look: object) -> str:
    """A line through the points."""
    way = " ".join(f"{number(x)},{number(y)}" for x, y in points)
    return element("polyline", points=way, class_=colour, fill="none", stroke="currentColor", **look)


def legend(entries: Iterable[tuple[str, Mark]], top: float, width: float = WIDTH) -> tuple[str, float]:
    """(the drawing, its lower end) of the names, each with what ``mark(x, y)`` draws around a point before it."""
    parts = []
    most = width - 2 * MARGIN - MARK - _BESIDE
    x, y = float(MARGIN), top + LINE / 2
    for name, mark in entries:
        needed = MARK + _BESIDE + min(text_width(name), most)
        if x > MARGIN and x + needed > width - MARGIN:
            x, y = MARGIN, y + LINE
        parts.append(mark(x + MARK / 2, y))
        parts.append(words(x + MARK + _BESIDE, y + SIZE / 2 - 2, name, most=most))
        x += needed + _APART
    return "".join(parts), y + LINE / 2 if parts else top


def raster(
    rows: Sequence[Sequence[Key | None]],
    x: float,
    y: float,
    width: float,
    height: float,
    look: Callable[[Key], Mapping[str, object]],
) -> str:
    """The table in the rectangle from (x, y) on; ``look`` gives the attributes for a key. None is left out.

    >>> raster([["a", "a", None]], 10, 20, 30, 10, lambda key: {"class_": key})[88:]
    '<path class="a" d="M0 0h2v1h-2z"/></g>'
    """
    found: dict[Key, list[str]] = {}
    for down, row in enumerate(rows):
        across = 0
        for key, cells in groupby(row):
            run = len(list(cells))
            if key is not None:
                found.setdefault(key, []).append(f"M{across} {down}h{run}v1h-{run}z")
            across += run
    paths = [element("path", **look(key), d="".join(pieces)) for key, pieces in found.items()]
    placed = f"translate({number(x)} {number(y)}) scale({width / len(rows[0]):.6f} {height / len(rows):.6f})"
    return element("g", *paths, transform=placed, shape_rendering="crispEdges")


def sheet(width: float, height: float, title: str, description: str, *parts: str) -> str:
    """The whole drawing: the paper, the ``title`` above where there is one, and the parts below it.

    A screen reader says the ``description``: its first sentence is the name of the drawing, the others say what is seen.
    A drawing that is not wider than WIDTH shrinks with its window; a wider one would become illegible and is scrolled.
    """
    name, _, seen = description.partition(". ")
    top = _TITLE + 8 if title else 0
    body = "".join(parts)
    return element(
        "svg",
        element("title", escaped(name)),
        element("desc", escaped(seen)) if seen else "",
        element("style", _STYLE),
        element("rect", class_="paper", width=width, height=height + top),
        words(MARGIN, MARGIN + SIZE, title, most=width - 2 * MARGIN, size=_TITLE) if title else "",
        element("g", body, transform=f"translate(0 {top})") if top else body,
        xmlns="http://www.w3.org/2000/svg",
        class_="backprop",
        role="img",
        viewBox=f"0 0 {number(width)} {number(height + top)}",
        width=width,
        height=height + top,
        style="max-width:100%;height:auto" if width <= WIDTH else None,
    )


def _rules(colours: dict[str, str]) -> str:
    rules = "".join(f".backprop .{name}{{color:{colour}}}" for name, colour in colours.items())
    return f"{rules}.backprop .edged{{stroke:{colours['paper']}}}.backprop .haloed{{stroke:{colours['paper']}}}"


_STYLE = (
    f".backprop{{font:{SIZE}px {FONT}}}"
    ".backprop .paper{fill:currentColor}.backprop .haloed{stroke-width:4px;paint-order:stroke}"
    f"{_rules(LIGHT)}@media (prefers-color-scheme:dark){{{_rules(DARK)}}}"
)
