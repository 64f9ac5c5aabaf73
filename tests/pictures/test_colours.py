"""Colours stand out from their ground, stay apart for every kind of eye, and ramps grow darker steadily."""

import itertools
import math

import pytest

from backprop.pictures.colours import COUNT, DARK, LIGHT
from backprop.pictures.confusion_matrix import _MOST

PAPERS = pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
# Machado, Oliveira and Fernandes, "A Physiologically-based Model for Simulation of Color Vision Deficiency" (2009),
# severity 1.0, on linear red, green and blue.
EYES = {
    "normal": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}


def lab(colour, eye):
    """CIE L*a*b* (white D65) of a colour as an eye sees it."""
    shares = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in shares]
    r, g, b = (min(max(sum(w * c for w, c in zip(row, linear)), 0.0), 1.0) for row in EYES[eye])
    xyz = (
        (0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505,
        0.2126 * r + 0.7152 * g + 0.0722 * b,
        (0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089,
    )
    x, y, z = (c ** (1 / 3) if c > 0.008856 else 7.787 * c + 16 / 116 for c in xyz)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def channels(colour):
    return [int(colour[i : i + 2], 16) for i in (1, 3, 5)]


def luminance(colour):
    """How bright a colour "#RRGGBB" is, from 0 to 1 (WCAG 2.1, "relative luminance")."""
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in (x / 255 for x in channels(colour))]
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear))


def contrast(one, other):
    """(L₁ + 0.05) / (L₂ + 0.05) of the lighter and the darker colour, from 1 to 21 (WCAG 2.1, "contrast ratio")."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def tinted(colour, paper, share):
    """What the eye sees of a colour with this opacity on the paper."""
    mixed = [round(share * a + (1 - share) * b) for a, b in zip(channels(colour), channels(paper))]
    return "#" + "".join(f"{x:02X}" for x in mixed)


def test_known_contrasts():
    """WCAG 2.1: black on white is 21:1, and #767676 is the lightest grey that has 4.5:1 on white."""
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#767676", "#FFFFFF") > 4.5 > contrast("#777777", "#FFFFFF")


@PAPERS
def test_every_line_and_letter_stands_out_by_four_and_a_half_to_one(colours):
    for name, colour in colours.items():
        assert name == "paper" or contrast(colour, colours["paper"]) >= 4.5, name


@PAPERS
def test_letters_can_be_read_in_the_boxes_of_a_graph_and_the_cells_of_a_confusion_matrix(colours):
    grounds = [tinted(colours[name], colours["paper"], 0.2) for name in ("c0", "c2", "soft")]
    for ground in grounds:
        assert contrast(colours["ink"], ground) >= 4.5 and contrast(colours["soft"], ground) >= 4.4, ground
    assert contrast(colours["ink"], tinted(colours["c0"], colours["paper"], _MOST)) >= 4.5


@pytest.mark.parametrize("eye", EYES)
@PAPERS
def test_no_two_lines_look_alike_to_any_eye(colours, eye):
    """A distance of 2.3 in L*a*b* is just noticeable (Mahy et al., 1994); these are five times as far apart."""
    palette = [lab(colours[f"c{i}"], eye) for i in range(COUNT)]
    assert min(math.dist(a, b) for a, b in itertools.combinations(palette, 2)) > 5 * 2.3


@pytest.mark.parametrize("eye", EYES)
@PAPERS
def test_below_and_above_zero_look_different_to_every_eye(colours, eye):
    for share in (0.2, 0.4, 0.6, 0.8, 1.0):
        below, above = (lab(tinted(colours[name], colours["paper"], share), eye) for name in ("c0", "c1"))
        assert math.dist(below, above) > 5 * 2.3


@PAPERS
def test_more_of_a_colour_stands_out_more(colours):
    for name in ("ink", "c0", "c1"):
        steps = [contrast(tinted(colours[name], colours["paper"], i / 16), colours["paper"]) for i in range(17)]
        assert steps == sorted(steps)
