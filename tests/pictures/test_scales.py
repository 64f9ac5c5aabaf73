"""Ticks and scales: round numbers, equally spaced, in their range, three to ten of them, and where numbers stand."""

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop.pictures.scales import Linear, Log, labels, round_numbers, scale

numbers = st.floats(allow_nan=False, allow_infinity=False)
ranges = st.tuples(numbers, numbers).map(sorted)
above_0 = st.floats(min_value=5e-324, allow_infinity=False, allow_nan=False)


def values(scale):
    return [Fraction(tick.label) for tick in scale.ticks]


@given(ranges, st.booleans())
def test_ticks_are_three_to_ten_round_equally_spaced_and_in_their_range(ends, outward):
    low, high = ends
    axis = Linear(low, high, outward=outward)
    marks = values(axis)
    assert 3 <= len(marks) <= 10
    (step,) = {b - a for a, b in zip(marks, marks[1:])}
    digits = str(step.numerator * 10**400 // step.denominator).rstrip("0")
    assert digits in "125" and all(mark % step == 0 for mark in marks)
    assert all(0 <= tick.position <= 1 for tick in axis.ticks)
    if outward:
        assert axis.ticks[0].position == 0 and axis.ticks[-1].position == 1
        # An end is known to 12 digits, so it may lie beyond its tick by half of the last.
        room = Fraction(max(abs(low), abs(high))) / 10**11
        assert marks[0] <= Fraction(low) + room and Fraction(high) - room <= marks[-1]


@given(st.integers(-(10**9), 10**9), st.integers(1, 10**9), st.integers(1, 9))
def test_there_are_never_more_than_asked_for(low, width, most):
    found, _ = round_numbers(Fraction(low), Fraction(low + width), most)
    assert 1 <= len(found) <= most


@given(st.integers(-(10**6), 10**6), st.integers(0, 10**6))
def test_whole_numbers_have_whole_ticks(low, width):
    marks = values(Linear(low, low + width, whole=True))
    assert 1 <= len(marks) <= 8 and all(mark.denominator == 1 for mark in marks)


@given(ranges, st.lists(numbers, min_size=2))
def test_a_linear_scale_keeps_the_order_and_stays_within(ends, inside):
    axis = Linear(*ends)
    positions = [axis(x) for x in sorted(inside)]
    assert positions == sorted(positions) and 0 <= positions[0] and positions[-1] <= 1


@given(st.integers(-1000, 1000), st.integers(1, 1000), st.integers(0, 1000))
def test_a_linear_scale_is_linear(low, width, part):
    # Bottom, width and difference are exact; the quotient is rounded once.
    assert Linear(low, low + width)(low + width * part / 1024) == pytest.approx(part / 1024, rel=1e-12, abs=1e-12)


def test_the_widest_range_does_not_overflow():
    largest = 1.7976931348623157e308
    axis = Linear(-largest, largest)
    assert (axis(-largest), axis(0.0), axis(largest)) == (0.0, 0.5, 1.0)
    assert Linear(0.0, 5e-324)(5e-324) == 1.0


def test_numbers_beyond_an_end_stand_there():
    assert (Linear(2, 4)(-1e308), Linear(2, 4)(1e308), Linear(0, 1e-291)(1e300)) == (0.0, 1.0, 1.0)
    assert (Log(1, 10)(1e-300), Log(1, 10)(1e300)) == (0.0, 1.0)


def test_numbers_that_are_all_the_same_stand_in_the_middle():
    for x in (0.0, 3.0, -1e308, 5e-324, 123456789.0):
        assert Linear(x, x)(x) == pytest.approx(0.5, abs=1e-9)
    assert Log(3.0, 3.0)(3.0) == 0.5


@pytest.mark.parametrize("position", [math.nan, math.inf, -math.inf])
def test_what_has_no_position_is_nan(position):
    assert math.isnan(Linear(0, 1)(position)) and math.isnan(Log(1, 2)(position))
    assert math.isnan(Log(1, 2)(0.0)) and math.isnan(Log(1, 2)(-1.0))
    assert [tick.label for tick in scale("linear", [position]).ticks] == [tick.label for tick in Linear(0, 1).ticks]


@given(above_0, above_0, st.integers(1, 8))
def test_a_logarithmic_axis_has_ticks_in_its_range(one, other, most):
    low, high = sorted((one, other))
    axis = Log(low, high, most)
    assert 1 <= len(axis.ticks) <= max(most, 1)
    positions = [tick.position for tick in axis.ticks]
    assert positions == sorted(set(positions)) and -1e-9 <= positions[0] and positions[-1] <= 1 + 1e-9
    for tick in axis.ticks:
        value = float(tick.label)
        if 1e-300 < value < math.inf:  # below, a float has few digits left for its position
            # Logarithms up to 308 are rounded to 6e-14, over 1e-9 at least.
            assert axis(value) == pytest.approx(tick.position, abs=1e-3)


@given(st.integers(-300, 300), st.integers(3, 300))
def test_over_many_powers_of_ten_the_ticks_are_powers_of_ten(low, decades):
    marks = values(Log(10.0**low, 10.0 ** min(low + decades, 308)))
    exponents = [round(math.log10(mark)) for mark in marks]
    assert marks == [Fraction(10) ** exponent for exponent in exponents]
    assert len(marks) < 2 or len({b - a for a, b in zip(exponents, exponents[1:])}) == 1


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0, 1, "0.0 0.2 0.4 0.6 0.8 1.0"),
        (1, 30, "5 10 15 20 25 30"),
        (0, 0.3, "0.00 0.05 0.10 0.15 0.20 0.25 0.30"),
        (0, 0.1 + 0.2, "0.00 0.05 0.10 0.15 0.20 0.25 0.30"),
        (-1, 1, "-1.0 -0.5 0.0 0.5 1.0"),
        (123456780, 123456789, "123456780 123456782 123456784 123456786 123456788"),
        (0, 3e-12, "0 5e-13 1e-12 1.5e-12 2e-12 2.5e-12 3e-12"),
        (0, 2.5e6, "0 5e5 1e6 1.5e6 2e6 2.5e6"),
        (-1e308, 1e308, "-1e308 -5e307 0 5e307 1e308"),
    ],
)
def test_known_ticks(low, high, expected):
    assert [tick.label for tick in Linear(low, high).ticks] == expected.split()


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (1e-5, 1, "1e-5 1e-4 1e-3 1e-2 1e-1 1e0"),
        (0.001, 0.1, "0.001 0.002 0.005 0.01 0.02 0.05 0.1"),
        (3, 9, "4 6 8"),
        (1, 1000, "1 10 100 1000"),
    ],
)
def test_known_ticks_of_logarithms(low, high, expected):
    assert [tick.label for tick in Log(low, high).ticks] == expected.split()


@given(st.lists(st.tuples(st.integers(-(10**12), 10**12), st.integers(-320, 308)), min_size=1, max_size=9))
def test_a_label_is_the_number_exactly(pairs):
    assert [Fraction(label) for label in labels(pairs)] == [n * Fraction(10) ** e for n, e in pairs]
