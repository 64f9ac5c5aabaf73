"""The optimizers against PyTorch's figures, and against their equations over Fractions."""

from fractions import Fraction

import pytest
from hypothesis import given

from backprop import SGD, Adam, Linear, Matrix, Optimizer, Parameter
from tests.strategies import fractions, same_shape

# PyTorch 2.13.0, float64: w = [1, −2, 0.5]; five steps of loss = (0.5·[1, 10, 0.1]·w² + w³/30).sum(),
# optimizer.zero_grad(), loss.backward(), optimizer.step(); then the entries of w, printed with repr.
FIGURES = [
    (SGD, {"lr": 0.1}, [0.5645643286517209, 1.3283896065271138e-42, 0.4639544045918903]),
    (SGD, {"lr": 0.1, "momentum": 0.9}, [-0.09039576648871409, -1.5952958951072207, 0.4059040433851973]),
    (
        SGD,
        {"lr": 0.1, "momentum": 0.9, "nesterov": True},
        [-0.14816546101634748, 6.436027081154535e-06, 0.38343902164969534],
    ),
    (
        SGD,
        {"lr": 0.1, "momentum": 0.5, "weight_decay": 0.2},
        [0.24228802130297453, -0.36853744538880995, 0.3713376395201918],
    ),
    (Adam, {"lr": 0.1}, [0.5087712331282158, -1.5028900380226005, 0.036116929260112965]),
    (
        Adam,
        {"lr": 0.05, "betas": (0.8, 0.95), "eps": 1e-3, "weight_decay": 0.1},
        [0.7526176093143429, -1.750976170477911, 0.25886968679420713],
    ),
]


@pytest.mark.parametrize(("rule", "settings", "figures"), FIGURES)
def test_five_steps_are_those_of_pytorch(rule, settings, figures):
    w = Parameter([[1.0, -2.0, 0.5]])
    curvature = Matrix([[1.0, 10.0, 0.1]])
    optimizer = rule([w], **settings)
    for _ in range(5):
        optimizer.zero_grad()
        (0.5 * curvature * w**2 + w**3 / 30).sum().backward()
        optimizer.step()
    # PyTorch may sum in another order and fuses some products: a few roundings of numbers of size 2 to 10, which
    # the steps at this curvature do not amplify.
    assert w.data.allclose(Matrix([figures]), rel_tol=1e-12, abs_tol=1e-14)


@given(same_shape(2), fractions)
def test_sgd_is_its_equation_exactly(matrices, lr):
    value, gradient = matrices
    w = Parameter(value)
    w.grad = gradient
    SGD([w], lr=abs(lr)).step()
    assert w.data == value - abs(lr) * gradient


@given(same_shape(3))
def test_momentum_is_its_equation_exactly(matrices):
    value, first, second = matrices
    w = Parameter(value)
    lr, momentum = Fraction(1, 10), Fraction(9, 10)
    optimizer = SGD([w], lr=lr, momentum=momentum)
    for gradient in (first, second):
        w.grad = gradient
        optimizer.step()
    assert w.data == value - lr * first - lr * (momentum * first + second)


def test_adam_steps_by_lr_whatever_the_scale_of_a_constant_gradient():
    """m̂ = g and v̂ = g² in every step, so each step is lr·g/|g|, up to a few roundings."""
    w = Parameter([[0.0, 0.0, 0.0]])
    optimizer = Adam([w], lr=0.5, eps=1e-300)
    for step in range(1, 11):
        w.grad = Matrix([[1e-9, -1.0, 1e9]])
        optimizer.step()
        assert w.data.allclose(Matrix([[-1, 1, -1]]) * 0.5 * step, rel_tol=1e-12)


def test_a_parameter_without_gradient_stays():
    w, b = Parameter([[1.0]]), Parameter([[1.0]])
    optimizer = Adam([w, b])
    w.grad = Matrix([[1.0]])
    optimizer.step()
    assert w.data != Matrix([[1.0]]) and b.data == Matrix([[1.0]])


def test_a_graph_keeps_the_values_it_was_computed_with():
    """step() assigns new data; a Matrix never changes, so a loss computed before goes back through the old weights."""
    w = Parameter([[3.0]])
    loss = w * w
    w.grad = Matrix([[1.0]])
    SGD([w], lr=1.0).step()
    w.grad = None
    loss.backward()
    assert w.grad.item() == 6.0


def test_a_rule_of_ones_own_needs_only_update():
    class SignSGD(Optimizer):
        def update(self, value, gradient, state):
            return value - gradient.map(lambda g: (g > 0) - (g < 0))

    w = Parameter([[5, 5, 5]])
    w.grad = Matrix([[0.1, -7, 0]])
    SignSGD([w]).step()
    assert w.data == Matrix([[4, 6, 5]])


@pytest.mark.parametrize(
    ("make", "error", "sentence"),
    [
        (lambda w: SGD([]), ValueError, "SGD got no parameters; give it model.parameters()"),
        (lambda w: SGD([w, Matrix([[1]])]), TypeError, r"SGD learns Parameters, number 1 is Matrix\(\[\[1\]\]\)"),
        (lambda w: Adam([w, w]), ValueError, "Adam got a parameter twice"),
        (lambda w: SGD([w], lr=-0.1), ValueError, "SGD: lr is a number from 0 up, got -0.1"),
        (lambda w: SGD([w], lr=float("nan")), ValueError, "SGD: lr is a number from 0 up, got nan"),
        (lambda w: SGD([w], momentum=-1), ValueError, "momentum"),
        (lambda w: SGD([w], nesterov=True), ValueError, "nesterov needs a momentum above 0"),
        (
            lambda w: Adam([w], betas=(0.9, 1.0)),
            ValueError,
            r"betas are two numbers from 0 up to below 1, got \(0.9, 1.0\)",
        ),
        (lambda w: Adam([w], weight_decay=-1), ValueError, "weight_decay"),
        (lambda w: Adam([w], betas=(0.9,)), ValueError, r"betas are two numbers .* got \(0.9,\)"),
        (lambda w: Adam([w], betas=0.9), ValueError, "betas are two numbers"),
        (lambda w: Adam([w], eps=0.0), ValueError, "eps is a number above 0"),
        (lambda w: SGD([w], lr="a"), ValueError, "lr is a number from 0 up, got 'a'"),
        (lambda w: SGD([w], lr=float("inf")), ValueError, "lr is a number from 0 up, got inf"),
        (lambda w: SGD(Linear(1, 1)), TypeError, r"needs parameters, got a Linear; give it model.parameters\(\)"),
    ],
)
def test_settings_that_make_no_sense_are_refused(make, error, sentence):
    with pytest.raises(error, match=sentence):
        make(Parameter([[1.0]]))


def test_a_generator_of_parameters_is_enough():
    layer = Linear(2, 1)
    optimizer = SGD(layer.parameters(), lr=0.1)
    assert optimizer.params == [layer.weight, layer.bias]
