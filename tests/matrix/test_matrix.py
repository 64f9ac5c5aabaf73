"""Matrix: the laws of its algebra, exactly over Fractions and within derived bounds over floats; its validation."""

import copy
import math
import operator
import pickle
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop import Matrix
from backprop.matrix import trusted
from tests import tables
from tests.strategies import (
    UNIT_ROUNDOFF,
    broadcastable,
    chains,
    exact,
    floats,
    fractions,
    matrices,
    same_shape,
    sizes,
)

nan, inf = math.nan, math.inf


# ------------------------------------------------------------------ algebra, exactly


@given(chains(3))
def test_product_is_associative(abc):
    a, b, c = abc
    assert (a @ b) @ c == a @ (b @ c)


@given(st.tuples(sizes, sizes, sizes).flatmap(lambda n: st.tuples(matrices(n[0], n[1]), *[matrices(n[1], n[2])] * 2)))
def test_product_distributes_over_sum(abc):
    a, b, c = abc
    assert a @ (b + c) == a @ b + a @ c
    assert (b + c).T @ a.T == b.T @ a.T + c.T @ a.T


@given(chains(2))
def test_transpose_of_a_product_is_the_product_of_transposes_reversed(ab):
    a, b = ab
    assert (a @ b).T == b.T @ a.T


@given(chains(2))
def test_product_is_the_written_out_sum(ab):
    a, b = ab
    (n, k), m = a.shape, b.shape[1]
    assert (a @ b).tolist() == [[sum(a[i, p] * b[p, j] for p in range(k)) for j in range(m)] for i in range(n)]


@given(chains(2), fractions)
def test_scalars_move_freely_through_a_product(ab, s):
    a, b = ab
    assert (s * a) @ b == a @ (b * s) == s * (a @ b)


@given(matrices())
def test_identity_and_zero(a):
    n, m = a.shape
    assert tables.identity(n) @ a == a == a @ tables.identity(m)
    zeros = tables.zeros(n, m)
    assert a + zeros == a == a - 0
    assert a @ tables.zeros(m, 3) == tables.zeros(n, 3)
    assert a * tables.ones(n, m) == a == a / 1
    assert a - a == zeros == a + -a


@given(same_shape(3), fractions)
def test_sums_and_entrywise_products_are_a_ring(abc, s):
    a, b, c = abc
    assert a + b == b + a and a * b == b * a
    assert (a + b) + c == a + (b + c) and (a * b) * c == a * (b * c)
    assert a * (b + c) == a * b + a * c and s * (a + b) == s * a + s * b
    assert a - b == -(b - a) and s - a == -(a - s)
    assert (a + b) * (a + b) == a * a + 2 * a * b + b * b


@given(same_shape(2, entries=fractions.filter(bool)), fractions.filter(bool))
def test_division_undoes_multiplication(ab, s):
    a, b = ab
    assert a * b / b == a == a / b * b
    assert s / (s / a) == a == 1 / a * (a * a)


@given(broadcastable())
def test_broadcasting_is_the_written_out_loop(ab):
    a, b = ab
    rows, columns = (max(n, m) for n, m in zip(a.shape, b.shape))

    def entry(m, i, j):
        return m[i if m.shape[0] > 1 else 0, j if m.shape[1] > 1 else 0]

    for result, function in ((a + b, lambda x, y: x + y), (a - b, lambda x, y: x - y), (a * b, lambda x, y: x * y)):
        assert result.tolist() == [
            [function(entry(a, i, j), entry(b, i, j)) for j in range(columns)] for i in range(rows)
        ]


@given(matrices(), fractions)
def test_a_number_is_a_one_by_one_matrix_on_either_side(a, s):
    one = Matrix([[s]])
    assert a + s == a + one == s + a and a * s == a * one == s * a
    assert a - s == a - one and s - a == one - a
    if s:
        assert a / s == a / one
    if all(x for row in a for x in row):
        assert s / a == one / a


