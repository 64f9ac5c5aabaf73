"""The losses: stable however wrong the prediction, and strict about their targets."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop import Matrix, Tensor
from backprop import functional as F
from tests.strategies import same_shape


def loss_and_gradient(function, x, *rest):
    leaf = Tensor(x, requires_grad=True)
    loss = function(leaf, *rest)
    loss.backward()
    return loss.item(), leaf.grad


def test_cross_entropy_does_not_saturate():
    assert loss_and_gradient(F.cross_entropy, Matrix([[-1000.0, 1000.0]]), [0]) == (2000.0, Matrix([[-1.0, 1.0]]))
    assert loss_and_gradient(F.cross_entropy, Matrix([[-1000.0, 1000.0]]), [1]) == (0.0, Matrix([[0.0, 0.0]]))


def test_cross_entropy_of_equal_scores_is_the_logarithm_of_their_number():
    loss, gradient = loss_and_gradient(F.cross_entropy, Matrix([[5.0] * 4] * 2), [0, 3])
    assert math.isclose(loss, math.log(4), rel_tol=1e-15)
    assert gradient.allclose(Matrix([[-3, 1, 1, 1], [1, 1, 1, -3]]) / 8.0, rel_tol=1e-15)


@given(st.lists(st.lists(st.floats(-1000, 1000), min_size=3, max_size=3), min_size=1, max_size=4), st.data())
def test_cross_entropy_is_the_mean_of_minus_log_softmax_at_the_targets(rows, data):
    targets = data.draw(st.lists(st.integers(0, 2), min_size=len(rows), max_size=len(rows)))
    log_p = F.log_softmax(Matrix(rows)).data
    expected = -sum(log_p[i, t] for i, t in enumerate(targets)) / len(rows)
    assert math.isclose(F.cross_entropy(Matrix(rows), targets).item(), expected, rel_tol=1e-12, abs_tol=1e-15)


@given(same_shape(2))
def test_mse_is_exact_over_fractions(xt):
    x, t = xt
    count = x.shape[0] * x.shape[1]
    loss, gradient = loss_and_gradient(F.mse_loss, x, t)
    assert loss == ((x - t) ** 2).mean() and gradient == 2 * (x - t) * Matrix.ones(1, 1) / count


@pytest.mark.parametrize(
    ("x", "t", "loss", "slope"),
    [
        (1000.0, 1.0, 0.0, 0.0),
        (1000.0, 0.0, 1000.0, 1.0),
        (-1000.0, 1.0, 1000.0, -1.0),
        (-1000.0, 0.0, 0.0, 0.0),
        (0.0, 0.5, math.log(2), 0.0),
        (0.0, 1, math.log(2), -0.5),
    ],
)
def test_binary_cross_entropy_far_out(x, t, loss, slope):
    assert loss_and_gradient(F.binary_cross_entropy_with_logits, x, Matrix([[t]])) == (loss, Matrix([[slope]]))


@given(st.floats(-30, 30), st.floats(0, 1))
def test_binary_cross_entropy_is_its_definition(x, t):
    """−t·ln σ − (1 − t)·ln(1 − σ), where 1 − σ(x) is taken as σ(−x), which has no cancellation."""
    p, q = F.sigmoid(Tensor(x)).item(), F.sigmoid(Tensor(-x)).item()
    expected = -t * math.log(p) - (1 - t) * math.log(q)
    computed = F.binary_cross_entropy_with_logits(Tensor(x), Tensor(t)).item()
    assert math.isclose(computed, expected, rel_tol=1e-12, abs_tol=1e-13)


two_rows = Matrix([[1.0, 2.0], [3.0, 4.0]])


@pytest.mark.parametrize(
    ("call", "error", "sentence"),
    [
        (lambda: F.cross_entropy(two_rows, [0, 2]), ValueError, "target 1 is 2; with 2 classes they are 0 to 1"),
        (lambda: F.cross_entropy(two_rows, [-1, 0]), ValueError, "target 0 is -1"),
        (lambda: F.cross_entropy(two_rows, [0, 1.7]), TypeError, r"class indices \(ints\), got \[0, 1.7\]"),
        (lambda: F.cross_entropy(two_rows, [0, 1.0]), TypeError, "class indices"),
        (lambda: F.cross_entropy(two_rows, [True, False]), TypeError, "class indices"),
        (lambda: F.cross_entropy(two_rows, "01"), TypeError, "class indices"),
        (lambda: F.cross_entropy(two_rows, 1), TypeError, "class indices"),
        (lambda: F.cross_entropy(two_rows, [0]), ValueError, "got 1 targets for 2 rows"),
        (lambda: F.cross_entropy(two_rows, [0, 1, 1]), ValueError, "got 3 targets for 2 rows"),
        (lambda: F.mse_loss(two_rows.reshape(4, 1), two_rows.reshape(1, 4)), ValueError, "got 4×1 and 1×4"),
        (lambda: F.mse_loss(two_rows, Matrix([[1.0]])), ValueError, "same shape, got 2×2 and 1×1"),
        (lambda: F.binary_cross_entropy_with_logits(two_rows, Matrix([[1, 0]])), ValueError, "got 2×2 and 1×2"),
        (
            lambda: F.binary_cross_entropy_with_logits(two_rows, Matrix([[1, 0], [0, 1.7]])),
            ValueError,
            r"target \[1, 1\] is 1.7; a target is a probability",
        ),
        (lambda: F.binary_cross_entropy_with_logits(two_rows, -two_rows), ValueError, r"target \[0, 0\] is -1.0"),
        (
            lambda: F.binary_cross_entropy_with_logits(Tensor(1.0), Tensor(math.nan)),
            ValueError,
            r"target \[0, 0\] is nan",
        ),
    ],
)
def test_targets_that_do_not_fit_are_refused(call, error, sentence):
    with pytest.raises(error, match=sentence):
        call()


def test_nan_scores_give_a_nan_loss_that_backward_refuses():
    for loss in (
        F.cross_entropy(Tensor([[1.0, math.nan]], requires_grad=True), [0]),
        F.mse_loss(Tensor([[1.0, math.nan]], requires_grad=True), Matrix([[1.0, 2.0]])),
        F.binary_cross_entropy_with_logits(Tensor(math.nan, requires_grad=True), Tensor(1.0)),
    ):
        assert math.isnan(loss.item())
        with pytest.raises(FloatingPointError, match="the loss is nan"):
            loss.backward()
