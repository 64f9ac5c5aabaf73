"""The activations: stable far out, and their conventions at the kinks."""

import inspect
import math
import random
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop import Generator, Matrix, Tensor, stack
from backprop.autograd import gradcheck
from backprop.nn import activations as layers
from backprop.nn import functional as F
from backprop.nn.functional import (
    elu,
    gelu,
    hardswish,
    hardtanh,
    leaky_relu,
    logsigmoid,
    mish,
    prelu,
    relu,
    selu,
    silu,
    softplus,
)
from tests import tables
from tests.strategies import random_tensor, seeds, sizes


def value_and_slope(function, x):
    leaf = Tensor(x, requires_grad=True)
    y = function(leaf)
    y.backward()
    return y.item(), leaf.grad.matrix.item()


@pytest.mark.parametrize(
    ("function", "at_minus_1000", "at_1000"),
    [
        (F.tanh, (-1.0, 0.0), (1.0, 0.0)),
        (F.sigmoid, (0.0, 0.0), (1.0, 0.0)),
        (F.relu, (0.0, 0.0), (1000.0, 1.0)),
        (F.leaky_relu, (-10.0, 0.01), (1000.0, 1.0)),
        (elu, (-1.0, 0.0), (1000.0, 1.0)),
        (selu, (-1.7580993408473766, 0.0), (1050.7009873554804, 1.0507009873554805)),
        (gelu, (0.0, 0.0), (1000.0, 1.0)),
        (lambda x: gelu(x, approximate="tanh"), (0.0, 0.0), (1000.0, 1.0)),
        (silu, (0.0, 0.0), (1000.0, 1.0)),
        (mish, (0.0, 0.0), (1000.0, 1.0)),
        (softplus, (0.0, 0.0), (1000.0, 1.0)),
        (lambda x: softplus(x, 2.0, 1e6), (0.0, 0.0), (1000.0, 1.0)),
        (hardtanh, (-1.0, 0.0), (1.0, 0.0)),
        (hardswish, (0.0, 0.0), (1000.0, 1.0)),
        (logsigmoid, (-1000.0, 1.0), (0.0, 0.0)),
        (lambda x: prelu(x, Tensor([0.25])), (-250.0, 0.25), (1000.0, 1.0)),
    ],
)
def test_far_out(function, at_minus_1000, at_1000):
    assert value_and_slope(function, -1000.0) == at_minus_1000
    assert value_and_slope(function, 1000.0) == at_1000


@given(st.floats(-745.0, 745.0))
def test_sigmoid_is_accurate_in_both_tails(x):
    """1/(1 + e⁻ˣ) rounds three times and exp is good to an ulp: relative error below 4·2⁻⁵³, or half the least float.

    The reference is 1/(1 + e) over Fractions, with e⁻ˣ as math.exp gives it, or its inverse where it overflows.
    """
    y = F.sigmoid(Tensor(x)).item()
    tail = Fraction(math.exp(-abs(x)))
    exact = 1 / (1 + tail) if x >= 0 else tail / (1 + tail)
    assert abs(Fraction(y) - exact) <= max(8 * Fraction(2) ** -53 * exact, Fraction(5e-324))


@given(st.floats(-40.0, 40.0))
def test_sigmoid_and_tanh_are_the_same_curve(x):
    """tanh x = 2σ(2x) − 1, within four roundings of numbers up to 1."""
    assert math.isclose(F.tanh(Tensor(x)).item(), 2 * F.sigmoid(Tensor(2 * x)).item() - 1, abs_tol=4 * 2.0**-53)


def test_at_the_kink_the_slope_is_that_of_the_left():
    assert value_and_slope(F.relu, 0.0) == (0.0, 0.0)
    assert value_and_slope(lambda x: F.leaky_relu(x, negative_slope=0.2), 0.0) == (0.0, 0.2)
    assert value_and_slope(F.leaky_relu, -2.0) == (-0.02, 0.01)


def test_relu_of_infinity():
    assert F.relu(Matrix([[math.inf, -math.inf]])).matrix == Matrix([[math.inf, 0.0]])


