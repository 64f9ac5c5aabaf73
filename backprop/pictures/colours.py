"""Colours that everybody can tell apart: a palette for lines and classes, and tints of it for numbers.

The palette has the hues of Okabe and Ito, "Color Universal Design" (2002), darker on white paper and lighter on dark.
Each stands out from its paper by 4.5:1, as the Web Content Accessibility Guidelines 2.1 (2018), 1.4.3, ask for text, so
that thin lines are seen, too.
"""

from __future__ import annotations

from collections.abc import Mapping

LIGHT = {
    "paper": "#FFFFFF",
    "ink": "#1F2328",
    "soft": "#59636E",
    "grid": "#6E7681",
    "c0": "#0072B2",
    "c1": "#BC4B00",
    "c2": "#006B4F",
    "c3": "#B0508A",
    "c4": "#1F2328",
}
DARK = {
    "paper": "#14181D",
    "ink": "#E6EDF3",
    "soft": "#9AA4AF",
    "grid": "#7D8590",
    "c0": "#4C9AFF",
    "c1": "#F29A3A",
    "c2": "#20B97F",
    "c3": "#B58ACB",
    "c4": "#E6EDF3",
}
COUNT = 5  # of c0, c1, …, the colours for lines and classes


def colour(position: int) -> str:
    """The name of the palette's colour for the line or class at ``position``; after the last comes the first again."""
    return f"c{position % COUNT}"


def tint(colour: str, share: float) -> Mapping[str, object]:
    """The look of an area that has ``share`` of a colour, from 0 to 1, and the rest of the paper, be it light or dark.

    >>> tint("c0", 0.25)
    {'class_': 'c0', 'fill': 'currentColor', 'fill_opacity': 0.25}
    """
    return {"class_": colour, "fill": "currentColor", "fill_opacity": share}


def custom_properties() -> str:
    """The colours as ``--paper``, ``--ink`` and so on for the style of a page, light or dark as its reader's system is."""
    light, dark = (
        ":root{" + "".join(f"--{name}:{colour};" for name, colour in colours.items()) + "}" for colours in (LIGHT, DARK)
    )
    return f"{light}\n@media (prefers-color-scheme: dark) {{{dark}}}\n"
