"""Products by distances: within the derived bound over floats, exact for all other numbers, the same for any neighbours."""

import math
import pickle
import random
import sys
from fractions import Fraction

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from backprop import Matrix, Tensor, kernel
from backprop.kernel import (
    by_direction,
    distance_product,
    distance_products,
    row_products,
    scaled,
    transposed,
    worth_scaling,
)
from backprop.matrix import kept_scaled
from backprop.nn import Linear, functional
from tests import tables
from tests.strategies import UNIT_ROUNDOFF

pytestmark = pytest.mark.skipif(sys.implementation.name == "pypy", reason="PyPy has loops, and its own math.dist")

BOUND = (50 * Fraction(UNIT_ROUNDOFF)) ** 2


def exact(p, q):
    return sum(Fraction(a) * Fraction(b) for a, b in zip(p, q) if a and b)


def within_the_bound(found, p, q):
    """|p·q as computed − p·q| ≤ 50 u·|p||q|, squared, over Fractions, which have no root; and what may underflow."""
    error = max(abs(Fraction(found) - exact(p, q)) - len(p) * Fraction(5e-324), 0)
    return error**2 <= BOUND * exact(p, p) * exact(q, q)


def by_distance(p, q):
    return distance_products(by_direction([p]), by_direction([q]))[0][0]


def gaussian(rng, n):
    return [rng.gauss(0.0, 1.0) for _ in range(n)]


def one_hot(rng, n):
    return [float(k == rng.randrange(n)) for k in range(n)]


def sparse(rng, n):
    return [rng.gauss(0.0, 1.0) if rng.random() < 0.1 else 0.0 for _ in range(n)]


def uneven(rng, n):
    """Numbers of all sizes, down to those that have no digits left."""
    return [1.0] + [rng.gauss(0.0, 1.0) * 10.0 ** rng.uniform(-320.0, 0.0) for _ in range(n - 1)]


KINDS = (gaussian, one_hot, sparse, uneven)


def pair(kinds, relation, n, seed):
    """Two rows of n numbers that stand to each other in this way."""
    rng = random.Random(seed)
    p, q = (kind(rng, n) for kind in kinds)
    if relation == "equal":
        q = p
    if relation == "opposite":
        q = [-x for x in p]
    if relation == "nearly equal":
        q = [x * (1.0 + 1e-9 * rng.random()) for x in p]
    if relation == "orthogonal":
        half = n // 2
        p, q = p[:half] + p[:half] + [0.0] * (n % 2), p[:half] + [-x for x in p[:half]] + [0.0] * (n % 2)
    return p, q


def of_length(row, length):
    factor = length / (math.hypot(*row) or 1.0)
    return [x * factor for x in row]


@given(
    kinds=st.tuples(st.sampled_from(KINDS), st.sampled_from(KINDS)),
    relation=st.sampled_from(["any", "equal", "opposite", "nearly equal", "orthogonal"]),
    n=st.one_of(st.integers(1, 40), st.integers(1, 2000)),
    sizes=st.tuples(st.floats(-150.0, 150.0), st.floats(-150.0, 150.0)),
    seed=st.integers(0, 999),
)
@example((gaussian, gaussian), "opposite", 2000, (-150.0, 150.0), 0)
@example((one_hot, uneven), "any", 2000, (150.0, 150.0), 0)
@settings(max_examples=100)
def test_within_the_bound_for_rows_of_all_sizes_and_angles(kinds, relation, n, sizes, seed):
    p, q = (of_length(row, 10.0**size) for row, size in zip(pair(kinds, relation, n, seed), sizes))
    assert within_the_bound(by_distance(p, q), p, q)


@given(st.lists(st.tuples(*[st.floats(-1e150, 1e150)] * 2), min_size=1, max_size=20))
@example([(5e-324, 1e150)])
@example([(1e-150, 1e-150), (5e-324, 1.0)])
@example([(0.0, 1.0), (2.0**-1022, 0.0)])
def test_within_the_bound_for_any_numbers(pairs):
    p, q = map(list, zip(*pairs))
    assert within_the_bound(by_distance(p, q), p, q)


