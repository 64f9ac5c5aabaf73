"""The functions entry by entry, each of one tensor or of two: PyTorch's figures, gradients on any shape, shapes that fit."""

import math
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import backprop
from backprop import Tensor
from backprop.autograd import gradcheck
from tests.strategies import seeds
from tests.tensors.entrywise import random_leaf, shapes_that_broadcast

# Inputs, values and derivatives, made with PyTorch 2.13 in float64: y = torch.NAME(x); y.sum().backward().
OF_ONE = {
    "exp": ([-1.5, 0.25], [0.22313016014842982, 1.2840254166877414], [0.22313016014842982, 1.2840254166877414]),
    "exp2": ([-1.5, 0.25], [0.3535533905932738, 1.189207115002721], [0.2450645358671368, 0.8242955588659627]),
    "expm1": ([-1.5, 1e-09], [-0.7768698398515702, 1.0000000005000001e-09], [0.2231301601484298, 1.000000001]),
    "log": ([0.3, 7.5], [-1.2039728043259361, 2.0149030205422647], [3.3333333333333335, 0.13333333333333333]),
    "log2": ([0.3, 8.0], [-1.7369655941662063, 3.0], [4.808983469629878, 0.18033688011112042]),
    "log10": ([0.3, 1000.0], [-0.5228787452803376, 3.0], [1.4476482730108395, 0.00043429448190325184]),
    "log1p": ([-0.5, 1e-09], [-0.6931471805599453, 9.999999995e-10], [2.0, 0.9999999989999999]),
    "sqrt": ([0.3, 7.5], [0.5477225575051661, 2.7386127875258306], [0.9128709291752769, 0.18257418583505536]),
    "rsqrt": ([0.3, 7.5], [1.8257418583505538, 0.3651483716701107], [-3.0429030972509232, -0.024343224778007377]),
    "sin": ([-2.0, 0.7], [-0.9092974268256817, 0.644217687237691], [-0.4161468365471424, 0.7648421872844885]),
    "cos": ([-2.0, 0.7], [-0.4161468365471424, 0.7648421872844885], [0.9092974268256817, -0.644217687237691]),
    "tan": ([-2.0, 0.7], [2.185039863261519, 0.8422883804630794], [5.774399204041917, 1.7094497158631172]),
    "asin": ([-0.9, 0.3], [-1.1197695149986342, 0.30469265401539747], [2.294157338705618, 1.0482848367219182]),
    "acos": ([-0.9, 0.3], [2.6905658417935308, 1.2661036727794992], [-2.294157338705618, -1.0482848367219182]),
    "atan": ([-2.0, 0.7], [-1.1071487177940904, 0.6107259643892086], [0.2, 0.6711409395973155]),
    "sinh": ([-2.0, 0.7], [-3.626860407847019, 0.7585837018395334], [3.7621956910836314, 1.255169005630943]),
    "cosh": ([-2.0, 0.7], [3.7621956910836314, 1.255169005630943], [-3.626860407847019, 0.7585837018395334]),
    "tanh": ([-2.0, 0.7], [-0.9640275800758169, 0.6043677771171635], [0.07065082485316443, 0.6347395899824586]),
    "asinh": ([-2.0, 0.7], [-1.4436354751788103, 0.6526665660823557], [0.4472135954999579, 0.8192319205190405]),
    "acosh": ([1.5, 4.0], [0.9624236501192069, 2.0634370688955608], [0.8944271909999159, 0.2581988897471611]),
    "atanh": ([-0.9, 0.3], [-1.4722194895832204, 0.30951960420311175], [5.263157894736843, 1.0989010989010988]),
    "sinc": ([-1.3, 0.0], [-0.19809085184633993, 1.0], [0.2997649234201025, 0.0]),
    "sigmoid": ([-2.0, 0.7], [0.11920292202211755, 0.6681877721681662], [0.1049935854035065, 0.22171287329310904]),
    "logit": ([0.2, 0.9], [-1.3862943611198906, 2.1972245773362196], [6.249999999999999, 11.111111111111112]),
    "erf": ([-1.2, 0.4], [-0.9103139782296353, 0.42839235504666845], [0.26734434700353915, 0.9615412988393078]),
    "erfc": ([-1.2, 5.0], [1.9103139782296354, 1.537459794428035e-12], [-0.26734434700353915, -1.5670866531017336e-11]),
    "erfinv": ([-0.99, 0.2], [-1.8213863677184494, 0.1791434546212917], [24.45087647374641, 0.9151293475072344]),
    "lgamma": ([-1.5, 4.2], [0.860047015376481, 2.04855563696059], [0.7031566406452433, 1.311338891286599]),
    "digamma": ([-1.5, 4.2], [0.7031566406452433, 1.311338891286599], [9.37924664484954, 0.2686649407587021]),
    "square": ([-1.5, 3.0], [2.25, 9.0], [-3.0, 6.0]),
    "reciprocal": ([-1.5, 4.0], [-0.6666666666666666, 0.25], [-0.4444444444444444, -0.0625]),
    "abs": ([-1.5, 3.0], [1.5, 3.0], [-1.0, 1.0]),
    "frac": ([-1.75, 2.25], [-0.75, 0.25], [1.0, 1.0]),
    "deg2rad": ([-30.0, 180.0], [-0.5235987755982988, 3.141592653589793], [0.017453292519943295, 0.017453292519943295]),
    "rad2deg": ([-0.5, 3.0], [-28.64788975654116, 171.88733853924697], [57.29577951308232, 57.29577951308232]),
    "relu": ([-1.0, 2.0], [0.0, 2.0], [0.0, 1.0]),
    "special.ndtr": (
        [-1.5, 0.8],
        [0.06680720126885803, 0.7881446014166034],
        [0.12951759566589172, 0.28969155276148273],
    ),
    "special.ndtri": ([0.1, 0.7], [-1.2815515655446004, 0.5244005127080407], [5.698059856117003, 2.876103659264292]),
    "special.erfcx": (
        [-0.7, 12.0],
        [2.7387021025613167, 0.04685422101489376],
        [-4.962562110681356, -0.003877862738062232],
    ),
    "special.log_ndtr": (
        [-9.0, 0.5],
        [-43.62814911333212, -0.36894641528865635],
        [9.10852310500292, 0.5091604338370335],
    ),
    "special.entr": ([0.2, 1.7], [0.3218875824868201, -0.9020680268056896], [0.6094379124341003, -1.5306282510621703]),
    "special.i0": (
        [-1.5, 40.0],
        [1.6467231897728907, 1.48947747934199e16],
        [-0.9816664285779075, 1.4707396163259354e16],
    ),
    "special.i0e": (
        [-1.5, 40.0],
        [0.36743360905415834, 0.06327827987523532],
        [0.14839422163323268, -0.0007960508007932646],
    ),
    "special.i1": (
        [-1.5, 40.0],
        [-0.9816664285779075, 1.4707396163259354e16],
        [0.9922789040542856, 1.4527089889338416e16],
    ),
    "special.i1e": (
        [-1.5, 40.0],
        [-0.21903938742092566, 0.06248222907444206],
        [0.002367963352615632, -0.0007660049260677787],
    ),
}

