"""The rules of linear algebra on one matrix: gradients against central differences, with a random upstream gradient."""

import math
import random

import pytest

from backprop import Matrix
from backprop.linalg import (
    definite,
    determinants,
    exponential,
    least_squares,
    solving,
    spectra,
    triangular,
    vector_norms,
)

SHAPES = [(1, 1), (2, 2), (3, 3), (4, 4), (2, 4), (4, 2), (1, 3), (3, 1)]
SQUARES = [shape for shape in SHAPES if shape[0] == shape[1]]


def normal(m, n, rng):
    return Matrix.normal(m, n, rng=rng)


def moved(a, i, j, h):
    rows = a.tolist()
    rows[i][j] += h
    return Matrix(rows)


def check(rule, inputs, rng, moves=moved, h=6e-6, tolerance=1e-6, **constants):
    """∂L/∂x = (L(x + h) − L(x − h))/2h for each entry, L = Σ uₖ·yₖ; ``moves`` says what else moves with an entry."""
    value, pullback = rule(*inputs, **constants)
    upstream = Matrix.normal(*value.shape, rng=rng)
    gradients = pullback(upstream)
    gradients = gradients if isinstance(gradients, tuple) else (gradients,)
    assert [g.shape for g in gradients] == [x.shape for x in inputs]
    for k, (x, gradient) in enumerate(zip(inputs, gradients)):
        move = moves if k == 0 else moved
        for i in range(len(x)):
            for j in range(x.shape[1]):
                ends = [rule(*inputs[:k], move(x, i, j, s), *inputs[k + 1 :], **constants)[0] for s in (h, -h)]
                slope = ((ends[0] - ends[1]) * upstream).sum() / (2 * h)
                along = ((move(x, i, j, 1.0) - x) * gradient).sum()
                assert along == pytest.approx(slope, rel=tolerance, abs=tolerance * abs(gradient).max())


def symmetric_move(a, i, j, h):
    return moved(a, i, j, h) if i == j else moved(moved(a, i, j, h), j, i, h)


@pytest.mark.parametrize("shape", SQUARES)
@pytest.mark.parametrize(
    "rule", [determinants._det, determinants._slogdet, solving._inv, exponential._matrix_exp], ids=lambda f: f.__name__
)
def test_functions_of_a_square(rule, shape):
    rng = random.Random(shape[0])
    check(rule, [normal(*shape, rng)], rng)


@pytest.mark.parametrize("n", range(1, 5))
def test_solutions(n):
    rng = random.Random(n)
    check(solving._solve, [normal(n, n, rng), normal(n, 2, rng)], rng)
    for upper in (False, True):
        for unitriangular in (False, True):
            constants = {"upper": upper, "unitriangular": unitriangular}
            check(solving._solve_triangular, [normal(n, n, rng), normal(n, 2, rng)], rng, **constants)


@pytest.mark.parametrize("n", range(1, 5))
def test_what_reads_one_triangle_of_a_symmetric_matrix(n):
    rng = random.Random(n)
    a = normal(n, n, rng)
    definite_matrix = a @ a.T + Matrix.identity(n)
    check(definite._cholesky, [definite_matrix], rng, symmetric_move)
    for upper in (False, True):
        check(spectra._eigh, [a + a.T], rng, symmetric_move, upper=upper)
    # The upper triangle is not read.
    assert definite._cholesky(definite_matrix + Matrix.ones(n, n).triu(1))[0] == definite._cholesky(definite_matrix)[0]
    assert spectra._eigh(a)[0] == spectra._eigh(a.T, upper=True)[0]


@pytest.mark.parametrize("n", range(1, 5))
def test_solutions_by_choleskys_factor(n):
    rng = random.Random(n)
    a = normal(n, n, rng)
    factor = definite._cholesky(a @ a.T + Matrix.identity(n))[0]
    b = normal(n, 2, rng)
    value, pullback = definite._cholesky_solve(b, factor)
    assert (factor @ factor.T @ value).allclose(b)
    upstream = normal(n, 2, rng)
    to_b, to_factor = pullback(upstream)
    # Through the product: X = (L·Lᵀ)⁻¹·B.
    _, through = solving._solve(factor @ factor.T, b)
    to_product, expected = through(upstream)
    assert to_b.allclose(expected, abs_tol=1e-12)
    assert to_factor.allclose((to_product + to_product.T) @ factor, abs_tol=1e-9)


