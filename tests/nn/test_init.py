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

from backprop import Matrix, manual_seed
from backprop.nn.init import (
    calculate_gain,
    constant,
    kaiming_normal,
    kaiming_uniform,
    lecun_normal,
    ones,
    orthogonal,
    sparse,
    trunc_normal,
    xavier_normal,
    xavier_uniform,
    zeros,
)
from tests.strategies import seeds, sizes

ROWS, COLUMNS = 120, 60
COUNT = ROWS * COLUMNS

# For each: what it makes of 120×60, and the standard deviation that its source gives.
UNIFORM = {
    "xavier_uniform": (lambda rng: xavier_uniform(ROWS, COLUMNS, rng=rng), math.sqrt(2 / 180)),
    "xavier_uniform, gain 3": (lambda rng: xavier_uniform(ROWS, COLUMNS, 3.0, rng=rng), 3 * math.sqrt(2 / 180)),
    "kaiming_uniform": (lambda rng: kaiming_uniform(ROWS, COLUMNS, rng=rng), math.sqrt(2 / 60)),
    "kaiming_uniform, fan_out": (
        lambda rng: kaiming_uniform(ROWS, COLUMNS, mode="fan_out", rng=rng),
        math.sqrt(2 / 120),
    ),
    "kaiming_uniform, a = √5": (lambda rng: kaiming_uniform(ROWS, COLUMNS, 5**0.5, rng=rng), math.sqrt(1 / 180)),
}
NORMAL = {
    "xavier_normal": (lambda rng: xavier_normal(ROWS, COLUMNS, rng=rng), math.sqrt(2 / 180)),
    "kaiming_normal": (lambda rng: kaiming_normal(ROWS, COLUMNS, rng=rng), math.sqrt(2 / 60)),
    "kaiming_normal, fan_out of tanh": (
        lambda rng: kaiming_normal(ROWS, COLUMNS, 0.0, "fan_out", "tanh", rng=rng),
        5 / 3 / math.sqrt(120),
    ),
    "lecun_normal": (lambda rng: lecun_normal(ROWS, COLUMNS, rng=rng), 1 / math.sqrt(60)),
    "sparse without zeros": (lambda rng: sparse(ROWS, COLUMNS, 0.0, 0.2, rng=rng), 0.2),
    "trunc_normal, wide": (lambda rng: trunc_normal(ROWS, COLUMNS, 0.0, 0.3, -9.0, 9.0, rng=rng), 0.3),
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
    """As many within one standard deviation as should be: a share of 0.6827 ± √(0.6827·0.3173/n), five times that."""
    make, std = NORMAL[name]
    share = (abs(make(random.Random(2))) < std).mean()
    assert abs(share - 0.6827) < 5 * math.sqrt(0.6827 * 0.3173 / COUNT)


@given(st.integers(1, 12), st.integers(1, 12), seeds)
def test_orthogonal_changes_no_length(rows, columns, seed):
    q = orthogonal(rows, columns, 2.0, rng=random.Random(seed))
    square = q @ q.T if rows <= columns else q.T @ q
    assert q.shape == (rows, columns) and square.allclose(4 * Matrix.identity(min(rows, columns)), abs_tol=1e-13)


def test_orthogonal_is_spread_evenly():
    """Each entry of a random orthogonal 3×3 has mean 0 and mean square ⅓ (entry² is Beta(½, 1) there: variance
    4/45). Householder's R has a negative diagonal mostly, so without the signs the first entry has a mean of −½."""
    rng = random.Random(0)
    count = 2000
    qs = [orthogonal(3, 3, rng=rng) for _ in range(count)]
    for place in ((0, 0), (1, 1), (2, 2), (0, 2)):
        entries = [q[place] for q in qs]
        assert abs(sum(entries) / count) < 5 * math.sqrt(1 / 3 / count)
        assert abs(sum(x * x for x in entries) / count - 1 / 3) < 5 * math.sqrt(4 / 45 / count)


@given(sizes, sizes, st.floats(0, 1), seeds)
def test_sparse_has_its_zeros_in_each_column(rows, columns, sparsity, seed):
    m = sparse(rows, columns, sparsity, rng=random.Random(seed))
    assert m.shape == (rows, columns)
    assert m.eq(0).sum(axis=0) == Matrix.full(1, columns, math.ceil(sparsity * rows))


def test_sparse_zeros_are_at_random_places():
    """Each of 10 places is one of the 3 zeros in about 0.3 of 1,000 columns: √(0.3·0.7/1000) = 0.0145, five times."""
    shares = sparse(10, 1000, 0.3, rng=random.Random(0)).eq(0).mean(axis=1)
    assert all(abs(share - 0.3) < 5 * 0.0145 for (share,) in shares)


@pytest.mark.parametrize(
    ("mean", "std", "a", "b"),
    [(0.0, 1.0, -2.0, 2.0), (1.0, 2.0, -1.0, 0.5), (0.0, 1.0, 0.5, 9.0), (0.0, 1.0, 8.0, 9.0), (0.0, 0.01, -9.0, -0.1)],
)
def test_trunc_normal_keeps_its_bounds_and_its_distribution(mean, std, a, b):
    """Mean and variance of a truncated normal: with z the ends in standard units and Z = Φ(z_b) − Φ(z_a),
    mean + σ·(φ(z_a) − φ(z_b))/Z; the standard error of the mean is below std/√n. The tails are taken on the lower
    side, where Φ keeps its digits."""
    m = trunc_normal(ROWS, COLUMNS, mean, std, a, b, rng=random.Random(0))
    assert a <= m.min() < m.max() <= b
    low, high = (a - mean) / std, (b - mean) / std
    mass = 0.5 * (math.erfc(low / math.sqrt(2)) - math.erfc(high / math.sqrt(2)))
    if low < 0:
        mass = 0.5 * (math.erfc(-high / math.sqrt(2)) - math.erfc(-low / math.sqrt(2)))
    density = NormalDist().pdf
    expected = mean + std * (density(low) - density(high)) / mass
    spread = math.sqrt(m.var())
    assert abs(m.mean() - expected) < 5 * spread / math.sqrt(COUNT)


def test_constants():
    assert zeros(2, 3) == Matrix.zeros(2, 3) and type(zeros(1, 1).item()) is float
    assert ones(2, 3) == Matrix.ones(2, 3) and type(ones(1, 1).item()) is float
    assert constant(2, 3, -0.5) == Matrix.full(2, 3, -0.5)


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


RANDOM = [xavier_uniform, xavier_normal, kaiming_uniform, kaiming_normal, lecun_normal, orthogonal, trunc_normal]


@pytest.mark.parametrize("make", [*RANDOM, lambda rows, columns, rng=None: sparse(rows, columns, 0.5, rng=rng)])
def test_one_seed_gives_one_matrix(make):
    own = make(3, 4, rng=random.Random(5))
    assert own == make(3, 4, rng=random.Random(5)) != make(3, 4, rng=random.Random(6))
    manual_seed(5)
    assert make(3, 4) == own


def test_variance_is_kept_through_thirty_layers_of_relu():
    """What Kaiming's start is for: the signal after 30 layers is neither 10 times smaller nor larger than before,
    and half the standard deviation would have shrunk it by 2³⁰."""
    rng = random.Random(0)
    x = Matrix.normal(16, 64, rng=rng)
    size = (x * x).mean()
    for _ in range(30):
        x = (x @ kaiming_normal(64, 64, rng=rng).T).clip(0.0)
    assert 0.1 < (x * x).mean() / size < 10


@pytest.mark.parametrize(
    ("make", "error", "sentence"),
    [
        *((lambda make=make: make(0, 3), ValueError, "at least one row and one column, got 0×3") for make in RANDOM),
        *((lambda make=make: make(2.5, 3), TypeError, "the number of rows is an int, got 2.5") for make in RANDOM),
        (lambda: sparse(3, 0, 0.1), ValueError, "got 3×0"),
        (lambda: zeros(0, 1), ValueError, "got 0×1"),
        (lambda: constant(1, 1, math.nan), ValueError, "constant: val is a finite number, got nan"),
        (
            lambda: xavier_uniform(2, 2, math.nan),
            ValueError,
            "xavier_uniform: gain is a finite number from 0 up, got nan",
        ),
        (lambda: xavier_normal(2, 2, -1.0), ValueError, "xavier_normal: gain is a finite number from 0 up, got -1.0"),
        (lambda: kaiming_uniform(2, 2, math.nan), ValueError, "is a finite number, got nan"),
        (
            lambda: kaiming_normal(2, 2, mode="fan"),
            ValueError,
            "kaiming_normal: mode is 'fan_in' or 'fan_out', got 'fan'",
        ),
        (lambda: kaiming_normal(2, 2, nonlinearity="ReLU"), ValueError, "'selu', got 'ReLU'"),
        (lambda: calculate_gain("leaky_relu", math.inf), ValueError, "calculate_gain: param is a finite number"),
        (lambda: orthogonal(2, 2, math.nan), ValueError, "orthogonal: gain is a finite number, got nan"),
        (lambda: sparse(2, 2, 1.5), ValueError, "sparse: sparsity is a finite number from 0 to 1, got 1.5"),
        (lambda: sparse(2, 2, 0.5, -1.0), ValueError, "sparse: std is a finite number from 0 up, got -1.0"),
        (lambda: trunc_normal(2, 2, std=0.0), ValueError, "trunc_normal: std is a finite number above 0, got 0.0"),
        (lambda: trunc_normal(2, 2, a=2.0, b=-2.0), ValueError, "trunc_normal: a is below b, got 2.0 and -2.0"),
        (lambda: trunc_normal(2, 2, a=50.0, b=51.0), ValueError, "has no probability from 50.0 to 51.0"),
        (lambda: trunc_normal(2, 2, rng=3), TypeError, "needs a random.Random"),
    ],
)
def test_what_makes_no_sense_is_refused(make, error, sentence):
    with pytest.raises(error, match=sentence):
        make()