OF_TWO = {
    "atan2": (
        [-1.0808390005411683, 0.2914567944778671],
        [0.27681660899653976, 0.4587155963302752],
        [0.5190311418685121, -0.13761467889908255],
    ),
    "hypot": (
        [1.7, 2.08806130178211],
        [-0.8823529411764706, 0.2873478855663454],
        [0.4705882352941177, 0.9578262852211513],
    ),
    "logaddexp": (
        [0.895545464597963, 2.220417409918451],
        [0.09112296101485616, 0.19781611144141825],
        [0.9088770389851438, 0.8021838885585817],
    ),
    "logaddexp2": (
        [1.0667123119699777, 2.463548323676427],
        [0.1687884029048977, 0.27479957467599525],
        [0.8312115970951023, 0.7252004253240047],
    ),
    "xlogy": ([0.33471532697131456, 0.4158883083359672], [-0.2231435513142097, 0.6931471805599453], [-1.875, 0.3]),
    "special.xlog1py": (
        [-0.8816799973531786, 0.6591673732008657],
        [0.5877866649021191, 1.0986122886681096],
        [-0.8333333333333333, 0.19999999999999998],
    ),
    "copysign": ([1.5, 0.6], [-1.0, 1.0], [0.0, 0.0]),
    "fmax": ([0.8, 2.0], [0.0, 0.0], [1.0, 1.0]),
    "fmin": ([-1.5, 0.6], [1.0, 1.0], [0.0, 0.0]),
    "maximum": ([0.8, 2.0], [0.0, 0.0], [1.0, 1.0]),
    "minimum": ([-1.5, 0.6], [1.0, 1.0], [0.0, 0.0]),
    "ldexp": ([-2.6116516898883724, 2.4], [1.7411011265922482, 4.0], [-1.810259005450742, 1.6635532333438687]),
}