@pytest.mark.parametrize("values", [[1, 2], [0.5, 2.0], [Fraction(1, 3), Fraction(2)]])
def test_entries_stay_what_they_are(values):
    a = Matrix([values, values])
    for result in (a + a, a - a, a * a, a @ a, -a, a.T, a[:, ::-1]):
        assert {type(x) for row in result for x in row} == {type(values[0])}


# ------------------------------------------------------------------ algebra over floats, within bounds


def _gamma(n):
    """n roundings one after the other make a relative error of at most γₙ = nu/(1 − nu) (Higham 2002, lemma 3.1)."""
    return n * UNIT_ROUNDOFF / (1 - n * UNIT_ROUNDOFF)


@given(chains(2, floats))
def test_float_product_is_within_its_rounding_bound(ab):
    """Each term of Σ aₖbₖ is rounded once as a product and at most k − 1 times as a summand: |error| ≤ γₖ Σ|aₖ||bₖ|."""
    a, b = ab
    error = (exact(a @ b) - exact(a) @ exact(b)).map(abs)
    bound = _gamma(a.shape[1]) * (exact(a).map(abs) @ exact(b).map(abs)).map(float) * (1 + 4 * UNIT_ROUNDOFF)
    assert all(e <= limit for es, limits in zip(error, bound) for e, limit in zip(es, limits))


@given(chains(3, floats))
def test_float_product_is_nearly_associative(abc):
    """Both orders are within (γₖ + γₘ + γₖγₘ)|A||B||C| of the exact product, so twice that from each other."""
    a, b, c = abc
    k, m = b.shape
    reach = (_gamma(k) + _gamma(m) + _gamma(k) * _gamma(m)) * (1 + 8 * UNIT_ROUNDOFF)
    difference = (exact((a @ b) @ c) - exact(a @ (b @ c))).map(abs)
    bound = 2 * reach * (exact(a).map(abs) @ exact(b).map(abs) @ exact(c).map(abs)).map(float)
    assert all(e <= limit for es, limits in zip(difference, bound) for e, limit in zip(es, limits))


@given(same_shape(2, floats))
def test_float_arithmetic_is_that_of_python(ab):
    a, b = ab
    for ours, function in ((a + b, float.__add__), (a - b, float.__sub__), (a * b, float.__mul__)):
        assert ours.tolist() == [[function(x, y) for x, y in zip(p, q)] for p, q in zip(a, b)]


# ------------------------------------------------------------------ shape, slices


@given(matrices())
def test_transpose_is_an_involution(a):
    assert a.T.T == a and a.T.shape == a.shape[::-1]
    assert all(a.T[j, i] == a[i, j] for i in range(a.shape[0]) for j in range(a.shape[1]))


@given(matrices(), st.data())
def test_slicing_and_stacking_are_inverse(a, data):
    rows, columns = a.shape
    assert tables.vstack([a[i] for i in range(rows)]) == a == tables.hstack([a[:, j] for j in range(columns)])
    if rows > 1:
        cut = data.draw(st.integers(1, rows - 1))
        assert tables.vstack([a[:cut], a[cut:]]) == a
    if columns > 1:
        cut = data.draw(st.integers(1, columns - 1))
        assert tables.hstack([a[:, :cut], a[:, cut:]]) == a


@given(matrices(), st.data())
def test_indexing_is_that_of_nested_lists(a, data):
    rows, columns = a.shape
    i, j = data.draw(st.integers(-rows, rows - 1)), data.draw(st.integers(-columns, columns - 1))
    table = a.tolist()
    assert a[i, j] == table[i][j] and a[i].tolist() == [table[i]] and a[:, j].tolist() == [[row[j]] for row in table]
    some = data.draw(st.lists(st.integers(-rows, rows - 1), min_size=1, max_size=6))
    assert a[some].tolist() == [table[k] for k in some]
    assert a[some, j].tolist() == [[table[k][j]] for k in some]
    assert a[::-1, ::-1].tolist() == [row[::-1] for row in table[::-1]]


