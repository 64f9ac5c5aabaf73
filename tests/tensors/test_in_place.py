"""In place: little programs and what they give in PyTorch, what is refused, and assignment against nested lists."""

import math
import random
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import backprop
from backprop import Tensor
from backprop.autograd.size import broadcast_shapes
from backprop.autograd.tensor import constant
from backprop.dtypes import dtype_of
from backprop.matrix import trusted
from backprop.matrix.entries import nested
from backprop.tensors.indices import select
from tests.strategies import seeds
from tests.tensors.entrywise import random_leaf, shapes_that_broadcast
from tests.tensors.nested import chosen, flat
from tests.tensors.test_indices import any_shape, basic_items

# Made with PyTorch 2.13: each program run after SETUP, what it calls r, Tensors as lists.
PROGRAMS = [
    ("a = w * 2; a += 1; a *= 3; a.sum().backward(); r = a, w.grad", [[9.0, 15.0, 21.0], [6.0, 6.0, 6.0]]),
    (
        "h = w * 1; y = h * 3; h *= 2; (y + h).sum().backward(); r = h, y, w.grad",
        [[2.0, 4.0, 6.0], [3.0, 6.0, 9.0], [5.0, 5.0, 5.0]],
    ),
    (
        "x += w; (x * x).sum().backward(); r = x, w.grad, x.requires_grad, x.is_leaf",
        [[2.0, 4.0, 6.0], [4.0, 8.0, 12.0], True, False],
    ),
    ("x -= 1; x /= 2; x **= 2; r = x", [0.0, 0.25, 1.0]),
    ("x.add_(w, alpha=3); x.sub_(1, alpha=2); x.sum().backward(); r = x, w.grad", [[2.0, 6.0, 10.0], [3.0, 3.0, 3.0]]),
    ("x.mul_(2).clamp_(0, 3).neg_(); r = x", [-2.0, -3.0, -3.0]),
    ("x.fill_(7); r = x, x.fill_(w.sum()).requires_grad", [[6.0, 6.0, 6.0], True]),
    ("x.copy_(w); (x * 2).sum().backward(); r = x, w.grad", [[1.0, 2.0, 3.0], [2.0, 2.0, 2.0]]),
    ("i += 2; i //= 2; i.mul_(3); r = i, i.dtype == int64", [[3, 6, 6], True]),
    ("i.fill_(2.7); r = i", [2, 2, 2]),
    ("i.copy_(x); r = i", [1, 2, 3]),
    ("i[0] = 9.9; r = i", [9, 2, 3]),
    ("b = x > 1; b &= x < 3; r = b", [False, True, False]),
    ("x.masked_fill_(x > 1, 0.0); r = x", [1.0, 0.0, 0.0]),
    ("x.eq_(2.0); r = x", [0.0, 1.0, 0.0]),
    ("x.lerp_(w, 0.5); x.sum().backward(); r = x, w.grad", [[1.0, 2.0, 3.0], [0.5, 0.5, 0.5]]),
    ("m[0] = w[:2]; m.sum().backward(); r = m, w.grad", [[[1.0, 2.0], [3.0, 4.0]], [1.0, 1.0, 0.0]]),
    ("m[:, 1] = 5; m[1, 0] += 10; r = m", [[1.0, 5.0], [13.0, 5.0]]),
    ("m[m > 2] = 0; r = m", [[1.0, 2.0], [0.0, 0.0]]),
    ("m[[0, 1], [1, 0]] = w[:2]; (m * m).sum().backward(); r = m, w.grad", [[[1.0, 1.0], [2.0, 4.0]], [2.0, 4.0, 0.0]]),
    ("m[...] = 1; m[None, 0] = 2; r = m", [[2.0, 2.0], [1.0, 1.0]]),
    ("m[[1, 0]] = m.clone(); r = m", [[3.0, 4.0], [1.0, 2.0]]),
    ("a = w * 1; a[1] = 0; (a * a).sum().backward(); r = a, w.grad", [[1.0, 0.0, 3.0], [2.0, 0.0, 6.0]]),
    ("a = w * 1; a[1:] *= 2; (a * a).sum().backward(); r = a, w.grad", [[1.0, 4.0, 6.0], [2.0, 16.0, 24.0]]),
    ("x[0] = w[1] * w[2]; x[1] = x[0] * 2; x.sum().backward(); r = x, w.grad", [[6.0, 12.0, 3.0], [0.0, 9.0, 6.0]]),
    ("x[-1:] = tensor([[4.0]]); r = x", [1.0, 2.0, 4.0]),
    ("v = m[0]; v += 1; r = m, v", [[[2.0, 3.0], [3.0, 4.0]], [2.0, 3.0]]),
    (
        "v = m.t(); v[0] *= 10; u = m.view(-1); u[3] = 0; r = m, v, u",
        [[[10.0, 2.0], [30.0, 0.0]], [[10.0, 30.0], [2.0, 0.0]], [10.0, 2.0, 30.0, 0.0]],
    ),
    ("v = m[1]; u = v[1:]; u.fill_(9); r = m, v, u", [[[1.0, 2.0], [3.0, 9.0]], [3.0, 9.0], [9.0]]),
    (
        "a = w * 2; v = a[1:]; v.mul_(3); a.sum().backward(); r = a, v, w.grad",
        [[2.0, 12.0, 18.0], [12.0, 18.0], [2.0, 6.0, 6.0]],
    ),
    (
        "a = w * 2; v = a[1:]; a.mul_(3); (v * v).sum().backward(); r = a, v, w.grad",
        [[6.0, 12.0, 18.0], [12.0, 18.0], [0.0, 144.0, 216.0]],
    ),
    (
        "v = x[:2]; u = x[1:]; v.mul_(w[:2]); u.sum().backward(); r = u, v, u.requires_grad, w.grad",
        [[4.0, 3.0], [1.0, 4.0], True, [0.0, 2.0, 0.0]],
    ),
    (
        "a = w.view(3, 1) * 1; t = a.T; s = a.squeeze(); s += s; (t * s).sum().backward(); r = a, t, s, w.grad",
        [[[2.0], [4.0], [6.0]], [[2.0, 4.0, 6.0]], [2.0, 4.0, 6.0], [8.0, 16.0, 24.0]],
    ),
    ("a = w * 2; v = a.detach(); v += 5; r = a, v, v.requires_grad", [[7.0, 9.0, 11.0], [7.0, 9.0, 11.0], False]),
    ("p, q = m.unbind(); p.add_(q); r = m, p, q", [[[4.0, 6.0], [3.0, 4.0]], [4.0, 6.0], [3.0, 4.0]]),
    ("p, q = m.chunk(2, 1); q.copy_(p); r = m", [[1.0, 1.0], [3.0, 3.0]]),
    ("m.diagonal().zero_(); r = m", [[0.0, 2.0], [3.0, 0.0]]),
    ("m.T.fill_(3); m.narrow(1, 0, 1).neg_(); r = m", [[-3.0, 3.0], [-3.0, 3.0]]),
    ("v = m[[0, 1]]; v += 1; r = m", [[1.0, 2.0], [3.0, 4.0]]),
    ("c = m.clone(); c += 1; r = m, c", [[[1.0, 2.0], [3.0, 4.0]], [[2.0, 3.0], [4.0, 5.0]]]),
    ("c = m.reshape(4); c += 1; r = m", [[2.0, 3.0], [4.0, 5.0]]),
    ("c = m.flatten(); c[0] = 100; r = m", [[100.0, 2.0], [3.0, 4.0]]),
    ("c = m.contiguous(); c.zero_(); r = m", [[0.0, 0.0], [0.0, 0.0]]),
    ("c = x.float(); c.zero_(); r = x", [0.0, 0.0, 0.0]),
    (
        "with no_grad():\n    w += 1\n    w[0] = 0\n    w.view(3, 1).mul_(2)\nr = w, w.requires_grad, w.is_leaf",
        [[0.0, 6.0, 8.0], True, True],
    ),
    ("w.data -= 1; w.data[0] = 50; r = w, w.requires_grad, w.is_leaf", [[50.0, 1.0, 2.0], True, True]),
    (
        "v = w.data; u = w.detach(); w.data = x * 7; v += 1; r = w, v, u",
        [[7.0, 14.0, 21.0], [2.0, 3.0, 4.0], [2.0, 3.0, 4.0]],
    ),
    ("kept = w.data; w.data = x * 0; w.data = kept; r = w, w.requires_grad", [[1.0, 2.0, 3.0], True]),
    ("v = x.detach(); v.data = w.data * 5; v += 1; r = x, v", [[1.0, 2.0, 3.0], [6.0, 11.0, 16.0]]),
    (
        "v = x.data; u = v.data; v.data = w.data * 1; x *= 10; r = x, v, u",
        [[10.0, 20.0, 30.0], [1.0, 2.0, 3.0], [10.0, 20.0, 30.0]],
    ),
    ("v = x.data; x.data = x.clone(); x += 1; r = x, v", [[2.0, 3.0, 4.0], [1.0, 2.0, 3.0]]),
    ("v = x.data; v.data += 1; u = v.data; u *= 2; r = x, v", [[4.0, 6.0, 8.0], [4.0, 6.0, 8.0]]),
    ("(w * w).sum().backward(); w.grad.zero_(); (w * w).sum().backward(); w.grad *= 2; r = w.grad", [4.0, 8.0, 12.0]),
    ("m.t_(); m[0] = 0; r = m, list(m.shape)", [[[0.0, 0.0], [2.0, 4.0]], [2, 2]]),
    ("x.unsqueeze_(0); r = x; r = x.squeeze_(), list(x.shape)", [[1.0, 2.0, 3.0], [3]]),
    (
        "a = w * 2; a.unsqueeze_(1); a.transpose_(0, 1); (a * a).sum().backward(); r = a, w.grad",
        [[[2.0, 4.0, 6.0]], [8.0, 16.0, 24.0]],
    ),
    ("v = m[0]; v.unsqueeze_(1); v += 1; r = m, v", [[[2.0, 3.0], [3.0, 4.0]], [[2.0], [3.0]]]),
    ("x.index_fill_(0, i[:2] - 1, 8.0); r = x", [8.0, 8.0, 3.0]),
    (
        "x.index_add_(0, tensor([0, 0]), w[:2], alpha=2); x.sum().backward(); r = x, w.grad",
        [[7.0, 2.0, 3.0], [2.0, 2.0, 0.0]],
    ),
    (
        "x.scatter_(0, tensor([2, 0]), w[:2]); (x * x).sum().backward(); r = x, w.grad",
        [[2.0, 2.0, 1.0], [2.0, 4.0, 0.0]],
    ),
    ("m.scatter_(1, tensor([[0], [1]]), 7.0); r = m", [[7.0, 2.0], [3.0, 7.0]]),
    ("x.scatter_add_(0, tensor([0, 0, 2]), w); x.sum().backward(); r = x, w.grad", [[4.0, 2.0, 6.0], [1.0, 1.0, 1.0]]),
    ("x.index_copy_(0, tensor([2]), w[:1]); x.put_(tensor([0]), tensor([4.0])); r = x", [4.0, 2.0, 1.0]),
    ("x.index_put_((tensor([0, 0]),), tensor([1.0, 2.0]), accumulate=True); r = x", [4.0, 2.0, 3.0]),
    ("m.masked_scatter_(m > 1, tensor([7.0, 8.0, 9.0])); r = m", [[1.0, 7.0], [8.0, 9.0]]),
    ("m.tril_(); r = m", [[1.0, 0.0], [3.0, 4.0]]),
    ("a = w * 1; a.detach_(); r = a, a.requires_grad, a.is_leaf", [[1.0, 2.0, 3.0], False, True]),
    ("x.requires_grad_(); (x * x).sum().backward(); r = x.grad", [2.0, 4.0, 6.0]),
]

