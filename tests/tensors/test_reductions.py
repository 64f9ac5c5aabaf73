"""Reductions over any axes, against loops over the indices."""

import math
import random
import statistics
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

import backprop
from backprop import Matrix, Tensor, tensor, tensors
from backprop.autograd import gradcheck
from backprop.autograd.tensor import constant
from backprop.dtypes import int64
from tests.strategies import UNIT_ROUNDOFF, floats, fractions, seeds

shapes = st.lists(st.integers(1, 3), max_size=5).map(tuple)


@st.composite
def reductions(draw, entries=fractions, several=True):
    """A Tensor, the axes of a reduction (None, an int or several, also negative), and these counted from the first."""
    shape = draw(shapes)
    size = math.prod(shape)
    x = constant(Matrix([draw(st.lists(entries, min_size=size, max_size=size))]), shape, backprop.float64)
    axes = st.integers(-(len(shape) or 1), (len(shape) or 1) - 1)
    choices = [st.none(), axes]
    if several:
        choices.append(st.lists(axes, unique_by=lambda axis: axis % (len(shape) or 1)).map(tuple))
    dim = draw(st.one_of(choices))
    given = range(len(shape)) if dim is None or dim == () else [dim] if isinstance(dim, int) else dim
    return x, dim, tuple(axis % len(shape) for axis in given if shape)


def expected(x, axes, keepdim, function):
    """{index: function of the entries along the axes}, by a loop over all indices, and the shape."""
    entries = x.matrix.rows
    flat = [entry for row in entries for entry in row]
    groups = {}
    for entry, index in zip(flat, product(*map(range, x.shape))):
        kept = tuple(0 if axis in axes else i for axis, i in enumerate(index) if keepdim or axis not in axes)
        groups.setdefault(kept, []).append(entry)
    shape = tuple(1 if axis in axes else n for axis, n in enumerate(x.shape) if keepdim or axis not in axes)
    return [function(group) for _, group in sorted(groups.items())], shape


def agrees(y, values, shape):
    assert y.shape == shape
    assert [entry for row in y.matrix.rows for entry in row] == values


@given(reductions(), st.booleans())
def test_sums_and_means_are_those_of_loops_exactly(case, keepdim):
    x, dim, axes = case
    agrees(x.sum(dim, keepdim), *expected(x, axes, keepdim, sum))
    agrees(x.mean(dim, keepdim), *expected(x, axes, keepdim, lambda group: sum(group) / len(group)))


@given(reductions(several=False), st.booleans())
def test_products_are_those_of_loops_exactly(case, keepdim):
    x, dim, axes = case
    agrees(x.prod(dim, keepdim), *expected(x, axes, keepdim, math.prod))


def variance(correction):
    def of(group):
        mean = sum(group) / len(group)
        return sum((x - mean) ** 2 for x in group) / (len(group) - correction)

    return of


@given(reductions(), st.booleans(), st.sampled_from([0, Fraction(1, 2)]))
def test_variances_are_those_of_loops_exactly(case, keepdim, correction):
    x, dim, axes = case
    agrees(x.var(dim, correction=correction, keepdim=keepdim), *expected(x, axes, keepdim, variance(correction)))


DIFFERENTIABLE = {
    "sum": tensors.sum,
    "mean": tensors.mean,
    "var": lambda x, dim: tensors.var(x, dim, correction=0),
    "std": lambda x, dim: tensors.std(x, dim, correction=0),
    "norm": lambda x, dim: tensors.norm(x, 2, dim),
    "norm 3": lambda x, dim: tensors.norm(x, 3, dim),
    "norm inf": lambda x, dim: tensors.norm(x, math.inf, dim),
    "norm -1": lambda x, dim: tensors.norm(x, -1, dim),
}


@pytest.mark.parametrize("name", DIFFERENTIABLE)
@given(st.data(), seeds)
def test_gradients_are_those_of_differences(name, data, seed):
    rng = random.Random(seed)
    _, dim, axes = case = data.draw(reductions())
    shape = case[0].shape
    # One entry alone deviates by 0, where the root of the variance has a kink.
    if name == "std" and math.prod(shape[axis] for axis in axes) < 2:
        return
    entries = [(0.5 + k) * rng.choice([-1, 1]) for k in range(math.prod(shape))]
    rng.shuffle(entries)
    x = constant(Matrix([entries]), shape, backprop.float64)
    x.requires_grad = True
    assert gradcheck(lambda x: DIFFERENTIABLE[name](x, dim), [x], rng=rng)


