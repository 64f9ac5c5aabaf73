"""Clipping: the norm over all gradients, what happens to numbers that are not finite, and what is refused."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop import Matrix
from backprop.nn import Parameter
from backprop.nn.utils import clip_grad_norm_, clip_grad_value_, clip_grads_with_norm_, get_total_norm
from tests import tables
from tests.strategies import floats, matrices


def with_gradients(*gradients):
    parameters = []
    for gradient in gradients:
        parameters.append(Parameter(tables.zeros(*gradient.shape)))
        parameters[-1].grad = gradient
    return parameters


@given(
    matrices(entries=floats), matrices(entries=floats), st.floats(1e-3, 1e3), st.sampled_from([1.0, 2.0, 3.0, math.inf])
)
def test_the_norm_afterwards_is_at_most_max_norm_and_the_direction_stays(a, b, max_norm, p):
    parameters = with_gradients(a, b)
    before = clip_grad_norm_(parameters, max_norm, p).item()
    after = clip_grad_norm_(parameters, math.inf, p).item()
    assert after <= max_norm * (1 + 1e-12) and after <= before
    if before <= max_norm * (1 - 1e-6) - 1e-6:
        assert [w.grad.matrix for w in parameters] == [a, b]
    elif before:
        factor = after / before
        assert all(w.grad.matrix.allclose(factor * g, rel_tol=1e-9) for w, g in zip(parameters, (a, b)))


@pytest.mark.parametrize("scale", [1e200, 1e-200])
@pytest.mark.parametrize(("p", "norm"), [(1.0, 7.0), (2.0, 5.0), (3.0, 91 ** (1 / 3)), (math.inf, 4.0)])
def test_the_norm_neither_overflows_nor_vanishes(scale, p, norm):
    parameters = with_gradients(Matrix([[3.0 * scale]]), Matrix([[-4.0 * scale]]))
    assert clip_grad_norm_(parameters, math.inf, p) == pytest.approx(norm * scale, rel=1e-14)


def test_a_single_parameter_and_a_generator_will_do():
    w = with_gradients(Matrix([[3, 4]]))[0]
    assert clip_grad_norm_(w, 10) == clip_grad_norm_((p for p in [w]), 10) == 5.0
    clip_grad_value_(w, 3.5)
    assert w.grad.matrix == Matrix([[3, 3.5]])


def test_clipping_to_zero_is_allowed():
    v, w = with_gradients(Matrix([[3.0, -4.0]]), Matrix([[2.0]]))
    assert clip_grad_norm_([v], 0) == 5.0
    clip_grad_value_([w], 0)
    assert v.grad.matrix == Matrix([[0, 0]]) and w.grad.matrix.item() == 0


def test_without_gradients_the_norm_is_zero():
    w = Parameter(1.0)
    assert clip_grad_norm_([w], 1.0) == 0.0 and w.grad is None


def test_a_norm_that_is_nan_makes_all_gradients_nan():
    v, w = with_gradients(Matrix([[1.0, math.inf]]), Matrix([[math.nan]]))
    assert math.isnan(clip_grad_norm_([v, w], 1.0))
    assert all(math.isnan(x) for p in (v, w) for x in p.grad.matrix.rows[0])


def test_an_infinite_norm_leaves_zeros_and_nan():
    v, w = with_gradients(Matrix([[1.0, -math.inf]]), Matrix([[2.0]]))
    assert clip_grad_norm_([v, w], 1.0) == math.inf
    assert v.grad.matrix[0, 0] == w.grad.matrix.item() == 0.0 and math.isnan(v.grad.matrix[0, 1])


def test_clipping_by_value_leaves_nan():
    w = with_gradients(Matrix([[math.nan, math.inf, -3.0, 0.5]]))[0]
    clip_grad_value_([w], 1.0)
    assert math.isnan(w.grad.matrix[0, 0]) and w.grad.matrix[0, 1:] == Matrix([[1.0, -1.0, 0.5]])


@pytest.mark.parametrize(
    ("clip", "error", "sentence"),
    [
        (lambda w: clip_grad_norm_([w], -1), ValueError, "clip_grad_norm_: max_norm is a number from 0 up, got -1"),
        (lambda w: clip_grad_norm_([w], math.nan), ValueError, "max_norm is a number from 0 up, got nan"),
        (lambda w: clip_grad_norm_([w], 1.0, 0), ValueError, "norm_type is a number above 0 or infinity, got 0"),
        (
            lambda w: clip_grad_norm_([w], 1.0, "fro"),
            ValueError,
            "norm_type is a number above 0 or infinity, got 'fro'",
        ),
        (lambda w: clip_grad_norm_([w.matrix], 1.0), TypeError, "clip_grad_norm_ needs parameters, .* got Matrix"),
        (lambda w: clip_grad_norm_(3, 1.0), TypeError, "clip_grad_norm_ needs parameters, .* got 3"),
        (
            lambda w: clip_grad_norm_([w], 1.0, error_if_nonfinite=True),
            RuntimeError,
            "the norm of the gradients is inf; nothing was clipped",
        ),
        (lambda w: clip_grad_value_([w], math.nan), ValueError, "clip_value is a number from 0 up, got nan"),
        (lambda w: clip_grad_value_([None], 1.0), TypeError, "clip_grad_value_ needs parameters, .* got None"),
    ],
)
def test_what_makes_no_sense_is_refused(clip, error, sentence):
    w = with_gradients(Matrix([[math.inf]]))[0]
    with pytest.raises(error, match=sentence):
        clip(w)
    assert w.grad.matrix == Matrix([[math.inf]])


def test_a_norm_beyond_the_largest_float_is_infinite():
    """(3·1ᵖ)^(1/p) for p = 10⁻³ is 3¹⁰⁰⁰; PyTorch 2.13.0 has inf, too."""
    v, w = with_gradients(Matrix([[1.0, -1.0]]), Matrix([[1.0]]))
    assert clip_grad_norm_([v, w], 1.0, 1e-3) == math.inf
    assert v.grad.matrix == Matrix([[0.0, 0.0]]) and w.grad.matrix.item() == 0.0


def test_a_parameter_that_is_named_twice_counts_and_is_clipped_once():
    w = with_gradients(Matrix([[3.0, 4.0]]))[0]
    assert clip_grad_norm_([w, w], 2.5) == 5.0
    assert w.grad.matrix.allclose(Matrix([[1.5, 2.0]]), rel_tol=1e-6)


def test_a_set_will_do_as_the_order_does_not_matter():
    parameters = with_gradients(Matrix([[3.0]]), Matrix([[4.0]]), Matrix([[12.0]]))
    assert clip_grad_norm_(set(parameters), 100.0) == clip_grad_norm_(parameters[::-1], 100.0) == 13.0


def test_the_norm_and_the_clipping_apart():
    v, w = with_gradients(Matrix([[3.0, 0.0]]), Matrix([[4.0]]))
    gradient = v.grad
    norm = get_total_norm([v.grad, w.grad])
    assert norm.item() == 5.0 and get_total_norm(v.grad, math.inf).item() == 3.0 and get_total_norm([]).item() == 0.0
    clip_grads_with_norm_([v, w], 2.5, norm)
    assert w.grad.item() == pytest.approx(2.0, rel=1e-6) and v.grad is gradient  # in place
    with pytest.raises(RuntimeError, match="^get_total_norm: the norm of the gradients is nan"):
        get_total_norm([v.grad * math.inf], 1.0, error_if_nonfinite=True)