SETUP = """
w = tensor([1.0, 2.0, 3.0], requires_grad=True)
x = tensor([1.0, 2.0, 3.0])
m = tensor([[1.0, 2.0], [3.0, 4.0]])
i = tensor([1, 2, 3])
"""


def tensor(data, requires_grad=False):
    rows, shape = nested(data, "data")
    matrix = trusted(rows)
    made = constant(matrix, shape, dtype_of(matrix))
    made.requires_grad = requires_grad
    return made


def run(program):
    names = {"tensor": tensor, "no_grad": backprop.no_grad, "int64": backprop.int64}
    exec(SETUP + program, names)
    return names


def as_lists(result):
    if isinstance(result, tuple):
        return [as_lists(part) for part in result]
    return result.tolist() if isinstance(result, Tensor) else result


@pytest.mark.parametrize(("program", "expected"), PROGRAMS)
def test_a_program_gives_what_it_gives_in_pytorch(program, expected):
    assert as_lists(run(program)["r"]) == expected


LEAF = "a leaf Variable that requires grad is being used in an in-place operation"


@pytest.mark.parametrize(
    ("program", "error", "sentence"),
    [
        ("w += 1", RuntimeError, f"add_: {LEAF}; write it under no_grad"),
        ("w[0] = 1", RuntimeError, LEAF),
        ("w.zero_()", RuntimeError, f"zero_: {LEAF}"),
        ("w.view(3, 1).mul_(2)", RuntimeError, f"mul_: {LEAF}"),
        ("w.unsqueeze_(0)", RuntimeError, f"unsqueeze_: {LEAF}"),
        ("i += 0.5", RuntimeError, "result type torch.float32 can't be cast to the desired output type torch.int64"),
        ("i.div_(2)", RuntimeError, "div_: result type torch.float32 can't be cast"),
        ("(x > 1).add_(1)", RuntimeError, "add_: result type torch.int64 can't be cast .* torch.bool"),
        ("i.exp_()", RuntimeError, "exp_: result type torch.float32 can't be cast"),
        ("x.copy_(tensor([1.0, 2.0]))", RuntimeError, r"copy_: the shape \[2\] cannot be broadcast to \[3\]"),
        ("x.add_(m[:, :1])", RuntimeError, r"add_: the Tensor keeps its shape, \[3\], and this would be \[2, 3\]"),
        (
            "x[:2] = tensor([1.0, 2.0, 3.0])",
            RuntimeError,
            r"x\[index\] = …: the shape \[3\] cannot be broadcast to \[2\]",
        ),
        ("x[5] = 1", IndexError, "an index is from -3 to 2 for axis 0 of size 3, got 5"),
        ("x[0, 0] = 1", IndexError, "an index has 1 axes at most"),
        ("x[x] = 1", IndexError, "tensors used as indices must be long, int, byte or bool tensors"),
        ("x['a'] = 1", TypeError, "an index is an int, a slice, None"),
        ("x.expand(2, 3).add_(1)", RuntimeError, r"several of its entries are one number; write x.clone\(\) first"),
        (
            "x.fill_(tensor([1.0]))",
            RuntimeError,
            r"fill_: value is a number or a Tensor of no axes, got the shape \[1\]",
        ),
        ("(w * 1)[0].detach_()", RuntimeError, "detach_: can't detach views in-place"),
        ("i.requires_grad_()", RuntimeError, "only Tensors of floating point dtype can require gradients"),
        ("x.scatter_(0, tensor([3]), 1.0)", RuntimeError, "index 3 is out of bounds for dimension 0 with size 3"),
        ("x.scatter_(0, i - 1, i)", RuntimeError, "src has the dtype of the input, torch.float32, got torch.int64"),
        ("x.index_fill_(0, tensor([7]), 1.0)", IndexError, "index 7 is out of range for axis 0 of size 3"),
        ("v = m[0]; m.t_(); v + 1", RuntimeError, "was given other axes in place since"),
    ],
)
def test_what_pytorch_forbids_is_refused_and_nothing_is_changed(program, error, sentence):
    names = {"tensor": tensor}
    exec(SETUP, names)
    before = [names[name].tolist() for name in "wxi"]
    with pytest.raises(error, match=sentence):
        exec(program, names)
    assert [names[name].tolist() for name in "wxi"] == before


