"""Colours stand out from their ground, stay apart for every kind of eye, and ramps grow darker steadily."""

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop.pictures.colours import (
    COUNT,
    DARK,
    DIVERGING,
    GREY,
    LIGHT,
    SEQUENTIAL,
    black_or_white,
    contrast,
    luminance,
    on_ramp,
)

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


def test_known_contrasts():
    """WCAG 2.1: black on white is 21:1, and #767676 is the lightest grey that has 4.5:1 on white."""
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#767676", "#FFFFFF") > 4.5 > contrast("#777777", "#FFFFFF")


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_lines_stand_out_by_three_to_one_and_letters_by_four_and_a_half(colours):
    for i in range(COUNT):
        assert contrast(colours[f"c{i}"], colours["paper"]) >= 3
    for name in ("ink", "soft"):
        assert contrast(colours[name], colours["paper"]) >= 4.5


@pytest.mark.parametrize("eye", EYES)
@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_no_two_lines_look_alike_to_any_eye(colours, eye):
    """A distance of 2.3 in L*a*b* is just noticeable (Mahy et al., 1994); these are five times as far apart."""
    palette = [lab(colours[f"c{i}"], eye) for i in range(COUNT)]
    assert min(math.dist(a, b) for a, b in itertools.combinations(palette, 2)) > 5 * 2.3


@pytest.mark.parametrize("eye", EYES)
def test_below_and_above_zero_look_different_to_every_eye(eye):
    for share in (0.1, 0.2, 0.3, 0.4):
        assert math.dist(lab(on_ramp(DIVERGING, 0.5 - share), eye), lab(on_ramp(DIVERGING, 0.5 + share), eye)) > 5 * 2.3


def test_ramps_grow_darker_steadily():
    steps = [i / 64 for i in range(65)]
    for ramp in (GREY, SEQUENTIAL):
        brightness = [luminance(on_ramp(ramp, share)) for share in steps]
        assert brightness == sorted(brightness, reverse=True)
    brightness = [luminance(on_ramp(DIVERGING, share)) for share in steps]
    assert brightness[:33] == sorted(brightness[:33])
    assert brightness[32:] == sorted(brightness[32:], reverse=True)


@given(st.integers(0, 0xFFFFFF))
def test_numbers_on_any_ground_can_be_read(colour):
    """√21 = 4.58: on every ground one of black and white has it."""
    ground = f"#{colour:06X}"
    assert contrast(black_or_white(ground), ground) >= 4.58


def test_the_ends_of_a_ramp_are_its_first_and_last_colour():
    for ramp in (GREY, SEQUENTIAL, DIVERGING):
        assert (on_ramp(ramp, 0.0), on_ramp(ramp, 1.0)) == (ramp[0], ramp[-1])
    assert on_ramp(DIVERGING, 0.5) == "#F7F7F7"
