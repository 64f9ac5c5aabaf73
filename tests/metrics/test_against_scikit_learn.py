"""The metrics against scikit-learn's figures in ``tests/reference``; how they were made stands beside them."""

import math

import pytest

from backprop import Matrix, Tensor, metrics
from tests.figures import reference

CASES = reference("metrics.json")["cases"]
# Both round each operation of at most 20 terms; the units in the last place do not add up to this.
TOLERANCE = {"rel_tol": 1e-14}


def as_given(values):
    return Matrix(values) if isinstance(values[0], list) else values


@pytest.mark.parametrize(
    "case", CASES, ids=lambda case: " ".join([case["metric"], *map(str, case["settings"].values())])
)
def test_figures(case):
    y_true, y_pred = as_given(case["y_true"]), as_given(case["y_pred"])
    value = getattr(metrics, case["metric"])(y_true, y_pred, **case["settings"])
    if case["metric"] == "confusion_matrix":
        assert value == Matrix(case["value"])
    elif isinstance(value, list):
        assert len(value) == len(case["value"])
        assert all(math.isclose(ours, theirs, **TOLERANCE) for ours, theirs in zip(value, case["value"]))
    else:
        assert math.isclose(value, case["value"], **TOLERANCE)


@pytest.mark.parametrize("case", [case for case in CASES if isinstance(case["y_pred"][0], list)])
def test_a_tensor_counts_as_its_matrix(case):
    metric, y_true = getattr(metrics, case["metric"]), as_given(case["y_true"])
    predictions = Matrix(case["y_pred"])
    assert metric(y_true, Tensor(predictions), **case["settings"]) == metric(y_true, predictions, **case["settings"])


def test_every_metric_has_a_figure():
    others = {"Report", "report", "perplexity"}  # made of the others
    assert {case["metric"] for case in CASES} == set(metrics.__all__) - others