def test_iteration_length_and_item():
    a = Matrix([[1, 2], [3, 4], [5, 6]])
    assert len(a) == 3 and list(a) == a.tolist() == [[1, 2], [3, 4], [5, 6]]
    assert Matrix([[7]]).item() == 7


# ------------------------------------------------------------------ comparison


@given(matrices())
def test_equal_matrices_have_equal_hashes_whatever_their_types(a):
    assert a == copy.deepcopy(a) and hash(a) == hash(a * 1)
    whole = Matrix([[1, 2]])
    assert whole == Matrix([[1.0, Fraction(2)]]) and hash(whole) == hash(Matrix([[1.0, Fraction(2)]]))
    assert a != a + 1 and a != tables.hstack([a, a]) and a != a.tolist()


@pytest.mark.parametrize("change", [lambda m: operator.setitem(m, (0, 0), 1), lambda m: setattr(m, "entries", [])])
def test_a_matrix_never_changes(change):
    with pytest.raises((TypeError, AttributeError)):
        change(Matrix([[2]]))


def test_nan_equals_nothing():
    a = Matrix([[nan]])
    assert a != a and a != Matrix([[1.0]]) and not a.allclose(a)


def test_allclose_is_isclose_of_all_entries():
    a = Matrix([[1.0, 1000.0]])
    assert a.allclose(a * (1 + 1e-10)) and not a.allclose(a * (1 + 1e-8)) and a.allclose(a * (1 + 1e-8), rel_tol=1e-7)
    assert a.allclose(a + 0.1, abs_tol=0.2) and not Matrix([[0.0]]).allclose(1e-300)
    with pytest.raises(ValueError, match="allclose: shapes 1×2 and 1×3"):
        a.allclose(Matrix([[1, 2, 3]]))


# ------------------------------------------------------------------ a value


@given(matrices())
def test_operations_change_no_operand(a):
    before = a.tolist()
    a.tolist()[0][0] = "changed"
    list(a)[0][0] = "changed"
    _ = a + a, a @ a.T, a[:, ::-1], a.map(abs), str(a)
    assert a.tolist() == before


def test_the_table_is_copied_at_construction():
    rows = [[1, 2], [3, 4]]
    a = Matrix(rows)
    rows[0][0] = 9
    assert a[0, 0] == 1


@given(matrices(entries=st.one_of(fractions, st.floats(allow_nan=False), st.integers())))
def test_copies_pickles_and_repr_give_the_same_matrix(a):
    assert eval(repr(a), {"Matrix": Matrix, "Fraction": Fraction}) == a
    assert all(pickle.loads(pickle.dumps(a, protocol)) == a for protocol in range(pickle.HIGHEST_PROTOCOL + 1))
    assert copy.copy(a) == a == copy.deepcopy(a)


def test_repr_evaluates_for_nan_too():
    assert math.isnan(eval(repr(Matrix([[nan, -inf]])))[0, 0])


def test_constructors():
    assert Matrix(range(i, i + 2) for i in range(2)) == Matrix(((0, 1), (1, 2)))
    assert [type(x) for x in Matrix([[True, 2]])[0].tolist()[0]] == [int, int]
    assert Matrix(Matrix([[1, 2]])) == Matrix([[1, 2]])


def test_numbers_of_other_libraries_become_plain_ones():
    class Length(float):
        pass

    assert type(Matrix([[Length(2)]])[0, 0]) is float and type((Matrix([[1]]) * Length(2))[0, 0]) is float


# ------------------------------------------------------------------ validation


