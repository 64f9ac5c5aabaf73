"""What holds for every function of ``linalg``: which matrices it takes, and that it refuses the others in a sentence."""

import inspect
import math
from fractions import Fraction

import pytest

from backprop import Matrix
from backprop.linalg import algorithms as linalg
from backprop.linalg.algorithms import LinAlgError
from tests import tables

nan, inf = math.nan, math.inf
FUNCTIONS = {name: getattr(linalg, name) for name in linalg.__all__ if inspect.isfunction(getattr(linalg, name))}
SQUARE = {
    "cholesky",
    "det",
    "eig",
    "eigh",
    "eigvals",
    "expm",
    "inv",
    "matrix_power",
    "slogdet",
    "solve",
    "solve_triangular",
    "trace",
}
# Arithmetic, in which NaN and infinity go as in a product of matrices.
ARITHMETIC = {"kron", "outer", "trace"}
SYMMETRIC = {"cholesky", "eigh"}
PARTNERS = {"solve", "solve_triangular", "lstsq", "kron", "outer"}
SOLUTIONS = {"solve", "solve_triangular", "lstsq"}

everyone = pytest.mark.parametrize("name", FUNCTIONS)


def call(name, a, **settings):
    """The function of a, and of a right side or an exponent where it needs one."""
    if name in PARTNERS:
        return with_partner(name, a, tables.ones(len(a), 1), **settings)
    return FUNCTIONS[name](a, 2, **settings) if name == "matrix_power" else FUNCTIONS[name](a, **settings)


def with_partner(name, a, b, **settings):
    return FUNCTIONS[name](a, b, **settings, **({"upper": True} if name == "solve_triangular" else {}))


def numbers(result):
    """All that a result holds, flat: Matrices, lists, named tuples and numbers."""
    if isinstance(result, Matrix):
        return [x for row in result for x in row]
    return [x for part in result for x in numbers(part)] if isinstance(result, (list, tuple)) else [result]


def test_no_function_is_missing():
    needing = {name for name, f in FUNCTIONS.items() if list(inspect.signature(f).parameters)[:2] == ["a", "b"]}
    assert needing == PARTNERS and len(FUNCTIONS) == len(linalg.__all__) - 1


@everyone
@pytest.mark.parametrize("value", [2.5, 2, True, Fraction(5, 2), 5e-324, 1e308])
def test_one_entry_is_the_smallest_matrix(name, value):
    a = Matrix([[value]])
    if (name in {"inv", "pinv"} and value < 1e-300) or (name in {"matrix_power", "expm"} and value > 1e300):
        with pytest.raises((LinAlgError, OverflowError), match=f"{name}: .* beyond the largest float"):
            call(name, a)
    elif name in SOLUTIONS and value < 1e-300:
        with pytest.raises(LinAlgError, match=f"{name}: an entry of the result is beyond the largest float"):
            call(name, a)
    else:
        assert all(x - x == 0 for x in numbers(call(name, a)))


@everyone
@pytest.mark.parametrize("rows", [[[1.0, 2.0]], [[1], [2]], [[1, 0], [0, 1], [0, 0]]])
def test_a_square_is_asked_for_where_it_is_needed(name, rows):
    a = Matrix(rows)
    if name in SQUARE:
        with pytest.raises(LinAlgError, match=f"{name} needs a square Matrix, got {a.shape[0]}×{a.shape[1]}"):
            call(name, a)
    else:
        assert all(x - x == 0 for x in numbers(call(name, a)))


@everyone
@pytest.mark.parametrize("bad", [nan, inf, -inf])
def test_what_is_not_finite_is_found_at_every_place(name, bad):
    for i in range(3):
        for j in range(3):
            rows = [[4.0, 1.0, 0.5], [1.0, 5.0, 0.25], [0.5, 0.25, 6.0]]
            rows[i][j] = bad
            if name in ARITHMETIC:
                assert any(x - x != 0 for x in numbers(call(name, Matrix(rows)))) or (name == "trace" and i != j)
            elif name == "solve_triangular" and i > j:  # the other triangle is not read
                assert call(name, Matrix(rows)) == call(name, tables.triu(Matrix(rows)))
            else:
                with pytest.raises(LinAlgError, match=rf"{name}: entry \[{i}, {j}\] is {bad}; all must be finite"):
                    call(name, Matrix(rows))
            if name in SOLUTIONS:
                sentence = rf"{name}: entry \[{i}, {j}\] is {bad}; all must be finite"
                with pytest.raises(LinAlgError, match=sentence):
                    with_partner(name, tables.identity(3), Matrix(rows))


