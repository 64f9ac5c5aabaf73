"""Failings that were found in other plain-Python libraries by running them: each has a test here that would catch it.

Those of layers, losses and optimizers stand with the tests of these.
"""

import math
import random
from fractions import Fraction

import pytest

import backprop
from backprop import Matrix, Tensor
from backprop.autograd import gradcheck
from backprop.linalg import det, eigvals, inv, matrix_rank
from backprop.nn import Linear, MSELoss, functional
from tests import tables
from tests.public import OPERATIONS
from tests.strategies import random_tensor

# ------------------------------------------------------------------ graphs


def test_long_chains_need_no_recursion():
    x = Tensor([[1.0]], requires_grad=True)
    y = x
    for _ in range(1200):
        y = y + x
    y.backward()
    assert x.grad.matrix.item() == 1201


def test_sums_over_many_entries_need_no_recursion():
    x = Tensor(tables.ones(100, 100), requires_grad=True)
    functional.mse_loss(x, tables.zeros(100, 100)).backward()
    assert x.grad.matrix == tables.full(100, 100, 2e-4)


def test_gradients_of_two_graphs_add_up():
    z = Tensor([[3.0]], requires_grad=True)
    for _ in range(2):
        ((z * z) * (z * z)).backward()
    assert z.grad.matrix.item() == 216


def test_products_have_the_gradient_of_both_sides():
    rng = random.Random(0)
    for shapes in (((3, 3), (3, 3)), ((2, 4), (4, 3)), ((1, 5), (5, 1))):
        a, b = (random_tensor(*shape, rng) for shape in shapes)
        assert gradcheck(lambda a, b: a @ b, [a, b], rng=rng)


def test_a_net_learns_before_and_after_each_operation():
    """No operation cuts the graph: the gradient reaches the first layer through all of them."""
    for name in ("relu", "leaky_relu", "tanh", "sigmoid", "softmax", "log_softmax", "exp"):
        first, last = Linear(3, 3, rng=random.Random(0)), Linear(3, 1, rng=random.Random(1))
        settings = {"dim": 1} if "softmax" in name else {}
        operation = OPERATIONS.get(name, backprop.exp)
        last(operation(first(Matrix([[1.0, 2.0, 3.0]])), **settings)).sum().backward()
        assert first.weight.grad is not None and first.weight.grad.any(), name


def test_half_a_power_of_zero_goes_back():
    """As in PyTorch, the slope at 0 is infinite; elsewhere it is what it is."""
    x = Tensor([[0.0, 4.0]], requires_grad=True)
    (x**0.5).sum().backward()
    assert x.grad.matrix == Matrix([[math.inf, 0.25]])


def test_backward_starts_from_a_single_number():
    with pytest.raises(RuntimeError, match=r"only for scalar outputs, this Tensor has the shape \[1, 2\]"):
        (Tensor([[1.0, 2.0]], requires_grad=True) * 2).backward()


# ------------------------------------------------------------------ tables


def test_a_column_is_not_compared_with_a_row():
    column, row = Matrix([[1.0], [2.0], [3.0], [4.0]]), Matrix([[1.0, 2.0, 3.0, 4.0]])
    with pytest.warns(UserWarning, match="most often not what is meant: give them the same shape"):
        MSELoss()(column, row)  # broadcast as in PyTorch, and warned of


@pytest.mark.parametrize("other", [Matrix([[1.0, 2.0]]), Matrix([[1.0], [2.0], [3.0]])])
def test_nothing_is_zipped_short(other):
    with pytest.raises(ValueError, match="do not fit"):
        Matrix([[1.0, 2.0, 3.0, 4.0], [1.0, 2.0, 3.0, 4.0]]) + other
    row = Matrix([[1.0, 2.0, 3.0, 4.0]])
    if other.shape == (1, 2):
        with pytest.raises(ValueError, match=r"The size of tensor a \(4\) must match the size of tensor b \(2\)"):
            functional.mse_loss(row, other)
    else:  # a column and a row are broadcast as in PyTorch, and warned of
        with pytest.warns(UserWarning, match="give them the same shape"):
            functional.mse_loss(row, other)


