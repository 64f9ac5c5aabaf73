"""Metrics of probabilities: log loss and perplexity, their ends, and what is not a probability."""

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop import Matrix, Tensor
from backprop.metrics import log_loss, perplexity
from backprop.nn import functional as F
from tests import tables
from tests.strategies import UNIT_ROUNDOFF, seeds

nan = float("nan")


def test_by_hand():
    """−½ (ln ½ + ln ⅛) = 2·ln 2: as unsure as among four."""
    rows = Matrix([[0.5, 0.5], [0.875, 0.125]])
    assert log_loss([0, 1], rows) == 2 * math.log(2)
    assert perplexity([0, 1], rows) == pytest.approx(4.0, rel=4 * UNIT_ROUNDOFF)


def test_certain_is_0_and_impossible_is_infinite():
    rows = Matrix([[1, 0], [0.0, 1.0]])
    assert (log_loss([0, 1], rows), perplexity([0, 1], rows)) == (0.0, 1.0)
    assert math.copysign(1.0, log_loss([0, 1], rows)) == 1.0
    assert log_loss([0, 0], rows) == perplexity([0, 0], rows) == math.inf
    # e^744.4 is beyond the largest float.
    assert log_loss([1], [5e-324]) < 745 and perplexity([1], [5e-324]) == math.inf


@given(st.integers(2, 6), st.integers(1, 8), seeds)
def test_of_a_softmax_it_is_the_cross_entropy_of_the_scores(classes, count, seed):
    rng = random.Random(seed)
    scores = tables.normal(count, classes, std=3.0, rng=rng)
    true = [rng.randrange(classes) for _ in range(count)]
    expected = F.cross_entropy(scores, true).item()
    # The relative error of a probability, some units of 2⁻⁵³, is the absolute one of its logarithm.
    assert log_loss(true, F.softmax(scores, 1)) == pytest.approx(expected, rel=1e-14, abs=1e-14)
    assert perplexity(true, F.softmax(scores, 1)) == math.exp(log_loss(true, F.softmax(scores, 1)))


@given(st.lists(st.tuples(st.integers(0, 1), st.integers(0, 16)), min_size=1, max_size=10))
def test_one_column_holds_the_probabilities_of_class_1(pairs):
    true, ones = [t for t, _ in pairs], [n / 16 for _, n in pairs]
    rows = Matrix([[1 - p, p] for p in ones])
    column = Matrix([[p] for p in ones])
    assert log_loss(true, ones) == log_loss(true, column) == log_loss(true, Tensor(column)) == log_loss(true, rows)


@given(st.lists(st.floats(1e-300, 1.0), min_size=1, max_size=20), st.randoms(use_true_random=False))
def test_the_order_of_the_examples_does_not_matter(ones, rng):
    expected = log_loss([1] * len(ones), ones)
    rng.shuffle(ones)
    assert log_loss([1] * len(ones), ones) == expected


def test_single_precision_sums_closely_enough():
    assert log_loss([0], Matrix([[0.33333334, 0.33333334, 0.33333334]])) == -math.log(0.33333334)


@pytest.mark.parametrize(
    ("call", "error", "sentence"),
    [
        (
            lambda: log_loss([0], Matrix([[0.5, 0.4]])),
            ValueError,
            r"log_loss: row 0 of y_proba is \[0.5, 0.4\]; .* sum to 1",
        ),
        (lambda: log_loss([0, 0], Matrix([[0.5, 0.5], [1.5, -0.5]])), ValueError, "row 1 of y_proba is .* from 0 to 1"),
        (lambda: log_loss([0], Matrix([[1.0 + 1e-9, 0.0]])), ValueError, "from 0 to 1"),
        (lambda: log_loss([0], Matrix([[0.5, nan]])), ValueError, "from 0 to 1"),
        (lambda: perplexity([0], [nan]), ValueError, r"perplexity: row 0 of y_proba is \[nan\]"),
        (lambda: log_loss([0], Matrix([[0.5, 0.75, -0.25]])), ValueError, "from 0 to 1"),
        (lambda: log_loss([0], [-0.5]), ValueError, r"row 0 of y_proba is \[-0.5\]"),
        (lambda: log_loss([0], [1.5]), ValueError, r"row 0 of y_proba is \[1.5\]"),
        (lambda: log_loss([2], [0.5]), ValueError, r"y_true\[0\] is 2; with 2 classes they are 0 to 1"),
        (lambda: log_loss([0, 1], [0.5]), ValueError, "got 1 predictions for 2 targets"),
        (lambda: log_loss([], []), ValueError, "is empty"),
        (lambda: log_loss([1.0], [0.5]), TypeError, "class indices"),
    ],
)
def test_what_does_not_fit_is_refused(call, error, sentence):
    with pytest.raises(error, match=sentence):
        call()
