"""Norms where they have a corner: at 0, and where an entry is 0."""

import math

import pytest

import backprop as torch
from backprop.autograd import grad

NAN = math.nan

# (entries, p, second derivatives) from PyTorch 2.13, float64: grad of the gradient with create_graph, both from u = 1.
SECOND = [
    ([0.0, 0.0], 2, [NAN, NAN]),
    ([0.0, 3.0], 2, [1 / 3, 0.0]),
    ([0.0, 0.0], 1, [0.0, 0.0]),
    ([0.0, 3.0], 0.5, [NAN, 0.0]),
    ([0.0, 3.0], 1.5, [NAN, 0.0]),
    ([0.0, 3.0], -1, [NAN, 0.0]),
    ([0.0, 3.0], 3, [0.0, 0.0]),
    ([0.0, 0.0], 2.5, [NAN, NAN]),
    ([0.0, 0.0], 3.5, [0.0, 0.0]),
    ([0.0, 0.0], math.inf, [0.0, 0.0]),
]


@pytest.mark.parametrize(("entries", "p", "expected"), SECOND)
def test_second_derivatives_at_a_corner(entries, p, expected):
    x = torch.tensor(entries, dtype=torch.float64, requires_grad=True)
    (first,) = grad(torch.norm(x, p), x, create_graph=True)
    assert first.tolist()[0] == 0.0
    assert grad(first.sum(), x)[0].tolist() == pytest.approx(expected, nan_ok=True)


@pytest.mark.parametrize("p", [2, 1, 0, 0.5, 1.5, 3, math.inf, -math.inf, -1])
@pytest.mark.parametrize("entries", [[0.0, 0.0], [0.0, 3.0], [-2.0, 3.0]])
def test_forward_and_backward_mode_agree_at_a_corner(entries, p):
    x, e = torch.tensor(entries, dtype=torch.float64), torch.tensor([0.7, -1.3], dtype=torch.float64)
    gradient = torch.func.grad(lambda x: torch.norm(x, p))(x)
    assert torch.func.jvp(lambda x: torch.norm(x, p), (x,), (e,))[1].item() == pytest.approx((gradient @ e).item())


def test_the_largest_of_nan_has_a_gradient():
    """As in PyTorch 2.13, where no entry equals NaN, and so none has a part in it."""
    x = torch.tensor([1.0, NAN], requires_grad=True)
    assert grad(torch.norm(x, math.inf), x)[0].tolist() == [0.0, 0.0]
