"""Metrics of order: the area under the ROC curve by its definition, top-k accuracy, and what they refuse."""

from fractions import Fraction
from itertools import product

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from backprop import Matrix, Tensor
from backprop.metrics import accuracy, roc_auc, top_k_accuracy
from tests.strategies import matrices, seeds

nan = float("nan")
# Few different scores, so that many are equal.
marked = st.lists(st.tuples(st.integers(0, 1), st.integers(-4, 4)), min_size=2, max_size=24).map(
    lambda p: list(zip(*p))
)


def both_occur(marks):
    assume(len(set(marks)) == 2)


def area_by_pairs(marks, scores):
    """The definition: of all pairs of a 1 and a 0, those in order, and half of the equal ones."""
    ones, zeros = ([s for s, mark in zip(scores, marks) if mark == k] for k in (1, 0))
    return sum(Fraction((a > b) + (a >= b), 2) for a, b in product(ones, zeros)) / (len(ones) * len(zeros))


def exact(area, marks):
    """The fraction that ``area`` is the float of: its denominator divides twice the number of pairs."""
    return Fraction(area).limit_denominator(2 * marks.count(1) * marks.count(0))


@pytest.mark.parametrize(
    ("scores", "area"),
    [([1, 2, 3, 4], 1.0), ([4, 3, 2, 1], 0.0), ([5, 5, 5, 5], 0.5), ([1, 3, 2, 4], 0.75), ([1, 2, 2, 3], 0.875)],
)
def test_areas_by_hand(scores, area):
    assert roc_auc([0, 0, 1, 1], scores) == area


@given(marked)
def test_by_ranks_as_by_pairs(pairs):
    marks, scores = pairs
    both_occur(marks)
    assert roc_auc(marks, scores) == float(area_by_pairs(marks, scores))


@given(marked)
def test_opposite_scores_and_exchanged_classes_have_the_rest_of_the_area(pairs):
    marks, scores = pairs
    both_occur(marks)
    area = exact(roc_auc(marks, scores), marks)
    assert exact(roc_auc(marks, [-s for s in scores]), marks) == 1 - area
    assert exact(roc_auc([1 - mark for mark in marks], scores), marks) == 1 - area


@given(marked)
def test_only_the_order_counts(pairs):
    marks, scores = pairs
    both_occur(marks)
    area = roc_auc(marks, scores)
    for rising in (
        lambda s: s**3,
        lambda s: 2.0**s,
        lambda s: Fraction(s, 7) - 1,
        lambda s: float("inf") if s == 4 else s,
    ):
        assert roc_auc(marks, [rising(s) for s in scores]) == area


@given(marked, st.randoms(use_true_random=False))
def test_the_order_of_the_examples_does_not_matter(pairs, rng):
    marks, scores = pairs
    both_occur(marks)
    shuffled = list(zip(marks, scores))
    rng.shuffle(shuffled)
    assert roc_auc(*map(list, zip(*shuffled))) == roc_auc(marks, scores)


def test_a_column_and_a_tensor_are_scores_as_a_list_is():
    marks, scores = [0, 1, 0, 1], [0.1, 0.4, 0.4, 0.9]
    column = Matrix([[s] for s in scores])
    targets = Matrix([[float(mark)] for mark in marks])
    assert roc_auc(marks, scores) == roc_auc(marks, column) == roc_auc(targets, Tensor(column)) == 0.875


def test_several_columns_are_one_against_the_rest():
    """With eighths, which sum to 1 exactly; the mean of three areas rounds once each and once more in the sum."""
    rows = [[5, 2, 1], [2, 4, 2], [1, 1, 6], [3, 3, 2], [4, 0, 4]]
    true = [0, 1, 2, 1, 0]
    areas = [area_by_pairs([int(t == k) for t in true], [row[k] for row in rows]) for k in range(3)]
    assert roc_auc(true, Matrix(rows) / 8) == pytest.approx(float(sum(areas) / 3), rel=2**-51)


