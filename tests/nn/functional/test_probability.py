"""softmax, log_softmax, softmin and logsumexp: probabilities, whatever the scores."""

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

import backprop
from backprop import Matrix, Tensor, nn, tensors
from backprop.autograd import gradcheck
from backprop.autograd.tensor import constant
from backprop.dtypes import int64
from backprop.nn import functional as F
from tests import tables
from tests.strategies import seeds

shapes = st.lists(st.integers(1, 3), min_size=1, max_size=5).map(tuple)


@st.composite
def scores(draw, entries=st.floats(-1000, 1000)):
    """A Tensor of 1 to 5 axes, and one of its axes, counted from the first or the last."""
    shape = draw(shapes)
    size = math.prod(shape)
    x = constant(Matrix([draw(st.lists(entries, min_size=size, max_size=size))]), shape, backprop.float64)
    return x, draw(st.integers(-len(shape), len(shape) - 1))


def lines(x, dim):
    """The entries along an axis, a list for each place of the others."""
    dim %= len(x.shape)
    entries = [entry for row in x.matrix.rows for entry in row]
    step = math.prod(x.shape[dim + 1 :])
    starts = [i for i in range(len(entries)) if i // step % x.shape[dim] == 0]
    return [entries[start : start + step * x.shape[dim] : step] for start in starts]


def close(a, b):
    return math.isclose(a, b, rel_tol=1e-12, abs_tol=1e-12)


@given(scores())
def test_softmax_gives_probabilities_along_its_axis(case):
    """Each is rounded once in exp and once in the division; with at most 3 of them the sum is off by less than 8·2⁻⁵³."""
    x, dim = case
    y = F.softmax(x, dim)
    assert y.shape == x.shape
    for row in lines(y, dim):
        assert min(row) >= 0.0 and math.isclose(sum(row), 1.0, rel_tol=8 * 2.0**-53)


@given(scores())
def test_each_is_the_formula_along_its_axis(case):
    x, dim = case
    sums = lines(x, dim)
    powers = [[math.exp(a - max(row)) for a in row] for row in sums]
    for row, ys in zip(powers, lines(F.softmax(x, dim), dim)):
        assert all(close(y, p / sum(row)) for y, p in zip(ys, row))
    for row, ys in zip(powers, lines(F.log_softmax(x, dim), dim)):
        assert all(math.isclose(math.exp(y), p / sum(row), rel_tol=1e-12, abs_tol=1e-300) for y, p in zip(ys, row))
    totals = [entry for row in x.logsumexp(dim).matrix.rows for entry in row]
    assert all(close(y, max(row) + math.log(sum(ps))) for y, row, ps in zip(totals, sums, powers))
    assert F.softmin(x, dim).tolist() == F.softmax(-x, dim).tolist()


@given(scores(), st.integers(-1000, 1000))
def test_a_common_shift_changes_nothing(case, shift):
    """Moving the scores by s rounds each by at most 2⁻⁵³·2000, and softmax moves by no more than its input."""
    x, dim = case
    for a, b in zip(lines(F.softmax(x + shift, dim), dim), lines(F.softmax(x, dim), dim)):
        assert all(map(close, a, b))


@pytest.mark.parametrize("function", [F.softmax, F.log_softmax, F.softmin, tensors.logsumexp])
@given(scores(st.floats(-3, 3)), seeds)
def test_gradients_are_those_of_differences(function, case, seed):
    x, dim = case
    x.requires_grad = True
    assert gradcheck(lambda x: function(x, dim), [x], rng=random.Random(seed))


def test_logsumexp_over_several_axes():
    x = Tensor([[[0.0, math.log(2.0)], [math.log(3.0), math.log(4.0)]]])
    assert x.logsumexp((1, -1)).tolist() == pytest.approx([math.log(10.0)])
    assert x.logsumexp((0, 1), keepdim=True).shape == (1, 1, 2)
    assert Tensor([]).logsumexp(0).item() == -math.inf


def test_what_float_can_hold_is_kept():
    assert F.log_softmax(Tensor([[0.0, 1000.0]]), 1).tolist() == [[-1000.0, 0.0]]
    assert F.softmax(Tensor([[-math.inf, 0.0]]), 1).tolist() == [[0.0, 1.0]]
    assert Tensor([-math.inf, 1.0]).logsumexp(0).item() == 1.0


@pytest.mark.parametrize("row", [[-math.inf, -math.inf], [math.inf, 1.0], [math.nan, 1.0], [1.0, math.nan]])
def test_where_the_largest_is_infinite_or_not_a_number_the_row_is_nan_and_no_other(row):
    """As in PyTorch; a row that is masked whole is one of these."""
    for function in (F.softmax, F.log_softmax):
        first, second = function(Tensor([row, [0.0, 0.0]]), 1).tolist()
        assert all(map(math.isnan, first)) and not any(map(math.isnan, second))


@pytest.mark.parametrize(
    ("row", "value", "gradient"),
    [
        ([-math.inf, -math.inf], -math.inf, [math.nan, math.nan]),
        ([math.inf, 1.0], math.inf, [math.nan, 0.0]),
        ([math.nan, 1.0], math.nan, [math.nan, math.nan]),
        ([-math.inf, math.nan], math.nan, [math.nan, math.nan]),
        ([-math.inf, 1.0], 1.0, [0.0, 1.0]),
    ],
)
def test_logsumexp_of_what_is_not_finite(row, value, gradient):
    """Figures of PyTorch."""
    x = Tensor(row, requires_grad=True)
    y = x.logsumexp(0)
    if value == value:  # backward() refuses to start from a loss that is NaN
        y.backward()
        assert x.grad.tolist() == pytest.approx(gradient, nan_ok=True)
    assert y.item() == pytest.approx(value, nan_ok=True)


def test_another_axis_is_refused():
    for name, function in (("softmax", F.softmax), ("log_softmax", F.log_softmax), ("logsumexp", tensors.logsumexp)):
        with pytest.raises(IndexError, match=f"{name}: dim is an int from -2 to 1 for a tensor of 2 axes, got 2"):
            function(Matrix([[1.0]]), 2)


def test_ints_are_refused_unless_they_become_floats():
    scores = constant(Matrix([[0, 0]]), (2,), int64)
    with pytest.raises(RuntimeError, match=r"softmax: needs a Tensor of a floating dtype, got torch.int64"):
        F.softmax(scores, 0)
    assert F.softmax(scores, 0, dtype=backprop.float64).tolist() == [0.5, 0.5]


@pytest.mark.parametrize(("shape", "axis"), [((), 0), ((3,), 0), ((2, 3), 1), ((1, 2, 3), 0), ((1, 2, 3, 1), 1)])
def test_without_dim_the_axis_is_guessed_with_a_warning(shape, axis):
    """The guess is PyTorch's."""
    x = constant(Matrix([[float(k) for k in range(math.prod(shape))]]), shape, backprop.float64)
    for name in ("softmax", "log_softmax", "softmin"):
        function = getattr(F, name)
        with pytest.warns(UserWarning, match=f"{name}: without dim the axis is guessed; write {name}"):
            y = function(x)
        assert y.tolist() == function(x, axis).tolist()


def test_what_has_no_entries_stays_so():
    for function in (F.softmax, F.log_softmax):
        assert function(Tensor([[], []]), 0).shape == (2, 0)


def test_the_functions_of_networks_are_those_of_tensors():
    """Which take out= besides, as in PyTorch."""
    assert tensors.softmax is backprop.softmax and tensors.softmax.__wrapped__ is F.softmax
    assert tensors.log_softmax is backprop.log_softmax and tensors.log_softmax.__wrapped__ is F.log_softmax


@given(st.integers(1, 4), st.integers(2, 4), seeds)
def test_the_gradient_through_softmax_into_the_mean_square_is_that_of_the_whole_jacobian(rows, columns, seed):
    """Not only of its diagonal y·(1 − y), as if each probability depended on its own score alone."""
    rng = random.Random(seed)
    x = Tensor([[rng.gauss(0, 1) for _ in range(columns)] for _ in range(rows)], requires_grad=True)
    target = tables.uniform(rows, columns, rng=rng)
    assert gradcheck(lambda x: ((F.softmax(x, 1) - target) * (F.softmax(x, 1) - target)).mean(), [x], rng=rng)


def test_layers_pass_their_dim_on():
    x = Tensor([[1.0, 2.0], [0.0, -3.0]])
    for layer, function in ((nn.Softmax, F.softmax), (nn.LogSoftmax, F.log_softmax), (nn.Softmin, F.softmin)):
        for dim in (0, 1):
            assert layer(dim)(x).tolist() == function(x, dim).tolist()
        assert repr(layer()) == f"{layer.__name__}(dim=None)"


def test_results_are_called_by_the_name_of_their_function():
    x = Tensor([[1.0, 2.0]], requires_grad=True)
    for dim in (0, 1):
        for name in ("softmax", "log_softmax", "softmin"):
            assert getattr(F, name)(x, dim).grad_fn.called == name
        assert x.logsumexp(dim).grad_fn.called == "logsumexp"
