"""Padding: what is shown where, against lists written out, and its gradients."""

import random
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

import backprop
from backprop import Tensor, tensor
from backprop.autograd import gradcheck
from backprop.nn.functional import avg_pool1d, pad, unfold
from tests.strategies import nested, normal, seeds

ROW = ["a", "b", "c", "d"]
# What a row a b c d becomes, as PyTorch 2.13 has it.
SHOWN = {
    ("constant", 2, 1): "..abcd.",
    ("constant", -1, 2): "bcd..",
    ("constant", -1, -2): "b",
    ("reflect", 3, 2): "dcbabcdcb",
    ("reflect", -1, 2): "bcdcb",
    ("replicate", 2, 1): "aaabcdd",
    ("replicate", -4, 5): "ddddd",
    ("circular", 2, 4): "cdabcdabcd",
    ("circular", -1, 2): "bcdbc",
}


@pytest.mark.parametrize(("mode", "before", "after"), SHOWN)
def test_what_a_row_becomes(mode, before, after):
    y = pad(Tensor([[1, 2, 3, 4]]), (before, after), mode)
    assert "".join(".abcd"[int(i)] for i in y.tolist()[0]) == SHOWN[mode, before, after]


@given(data=st.data(), pads=st.lists(st.integers(-1, 2), min_size=6, max_size=6))
def test_constants_are_put_around_nested_lists(data, pads):
    x = data.draw(nested((2, 3, 2)))

    def padded(nest, pairs):
        if not pairs:
            return nest
        (before, after), rest = pairs[0], pairs[1:]
        inner = [padded(part, rest) for part in nest]
        blank = padded(empty(nest[0]), rest)
        inner = [blank] * before + inner if before > 0 else inner[-before:]
        return inner + [blank] * after if after > 0 else inner[: len(inner) + after]

    def empty(nest):
        return [empty(part) for part in nest] if isinstance(nest, list) else Fraction(7)

    pairs = list(zip(pads[4::-2], pads[5::-2]))
    if any(n + sum(pair) <= 0 for n, pair in zip(x.shape, pairs)):
        return
    assert pad(x, pads, value=Fraction(7)).tolist() == padded(x.tolist(), pairs)


@pytest.mark.parametrize("mode", ["constant", "reflect", "replicate", "circular"])
@given(seed=seeds, axes=st.integers(1, 3), batch=st.booleans())
def test_gradients(mode, seed, axes, batch):
    rng = random.Random(seed)
    x = normal((*[2] * (1 + batch), *[3] * axes), rng)
    pads = [rng.randint(-1, 1 if mode == "circular" else 2) for _ in range(2 * axes)]
    assert gradcheck(lambda x: pad(x, pads, mode), [x], rng=rng)


def test_without_entries_there_is_only_the_value():
    assert pad(Tensor([]).view(0, 2), (0, 1, 1, 0), value=5.0).tolist() == [[5.0, 5.0, 5.0]]
    x = Tensor([[1.0, 2.0]], requires_grad=True)
    y = pad(x, (-1, -1))
    y.backward(y.detach())
    assert y.shape == (1, 0) and x.grad.tolist() == [[0.0, 0.0]]
    x = Tensor([], requires_grad=True)
    pad(x, (1, 1)).backward(Tensor([1.0, 2.0]))
    assert x.grad.shape == (0,)
    assert pad(x, ()) is x


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda x: pad(x, (1,)), r"pad: pad is two ints for each of the last axes, at most 2 of the shape \[1, 3\]"),
        (lambda x: pad(x, (1,) * 6), r"at most 2 of the shape \[1, 3\], got \(1, 1, 1, 1, 1, 1\)"),
        (lambda x: pad(x, (1.0, 1)), r"got \(1.0, 1\)"),
        (lambda x: pad(x, (-2, -2)), "pad: -2 and -2 leave nothing of an axis of 3"),
        (
            lambda x: pad(x, (1, 1), "mirror"),
            "pad: mode is 'constant', 'reflect', 'replicate' or 'circular', got 'mirror'",
        ),
        (lambda x: pad(x, (3, 0), "reflect"), r"mode 'reflect' adds at most 2 on a side of an axis of 3, got \(3, 0\)"),
        (lambda x: pad(x, (4, 0), "circular"), "mode 'circular' adds at most 3 on a side of an axis of 3"),
        (lambda x: pad(x, (1, 1), "reflect", 2.0), "pad: value is for mode \"constant\", got 2.0 with mode 'reflect'"),
        (
            lambda x: pad(x, (1, 1, 1, 1), "replicate"),
            r"pads the last 1 to 3 axes of \(C, …\) or \(N, C, …\), got 4 numbers",
        ),
    ],
)
def test_what_does_not_fit_is_refused(call, sentence):
    with pytest.raises(ValueError, match=sentence):
        call(normal((1, 3), random.Random(0)))


def test_the_dtype_is_that_of_the_input():
    assert pad(tensor([True]), (1, 1)).tolist() == [False, True, False]
    assert pad(tensor([1, 2]), (0, 1), value=3.7).tolist() == [1, 2, 3]
    assert unfold(tensor([[[[True]]]]), 1, padding=1).dtype is backprop.bool
    assert avg_pool1d(tensor([[[1, 2, 4]]]), 3).tolist() == [[[2]]]
