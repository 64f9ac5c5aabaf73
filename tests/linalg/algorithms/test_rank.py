"""Rank and null space: exactly over fractions, by singular values over floats; the two must agree."""

import math
import random
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop import Matrix
from backprop.linalg.algorithms import LinAlgError, matrix_rank, norm, null_space
from tests import tables
from tests.strategies import matrices, seeds, sizes

small = st.sampled_from([Fraction(n) for n in (-1, 0, 0, 1, 2)])
any_tables = matrices(st.integers(1, 5), st.integers(1, 5), small)


@given(any_tables)
def test_rank_and_nullity_add_up_to_the_number_of_columns(a):
    basis = null_space(a)
    assert matrix_rank(a) + len(basis) == a.shape[1]
    for x in basis:
        assert a @ x == tables.zeros(len(a), 1)
    if basis:
        assert matrix_rank(tables.hstack(basis)) == len(basis), "the vectors are independent"


@given(any_tables)
def test_row_rank_is_column_rank(a):
    assert matrix_rank(a) == matrix_rank(a.T) == matrix_rank(a.T @ a)


@given(st.integers(1, 4).flatmap(lambda k: st.tuples(matrices(5, k, small), matrices(k, 5, small))))
def test_a_product_has_no_more_rank_than_its_factors(ab):
    a, b = ab
    assert matrix_rank(a @ b) <= min(matrix_rank(a), matrix_rank(b))


@given(any_tables)
def test_floats_agree_with_fractions(a):
    """For such small integers no singular value but 0 is anywhere near 2⁻⁵²·n·σ₁."""
    floats = a.map(float)
    assert matrix_rank(floats) == matrix_rank(a)
    basis = null_space(floats)
    assert len(basis) == len(null_space(a))
    if basis:
        together = tables.hstack(basis)
        assert norm(floats @ together) <= 1e-14 * (norm(floats) or 1.0)
        assert (together.T @ together).allclose(tables.identity(len(basis)), abs_tol=1e-14)


@given(sizes, sizes, sizes, seeds)
def test_rank_of_a_random_product_of_floats(m, k, n, seed):
    rng = random.Random(seed)
    a = tables.normal(m, k, rng=rng) @ tables.normal(k, n, rng=rng)
    assert matrix_rank(a) == min(m, k, n)
    assert matrix_rank(a * 1e200) == matrix_rank(a * 1e-200) == min(m, k, n)


def test_tolerance():
    a = tables.diagonal([1.0, 1e-5])
    assert (matrix_rank(a), matrix_rank(a, rtol=1e-4)) == (2, 1)
    assert (len(null_space(a)), len(null_space(a, rtol=1e-4))) == (0, 1)


def test_zero():
    assert matrix_rank(tables.zeros(2, 3)) == matrix_rank(tables.full(2, 3, 0.0)) == 0
    assert len(null_space(tables.full(2, 3, 0.0))) == 3


def test_what_has_no_rank_is_refused():
    for function in (matrix_rank, null_space):
        with pytest.raises(LinAlgError, match=r"entry \[0, 1\] is nan"):
            function(Matrix([[1.0, math.nan]]))
        with pytest.raises(TypeError, match=f"{function.__name__} needs a Matrix"):
            function([[1]])
        with pytest.raises(ValueError, match=f"{function.__name__}: the share .* is from 0 up, got -1"):
            function(Matrix([[1.0]]), rtol=-1)
