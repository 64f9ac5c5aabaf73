"""Arithmetic entry by entry: exact over Fractions against loops on 0 to 5 axes, gradients, and where a number is divided by 0."""

import math
import random
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

import backprop
from backprop import Tensor
from backprop.autograd import as_tensor, gradcheck
from tests.strategies import fractions, seeds
from tests.tensors.entrywise import broadcastable, by_loops, random_leaf, shape_of, shapes_that_broadcast

EXACT = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "//": lambda a, b: a // b,
    "%": lambda a, b: a % b,
    "**": lambda a, b: a**b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
}
not_zero = fractions.filter(bool)


@pytest.mark.parametrize("symbol", EXACT)
@given(data=st.data())
def test_operators_are_exact_over_fractions_as_loops_are(symbol, data):
    right = st.integers(0, 3) if symbol == "**" else not_zero if symbol in "/ // %" else fractions
    (a, _), (_, b) = data.draw(st.tuples(broadcastable(), broadcastable(entries=right)).filter(_fit))
    function = EXACT[symbol]
    result = function(as_tensor(a), as_tensor(b))
    expected = by_loops(function, a, b)
    assert result.shape == shape_of(expected)
    assert _plain(result) == _flat(expected)


def _fit(pairs):
    (a, _), (_, b) = pairs
    return all(m == n or 1 in (m, n) for m, n in zip(shape_of(a)[::-1], shape_of(b)[::-1]))


def _flat(data):
    return [x for part in data for x in _flat(part)] if isinstance(data, list) else [data]


def _plain(tensor):
    return [x for row in tensor.matrix.rows for x in row]


@given(broadcastable(count=3))
def test_lerp_and_addcmul_are_exact_over_fractions(inputs):
    tensors = [as_tensor(data) for data in inputs]
    for function, law in (
        (lambda a, b, c: backprop.addcmul(a, b, c, value=Fraction(1, 3)), lambda a, b, c: a + b * c / 3),
        (backprop.lerp, lambda a, b, w: a + w * (b - a)),
    ):
        assert _plain(function(*tensors)) == _flat(by_loops(law, *inputs))


@given(broadcastable(count=1, entries=st.integers(-5, 5)), st.integers(-3, 3).filter(bool))
def test_a_number_on_either_side_is_a_tensor_without_axes(inputs, number):
    x = as_tensor(inputs[0])
    for symbol, function in EXACT.items():
        if symbol != "**":
            assert _plain(function(x, number)) == _flat(by_loops(lambda a, f=function: f(a, number), inputs[0]))
    for symbol in ["+", "-", "*", "<", "<=", ">", ">=", "==", "!="]:
        assert _plain(EXACT[symbol](number, x)) == _flat(by_loops(lambda a, f=EXACT[symbol]: f(number, a), inputs[0]))


# Each with its kinks left out by the range of its inputs.
DIFFERENTIABLE = {
    "add": lambda a, b: backprop.add(a, b, alpha=-2.5),
    "sub": lambda a, b: backprop.sub(a, b, alpha=1.5),
    "rsub": backprop.rsub,
    "mul": backprop.mul,
    "div": backprop.div,
    "pow": backprop.pow,
    "remainder": lambda a, b: backprop.remainder(a + 5.01, b * 100),
    "fmod": lambda a, b: backprop.fmod(a - 5.01, b * 100),
    "float_power": backprop.float_power,
}


@pytest.mark.parametrize("name", DIFFERENTIABLE)
@given(shapes=shapes_that_broadcast(), seed=seeds)
def test_gradients_with_broadcasting(name, shapes, seed):
    rng = random.Random(seed)
    inputs = [random_leaf(shape, rng, 0.5, 2.0) for shape in shapes]
    assert gradcheck(DIFFERENTIABLE[name], inputs, rng=rng)


@given(shapes_that_broadcast(count=3, most_axes=3), seeds)
def test_gradients_of_three_inputs(shapes, seed):
    rng = random.Random(seed)
    inputs = [random_leaf(shape, rng, 0.5, 2.0) for shape in shapes]
    for function in (backprop.addcmul, backprop.addcdiv, backprop.lerp):
        assert gradcheck(function, inputs, rng=rng)


