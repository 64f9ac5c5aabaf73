"""Traced numbers: they equal the plain numbers, and their recorded expressions evaluate to them."""

import operator
import threading
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

import backprop
from backprop import Matrix, explain, nn, optim
from backprop.explanation.traced import TooLong, TracedNumber, plain, tracing
from backprop.kernel import dot
from backprop.matrix import trusted
from backprop.numbers import math
from tests.strategies import fractions

OPERATORS = {
    "+": operator.add,
    "−": operator.sub,
    "·": operator.mul,
    "/": operator.truediv,
    "^": operator.pow,
}
kinds = st.one_of(fractions, st.integers(-9, 9), st.floats(-100, 100))


def evaluated(x):
    """The value of the recorded expression of x."""
    if not isinstance(x, TracedNumber) or not x.operands:
        return plain(x)
    operands = [evaluated(operand) for operand in x.operands]
    if x.symbol in OPERATORS:
        return -operands[0] if len(operands) == 1 else OPERATORS[x.symbol](*operands)
    return abs(*operands) if x.symbol == "abs" else getattr(math, x.symbol)(*operands)


def same(a, b):
    return type(a) is type(b) and (a == b or (a != a and b != b))


@given(kinds, kinds, st.sampled_from("+−·/"))
def test_arithmetic_is_that_of_the_plain_numbers_from_either_side(x, y, symbol):
    function = OPERATORS[symbol]
    for a, b in ((TracedNumber(x), TracedNumber(y)), (TracedNumber(x), y), (x, TracedNumber(y))):
        try:
            expected = function(x, y)
        except ZeroDivisionError:
            with pytest.raises(ZeroDivisionError):
                function(a, b)
            continue
        result = function(a, b)
        assert same(result.number, expected)
        assert evaluated(result) == expected or expected != expected
    assert (-TracedNumber(x)).number == -x and abs(TracedNumber(x)).number == abs(x)


@given(kinds, kinds)
def test_comparisons_are_those_of_the_plain_numbers(x, y):
    for compare in (operator.lt, operator.le, operator.gt, operator.ge, operator.eq, operator.ne):
        assert (
            compare(TracedNumber(x), TracedNumber(y))
            == compare(TracedNumber(x), y)
            == compare(x, TracedNumber(y))
            == compare(x, y)
        )
    assert max(TracedNumber(x), TracedNumber(y)).number == max(x, y) and bool(TracedNumber(x)) == bool(x)


@given(st.lists(st.tuples(kinds, kinds), min_size=1, max_size=6))
def test_sums_and_products_of_the_standard_library_remember(pairs):
    """Also those in C: each calls the operators of numbers that it does not know."""
    p, q = zip(*pairs)
    left, right = list(map(TracedNumber, p)), list(map(TracedNumber, q))
    exact = sum(Fraction(a) * Fraction(b) for a, b in pairs)
    size = sum(abs(Fraction(a) * Fraction(b)) for a, b in pairs)
    for result in (dot(left, right), dot(p, right), sum(a * b for a, b in zip(left, q))):
        # Each of n products and n sums rounds by 2⁻⁵³ at most.
        assert abs(evaluated(result) - exact) <= (2 * len(pairs) + 1) * 2.0**-53 * size
        assert evaluated(result) == result.number
    assert math.prod(left).number == math.prod(p)
    assert math.fsum(left) == math.fsum(p)
    assert (trusted([left]) @ trusted([[x] for x in right])).rows[0][0].number == dot(left, right).number


def test_what_changes_nothing_leaves_no_trace():
    x = TracedNumber(2.5)
    for same_again in (x + 0, 0 + x, x - 0, 1 * x, x * 1.0, x / 1, sum([x])):
        assert (same_again.number, same_again.operands) == (2.5, ())
    assert (1 - x).symbol == "−" and (TracedNumber(1) * x).symbol == "·", (
        "a one that was computed is a number like others"
    )


@pytest.mark.parametrize("name", ["exp", "log", "sqrt", "tanh", "erfc", "log1p", "atan"])
def test_the_functions_of_math_remember_while_tracing(name):
    function = getattr(math, name)
    with tracing():
        y = 2.0 * getattr(math, name)(TracedNumber(0.5))
        assert getattr(math, name)(0.5) == function(0.5) and type(getattr(math, name)(0.5)) is float
    assert y.operands[1].symbol == name and evaluated(y) == y.number == 2.0 * function(0.5)
    assert getattr(math, name) is function and not hasattr(function, "__wrapped__"), "it is put back"
    assert function(TracedNumber(0.5)) == function(0.5), "and takes a traced number for the number it is"


@pytest.mark.threads
def test_math_is_put_back_after_an_error_and_for_other_threads():
    before = dict(vars(math))
    with pytest.raises(ZeroDivisionError), tracing():
        math.exp(TracedNumber(1.0)) / 0
    results = []

    def work():
        with tracing():
            results.append(evaluated(math.exp(TracedNumber(1.0)) + 1))

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [math.e + 1] * 8 and dict(vars(math)) == before
    assert not any(hasattr(function, "__wrapped__") for function in before.values())


def test_a_long_computation_stops():
    with pytest.raises(TooLong), tracing(100):
        sum(TracedNumber(k) * 2 for k in range(1, 100))
    assert sum(TracedNumber(k) * 2 for k in range(100)).number == 9900


def test_what_is_not_a_number_is_left_to_the_other_side():
    m = Matrix([[1, 2]])
    assert TracedNumber(2) * m == m * TracedNumber(2) == Matrix([[2, 4]])
    with pytest.raises(TypeError):
        TracedNumber(2) + "2"


@pytest.mark.threads
def test_one_thread_explains_while_another_trains():
    def trained():
        backprop.manual_seed(0)
        net = nn.Sequential(nn.Linear(2, 4), nn.Tanh(), nn.Linear(4, 1))
        optimizer = optim.Adam(net.parameters(), lr=0.1)
        x = backprop.linspace(-1.0, 1.0, 12).view(6, 2)
        for _ in range(40):
            loss = (net(x).sigmoid() - x[:, :1]).pow(2).mean()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        return loss.item()

    x = backprop.tensor([0.3, -0.2], requires_grad=True)
    alone, text = trained(), str(explain((x.tanh() * x.exp()).sum()))
    texts, stop = [], threading.Event()

    def work():
        while not stop.is_set() or not texts:
            texts.append(str(explain((x.tanh() * x.exp()).sum(), names={"x": x})))

    other = threading.Thread(target=work)
    other.start()
    beside = trained()
    stop.set()
    other.join()
    assert beside == alone and set(texts) == {text}
