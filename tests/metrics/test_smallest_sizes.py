"""Metrics at their smallest legal sizes: one example, one class of two, one column; and just below them."""

import math

import pytest

from backprop import Matrix, metrics

# (metric, arguments of the smallest size, what it is then)
SMALLEST = [
    (metrics.accuracy, ([0], [0]), 1.0),
    (metrics.accuracy, ([0], [1]), 0.0),
    (metrics.precision, ([0], [0]), 0.0),
    (metrics.recall, ([1], [1]), 1.0),
    (metrics.f1, ([1], [0]), 0.0),
    (metrics.confusion_matrix, ([0], [0]), Matrix([[1]])),
    (metrics.log_loss, ([1], [0.5]), math.log(2)),
    (metrics.perplexity, ([1], [0.5]), 2.0),
    (metrics.roc_auc, ([0, 1], [0.1, 0.2]), 1.0),
    (metrics.top_k_accuracy, ([0], Matrix([[0.0, 1.0]])), 1.0),
    (metrics.r2, ([1.0], [1.0]), 1.0),
    (metrics.r2, ([1.0], [2.0]), 0.0),
    (metrics.mean_absolute_error, ([1.0], [3.0]), 2.0),
    (metrics.root_mean_squared_error, ([1.0], [3.0]), 2.0),
]


@pytest.mark.parametrize(("metric", "arguments", "expected"), SMALLEST)
def test_one_example(metric, arguments, expected):
    value = metric(*arguments)
    assert value == expected if isinstance(expected, Matrix) else math.isclose(value, expected, rel_tol=1e-15)


def test_every_metric_has_a_smallest_size():
    assert {metric.__name__ for metric, *_ in SMALLEST} | {"Report", "report"} == set(metrics.__all__)
    assert metrics.report([0], [0])["accuracy"] == 1.0 and metrics.report([1.0], [1.0])["r2"] == 1.0


@pytest.mark.parametrize("metric", dict.fromkeys(metric for metric, *_ in SMALLEST))
def test_no_example_is_refused(metric):
    with pytest.raises(ValueError, match=f"{metric.__name__}: y_.* is empty; at least one example is needed"):
        metric([], Matrix([[0.0, 1.0]]) if metric is metrics.top_k_accuracy else [])


def test_k_is_from_1_to_the_number_of_classes():
    scores = Matrix([[0.0, 1.0]])
    assert [metrics.top_k_accuracy([0], scores, k=k) for k in (1, 2)] == [0.0, 1.0]
    for k in (0, 3, True):
        with pytest.raises(ValueError, match="top_k_accuracy: k is"):
            metrics.top_k_accuracy([0], scores, k=k)
