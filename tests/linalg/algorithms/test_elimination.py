"""Elimination: exact over fractions; over floats within Higham's bounds, entry by entry; what it refuses."""

import math
import random
import re
from fractions import Fraction

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from backprop import Matrix
from backprop.linalg.algorithms import LinAlgError, det, inv, lu, lu_factor, slogdet, solve, solve_triangular
from tests import tables
from tests.strategies import exact, floats, fractions, matrices, sizes

nan, inf = math.nan, math.inf


def squares(count=1, entries=fractions, size=sizes):
    """``count`` matrices of one square shape."""
    return size.flatmap(lambda n: st.tuples(*[matrices(n, n, entries)] * count))


def hilbert(n):
    return Matrix([[Fraction(1, i + j + 1) for j in range(n)] for i in range(n)])


def factorial_product(n):
    return math.prod(math.factorial(k) for k in range(1, n))


def at_most(a, b):
    return all(x <= y for row, limits in zip(a, b) for x, y in zip(row, limits))


# ------------------------------------------------------------------ exactly


@given(matrices())
def test_lu_multiplies_back_to_the_matrix(a):
    p, lower, upper = lu(a)
    m, n = a.shape
    k = min(m, n)
    assert (p.shape, lower.shape, upper.shape) == ((m, m), (m, k), (k, n))
    assert p @ lower @ upper == a
    assert p @ p.T == tables.identity(m)
    assert lower == tables.tril(lower) and upper == tables.triu(upper) and set(tables.diag(lower)) == {1}
    assert tables.largest(lower) <= 1, "the pivot is the largest of its column"


@given(matrices())
def test_lu_factor_holds_the_factors_of_lu_and_the_swaps(a):
    p, lower, upper = lu(a)
    table, pivots = lu_factor(a)
    m, n = a.shape
    assert len(pivots) == min(m, n) and all(k <= pivot <= m for k, pivot in enumerate(pivots, 1))
    assert tables.tril(table, -1)[:, : min(m, n)] == tables.tril(lower, -1) and tables.triu(table)[: min(m, n)] == upper
    rows = a.tolist()
    for k, pivot in enumerate(pivots):
        rows[k], rows[pivot - 1] = rows[pivot - 1], rows[k]
    assert Matrix(rows) == p.T @ a


@given(squares(2), st.booleans(), st.booleans())
def test_solve_triangular_reads_one_triangle(ab, upper, unitriangular):
    a, b = ab
    triangle = tables.triu(a) if upper else tables.tril(a)
    if unitriangular:
        triangle = triangle - tables.diagonal(tables.diag(a)) + tables.identity(len(a))
    assume(det(triangle))
    x = solve_triangular(a, b, upper=upper, unitriangular=unitriangular)
    assert triangle @ x == b and x == solve(triangle, b)


@given(squares(2))
def test_solve_and_inv_are_exact(ab):
    a, b = ab
    assume(det(a))
    assert a @ solve(a, b) == b
    assert a @ inv(a) == tables.identity(len(a)) == inv(a) @ a
    assert inv(inv(a)) == a


@given(squares(2))
def test_the_determinant_of_a_product_is_the_product_of_the_determinants(ab):
    a, b = ab
    assert det(a @ b) == det(a) * det(b)
    assert det(a.T) == det(a)


@given(squares())
def test_the_determinant_is_the_sum_over_all_permutations(a):
    """Leibniz's formula, by expansion along the first row."""
    (a,) = a

    def expanded(rows):
        if not rows:
            return 1
        return sum(
            (-1) ** j * x * expanded([row[:j] + row[j + 1 :] for row in rows[1:]]) for j, x in enumerate(rows[0])
        )

    assert det(a) == expanded(a.tolist())


@given(squares(), st.data())
def test_cramers_rule(a, data):
    (a,) = a
    n = len(a)
    b = data.draw(matrices(n, 1))
    assume(det(a))
    x = solve(a, b)
    for j in range(n):
        replaced = tables.hstack(
            [part for part in (a[:, :j] if j else None, b, a[:, j + 1 :] if j + 1 < n else None) if part is not None]
        )
        assert x[j, 0] == det(replaced) / det(a)


