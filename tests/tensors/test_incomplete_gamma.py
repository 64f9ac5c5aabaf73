"""The incomplete gamma functions: what they are for whole and half a, how they step, and PyTorch's values at the edges."""

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop import Tensor, erf, igamma, igammac
from backprop.autograd import gradcheck
from tests.tensors.entrywise import random_leaf

positive = st.floats(0.01, 60.0)


@given(st.integers(1, 40), positive)
def test_a_poisson_distribution(n, x):
    """Q(n, x) = Σ xᵏ·e⁻ˣ/k! for k < n, the probability of fewer than n events."""
    fewer = math.exp(-x) * math.fsum([x**k / math.factorial(k) for k in range(n)])
    assert math.isclose(igammac(Tensor(float(n)), x).item(), fewer, rel_tol=1e-12)
    assert math.isclose(igamma(Tensor(float(n)), x).item(), 1.0 - fewer, rel_tol=1e-12, abs_tol=1e-15)


@given(st.floats(0.01, 5.0))
def test_a_normal_distribution(x):
    """P(½, x²) = erf x."""
    assert math.isclose(igamma(Tensor(0.5), x * x).item(), erf(Tensor(x)).item(), rel_tol=1e-13)


@given(st.floats(0.1, 1e6), st.floats(-3.0, 3.0))
def test_a_step_of_a(a, deviations):
    """P(a + 1, x) = P(a, x) − xᵃ·e⁻ˣ/Γ(a + 1), of which the derivative of P(a + 1, x) is the last term."""
    x = Tensor(max(a + deviations * math.sqrt(a), 0.01), requires_grad=True)
    above = igamma(a + 1.0, x)
    above.backward()
    assert math.isclose(above.item(), igamma(a, x).item() - x.grad.item(), abs_tol=1e-12)


def test_gradients_with_broadcasting():
    rng = random.Random(0)
    a, x = random_leaf((2, 1), rng, 0.5, 3.0).detach(), random_leaf((3,), rng, 0.5, 3.0)
    for function in (igamma, igammac):
        assert gradcheck(lambda x, own=function: own(a, x), [x], rng=rng)


def test_there_is_no_gradient_with_respect_to_a():
    a = Tensor([1.0, 2.0], requires_grad=True)
    with pytest.raises(NotImplementedError, match="with respect to input"):
        igamma(a, 1.0).sum().backward()


@pytest.mark.parametrize(
    ("a", "x", "value"),
    [
        (0.0, 2.0, 1.0),
        (0.0, 0.0, math.nan),
        (2.0, 0.0, 0.0),
        (2.0, math.inf, 1.0),
        (math.inf, 2.0, 0.0),
        (math.inf, math.inf, math.nan),
        (-1.0, 2.0, math.nan),
        (2.0, -1.0, math.nan),
        (1e12, 1e12 + 1e6, 0.8413447460525011),
        (1e16, 1e16, 0.5000000013298076),
    ],
)
def test_at_the_edges(a, x, value):
    """PyTorch 2.13's values, float64."""
    lower, upper = igamma(Tensor(a), x).item(), igammac(Tensor(a), x).item()
    assert lower == pytest.approx(value, rel=1e-12, nan_ok=True)
    assert upper == pytest.approx(1.0 - value, rel=1e-12, nan_ok=True)