@given(marked.filter(lambda pairs: len(set(pairs[0])) == 2))
def test_two_columns_have_the_area_of_the_second(pairs):
    marks, scores = pairs
    two = Matrix([[4 - s, 4 + s] for s in scores]) / 8
    assert roc_auc(marks, two) == pytest.approx(roc_auc(marks, scores), rel=2**-51)


# ---------------------------------------------------------------- top k


def targets_for(scores, seed):
    return [(seed + i * i) % scores.shape[1] for i in range(len(scores))]


def test_top_k_by_hand():
    """The target's place in its row: first, second, third."""
    scores = Matrix([[0.5, 0.3, 0.2], [0.5, 0.3, 0.2], [0.5, 0.3, 0.2]])
    assert [top_k_accuracy([0, 1, 2], scores, k=k) for k in (1, 2, 3)] == [1 / 3, 2 / 3, 1.0]
    assert top_k_accuracy([0, 1, 2], scores) == 2 / 3


@given(matrices(columns=st.integers(2, 5)), seeds)
def test_top_k_counts_those_among_the_first_k_in_a_stable_order(scores, seed):
    true, classes = targets_for(scores, seed), scores.shape[1]
    orders = [sorted(range(classes), key=lambda j: -row[j]) for row in scores.tolist()]
    for k in range(1, classes + 1):
        assert top_k_accuracy(true, scores, k=k) == sum(t in order[:k] for t, order in zip(true, orders)) / len(true)
    assert top_k_accuracy(true, Tensor(scores), k=1) == accuracy(true, scores)
    assert top_k_accuracy(true, scores, k=classes) == 1.0


three = Matrix([[0.2, 0.3, 0.5], [0.5, 0.3, 0.2]])


@pytest.mark.parametrize(
    ("call", "error", "sentence"),
    [
        (
            lambda: roc_auc([1, 1], [0.1, 0.2]),
            ValueError,
            "roc_auc: y_true has no example of class 0; each of the 2 needs one",
        ),
        (lambda: roc_auc([0, 2], three), ValueError, "no example of class 1; each of the 3"),
        (lambda: roc_auc([0, 2], [0.1, 0.2]), ValueError, r"y_true\[1\] is 2; with 2 classes they are 0 to 1"),
        (lambda: roc_auc([0, 1], [0.1, nan]), ValueError, r"roc_auc: row 1 of y_score is \[nan\]; NaN is not a score"),
        (lambda: roc_auc([0, 1], [0.1]), ValueError, "roc_auc got 1 predictions for 2 targets"),
        (lambda: roc_auc([0, 1], []), ValueError, "y_score is empty"),
        (lambda: roc_auc([0, 1], ["a", "b"]), TypeError, "'a', not a real number"),
        (lambda: roc_auc([0, 1], 0.5), TypeError, "y_score is a list of numbers, a Matrix or a Tensor, got 0.5"),
        (
            lambda: roc_auc([0, 1], Matrix([[2.0, -2.0], [0.5, 0.5]])),
            ValueError,
            "row 0 of y_score is .* probabilities are",
        ),
        (
            lambda: top_k_accuracy([0, 1], three, k=4),
            ValueError,
            "k is an int from 1 to the number of classes, 3, got 4",
        ),
        (lambda: top_k_accuracy([0, 1], three, k=0), ValueError, "k is an int from 1 up, got 0"),
        (lambda: top_k_accuracy([0, 1], three, k=1.5), ValueError, "k is an int from 1 up, got 1.5"),
        (
            lambda: top_k_accuracy([0, 1], [0, 1]),
            TypeError,
            "y_score is a Matrix or a Tensor with a column for each class",
        ),
        (lambda: top_k_accuracy([0, 1], Matrix([[0.1], [0.2]])), ValueError, "at least two, got 2×1"),
        (lambda: top_k_accuracy([0, 3], three), ValueError, r"y_true\[1\] is 3; with 3 classes they are 0 to 2"),
        (lambda: top_k_accuracy([0], three), ValueError, "got 2 predictions for 1 targets"),
        (lambda: top_k_accuracy([0], Matrix([[nan, 1.0]])), ValueError, "NaN is not a score"),
    ],
)
def test_what_does_not_fit_is_refused(call, error, sentence):
    with pytest.raises(error, match=sentence):
        call()
