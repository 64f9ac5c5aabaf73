"""The initializers: their bounds exactly, their moments within stated errors, and what each promises of its own.

Of n draws with standard deviation σ the mean is off by σ/√n (one standard error), and the mean square by
σ²·√((κ − 1)/n) for the kurtosis κ: 3 for a normal, 9/5 for a uniform distribution. Five of these are allowed; the
seeds are fixed, so that a test which passes always passes.
"""

import math
import random
from statistics import NormalDist

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop import Generator, Matrix, Tensor, manual_seed, zeros
from backprop.nn import Conv2d, Linear, Parameter, init
from backprop.nn.functional import conv2d
from backprop.nn.init import (
    calculate_gain,
    constant_,
    kaiming_normal_,
    kaiming_uniform_,
    normal_,
    ones_,
    orthogonal_,
    sparse_,
    trunc_normal_,
    uniform_,
    xavier_normal_,
    xavier_uniform_,
    zeros_,
)
from tests import tables
from tests.strategies import seeds, sizes

ROWS, COLUMNS = 120, 60
COUNT = ROWS * COLUMNS


def filled(fill, rows, columns, *settings, **named):
    """What ``fill`` makes of a Tensor of this shape."""
    return fill(Tensor(tables.zeros(rows, columns)), *settings, **named).detach()


# For each: what it makes of 120×60, and the standard deviation that its source gives.
UNIFORM = {
    "uniform": (lambda rng: filled(uniform_, ROWS, COLUMNS, -0.5, 0.5, generator=rng), math.sqrt(1 / 12)),
    "xavier_uniform": (lambda rng: filled(xavier_uniform_, ROWS, COLUMNS, generator=rng), math.sqrt(2 / 180)),
    "xavier_uniform, gain 3": (
        lambda rng: filled(xavier_uniform_, ROWS, COLUMNS, 3.0, generator=rng),
        3 * math.sqrt(2 / 180),
    ),
    "kaiming_uniform": (lambda rng: filled(kaiming_uniform_, ROWS, COLUMNS, generator=rng), math.sqrt(2 / 60)),
    "kaiming_uniform, fan_out": (
        lambda rng: filled(kaiming_uniform_, ROWS, COLUMNS, mode="fan_out", generator=rng),
        math.sqrt(2 / 120),
    ),
    "kaiming_uniform, a = √5": (
        lambda rng: filled(kaiming_uniform_, ROWS, COLUMNS, 5**0.5, generator=rng),
        math.sqrt(1 / 180),
    ),
}
NORMAL = {
    "xavier_normal": (lambda rng: filled(xavier_normal_, ROWS, COLUMNS, generator=rng), math.sqrt(2 / 180)),
    "kaiming_normal": (lambda rng: filled(kaiming_normal_, ROWS, COLUMNS, generator=rng), math.sqrt(2 / 60)),
    "kaiming_normal, fan_out of tanh": (
        lambda rng: filled(kaiming_normal_, ROWS, COLUMNS, 0.0, "fan_out", "tanh", generator=rng),
        5 / 3 / math.sqrt(120),
    ),
    "kaiming_normal, linear": (
        lambda rng: filled(kaiming_normal_, ROWS, COLUMNS, nonlinearity="linear", generator=rng),
        1 / math.sqrt(60),
    ),
    "normal": (lambda rng: filled(normal_, ROWS, COLUMNS, 0.0, 0.02, generator=rng), 0.02),
    "sparse without zeros": (lambda rng: filled(sparse_, ROWS, COLUMNS, 0.0, 0.2, generator=rng), 0.2),
    "trunc_normal, wide": (lambda rng: filled(trunc_normal_, ROWS, COLUMNS, 0.0, 0.3, -9.0, 9.0, generator=rng), 0.3),
}


@pytest.mark.parametrize("name", [*UNIFORM, *NORMAL])
def test_mean_and_variance(name):
    make, std = {**UNIFORM, **NORMAL}[name]
    m = make(random.Random(0))
    kurtosis = 9 / 5 if name in UNIFORM else 3.0
    assert m.shape == (ROWS, COLUMNS)
    assert abs(m.mean()) < 5 * std / math.sqrt(COUNT)
    assert abs((m * m).mean() - std**2) < 5 * std**2 * math.sqrt((kurtosis - 1) / COUNT)


