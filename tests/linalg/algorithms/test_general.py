"""General eigenvalues: A·V = V·D within a bound, known spectra, the layout of pairs, and what is refused."""

import math
import random
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop.linalg.algorithms import general
from backprop.linalg.algorithms.general import eig, eigvals
from backprop.linalg.algorithms.validation import LinAlgError
from backprop.matrix import Matrix
from tests import tables
from tests.strategies import UNIT_ROUNDOFF, exact, seeds

nan, inf = math.nan, math.inf


def frobenius(a):
    return math.hypot(*(x for row in a.rows for x in row))


def block_diagonal(values):
    """D of A·V = V·D: each real λ, and [[α, β], [−β, α]] for each pair α ± iβ."""
    d = [[0.0] * len(values) for _ in values]
    for j, value in enumerate(values):
        d[j][j] = value.real
        if value.imag:
            d[j][j + 1 if value.imag > 0 else j - 1] = value.imag
    return Matrix(d)


def distance(found, expected):
    """The largest distance of an eigenvalue from the nearest that is left of the expected ones."""
    left, largest = list(expected), 0.0
    for value in found:
        nearest = min(left, key=lambda other: abs(other - value))
        left.remove(nearest)
        largest = max(largest, abs(nearest - value))
    assert not left
    return largest


def reflection(n, rng):
    """An orthogonal I − 2vvᵀ/vᵀv."""
    v = tables.normal(n, 1, rng=rng)
    return tables.identity(n) - v @ v.T * (2 / (v.T @ v).item())


def jordan(n, value):
    return Matrix([[value if i == j else float(j == i + 1) for j in range(n)] for i in range(n)])


def cyclic_shift(n):
    return Matrix([[int(i == (j + 1) % n) for j in range(n)] for i in range(n)])


def companion(roots):
    """The matrix whose characteristic polynomial Π (x − root) has its coefficients in the last column."""
    coefficients = [1.0]
    for root in roots:
        coefficients = [x - root * y for x, y in zip([0.0, *coefficients], [*coefficients, 0.0])]
    n = len(roots)
    return Matrix([[float(i == j + 1) for j in range(n - 1)] + [-coefficients[i].real] for i in range(n)])


def random_matrix(kind, n, rng):
    normal = tables.normal(n, n, rng=rng)
    if kind == "singular":
        return normal[:, 0] @ normal[0]
    if kind == "orthogonal":
        return reflection(n, rng) @ reflection(n, rng) @ reflection(n, rng)
    if kind == "integer":
        return Matrix([[rng.randint(-2, 2) for _ in range(n)] for _ in range(n)])
    if kind == "defective":
        p = reflection(n, rng)
        return p @ jordan(n, 2.0) @ p
    if kind == "skew":
        return normal - normal.T
    return normal


kinds = st.sampled_from(["normal", "singular", "orthogonal", "integer", "defective", "skew"])
random_matrices = st.builds(
    lambda kind, n, seed: random_matrix(kind, n, random.Random(seed)), kinds, st.integers(1, 12), seeds
)
HILBERT = Matrix([[1 / (i + j + 1) for j in range(12)] for i in range(12)])


def residual(a, result):
    """‖A·V − V·D‖/‖A‖ in units of n·2⁻⁵³."""
    v = result.eigenvectors
    return frobenius(a @ v - v @ block_diagonal(result.eigenvalues)) / (frobenius(a) * len(a) * UNIT_ROUNDOFF)


# ------------------------------------------------------------------ the laws


# The computed T is QᵀAQ + E. Each reflection of Hessenberg's reduction and of a sweep has an error of a few u·‖A‖_F
# (u = 2⁻⁵³) in the rows it touches; a sweep touches each row and column a few times, and there are about two sweeps
# for each of n eigenvalues: ‖E‖_F ≤ c·n·u·‖A‖_F. Back substitution adds some n·u·‖T‖ for each unit vector, √n of it
# in the Frobenius norm. The errors are signed and cancel: 8 is the most seen in thousands, the tests allow 30.
RESIDUAL = 30


@given(random_matrices)
def test_vectors_satisfy_their_equation(a):
    result = eig(a)
    assert frobenius(a) == 0 or residual(a, result) <= RESIDUAL


@pytest.mark.parametrize("a", [HILBERT, jordan(9, 0.0), jordan(9, 0.0).T, jordan(8, 1.5), cyclic_shift(11)])
def test_vectors_of_special_matrices_satisfy_their_equation(a):
    assert residual(a, eig(a)) <= RESIDUAL


