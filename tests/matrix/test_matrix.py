"""Matrix: the laws of its algebra, exactly over Fractions and within derived bounds over floats; its validation."""

import copy
import math
import pickle
import random
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop import Matrix
from backprop.matrix import trusted
from tests.strategies import (
    UNIT_ROUNDOFF,
    broadcastable,
    chains,
    exact,
    floats,
    fractions,
    matrices,
    same_shape,
    seeds,
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
    assert Matrix.identity(n) @ a == a == a @ Matrix.identity(m)
    assert a + Matrix.zeros(n, m) == a == a - 0
    assert a @ Matrix.zeros(m, 3) == Matrix.zeros(n, 3)
    assert a * Matrix.ones(n, m) == a == a / 1 == a**1
    assert a - a == Matrix.zeros(n, m) == a + -a


@given(same_shape(3), fractions)
def test_sums_and_entrywise_products_are_a_ring(abc, s):
    a, b, c = abc
    assert a + b == b + a and a * b == b * a
    assert (a + b) + c == a + (b + c) and (a * b) * c == a * (b * c)
    assert a * (b + c) == a * b + a * c and s * (a + b) == s * a + s * b
    assert a - b == -(b - a) and s - a == -(a - s)
    assert (a + b) ** 2 == a**2 + 2 * a * b + b**2


@given(same_shape(2, entries=fractions.filter(bool)), fractions.filter(bool))
def test_division_undoes_multiplication(ab, s):
    a, b = ab
    assert a * b / b == a == a / b * b
    assert s / (s / a) == a and (1 / a) ** -1 == a == a**-1 * a**2


@given(matrices())
def test_absolute_value(a):
    assert abs(a) == abs(-a) and abs(a) * abs(a) == a * a
    assert abs(a).tolist() == [[abs(x) for x in row] for row in a]


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
    assert a.broadcast_to(rows, columns) == a + Matrix.zeros(rows, columns)


@given(matrices(), fractions)
def test_a_number_is_a_one_by_one_matrix_on_either_side(a, s):
    one = Matrix([[s]])
    assert a + s == a + one == s + a and a * s == a * one == s * a
    assert a - s == a - one and s - a == one - a
    if s:
        assert a / s == a / one
    if all(x for row in a for x in row):
        assert s / a == one / a
    assert 3 ** Matrix([[1, 2]]) == Matrix([[3, 9]]) == Matrix([[3]]) ** Matrix([[1, 2]])


@pytest.mark.parametrize("values", [[1, 2], [0.5, 2.0], [Fraction(1, 3), Fraction(2)]])
def test_entries_stay_what_they_are(values):
    a = Matrix([values, values])
    for result in (a + a, a - a, a * a, a @ a, -a, abs(a), a.T, a.reshape(1, 4), a.sum(axis=0), a.max(axis=1)):
        assert {type(x) for row in result for x in row} == {type(values[0])}
    assert type(a.sum()) is type(values[0])


# ------------------------------------------------------------------ algebra over floats, within bounds


def _gamma(n):
    """n roundings one after the other make a relative error of at most γₙ = nu/(1 − nu) (Higham 2002, lemma 3.1)."""
    return n * UNIT_ROUNDOFF / (1 - n * UNIT_ROUNDOFF)


@given(chains(2, floats))
def test_float_product_is_within_its_rounding_bound(ab):
    """Each term of Σ aₖbₖ is rounded once as a product and at most k − 1 times as a summand: |error| ≤ γₖ Σ|aₖ||bₖ|."""
    a, b = ab
    error = abs(exact(a @ b) - exact(a) @ exact(b))
    bound = _gamma(a.shape[1]) * (abs(exact(a)) @ abs(exact(b))).map(float) * (1 + 4 * UNIT_ROUNDOFF)
    assert all(e <= limit for es, limits in zip(error, bound) for e, limit in zip(es, limits))


@given(chains(3, floats))
def test_float_product_is_nearly_associative(abc):
    """Both orders are within (γₖ + γₘ + γₖγₘ)|A||B||C| of the exact product, so twice that from each other."""
    a, b, c = abc
    k, m = b.shape
    reach = (_gamma(k) + _gamma(m) + _gamma(k) * _gamma(m)) * (1 + 8 * UNIT_ROUNDOFF)
    difference = abs(exact((a @ b) @ c) - exact(a @ (b @ c)))
    bound = 2 * reach * (abs(exact(a)) @ abs(exact(b)) @ abs(exact(c))).map(float)
    assert all(e <= limit for es, limits in zip(difference, bound) for e, limit in zip(es, limits))


@given(same_shape(2, floats))
def test_float_arithmetic_is_that_of_python(ab):
    a, b = ab
    for ours, function in ((a + b, float.__add__), (a - b, float.__sub__), (a * b, float.__mul__)):
        assert ours.tolist() == [[function(x, y) for x, y in zip(p, q)] for p, q in zip(a, b)]


# ------------------------------------------------------------------ shape, slices, stacks


@given(matrices())
def test_transpose_is_an_involution(a):
    assert a.T.T == a and a.T.shape == a.shape[::-1]
    assert all(a.T[j, i] == a[i, j] for i in range(a.shape[0]) for j in range(a.shape[1]))


@given(matrices(), st.data())
def test_slicing_and_stacking_are_inverse(a, data):
    rows, columns = a.shape
    assert Matrix.vstack([a[i] for i in range(rows)]) == a == Matrix.hstack([a[:, j] for j in range(columns)])
    assert Matrix.vstack(a[i] for i in range(rows)) == a
    if rows > 1:
        cut = data.draw(st.integers(1, rows - 1))
        assert Matrix.vstack([a[:cut], a[cut:]]) == a
    if columns > 1:
        cut = data.draw(st.integers(1, columns - 1))
        assert Matrix.hstack([a[:, :cut], a[:, cut:]]) == a


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


@given(matrices())
def test_reshape_keeps_the_order_of_the_entries(a):
    rows, columns = a.shape
    flat = [x for row in a for x in row]
    assert a.reshape(1, -1).tolist() == [flat] and a.reshape(-1, 1).tolist() == [[x] for x in flat]
    assert a.reshape(columns, rows).reshape(rows, columns) == a == Matrix.from_flat(flat, rows, columns)


def test_iteration_length_and_item():
    a = Matrix([[1, 2], [3, 4], [5, 6]])
    assert len(a) == 3 and list(a) == a.tolist() == [[1, 2], [3, 4], [5, 6]]
    assert Matrix([[7]]).item() == 7


# ------------------------------------------------------------------ reductions


@given(matrices())
def test_reductions_are_the_written_out_loops(a):
    table, columns = a.tolist(), a.T.tolist()
    flat = sum(table, [])
    assert a.sum() == sum(flat) and a.mean() == sum(flat) / Fraction(len(flat))
    assert a.max() == max(flat) and a.min() == min(flat) and a.argmax() == flat.index(max(flat))
    assert a.sum(axis=0).tolist() == [[sum(c) for c in columns]] and a.sum(axis=1).T.tolist() == [[*map(sum, table)]]
    assert a.mean(axis=0) * a.shape[0] == a.sum(axis=0) and a.mean(axis=1) * a.shape[1] == a.sum(axis=1)
    assert a.max(axis=0).tolist() == [[*map(max, columns)]] and a.min(axis=1).tolist() == [[min(r)] for r in table]
    assert a.argmax(axis=1) == [r.index(max(r)) for r in table] and a.argmax(axis=0) == [
        c.index(max(c)) for c in columns
    ]


def test_nan_is_the_largest_and_the_smallest():
    a = Matrix([[1.0, nan, 3.0], [4.0, 5.0, 6.0]])
    assert math.isnan(a.max()) and math.isnan(a.min()) and a.argmax() == 1
    assert a.argmax(axis=1) == [1, 2] and a.max(axis=1)[1, 0] == 6.0 and a.min(axis=0)[0, 0] == 1.0


# ------------------------------------------------------------------ comparison


@given(matrices())
def test_equal_matrices_have_equal_hashes_whatever_their_types(a):
    assert a == copy.deepcopy(a) and hash(a) == hash(a * 1)
    whole = Matrix([[1, 2]])
    assert whole == Matrix([[1.0, Fraction(2)]]) and hash(whole) == hash(Matrix([[1.0, Fraction(2)]]))
    assert a != a + 1 and a != a.reshape(1, -1).hstack([a.reshape(1, -1)] * 2) and a != a.tolist()


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
    _ = a + a, a @ a.T, a[:, ::-1], a.reshape(1, -1), a.map(abs), a.sum(axis=0), Matrix.vstack([a, a]), str(a)
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


@given(seeds)
def test_one_seed_one_matrix(seed):
    for make in (Matrix.uniform, Matrix.normal):
        assert make(3, 4, rng=random.Random(seed)) == make(3, 4, rng=random.Random(seed))
        assert make(3, 4, rng=random.Random(seed)) != make(3, 4, rng=random.Random(seed + 1))


def test_uniform_and_normal_have_their_moments():
    """10⁴ draws: the mean is within 5σ/100 of its expectation, the mean square within 5 of its standard deviations."""
    u = Matrix.uniform(100, 100, 2.0, 5.0, rng=random.Random(1))
    assert 2.0 <= u.min() < u.max() <= 5.0 and abs(u.mean() - 3.5) < 5 * math.sqrt(9 / 12) / 100
    n = Matrix.normal(100, 100, -1.0, 2.0, rng=random.Random(1))
    assert abs(n.mean() + 1.0) < 5 * 2 / 100 and abs(((n + 1.0) ** 2).mean() - 4.0) < 5 * 4 * math.sqrt(2) / 100


def test_constructors():
    assert Matrix.full(2, 3, 0.5).tolist() == [[0.5] * 3] * 2
    assert Matrix.diagonal([1, 2]) == Matrix([[1, 0], [0, 2]]) and Matrix.identity(2) == Matrix.diagonal([1, 1])
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
        ([[1, 2], [3]], ValueError, "row 1 has 1 entries and row 0 has 2"),
        ([], ValueError, "at least one row and one column"),
        ([[]], ValueError, "at least one row and one column"),
        ([[1], []], ValueError, "row 1 has 0 entries"),
        (5, TypeError, "needs a list of rows, got 5"),
        ("12", TypeError, "needs a list of rows, got '12'"),
        ({1: 2}, TypeError, "needs a list of rows"),
        ([1, 2], TypeError, "row 0 is 1, not a list of numbers"),
        ([[1], "2"], TypeError, "row 1 is '2', not a list of numbers"),
        ([{1, 2}], TypeError, "row 0 is {1, 2}, not a list"),
        ([[1, None]], TypeError, r"entry \[0, 1\] is None, not a real number"),
        ([[1], ["2"]], TypeError, r"entry \[1, 0\] is '2', not a real number"),
        ([[1j]], TypeError, r"entry \[0, 0\] is 1j, not a real number"),
        ([[[1]]], TypeError, r"entry \[0, 0\] is \[1\], not a real number"),
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
        (lambda: A / 0, ZeroDivisionError, r"1 / 0 at \[0, 0\] divides by zero"),
        (lambda: A / Matrix([[1, 0]]), ZeroDivisionError, r"-8.0 / 0 at \[0, 1\]"),
        (lambda: 0**-A, ZeroDivisionError, r"0 \*\* -1 at \[0, 0\]"),
        (lambda: A**0.5, ValueError, r"-8.0 \*\* 0.5 at \[0, 1\] is not a real number"),
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
        (lambda: A.sum(axis=2), ValueError, "sum: axis is None, 0 or 1, got 2"),
        (lambda: A.argmax(axis="rows"), ValueError, "argmax: axis is None, 0 or 1"),
        (lambda: A.reshape(3, 2), ValueError, r"reshape\(3, 2\): does not fit the 4 entries of 2×2"),
        (lambda: A.reshape(-1, 3), ValueError, r"reshape\(-1, 3\): does not fit"),
        (lambda: A.reshape(-1, -1), ValueError, "does not fit"),
        (lambda: A.reshape(0, -1), ValueError, "does not fit"),
        (lambda: A.broadcast_to(3, 2), ValueError, "2×2 does not repeat to 3×2"),
        (lambda: A.item(), ValueError, "a single entry, this is 2×2"),
        (lambda: A.map(str), TypeError, r"entry \[0, 0\] is '1', not a real number"),
        (lambda: Matrix.hstack([A, B]), ValueError, "the same number of rows, got 2×2 and 1×3"),
        (lambda: Matrix.vstack([A, B]), ValueError, "the same number of columns, got 2×2 and 1×3"),
        (lambda: Matrix.vstack([]), TypeError, "at least one Matrix"),
        (lambda: Matrix.vstack(A), TypeError, "needs a list"),
        (lambda: Matrix.hstack([A, [1]]), TypeError, "needs a list of at least one Matrix"),
        (lambda: Matrix.zeros(0, 2), ValueError, "at least one row and one column, got 0×2"),
        (lambda: Matrix.ones(2.0, 2), TypeError, "the number of rows is an int, got 2.0"),
        (lambda: Matrix.full(2, 2, None), TypeError, "not a real number"),
        (lambda: Matrix.from_flat([1, 2, 3], 2, 2), ValueError, "2×2 needs 4 numbers, got 3"),
        (lambda: Matrix.uniform(2, 2, rng=0), TypeError, "needs a Generator or random.Random, got 0"),
        (lambda: A.__setitem__((0, 0), 1), TypeError, "a Matrix never changes"),
    ],
)
def test_wrong_calls_are_refused_in_a_sentence(call, error, sentence):
    with pytest.raises(error, match=sentence):
        call()