@pytest.mark.parametrize("shape", SHAPES)
def test_singular_values_and_vectors(shape):
    m, n = shape
    k, rng = min(shape), random.Random(m + 10 * n)
    a = normal(m, n, rng)
    check(spectra._svd, [a], rng, full_matrices=False)
    # Of the full vectors only the first k have gradients.
    _, pullback = spectra._svd(a)
    reduced, reduced_pullback = spectra._svd(a, full_matrices=False)
    upstream = normal(1, reduced.shape[1], rng)
    u, s, vh = spectra.unpacked(upstream, (m, k), (1, k), (k, n))
    full = spectra.packed(Matrix.hstack([u, Matrix.ones(m, m)])[:, :m], s, Matrix.vstack([vh, Matrix.ones(n, n)])[:n])
    assert pullback(full) == reduced_pullback(upstream)


def test_equal_values_have_gradients_and_their_vectors_have_none():
    eye = Matrix.identity(2) * 1.0
    row = [0.0] * 4
    _, pullback = spectra._svd(eye)
    assert pullback(Matrix([[*row, 2.0, 2.0, *row]])) == 2 * eye
    assert any(not math.isfinite(x) for line in pullback(Matrix([[1.0, 2.0, 3.0, 4.0, 0.0, 0.0, *row]])) for x in line)
    _, pullback = spectra._eigh(eye)
    assert pullback(Matrix([[3.0, 3.0, *row]])) == 3 * eye


@pytest.mark.parametrize("shape", SHAPES)
def test_triangular_factors(shape):
    rng = random.Random(sum(shape))
    a = normal(*shape, rng)
    check(triangular._qr, [a], rng)
    check(triangular._lu_factor, [a], rng)
    if shape[0] <= shape[1]:
        check(triangular._qr, [a], rng, mode="complete")
    else:
        value, pullback = triangular._qr(a, "complete")
        with pytest.raises(ValueError, match="mode='reduced'"):
            pullback(value)


@pytest.mark.parametrize("shape", SHAPES)
def test_least_squares(shape):
    rng = random.Random(sum(shape))
    a = normal(*shape, rng)
    check(least_squares._pinv, [a], rng)
    b = normal(shape[0], 2, rng)
    value, _ = least_squares._lstsq(a, b)
    x = least_squares._pinv(a)[0] @ b
    n = shape[1]
    used = n * 2 + (2 if shape[0] > n else 0)
    rank = value[0, used]
    assert least_squares.unpacked(value, (n, 2))[0].allclose(x, abs_tol=1e-12) and rank == min(shape)

    def solution_and_residuals(a, b):
        value, pullback = least_squares._lstsq(a, b)
        rest = [0.0] * (value.shape[1] - used)
        return value[:, :used], lambda d: pullback(Matrix([[*d.rows[0], *rest]]))

    check(solution_and_residuals, [a, b], rng)


@pytest.mark.parametrize("rank", [1, 2])
def test_the_pseudo_inverse_along_matrices_of_one_rank(rank):
    """A⁺ of A = B·C is smooth while the rank stays: its gradient goes on to B and C."""
    rng = random.Random(rank)
    b, c = normal(4, rank, rng), normal(rank, 3, rng)

    def rule(b, c):
        value, pullback = least_squares._pinv(b @ c)
        return value, lambda d: (pullback(d) @ c.T, b.T @ pullback(d))

    check(rule, [b, c], rng)


@pytest.mark.parametrize("order", [2, 1, 0, 3, 0.5, 1.5, -1, -2.5, math.inf, -math.inf])
def test_norms_of_rows(order):
    rng = random.Random(0)
    check(vector_norms._vector_norm, [normal(3, 4, rng)], rng, ord=order)


def test_norms_where_they_have_no_derivative():
    """PyTorch's gradients: 0 at the origin, ties share."""
    zero = Matrix([[0.0, 0.0]])
    for order in (2, 1, 3, 0.5, math.inf, -math.inf, 0):
        assert vector_norms._vector_norm(zero, order)[1](Matrix([[1.0]])) == zero
    value, pullback = vector_norms._vector_norm(Matrix([[3.0, -3.0, 1.0]]), math.inf)
    assert value == Matrix([[3.0]]) and pullback(Matrix([[4.0]])) == Matrix([[2.0, -2.0, 0.0]])


def test_norms_of_large_and_small_entries():
    for order in (2, 3, 1.5, -3):
        for scale in (1e300, 1e-300):
            large = vector_norms._vector_norm(Matrix([[3.0 * scale, 4.0 * scale]]), order)[0].item()
            assert large == pytest.approx(vector_norms._vector_norm(Matrix([[3.0, 4.0]]), order)[0].item() * scale)
