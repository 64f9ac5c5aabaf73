"""Stacks of matrices: each is treated as it would be alone, leading axes are broadcast, and gradients are those of slopes."""

import math
import random
from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import backprop
from backprop import Matrix, Tensor, linalg
from backprop.autograd import gradcheck, gradgradcheck
from backprop.autograd.tensor import constant
from backprop.matrix import trusted
from tests import tables
from tests.strategies import matrices, seeds, sizes

squares = sizes.flatmap(lambda n: matrices(n, n))
leading = st.lists(st.integers(1, 2), max_size=2).map(tuple)


def normal(shape, rng, requires_grad=True):
    """A Tensor of normal numbers."""
    x = constant(Matrix([[rng.gauss(0.0, 1.0) for _ in range(math.prod(shape))]]), shape, backprop.float64)
    x.requires_grad = requires_grad
    return x


def weighted(function, seed):
    """One number of all that the function returns, by random weights."""

    def total(*inputs):
        result, rng = function(*inputs), random.Random(seed)
        parts = [
            y
            for y in (result if isinstance(result, tuple) else (result,))
            if y.dtype.is_floating_point and y.shape.numel()
        ]
        return sum([(y * normal(y.shape, rng, False)).sum() for y in parts])

    return total


def check(function, inputs, seed):
    assert gradcheck(weighted(function, seed), inputs, atol=1e-6, rtol=1e-4)


def definite(x):
    return x @ x.mT + tables.identity(x.shape[-1])


def symmetric(x):
    return x + x.mT


ONE_MATRIX = {
    "slogdet": linalg.slogdet,
    "inv": linalg.inv,
    "matrix_exp": linalg.matrix_exp,
    "matrix_power": lambda x: linalg.matrix_power(x, 3),
    "cholesky": lambda x: linalg.cholesky(definite(x)),
    "cholesky_upper": lambda x: linalg.cholesky(definite(x), upper=True),
    "cholesky_inverse": lambda x: backprop.cholesky_inverse(linalg.cholesky(definite(x))),
    "eigh": lambda x: linalg.eigh(symmetric(x)),
    "eigh_upper": lambda x: linalg.eigh(symmetric(x), "U"),
    "det": linalg.det,
    "nuclear": lambda x: linalg.matrix_norm(x, "nuc"),
}


@pytest.mark.parametrize("name", ONE_MATRIX)
@settings(max_examples=10)
@given(leading, sizes, seeds)
def test_gradients_of_functions_of_a_square(name, leading, n, seed):
    check(ONE_MATRIX[name], [normal((*leading, n, n), random.Random(seed))], seed)


RECTANGLES = {
    "svd": lambda x: linalg.svd(x, full_matrices=False),
    "qr": linalg.qr,
    "lu": linalg.lu,
    "lu_factor": linalg.lu_factor,
    "pinv": linalg.pinv,
}


@pytest.mark.parametrize("name", RECTANGLES)
@settings(max_examples=10)
@given(leading, sizes, sizes, seeds)
def test_gradients_of_functions_of_a_rectangle(name, leading, m, n, seed):
    check(RECTANGLES[name], [normal((*leading, m, n), random.Random(seed))], seed)


@settings(max_examples=20)
@given(leading, leading, sizes, sizes, seeds)
def test_gradients_of_solutions(first, second, n, k, seed):
    rng = random.Random(seed)
    assume(all(p == q or 1 in (p, q) for p, q in zip(reversed(first), reversed(second))))
    a, b = normal((*first, n, n), rng), normal((*second, n, k), rng)
    check(linalg.solve, [a, b], seed)
    check(lambda a, b: linalg.solve(a, b.mT, left=False), [a, b], seed)
    check(lambda a, b: linalg.solve_triangular(a, b, upper=True, unitriangular=True), [a, b], seed)
    check(lambda a, b: linalg.solve_triangular(a, b.mT, upper=False, left=False), [a, b], seed)
    check(lambda a, b: backprop.cholesky_solve(b, linalg.cholesky(definite(a))), [a, b], seed)


@settings(max_examples=20)
@given(leading, sizes, sizes, seeds)
def test_gradients_of_least_squares(leading, m, n, seed):
    rng = random.Random(seed)
    check(
        lambda a, b: linalg.lstsq(a, b, driver="gelsd")[:2],
        [normal((*leading, m, n), rng), normal((*leading, m, 2), rng)],
        seed,
    )