@pytest.mark.parametrize("name", UNIFORM)
def test_uniform_bounds_are_the_root_of_3_standard_deviations(name):
    """No draw is outside; that all 7,200 are 1 % within the bounds has the probability 0.99⁷²⁰⁰ < 10⁻³¹."""
    make, std = UNIFORM[name]
    bound = math.sqrt(3) * std
    largest = abs(make(random.Random(1))).max()
    assert 0.99 * bound < largest <= bound * (1 + 1e-15)


@pytest.mark.parametrize("name", NORMAL)
def test_normal_ones_are_normal(name):
    """The share within one standard deviation is 0.6827, with a standard error of √(0.6827·0.3173/n)."""
    make, std = NORMAL[name]
    share = (abs(make(random.Random(2))) < std).float().mean()
    assert abs(share - 0.6827) < 5 * math.sqrt(0.6827 * 0.3173 / COUNT)


@given(st.integers(1, 12), st.integers(1, 12), seeds)
def test_orthogonal_changes_no_length(rows, columns, seed):
    q = filled(orthogonal_, rows, columns, 2.0, generator=random.Random(seed)).matrix
    square = q @ q.T if rows <= columns else q.T @ q
    assert q.shape == (rows, columns) and square.allclose(4 * tables.identity(min(rows, columns)), abs_tol=1e-13)


def test_orthogonal_is_spread_evenly():
    """Each entry of a random orthogonal 3×3 has mean 0 and mean square ⅓ (entry² is Beta(½, 1) there: variance
    4/45). Householder's R has a negative diagonal mostly, so without the signs the first entry has a mean of −½."""
    rng = random.Random(0)
    count = 2000
    qs = [filled(orthogonal_, 3, 3, generator=rng) for _ in range(count)]
    for place in ((0, 0), (1, 1), (2, 2), (0, 2)):
        entries = [q[place] for q in qs]
        assert abs(sum(entries) / count) < 5 * math.sqrt(1 / 3 / count)
        assert abs(sum(x * x for x in entries) / count - 1 / 3) < 5 * math.sqrt(4 / 45 / count)


@given(sizes, sizes, st.floats(0, 1), seeds)
def test_sparse_has_its_zeros_in_each_column(rows, columns, sparsity, seed):
    m = filled(sparse_, rows, columns, sparsity, generator=random.Random(seed))
    assert m.shape == (rows, columns)
    assert [column.count(0) for column in m.T.tolist()] == [math.ceil(sparsity * rows)] * columns


def test_sparse_zeros_are_at_random_places():
    """Each of 10 places is one of the 3 zeros in about 0.3 of 1,000 columns: √(0.3·0.7/1000) = 0.0145, five times."""
    rows = filled(sparse_, 10, 1000, 0.3, generator=random.Random(0)).tolist()
    assert all(abs(share - 0.3) < 5 * 0.0145 for share in (row.count(0) / 1000 for row in rows))


@pytest.mark.parametrize(
    ("mean", "std", "a", "b"),
    [(0.0, 1.0, -2.0, 2.0), (1.0, 2.0, -1.0, 0.5), (0.0, 1.0, 0.5, 9.0), (0.0, 1.0, 8.0, 9.0), (0.0, 0.01, -9.0, -0.1)],
)
def test_trunc_normal_keeps_its_bounds_and_its_distribution(mean, std, a, b):
    """Mean and variance of a truncated normal: with z the ends in standard units and Z = Φ(z_b) − Φ(z_a),
    mean + σ·(φ(z_a) − φ(z_b))/Z; the standard error of the mean is below std/√n. The tails are taken on the lower
    side, where Φ keeps its digits."""
    m = filled(trunc_normal_, 40, 60, mean, std, a, b, generator=random.Random(0))
    assert a <= m.min() < m.max() <= b
    low, high = (a - mean) / std, (b - mean) / std
    mass = 0.5 * (math.erfc(low / math.sqrt(2)) - math.erfc(high / math.sqrt(2)))
    if low < 0:
        mass = 0.5 * (math.erfc(-high / math.sqrt(2)) - math.erfc(-low / math.sqrt(2)))
    density = NormalDist().pdf
    expected = mean + std * (density(low) - density(high)) / mass
    spread = math.sqrt(m.var())
    assert abs(m.mean() - expected) < 5 * spread / math.sqrt(40 * 60)


