"""linear: the affine map and its three gradients, exactly over Fractions."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop import Matrix, Tensor
from backprop.autograd import gradcheck
from backprop.nn import functional as F
from tests import tables
from tests.strategies import matrices, random_tensor, seeds, sizes

shapes = st.tuples(sizes, sizes, sizes).flatmap(
    lambda n: st.tuples(matrices(n[0], n[1]), matrices(n[2], n[1]), matrices(1, n[2]), matrices(n[0], n[2]))
)


@given(shapes)
def test_value_and_gradients(case):
    x, w, b, upstream = case
    tx, tw, tb = (Tensor(m, requires_grad=True) for m in (x, w, b))
    y = F.linear(tx, tw, tb)
    assert y.matrix == x @ w.T + b and F.linear(x, w).matrix == x @ w.T
    y.backward(upstream)
    assert tx.grad.matrix == upstream @ w and tw.grad.matrix == upstream.T @ x
    assert tb.grad.matrix == tables.sums(upstream, 0) and tb.grad.shape == tb.shape


@given(shapes)
def test_axes_in_front_and_a_single_row_change_no_number(case):
    x, w, b, _ = case
    stacked = Tensor([x.tolist(), x.tolist()])
    bias = Tensor(b.rows[0])
    assert F.linear(stacked, w, bias).tolist() == [F.linear(x, w, b).tolist()] * 2
    assert F.linear(Tensor(x.rows[0]), w, bias).tolist() == F.linear(x, w, bias).tolist()[0]
    assert F.linear(x, Tensor(w.rows[0])).tolist() == [row[0] for row in F.linear(x, w).tolist()]


@given(sizes, sizes, sizes, seeds)
def test_gradient_of_bilinear(first, second, outputs, seed):
    rng = random.Random(seed)
    weight = random_tensor(outputs, first * second, rng).detach().view(outputs, first, second).detach()
    weight.requires_grad = True
    inputs = [random_tensor(2, first, rng), random_tensor(2, second, rng), weight, random_tensor(1, outputs, rng)]
    assert gradcheck(F.bilinear, inputs, rng=rng)


def test_without_entries_it_is_as_pytorch_has_it():
    """``torch.nn.functional.linear`` of zeros of these shapes."""
    assert F.linear(Tensor([]).view(0, 3), tables.ones(2, 3), Tensor([1.0, 2.0])).shape == (0, 2)
    x, bias = Tensor([]).view(2, 0), Tensor([1.0, 2.0], requires_grad=True)
    y = F.linear(x, Tensor([]).view(2, 0), bias)
    assert y.tolist() == [[1.0, 2.0], [1.0, 2.0]]
    y.sum().backward()
    assert bias.grad.tolist() == [2.0, 2.0]


def test_shapes_that_do_not_fit_are_refused():
    w = Matrix([[1, 2, 3], [4, 5, 6]])
    with pytest.raises(
        ValueError,
        match=r"linear: mat1 and mat2 shapes cannot be multiplied \(1x2 and 3x2\); a weight of \[2, 3\] needs \(…, 3\)",
    ):
        F.linear(Matrix([[1, 2]]), w)
    with pytest.raises(ValueError, match=r"linear got a bias of the shape \[3\]; a weight of \[2, 3\] needs \[2\]"):
        F.linear(Matrix([[1, 2, 3]]), w, Tensor([1, 2, 3]))
    with pytest.raises(ValueError, match=r"linear: a weight is \(out, in\) or \(in\), got the shape \[1, 2, 3\]"):
        F.linear(Matrix([[1, 2, 3]]), Tensor([w.tolist()]))