@settings(max_examples=20)
@given(seeds, st.integers(1, 2))
def test_the_pseudo_inverse_along_matrices_of_one_rank(seed, rank):
    rng = random.Random(seed)
    check(lambda b, c: linalg.pinv(b @ c), [normal((4, rank), rng), normal((rank, 3), rng)], seed)


def test_equal_values_have_gradients_and_their_vectors_have_none():
    for function in (linalg.svd, linalg.eigh):
        x = Tensor([[1.0, 0.0], [0.0, 1.0]], requires_grad=True)
        vectors, values = (function(x)[k] for k in ((0, 1) if function is linalg.svd else (1, 0)))
        values.sum().backward(retain_graph=True)
        assert x.grad.tolist() == [[1.0, 0.0], [0.0, 1.0]]
        x.grad = None
        (vectors * Tensor([[1.0, 2.0], [3.0, 5.0]])).sum().backward()
        assert not all(math.isfinite(entry) for row in x.grad.tolist() for entry in row)


# ------------------------------------------------------------------ exactly, over Fractions


def exact_gradient(function, a):
    x = Tensor(a, requires_grad=True)
    function(x).sum().backward()
    return x.grad.matrix


@given(squares)
def test_the_gradient_of_det_are_the_cofactors_also_where_it_is_zero(a):
    """det is linear in each entry, so its slope there is a difference quotient, exactly."""
    slopes = exact_gradient(linalg.det, a)
    for i in range(len(a)):
        for j in range(len(a)):
            rows = a.tolist()
            rows[i][j] += 1
            assert slopes[i, j] == linalg.det(Matrix(rows)) - linalg.det(a)


@given(squares)
def test_det_of_the_inverse_exactly(a):
    assume(linalg.det(a))
    assert exact_gradient(lambda x: linalg.det(linalg.inv(x)), a) == exact_gradient(lambda x: 1 / linalg.det(x), a)


@given(squares)
def test_solve_is_inv_times_the_right_side_exactly(a):
    assume(linalg.det(a))
    b = Matrix([[Fraction(i - 1, 2), i] for i in range(len(a))])
    assert exact_gradient(lambda x: linalg.solve(x, b) ** 2, a) == exact_gradient(lambda x: (linalg.inv(x) @ b) ** 2, a)


@given(squares)
def test_trace_of_a_product(a):
    """∂ tr(A·A)/∂A = 2·Aᵀ."""
    assert exact_gradient(lambda x: backprop.trace(x @ x), a) == 2 * a.T


# ------------------------------------------------------------------ stacks


@given(leading, sizes, seeds)
def test_a_stack_is_its_matrices_one_by_one(leading, n, seed):
    rng = random.Random(seed)
    x, b = normal((*leading, n, n), rng, False), normal((n, 5), rng, False)
    flat, solutions = x.reshape(-1, n, n), linalg.solve(x, b).reshape(-1, n, 5)
    for i in range(flat.shape[0]):
        assert (
            solutions[i].tolist()
            == linalg.solve(flat[i], b).tolist()
            == linalg.solve(flat[i].matrix, b.matrix).tolist()
        )
        assert linalg.svd(x).S.reshape(-1, n)[i].tolist() == linalg.svd(flat[i].matrix).S


@pytest.mark.parametrize(
    "function",
    [linalg.inv, linalg.det, linalg.svd, linalg.qr, linalg.eigh, linalg.cholesky, linalg.pinv, linalg.lu_factor],
)
def test_a_stack_of_no_matrices(function):
    x = constant(trusted([[]]), (0, 3, 3), backprop.float64)
    x.requires_grad = True
    result = function(x)
    like = function(Tensor([[[2.0, 0.0, 0.0], [0.0, 3.0, 0.0], [0.0, 0.0, 4.0]]]))
    for none, one in zip(*[y if isinstance(y, tuple) else (y,) for y in (result, like)]):
        assert none.shape == (0, *one.shape[1:])


# ------------------------------------------------------------------ what is given out


def test_a_matrix_gives_a_matrix_and_a_tensor_a_tensor():
    a = Matrix([[Fraction(2), 1], [1, 3]])
    assert linalg.inv(a) == Matrix([[Fraction(3, 5), Fraction(-1, 5)], [Fraction(-1, 5), Fraction(2, 5)]])
    assert linalg.det(a) == 5 and isinstance(linalg.svd(a).U, Matrix) and linalg.matrix_rank(a) == 2
    x = Tensor(a)
    assert all(isinstance(y, Tensor) for y in (linalg.inv(x), linalg.det(x), linalg.svd(x).U, linalg.matrix_rank(x)))
    assert isinstance(linalg.solve(a, x), Tensor) and isinstance(linalg.solve(x, a), Tensor)