# For each activation: the function as it is checked, and its kinks, which no finite difference can judge.
ACTIVATIONS = {
    "elu": (lambda x: elu(x, 0.4), [0.0]),
    "gelu": (gelu, []),
    "gelu by tanh": (lambda x: gelu(x, approximate="tanh"), []),
    "glu": (lambda x: F.glu(stack([x, -x], -1)).squeeze(-1), []),
    "hardswish": (hardswish, [-3.0, 3.0]),
    "hardtanh": (lambda x: hardtanh(x, -0.5, 1.0), [-0.5, 1.0]),
    "leaky_relu": (lambda x: leaky_relu(x, 0.3), [0.0]),
    "logsigmoid": (logsigmoid, []),
    "mish": (mish, []),
    "prelu": (lambda x: prelu(x, Tensor([0.3])), [0.0]),
    "relu": (relu, [0.0]),
    "rrelu": (lambda x: F.rrelu(x, 0.1, 0.3), [0.0]),
    "selu": (selu, [0.0]),
    "sigmoid": (F.sigmoid, []),
    "silu": (silu, []),
    "softplus": (lambda x: softplus(x, 2.0, 50.0), []),
    "tanh": (F.tanh, []),
}


def test_no_activation_is_left_out():
    modules = {f"backprop.nn.functional.{name}" for name in ("gated", "rectifiers", "sigmoidal")}
    modules.add("backprop.tensors.activations")
    public = {name for name in F.__all__ if getattr(F, name).__module__ in modules}
    assert {name.split()[0] for name in ACTIVATIONS} == public


@pytest.mark.parametrize("name", ACTIVATIONS)
@given(rows=sizes, columns=sizes, seed=seeds)
def test_gradient(name, rows, columns, seed):
    function, kinks = ACTIVATIONS[name]
    rng = random.Random(seed)
    x = random_tensor(rows, columns, rng).matrix * 2.0
    x = x.map(lambda entry: entry + 0.02 if any(abs(entry - kink) < 0.01 for kink in kinks) else entry)
    assert gradcheck(function, [Tensor(x, requires_grad=True)], rng=rng)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_nan_stays_nan(name):
    """Beside a number on either side, where a max could lose it, and in the layer of that name too."""
    y = ACTIVATIONS[name][0](Matrix([[1.0, math.nan, -1.0]])).matrix
    assert [math.isnan(entry) for entry in y.rows[0]] == [False, True, False]


@pytest.mark.parametrize("x", [-1000.0, -50.0, -5.0, 0.0, 5.0, 50.0, 750.0, 1000.0])
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_values_and_slopes_are_finite(name, x):
    value, slope = value_and_slope(ACTIVATIONS[name][0], x)
    assert abs(value) <= 1051.0 and abs(slope) <= 1.8


@pytest.mark.parametrize(
    ("function", "x", "slope"),
    [
        (elu, 0.0, 1.0),
        (lambda x: elu(x, 0.5), 0.0, 0.5),
        (selu, 0.0, 1.7580993408473766),
        (hardtanh, -1.0, 0.0),
        (hardtanh, 1.0, 0.0),
        (hardswish, -3.0, 0.0),
        (hardswish, 3.0, 1.0),
        (lambda x: prelu(x, Tensor([0.25])), 0.0, 0.25),
        (lambda x: softplus(x, 1.0, 0.0), 0.0, 0.5),
    ],
)
def test_conventions_at_the_kinks_are_those_of_pytorch(function, x, slope):
    assert value_and_slope(function, x)[1] == pytest.approx(slope, rel=1e-15)


def test_far_below_zero_gelu_keeps_its_digits():
    """Φ(−10) by the asymptotic series φ(x)/x·(1 − 1/x² + 3/x⁴ − 15/x⁶ + …), whose next term is 105/10⁸ ≈ 10⁻⁶."""
    density = math.exp(-50.0) / math.sqrt(2.0 * math.pi)
    tail = density / 10.0 * (1.0 - 1e-2 + 3e-4 - 15e-6)
    assert gelu(Tensor(-10.0)).item() == pytest.approx(-10.0 * tail, rel=2e-6, abs=0.0)