@pytest.mark.parametrize(
    ("x", "y", "quotient"),
    [
        (1.0, 0.0, math.inf),
        (-1.0, 0.0, -math.inf),
        (1.0, -0.0, -math.inf),
        (0.0, 0.0, math.nan),
        (math.nan, 0.0, math.nan),
        (1, 0, math.inf),
        (Fraction(-1, 2), 0, -math.inf),
    ],
)
def test_division_by_zero_is_infinite_or_nan(x, y, quotient):
    assert repr((Tensor([x]) / Tensor([y])).tolist()) == repr([quotient])


def test_ints_over_zero_are_refused_where_the_result_is_an_int():
    ones = Tensor([1.0]).long()
    for function in (backprop.floor_divide, backprop.remainder, backprop.fmod):
        with pytest.raises(ZeroDivisionError):
            function(ones, 0)
    assert (ones / 0).tolist() == [math.inf]


@pytest.mark.parametrize(
    ("base", "exponent", "power"),
    [
        (0.0, -1.0, math.inf),
        (-0.0, -1.0, -math.inf),
        (0.0, -0.5, math.inf),
        (-8.0, 0.5, math.nan),
        (-1e200, 2.5, math.nan),
        (-1e200, 3, -math.inf),
        (math.nan, 0.0, 1.0),
        (10.0, 400.0, math.inf),
    ],
)
def test_powers_that_are_no_finite_number(base, exponent, power):
    assert repr((Tensor(base) ** exponent).item()) == repr(power)


def test_the_derivatives_of_powers_at_zero_are_those_of_pytorch():
    """PyTorch 2.13: x ** p at x = 0 for p = 0.5, 1, 2, 0, and 0 ** p for p = 0, 1, -1."""
    x = Tensor([0.0] * 4, requires_grad=True)
    (x ** Tensor([0.5, 1.0, 2.0, 0.0])).sum().backward()
    assert x.grad.tolist() == [math.inf, 1.0, 0.0, 0.0]
    p = Tensor([0.0, 1.0, -1.0], requires_grad=True)
    (0.0**p).sum().backward()
    assert p.grad.tolist() == [0.0, 0.0, -math.inf]


def test_bools_and_ints_keep_their_kind():
    yes, no = Tensor([1.0]) > 0, Tensor([1.0]) < 0
    ints = Tensor([7.0]).long()
    assert [(yes + yes).tolist(), (yes * no).tolist(), (yes + 1).tolist()] == [[True], [False], [2]]
    assert [x.dtype.name for x in (yes + no, yes + 1, yes + ints, yes / yes, ints / 2, ints // 2, ints * 1.5)] == [
        "bool", "int64", "int64", "float32", "float32", "int64", "float32",
    ]  # fmt: skip
    assert (ints.int() + ints.int()).dtype.name == "int32" and (ints.int() + ints).dtype.name == "int64"


def test_small_ints_wrap_around():
    """PyTorch 2.13: uint8 200 + 100 is 44, int8 100 + 100 is -56."""
    assert (Tensor([200.0]).byte() + 100).tolist() == [44]
    assert (Tensor([100.0]).char() + Tensor([100.0]).char()).tolist() == [-56]


def test_an_int_to_a_negative_power_is_refused():
    with pytest.raises(RuntimeError, match="pow: ints to the negative power -1 are no ints"):
        Tensor([2.0]).long() ** -1
    assert (Tensor([2.0]) ** -1).tolist() == [0.5]


def test_tensors_without_entries():
    empty = Tensor([[]])
    assert (empty + 1).shape == (1, 0) and (empty * Tensor([[1.0], [2.0]])).shape == (2, 0)
    with pytest.raises(ValueError, match="must match the size of tensor b"):
        empty + Tensor([1.0, 2.0])


def test_rounding_modes_of_division():
    """PyTorch 2.13 for [-7, 7, -7] / [2, 2, -2]."""
    x, y = Tensor([-7.0, 7.0, -7.0]), Tensor([2.0, 2.0, -2.0])
    assert backprop.div(x, y, rounding_mode="floor").tolist() == [-4.0, 3.0, 3.0]
    assert backprop.div(x, y, rounding_mode="trunc").tolist() == [-3.0, 3.0, 3.0]
    with pytest.raises(ValueError, match="div: rounding_mode is 'floor' or 'trunc', got 'round'"):
        backprop.div(x, y, rounding_mode="round")
