"""Images: each pixel in its position and in its colour, on paper and in characters."""

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop import Matrix
from backprop.pictures import Images
from tests.pictures.drawings import Drawing

NAN, INF = math.nan, math.inf


def cells(svg):
    """{(colour, opacity): how many pixels have it}; the paper is left out."""
    found = {}
    for element in Drawing(svg).root.iter("{http://www.w3.org/2000/svg}path"):
        runs = map(int, re.findall(r"h(\d+)v", element.get("d")))
        key = element.get("class"), float(element.get("fill-opacity"))
        found[key] = found.get(key, 0) + sum(runs)
    return found


def test_pixels_are_row_major_and_the_higher_the_more_ink():
    drawing = Drawing(Images([[0, 1, 0, 0, 0, 0]], 2, 3).svg())
    (black,) = drawing.of("path")
    # The second pixel of the first row: from one to two thirds of the width, in the upper half.
    ((left, top), (right, bottom)) = drawing.of("rect", "soft")[0]
    xs, ys = [x for x, _ in black], [y for _, y in black]
    third, half = (right - left) / 3, (bottom - top) / 2
    assert min(xs) == pytest.approx(left + third, abs=1) and max(xs) == pytest.approx(left + 2 * third, abs=1)
    assert min(ys) == top == 12 and max(ys) == pytest.approx(top + half, abs=1)
    assert cells(Images([[0, 0.5, 1, 0, 0, 0]], 2, 3).svg()) == {("ink", 0.5): 1, ("ink", 1): 1}


def test_diverging_colours_are_paper_at_0_and_as_strong_on_both_sides():
    svg = Images([[-1, 0, 2, 1]], 2, 2, colours="diverging").svg()
    image = svg.split("crispEdges")[1]
    assert re.findall(r'class="(c\d)" [^/]*?fill-opacity="([\d.]+)"', image) == [
        ("c0", "0.5"),
        ("c1", "1"),
        ("c1", "0.5"),
    ]
    assert {"-2", "2"} <= {text.words for text in Drawing(svg).texts}


def test_what_is_not_finite_is_a_hole():
    svg = Images([[NAN, INF, -INF, 5]], 2, 2).svg()
    assert cells(svg) == {("c3", 1): 3, ("ink", 0.5): 1} and "3 not finite" in svg
    assert str(Images([[NAN, 0, 1, INF]], 2, 2)) == "??  \n%%??"


def test_the_range_can_be_given_and_numbers_beyond_it_have_its_colours():
    assert cells(Images([[-5, 0, 16, 99]], 2, 2, value_range=(0, 16)).svg()) == {("ink", 1): 2}
    assert str(Images([[-5, 0, 8, 99]], 2, 2, value_range=(0, 16))) == "    \n==%%"


@given(st.integers(1, 12), st.integers(1, 12), st.integers(1, 30), st.booleans())
def test_a_sheet_fits_the_paper_and_shows_every_pixel(height, width, count, with_captions):
    rows = [[(i * j) % 7 for j in range(height * width)] for i in range(count)]
    images = Images(rows, height, width, captions=range(count) if with_captions else (), value_range=(0, 6))
    svg = images.svg()
    drawn = sum((i * j) % 7 > 0 for i in range(count) for j in range(height * width))
    assert sum(cells(svg).values()) == drawn
    groups = [points for tag, _, points in Drawing(svg).shapes if tag == "path"]
    assert all(12 <= x <= 448.01 for points in groups for x, _ in points)
    lines = str(images).split("\n")
    assert all(len(line) <= max(80, 2 * width) for line in lines)
    assert sum(len(line) for line in lines) >= 2 * height * width * count


def test_a_sheet_in_characters():
    images = Images([[0, 1], [1, 0], [1, 1]], 2, 1, captions=["up", "down", "both"])
    assert str(images) == "    %%  %%\n%%      %%\nup  d…  b…"
    assert str(Images([[0, 1]] * 30, 1, 2)).count("\n\n") == 2


def test_a_matrix_of_weights_is_a_sheet():
    assert Images(Matrix([[1, 2], [3, 4]]), 1, 2).svg() == Images([[1, 2], [3, 4]], 1, 2).svg()


@pytest.mark.parametrize(
    ("arguments", "named", "sentence"),
    [
        (([[1, 2, 3]], 2, 2), {}, "^Images of 2×2 need rows of 4 numbers, got 3$"),
        (([1, 2], 1, 2), {}, "^Matrix needs a list of rows"),
        (([[1, "a"]], 1, 2), {}, r"^Matrix: entry \[0, 1\] is 'a', not a real number"),
        (([[1, 2]], 0, 2), {}, "^Images: height is an int from 1 up, got 0$"),
        (([[1, 2]], 1, 2), {"captions": ["a", "b"]}, "^Images got 2 captions for 1 images$"),
        (([[1, 2]], 1, 2), {"colours": "red"}, "^Images: colours is 'grey' or 'diverging', got 'red'$"),
        (([[1, 2]], 1, 2), {"value_range": (2, 1)}, r"^Images: value_range\[1\] is a finite number from 2 up, got 1$"),
        (([[1, 2]], 1, 2), {"value_range": 3}, r"^Images: value_range is \(low, high\), got 3$"),
        (([[1, 2]], 1, 2), {"value_range": (NAN, 1)}, r"^Images: value_range\[0\] is a finite number, got nan$"),
    ],
)
def test_what_is_no_image_is_refused(arguments, named, sentence):
    with pytest.raises((TypeError, ValueError), match=sentence):
        Images(*arguments, **named)
