"""linear: the affine map and its three gradients, exactly over Fractions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop import Matrix, Tensor
from backprop.nn import functional as F
from tests.strategies import matrices, sizes

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
    assert (
        tx.grad.matrix == upstream @ w and tw.grad.matrix == upstream.T @ x and tb.grad.matrix == upstream.sum(axis=0)
    )


def test_shapes_that_do_not_fit_are_refused():
    w = Matrix([[1, 2, 3], [4, 5, 6]])
    with pytest.raises(ValueError, match="linear got rows of 2 numbers; a weight of 2×3 needs 3"):
        F.linear(Matrix([[1, 2]]), w)
    for bias in ([[1, 2, 3]], [[1], [2]]):
        with pytest.raises(ValueError, match=r"linear got a bias of \d×\d; a weight of 2×3 needs 1×2"):
            F.linear(Matrix([[1, 2, 3]]), w, Matrix(bias))
