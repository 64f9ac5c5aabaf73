"""Cholesky: A is L·Lᵀ again within Higham's bound; what is not positive definite is refused, with its pivot."""

import math
import random
from fractions import Fraction

import pytest
from hypothesis import given

from backprop import Matrix
from backprop.linalg.algorithms import LinAlgError, cholesky
from tests import tables
from tests.strategies import exact, seeds, sizes


@given(sizes, sizes, seeds)
def test_laws(n, extra, seed):
    """|L·Lᵀ − A| ≤ γₙ₊₁·|L|·|Lᵀ| entry by entry (Higham 2002, theorem 10.3)."""
    b = tables.normal(n, n + extra, rng=random.Random(seed))
    a = b @ b.T
    a = (a + a.T) / 2
    lower = cholesky(a)
    assert lower == tables.tril(lower) and min(tables.diag(lower)) > 0
    wide = exact(lower)
    gamma = Fraction(n + 1) / (2**53 - n - 1)
    error, limit = (wide @ wide.T - exact(a)).map(abs), gamma * (wide.map(abs) @ wide.map(abs).T)
    assert all(x <= y for row, limits in zip(error, limit) for x, y in zip(row, limits))


def test_a_known_one():
    assert cholesky(Matrix([[4, 12, -16], [12, 37, -43], [-16, -43, 98]])) == Matrix([[2, 0, 0], [6, 1, 0], [-8, 5, 3]])


@pytest.mark.parametrize("scale", [1e200, 1e-200])
def test_large_and_small_entries(scale):
    a = Matrix([[4.0, 2.0], [2.0, 10.0]]) * scale
    assert cholesky(a).allclose(Matrix([[2.0, 0.0], [1.0, 3.0]]) * math.sqrt(scale), rel_tol=1e-15)


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([[1.0, 2.0], [2.0, 3.8]], "cholesky: pivot 1 is -0.2.*; the matrix is not positive definite"),
        ([[0.0]], "cholesky: pivot 0 is 0.0"),
        ([[1, 2], [3, 4]], r"cholesky: entry \[1, 0\] is 3 and entry \[0, 1\] is 2; the matrix is not symmetric"),
        ([[1, 2]], "cholesky needs a square Matrix, got 1×2"),
        ([[math.nan]], r"cholesky: entry \[0, 0\] is nan"),
    ],
)
def test_what_has_no_square_root_is_refused(rows, sentence):
    with pytest.raises(LinAlgError, match=sentence):
        cholesky(Matrix(rows))
