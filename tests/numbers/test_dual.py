"""Dual numbers: their ε-part is the derivative, exactly over Fractions, and to rounding for the functions of math."""

import math as python_math
import threading
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop import Tensor
from backprop.nn.functional import cross_entropy
from backprop.numbers import generic, is_generic, math
from backprop.numbers.dual import Dual, plain, slope_of
from tests.strategies import fractions

# A point where each function is smooth.
SMOOTH = {
    **dict.fromkeys(["exp", "expm1", "sin", "cos", "tan", "sinh", "cosh", "tanh", "asinh", "atan", "erf", "erfc"], 0.7),
    **dict.fromkeys(["log", "log2", "log10", "log1p", "sqrt", "gamma", "lgamma", "fabs"], 1.7),
    **dict.fromkeys(["asin", "acos", "atanh"], 0.4),
    "acosh": 1.8,
}
OF_TWO = {"pow": (1.3, 2.7), "atan2": (0.4, 1.1), "hypot": (0.3, 1.2), "fmod": (7.3, 2.1), "copysign": (1.5, -2.0)}


def polynomial(x):
    return 3 * x * x * x - x / 2 + (x + 1) * (2 - x) - x**4 + 5


@given(fractions, fractions)
def test_a_polynomial_has_its_derivatives_exactly(x, e):
    y = polynomial(Dual(x, e))
    assert y.value == polynomial(x)
    assert y.slope == (9 * x * x - Fraction(1, 2) + 1 - 2 * x - 4 * x**3) * e
    second = polynomial(Dual(Dual(x, 1, 0), 1, 1))
    assert second.slope.slope == 18 * x - 2 - 12 * x * x


@given(fractions, fractions.filter(bool), fractions, fractions)
def test_a_quotient(a, b, da, db):
    y = Dual(a, da) / Dual(b, db)
    assert (y.value, y.slope) == (a / b, (da * b - a * db) / (b * b))
    y = a / Dual(b, db)
    assert (y.value, y.slope) == (a / b, -a * db / (b * b))


@given(fractions, fractions)
def test_levels_do_not_mix(x, y):
    """The derivative of x·(d/dy)(x + y) with respect to x is 1, and not 2: Siskind and Pearlmutter (2005)."""
    inner = Dual(x, 1, 0) + Dual(y, 1, 1)
    product = Dual(x, 1, 0) * slope_of(inner, 1)
    assert slope_of(product, 0) == 1
    assert plain(Dual(x, 1, 0) * Dual(y, 1, 1)) == x * y


@pytest.mark.parametrize("name", SMOOTH)
def test_the_derivative_of_a_function_is_its_difference(name):
    x, h = SMOOTH[name], 6e-6
    function = getattr(python_math, name)
    with generic():
        y = getattr(math, name)(Dual(x, 2.0))
    assert y.value == function(x)
    assert y.slope == pytest.approx((function(x + h) - function(x - h)) / h, rel=1e-8)


@pytest.mark.parametrize("name", OF_TWO)
@pytest.mark.parametrize("k", [0, 1])
def test_the_derivative_of_a_function_of_two_numbers(name, k):
    function, h = getattr(python_math, name), 6e-6
    point = list(OF_TWO[name])
    moved = [[x + step * (i == k) for i, x in enumerate(point)] for step in (h, -h)]
    with generic():
        y = getattr(math, name)(*[Dual(x, 1.0) if i == k else x for i, x in enumerate(point)])
    expected = (function(*moved[0]) - function(*moved[1])) / (2 * h)
    assert slope_of(y, 0) == pytest.approx(expected, rel=1e-8, abs=1e-9)


def test_what_is_constant_between_its_jumps_is_a_plain_number():
    x = Dual(2.7, 1.0)
    with generic():
        assert (math.floor(x), math.ceil(x), math.trunc(x), math.isnan(x)) == (2, 3, 2, False)
    assert (x // 1, round(x), int(x), x > 2, bool(Dual(0.0, 1.0))) == (2.0, 3, 2, True, False)


def test_a_derivative_is_never_lost_in_silence():
    with pytest.raises(TypeError, match="would lose its derivative"):
        python_math.exp(Dual(1.0, 1.0))
    with generic(), pytest.raises(TypeError, match="the derivative of ldexp is not known"):
        math.ldexp(Dual(1.0, 1.0), 2)


def test_python_s_own_functions_are_there_outside_and_in_no_module_of_its_library():
    before = dict(vars(python_math))
    assert math.exp is python_math.exp and not is_generic()
    with generic(), generic():
        assert math.exp is not python_math.exp and math.exp(1.0) == python_math.e
        assert dict(vars(python_math)) == before
    assert math.exp is python_math.exp and not is_generic()


@pytest.mark.threads
def test_threads_enter_and_leave_without_disturbing_each_other():
    results, barrier = [], threading.Barrier(4)

    def work(own):
        barrier.wait()
        for _ in range(200):
            if own % 2:
                with generic():
                    results.append(math.exp(Dual(0.0, 1.0)).slope)
            else:
                results.append(math.exp(0.0))

    threads = [threading.Thread(target=work, args=(k,)) for k in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [1.0] * 800 and math.exp is python_math.exp


@pytest.mark.threads
def test_another_thread_computes_to_the_last_bit_what_it_always_does():
    """A sum of floats is rounded once, and a loss takes the short way to its gradient."""

    def work():
        scores = Tensor([[0.1, 0.7, -0.3], [1.3, 0.2, 0.9]], requires_grad=True)
        cross_entropy(scores, [0, 2]).backward()
        results.append((is_generic(), math.fsum([0.1] * 10), math.dist([0.1, 0.3], [0.7, 0.2]), scores.grad.tolist()))

    results = []
    work()
    with generic():
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
        work()
    first, second, third = results
    assert first == second and first[:2] == (False, 1.0)
    assert third[:2] == (True, sum([0.1] * 10))


@given(st.floats(-1e3, 1e3), st.floats(-1e3, 1e3))
def test_comparisons_are_those_of_the_values(a, b):
    x, y = Dual(a, 1.0), Dual(b, 2.0)
    assert (x < y, x <= y, x > y, x >= y, x == y, x != y) == (a < b, a <= b, a > b, a >= b, a == b, a != b)
