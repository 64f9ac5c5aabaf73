"""Sparklines and bars: known figures, equal parts, and what is not a number."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop.pictures import bars, sparkline

numbers = st.floats(allow_nan=False, allow_infinity=False)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        # The examples of Rosetta Code, "Sparkline in unicode"; the last two tell equal parts from unequal ones.
        ([1, 2, 3, 4, 5, 6, 7, 8, 7, 6, 5, 4, 3, 2, 1], "▁▂▃▄▅▆▇█▇▆▅▄▃▂▁"),
        ([1.5, 0.5, 3.5, 2.5, 5.5, 4.5, 7.5, 6.5], "▂▁▄▃▆▅█▇"),
        ([0, 1, 19, 20], "▁▁██"),
        ([0, 999, 4000, 4999, 7000, 7999], "▁▁▅▅██"),
        # Of the tests of Zach Holman's spark.
        ([1, 5, 22, 13, 5], "▁▂█▅▂"),
        ([5.5, 20], "▁█"),
        ([1, 2, 3, 4, 100, 5, 10, 20, 50, 300], "▁▁▁▁▃▁▁▁▂█"),
        ([1, 50, 100], "▁▄█"),
        ([2, 4, 8], "▁▃█"),
        ([1, 1, 1, 1], "▅▅▅▅"),
        ([], ""),
        ([math.nan, 0, math.inf, 1, -math.inf, None], " ▁ █  "),
        ([math.nan], " "),
        ([-1e308, 0, 1e308], "▁▅█"),
        ([10**400, 1], " ▅"),
    ],
)
def test_known_sparklines(values, expected):
    assert sparkline(values) == expected


@given(st.lists(numbers, min_size=1))
def test_a_sparkline_keeps_the_order(values):
    drawn = sparkline(values)
    assert len(drawn) == len(values)
    pairs = sorted(zip(values, drawn))
    assert [c for _, c in pairs] == sorted(drawn)
    if max(values) / 2 > min(values) / 2:
        assert (pairs[0][1], pairs[-1][1]) == ("▁", "█")


def test_a_sparkline_of_no_numbers_is_refused():
    with pytest.raises(TypeError, match=r"^sparkline\[1\] is 'x', not a real number"):
        sparkline([1, "x"])
    with pytest.raises(TypeError, match="^sparkline needs a list of numbers, got 3$"):
        sparkline(3)


def test_known_bars():
    assert bars({"a": 1, "long name": 0.5, "c": 0, "d": 1 / 320}).splitlines() == [
        "a          " + "█" * 40 + " 1",
        "long name  " + "█" * 20 + " 0.5",
        "c           0",
        "d          ▏ 0.003125",
    ]
    assert bars({}) == ""
    assert bars({"a": 0}) == "a   0"


@given(st.dictionaries(st.text(max_size=5), st.floats(0, 1e300), min_size=1))
def test_bars_are_as_long_as_their_numbers(values):
    eighths = {c: i for i, c in enumerate(" ▏▎▍▌▋▊▉█")}
    largest = max(values.values()) or 1
    lengths = [sum(eighths[c] for c in line if c in "▏▎▍▌▋▊▉█") for line in bars(values).split("\n")]
    if not any(c in "▏▎▍▌▋▊▉█\n\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029" for name in values for c in name):
        assert lengths == [round(320 * (value / largest)) for value in values.values()]


@pytest.mark.parametrize("value", [-1, math.nan, math.inf, 10**400])
def test_bars_go_from_0_up(value):
    with pytest.raises(ValueError, match=r"^bars: loss is a finite number from 0 up, got "):
        bars({"loss": value})


def test_bars_of_what_is_no_number_are_refused():
    with pytest.raises(TypeError, match=r"^bars\[0\] is 'x', not a real number"):
        bars({"loss": "x"})
    with pytest.raises(TypeError, match=r'^bars needs numbers by their names, \{"right": 0.75\}, got \[1, 2\]$'):
        bars([1, 2])