@given(random_matrices)
def test_each_vector_has_the_norm_1_and_pairs_are_conjugates(a):
    values, vectors = eig(a)
    columns = vectors.T.rows
    j = 0
    while j < len(values):
        if isinstance(values[j], float):
            v = columns[j]
            j += 1
        else:
            assert type(values[j]) is complex and values[j].imag > 0 and values[j + 1] == values[j].conjugate()
            v = list(map(complex, columns[j], columns[j + 1]))
            j += 2
        assert math.isclose(math.hypot(*map(abs, v)), 1.0, rel_tol=8 * UNIT_ROUNDOFF)
        largest = [x for x in v if abs(x) >= max(map(abs, v)) * (1 - 4 * UNIT_ROUNDOFF)]
        assert any(x.real > 0 and abs(x.imag) <= 4 * UNIT_ROUNDOFF for x in largest)


@given(random_matrices)
def test_values_alone_are_the_same(a):
    assert eigvals(a) == eig(a).eigenvalues


@given(random_matrices)
def test_trace_is_the_sum_of_the_eigenvalues(a):
    # tr T = tr A + tr E, and |tr E| ≤ √n·‖E‖_F.
    trace, n = sum(a[i, i] for i in range(len(a))), len(a)
    assert abs(sum(eigvals(a)) - trace) <= RESIDUAL * n**1.5 * UNIT_ROUNDOFF * frobenius(a)


@given(st.integers(2, 12), seeds)
def test_similar_matrices_have_the_same_eigenvalues(n, seed):
    rng = random.Random(seed)
    a, p = random_matrix("skew", n, rng), reflection(n, rng)
    # Those of a normal matrix move by no more than ‖E‖, here of two decompositions and two products.
    assert distance(eigvals(a), eigvals(p @ a @ p)) <= 4 * RESIDUAL * n * UNIT_ROUNDOFF * frobenius(a)
    shifted = [value + 1 for value in eigvals(a)]
    assert distance(eigvals(a + tables.identity(n)), shifted) <= 4 * RESIDUAL * n * UNIT_ROUNDOFF * (frobenius(a) + n)


@given(st.integers(1, 12), seeds, st.integers(-900, 900))
def test_a_power_of_two_scales_eigenvalues_and_leaves_vectors(n, seed, exponent):
    """Exactly: as long as nothing overflows or underflows, the same bits are computed with."""
    a, factor = tables.normal(n, n, rng=random.Random(seed)), 2.0**exponent
    values, vectors = eig(a)
    assert eig(a * factor) == ([value * factor for value in values], vectors)


def exact_residual(a, result):
    """The same with Fractions, whatever the size of the entries; the largest entry for each norm."""
    scale, values = tables.largest(exact(a)), result.eigenvalues
    v, n = exact(result.eigenvectors), len(a)
    d = [[Fraction(0)] * n for _ in values]
    for j, value in enumerate(values):
        d[j][j] = Fraction(value.real)
        if value.imag:
            d[j][j + 1 if value.imag > 0 else j - 1] = Fraction(value.imag)
    return float(tables.largest((exact(a) @ v - v @ Matrix(d)) / scale)) / (n * n * UNIT_ROUNDOFF)


@given(st.integers(2, 6), seeds, st.sampled_from(["rows", "columns", "entries", "holes"]))
def test_vectors_satisfy_their_equation_whatever_the_sizes_of_the_entries(n, seed, which):
    """Balancing alone would lose an entry of 10⁷³ here: [[1e-54, 1e16], [1e73, 1e72]], as LAPACK does."""
    rng = random.Random(seed)
    size = [2.0 ** rng.randint(-1000, 1000) for _ in range(n)]

    def entry(i, j):
        if which == "holes" and rng.random() < 0.5:
            return 0.0
        scale = size[i] if which == "rows" else size[j] if which == "columns" else 2.0 ** rng.randint(-1000, 1000)
        return rng.gauss(0.0, 1.0) * scale

    a = Matrix([[entry(i, j) for j in range(n)] for i in range(n)])
    if tables.largest(a) > 0:
        result = eig(a)
        assert exact_residual(a, result) <= RESIDUAL and eigvals(a) == result.eigenvalues
        assert all(math.isclose(math.hypot(*column), 1.0) for column in pair_vectors(result))


# ------------------------------------------------------------------ known eigenvalues


