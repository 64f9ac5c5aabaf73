"""Derivatives of derivatives: exactly over Fractions, against finite differences for every rule, and PyTorch's figures."""

import math
import random
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

import backprop as torch
from backprop import Matrix, Tensor, nn
from backprop.autograd import Function, functional, grad, gradgradcheck
from backprop.autograd.chain_rule import reverse_topological_order
from backprop.derivatives.forward import push_forward
from backprop.derivatives.function import once_differentiable
from tests.derivatives.second_derivatives import check_second_derivatives
from tests.explanation.graphs import CASES
from tests.strategies import fractions, seeds


def leaf(value):
    return Tensor(value, requires_grad=True)


@given(fractions, fractions)
def test_the_hessian_of_a_polynomial_is_exact(a, b):
    def f(x):
        return x[0] ** 3 * x[1] - 5 * x[0] * x[1] ** 2 + x[1] / 7

    hessian = functional.hessian(f, Tensor(Matrix([[a, b]])).flatten())
    assert hessian.matrix == Matrix([[6 * a * b, 3 * a * a - 10 * b], [3 * a * a - 10 * b, -10 * a]])


@given(fractions, st.integers(1, 6))
def test_derivatives_of_every_order(x, n):
    """The k-th derivative of xⁿ is n!/(n − k)!·xⁿ⁻ᵏ."""
    x = leaf(x)
    y = x
    for _ in range(n - 1):
        y = y * x
    factor = 1
    for k in range(1, n + 1):
        (y,) = grad(y, x, create_graph=True)
        factor *= n - k + 1
        assert y.item() == factor * x.item() ** (n - k)


# Their graphs have a leaf at a kink, or so near to one that no difference can judge.
AT_A_KINK = {"l1_loss", "margin_ranking_loss", "pairwise_distance", "triplet_margin_with_distance_loss"}


@pytest.mark.parametrize("name", sorted(CASES.keys() - AT_A_KINK))
def test_the_second_derivatives_of_every_rule_are_differences_of_the_first(name):
    rng = random.Random(5)
    output = CASES[name](rng)
    if any(not hasattr(node.operation, "rerun") for node in reverse_topological_order(output._grad_fn)):
        pytest.skip("a Function has no rule")
    check_second_derivatives(output, rng)


LAYERS = [
    (lambda: nn.Linear(3, 2), (4, 3)),
    (lambda: nn.Conv2d(1, 2, 2), (2, 1, 3, 3)),
    (lambda: nn.LayerNorm(3), (2, 3)),
    (lambda: nn.GRU(2, 3), (3, 2)),
    (lambda: nn.LSTM(2, 2), (3, 2)),
    (lambda: nn.TransformerEncoderLayer(4, 2, 3, dropout=0.0, batch_first=True, activation="gelu"), (1, 2, 4)),
    (lambda: nn.Bilinear(2, 2, 2), None),
]


@pytest.mark.parametrize(("make", "shape"), LAYERS, ids=[make()._get_name() for make, _ in LAYERS])
def test_a_layer(make, shape):
    torch.manual_seed(1)
    layer = make().double()
    inputs = [torch.randn(*shape)] if shape else [torch.randn(2, 2), torch.randn(2, 2)]
    inputs = [x.double().requires_grad_() for x in inputs]

    def call(*arguments):
        output = layer(*arguments[: len(inputs)])
        return output[0] if isinstance(output, tuple) else output

    chosen = list(layer.parameters())[:2]
    assert gradgradcheck(call, [*inputs, *chosen], atol=1e-6, rtol=1e-5)


def test_figures_of_third_derivatives():
    """From PyTorch 2.13: y = Σ tanh(x²)·eˣ, its gradients of gradients with create_graph, float64."""
    x = Tensor([0.5, -1.2, 2.0], requires_grad=True)
    y = (torch.tanh(x * x) * x.exp()).sum()
    found = []
    for _ in range(3):
        (y_,) = grad(y, x, create_graph=True)
        found.append(y_.tolist())
        y = y_.sum()
    expected = [
        [1.9536250843, 0.1236604743, 7.4237336964],
        [5.8439316167, -0.5248198037, 7.1663289982],
        [4.9779098934, -2.4560193264, 8.6680419289],
    ]
    assert found == [pytest.approx(row, rel=1e-9) for row in expected]