@given(st.floats(-30.0, 30.0))
def test_laws_between_activations(x):
    """softplus′ = σ, ln σ(x) = −softplus(−x), x = gelu(x) − gelu(−x), silu(x) = x·σ(x); each within a few roundings."""
    s = F.sigmoid(Tensor(x)).item()
    assert value_and_slope(lambda x: softplus(x, 1.0, 40.0), x)[1] == pytest.approx(s, rel=1e-14)
    assert logsigmoid(Tensor(x)).item() == pytest.approx(-softplus(Tensor(-x), 1.0, 40.0).item(), rel=1e-14, abs=1e-300)
    assert gelu(Tensor(x)).item() - gelu(Tensor(-x)).item() == pytest.approx(x, rel=1e-14, abs=1e-300)
    assert silu(Tensor(x)).item() == x * s


def test_prelu_learns_one_slope_for_all_or_one_a_channel():
    x = Tensor([[-1.0, 2.0, -3.0, -4.0], [5.0, -6.0, -7.0, 8.0]])
    for shape, slopes, gradient in (
        ((2, 4), [0.5], [-21.0]),
        ((2, 2, 2), [0.5, 0.25], [-7.0, -14.0]),
        ((2, 4), [0.5, 0.25, 0.0, 1.0], [-1.0, -6.0, -10.0, -4.0]),
        ((2, 1, 2, 2), [0.5], [-21.0]),
        ((8,), [0.5], [-21.0]),
    ):
        weight = Tensor(slopes, requires_grad=True)
        prelu(x.view(shape), weight).sum().backward()
        assert weight.grad.tolist() == gradient


def test_glu_is_pytorchs():
    """F.glu(z) and F.glu(z, 0), made with PyTorch 2.13 in float64."""
    z = [[0.5, -1.0, 2.0, 3.0], [1.5, 0.25, -0.75, 0.0]]
    along_columns = (
        -1,
        [[1.0, 2.0], [3.0, -4.0]],
        [[0.44039853898894116, -0.9525741268224334], [0.48123195123691054, 0.125]],
        [[0.8807970779778823, 1.9051482536448667, 0.05249679270175331, -0.090353319461824]]
        + [[0.9624639024738211, -2.0, 0.9805274719281633, -0.25]],
    )
    along_rows = (
        0,
        [[1.0, 2.0, 3.0, -4.0]],
        [[0.4087872380968218, -0.5621765008857981, 0.641642601649214, 1.5]],
        [[0.8175744761936437, 1.1243530017715961, 0.9624639024738211, -2.0]]
        + [[0.07457322603516643, -0.4922681654751967, 1.3073699625708843, -3.0]],
    )
    for dim, upstream, value, gradient in (along_columns, along_rows):
        x = Tensor(z, requires_grad=True)
        y = F.glu(x, dim)
        y.backward(Tensor(upstream))
        assert y.allclose(Tensor(value), 1e-14) and x.grad.allclose(Tensor(gradient), 1e-14)
    with pytest.raises(RuntimeError, match="glu: the size along dim is even, got 3 at axis -1"):
        F.glu(Tensor([1.0, 2.0, 3.0]))