def test_the_determinant_of_the_hilbert_matrix_of_12_is_exact():
    """cₙ⁴/c₂ₙ with cₙ = 1!·2!⋯(n−1)! (Hilbert, 1894)."""
    assert det(hilbert(12)) == Fraction(factorial_product(12) ** 4, factorial_product(24))
    assert inv(hilbert(12)) @ hilbert(12) == tables.identity(12)


@given(squares(entries=st.integers(-9, 9)))
def test_the_determinant_of_integers_is_an_integer(a):
    (a,) = a
    d = det(a)
    assert type(d) is int and d == det(exact(a))


def test_a_float_among_fractions_makes_floats_and_integers_alone_are_divided():
    half = Fraction(1, 2)
    assert type(det(Matrix([[half, 1.0], [0, 1]]))) is float
    for result in (inv(Matrix([[2]])), solve(Matrix([[2]]), Matrix([[1]])), lu(Matrix([[2]])).U):
        assert type(result.item()) is float
    assert type(solve(Matrix([[2]]), Matrix([[half]])).item()) is Fraction


# ------------------------------------------------------------------ over floats


@given(matrices(st.integers(1, 6), st.integers(1, 6), floats))
def test_lu_of_floats(a):
    """|P·L·U − A| ≤ γₙ·|L|·|U| entry by entry, γₙ = n·u/(1 − n·u) (Higham 2002, theorem 9.3)."""
    p, lower, upper = map(exact, lu(a))
    n = min(a.shape)
    gamma = Fraction(n) / (2**53 - n)
    assert at_most((p @ lower @ upper - exact(a)).map(abs), gamma * (p @ lower.map(abs) @ upper.map(abs)))


def check_solution(a, b, x):
    """|B − A·X| ≤ γ₃ₙ·|L|·|U|·|X| for the scaled matrix (Higham 2002, theorem 9.4). |L| ≤ 1, |U| ≤ ρ and what is scaled is
    the rows' largest entries and less, up to a factor of 4: row by row it is 12·n²·u·ρ·max|aᵢⱼ|·Σ|xⱼ|. X is rounded to
    a float, which below 2⁻¹⁰²² is wrong by up to 2⁻¹⁰⁷⁵."""
    n, u, tiny = len(a), Fraction(1, 2**53), Fraction(1, 2**1074)
    residual, size = (b - a @ x).map(abs), Matrix([[max(map(abs, row))] for row in a])
    growth = 2 ** (n - 1)
    assert at_most(
        residual, size @ (12 * n * n * u * growth * Matrix([[sum(map(abs, column)) for column in zip(*x)]]) + n * tiny)
    )


@given(st.integers(1, 6).flatmap(lambda n: st.tuples(matrices(n, n, floats), matrices(n, 2, floats))))
def test_solve_of_floats(ab):
    try:
        x = solve(*ab)
    except LinAlgError:
        return
    check_solution(*map(exact, ab), exact(x))


anywhere = st.integers(-480, 480)


def moved_by(a, of_rows, of_columns):
    """Each row times its own power of two, all columns times one."""
    return Matrix([[math.ldexp(x, r + of_columns) for x in row] for row, r in zip(a.rows, of_rows)])


def systems(n):
    return st.tuples(
        matrices(n, n, floats), matrices(n, 2, floats), st.lists(anywhere, min_size=n, max_size=n), anywhere, anywhere
    )


@given(st.integers(1, 5).flatmap(systems))
def test_powers_of_two_on_rows_and_on_all_columns_change_nothing_but_the_scale(case):
    """2ʳ·A·2ᶜ·X = 2ʳ·B·2ᵗ has the solution 2ᵗ⁻ᶜ·X, bit by bit, though rows are 300 decimal powers apart."""
    a, b, of_rows, of_columns, of_sides = case
    moved, sides = moved_by(a, of_rows, of_columns), moved_by(b, of_rows, of_sides)
    try:
        x, inverse = solve(a, b), inv(a)
    except LinAlgError as error:
        with pytest.raises(LinAlgError, match=str(error)):
            solve(moved, sides)
        return
    n = len(a)
    assert solve(moved, sides) == moved_by(x, [of_sides - of_columns] * n, 0)
    assert inv(moved) == moved_by(inverse.T, [-r for r in of_rows], -of_columns).T
    shift = sum(of_rows) + n * of_columns
    sign, logarithm = slogdet(moved)
    assert sign == slogdet(a).sign
    assert logarithm == pytest.approx(slogdet(a).logabsdet + shift * math.log(2.0), rel=1e-15, abs=1e-12)
    if abs(shift) < 700:
        assert det(moved) == math.ldexp(det(a), shift)