def test_constants():
    assert filled(zeros_, 2, 3).matrix == tables.zeros(2, 3) and type(filled(zeros_, 1, 1).item()) is float
    assert filled(ones_, 2, 3).matrix == tables.ones(2, 3) and type(filled(ones_, 1, 1).item()) is float
    assert filled(constant_, 2, 3, -0.5).matrix == tables.full(2, 3, -0.5)


def test_gains_are_those_of_pytorch():
    """torch.nn.init.calculate_gain of PyTorch 2.13.0, printed with repr."""
    figures = {
        ("linear",): 1,
        ("sigmoid",): 1,
        ("tanh",): 1.6666666666666667,
        ("relu",): 1.4142135623730951,
        ("selu",): 0.75,
        ("leaky_relu",): 1.4141428569978354,
        ("leaky_relu", 0.2): 1.3867504905630728,
    }
    for arguments, figure in figures.items():
        assert calculate_gain(*arguments) == pytest.approx(figure, rel=1e-15)


RANDOM = [
    uniform_,
    normal_,
    xavier_uniform_,
    xavier_normal_,
    kaiming_uniform_,
    kaiming_normal_,
    orthogonal_,
    trunc_normal_,
    lambda tensor, generator=None: sparse_(tensor, 0.5, generator=generator),
]


@pytest.mark.parametrize("fill", RANDOM)
def test_one_seed_gives_one_matrix(fill):
    own = filled(fill, 3, 4, generator=Generator().manual_seed(5)).matrix
    assert own == filled(fill, 3, 4, generator=Generator().manual_seed(5)).matrix
    assert own != filled(fill, 3, 4, generator=Generator().manual_seed(6)).matrix
    manual_seed(5)
    assert filled(fill, 3, 4).matrix == own


@pytest.mark.parametrize("fill", [*RANDOM, zeros_, ones_, lambda tensor: constant_(tensor, 0.5)])
def test_the_tensor_itself_is_filled_and_given_back(fill):
    layer = Linear(3, 2)
    weight, before = layer.weight, layer.weight.matrix
    assert fill(weight) is weight is layer.weight and weight.matrix != before
    assert weight.requires_grad and weight.is_leaf


def test_fan_in_and_fan_out_of_a_convolution_count_the_places_of_the_kernel():
    """He et al., section 2.2: n = k²·c. Half of all draws are beyond half of the bound."""
    weight = Conv2d(8, 4, 5, bias=False).weight
    for mode, fan in (("fan_in", 8 * 25), ("fan_out", 4 * 25)):
        bound = math.sqrt(6 / fan)
        largest = abs(kaiming_uniform_(weight, mode=mode, nonlinearity="relu", generator=random.Random(0))).max()
        assert 0.98 * bound < largest <= bound


def test_variance_is_kept_through_thirty_layers_of_relu():
    """What Kaiming's start is for: the signal after 30 layers is neither 10 times smaller nor larger than before,
    and half the standard deviation would have shrunk it by 2³⁰."""
    rng = random.Random(0)
    x = Tensor(tables.normal(16, 64, rng=rng))
    size = (x * x).mean()
    for _ in range(30):
        x = (x @ filled(kaiming_normal_, 64, 64, generator=rng).T).clamp(min=0.0)
    assert 0.1 < (x * x).mean() / size < 10