@pytest.mark.parametrize(
    ("rows", "error", "sentence"),
    [
        ([[1, 2], [3]], ValueError, r"part 1 has the shape \[1\] and part 0 \[2\]"),
        ([], ValueError, "at least one row and one column"),
        ([[]], ValueError, "at least one row and one column"),
        ([[1], []], ValueError, r"part 1 has the shape \[0\] and part 0 \[1\]"),
        (5, TypeError, "needs a list of rows, got 5"),
        ("12", TypeError, "needs a list of rows, got '12'"),
        ({1: 2}, TypeError, "needs a list of rows"),
        ([1, 2], TypeError, r"needs a list of rows, got \[1, 2\]"),
        ([[1], "2"], TypeError, r"entry \[1\] is '2', not a real number"),
        ([{1, 2}], TypeError, r"entry \[0\] is {1, 2}, not a real number"),
        ([[1, None]], TypeError, r"entry \[0, 1\] is None, not a real number"),
        ([[1], ["2"]], TypeError, r"entry \[1, 0\] is '2', not a real number"),
        ([[1j]], TypeError, r"entry \[0, 0\] is 1j, not a real number"),
        ([[[1]]], TypeError, r"needs a list of rows, got \[\[\[1\]\]\]"),
    ],
)
def test_what_is_no_table_of_numbers_is_refused(rows, error, sentence):
    with pytest.raises(error, match=sentence):
        Matrix(rows)


A = Matrix([[1, -8.0], [2, 3]])
B = Matrix([[1, 2, 3]])


@pytest.mark.parametrize(
    ("call", "error", "sentence"),
    [
        (lambda: A + B, ValueError, r"Matrix \+: shapes 2×2 and 1×3 do not fit"),
        (lambda: B * A, ValueError, r"Matrix \*: shapes 1×3 and 2×2 do not fit"),
        (lambda: A @ B, ValueError, "2×2 @ 1×3: the left has 2 columns, the right 1 rows"),
        (lambda: A / 0, ZeroDivisionError, r"1 / 0 at \[0, 0\]: division by zero"),
        (lambda: A / Matrix([[1, 0]]), ZeroDivisionError, r"-8.0 / 0 at \[0, 1\]"),
        (lambda: A + "1", TypeError, "unsupported operand"),
        (lambda: A @ 2, TypeError, "unsupported operand"),
        (lambda: A + None, TypeError, "unsupported operand"),
        (lambda: A[2, 0], IndexError, "row 2 of 2: they are numbered 0 to 1"),
        (lambda: A[0, -3], IndexError, "column -3 of 2"),
        (lambda: A[5], IndexError, "row 5 of 2"),
        (lambda: A[[0, 7]], IndexError, r"row \[0, 7\] of 2"),
        (lambda: A[2:], IndexError, "rows 2: of 2 are none; at least one is needed"),
        (lambda: A[[]], IndexError, "no row is chosen"),
        (lambda: A["a"], TypeError, "a row is chosen by an int, a slice or a list of ints, got 'a'"),
        (lambda: A[0, 1.5], TypeError, "a column is chosen by"),
        (lambda: A[[True, False]], TypeError, "rows are chosen by their numbers"),
        (lambda: A[[0, 1], [0, 1]], IndexError, "choose rows, then columns"),
        (lambda: A[0, 0, 0], TypeError, "a row is chosen by"),
        (lambda: A.item(), ValueError, "a single entry, this is 2×2"),
        (lambda: A.map(str), TypeError, "map: an entry is '1', not a real number"),
    ],
)
def test_wrong_calls_are_refused_in_a_sentence(call, error, sentence):
    with pytest.raises(error, match=sentence):
        call()


def test_trusted_is_not_copied():
    rows = [[1.0]]
    assert trusted(rows).rows is rows


def test_repr_of_numbers_too_large_for_a_float():
    for m in (Matrix([[10**400]]), Matrix([[Fraction(10**400, 3)]])):
        assert eval(repr(m), {"Matrix": Matrix, "Fraction": Fraction}) == m


def test_allclose_is_as_strict_as_isclose():
    assert Matrix([[1.0]]).allclose(1.0 + 5e-10) and not Matrix([[1.0]]).allclose(1.0 + 1.5e-9)


def test_a_function_of_one_number_is_mapped_over_a_matrix():
    with pytest.raises(TypeError, match=r"x\.map\(math\.exp\)"):
        math.exp(Matrix([[1.0]]))