def named(name):
    found = backprop
    for part in name.split("."):
        found = getattr(found, part)
    return found


def close(tensor, numbers):
    return tensor.tolist() == pytest.approx(numbers, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("name", OF_ONE)
def test_values_and_derivatives_are_pytorchs(name):
    numbers, values, slopes = OF_ONE[name]
    x = Tensor(numbers, requires_grad=True)
    y = named(name)(x)
    y.sum().backward()
    assert close(y, values) and close(x.grad, slopes)


@pytest.mark.parametrize("name", OF_TWO)
def test_values_and_derivatives_of_two_are_pytorchs(name):
    values, *slopes = OF_TWO[name]
    x, z = Tensor([-1.5, 0.6], requires_grad=True), Tensor([0.8, 2.0], requires_grad=True)
    y = named(name)(x, z)
    y.sum().backward()
    assert close(y, values) and close(x.grad, slopes[0]) and close(z.grad, slopes[1])


def test_polygamma_and_mvlgamma_are_pytorchs():
    """PyTorch 2.13, float64, at -1.5 and 0.6, and mvlgamma at 2.5 and 4."""
    x = Tensor([-1.5, 0.6])
    assert close(backprop.polygamma(1, x), [9.37924664484954, 3.636209672237019])
    assert close(backprop.polygamma(2, x), [-0.23620405164172825, -9.96283153714346])
    assert close(backprop.polygamma(3, x), [194.59427621918758, 47.407041045345785])
    y = Tensor([2.5, 4.0], requires_grad=True)
    value = backprop.mvlgamma(y, 3)
    value.sum().backward()
    assert close(value, [1.8809954616117743, 5.402975080909175])
    assert close(y.grad, [1.1624309497222862, 3.2820586441755104])


def test_polygamma_just_below_0():
    """ψ⁽ⁿ⁾(x) = (−1)ⁿ⁺¹·n!/xⁿ⁺¹ + …, of which the rest is ψ⁽ⁿ⁾(1), lost beside it."""
    x = Tensor([-1e-16, 1e-16])
    assert close(backprop.polygamma(1, x), [1e32, 1e32]) and close(backprop.polygamma(2, x), [2e48, -2e48])


@pytest.mark.parametrize("name", OF_ONE)
@settings(max_examples=15)
@given(shape=st.lists(st.integers(1, 3), max_size=4), seed=seeds)
def test_gradients_on_any_shape(name, shape, seed):
    """Between the two points of the figures, where each function is smooth."""
    rng = random.Random(seed)
    low, high = OF_ONE[name][0]
    kinks = {
        "reciprocal": [0],
        "abs": [0],
        "relu": [0],
        "frac": [-1, 0, 1, 2],
        "tan": [-math.pi / 2],
        "digamma": [-1, 0],
    }
    kinks["lgamma"], kinks["special.i0e"] = kinks["digamma"], [0]
    low, high = {
        "expm1": (-1.0, 1.0),
        "log1p": (-0.5, 1.0),
        "log10": (0.5, 9.0),
        "tan": (-1.2, 1.2),
        "special.i0": (-3.0, 3.0),
        "special.i1": (-3.0, 3.0),
    }.get(name, (low, high))
    x = random_leaf(shape, rng, low, high, kinks.get(name, ()))
    assert gradcheck(named(name), [x], rtol=1e-5, rng=rng)
    assert named(name)(x).shape == tuple(shape)


@pytest.mark.parametrize("name", OF_TWO)
@settings(max_examples=30)
@given(shapes=shapes_that_broadcast(), seed=seeds)
def test_gradients_of_two_with_broadcasting(name, shapes, seed):
    rng = random.Random(seed)
    a, b = random_leaf(shapes[0], rng, 0.5, 1.5), random_leaf(shapes[1], rng, 1.6, 3.0)
    assert gradcheck(named(name), [a, b], rng=rng)


@pytest.mark.parametrize("name", [*OF_ONE, "floor", "ceil", "trunc", "round", "sign"])
def test_tensors_without_entries(name):
    assert named(name)(Tensor([[]])).shape == (1, 0)


INFINITE, NAN = math.inf, math.nan


@pytest.mark.parametrize(
    ("name", "number", "value"),
    [
        ("sin", INFINITE, NAN),
        ("cos", -INFINITE, NAN),
        ("acos", 1.5, NAN),
        ("acosh", 0.5, NAN),
        ("atanh", 1.0, INFINITE),
        ("atanh", -1.0, -INFINITE),
        ("sinh", -1000.0, -INFINITE),
        ("cosh", -1000.0, INFINITE),
        ("erfinv", 1.0, INFINITE),
        ("erfinv", -1.5, NAN),
        ("lgamma", 0.0, INFINITE),
        ("lgamma", -3.0, INFINITE),
        ("lgamma", 1e306, INFINITE),
        ("digamma", 0.0, -INFINITE),
        ("digamma", -2.0, NAN),
        ("logit", 1.0, INFINITE),
        ("special.entr", -1.0, -INFINITE),
        ("special.entr", 0.0, 0.0),
        ("special.erfcx", -30.0, INFINITE),
        ("special.i0", -2000.0, INFINITE),
        ("special.i1", -INFINITE, -INFINITE),
    ],
)
def test_at_poles_and_outside_of_the_domain(name, number, value):
    """PyTorch 2.13's values."""
    assert repr(named(name)(Tensor(number)).item()) == repr(value)


@pytest.mark.parametrize(
    ("x", "y", "value", "to_x"),
    [(0.0, 0.0, 0.0, 0.0), (0.0, -1.0, 0.0, 0.0), (0.0, NAN, NAN, NAN), (2.0, 0.0, -INFINITE, -INFINITE)],
)
def test_xlogy_at_the_edges(x, y, value, to_x):
    """PyTorch 2.13's values and derivatives."""
    leaf = Tensor(x, requires_grad=True)
    result = backprop.xlogy(leaf, y)
    result.backward() if result.item() == result.item() else result.backward(Tensor(1.0))
    assert repr(result.item()) == repr(value) and repr(leaf.grad.item()) == repr(to_x)


def test_logaddexp_of_infinities_and_of_numbers_far_apart():
    a, b = Tensor([INFINITE, -INFINITE, 1000.0, -1000.0]), Tensor([INFINITE, -INFINITE, -1000.0, 1000.0])
    assert backprop.logaddexp(a, b).tolist() == [INFINITE, -INFINITE, 1000.0, 1000.0]


@given(st.floats(-5.0, 5.0))
def test_erfinv_is_the_inverse_of_erf(x):
    """erf loses the digits of x as its slope falls: a relative error of u in y is one of u·y/erf′(x) in x."""
    y = backprop.erf(Tensor(x))
    assert math.isclose(backprop.erfinv(y).item(), x, rel_tol=1e-14, abs_tol=1e-15 * math.exp(x * x))


@given(st.floats(0.1, 30.0))
def test_digamma_steps_by_the_reciprocal(x):
    """ψ(x + 1) = ψ(x) + 1/x."""
    step = (backprop.digamma(Tensor(x + 1.0)) - backprop.digamma(Tensor(x))).item()
    assert math.isclose(step, 1.0 / x, rel_tol=1e-12, abs_tol=1e-13)


def test_frexp_takes_a_float_apart():
    mantissa, exponent = backprop.frexp(Tensor([6.0, -0.1, 0.0]))
    assert (mantissa.tolist(), exponent.tolist(), exponent.dtype.name) == ([0.75, -0.8, 0.0], [3, -3, 0], "int32")
    assert backprop.ldexp(mantissa, exponent).tolist() == [6.0, -0.1, 0.0]


def test_whole_numbers_of_two():
    a, b = Tensor([12.0, 0.0, -8.0]).long(), Tensor([18.0, 5.0, 12.0]).long()
    assert (backprop.gcd(a, b).tolist(), backprop.lcm(a, b).tolist()) == ([6, 5, 4], [36, 0, 24])
    with pytest.raises(RuntimeError, match="gcd: its inputs are ints"):
        backprop.gcd(Tensor([1.5]), 2)


@pytest.mark.parametrize("name", ["sin", "exp", "sqrt", "sigmoid", "reciprocal", "lgamma"])
def test_of_no_ints_there_are_no_floats(name):
    """The dtype is the same whether there are entries or not."""
    for ints in (backprop.zeros(2, 0).long(), backprop.ones(1).long()):
        assert named(name)(ints).dtype is backprop.float32
    assert (backprop.zeros(0).long() * 2).dtype is backprop.zeros(2, 0).bool().sum(0).dtype is backprop.int64