@given(st.integers(1, 12), seeds)
def test_a_triangular_matrix_has_its_diagonal_exactly(n, seed):
    rng = random.Random(seed)
    full = tables.normal(n, n, rng=rng)
    upper = Matrix([[x if i <= j else 0.0 for j, x in enumerate(row)] for i, row in enumerate(full.rows)])
    order = rng.sample(range(n), n)
    diagonal = sorted(full[i, i] for i in range(n))
    for a in (upper, upper.T, upper[order][:, order]):
        assert sorted(eigvals(a)) == diagonal
    assert eigvals(upper) == [full[i, i] for i in range(n)]


@pytest.mark.parametrize("roots", [[2.0], [-1.0, 0.5, 8.0], [1.0, 2.0, 3.0, 4.0], [3.0, 1j, -1j, -2.0]])
def test_a_companion_matrix_has_the_roots(roots):
    assert distance(eigvals(companion(roots)), roots) <= 1e-12


@given(st.floats(0.01, 3.13))
def test_a_rotation_has_the_eigenvalues_of_its_angle(angle):
    c, s = math.cos(angle), math.sin(angle)
    plus, minus = eigvals(Matrix([[c, -s], [s, c]]))
    assert abs(plus - complex(c, s)) <= 4 * UNIT_ROUNDOFF and minus == plus.conjugate()


@pytest.mark.parametrize("n", [2, 3, 4, 5, 8, 13, 24])
def test_a_cyclic_shift_has_the_roots_of_unity(n):
    """Both shifts of its first sweeps are 0, and leave it as it is: only exceptional ones move it."""
    roots = [complex(math.cos(t), math.sin(t)) for t in (2 * math.pi * k / n for k in range(n))]
    for a in (cyclic_shift(n), cyclic_shift(n).T):
        assert distance(eigvals(a), roots) <= RESIDUAL * n * UNIT_ROUNDOFF * math.sqrt(n)


@given(st.integers(2, 8), seeds)
def test_a_defective_matrix_is_wrong_by_a_root_of_rounding_and_its_vectors_are_the_same(n, seed):
    # A Jordan block of size n moves by ‖E‖ to the power 1/n.
    p = reflection(n, random.Random(seed))
    tolerance = 2 * (RESIDUAL * n * UNIT_ROUNDOFF * 2 * n) ** (1 / n)
    assert distance(eigvals(p @ jordan(n, 2.0) @ p), [2.0] * n) <= tolerance
    values, vectors = eig(jordan(n, 2.0))
    assert values == [2.0] * n and vectors.allclose(Matrix([[1.0] * n] + [[0.0] * n] * (n - 1)), abs_tol=1e-15)


def test_repeated_pairs_of_a_defective_matrix():
    a = Matrix([[0, 1, 1, 0], [-1, 0, 0, 1], [0, 0, 0, 1], [0, 0, -1, 0]])
    result = eig(a)
    assert distance(result.eigenvalues, [1j, 1j, -1j, -1j]) <= 1e-7 and residual(a, result) <= RESIDUAL


@pytest.mark.parametrize("pairs", [2, 3, 4])
@pytest.mark.parametrize("coupling", [0.0, 1e-12, 1.0, 1e6])
def test_several_equal_pairs_that_are_coupled(pairs, coupling):
    """A real Jordan matrix: blocks [[1, 2], [−2, 1]], each tied to the next by ``coupling`` times the identity."""
    n = 2 * pairs
    a = [[0.0] * n for _ in range(n)]
    for k in range(0, n, 2):
        a[k][k], a[k][k + 1], a[k + 1][k], a[k + 1][k + 1] = 1.0, 2.0, -2.0, 1.0
        if k:
            a[k - 2][k] = a[k - 1][k + 1] = coupling
    p = reflection(n, random.Random(pairs))
    for b in (Matrix(a), Matrix(a).T, p @ Matrix(a) @ p):
        result = eig(b)
        assert residual(b, result) <= RESIDUAL
        assert all(math.isclose(math.hypot(*column), 1.0) for column in pair_vectors(result))
        # As for a Jordan block: the root of the error, for each group of tied blocks.
        tolerance = 4 * (RESIDUAL * n * UNIT_ROUNDOFF * max(1.0, coupling)) ** (1 / pairs) * max(1.0, coupling)
        assert distance(result.eigenvalues, [1 + 2j, 1 - 2j] * pairs) <= tolerance


def pair_vectors(result):
    """Real and imaginary parts of each complex vector, one below the other."""
    columns = result.eigenvectors.T.rows
    return [re + im for value, re, im in zip(result.eigenvalues, columns, columns[1:]) if value.imag > 0]


def test_one_entry_and_zero():
    assert eig(Matrix([[-3]])) == ([-3.0], Matrix([[1.0]])) and type(eigvals(Matrix([[-3]]))[0]) is float
    assert eig(tables.zeros(4, 4)) == ([0.0] * 4, tables.identity(4))