@given(
    st.integers(1, 5).flatmap(
        lambda n: st.tuples(*[matrices(n, n, floats)] * 2, *[st.lists(anywhere, min_size=n, max_size=n)] * 2)
    )
)
def test_columns_of_any_scale_are_solved_within_the_same_bound(case):
    a, b, of_rows, of_columns = case
    a = moved_by(moved_by(a, of_rows, 0).T, of_columns, 0).T
    try:
        x = solve(a, b)
    except LinAlgError:
        return
    check_solution(exact(a), exact(b), exact(x))


ends = st.sampled_from([0.0, 1.7e308, -1.7e308, 1e308, 5e-324, -3e-310, 1e-300, 1.0])


@given(st.integers(1, 4).flatmap(lambda n: st.tuples(matrices(n, n, ends), matrices(n, 2, ends))))
@example((Matrix([[1e308, 1e308], [-1e308, 1e308]]), Matrix([[1e308], [0.0]])))
@example((Matrix([[5e-324, 5e-324], [-5e-324, 5e-324]]), Matrix([[5e-324], [0.0]])))
def test_the_ends_of_the_floats_are_solved_within_the_same_bound_or_refused(ab):
    a, b = ab
    try:
        x = solve(a, b)
    except LinAlgError as error:
        assert re.search("singular|beyond the largest float", str(error))
    else:
        check_solution(exact(a), exact(b), exact(x))
    # Of a determinant, Hadamard's bound is the scale: the product of the lengths of the rows.
    n, true = len(a), det(exact(a))
    hadamard = math.prod(n * Fraction(size) for size in (max(map(abs, row)) for row in a))
    error = 4 * n * n * 2**n * hadamard / 2**53 + Fraction(1, 2**1074)
    try:
        assert abs(Fraction(det(a)) - true) <= error
    except OverflowError as refusal:
        assert "slogdet gives its logarithm" in str(refusal) and abs(true) + error > 2**1023
    sign, logarithm = slogdet(a)
    if abs(true) > 1000 * error:
        assert sign == (1 if true > 0 else -1)
        assert logarithm == pytest.approx(
            math.log(abs(true.numerator)) - math.log(true.denominator), rel=1e-14, abs=1e-2
        )


@pytest.mark.parametrize("s", [1e308, 1.0, 1e-300, 2.0**-1074])
def test_a_turn_by_an_eighth_at_every_scale(s):
    a = Matrix([[s, s], [-s, s]])
    assert solve(a, Matrix([[s], [0.0]])) == Matrix([[0.5], [0.5]])
    assert slogdet(a).logabsdet == pytest.approx(math.log(2.0) + 2 * math.log(s), rel=1e-15)
    if s > 1e-300:
        assert inv(a).allclose(Matrix([[0.5, -0.5], [0.5, 0.5]]) / s, rel_tol=1e-15)
    else:
        with pytest.raises(LinAlgError, match="inv: an entry of the result is beyond the largest float"):
            inv(Matrix([[2.0**-1074]]))


def test_lu_scales_columns_alone_and_so_keeps_the_pivot_the_largest():
    p, lower, upper = lu(Matrix([[1e-300, 1e300], [1.0, 1e308]]))
    assert p == Matrix([[0, 1], [1, 0]]) and upper.rows[0] == [1.0, 1e308] and lower[1, 0] == 1e-300
    assert lu(tables.diagonal([1e308, 1e-308])).U == tables.diagonal([1e308, 1e-308])
    assert lu(Matrix([[1e-320, 3e-320], [2e-320, 5e-320]])).L[1, 0] == pytest.approx(0.5, abs=1e-3)
    with pytest.raises(LinAlgError, match="lu: an entry of the result is beyond the largest float"):
        lu(Matrix([[1e308, 1e308], [-1e308, 1e308]]))


