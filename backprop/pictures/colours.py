"""Colours that everybody can tell apart: a palette for lines and classes, and ramps for numbers.

The palette has the hues of Okabe and Ito, "Color Universal Design" (2002), darker on white paper and lighter on dark.
Each stands out from its paper by 4.5:1, as the Web Content Accessibility Guidelines 2.1 (2018), 1.4.3, ask for text, so
that thin lines are seen, too.
"""

from __future__ import annotations

from collections.abc import Sequence

LIGHT = {
    "paper": "#FFFFFF",
    "ink": "#1F2328",
    "soft": "#59636E",
    "grid": "#D8DEE4",
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
    "grid": "#363D46",
    "c0": "#4C9AFF",
    "c1": "#F29A3A",
    "c2": "#20B97F",
    "c3": "#B58ACB",
    "c4": "#E6EDF3",
}
COUNT = 5  # of c0, c1, …, the colours for lines and classes

# From the lowest number to the highest. Grey is ink on white paper; the diverging ramp is white in its middle.
GREY = ("#FFFFFF", "#000000")
SEQUENTIAL = ("#F2F6FA", "#56B4E9", "#0072B2", "#00304D")
DIVERGING = ("#004A75", "#0072B2", "#8CC5E3", "#F7F7F7", "#F2B482", "#D55E00", "#8A3D00")


def colour(position: int) -> str:
    """The name of the palette's colour for the line or class at ``position``; after the last comes the first again."""
    return f"c{position % COUNT}"


def on_ramp(ramp: Sequence[str], share: float) -> str:
    """The colour at ``share`` of the way along the ramp, from 0 to 1.

    >>> on_ramp(GREY, 0.5)
    '#808080'
    """
    position = share * (len(ramp) - 1)
    below = min(int(position), len(ramp) - 2)
    low, high = _channels(ramp[below]), _channels(ramp[below + 1])
    return "#" + "".join(f"{round(a + (b - a) * (position - below)):02X}" for a, b in zip(low, high))


def black_or_white(ground: str) -> str:
    """The one of the two that is easier to read on the ``ground``: always by 4.5:1 at least.

    >>> black_or_white("#0072B2")
    '#FFFFFF'
    """
    return max("#000000", "#FFFFFF", key=lambda text: contrast(text, ground))


def contrast(one: str, other: str) -> float:
    """(L₁ + 0.05) / (L₂ + 0.05) of the lighter and the darker colour, from 1 to 21 (WCAG 2.1, "contrast ratio")."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    """How bright a colour "#RRGGBB" is, from 0 to 1 (WCAG 2.1, "relative luminance")."""
    red, green, blue = (
        c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in (x / 255 for x in _channels(colour))
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