@pytest.mark.parametrize(
    ("make", "error", "sentence"),
    [
        *((lambda fill=fill: fill(Matrix([[1.0]])), TypeError, "_: it fills a Tensor, as layer") for fill in RANDOM),
        *(
            (
                lambda fill=fill: fill(Parameter([1.0, 2.0])),
                ValueError,
                r"_: a weight of .* \[2\]$",
            )
            for fill in (xavier_uniform_, xavier_normal_, kaiming_uniform_, kaiming_normal_)
        ),
        (lambda: filled(constant_, 1, 1, math.nan), ValueError, "constant_: val is a finite number, got nan"),
        (
            lambda: filled(xavier_uniform_, 2, 2, math.nan),
            ValueError,
            "xavier_uniform_: gain is a finite number from 0 up, got nan",
        ),
        (
            lambda: filled(xavier_normal_, 2, 2, -1.0),
            ValueError,
            "xavier_normal_: gain is a finite number from 0 up, got -1.0",
        ),
        (lambda: filled(kaiming_uniform_, 2, 2, math.nan), ValueError, "is a finite number, got nan"),
        (
            lambda: filled(kaiming_normal_, 2, 2, mode="fan"),
            ValueError,
            "kaiming_normal_: mode is 'fan_in' or 'fan_out', got 'fan'",
        ),
        (lambda: filled(kaiming_normal_, 2, 2, nonlinearity="ReLU"), ValueError, "'selu', got 'ReLU'"),
        (lambda: calculate_gain("leaky_relu", math.inf), ValueError, "calculate_gain: param is a finite number"),
        (lambda: filled(orthogonal_, 2, 2, math.nan), ValueError, "orthogonal_: gain is a finite number, got nan"),
        (lambda: filled(sparse_, 2, 2, 1.5), ValueError, "sparse_: sparsity is a finite number from 0 to 1, got 1.5"),
        (lambda: filled(sparse_, 2, 2, 0.5, -1.0), ValueError, "sparse_: std is a finite number from 0 up, got -1.0"),
        (
            lambda: filled(trunc_normal_, 2, 2, std=0.0),
            ValueError,
            "trunc_normal_: std is a finite number above 0, got 0.0",
        ),
        (
            lambda: filled(trunc_normal_, 2, 2, a=2.0, b=-2.0),
            ValueError,
            "trunc_normal_: a is below b, got 2.0 and -2.0",
        ),
        (lambda: filled(trunc_normal_, 2, 2, a=1e200, b=1e201), ValueError, "has no probability from 1e.200 to 1e.201"),
        (lambda: filled(trunc_normal_, 2, 2, generator=3), TypeError, "a generator is a Generator or a random.Random"),
    ],
)
def test_what_makes_no_sense_is_refused(make, error, sentence):
    with pytest.raises(error, match=sentence):
        make()


def test_an_identity_in_a_weight():
    x = Tensor(tables.normal(5, 3, rng=random.Random(0)))
    assert (x @ init.eye_(zeros(4, 3)).T).tolist() == [[*row, 0.0] for row in x.tolist()]
    images = Tensor(tables.normal(2, 4 * 9, rng=random.Random(0))).view(2, 4, 3, 3)
    assert conv2d(images, init.dirac_(zeros(4, 4, 3, 3)), padding=1).tolist() == images.tolist()
    grouped = conv2d(images, init.dirac_(zeros(4, 2, 3, 3), groups=2), padding=1, groups=2)
    assert grouped.tolist() == images.tolist()
    for fill, shape, sentence in [
        (init.eye_, (2, 2, 2), r"eye_: fills a matrix, got a Tensor of the shape \[2, 2, 2\]"),
        (init.dirac_, (2, 2), r"dirac_: fills the weight of a convolution, got a Tensor of the shape \[2, 2\]"),
        (lambda t: init.dirac_(t, 3), (4, 1, 1), "dirac_: groups divides the 4 output channels, got 3"),
        (lambda t: init.sparse_(t, 0.5), (2, 2, 2), "sparse_: fills a matrix"),
    ]:
        with pytest.raises(ValueError, match=sentence):
            fill(zeros(*shape))


def test_the_older_names_warn():
    for name in [
        "uniform",
        "normal",
        "eye",
        "orthogonal",
        "xavier_uniform",
        "xavier_normal",
        "kaiming_uniform",
        "kaiming_normal",
    ]:
        one, other = zeros(3, 4), zeros(3, 4)
        manual_seed(0)
        with pytest.warns(FutureWarning, match=rf"^`nn.init.{name}` is now deprecated in favor of `nn.init.{name}_`.$"):
            assert getattr(init, name)(one) is one
        manual_seed(0)
        assert getattr(init, f"{name}_")(other).tolist() == one.tolist()


def test_the_fans_of_a_weight():
    assert init._calculate_fan_in_and_fan_out(zeros(5, 3, 2, 2)) == (12, 20)
    assert init.calculate_gain("conv2d") == init.calculate_gain("conv_transpose1d") == 1.0
