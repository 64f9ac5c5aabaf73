"""Line charts: every mark in the plotting area, gaps where there is no number, few points where there were many."""

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop.pictures import LineChart
from backprop.pictures.axes import Axes
from backprop.pictures.scales import Linear
from backprop.pictures.text_metrics import clipped, text_width
from tests.pictures.drawings import Drawing

finite = st.floats(allow_nan=False, allow_infinity=False)
anything = st.one_of(st.none(), st.floats())
scales = st.sampled_from(["linear", "log"])


def area(drawing):
    """(left, top, right, bottom) of the plotting area, which is as wide as the grid and stands on the lowest line."""
    lines = drawing.of("line", "grid")
    (left, _), (right, _) = lines[0]
    bottom = max(y for ((_, y), _) in drawing.of("line", "soft"))
    return left, bottom - 220, right, bottom


@given(st.dictionaries(st.text(), st.lists(anything, max_size=12), min_size=1, max_size=7), scales, scales)
def test_every_mark_is_in_the_plotting_area_and_no_label_touches_another(series, x_scale, y_scale):
    chart = LineChart(series, x_label="step", y_label="loss", x_scale=x_scale, y_scale=y_scale)
    drawing = Drawing(chart.svg())
    left, top, right, bottom = area(drawing)
    for x, y in itertools.chain(*drawing.of("polyline"), *drawing.of("circle")):
        assert left - 0.01 <= x <= right + 0.01 and top - 0.01 <= y <= bottom + 0.01
    for one, other in itertools.combinations(drawing.texts, 2):
        apart_across = one.right <= other.left + 0.02 or other.right <= one.left + 0.02
        apart_down = one.bottom <= other.top + 0.5 or other.bottom <= one.top + 0.5
        assert apart_across or apart_down, (one, other)
    for text in drawing.texts:
        assert 0 <= text.left and text.right <= drawing.width and 0 <= text.top and text.bottom <= drawing.height
    str(chart)


@given(finite, finite)
def test_the_numbers_below_an_axis_stay_apart(one, other):
    low, high = sorted((one, other))
    axes = Axes(lambda most: Linear(low, high, most), Linear(low, high, outward=True), 20, 220)
    boxes = [
        (x - text_width(tick.label) / 2, x + text_width(tick.label) / 2)
        for x, tick in zip(axes.ticks_across(), axes.x.ticks)
    ]
    assert all(end + 9.99 <= start for (_, end), (start, _) in zip(boxes, boxes[1:]))
    assert 0 <= boxes[0][0] and boxes[-1][1] <= 460 and axes.left < axes.right


def test_a_line_goes_through_its_points():
    drawing = Drawing(LineChart({"loss": [0, 10, 5]}, [0, 5, 10]).svg())
    left, top, right, bottom = area(drawing)
    (line,) = drawing.of("polyline")
    assert line == [
        pytest.approx((left, bottom), abs=0.01),
        pytest.approx(((left + right) / 2, top), abs=0.01),
        pytest.approx((right, (top + bottom) / 2), abs=0.01),
    ]


def test_nan_and_infinities_leave_gaps_and_none_is_passed_over():
    drawing = Drawing(LineChart({"loss": [1, None, 2, math.nan, 3, math.inf, 4, 5]}).svg())
    assert [len(line) for line in drawing.of("polyline")] == [2, 2]
    assert len(drawing.of("circle")) == 1


def test_on_a_logarithmic_scale_0_is_a_gap():
    drawing = Drawing(LineChart({"loss": [1, 0.1, 0, -1, 10, 100]}, y_scale="log").svg())
    assert [len(line) for line in drawing.of("polyline")] == [2, 2]


def test_powers_of_ten_are_equally_far_apart_on_a_logarithmic_scale():
    drawing = Drawing(
        LineChart({"loss": [1e-9, 1e-6, 1e-3, 1.0]}, [1, 10, 100, 1000], x_scale="log", y_scale="log").svg()
    )
    (line,) = drawing.of("polyline")
    steps = [(x - a, y - b) for (a, b), (x, y) in zip(line, line[1:])]
    assert steps == [pytest.approx(steps[0], abs=0.02)] * 3


def test_many_points_become_few_that_look_the_same():
    values = [math.sin(i / 50) + (i % 7) / 7 for i in range(50_000)]
    values[31_415], values[27_182] = 9.0, -9.0
    full = Drawing(LineChart({"loss": values}).svg())
    (line,) = full.of("polyline")
    left, top, right, bottom = area(full)
    assert len(line) <= 4 * (right - left + 2)
    heights = {y for _, y in line}
    # From -10 to 10 over 220 pixels.
    assert min(heights) == pytest.approx(top + 11, abs=0.01) and max(heights) == pytest.approx(bottom - 11, abs=0.01)
    assert line[0][0] == left and line[-1][0] == right


