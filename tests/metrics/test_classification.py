"""Metrics of classes: their definitions exactly, how they hang together, and what they refuse."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop import Matrix, Tensor
from backprop.metrics import accuracy, confusion_matrix, f1, precision, recall
from tests import tables
from tests.strategies import matrices, seeds

AVERAGES = ["macro", "weighted", "micro", None]
METRICS = [precision, recall, f1]
nan = float("nan")

answers = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=30).map(
    lambda p: list(zip(*p))
)


def share(part, whole):
    return Fraction(part, whole) if whole else Fraction(0)


def test_by_hand():
    """Of cats (0), dogs (1) and birds (2): a dog taken for a cat, a bird for a dog."""
    true, predicted = [0, 0, 1, 1, 2, 2, 2], [0, 0, 0, 1, 2, 2, 1]
    assert accuracy(true, predicted) == 5 / 7
    assert confusion_matrix(true, predicted) == Matrix([[2, 0, 0], [1, 1, 0], [0, 1, 2]])
    assert precision(true, predicted, average=None) == [2 / 3, 1 / 2, 1.0]
    assert recall(true, predicted, average=None) == [1.0, 1 / 2, 2 / 3]
    assert f1(true, predicted, average=None) == [4 / 5, 1 / 2, 4 / 5]
    assert precision(true, predicted, average="macro") == 13 / 18
    assert recall(true, predicted, average="weighted") == 5 / 7
    assert f1(true, predicted, average="macro") == 0.7


def test_binary_is_that_of_class_1():
    true, predicted = [0, 0, 1, 1, 1], [0, 1, 1, 1, 0]
    assert (precision(true, predicted), recall(true, predicted), f1(true, predicted)) == (2 / 3, 2 / 3, 2 / 3)
    assert precision([0, 0], [0, 0]) == recall([0, 0], [0, 0]) == f1([0, 0], [0, 0]) == 0.0


def test_a_class_never_predicted_has_precision_0_and_one_never_there_recall_0():
    assert precision([0, 1], [0, 0], average=None) == [0.5, 0.0]
    assert recall([0, 0], [0, 1], average=None) == [0.5, 0.0]
    assert f1([0, 0], [0, 1], average=None) == [2 / 3, 0.0]


@pytest.mark.parametrize("metric", METRICS)
def test_a_class_that_occurs_nowhere_is_in_the_list_but_in_no_mean(metric):
    true, predicted = [0, 0, 2], [0, 2, 2]
    assert metric(true, predicted, average=None)[1] == 0.0
    renumbered = [0, 0, 1], [0, 1, 1]
    for average in ("macro", "weighted", "micro"):
        assert metric(true, predicted, average=average) == metric(*renumbered, average=average)


@given(answers)
def test_the_confusion_matrix_counts_pairs(pairs):
    true, predicted = pairs
    counts = confusion_matrix(true, predicted, num_classes=5)
    assert counts.tolist() == [[list(zip(true, predicted)).count((i, j)) for j in range(5)] for i in range(5)]
    assert {type(n) for row in counts for n in row} == {int}
    assert tables.total(counts) == len(true) and sum(tables.diag(counts)) == accuracy(true, predicted) * len(true)
    assert confusion_matrix(predicted, true, num_classes=5) == counts.T
    assert confusion_matrix(true, predicted).shape == (1 + max(*true, *predicted),) * 2


@given(answers)
def test_ratios_of_its_diagonal_to_its_columns_and_rows(pairs):
    true, predicted = pairs
    counts = confusion_matrix(true, predicted)
    hits, columns, rows = tables.diag(counts), *(list(map(sum, m)) for m in (counts.T, counts))
    assert precision(true, predicted, average=None) == [float(share(h, c)) for h, c in zip(hits, columns)]
    assert recall(true, predicted, average=None) == [float(share(h, r)) for h, r in zip(hits, rows)]
    assert f1(true, predicted, average=None) == [float(share(2 * h, c + r)) for h, c, r in zip(hits, columns, rows)]


@given(answers, st.sampled_from(METRICS))
def test_macro_and_weighted_are_means_of_the_classes_that_occur(pairs, metric):
    true, predicted = pairs
    single = dict(enumerate(metric(true, predicted, average=None)))
    # Counts below 100 make fractions that a float tells apart.
    exact = {k: Fraction(single[k]).limit_denominator(100) for k in {*true, *predicted}}
    assert metric(true, predicted, average="macro") == float(sum(exact.values()) / len(exact))
    assert metric(true, predicted, average="weighted") == float(sum(exact[k] for k in true if k in exact) / len(true))


@given(answers)
def test_micro_averages_and_weighted_recall_are_the_accuracy(pairs):
    expected = accuracy(*pairs)
    assert all(metric(*pairs, average="micro") == expected for metric in METRICS)
    assert recall(*pairs, average="weighted") == expected


@given(answers)
def test_precision_is_recall_with_the_roles_exchanged(pairs):
    true, predicted = pairs
    assert precision(true, predicted, average=None) == recall(predicted, true, average=None)
    assert f1(true, predicted, average=None) == f1(predicted, true, average=None)


@given(answers, st.randoms(use_true_random=False))
def test_the_order_of_the_examples_does_not_matter(pairs, rng):
    true, predicted = pairs
    shuffled = list(zip(true, predicted))
    rng.shuffle(shuffled)
    again = tuple(zip(*shuffled))
    assert accuracy(*again) == accuracy(true, predicted)
    assert confusion_matrix(*again) == confusion_matrix(true, predicted)
    for average in AVERAGES:
        assert f1(*again, average=average) == f1(true, predicted, average=average)


@given(answers, st.permutations(range(5)))
def test_other_numbers_for_the_classes_change_no_mean(pairs, numbers):
    renumbered = [[numbers[k] for k in classes] for classes in pairs]
    for metric in METRICS:
        for average in AVERAGES[:3]:
            assert metric(*renumbered, average=average) == metric(*pairs, average=average)


@given(matrices(columns=st.integers(2, 4)), seeds)
def test_scores_predict_the_largest_of_each_row_and_the_first_of_equals(scores, seed):
    true = [(seed + i * i) % scores.shape[1] for i in range(len(scores))]
    predicted = [row.index(max(row)) for row in scores.tolist()]
    for given_as in (scores, Tensor(scores, requires_grad=True)):
        assert accuracy(true, given_as) == accuracy(true, predicted)
        assert confusion_matrix(true, given_as) == confusion_matrix(true, predicted, num_classes=scores.shape[1])


@pytest.mark.parametrize(
    "column", [Matrix([[1], [0], [1]]), Matrix([[1.0], [0.0], [1.0]]), Tensor([[0.9], [0.2], [0.6]]) > 0.5]
)
def test_a_column_of_whole_numbers_holds_classes(column):
    assert (
        accuracy([1, 0, 0], column)
        == accuracy(column, [1, 0, 0])
        == accuracy(column, Tensor(Matrix([[1], [0], [0]])))
        == 2 / 3
    )
    assert precision(column, [1, 0, 0]) == 1.0


scores = Matrix([[0.1, 0.9], [0.8, 0.2]])


@pytest.mark.parametrize(
    ("call", "error", "sentence"),
    [
        (lambda: accuracy([0, 1], [0]), ValueError, "accuracy got 1 predictions for 2 targets"),
        (lambda: recall([0], scores), ValueError, "recall got 2 predictions for 1 targets"),
        (lambda: accuracy([], []), ValueError, "accuracy: y_true is empty; at least one example is needed"),
        (lambda: accuracy([0], []), ValueError, "accuracy: y_pred is empty"),
        (lambda: f1([0, -1], [0, 0]), ValueError, r"f1: y_true\[1\] is -1; a class is an int from 0 up"),
        (lambda: accuracy([0, 2], scores), ValueError, r"y_true\[1\] is 2; with 2 classes they are 0 to 1"),
        (
            lambda: accuracy([0, 1.7], [0, 1]),
            TypeError,
            r"accuracy: y_true is a list of class indices \(ints\), got \[0, 1.7\]",
        ),
        (lambda: accuracy([0, 1.0], [0, 1]), TypeError, "class indices"),
        (
            lambda: accuracy([0, 1], [False, True]),
            TypeError,
            r"accuracy: y_pred is a list of class .* got \[False, True\]",
        ),
        (lambda: accuracy("01", [0, 1]), TypeError, "got '01'"),
        (lambda: accuracy(1, [1]), TypeError, "got 1"),
        (lambda: accuracy([0, 1], None), TypeError, "got None"),
        (lambda: accuracy([0, 1], [[0.1, 0.9], [0.8, 0.2]]), TypeError, "class indices"),
        (lambda: accuracy([0, 1], Matrix([[0.3], [0.9]])), ValueError, r"y_pred\[0\] is 0.3; .* as p > 0.5 makes"),
        (lambda: accuracy(Matrix([[1.7]]), [1]), ValueError, r"y_true\[0\] is 1.7; a class is an int"),
        (lambda: accuracy(Matrix([[nan]]), [1]), ValueError, r"y_true\[0\] is nan; a class is an int"),
        (lambda: accuracy(Matrix([[float("inf")]]), [1]), ValueError, r"y_true\[0\] is inf; a class is an int"),
        (lambda: accuracy(scores, [0, 1]), ValueError, "y_true is one class index a row, got 2×2"),
        (
            lambda: accuracy([0, 1], Matrix([[0.0, 1.0], [0.0, nan]])),
            ValueError,
            r"row 1 of y_pred is \[0.0, nan\]; NaN is not a score",
        ),
        (
            lambda: confusion_matrix([0, 3], [0, 1], num_classes=3),
            ValueError,
            r"y_true\[1\] is 3; with 3 classes they are 0 to 2",
        ),
        (
            lambda: confusion_matrix([0, 1], scores, num_classes=3),
            ValueError,
            "2 columns of scores are not for 3 classes",
        ),
        (lambda: confusion_matrix([0], [0], num_classes=0), ValueError, "num_classes is an int from 1 up, got 0"),
        (lambda: f1([0, 2], [0, 1]), ValueError, "f1: average 'binary' is for 2 classes, these are 3; choose 'macro'"),
        (
            lambda: f1([0], [0], average="mean"),
            ValueError,
            "f1: average is 'binary', 'macro', 'weighted', 'micro' or None, got 'mean'",
        ),
    ],
)
def test_what_does_not_fit_is_refused(call, error, sentence):
    with pytest.raises(error, match=sentence):
        call()