ARGUMENTS = {
    "add": lambda y: (y,),
    "sub": lambda y: (y,),
    "mul": lambda y: (y,),
    "div": lambda y: (y,),
    "masked_fill": lambda y: (y > 0, 2),
    "addcmul": lambda y: (y, y),
}


@pytest.mark.parametrize("name", ARGUMENTS)
@settings(max_examples=30)
@given(shapes_that_broadcast(), seeds)
def test_gradients_in_place_are_those_of_the_function(name, shapes, seed):
    """On any shape: how the entries lay in rows before does not matter."""
    rng = random.Random(seed)
    shape = broadcast_shapes(name, *shapes)
    x, y = random_leaf(shape, rng), random_leaf(shapes[0], rng, away_from=(0,))
    upstream = random_leaf(shape, rng).detach()
    gradients = []
    for method in (name, f"{name}_"):
        x.grad = y.grad = None
        z = x * 1 if seed % 2 else x.unsqueeze(-1) * 1
        z = z.view(shape)
        getattr(z * 1, method)(*ARGUMENTS[name](y)).backward(upstream)
        gradients.append([None if leaf.grad is None else leaf.grad.tolist() for leaf in (x, y)])
    assert gradients[0] == gradients[1]


def test_an_empty_row_in_place():
    x = Tensor([[], []], requires_grad=True)
    y = x * 1
    y[0] += 1
    y.sum().backward()
    assert x.grad.shape == y.shape == (2, 0)


