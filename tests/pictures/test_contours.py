"""Contours: each line is where the function has its level, and paths are where they were."""

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop import Tensor, tensor
from backprop.pictures import Contours
from backprop.pictures.isolines import isolines
from tests.pictures.drawings import Drawing

tables = st.integers(2, 7).flatmap(
    lambda width: st.lists(st.lists(st.integers(-9, 9), min_size=width, max_size=width), min_size=2, max_size=7)
)


@given(tables, st.integers(-9, 8))
def test_a_line_crosses_each_edge_between_below_and_above_once(heights, below):
    """At the place where a straight slope has the level, and from edge to edge of a cell; it ends at the border only."""
    level = below + 0.5
    lines = isolines(heights, level)
    columns, rows = len(heights[0]), len(heights)
    edges = [((i, j), (i + 1, j)) for j in range(rows) for i in range(columns - 1)]
    edges += [((i, j), (i, j + 1)) for j in range(rows - 1) for i in range(columns)]
    crossed = {
        ends for ends in edges if (heights[ends[0][1]][ends[0][0]] < level) != (heights[ends[1][1]][ends[1][0]] < level)
    }
    passed = []
    for line in lines:
        closed = line[0] == line[-1]
        passed += line[1:] if closed else line
        assert closed or all(x in (0, columns - 1) or y in (0, rows - 1) for x, y in (line[0], line[-1]))
        for (a, b), (c, d) in zip(line, line[1:]):
            assert abs(a - c) <= 1 and abs(b - d) <= 1
            assert math.floor(min(a, c)) + 1 >= max(a, c) and math.floor(min(b, d)) + 1 >= max(b, d)
    assert len(passed) == len(crossed)
    for x, y in passed:
        i, j, across, down = math.floor(x), math.floor(y), x - math.floor(x), y - math.floor(y)
        assert across == 0 or down == 0
        one, other = heights[j][i], heights[j + (down > 0)][i + (across > 0)]
        assert one + max(across, down) * (other - one) == pytest.approx(level)


def test_a_circle_is_one_closed_line():
    heights = [[x * x + y * y for x in range(-8, 9)] for y in range(-8, 9)]
    (line,) = isolines(heights, 30.25)
    assert line[0] == line[-1]
    # Between two heights the slope is taken for straight: the chord of x² over a step of 1 is at most 1/4 above it.
    assert all(30 <= (x - 8) ** 2 + (y - 8) ** 2 <= 30.25 for x, y in line)


def test_at_a_saddle_the_lines_pass_around_the_corners_beyond_its_mean():
    """The mean of the corners is 1/2: at 0.75 the lines cut off the high corners, at 0.25 the low ones."""
    saddle = [[1.0, 0.0], [0.0, 1.0]]
    high, low = ({frozenset(line) for line in isolines(saddle, level)} for level in (0.75, 0.25))
    assert high == {frozenset({(0.25, 0.0), (0.0, 0.25)}), frozenset({(1.0, 0.75), (0.75, 1.0)})}
    assert low == {frozenset({(0.75, 0.0), (1.0, 0.25)}), frozenset({(0.0, 0.75), (0.25, 1.0)})}


def test_where_nothing_is_known_no_line_is():
    heights = [[0.0, 0.0, math.nan], [1.0, 1.0, 1.0]]
    assert isolines(heights, 0.5) == [[(1.0, 0.5), (0.0, 0.5)]]
    assert isolines([[1.0, 2.0], [3.0, math.inf]], 1.5) == []


def test_lines_of_a_plane_are_straight_and_the_lower_side_has_the_colour():
    svg = Contours(lambda x, y: x, (0, 10), (0, 1), levels=[2.5, 7.5]).svg()
    drawing = Drawing(svg)
    first, second = drawing.of("polyline", "soft")
    assert len({x for x, _ in first}) == len({x for x, _ in second}) == 1
    cells = drawing.of("path", "c0")
    left, right = min(x for x, _ in itertools.chain(*cells)), max(x for x, _ in itertools.chain(*cells))
    quarter = (first[0][0] - left) / (right - left)  # what is tinted ends at 7.5
    assert quarter == pytest.approx(1 / 3, abs=0.02) and right == pytest.approx(second[0][0], abs=3)


def test_eight_lines_have_equal_areas_between_them():
    picture = Contours(lambda x, y: x**3, (0, 9), (0, 1))
    levels = [level ** (1 / 3) for level in picture._levels]
    assert levels == pytest.approx(range(1, 9), abs=0.1)


def test_a_path_goes_from_its_ring_to_its_disc_and_is_cut_at_the_border():
    drawing = Drawing(Contours(lambda x, y: x + y, (0, 1), (0, 1), paths={"SGD": [(0, 0), (0.5, 2), (1, 1)]}).svg())
    circles = [circle for (circle,) in drawing.of("circle", "c1")]
    assert len(set(circles)) == 2 and len(drawing.of("polyline", "c1")) == 2
    assert circles[0][0] < circles[-1][0] and circles[0][1] > circles[-1][1]


def test_tensors_are_numbers_and_paths():
    def f(x, y):
        return x * x + y

    drawn = Contours(f, (-1, 1), (-1, 1), paths={"a": [[0.0, 0.5], [0.25, 0.5]]})
    same = Contours(
        lambda x, y: f(tensor(x).double(), y), (-1, 1), (-1, 1), paths={"a": Tensor([[0.0, 0.5], [0.25, 0.5]])}
    )
    assert drawn.svg() == same.svg()
    assert "a: 2 points, from (0, 0.5) to (0.25, 0.5)" in drawn.svg() and str(drawn) == str(same)


@pytest.mark.parametrize(
    ("arguments", "named", "sentence"),
    [
        (((0, 1), 3), {}, r"^Contours: y_range is \(low, high\), got 3$"),
        (((1, 0), (0, 1)), {}, r"^Contours: x_range is \(low, high\) with low below high, got \(1, 0\)$"),
        (((0, math.nan), (0, 1)), {}, r"^Contours: x_range\[1\] is a finite number, got nan$"),
        (((0, 1), (0, 1)), {"paths": {"a": [(1, 2, 3)]}}, r"^Contours: a\[0\] is \(x, y\), got 3 numbers$"),
        (((0, 1), (0, 1)), {"paths": {"a": 3}}, "^a needs a list of numbers, got 3$"),
        (((0, 1), (0, 1)), {"levels": ["low"]}, r"^levels\[0\] is 'low', not a real number"),
    ],
)
def test_what_is_no_map_is_refused(arguments, named, sentence):
    with pytest.raises((TypeError, ValueError), match=sentence):
        Contours(lambda x, y: x, *arguments, **named)


def test_a_function_that_gives_no_number_is_refused():
    with pytest.raises(TypeError, match=r"^Contours: function\[0\] is 'high', not a real number"):
        Contours(lambda x, y: "high", (0, 1), (0, 1))