@pytest.mark.parametrize("row", [[2.0, 3.0, 5.0], [0.0, 3.0, 5.0], [0.0, 3.0, 0.0], [7.0]])
def test_the_gradient_of_a_product_is_that_of_the_others(row):
    x = Tensor(row, requires_grad=True)
    x.prod().backward()
    assert x.grad.tolist() == [math.prod(row[:i] + row[i + 1 :]) for i in range(len(row))]


def test_nan_is_left_out_of_nansum_and_nanmean():
    x = Tensor([[1.0, math.nan, 2.0], [math.nan, math.nan, math.nan]], requires_grad=True)
    assert x.nansum(1).tolist() == [3.0, 0.0]
    means = x.nanmean(1)
    assert means.tolist()[0] == 1.5 and math.isnan(means.tolist()[1])
    x.nansum().backward()
    assert x.grad.tolist() == [[1.0, 0.0, 1.0], [0.0, 0.0, 0.0]]


def test_sums_and_products_of_bools_and_ints_are_ints():
    flags = constant(Matrix([[1, 0, 1]]).map(bool), (3,), backprop.bool)
    numbers = constant(Matrix([[1, 2, 3]]), (3,), backprop.int8)
    for y, value in ((flags.sum(), 2), (flags.prod(), 0), (numbers.sum(), 6), (numbers.prod(), 6)):
        assert y.dtype is int64 and y.item() == value and type(y.item()) is int
    assert numbers.sum(dtype=backprop.float64).dtype is backprop.float64
    assert numbers.mean(dtype=backprop.float64).item() == 2.0


@given(st.lists(floats, min_size=2, max_size=30), floats)
def test_a_variance_does_not_cancel(numbers, shift):
    """Two passes: moving all numbers by 10⁶ or so leaves the variance right, where Σx² − n·mean² loses all digits."""
    moved, n = [x + shift for x in numbers], len(numbers)
    true = float(statistics.pvariance(map(Fraction, moved)))
    # The mean is wrong by at most n·u·max|x|, which adds its square to the variance, as Σ(x − μ)² is least at
    # the mean; each square is rounded thrice and the sum n times: (n + 5)·u relative, for such few.
    mean_error = n * UNIT_ROUNDOFF * max(map(abs, moved))
    bound = (2 * n + 6) * UNIT_ROUNDOFF * true + mean_error**2 + 4 * UNIT_ROUNDOFF * mean_error * math.sqrt(true)
    came = tensor(moved, dtype=backprop.float64).var(correction=0).item()
    assert abs(came - true) <= bound + 5e-324


@pytest.mark.parametrize("name", ["mean", "nanmean", "var", "std", "norm"])
def test_what_is_no_int_for_ints_is_refused_for_them(name):
    with pytest.raises(RuntimeError, match=f"{name}: needs a Tensor of a floating dtype, got torch.int64"):
        getattr(constant(Matrix([[1, 2, 3]]), (3,), int64), name)()


def test_without_entries():
    """Figures of PyTorch."""
    x = Tensor([[], []], requires_grad=True)
    assert x.shape == (2, 0)
    assert x.sum(1).tolist() == [0.0, 0.0] and x.sum(0).tolist() == [] and x.sum().item() == 0.0
    assert x.prod(1).tolist() == [1.0, 1.0] and x.norm(dim=1).tolist() == [0.0, 0.0]
    assert all(map(math.isnan, x.mean(1).tolist()))
    (x.sum() + x.prod()).backward()
    assert x.grad.shape == (2, 0)


def test_of_a_tensor_of_no_axes():
    x = Tensor(3.0)
    for dim in (None, 0, -1, ()):
        assert x.sum(dim).shape == () and x.sum(dim, keepdim=True).shape == () and x.mean(dim).item() == 3.0
    with pytest.raises(IndexError, match="sum: dim is an int from -1 to 0 for a tensor of 0 axes, got 1"):
        x.sum(1)


def test_the_variance_is_unbiased_unless_told_otherwise():
    x = Tensor([1.0, 2.0, 3.0, 6.0])
    assert x.var().item() == tensors.var(x, unbiased=True).item() == pytest.approx(14 / 3)
    for biased in (x.var(False), x.var(unbiased=False), x.var(0, False), x.var(correction=0)):
        assert biased.item() == 3.5
    assert tensors.var_mean(x, 0)[1].item() == tensors.std_mean(x)[1].item() == 3.0
    assert tensors.std_mean(x, False)[0].item() == pytest.approx(math.sqrt(3.5))