@pytest.mark.parametrize("wrap", [False, True])
def test_fill_diagonal(wrap):
    """As numpy.fill_diagonal does."""
    x = backprop.zeros(5, 2).fill_diagonal_(1, wrap=wrap)
    assert x.tolist() == [[1, 0], [0, 1], [0, 0], [wrap, 0], [0, wrap]]
    cube = backprop.zeros(2, 2, 2).fill_diagonal_(3)
    assert cube.sum() == 6 and cube[0, 0, 0] == cube[1, 1, 1] == 3
    with pytest.raises(RuntimeError, match="fill_diagonal_: needs two axes"):
        backprop.zeros(2, 3, 2).fill_diagonal_(1)


@given(any_shape, st.data())
def test_assignment_puts_entries_where_reading_finds_them(shape, data):
    x = constant(trusted([[Fraction(k, 7) for k in range(math.prod(shape))]]), shape)
    index = tuple(data.draw(basic_items(shape)))
    before, part = flat(x.tolist(), len(shape)), x[index]
    value = part * 100 + 1
    x[index] = value
    assert x[index].tolist() == value.tolist() == part.tolist()
    places = set(chosen(select(shape, index)[0]))
    after = [old * 100 + 1 if k in places else old for k, old in enumerate(before)]
    assert flat(x.tolist(), len(shape)) == after


def test_a_long_chain_of_views_follows_its_base():
    x = tensor([float(k) for k in range(400)])
    rest = x
    while len(rest) > 1:
        rest = rest[1:]
    x.fill_(7.0)
    assert rest.tolist() == [7.0]
    rest.zero_()
    assert x.tolist() == [7.0] * 399 + [0.0]