@everyone
@pytest.mark.parametrize("wrong", [[[1.0]], 1.0, None, "1", True, []])
def test_what_is_no_matrix_is_refused(name, wrong):
    with pytest.raises(TypeError, match=f"{name} needs a Matrix, got"):
        if name in PARTNERS:
            with_partner(name, wrong, Matrix([[1]]))
        else:
            FUNCTIONS[name](wrong, *([2] if name == "matrix_power" else []))
    if name in PARTNERS:
        with pytest.raises(TypeError, match=f"{name} needs a Matrix, got"):
            with_partner(name, Matrix([[1]]), wrong)


@everyone
def test_integers_beyond_the_largest_float_are_exact_or_refused(name):
    for a in (Matrix([[10**400, 0], [0, 1]]), Matrix([[10**400, 0.5], [0.5, 1.0]])):
        try:
            result = numbers(call(name, a))
        except (LinAlgError, OverflowError) as error:
            assert str(error).startswith(f"{name}: ") and "beyond the largest float" in str(error)
        else:
            assert all(type(x) is not float or math.isfinite(x) for x in result)


@pytest.mark.parametrize("name", sorted(SYMMETRIC))
def test_symmetry_is_looked_for_at_every_pair(name):
    for i in range(4):
        for j in range(4):
            if i != j:
                rows = (tables.identity(4) * 4.0 + 0.5).tolist()
                rows[i][j] += 1e-3
                p, q = max(i, j), min(i, j)
                with pytest.raises(LinAlgError, match=rf"{name}: entry \[{p}, {q}\] is .* entry \[{q}, {p}\] is"):
                    call(name, Matrix(rows))


def test_each_pivot_of_cholesky_is_looked_at():
    for k in range(4):
        for value in (0.0, -1.0, -5e-324):
            rows = tables.diagonal([value if i == k else 1.0 for i in range(4)])
            with pytest.raises(LinAlgError, match=f"cholesky: pivot {k} is {value!r}; .* not positive definite"):
                linalg.cholesky(rows)


@pytest.mark.parametrize(
    ("name", "setting"), [("pinv", "rtol"), ("lstsq", "rcond"), ("matrix_rank", "rtol"), ("null_space", "rtol")]
)
def test_the_share_that_counts_as_0(name, setting):
    a = Matrix([[1.0, 0.0], [0.0, 1e-20]])
    for share in (0, 0.0, Fraction(1, 10), 1.0, inf):
        call(name, a, **{setting: share})
    for share in (-5e-324, -1, nan, -inf):
        with pytest.raises(ValueError, match=f"{name}: the share of the largest singular value .* is from 0 up, got"):
            call(name, a, **{setting: share})
    for share in (True, "0", [0.1]):
        with pytest.raises(TypeError, match=f"{name}: the share of the largest singular value .* is a number, got"):
            call(name, a, **{setting: share})


@pytest.mark.parametrize("name", ["pinv", "matrix_rank"])
def test_the_size_that_counts_as_0(name):
    for bound in (-1, nan):
        with pytest.raises(ValueError, match=f"{name}: the singular value that counts as 0 is from 0 up, got {bound}"):
            call(name, Matrix([[1.0]]), atol=bound)
    with pytest.raises(TypeError, match=f"{name}: the singular value that counts as 0 is a number, got '1'"):
        call(name, Matrix([[1.0]]), atol="1")


@pytest.mark.parametrize("unit", [1.0, 2.0**600, 2.0**-600])
def test_both_bounds_must_be_passed(unit):
    a = tables.diagonal([8.0 * unit, 2.0 * unit, 2.0**-60 * unit])
    for bounds, rank in [
        ({}, 2),
        ({"atol": 2.0**-80 * unit}, 3),
        ({"atol": 1.0 * unit}, 2),
        ({"atol": 2.0 * unit}, 1),
        ({"atol": 2.0**-80 * unit, "rtol": 0.25}, 1),
        ({"atol": 8.0 * unit, "rtol": 0.0}, 0),
    ]:
        assert linalg.matrix_rank(a, **bounds) == rank
        assert [bool(x) for x in tables.diag(linalg.pinv(a, **bounds))] == [k < rank for k in range(3)]
    assert linalg.matrix_rank(Matrix([[3, 0], [0, 1]]), atol=2) == 1