def test_info_says_which_matrix_of_a_stack_has_no_result():
    good, bad = [[2.0, 1.0], [1.0, 3.0]], [[1.0, 2.0], [2.0, 4.0]]
    inverse, info = linalg.inv_ex(Tensor([good, bad]))
    assert info.tolist() == [0, 2] and info.dtype is backprop.int32
    assert inverse[0].tolist() == linalg.inv(Tensor(good)).tolist()
    assert all(math.isnan(entry) for row in inverse[1].tolist() for entry in row)
    assert linalg.cholesky_ex(Tensor([good, [[1.0, 2.0], [2.0, 1.0]]])).info.tolist() == [0, 2]
    assert linalg.solve_ex(Tensor([bad, good]), Tensor([1.0, 2.0])).info.tolist() == [2, 0]
    assert linalg.lu_factor_ex(Tensor([good, bad])).info.tolist() == [0, 2]
    for function in (linalg.inv_ex, linalg.lu_factor_ex):
        with pytest.raises(linalg.LinAlgError, match="singular"):
            function(Tensor([good, bad]), check_errors=True)
    with pytest.raises(linalg.LinAlgError, match="not positive definite"):
        linalg.cholesky_ex(Tensor(bad), check_errors=True)


@pytest.mark.parametrize(
    ("function", "shapes", "sentence"),
    [
        (linalg.inv, [(2, 3)], "inv needs square matrices, got 2×3"),
        (linalg.det, [(3,)], r"det needs a Tensor of at least 2 axes, got one of shape \(3,\)"),
        (linalg.solve, [(2, 2), (3, 1)], "solve: A has 2 rows and B has 3; they must be equal"),
        (linalg.lstsq, [(4, 2), (3, 1)], "lstsq: A has 4 rows and B has 3; they must be equal"),
        (linalg.cholesky, [(2, 2)], "cholesky: pivot 0 is .*; the matrix is not positive definite"),
        (linalg.householder_product, [(2, 3), (1,)], "householder_product: A has m×n entries and tau k ≤ n ≤ m"),
        (linalg.norm, [(2, 2, 2), 1], "norm: with ord a Tensor has one axis or two unless dim names them"),
        (
            lambda x: linalg.matrix_norm(x, 3),
            [(2, 2)],
            "matrix_norm: ord is 'fro', 'nuc', 1, -1, 2, -2, inf or -inf, got 3",
        ),
        (lambda x: linalg.qr(x, "full"), [(2, 2)], "qr: mode is 'reduced', 'complete' or 'r', got 'full'"),
        (lambda x: linalg.eigh(x, "X"), [(2, 2)], "eigh: UPLO is 'L', 'U', 'l' or 'u', got 'X'"),
    ],
)
def test_what_does_not_fit_is_refused(function, shapes, sentence):
    inputs = [
        constant(Matrix([[-1.0] * math.prod(s)]), s, backprop.float64) if isinstance(s, tuple) else s for s in shapes
    ]
    with pytest.raises(ValueError, match=sentence):
        function(*inputs)


def test_ints_are_refused():
    with pytest.raises(TypeError, match=r"inv needs a Tensor of floats, got torch.int64; write x.double\(\)"):
        linalg.inv(constant(Matrix([[1, 2], [3, 4]]), (2, 2), backprop.int64))


def test_a_complete_q_has_no_gradient_where_a_is_tall():
    x = Tensor([[1.0], [2.0]], requires_grad=True)
    with pytest.raises(ValueError, match="write mode='reduced'"):
        linalg.qr(x, "complete").Q.sum().backward()


@pytest.mark.parametrize(
    "value", [linalg.eigvalsh, linalg.svdvals, lambda a: linalg.norm(a, 2), lambda a: linalg.norm(a, "nuc")]
)
def test_second_derivatives_where_two_values_are_equal(value):
    """NaN, as in PyTorch 2.13: the first derivative is that of vectors which may be any."""
    a = backprop.zeros(2, 2, dtype=backprop.float64, requires_grad=True)
    (first,) = backprop.autograd.grad(value(a).sum(), a, create_graph=True)
    assert all(map(math.isnan, backprop.autograd.grad(first.sum(), a)[0].flatten().tolist()))


def test_second_derivatives_of_the_inverse_of_a_symmetric_matrix():
    """Of one that is not symmetric A·A⁺·A is not A, and the gradient, which is PyTorch's, is that of no function."""
    x = normal((3, 3), random.Random(4))
    assert gradgradcheck(lambda x: linalg.pinv(x + x.mT, hermitian=True), [x])