@given(st.integers(1, 300), st.integers(0, 99))
def test_rows_of_zeros_give_exactly_zero(n, seed):
    p = gaussian(random.Random(seed), n)
    nothing = [0.0] * n
    assert distance_products(by_direction([p, nothing]), by_direction([nothing, nothing])) == [[0.0] * 2] * 2
    assert distance_products(by_direction([nothing]), by_direction([p])) == [[0.0]]


def test_a_row_with_itself_is_its_length_squared_and_with_its_opposite_the_negative():
    p = [3.0, 4.0, 12.0]
    assert by_distance(p, p) == 169.0
    assert math.isclose(by_distance(p, [-x for x in p]), -169.0, rel_tol=1e-15)


# Each goes the exact way, beside rows that do not.
OTHERS = {
    "ints": [3, -1, 4, 1, -5, 9, 2, 6, 5],
    "large ints": [10**17 + k for k in range(9)],
    "Fractions": [Fraction(1, k) for k in range(1, 10)],
    "bools": [True, False, True] * 3,
    "an infinity": [1.0] * 8 + [math.inf],
    "NaN": [1.0] * 8 + [math.nan],
    "tiny": [1e-200] * 9,
    "huge": [1e200] * 9,
    "denormal": [5e-324] * 9,
}


@pytest.mark.parametrize("name", OTHERS)
def test_other_rows_are_multiplied_as_ever_and_change_nothing_beside_them(name):
    rng = random.Random(0)
    other, floats = OTHERS[name], [gaussian(rng, 9) for _ in range(12)]
    mixed = [*floats[:5], other, *floats[5:]]
    alone = distance_products(by_direction(floats), by_direction(floats))
    for left, right in ((mixed, floats), (floats, mixed), (mixed, mixed)):
        found = distance_products(by_direction(left), by_direction(right))
        for i, p in enumerate(left):
            for j, q in enumerate(right):
                if p is other or q is other:
                    assert repr(found[i][j]) == repr(row_products([p], [q])[0][0])
                else:
                    assert found[i][j] == alone[floats.index(p)][floats.index(q)]


@pytest.mark.parametrize("name", ["ints", "large ints", "Fractions", "bools"])
def test_tables_of_exact_numbers_stay_exact(name):
    rows = [OTHERS[name]] * 20
    assert repr(distance_products(by_direction(rows), by_direction(rows))) == repr(row_products(rows, rows))


def test_ints_and_fractions_among_floats_are_within_the_bound():
    p, q = [1, 0.5, Fraction(1, 3), 0, True, 2.5], [Fraction(2, 7), 3, 0.25, 7.5, 1, 2]
    assert type(by_distance(p, q)) is float
    assert within_the_bound(by_distance(p, q), p, q)


def test_the_same_whether_scaled_before_or_not(monkeypatch):
    monkeypatch.setattr(kernel, "BY_DISTANCE", True)
    rng = random.Random(0)
    left, right = ([gaussian(rng, 20) for _ in range(10)] for _ in range(2))
    found = distance_products(left, right)
    assert found == distance_products(by_direction(left), right) == distance_products(left, by_direction(right))
    assert found == distance_product(left, transposed(right)) != row_products(left, right)
    assert found == [row for p in left for row in distance_products([p], by_direction(right))]


@pytest.mark.parametrize("left, right, length", [(20, 20, 7), (15, 15, 8), (7, 8, 30), (1, 100, 30), (100, 4, 30)])
def test_short_rows_and_few_of_them_go_the_plain_way(monkeypatch, left, right, length):
    monkeypatch.setattr(kernel, "BY_DISTANCE", True)
    rng = random.Random(0)
    p, q = ([gaussian(rng, length) for _ in range(count)] for count in (left, right))
    assert not worth_scaling(p, right) and scaled(q, left) is q
    assert distance_products(p, q) == row_products(p, q)


