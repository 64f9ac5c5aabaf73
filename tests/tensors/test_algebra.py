"""Linear algebra with gradients: Jacobi's formula and its relatives, exactly over fractions."""

import math
import random
from fractions import Fraction

import pytest
from hypothesis import assume, given

import backprop
from backprop import Matrix, Tensor, linalg
from backprop.autograd import gradcheck
from tests.strategies import matrices, random_tensor, seeds, sizes

squares = sizes.flatmap(lambda n: matrices(n, n))


def gradient(function, a, upstream=None):
    leaf = Tensor(a, requires_grad=True)
    output = function(leaf)
    output.backward(upstream)
    return leaf.grad.matrix


@given(squares)
def test_the_gradient_of_det_are_the_cofactors_also_where_it_is_zero(a):
    """det is linear in each entry, so its slope there is a difference quotient, exactly."""
    n = len(a)
    slopes = gradient(backprop.det, a)
    for i in range(n):
        for j in range(n):
            rows = a.tolist()
            rows[i][j] += 1
            assert slopes[i, j] == linalg.det(Matrix(rows)) - linalg.det(a)


@given(squares)
def test_det_of_the_inverse_exactly(a):
    """det A⁻¹ = 1/det A, and so are the gradients."""
    assume(linalg.det(a))
    through = gradient(lambda x: backprop.det(backprop.inv(x)), a)
    directly = gradient(lambda x: 1 / backprop.det(x), a)
    assert through == directly


@given(squares)
def test_solve_is_inv_times_the_right_side_exactly(a):
    assume(linalg.det(a))
    b = Matrix([[Fraction(i - 1, 2), i] for i in range(len(a))])
    one, other = (
        gradient(f, a)
        for f in (lambda x: (backprop.solve(x, b) ** 2).sum(), lambda x: ((backprop.inv(x) @ b) ** 2).sum())
    )
    assert one == other


@given(squares)
def test_trace_of_a_product(a):
    """∂ tr(A·A)/∂A = 2·Aᵀ."""
    assert gradient(lambda x: backprop.trace(x @ x), a) == 2 * a.T


@given(sizes, seeds)
def test_slogdet(n, seed):
    rng = random.Random(seed)
    x = random_tensor(n, n, rng)
    sign, log = backprop.slogdet(x)
    assert sign * math.exp(log.item()) == pytest.approx(linalg.det(x.matrix), rel=1e-12)
    assert gradcheck(lambda x: backprop.slogdet(x)[1], [x], rtol=1e-5)


@given(sizes, seeds)
def test_cholesky(n, seed):
    """A = B·Bᵀ + I stays symmetric while B's entries are moved one by one."""
    b = random_tensor(n, n, random.Random(seed))
    assert gradcheck(lambda b: backprop.cholesky(b @ b.T + Matrix.identity(n)), [b], rng=random.Random(seed))


def test_the_gradient_of_cholesky_is_symmetric():
    d = gradient(backprop.cholesky, Matrix([[4.0, 2.0], [2.0, 10.0]]), Matrix([[1.0, 0.0], [2.0, -3.0]]))
    assert d == d.T


def test_no_gradient_of_the_logarithm_where_it_is_minus_infinity():
    with pytest.raises(linalg.LinAlgError, match="singular"):
        gradient(lambda x: backprop.slogdet(x)[1], Matrix([[0.0]]))