def test_the_variance_of_too_few_entries_warns():
    """Figures of PyTorch."""
    for name in ("var", "std"):
        with pytest.warns(UserWarning, match=f"{name}: over 1 entries with the correction 1"):
            assert math.isnan(getattr(Tensor([3.0]), name)().item())
    with pytest.warns(UserWarning):
        assert Tensor([3.0, 4.0]).var(correction=5).item() == math.inf


def test_equal_entries_deviate_by_0_with_the_gradient_0():
    x = Tensor([3.0, 3.0], requires_grad=True)
    x.std().backward()
    assert x.grad.tolist() == [0.0, 0.0]


# p: (norm, gradient) of (2, 0, −1), from PyTorch.
NORMS = {
    1: (3.0, [1.0, 0.0, -1.0]),
    0.5: (5.82842712474619, [1.7071067811865472, 0.0, -2.414213562373095]),
    math.inf: (2.0, [1.0, 0.0, 0.0]),
    0: (2.0, [0.0, 0.0, 0.0]),
    2: (math.sqrt(5), [2 / math.sqrt(5), 0.0, -1 / math.sqrt(5)]),
}


@pytest.mark.parametrize("p", NORMS)
def test_norms(p):
    x = Tensor([2.0, 0.0, -1.0], requires_grad=True)
    y = x.norm(p)
    y.backward()
    assert y.item() == pytest.approx(NORMS[p][0], rel=1e-14)
    assert x.grad.tolist() == pytest.approx(NORMS[p][1], rel=1e-14)


@pytest.mark.parametrize("p", [0.5, 1, 2, 3, math.inf, 0])
def test_the_gradient_of_a_norm_is_0_at_the_origin(p):
    x = Tensor([0.0, 0.0], requires_grad=True)
    x.norm(p).backward()
    assert x.grad.tolist() == [0.0, 0.0]


def test_the_deviation_of_one_entry_is_no_number_and_has_no_gradient():
    x = Tensor([[1.0, 2.0]], requires_grad=True)
    with pytest.warns(UserWarning, match="std: over 1 entries"):
        y = x.std(0)
    y.backward(Tensor([1.0, 1.0]))
    assert all(map(math.isnan, y.tolist() + x.grad.tolist()[0]))


def test_no_entries_have_no_largest():
    for p in (math.inf, -math.inf, -1):
        with pytest.raises(RuntimeError, match="norm: no entries have no norm for p"):
            Tensor([[], []]).norm(p, 1)
    assert Tensor([[], []]).norm(2, 1).tolist() == [0.0, 0.0]


def test_the_nuclear_norm_is_that_of_a_matrix():
    x = Tensor([[[3.0, 0.0], [0.0, -4.0]], [[0.0, 2.0], [0.0, 0.0]]])
    assert x.norm("nuc", (1, 2)).tolist() == pytest.approx([7.0, 2.0]) and x[0].norm("nuc").item() == pytest.approx(7.0)
    with pytest.raises(ValueError, match="dim names two axes"):
        x.norm("nuc")


def test_norms_neither_overflow_nor_vanish():
    assert Tensor([3e200, 4e200]).norm().item() == pytest.approx(5e200)
    assert Tensor([1e-200, 1e-200]).norm(3).item() == pytest.approx(1e-200 * 2 ** (1 / 3))


def test_ties_of_the_largest_share_the_gradient_of_the_maximum_norm():
    x = Tensor([2.0, -2.0], requires_grad=True)
    x.norm(math.inf).backward()
    assert x.grad.tolist() == [0.5, -0.5]


def test_another_p_is_refused():
    with pytest.raises(ValueError, match=r"norm: p is a number, 'fro' or 'nuc', got 'max'"):
        Tensor([1.0]).norm("max")


def test_results_are_called_by_the_name_of_their_function():
    x = Tensor([[1.0, 2.0]], requires_grad=True)
    for name in ("sum", "mean", "nansum", "nanmean", "prod", "var", "std", "norm"):
        assert getattr(x, name)(1, **({"correction": 0} if name in ("var", "std") else {})).grad_fn.called == name


def test_a_sum_of_terms_that_cancel_is_exact():
    """One after the other these give 2⁻⁵³; PyTorch, which sums in four lanes, prints 0 for them, too."""
    row = [-2 / 3, -1 / 2, 0.0, 1 / 2, 2 / 3]
    x = Tensor([row, [1.0, *row[1:]]])
    assert x.sum(1).tolist() == [0.0, sum([1.0, *row[1:]])] and x[0].sum().item() == 0.0 and x[0].mean().item() == 0.0
    assert Tensor([1e300, -1e300, math.inf]).sum().item() == math.inf
