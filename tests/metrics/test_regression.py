"""Metrics of numbers: R², MAE and RMSE against their definitions over Fractions, to the last bit."""

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop import Matrix, Tensor
from backprop.metrics import mean_absolute_error, r2, root_mean_squared_error
from tests import tables
from tests.strategies import UNIT_ROUNDOFF, fractions

METRICS = [r2, mean_absolute_error, root_mean_squared_error]
nan, inf = float("nan"), float("inf")

numbers = st.one_of(fractions, st.integers(-(10**20), 10**20), st.floats(-1e150, 1e150))
pairs_of_numbers = st.lists(st.tuples(numbers, numbers), min_size=1, max_size=12).map(
    lambda p: list(map(list, zip(*p)))
)


def mean(values):
    return sum(values, Fraction(0)) / len(values)


def mean_square(true, predicted):
    return mean([(Fraction(t) - Fraction(y)) ** 2 for t, y in zip(true, predicted)])


def test_by_hand():
    true, predicted = [1.0, 2.0, 3.0, 6.0], [2.0, 2.0, 4.0, 4.0]
    assert mean_absolute_error(true, predicted) == 1.0
    assert root_mean_squared_error(true, predicted) == math.sqrt(1.5)
    assert r2(true, predicted) == 1 - 6 / 14
    assert r2(true, [3.0] * 4) == 0.0 and r2(true, [0.0] * 4) < 0.0 and r2(true, true) == 1.0


@given(pairs_of_numbers)
def test_mean_absolute_error_is_the_float_nearest_to_its_definition(pairs):
    true, predicted = pairs
    assert mean_absolute_error(true, predicted) == float(mean([abs(Fraction(t) - Fraction(y)) for t, y in zip(*pairs)]))


@given(pairs_of_numbers)
def test_r2_is_1_minus_mean_square_over_variance(pairs):
    true, predicted = pairs
    variance = mean_square(true, [mean(list(map(Fraction, true)))] * len(true))
    if variance:
        expected = 1 - mean_square(true, predicted) / variance
        assert r2(true, predicted) == (float(expected) if abs(expected) < 1e308 else -inf)


@given(pairs_of_numbers)
def test_root_mean_squared_error_is_within_a_hair_of_the_nearest_float(pairs):
    """|r − √m| ≤ 0.501 units in the last place, which is said without the root by squaring."""
    square = mean_square(*pairs)
    root = Fraction(root_mean_squared_error(*pairs))
    slack = Fraction(math.ulp(root)) * Fraction(501, 1000)
    assert max(root - slack, 0) ** 2 <= square <= (root + slack) ** 2


@given(pairs_of_numbers, st.randoms(use_true_random=False))
def test_the_order_of_the_examples_does_not_matter(pairs, rng):
    shuffled = list(zip(*pairs))
    rng.shuffle(shuffled)
    for metric in METRICS:
        assert metric(*map(list, zip(*shuffled))) == metric(*pairs)


@pytest.mark.parametrize("scale", [1e-300, 1e-200, 1.0, 1e200, 1e300])
def test_nothing_overflows_or_vanishes_on_the_way(scale):
    true, predicted = [1 * scale, 2 * scale, 3 * scale], [2 * scale, 2 * scale, 2 * scale]
    assert root_mean_squared_error(true, predicted) == pytest.approx(math.sqrt(2 / 3) * scale, rel=4 * UNIT_ROUNDOFF)
    assert mean_absolute_error(true, predicted) == pytest.approx(2 / 3 * scale, rel=4 * UNIT_ROUNDOFF)
    assert abs(r2(true, predicted)) < 4 * UNIT_ROUNDOFF


def test_nothing_cancels():
    """Of 10¹⁶ and 10¹⁶ + 2 the mean is no float; the variance in two passes of floats would be twice as large."""
    assert r2([1e16, 1e16 + 2], [1e16, 1e16]) == -1.0


def test_beyond_the_largest_float_is_infinite():
    largest = 1.7e308
    assert mean_absolute_error([largest], [-largest]) == root_mean_squared_error([largest], [-largest]) == inf
    assert r2([0.0, 1e-200], [1.0, 1.0]) == -inf


@pytest.mark.parametrize("true", [[0.1] * 3, [5], Matrix([[0.1]] * 10)])
def test_constant_targets_have_r2_1_when_met_and_0_otherwise(true):
    assert r2(true, true) == 1.0
    assert r2(true, [1e9] * len(true)) == 0.0


def test_several_columns_count_alike():
    true, predicted = Matrix([[1.0, 100.0], [3.0, 300.0], [5.0, 0.0]]), Matrix([[2.0, 150.0], [3.0, 100.0], [3.0, 0.0]])
    for metric in METRICS:
        single = [metric(true[:, j], predicted[:, j]) for j in (0, 1)]
        assert metric(true, predicted) == sum(single) / 2
        assert metric(Tensor(true), Tensor(predicted)) == metric(true, predicted)
        assert metric([1.0, 3.0, 5.0], predicted[:, 0]) == single[0]


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.__name__)
@pytest.mark.parametrize(
    ("true", "predicted", "error", "sentence"),
    [
        ([1.0, 2.0], [1.0], ValueError, "{} got 1 predictions for 2 targets"),
        ([], [], ValueError, "{}: y_true is empty; at least one example is needed"),
        ([1.0], [nan], ValueError, r"{}: row 0 of y_pred is \[nan\]; all numbers must be finite"),
        (Matrix([[1.0, 2.0], [inf, 0.0]]), tables.ones(2, 2), ValueError, r"{}: row 1 of y_true is \[inf, 0.0\]"),
        (tables.ones(2, 2), tables.ones(2, 1), ValueError, "{} got predictions of 1 numbers for targets of 2"),
        ([1.0], "1", TypeError, "{}: y_pred is a list of numbers, a Matrix or a Tensor, got '1'"),
        ([1.0], [None], TypeError, "None, not a real number"),
        ([1.0], 1.0, TypeError, "got 1.0"),
    ],
)
def test_what_does_not_fit_is_refused(metric, true, predicted, error, sentence):
    with pytest.raises(error, match=sentence.format(metric.__name__)):
        metric(true, predicted)
