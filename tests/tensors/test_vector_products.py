"""Products of vectors, matrices and tensors, against loops over Fractions."""

import math
import random
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

import backprop
from backprop import Matrix, Tensor
from backprop.autograd import gradcheck
from backprop.autograd.tensor import constant
from tests.strategies import fractions, seeds

sizes = st.integers(1, 3)


@st.composite
def tensors(draw, shape):
    count = math.prod(shape)
    return constant(Matrix([draw(st.lists(fractions, min_size=count, max_size=count))]), shape, backprop.float64)


def entries(x):
    """{index: entry}."""
    return dict(zip(product(*map(range, x.shape)), [entry for row in x.matrix.rows for entry in row]))


@given(st.data(), st.lists(sizes, max_size=2), st.lists(sizes, max_size=2), st.lists(sizes, max_size=2))
def test_tensordot_sums_over_pairs_of_axes(data, left, both, right):
    a, b = data.draw(tensors((*left, *both))), data.draw(tensors((*both, *right)))
    result = backprop.tensordot(a, b, len(both))
    assert result.shape == (*left, *right)
    x, y = entries(a), entries(b)
    for index, entry in entries(result).items():
        i, j = index[: len(left)], index[len(left) :]
        assert entry == sum(x[(*i, *k)] * y[(*k, *j)] for k in product(*map(range, both)))
    # The same pairs by name, from the last to the first.
    axes = list(range(len(both)))[::-1]
    named = backprop.tensordot(a, b, ([len(left) + k for k in axes], axes))
    assert named.matrix == result.matrix


@given(st.data(), st.lists(sizes, min_size=3, max_size=6))
def test_multi_dot_is_the_product_in_any_order(data, sizes):
    factors = [data.draw(tensors(shape)) for shape in zip(sizes, sizes[1:])]
    expected = factors[0].matrix
    for factor in factors[1:]:
        expected = expected @ factor.matrix
    assert backprop.linalg.multi_dot(factors).matrix == expected


@given(st.data(), sizes, sizes, sizes)
def test_a_sum_and_a_product_at_once(data, n, m, p):
    c, a, b = data.draw(tensors((n, p))), data.draw(tensors((n, m))), data.draw(tensors((m, p)))
    expected = 3 * c.matrix - 2 * (a.matrix @ b.matrix)
    assert backprop.addmm(c, a, b, beta=3, alpha=-2).matrix == expected
    assert backprop.baddbmm(c, a.reshape(1, n, m), b.reshape(1, m, p), beta=3, alpha=-2).shape == (1, n, p)
    hole = constant(Matrix([[math.nan] * p] * n), (n, p), backprop.float64)
    assert backprop.addmm(hole, a, b, beta=0).matrix == a.matrix @ b.matrix


@given(st.data(), st.lists(sizes, max_size=3), st.lists(sizes, max_size=3))
def test_kron_replaces_each_entry_by_a_block(data, left, right):
    a, b = data.draw(tensors(tuple(left))), data.draw(tensors(tuple(right)))
    ndim = max(len(left), len(right))
    left, right = [1] * (ndim - len(left)) + left, [1] * (ndim - len(right)) + right
    result = backprop.kron(a, b)
    assert result.shape == tuple(p * q for p, q in zip(left, right))
    x, y = entries(a.reshape(left)), entries(b.reshape(right))
    for index, entry in entries(result).items():
        i, j = zip(*[divmod(k, q) for k, q in zip(index, right)]) if index else ((), ())
        assert entry == x[i] * y[j]


@given(st.data())
def test_the_cross_product_is_orthogonal_to_both(data):
    u, v = data.draw(tensors((2, 3))), data.draw(tensors((1, 3)))
    w = backprop.linalg.cross(u, v)
    for x in (u, v):
        assert not any(entry for row in backprop.linalg.vecdot(w, x).matrix.rows for entry in row)
    # Lagrange: |u × v|² = |u|²·|v|² − (u·v)².
    dot = backprop.linalg.vecdot
    assert dot(w, w).matrix == (dot(u, u) * dot(v, v) - dot(u, v) ** 2).matrix


@given(seeds)
def test_gradients(seed):
    rng = random.Random(seed)

    def normal(*shape):
        x = constant(Matrix([[rng.gauss(0.0, 1.0) for _ in range(math.prod(shape))]]), shape, backprop.float64)
        x.requires_grad = True
        return x

    assert gradcheck(lambda a, b: backprop.einsum("bij,bjk->ik", a, b), [normal(2, 2, 3), normal(2, 3, 2)])
    assert gradcheck(lambda a, b: backprop.einsum("bij,bij->b", a, b), [normal(2, 2, 3), normal(2, 2, 3)])
    assert gradcheck(backprop.linalg.vecdot, [normal(2, 2, 3), normal(2, 2, 3)])
    assert gradcheck(backprop.linalg.vecdot, [normal(2, 2, 3), normal(3)])
    assert gradcheck(lambda a, b: backprop.cdist(a, b, 1.5), [normal(2, 2, 3), normal(3, 3)])
    assert gradcheck(backprop.corrcoef, [normal(2, 4)])
    assert gradcheck(lambda x, w: backprop.cov(x, aweights=w**2), [normal(2, 4), normal(4)])
    assert gradcheck(lambda x: backprop.renorm(x, 2, 0, 1.0), [normal(3, 2)])


def test_a_dot_product_has_the_dtype_of_its_vectors():
    """As PyTorch's."""
    for dtype in (backprop.uint8, backprop.int32, backprop.int64, backprop.float32, backprop.float64):
        found = backprop.einsum("ij,ij->i", *[backprop.ones(2, 3, dtype=dtype)] * 2)
        assert (found.tolist(), found.dtype) == ([3, 3], dtype)
    assert backprop.einsum("ij,ij->i", *[backprop.ones(2, 0)] * 2).tolist() == [0, 0]


@pytest.mark.parametrize(
    ("function", "shapes", "sentence"),
    [
        (backprop.cross, [(2,), (2,)], "cross: one axis has size 3, got the shape"),
        (backprop.linalg.cross, [(2, 3), (3,)], "cross: both have as many axes, and size 3 along dim=-1"),
        (lambda a, b: backprop.linalg.multi_dot([a]), [(2, 2), (2, 2)], "multi_dot: two matrices or more"),
        (backprop.cdist, [(2, 3), (2, 2)], "cdist: x1 and x2 have the same number of columns, got 3 and 2"),
        (lambda a, b: backprop.cov(a), [(1, 2, 3), (1,)], "cov: input has 2 axes at most"),
    ],
)
def test_what_does_not_fit_is_refused(function, shapes, sentence):
    with pytest.raises(ValueError, match=sentence):
        function(*[Tensor([0.0] * math.prod(shape)).reshape(shape) for shape in shapes])
