"""Standardize: mean 0 and variance 1, as scikit-learn has it, part of the model's state, and its inverse."""

import math
import random
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from backprop import Matrix, Tensor
from backprop.autograd import gradcheck
from backprop.datasets import load_iris
from backprop.nn import Linear, Sequential, Standardize
from tests import tables
from tests.strategies import UNIT_ROUNDOFF, exact, fractions, matrices, random_tensor, seeds

# Numbers of mean 0 whose variance is the square of the number beside them.
PATTERNS = [([-1, 1], 1), ([-3, -1, -1, -1, 0, 0, 2, 4], 2), ([-7, -1, 1, 7], 5), ([0, 0, 0], 0)]


@given(st.sampled_from(PATTERNS), fractions, st.sampled_from([Fraction(1, 4), 1, 3, -8]), st.randoms())
def test_mean_and_standard_deviation_are_exact_over_fractions(pattern, shift, scale, rng):
    numbers, std = pattern
    column = [shift + scale * Fraction(x) for x in numbers]
    rng.shuffle(column)
    layer = Standardize(1).fit(Matrix([[x] for x in column]))
    assert layer.mean.matrix.item() == shift
    assert layer.std.matrix.item() == (abs(scale) * std if std else 1)
    outputs = layer(Matrix([[x] for x in column])).matrix
    if std in (0, 1, 2) and abs(scale) != 3:  # then all of them are floats without rounding
        assert outputs == Matrix([[(x - shift) / scale / (std or 1) * (1 if scale > 0 else -1)] for x in column])


@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=20))
def test_what_comes_out_has_mean_0_and_variance_1(column):
    count, largest = len(column), max(map(abs, column))
    mean = sum(map(Fraction, column)) / count
    variance = sum((Fraction(x) - mean) ** 2 for x in column) / count
    std = math.sqrt(variance)
    assume(std > max(1e-150, 1.01 * count * 2.0**-52 * abs(mean)))
    inputs = Matrix([[x] for x in column])
    outputs = [y for (y,) in exact(Standardize(1).fit(inputs)(inputs).matrix)]
    # The mean has count + 2 roundings, each of a number no larger than twice the largest; as much again is left for
    # those of std and of the outputs. All in units of std; the squares double it.
    error = (2 * count + 4) * 2 * UNIT_ROUNDOFF * (1 + largest / std)
    assert abs(sum(outputs) / count) <= error
    assert abs(sum(y * y for y in outputs) / count - 1) <= 4 * error * (1 + error)


@given(st.floats(-1e100, 1e100) | st.integers(-(2**70), 2**70) | fractions, st.integers(1, 40))
def test_a_constant_column_becomes_0(x, count):
    inputs = Matrix([[x, k] for k in range(count)])
    layer = Standardize(2).fit(inputs)
    assert not layer(inputs)[:, 0].any()
    assert layer.std.matrix[0, 0] == 1.0


NOISY = [[0.3, 0.1 + 0.2], [0.3, 0.3, 0.1 + 0.2], [1.0, sum([0.1] * 10)], [-7e99, -7e99 * (1 + 2**-52)]]
NOISY += [[1e-9 * 3, 3e-9], [k / 10 * 10 - k + 1 for k in range(60)], [1.1 * 1.1, 1.21], [100 * 1.1, 110.0, 110.0]]


@pytest.mark.parametrize("column", NOISY, ids=str)
def test_rounding_noise_is_no_signal(column):
    """The column stays what it is but for its mean: what is 1 beside it comes out as that, not as 10¹⁶."""
    layer = Standardize(1).fit(Matrix([[x] for x in column]))
    assert layer.std.matrix.item() == 1.0
    assert abs(layer(Matrix([[x] for x in column]))).max() <= 4 * UNIT_ROUNDOFF * abs(column[0])


@pytest.mark.parametrize("base", [1.0, 1e9, 1.7e9, 1e15])
def test_a_signal_is_one_however_small_beside_its_mean(base):
    """Four times the bound of the noise: 3 rows and 2⁻⁵² of their mean."""
    step = 12 * 2.0**-52 * base
    outputs = Standardize(1).fit(x := Matrix([[base - step], [base], [base + step]]))(x).matrix
    # One step is between 10 and 24 times the distance of neighbouring floats; mean and std are off by one at most.
    assert outputs.allclose(Matrix([[-math.sqrt(1.5)], [0.0], [math.sqrt(1.5)]]), rel_tol=0.1, abs_tol=0.1)


def test_one_row_has_no_spread():
    layer = Standardize(2).fit(Matrix([[5.0, 0.0]]))
    assert layer.std.matrix == Matrix([[1.0, 1.0]]) and layer.mean.matrix == Matrix([[5.0, 0.0]])


