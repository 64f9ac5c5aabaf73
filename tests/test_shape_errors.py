"""An error of shapes: in PyTorch's words, and with the names that the program has for its tensors."""

import re

import pytest

import backprop as torch
import backprop.nn.functional as F
from backprop import nn

# What PyTorch 2.13 says, without what it says of the axes that are not compared.
WORDS = [
    (lambda a: a(3, 4) @ a(3, 4), "mat1 and mat2 shapes cannot be multiplied (3x4 and 3x4)"),
    (lambda a: torch.mm(a(3, 4), a(3, 4)), "mat1 and mat2 shapes cannot be multiplied (3x4 and 3x4)"),
    (lambda a: a(5, 2, 3) @ a(4, 2), "mat1 and mat2 shapes cannot be multiplied (10x3 and 4x2)"),
    (lambda a: a(4) @ a(3, 4), "mat1 and mat2 shapes cannot be multiplied (1x4 and 3x4)"),
    (lambda a: nn.Linear(4, 2)(a(5, 2, 3)), "mat1 and mat2 shapes cannot be multiplied (10x3 and 4x2)"),
    (lambda a: nn.Linear(4, 2)(a(3)), "mat1 and mat2 shapes cannot be multiplied (1x3 and 4x2)"),
    (lambda a: F.linear(a(2, 3), a(2, 4)), "mat1 and mat2 shapes cannot be multiplied (2x3 and 4x2)"),
    (lambda a: torch.mv(a(3, 4), a(3)), "size mismatch, got input (3), mat (3x4), vec (3)"),
    (lambda a: a(2, 3, 4) @ a(3), "size mismatch, got input (6), mat (6x4), vec (3)"),
    (lambda a: torch.dot(a(3), a(4)), "inconsistent tensor size, expected tensor [3] and src [4] to have the same"),
    (
        lambda a: torch.bmm(a(2, 3, 4), a(2, 3, 4)),
        "Expected size for first two dimensions of batch2 tensor to be: [2, 4] but got: [2, 3]",
    ),
    (lambda a: a(3, 4).view(5, 2), "shape '[5, 2]' is invalid for input of size 12"),
    (
        lambda a: a(3, 4).expand(2, 4),
        "The expanded size of the tensor (2) must match the existing size (3) at non-singleton dimension 0.",
    ),
    (
        lambda a: torch.cat([a(2, 3), a(2, 4)]),
        "Sizes of tensors must match except in dimension 0. Expected size 3 but got size 4 for tensor number 1 in the",
    ),
    (lambda a: torch.cat([a(2, 3), a(2)]), "Tensors must have same number of dimensions: got 2 and 1"),
    (
        lambda a: torch.stack([a(2, 3), a(2, 4)]),
        "stack expects each tensor to be equal size, but got [2, 3] at entry 0 and [2, 4] at entry 1",
    ),
    (
        lambda a: nn.Conv1d(4, 4, 3, groups=2)(a(1, 2, 5)),
        "Given groups=2, weight of size [4, 2, 3], expected input[1, 2, 5] to have 4 channels, but got 2 channels instead",
    ),
    (
        lambda a: nn.ConvTranspose2d(3, 4, 3)(a(1, 2, 5, 5)),
        "Given transposed=1, weight of size [3, 4, 3, 3], expected input[1, 2, 5, 5] to have 3 channels, but got 2",
    ),
    (
        lambda a: nn.LayerNorm(4)(a(2, 3)),
        "Given normalized_shape=[4], expected input with shape [*, 4], but got input of size[2, 3]",
    ),
    (
        lambda a: F.cross_entropy(a(3, 4), torch.tensor([0, 1])),
        "Expected input batch_size (3) to match target batch_size (2)",
    ),
    (
        lambda a: a(3, 4) + a(3, 3),
        "The size of tensor a (4) must match the size of tensor b (3) at non-singleton dimension 1",
    ),
    (
        lambda a: a(2, 3) + a(4, 5),
        "The size of tensor a (3) must match the size of tensor b (5) at non-singleton dimension 1",
    ),
    (
        lambda a: a(2, 3, 4) == a(2, 3),
        "The size of tensor a (4) must match the size of tensor b (3) at non-singleton dimension 2",
    ),
    (
        lambda a: a(2, 3, 4) @ a(3, 4, 5),
        "The size of tensor a (2) must match the size of tensor b (3) at non-singleton dimension 0",
    ),
    (
        lambda a: torch.where(a(2, 3) > 0, a(4), a(5, 3)),
        "The size of tensor a (3) must match the size of tensor b (4) at non-singleton dimension 1",
    ),
]