@pytest.mark.parametrize("scale", [1e200, 1e-200])
def test_large_and_small_entries(scale):
    rng = random.Random(0)
    a = tables.normal(8, 8, rng=rng)
    x = solve(a * scale, (a * scale) @ tables.ones(8, 1))
    assert x.allclose(1, rel_tol=1e-12)
    assert inv(a * scale).allclose(inv(a) / scale, rel_tol=1e-12)
    log = slogdet(a * scale)
    assert log.sign == math.copysign(1.0, det(a))
    assert log.logabsdet == pytest.approx(math.log(abs(det(a))) + 8 * math.log(scale), rel=1e-14)


def test_a_determinant_in_range_does_not_overflow_half_way():
    assert det(tables.diagonal([1e200, 1e200, 1e-200, 1e-200])) == pytest.approx(1.0, rel=1e-15)
    with pytest.raises(OverflowError, match="slogdet gives its logarithm"):
        det(tables.diagonal([1e200, 1e200]))


@given(squares(entries=floats))
def test_slogdet_is_the_logarithm_of_det(a):
    (a,) = a
    sign, log = slogdet(a)
    d = det(a)
    assert sign == (d > 0) - (d < 0)
    assert log == -inf if d == 0 else log == pytest.approx(math.log(abs(d)), rel=1e-12, abs=1e-12)


def test_a_singular_matrix_has_the_determinant_zero():
    for a in (
        Matrix([[1, 2], [2, 4]]),
        Matrix([[1.0, 2.0], [2.0, 4.0]]),
        Matrix([[0.0]]),
        Matrix([[0.0, 0.0], [1.0, -1.0]]),
    ):
        assert repr(det(a)) in {"0", "0.0"}
        assert slogdet(a) == (0.0, -inf)


@pytest.mark.parametrize(
    ("call", "error", "sentence"),
    [
        (
            lambda: solve(Matrix([[1, 2], [2, 4]]), Matrix([[1], [2]])),
            LinAlgError,
            "solve: the largest pivot of column 1 is 0; the matrix is singular",
        ),
        (lambda: inv(Matrix([[Fraction(0)]])), LinAlgError, "inv: the largest pivot of column 0 is 0"),
        (lambda: inv(Matrix([[1, 2]])), LinAlgError, "inv needs a square Matrix, got 1×2"),
        (lambda: det(Matrix([[1, 2]])), LinAlgError, "det needs a square Matrix, got 1×2"),
        (lambda: slogdet(Matrix([[1], [2]])), LinAlgError, "slogdet needs a square Matrix, got 2×1"),
        (lambda: solve(Matrix([[1, 2]]), Matrix([[1]])), LinAlgError, "solve needs a square Matrix"),
        (
            lambda: solve(Matrix([[1]]), Matrix([[1], [2]])),
            LinAlgError,
            "a has 1 rows and b has 2; they must be equal",
        ),
        (
            lambda: solve(Matrix([[1.0]]), Matrix([[nan]])),
            LinAlgError,
            r"solve: entry \[0, 0\] is nan; all must be finite",
        ),
        (lambda: lu(Matrix([[1.0, inf]])), LinAlgError, r"lu: entry \[0, 1\] is inf"),
        (lambda: lu(Matrix([[10**400]])), LinAlgError, "lu: an entry is beyond the largest float"),
        (lambda: det([[1]]), TypeError, r"det needs a Matrix, got \[\[1\]\]; a list of rows is Matrix\(rows\)"),
        (lambda: solve(Matrix([[1]]), [1]), TypeError, "solve needs a Matrix"),
    ],
)
def test_what_cannot_be_solved_is_refused(call, error, sentence):
    with pytest.raises(error, match=sentence):
        call()


def test_linalgerror_is_a_valueerror():
    assert issubclass(LinAlgError, ValueError)


@pytest.mark.parametrize("epsilon", [0.0, 2.0**-52, -(2.0**-53), 1e-10])
def test_the_logarithm_of_a_determinant_near_one_keeps_its_digits(epsilon):
    sign, logarithm = slogdet(Matrix([[0.0, 1.0 + epsilon], [1.0, 0.0]]))
    assert sign == -1.0 and math.isclose(logarithm, math.log1p(epsilon), rel_tol=1e-5)
