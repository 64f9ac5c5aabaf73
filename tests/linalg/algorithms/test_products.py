"""Trace, outer and Kronecker product: their laws, exactly."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop import Matrix
from backprop.linalg.algorithms import LinAlgError, det, inv, kron, matrix_rank, outer, trace
from tests import tables
from tests.strategies import chains, fractions, matrices, same_shape, sizes

squares = sizes.flatmap(lambda n: matrices(n, n))


@given(same_shape(2))
def test_trace_of_a_product_does_not_depend_on_the_order(ab):
    a, b = ab
    assert trace(a @ b.T) == trace(b.T @ a) == tables.total(a * b)


@given(squares, fractions)
def test_trace_is_linear(a, s):
    assert trace(a * s + a.T) == (s + 1) * trace(a) == (s + 1) * sum(tables.diag(a))


@given(chains(2), chains(2))
def test_products_of_kronecker_products(ac, bd):
    (a, c), (b, d) = ac, bd
    assert kron(a, b) @ kron(c, d) == kron(a @ c, b @ d)
    assert kron(a, b).T == kron(a.T, b.T)


@given(st.integers(1, 2).flatmap(lambda n: matrices(n, n)), st.integers(1, 3).flatmap(lambda n: matrices(n, n)))
def test_trace_determinant_and_inverse_of_a_kronecker_product(a, b):
    product = kron(a, b)
    assert trace(product) == trace(a) * trace(b)
    assert det(product) == det(a) ** len(b) * det(b) ** len(a)
    if det(product):
        assert inv(product) == kron(inv(a), inv(b))


@given(matrices(), matrices())
def test_outer_has_rank_one_and_all_products(a, b):
    c = outer(a, b)
    x, y = ([z for row in m for z in row] for m in (a, b))
    assert c == kron(Matrix([x]).T, Matrix([y])) == Matrix([x]).T @ Matrix([y])
    assert matrix_rank(c) == (1 if (tables.largest(a) > 0) and (tables.largest(b) > 0) else 0)


def test_refusals():
    with pytest.raises(LinAlgError, match="trace needs a square Matrix, got 1×2"):
        trace(Matrix([[1, 2]]))
    for function in (outer, kron):
        with pytest.raises(TypeError, match=f"{function.__name__} needs a Matrix, got 2"):
            function(Matrix([[1]]), 2)