def test_balancing_keeps_small_eigenvalues():
    """Unbalanced, rounding errors of 10¹² would cover the eigenvalues 1 ± 1/√2 of the matrix [[1, ½], [1, 1]]."""
    values = sorted(eigvals(Matrix([[1.0, 0.5e12], [1e-12, 1.0]])))
    assert distance(values, [1 - 0.5**0.5, 1 + 0.5**0.5]) <= 8 * UNIT_ROUNDOFF
    middle = sorted(eigvals(Matrix([[1, 0, 1e-8], [1e8, 2, 0], [0, 1e-4, 3]])))
    assert abs(math.prod(middle) - (6 + 1e-8 * 1e8 * 1e-4)) <= 1e-14


# ------------------------------------------------------------------ size, and refusal


@pytest.mark.parametrize("size", [1e-200, 1e200, 1e300, 1e-300])
def test_very_large_and_very_small_entries(size):
    a = Matrix([[1, 2, 0], [0, 1, 3], [4, 0, 1]])
    values, vectors = eig(a * size)
    assert distance([value / size for value in values], eigvals(a)) <= 1e-14
    assert vectors.allclose(eig(a).eigenvectors, abs_tol=1e-14)


def test_scales_far_apart():
    assert eigvals(Matrix([[1e200, 0], [0, 1e-200]])) == [1e200, 1e-200]
    assert eigvals(Matrix([[0.0, 5e-324], [-5e-324, 0.0]])) == [5e-324j, -5e-324j]
    # Zero beside 10³⁰⁰, though not beside its own row: the sweeps must not wait for it to become smaller.
    a = Matrix([[1e-160, 1e-160, -1, 0], [0, 0, 1e8, 1], [1e-8, 0, 1e-16, 1e-16], [1e-160, 1e300, 0, 0]])
    assert distance([x / 1e150 for x in eigvals(a)], [1, -1, 0, 0]) <= 1e-14


def test_numbers_of_few_bits():
    """Below 2⁻¹⁰²² a float has no 53 bits: a reflection made of such numbers must be one, the iteration must end."""
    tiny = 5e-324
    block = Matrix([[0, tiny, 0, 0], [tiny, 0, 3 * tiny, 0], [0, 2 * tiny, tiny, 0], [0, 0, 0, 1]])
    assert 1.0 in eigvals(block) and residual(block, eig(block)) <= RESIDUAL
    x, y, z = 1e-310, 5e-320, -3e-315
    full = Matrix([[x, y, z, 0, z], [y, 1, z, 1, z], [y, y, y, z, 1], [z, 1, 1, 0, z], [z, y, z, y, 1]])
    assert residual(full, eig(full)) <= RESIDUAL


@pytest.mark.parametrize("function", [eig, eigvals])
def test_what_is_refused(function):
    name = function.__name__
    with pytest.raises(LinAlgError, match=f"{name} needs a square Matrix, got 1×2"):
        function(Matrix([[1, 2]]))
    with pytest.raises(LinAlgError, match=rf"{name}: entry \[0, 1\] is nan"):
        function(Matrix([[1.0, nan], [0.0, 1.0]]))
    with pytest.raises(LinAlgError, match=rf"{name}: entry \[1, 0\] is -inf"):
        function(Matrix([[1.0, 0.0], [-inf, 1.0]]))
    with pytest.raises(TypeError, match=f"{name} needs a Matrix"):
        function([[1.0]])
    with pytest.raises(LinAlgError, match=f"{name}: an eigenvalue is beyond the largest float"):
        function(Matrix([[1e308, 1e308], [1e308, 1e308]]))


def test_an_iteration_without_end_is_ended(monkeypatch):
    monkeypatch.setattr(general, "_SWEEPS_BETWEEN_EXCEPTIONS", 10**9)
    with pytest.raises(LinAlgError, match="rows 0 to 3 have not converged in 120 sweeps of the QR iteration"):
        eigvals(cyclic_shift(4))


@given(st.integers(3, 20), seeds)
def test_the_shifts_converge_within_a_few_sweeps(n, seed):
    """Quadratically: about two sweeps for each eigenvalue; with worse shifts it would be dozens."""
    sweeps, original = [], general._sweep
    general._sweep = lambda *arguments: (sweeps.append(1), original(*arguments))
    try:
        eigvals(tables.normal(n, n, rng=random.Random(seed)))
    finally:
        general._sweep = original
    assert len(sweeps) <= 4 * n