def test_trusted_is_not_copied():
    rows = [[1.0]]
    assert trusted(rows).rows is rows


@pytest.mark.parametrize(
    ("base", "exponent", "power"),
    [
        (1e200, 2, inf),
        (-1e200, 3, -inf),
        (-1e200, 2, inf),
        (0.5, 10**400, 0.0),
        (2.0, 10**400, inf),
        (0.5, -(10**4), inf),
    ],
)
def test_powers_beyond_the_largest_float_are_infinite_as_products_are(base, exponent, power):
    assert Matrix([[base]]) ** exponent == Matrix([[power]])


def test_repr_of_numbers_too_large_for_a_float():
    for m in (Matrix([[10**400]]), Matrix([[Fraction(10**400, 3)]])):
        assert eval(repr(m), {"Matrix": Matrix, "Fraction": Fraction}) == m


@pytest.mark.parametrize("make", [Matrix.uniform, Matrix.normal, Matrix.zeros, Matrix.ones])
@pytest.mark.parametrize("size", [(0, 2), (2, 0), (-1, 1)])
def test_sizes_are_from_one_up(make, size):
    with pytest.raises(ValueError, match="at least one row and one column"):
        make(*size)


def test_reshape_finds_the_number_of_rows_or_columns():
    m = Matrix([[1, 2, 3], [4, 5, 6]])
    assert m.reshape(-1, 2) == Matrix([[1, 2], [3, 4], [5, 6]]) == m.reshape(3, -1)


@pytest.mark.parametrize("call", [lambda m: m ** "1", lambda m: "1" ** m])
def test_a_power_with_what_is_no_number_is_a_type_error(call):
    with pytest.raises(TypeError, match="unsupported operand|do not support"):  # CPython's words, PyPy's
        call(Matrix([[2]]))


def test_allclose_is_as_strict_as_isclose():
    assert Matrix([[1.0]]).allclose(1.0 + 5e-10) and not Matrix([[1.0]]).allclose(1.0 + 1.5e-9)
