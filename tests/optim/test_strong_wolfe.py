"""The line search: it ends where the Wolfe conditions hold, and asks for the steps that PyTorch's asks for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop.optim.strong_wolfe import Point, strong_wolfe
from tests.figures import reference

REFERENCE = reference("line_searches.json")


@pytest.mark.parametrize("case", REFERENCE["cases"], ids=lambda case: str(case["steps"][-1]))
def test_ties_and_boundaries_are_decided_as_in_pytorch(case):
    direction, script, asked = case["direction"], iter(case["script"]), []

    def evaluate(t):
        asked.append(t)
        loss, slope = next(script)
        return loss, [slope / direction]

    first = Point(0.0, case["loss"], [case["slope"] / direction], case["slope"])
    found, evaluations = strong_wolfe(evaluate, first, case["t"], [direction], case["rounds"])
    assert asked == pytest.approx(case["steps"], rel=1e-12) and evaluations == len(asked)
    assert found.t == pytest.approx(case["found"], rel=1e-12)


@given(st.floats(0.1, 10), st.floats(0.1, 10), st.floats(0, 10), st.floats(1e-3, 1e3))
def test_it_ends_where_the_wolfe_conditions_hold(descent, bend, quartic, t):
    """Along −a·t + b·t² + c·t⁴, which has one valley, from first steps far too short to far too long."""

    def evaluate(t):
        return -descent * t + bend * t**2 + quartic * t**4, [-descent + 2 * bend * t + 4 * quartic * t**3]

    loss, gradient = evaluate(0.0)
    found, _ = strong_wolfe(evaluate, Point(0.0, loss, gradient, gradient[0]), t, [1.0], 25)
    assert found.t > 0 and (found.loss, found.gradient) == evaluate(found.t) and found.slope == found.gradient[0]
    assert found.loss <= loss + 1e-4 * found.t * gradient[0] and abs(found.slope) <= 0.9 * descent
