"""Comparisons, questions to entries and logic: bool tensors without a graph."""

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

import backprop
from backprop import Matrix, Tensor, tensor
from tests.tensors.entrywise import broadcastable, by_loops

NAN, INFINITE = math.nan, math.inf


def test_comparisons_give_bools_and_no_graph():
    x = Tensor([1.0, 2.0], requires_grad=True)
    for mask in (x > 1, x == 2, 1 < x, x != x, backprop.isnan(x), backprop.logical_not(x)):
        assert mask.dtype is backprop.bool and not mask.requires_grad and mask.grad_fn is None
        assert all(type(entry) is bool for entry in mask.tolist())


def test_what_is_no_number_is_different_from_all_numbers():
    x = Tensor([1.0])
    assert (x == "1") is False and (x != None) is True and (x == [1.0]) is False
    with pytest.raises(TypeError, match="'<' not supported"):
        x < "1"
    with pytest.raises(TypeError, match="eq needs a number, nested lists of numbers or a Matrix, got '1'"):
        backprop.eq(x, "1")
    assert (x == Matrix([[1.0], [2.0]])).tolist() == [[True], [False]]


def test_tensors_are_keys():
    x, y = Tensor([1.0]), Tensor([1.0])
    assert {x: "x", y: "y"}[y] == "y" and len({x, y}) == 2


def test_an_entry_is_in_a_tensor():
    x = Tensor([[1.0, 2.0], [3.0, NAN]])
    assert 3 in x and 4 not in x and Fraction(2) in x and NAN not in x


def test_questions_to_entries():
    x = Tensor([0.0, -0.0, NAN, INFINITE, -INFINITE])
    answers = {
        "isnan": [False, False, True, False, False],
        "isinf": [False, False, False, True, True],
        "isposinf": [False, False, False, True, False],
        "isneginf": [False, False, False, False, True],
        "isfinite": [True, True, False, False, False],
        "isreal": [True] * 5,
        "signbit": [False, True, False, False, True],
    }
    for name, expected in answers.items():
        assert getattr(backprop, name)(x).tolist() == getattr(x, name)().tolist() == expected


@pytest.mark.parametrize(
    ("a", "b", "settings", "answer"),
    [
        (1.0, 1.0 + 1e-6, {}, True),
        (1.0, 1.1, {}, False),
        (0.0, 1e-8, {}, True),
        (0.0, 2e-8, {}, False),
        (1.0, 1.1, {"rtol": 0.1}, True),
        (INFINITE, INFINITE, {}, True),
        (INFINITE, -INFINITE, {}, False),
        (1.0, INFINITE, {}, False),
        (NAN, NAN, {}, False),
        (NAN, NAN, {"equal_nan": True}, True),
    ],
)
def test_isclose(a, b, settings, answer):
    assert backprop.isclose(Tensor([a]), Tensor([b]), **settings).tolist() == [answer]
    assert backprop.allclose(Tensor([[a, 1.0]]), Tensor([b, 1.0]), **settings) is answer


def test_a_tolerance_below_zero_is_refused():
    with pytest.raises(RuntimeError, match="isclose: rtol and atol are numbers from 0 up, got -1.0 and 1e-08"):
        backprop.isclose(Tensor(1.0), Tensor(1.0), rtol=-1.0)


def test_equal_asks_for_the_shape_too():
    assert backprop.equal(Tensor([[1.0, 2.0]]), Tensor([[1.0, 2.0]]))
    assert not backprop.equal(Tensor([1.0]), Tensor([[1.0]])) and not backprop.equal(Tensor([NAN]), Tensor([NAN]))


def test_isin():
    x = Tensor([[1.0, 2.0], [NAN, 3.0]])
    assert backprop.isin(x, Tensor([3.0, 1.0, NAN])).tolist() == [[True, False], [False, True]]
    assert backprop.isin(x, Tensor([2.0]), invert=True).tolist() == [[True, False], [True, True]]


BITS = {
    "&": (lambda a, b: a & b, backprop.bitwise_and),
    "|": (lambda a, b: a | b, backprop.bitwise_or),
    "^": (lambda a, b: a ^ b, backprop.bitwise_xor),
}


@given(broadcastable(entries=st.integers(-9, 9)))
def test_bits_and_truths_as_loops_have_them(inputs):
    ints = [tensor(data).long() for data in inputs]
    for operator, function in BITS.values():
        assert operator(*ints).tolist() == function(*ints).tolist() == by_loops(operator, *inputs)
        truths = [x.bool() for x in ints]
        expected = by_loops(lambda a, b, f=operator: f(bool(a), bool(b)), *inputs)
        assert operator(*truths).tolist() == expected and operator(*truths).dtype is backprop.bool
    for name, law in (
        ("logical_and", lambda a, b: bool(a and b)),
        ("logical_or", lambda a, b: bool(a or b)),
        ("logical_xor", lambda a, b: bool(a) != bool(b)),
    ):
        assert getattr(backprop, name)(*ints).tolist() == by_loops(law, *inputs)
    assert (~ints[0]).tolist() == by_loops(lambda a: ~a, inputs[0])
    assert (~ints[0].bool()).tolist() == by_loops(lambda a: not a, inputs[0])


def test_a_number_on_the_left():
    x = Tensor([5.0, 6.0]).long()
    assert [(3 & x).tolist(), (3 | x).tolist(), (3 ^ x).tolist(), (x << 1).tolist(), (x >> 1).tolist()] == [
        [1, 2], [7, 7], [6, 5], [10, 12], [2, 3],
    ]  # fmt: skip
    assert (True & (x > 5)).tolist() == [False, True]


def test_shifts_by_more_than_there_are_bits():
    """As PyTorch 2.13 has them: no bits are left but the sign."""
    x = Tensor([5.0, -5.0]).long()
    assert [(x << 64).tolist(), (x << -1).tolist(), (x >> 64).tolist(), (x << 63).tolist()] == [
        [0, 0], [0, 0], [0, -1], [-(2**63), -(2**63)],
    ]  # fmt: skip


def test_bits_of_floats_are_refused():
    with pytest.raises(
        RuntimeError, match=r"bitwise_and: its inputs are ints or bools, got torch.float32 and torch.int64"
    ):
        Tensor([1.5]) & 1