@pytest.mark.parametrize("name", ["norm", "cond"])
@pytest.mark.parametrize("order", [0, -1, 3, True, False, "1", "frobenius", nan, -inf])
def test_there_is_no_other_norm(name, order):
    with pytest.raises(ValueError, match="ord is None, 'fro', 1, 2, inf or 'nuc', got"):
        FUNCTIONS[name](Matrix([[1.0, 2.0], [3.0, 4.0]]), order)


@pytest.mark.parametrize("scale", [2.0**1022, 2.0**-1000, 2.0**-1060])
def test_a_power_of_two_changes_the_scale_alone(scale):
    """Everything that grows as A does, or not at all, does so bit by bit, from one end of the floats to the other."""
    a = Matrix([[0.75, 0.25, 0.0], [0.25, 0.5, 0.125], [0.0, 0.125, 0.25]])
    b = Matrix([[0.5], [0.25], [-1.0]])
    moved = a * scale
    assert (moved / 2.0**-1060 == a) or scale > 2.0**-1060 or moved.map(lambda x: math.ldexp(x, 1060)) == a
    for order in (None, 1, 2, inf, "nuc"):
        assert linalg.norm(moved, order) == pytest.approx(linalg.norm(a, order) * scale, rel=1e-14, abs=5e-324)
        assert linalg.cond(moved, order) == linalg.cond(a, order)
    assert linalg.solve(moved, b * scale) == linalg.solve(a, b)
    assert linalg.lstsq(moved, b * scale).x == linalg.lstsq(a, b).x
    assert linalg.eigh(moved).eigenvectors == linalg.eigh(a).eigenvectors
    assert linalg.svd(moved).U == linalg.svd(a).U
    assert linalg.qr(moved).Q == linalg.qr(a).Q and linalg.lu(moved).L == linalg.lu(a).L
    assert linalg.matrix_rank(moved) == 3 and linalg.null_space(moved) == []
    assert linalg.cholesky(moved) == linalg.cholesky(a) * math.sqrt(scale)
    if scale > 2.0**-1000:
        assert linalg.pinv(moved) @ moved == (linalg.pinv(a) / scale) @ moved


def test_residuals_of_any_size():
    a, b = Matrix([[1], [1]]), Matrix([[1.0, 2.0], [3.0, 4.0]])
    assert linalg.lstsq(a, b).residuals == pytest.approx([2.0, 2.0], rel=1e-15)
    assert linalg.lstsq(a, b * 2.0**500).residuals == pytest.approx([2.0**1001] * 2, rel=1e-15)
    assert linalg.lstsq(a, b * 2.0**1000).residuals == [inf, inf]
    assert linalg.lstsq(a, b * 2.0**1000).x.allclose(Matrix([[2.0**1001, 3 * 2.0**1000]]), rel_tol=1e-15)


def test_graded_matrices_keep_their_small_numbers():
    """D·C·D for D = diag(2ᵏ) as far apart as floats go: L = D·L(C), and R's columns are as scaled as A's."""
    c, exponents = Matrix([[4.0, 2.0], [2.0, 10.0]]), (500, -500)
    graded = Matrix([[math.ldexp(x, p + q) for x, q in zip(row, exponents)] for row, p in zip(c.rows, exponents)])
    lower = linalg.cholesky(c).rows
    assert linalg.cholesky(graded) == Matrix([[math.ldexp(x, p) for x in row] for row, p in zip(lower, exponents)])
    assert linalg.eigh(tables.diagonal([2.0**900, 2.0**-900])).eigenvalues == [2.0**-900, 2.0**900]
    columns = Matrix([[3e200, 1e-320], [4e200, 2e-320]])
    q, r = linalg.qr(columns)
    assert r[0, 0] == pytest.approx(-5e200, rel=1e-15)
    assert (q @ r[:, 1]).allclose(columns[:, 1], abs_tol=4 * 5e-324)