def test_ragged_empty_and_text_are_refused():
    for rows in ([[1, 2], [3, 4, 5]], [], [[]]):
        with pytest.raises(ValueError, match="Matrix"):
            Matrix(rows)
    with pytest.raises(TypeError, match=r"entry \[0, 1\] is '2'"):
        Matrix([[1, "2"]])
    assert Matrix([(1, 2), (3, 4)]).shape == (2, 2)


def test_an_index_never_reads_the_next_row():
    with pytest.raises(IndexError, match="column 3 of 2"):
        Matrix([[1, 2], [3, 4]])[0, 3]


def test_the_callers_list_is_not_aliased():
    rows = [[1, 2], [3, 4]]
    m = Matrix(rows)
    rows[0][0] = 99
    m.tolist()[1][1] = 99
    assert m == Matrix([[1, 2], [3, 4]])


def test_nan_equals_nothing():
    assert Matrix([[math.nan]]) != Matrix([[1.0]]) and Matrix([[math.nan]]) != Matrix([[math.nan]])


def test_division_by_zero_is_no_zero():
    with pytest.raises(ZeroDivisionError, match="1.0 / 0"):
        Matrix([[1.0]]) / 0


def test_small_products_do_not_vanish():
    assert Matrix([[1e-8]]) @ Matrix([[1]]) == Matrix([[1e-8]])


def test_the_logarithm_of_one_is_zero_and_that_of_zero_is_no_number():
    assert backprop.log(Tensor([[1.0]])).item() == 0.0
    assert backprop.log(Tensor([[0.0]])).item() == -math.inf and math.isnan(backprop.log(Tensor([[-1.0]])).item())


# ------------------------------------------------------------------ solving


@pytest.mark.parametrize("seed", range(8))
def test_the_inverse_of_a_random_matrix(seed):
    a = tables.normal(6, 6, rng=random.Random(seed))
    assert (a @ inv(a)).allclose(tables.identity(6), abs_tol=1e-10)


def test_pivots_are_chosen():
    assert det(Matrix([[0, 1], [1, 0]])) == -1
    assert inv(Matrix([[1e-17, 1.0], [1.0, 1.0]])).allclose(Matrix([[-1.0, 1.0], [1.0, 0.0]]), abs_tol=1e-15)


def test_small_is_not_singular():
    assert inv(tables.identity(3) * 1e-9).allclose(tables.identity(3) * 1e9)
    assert det(tables.identity(3) * 1e-9) == pytest.approx(1e-27)
    assert det(tables.diagonal([1e-13, 1e13])) == pytest.approx(1.0)
    assert matrix_rank(tables.identity(3) * 1e-9) == 3
    assert matrix_rank(Matrix([[1.0, 1.0], [1.0, 1.0 + 1e-12]])) == 2


def test_the_hilbert_matrix_of_6_has_an_inverse():
    hilbert = Matrix([[1 / (i + j + 1) for j in range(6)] for i in range(6)])
    true = inv(Matrix([[Fraction(1, i + j + 1) for j in range(6)] for i in range(6)]))
    # Its condition is 1.5·10⁷, so ten digits of the inverse are wrong by 10⁻⁸ or so.
    assert inv(hilbert).allclose(true, rel_tol=1e-8)


def test_determinants_do_not_grow_with_the_factorial():
    assert det(tables.identity(60)) == 1


def test_eigenvalues_of_a_rotation_and_of_a_cyclic_permutation_are_complex():
    assert eigvals(Matrix([[0, -1], [1, 0]])) == [1j, -1j]
    roots = eigvals(Matrix([[0, 1, 0], [0, 0, 1], [1, 0, 0]]))
    assert all(abs(z**3 - 1) < 1e-14 for z in roots) and abs(sum(roots)) < 1e-14 and len(set(roots)) == 3