def test_weights_are_kept_scaled_from_the_second_time_on_and_neither_compared_nor_pickled_in_that_form(monkeypatch):
    monkeypatch.setattr(kernel, "BY_DISTANCE", True)
    weight = Matrix([gaussian(random.Random(0), 20) for _ in range(9)])
    before = pickle.dumps(weight)
    first, second = kept_scaled(weight, 100), kept_scaled(weight, 100)
    assert first is not second is kept_scaled(weight, 50) and first == second
    assert kept_scaled(weight, 1) is weight.rows
    assert weight == Matrix(weight.rows) and pickle.dumps(weight) == before
    assert kept_scaled(weight * 2.0, 100) is not kept_scaled(weight, 100)


def test_a_row_gives_the_same_in_any_batch():
    rng = random.Random(0)
    layer, rows = Linear(20, 9, rng=rng), [gaussian(rng, 20) for _ in range(30)]
    whole = layer(Matrix(rows)).matrix
    odd = [*rows[:10], [math.inf] * 20, [1] * 20, *rows[10:]]
    assert layer(Matrix(odd)).matrix[:10] == whole[:10] and layer(Matrix(rows[::-1])).matrix == whole[::-1]


def test_a_tiny_gradient_beside_large_ones_keeps_its_digits():
    """∂L/∂W = ∂L/∂Yᵀ·X: each column of ∂L/∂Y is scaled by its own length, so one that is 1e-10 times as large, or a
    column of X that is, loses nothing to its neighbours."""
    rng = random.Random(0)
    x = Matrix([[rng.uniform(0.5, 1.0) * (1e-10 if j == 3 else 1.0) for j in range(12)] for _ in range(24)])
    slopes = Matrix([[rng.uniform(0.5, 1.0) * (1e-10 if j == 5 else 1.0) for j in range(10)] for _ in range(24)])
    weight = Tensor(Matrix([gaussian(rng, 12) for _ in range(10)]), requires_grad=True)
    functional.linear(x, weight).backward(slopes)
    true = slopes.map(Fraction).T @ x.map(Fraction)
    assert weight.grad.matrix.allclose(true, rel_tol=1e-14)


def test_tensors_are_multiplied_as_linear_does_and_matrices_exactly():
    """Y = X·Wᵀ written out, over floats: the same bits as ``linear``'s, forwards and back."""
    rng = random.Random(0)
    x, w, d = (
        Matrix([gaussian(rng, columns) for _ in range(rows)]) for rows, columns in ((40, 20), (30, 20), (40, 30))
    )
    mine, theirs = ([Tensor(x, requires_grad=True), Tensor(w, requires_grad=True)] for _ in range(2))
    (mine[0] @ mine[1].T).backward(d)
    functional.linear(*theirs).backward(d)
    assert (mine[0] @ mine[1].T).matrix == functional.linear(*theirs).matrix
    assert mine[0].grad.matrix == theirs[0].grad.matrix
    assert mine[1].grad.matrix.allclose(theirs[1].grad.matrix, rel_tol=1e-13, abs_tol=1e-13)
    assert x @ tables.identity(20).map(float) == x
    assert ((Tensor(x) @ w.T).matrix != x @ w.T) == kernel.BY_DISTANCE


def test_tensors_of_exact_numbers_are_multiplied_exactly():
    rng = random.Random(0)
    a, b, d = (
        Matrix([[Fraction(rng.randint(-9, 9), rng.randint(1, 9)) for _ in range(20)] for _ in range(20)])
        for _ in range(3)
    )
    x, y = Tensor(a, requires_grad=True), Tensor(b, requires_grad=True)
    product = x @ y
    product.backward(d)
    assert product.matrix == a @ b and x.grad.matrix == d @ b.T and y.grad.matrix == a.T @ d