@pytest.mark.parametrize(("call", "words"), WORDS)
def test_the_words_are_pytorchs(call, words):
    with pytest.raises(RuntimeError, match=re.escape(words)):
        call(torch.ones)


def said(call, *arguments):
    with pytest.raises(RuntimeError) as caught:
        call(*arguments)
    return str(caught.value).rpartition(": ")[2]


def test_variables_have_their_names_in_the_order_of_the_operands():
    def product(x, w):
        return x @ w

    def sum_of(x, w):
        return w + x * 1

    x, w = torch.ones(3, 4), torch.ones(3, 5)
    assert said(product, x, w) == "x [3, 4], w [3, 5]"
    assert said(product, w, x) == "x [3, 5], w [3, 4]"
    assert said(sum_of, x, w) == "w [3, 5], b [3, 4]"  # what has no name has that of the operand
    assert said(lambda: torch.where(x > 0, w, 1.0)) == "a [3, 4], w [3, 5]"
    assert said(lambda: F.mse_loss(x, w)) == "x [3, 4], w [3, 5]"
    assert said(lambda: x.add_(w)) == "x [3, 4], w [3, 5]"
    assert said(lambda: torch.cat([x, x, w])) == "x [3, 4], w [3, 5]"
    assert said(lambda: w @ x.T) == "w [3, 5], a view of x [4, 3]"


def test_two_operands_of_one_shape_are_told_apart():
    def product(left, right):
        return left @ right

    assert said(product, torch.ones(3, 4), torch.ones(3, 4)) == "left [3, 4], right [3, 4]"


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.W = nn.Parameter(torch.ones(5, 5))
        self.buffer = torch.ones(7)

    def forward(self, h):
        return h @ self.W

    def shifted(self, h):
        return h + self.buffer


def test_parameters_have_the_names_of_the_outermost_module():
    x = torch.ones(2, 3)
    model = nn.Sequential(nn.Linear(3, 4), nn.Sequential(nn.Linear(4, 6), Block()))
    assert said(model, x) == "h [2, 6], self.W [5, 5]"
    assert said(nn.Sequential(nn.Linear(3, 4), nn.Linear(3, 2)), x) == "input [2, 4], 1.weight [2, 3]"
    assert said(lambda: nn.Linear(4, 2)(x)) == "x [2, 3], weight [2, 4]"
    assert said(lambda: nn.LSTM(4, 2)(x)) == "x [2, 3], weight_ih_l0 [8, 4]"
    assert said(lambda: nn.Sequential(nn.Conv1d(4, 1, 2))(x)) == "a view of x [1, 2, 3], 0.weight [1, 4, 2]"
    assert said(Block().shifted, x) == "h [2, 3], self.buffer [7]"


def test_entries_of_any_self_are_found():
    class Plain:
        def __init__(self):
            self.W = torch.ones(5, 5)

        def __call__(self, z):
            return z @ self.W

    assert said(Plain(), torch.ones(2, 3)) == "z [2, 3], self.W [5, 5]"


def test_nothing_of_the_program_is_run_for_a_name():
    class Loud:
        def __getattr__(self, name):
            raise AssertionError(name)

        def __eq__(self, other):
            raise AssertionError

        __hash__ = None

        def product(self, x, others):
            return x @ x

        @property
        def computed(self):
            raise AssertionError

    assert said(Loud().product, torch.ones(2, 3), [Loud()]) == "x [2, 3], x [2, 3]"