def test_an_empty_chart_says_so():
    for values in ([], [None], [math.nan]):
        drawing = Drawing(LineChart({"loss": values}).svg())
        assert "nothing to draw" in [text.words for text in drawing.texts] and not drawing.of("polyline")


def test_names_are_in_the_legend_and_a_single_one_beside_the_axis():
    words = [text.words for text in Drawing(LineChart({"train": [1, 2], "validation": [2, 3]}).svg()).texts]
    assert words[:2] == ["train", "validation"]
    assert "loss" in [text.words for text in Drawing(LineChart({"loss": [1, 2]}).svg()).texts]


def test_lines_beyond_the_palette_are_dashed():
    svg = LineChart({str(i): [i, i + 1] for i in range(6)}).svg()
    assert svg.count('class="c0"') == 4 and svg.count('stroke-dasharray="7 4"') == 2


def test_counts_have_whole_ticks():
    words = [text.words for text in Drawing(LineChart({"loss": [3.5, 2.5, 1.5]}).svg()).texts]
    assert words[-4:-1] == ["1", "2", "3"]


def test_in_characters():
    """Looked at, and kept: two lines, falling steeply and slowly, each with its name at its end."""
    chart = LineChart({"train": [4, 2, 1, 0.5], "validation": [4, 3, 2, 2]}, x_label="epoch", y_label="loss")
    assert str(chart).split("\n") == [
        "    loss",
        "4.0 ┤⠙⢦⠤⡀",
        "    │  ⠑⢌⠉⠢⠤⡀",
        "3.5 ┤    ⠑⢄ ⠈⠉⠢⠤⡀",
        "    │      ⠑⢄   ⠈⠉⠢⠤⡀",
        "3.0 ┤        ⠑⢄     ⠈⠉⠒⠤⣀",
        "    │          ⠑⢄        ⠉⠒⠤⣀",
        "2.5 ┤            ⠑⢄          ⠉⠒⠤⣀",
        "    │              ⠑⢄            ⠉⠒⠤⣀",
        "2.0 ┤                ⠑⠤⣀             ⠉⠒⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤ validation",
        "    │                   ⠉⠒⠤⣀",
        "1.5 ┤                       ⠉⠒⠤⣀",
        "    │                           ⠉⠒⠤⣀",
        "1.0 ┤                               ⠉⠒⠤⣀⣀",
        "    │                                    ⠉⠉⠒⠒⠤⠤⣀⣀⡀",
        "0.5 ┤                                            ⠈⠉⠑⠒⠢⠤⢄⣀ train",
        "    └────────────────────────────────────────────────────",
        "     1                2                3                4",
        "                            epoch",
    ]


def test_in_characters_lines_that_end_together_have_their_names_one_below_the_other():
    rows = str(LineChart({"a": [1, 0], "b": [1, 0], "c": [1, 0], "d": [1, 1]})).split("\n")
    assert [rows[i].split()[-1] for i in (0, 12, 13, 14)] == ["d", "a", "b", "c"]


@given(st.dictionaries(st.text(), st.lists(anything, max_size=12), min_size=1, max_size=20))
def test_in_characters_every_line_has_its_name_and_fits(series):
    lines = str(LineChart(series, x_label="step", y_label="loss")).split("\n")
    rows = [line for line in lines if "│" in line or "┤" in line]
    assert len(rows) == max(15, len(series))
    for name in series:
        if name.isalnum():
            assert any(line.endswith(f" {clipped(name, 18)}") for line in rows) or len(series) == 1
    beside = {line.index("│" if "│" in line else "┤") for line in rows if "│" not in "".join(series)}
    assert len(beside) <= 1


@pytest.mark.parametrize(
    ("arguments", "named", "sentence"),
    [
        (({},), {}, r"^LineChart needs at least one series by its name, \{\"loss\": \[3.0, 2.0, 1.5\]\}$"),
        (([1, 2],), {}, "^LineChart needs at least one series by its name"),
        (({"a": [1, 2]}, [1]), {}, "^LineChart: 'a' has 2 values for 1 numbers in x$"),
        (({"a": [1]},), {"x_scale": "ln"}, "^LineChart: x_scale is 'linear' or 'log', got 'ln'$"),
        (({"a": [1]},), {"y_scale": None}, "^LineChart: y_scale is 'linear' or 'log', got None$"),
        (({"a": [1, "2"]},), {}, r"^a\[1\] is '2', not a real number"),
        (({"a": 3},), {}, "^a needs a list of numbers, got 3$"),
        (({"a": [1]}, 3), {}, "^x needs a list of numbers, got 3$"),
    ],
)
def test_what_is_no_chart_is_refused(arguments, named, sentence):
    with pytest.raises((TypeError, ValueError), match=sentence):
        LineChart(*arguments, **named)