@given(sizes, sizes, st.integers(1, 3), seeds)
def test_gradients_of_prelu(rows, channels, length, seed):
    """Input kept 0.1 off the kink at 0."""
    rng = random.Random(seed)
    x, weight = random_tensor(rows, channels * length, rng, kink=0.0), random_tensor(1, channels, rng)
    assert gradcheck(lambda x, a: prelu(x.view(rows, channels, length), a.view(channels)), [x, weight], rng=rng)


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: layers.LeakyReLU(math.nan), "LeakyReLU: negative_slope is a finite number, got nan"),
        (lambda: leaky_relu(Tensor(1.0), math.inf), "leaky_relu: negative_slope is a finite number, got inf"),
        (lambda: layers.ELU("1"), "ELU: alpha is a finite number, got '1'"),
        (lambda: elu(Tensor(1.0), None), "elu: alpha is a finite number, got None"),
        (lambda: layers.GELU("exact"), "GELU: approximate is 'none' or 'tanh', got 'exact'"),
        (lambda: gelu(Tensor(1.0), approximate=True), "gelu: approximate is 'none' or 'tanh', got True"),
        (lambda: layers.Softplus(0.0), "Softplus: beta is a finite number above 0, got 0.0"),
        (lambda: softplus(Tensor(1.0), -1.0), "softplus: beta is a finite number above 0, got -1.0"),
        (lambda: layers.Softplus(threshold=math.nan), "Softplus: threshold is a finite number, got nan"),
        (lambda: layers.Hardtanh(1.0, -1.0), "Hardtanh: min_val is below max_val, got 1.0 and -1.0"),
        (lambda: hardtanh(Tensor(1.0), 2.0, 1.0), "hardtanh: min_val is below max_val, got 2.0 and 1.0"),
        (lambda: layers.Hardtanh(math.nan), "Hardtanh: min_val is a finite number, got nan"),
        (lambda: layers.PReLU(0), "PReLU: num_parameters is an int from 1 up, got 0"),
        (lambda: layers.PReLU(init=math.nan), "PReLU: init is a finite number, got nan"),
    ],
)
def test_settings_that_make_no_sense_are_refused(make, sentence):
    with pytest.raises(ValueError, match=sentence):
        make()


@pytest.mark.parametrize("weight", [[0.1, 0.2, 0.3], [[0.1, 0.2, 0.3, 0.4]]])
def test_slopes_that_do_not_fit_are_refused(weight):
    with pytest.raises(
        RuntimeError, match=r"prelu: weight has one slope, or one for each of the 4 channels of the input of"
    ):
        prelu(tables.zeros(2, 4), Tensor(weight))


def test_settings_show_as_in_pytorch():
    shown = {
        layers.PReLU(3): "PReLU(num_parameters=3)",
        layers.ELU(): "ELU(alpha=1.0)",
        layers.GELU("tanh"): "GELU(approximate='tanh')",
        layers.Softplus(): "Softplus(beta=1.0, threshold=20.0)",
        layers.Hardtanh(0.0, 6.0): "Hardtanh(min_val=0.0, max_val=6.0)",
        layers.SiLU(): "SiLU()",
    }
    for layer, text in shown.items():
        assert repr(layer).split("  #")[0] == text


def test_the_default_of_a_layer_is_that_of_its_function():
    for layer, function in ((layers.ELU, elu), (layers.Softplus, softplus), (layers.Hardtanh, hardtanh)):
        settings = list(inspect.signature(layer).parameters.values())
        assert settings == list(inspect.signature(function).parameters.values())[1:]


def test_rrelu_draws_as_pytorch():
    """torch.manual_seed(0); F.rrelu(torch.tensor([-1., 2., -3., 0., -1.], dtype=torch.float64), 0.25, 0.5, True) of PyTorch 2.13,
    which draws for the 0, too."""
    figures = [-0.4925132504516383, 2.0, -1.280864898299841, 0.0, -0.4801869210304901]
    y = F.rrelu(Tensor([-1.0, 2.0, -3.0, 0.0, -1.0]), 0.25, 0.5, True, rng=Generator().manual_seed(0))
    assert y.tolist() == pytest.approx(figures, rel=1e-15)


@given(seed=seeds)
def test_rrelu_has_the_slopes_that_it_drew(seed):
    rng = random.Random(seed)
    x = random_tensor(2, 3, rng)
    assert gradcheck(lambda x: F.rrelu(x, 0.1, 0.3, True, rng=Generator().manual_seed(seed)), [x], rng=rng)
    assert F.rrelu(x, 0.1, 0.3).tolist() == leaky_relu(x, 0.2).tolist()
    with pytest.raises(ValueError, match="^rrelu: lower is not above upper, got 0.3 and 0.1"):
        F.rrelu(x, 0.3, 0.1)