@pytest.mark.parametrize("x", [1e-161, 1e-200])
def test_numbers_too_small_to_be_squared_are_taken_as_equal(x):
    """The square of the one is a float of two bits, that of the other 0."""
    inputs = Matrix([[0.0], [x]])
    assert Standardize(1).fit(inputs)(inputs).matrix == Matrix([[-x / 2], [x / 2]])
    inputs = Matrix([[0.0], [1e-149]])
    assert Standardize(1).fit(inputs)(inputs).matrix == Matrix([[-1.0], [1.0]])


def test_it_is_scikit_learns_standard_scaler():
    """StandardScaler().fit(load_iris().matrix) of scikit-learn 1.9.1: mean_, scale_, and the first flower transformed."""
    iris = load_iris()
    layer = Standardize(4).fit(iris.inputs)
    mean = [5.843333333333335, 3.057333333333334, 3.7580000000000027, 1.199333333333334]
    scale = [0.8253012917851409, 0.43441096773549437, 1.7594040657753032, 0.7596926279021594]
    first = [-0.9006811702978099, 1.0190043519716065, -1.3402265266227635, -1.3154442950077407]
    assert layer.mean.matrix.allclose(Matrix([mean]), rel_tol=1e-14)
    assert layer.std.matrix.allclose(Matrix([scale]), rel_tol=1e-14)
    assert layer(iris.inputs[0]).matrix.allclose(Matrix([first]), rel_tol=1e-14)


@given(matrices(st.integers(1, 5), 3), matrices(st.integers(1, 5), 3))
def test_the_inverse_is_the_way_back(training, others):
    layer = Standardize(3).fit(training)
    # Dividing, multiplying, and the two roundings of the sums: all numbers are below 20 and every std above 1/50.
    assert layer.inverse(layer(others)).matrix.allclose(others, rel_tol=0, abs_tol=20 * 8 * UNIT_ROUNDOFF)


def test_it_is_saved_with_the_model():
    rng = random.Random(0)
    inputs = tables.normal(20, 3, 100.0, 5.0, rng=rng)
    model = Sequential(Standardize(3).fit(inputs), Linear(3, 2, rng=rng))
    state = model.state_dict()
    assert list(state) == ["0.mean", "0.std", "1.weight", "1.bias"]
    assert [name for name, _ in model.named_parameters()] == ["1.weight", "1.bias"]
    other = Sequential(Standardize(3), Linear(3, 2))
    other.load_state_dict(state)
    assert other(inputs).matrix == model(inputs).matrix


def test_before_it_is_fitted_nothing_changes():
    x = tables.normal(4, 3, rng=random.Random(0))
    assert Standardize(3)(x).matrix == x


@given(seeds)
def test_the_gradient_goes_through(seed):
    rng = random.Random(seed)
    layer = Standardize(2).fit(tables.normal(5, 2, rng=rng))
    assert gradcheck(layer, [random_tensor(3, 2, rng)], rng=rng)
    assert gradcheck(layer.inverse, [random_tensor(3, 2, rng)], rng=rng)


@pytest.mark.parametrize(
    ("make", "error", "sentence"),
    [
        (lambda: Standardize(0), ValueError, "Standardize: num_features is an int from 1 up, got 0"),
        (lambda: Standardize(2)(Matrix([[1.0]])), ValueError, r"Standardize\(2\) got rows of 1 numbers; it needs 2"),
        (lambda: Standardize(2).fit(Matrix([[1.0]])), ValueError, "got rows of 1 numbers"),
        (lambda: Standardize(2).inverse(Tensor([[1.0]])), ValueError, "got rows of 1 numbers"),
        (
            lambda: Standardize(4).fit(load_iris()),
            TypeError,
            "needs a Tensor, as dataset.inputs is, got a LabeledDataset",
        ),
        (lambda: Standardize(1).fit(Matrix([[1.0], [math.nan]])), ValueError, r"entry \[1, 0\] is nan"),
        (lambda: Standardize(1).fit(Matrix([[math.inf]])), ValueError, r"entry \[0, 0\] is inf"),
        (lambda: Standardize(2).fit(Matrix([[1, 10**400]])), ValueError, r"within ±1e100, entry \[0, 1\] is 1000"),
    ],
)
def test_what_does_not_fit_is_refused(make, error, sentence):
    with pytest.raises(error, match=sentence):
        make()


def test_what_is_refused_changes_nothing():
    layer = Standardize(1).fit(Matrix([[1.0], [3.0]]))
    with pytest.raises(ValueError):
        layer.fit(Matrix([[5.0], [math.nan]]))
    assert (layer.mean.matrix, layer.std.matrix) == (Matrix([[2.0]]), Matrix([[1.0]]))
