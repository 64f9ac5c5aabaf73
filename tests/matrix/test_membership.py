"""``number in matrix``: whether some entry equals it, as == of the entries says, and anything but a number is refused."""

import math
from fractions import Fraction

import pytest

from backprop import Matrix, Tensor

M = Matrix([[1.0, math.nan], [Fraction(1, 2), 4]])


@pytest.mark.parametrize("kind", [Matrix, Tensor])
@pytest.mark.parametrize(("number", "found"), [(1, True), (0.5, True), (4.0, True), (2, False), (math.nan, False)])
def test_a_number(kind, number, found):
    assert (number in kind(M.tolist())) is found


@pytest.mark.parametrize("kind", [Matrix, Tensor])
@pytest.mark.parametrize("thing", ["a", None, [1.0, 2.0]])
def test_what_is_no_number_is_refused_and_not_missed(kind, thing):
    with pytest.raises(TypeError):
        thing in kind(M.tolist())


@pytest.mark.parametrize("thing", ["a", None, Tensor(1.0)])
def test_eq_takes_a_matrix_or_a_number(thing):
    with pytest.raises(TypeError, match="^Matrix.eq needs a Matrix or a number, got "):
        M.eq(thing)