class Cube(Function):
    @staticmethod
    def forward(ctx, x):
        y = x * x * x
        ctx.save_for_backward(x, y)
        return y

    @staticmethod
    def backward(ctx, gradient):
        x, y = ctx.saved_tensors
        return 3 * gradient * y / x


def test_a_function_of_one_s_own_has_second_derivatives():
    x = leaf([2.0, 3.0])
    (first,) = grad(Cube.apply(x).sum(), x, create_graph=True)
    assert first.tolist() == [12.0, 27.0] and grad(first.sum(), x)[0].tolist() == [12.0, 18.0]


class SquareOnce(Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x * x

    @staticmethod
    @once_differentiable
    def backward(ctx, u):
        assert not torch.is_grad_enabled()
        (x,) = ctx.saved_tensors
        return u * 2 * x


def test_a_gradient_that_is_no_value_of_the_graph_has_no_derivative():
    """As in PyTorch: of x·x² with a rule for x² alone the first derivative is 3x², and a second one is refused."""
    x = torch.tensor([3.0], requires_grad=True)
    SquareOnce.apply(x).sum().backward()
    assert x.grad.tolist() == [6.0]
    (first,) = torch.autograd.grad((SquareOnce.apply(x) * x).sum(), x, create_graph=True)
    assert first.tolist() == [27.0]
    with pytest.raises(RuntimeError, match="trying to differentiate twice a function that was marked with @once_diff"):
        first.sum().backward()
    assert x.grad.tolist() == [6.0]


def test_hooks_see_gradients_with_a_graph():
    x = leaf(3.0)
    y = x * x
    y.register_hook(lambda gradient: gradient * x)
    (first,) = grad(y * y, x, create_graph=True)
    # 2y·x·2x = 4x⁴. Of its derivative 8xy is direct, and 4x²·x·2x came through y, and so through the hook again.
    assert first.item() == 324.0 and grad(first, x)[0].item() == 216.0 + 648.0


def test_backward_adds_gradients_that_have_a_graph():
    x = leaf(2.0)
    (x**3).backward(create_graph=True)
    (x.grad * 2).backward()
    assert x.grad.item() == 12.0 + 24.0


def test_the_gradient_of_a_linear_function_is_a_constant():
    x, w = leaf([1.0, 2.0]), Tensor([[3.0, 4.0]])
    (first,) = grad((w @ x).sum(), x, create_graph=True)
    assert first.tolist() == [3.0, 4.0] and not first.requires_grad


def test_a_gradient_of_few_frees_no_more_than_it_went_through():
    x = leaf(2.0)
    middle = x * x
    y = middle * 3
    grad(y, middle)
    assert grad(middle, x)[0].item() == 4.0
    with pytest.raises(RuntimeError, match="already gone through"):
        grad(y, x)


@given(seeds)
def test_forward_and_reverse_mode_agree(seed):
    rng = random.Random(seed)
    draw = lambda n: Tensor([rng.gauss(0.0, 1.0) for _ in range(n)])

    def f(x):
        a = torch.softmax(x * x.tanh(), 0)
        return torch.stack([a[0] * x[1], (a @ x).exp(), x.norm(), x.prod(), torch.cat([a, x]).cumsum(0)[3]])

    x, e = draw(3), draw(3)
    forward = functional.jacobian(f, x, strategy="forward-mode")
    assert torch.allclose(functional.jacobian(f, x), forward, rtol=1e-12)
    value, along = functional.jvp(f, x, e)
    assert torch.allclose(along, forward @ e, rtol=1e-9, atol=1e-12) and torch.equal(value, f(x))
    hessian = functional.hessian(lambda x: f(x).sum(), x, outer_jacobian_strategy="forward-mode")
    assert torch.allclose(hessian, functional.hessian(lambda x: f(x).sum(), x), rtol=1e-9, atol=1e-12)
    assert torch.allclose(functional.hvp(lambda x: f(x).sum(), x, e)[1], hessian @ e, rtol=1e-9, atol=1e-11)


def test_a_linear_operation_is_pushed_forward_on_plain_numbers():
    x = leaf(Matrix([[Fraction(1, 3), Fraction(2)]]))
    y = torch.cat([x, x * 2]).sum(0)
    (along,) = push_forward([y], {x: Tensor(Matrix([[Fraction(1), Fraction(1, 7)]]))})
    assert along.matrix == Matrix([[3, Fraction(3, 7)]])


def test_a_backward_pass_may_give_none_for_what_the_caller_left_out():
    class Scaled(Function):
        @staticmethod
        def forward(ctx, x, scale=2.0):
            ctx.scale = scale
            return x * scale

        @staticmethod
        def backward(ctx, gradient):
            return gradient * ctx.scale, None

    x = leaf(3.0)
    Scaled.apply(x).backward()
    assert x.grad.item() == 2.0


@pytest.mark.parametrize(
    "call",
    [
        nn.functional.l1_loss,
        nn.functional.pairwise_distance,
        lambda a, b: nn.functional.margin_ranking_loss(a[:, 0], b[:, 0], Tensor([1.0, -1.0])),
        lambda a, b: nn.functional.triplet_margin_with_distance_loss(a, b, b + a * a),
    ],
    ids=["l1_loss", "pairwise_distance", "margin_ranking_loss", "triplet_margin_with_distance_loss"],
)
def test_what_has_a_kink_is_right_beside_it(call):
    a, b = leaf([[0.3, -1.2, 0.7], [1.1, 0.4, -0.6]]), leaf([[-0.8, 0.5, 1.9], [0.2, -1.0, 0.9]])
    assert gradgradcheck(call, [a, b])


def test_a_gradient_that_is_constant_is_added_up_too():
    x = leaf([1.0, 2.0])
    for _ in range(2):
        (x * 3).sum().backward(create_graph=True)
    assert x.grad.tolist() == [6.0, 6.0] and not x.grad.requires_grad


def test_a_graph_keeps_the_values_of_its_leaves():
    """PyTorch refuses a leaf that was changed in place; here the derivatives are those where the function was called."""
    x, w = leaf([2.0, 3.0]), Tensor([5.0, 7.0])
    y = (x * x * x * w).sum()
    with torch.no_grad():
        x.mul_(10.0)
        w.zero_()
    (first,) = grad(y, x, create_graph=True)
    assert first.tolist() == [60.0, 189.0]
    (second,) = grad(first.sum(), x, create_graph=True)
    assert second.tolist() == [60.0, 126.0]
    assert grad(second.sum(), x)[0].tolist() == [30.0, 42.0]


def test_forward_mode_keeps_the_values_of_its_leaves():
    x = leaf([2.0, 3.0])
    y = x.exp() * x
    with torch.no_grad():
        x.zero_()
    (along,) = push_forward([y], {x: Tensor([1.0, 1.0])})
    assert along.tolist() == pytest.approx([3.0 * math.exp(2.0), 4.0 * math.exp(3.0)])


@pytest.mark.parametrize(
    "call", [torch.relu, nn.functional.leaky_relu, nn.functional.hardtanh, torch.abs, lambda x: x.clamp(-1, 1)]
)
def test_what_is_linear_between_its_kinks_keeps_its_inputs_in_the_graph(call):
    """As in PyTorch, where the second derivative is 0 and not missing."""
    x = leaf([-2.0, -0.5, 0.5, 2.0])
    (first,) = grad(call(x).sum(), x, create_graph=True)
    assert first.requires_grad and grad(first.sum(), x)[0].tolist() == [0.0] * 4
    (along,) = push_forward([call(x)], {x: Tensor([1.0, 10.0, 100.0, 1000.0])})
    assert along.tolist() == (first * Tensor([1.0, 10.0, 100.0, 1000.0])).tolist()


SMOOTH = {
    name: getattr(nn.functional, name) for name in ("logsigmoid", "softplus", "silu", "mish", "gelu", "tanh", "sigmoid")
}
SMOOTH = {**SMOOTH,
    "binary_cross_entropy_with_logits": lambda x: nn.functional.binary_cross_entropy_with_logits(x, torch.ones(3) / 4),
    "pos_weight": lambda x: nn.functional.binary_cross_entropy_with_logits(x, torch.ones(3) / 4, pos_weight=[1, 2, 3]),
    "soft_margin_loss": lambda x: nn.functional.soft_margin_loss(x, torch.ones(3)),
    "multilabel_soft_margin_loss": lambda x: nn.functional.multilabel_soft_margin_loss(x, torch.ones(3)),
    "cross_entropy": lambda x: nn.functional.cross_entropy(x, torch.tensor(1)),
    "logaddexp": lambda x: torch.logaddexp(x, x * 2),
    "logsumexp": lambda x: torch.logsumexp(x, 0),
    "logcumsumexp": lambda x: torch.logcumsumexp(x, 0),
    "softmax": lambda x: torch.softmax(x, 0),
    "sinc": torch.sinc,
}  # fmt: skip


@pytest.mark.parametrize("name", SMOOTH)
def test_a_smooth_function_has_its_derivatives_at_0(name):
    """Where a rule takes another branch for positive numbers, as all do that keep exponentials small."""
    x, e = torch.zeros(3, dtype=torch.float64), torch.tensor([0.7, -1.3, 0.4], dtype=torch.float64)
    f = SMOOTH[name]
    forward, backward = torch.func.jacfwd(f)(x), torch.func.jacrev(f)(x)
    assert torch.allclose(forward, backward, rtol=1e-12, atol=1e-15)
    hessian = torch.func.hessian(lambda x: f(x).sum())(x)
    assert torch.allclose(functional.hvp(lambda x: f(x).sum(), x, e)[1], hessian @ e, rtol=1e-12, atol=1e-15)
    assert gradgradcheck(f, [x.requires_grad_()])


@pytest.mark.parametrize("name", ["sqrt", "log", "asin", "acos", "acosh"])
def test_forward_mode_at_a_pole(name):
    """±∞ as the gradient, in PyTorch 2.13 as here."""
    x, f = torch.tensor([0.0 if name in ("sqrt", "log") else 1.0]), getattr(torch, name)
    assert torch.func.jvp(f, (x,), (torch.ones(1),))[1].tolist() == torch.func.grad(lambda x: f(x).sum())(x).tolist()


def test_the_derivative_of_nan_is_nan():
    x = leaf([2.0, 0.5])
    (first,) = grad(torch.asin(x).sum(), x, create_graph=True)
    (second,) = grad(first.sum(), x)
    assert math.isnan(second.tolist()[0]) and second.tolist()[1] == pytest.approx(0.5 / 0.75**1.5)


def test_xlogy_below_zero_has_pytorchs_second_derivatives():
    """a·ln b at b < 0: ∂²/∂a∂b = 1/b and ∂²/∂b² = −a/b², whatever the logarithm is."""
    a, b = Tensor(2.0, requires_grad=True), Tensor(-0.5, requires_grad=True)
    to_a, to_b = grad(torch.xlogy(a, b), (a, b), create_graph=True)
    assert math.isnan(to_a.item()) and to_b.item() == -4.0
    assert grad(to_a, b, retain_graph=True)[0].item() == -2.0
    assert [g.item() for g in grad(to_b, (a, b))] == [-2.0, -8.0]


def test_over_fractions_a_pass_that_begins_with_a_division_is_exact():
    x = Tensor([Fraction(1), Fraction(2), Fraction(4)], requires_grad=True)
    for loss in (x.mean(), (x / 3).sum()):
        (found,) = grad(loss, x)
        assert found.matrix.tolist() == [[Fraction(1, 3)] * 3]
        assert all(isinstance(g, Fraction) for g in found.matrix.rows[0])
