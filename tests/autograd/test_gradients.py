"""grad and jacobian: gradients as values, exactly, with no ``grad`` touched."""

import math
import random

import pytest
from hypothesis import given

from backprop import Matrix, Tensor, no_grad
from backprop.autograd import GradcheckError, grad, gradcheck
from backprop.autograd.functional import jacobian
from backprop.linalg import kron
from backprop.nn import Linear, Parameter, functional
from tests.strategies import chains, random_tensor, same_shape


def leaf(data):
    return Tensor(data, requires_grad=True)


@given(same_shape(2))
def test_grad_is_what_backward_adds_up(ab):
    a, b = map(leaf, ab)
    gradients = grad((a * b * b).sum(), [a, b])
    assert a.grad is None and b.grad is None
    (a * b * b).sum().backward()
    assert gradients == (a.grad.matrix, b.grad.matrix)


@given(same_shape(2))
def test_grad_of_a_value_on_the_way_and_of_what_it_was_computed_from(ab):
    a, b = map(leaf, ab)
    c = a * b
    to_c, to_a = grad((c * c + a).sum(), [c, a])
    assert to_c == 2 * c.matrix and to_a == 2 * c.matrix * b.matrix + 1


def test_grad_with_respect_to_the_output_itself_is_one():
    x = leaf([[2.0]])
    y = x * 3
    assert grad(y, y) == (Matrix([[1]]),)


def test_grad_leaves_other_leaves_alone():
    layer = Linear(2, 1)
    x = leaf([[1.0, 2.0]])
    assert grad(layer(x), x) == (layer.weight.matrix,)
    assert layer.weight.grad is None and x.grad is None


def test_grad_lets_the_graph_go():
    x = leaf([[2.0]])
    y = x * x
    grad(y, x)
    with pytest.raises(RuntimeError, match="already gone through this graph"):
        grad(y, x)


@given(chains(2))
def test_the_jacobian_of_a_product_is_a_kronecker_product(ab):
    """vec(A·X) row by row: J = A ⊗ I."""
    a, x = ab
    assert jacobian(lambda x: Tensor(a) @ x, x) == kron(a, Matrix.identity(x.shape[1]))


@pytest.mark.parametrize(
    "func",
    [
        lambda x: Tensor(grad((x * x * x).sum(), x)[0]),
        lambda x: Tensor(grad((x * x * x).sum(), x)[0]) * Parameter([[3.0]]),
        lambda x: x.detach() * 2,
        lambda x: no_grad()(lambda: x * 2)(),
        lambda x: Tensor([[1.0, 2.0]]),
        lambda x: Parameter([[3.0]]) * 2,
    ],
)
def test_the_jacobian_through_a_graph_that_was_cut_is_refused(func):
    """A cut looks as what does not depend on x at all; neither is called zero."""
    with pytest.raises(ValueError, match="does not depend on x through the graph"):
        jacobian(func, Matrix([[1.0, 2.0]]))


def test_the_jacobian_of_the_identity():
    assert jacobian(lambda x: x, Matrix([[1.0, 2.0]])) == Matrix.identity(2)


def test_the_checker_sees_a_cut():
    x = leaf([[0.5, 2.0]])
    for func in (lambda x: x.detach() * x, lambda x: x.detach() * 2, lambda x: Tensor(x.matrix * 2) + x * 0):
        with pytest.raises(GradcheckError, match="the finite difference is"):
            gradcheck(func, [x])


def test_the_jacobian_of_softmax():
    """J = diag(y) − y·yᵀ."""
    x = random_tensor(1, 4, random.Random(0))
    y = functional.softmax(x).matrix
    assert jacobian(functional.softmax, x).allclose(Matrix.diagonal(y.tolist()[0]) - y.T @ y, abs_tol=1e-15)


@pytest.mark.parametrize(
    ("call", "error", "sentence"),
    [
        (lambda x: grad(x * 2, leaf([[1.0]])), ValueError, "the output does not depend on input 0"),
        (lambda x: grad(x * 2, [x, Tensor([[1.0]])]), ValueError, "the output does not depend on input 1"),
        (lambda x: grad(Tensor([[1.0]]), x), RuntimeError, "computed from none that requires a gradient"),
        (lambda x: grad(Matrix([[1.0]]), x), TypeError, "grad needs Tensors"),
        (lambda x: grad(x * math.nan, x), FloatingPointError, "the loss is nan"),
        (lambda x: grad(x * Matrix([[1, 2]]), x), ValueError, "this Tensor is 1×2"),
        (lambda x: jacobian(lambda x: x.matrix, x), TypeError, "func gives a Tensor, got a Matrix"),
    ],
)
def test_what_has_no_gradient_is_refused(call, error, sentence):
    with pytest.raises(error, match=sentence):
        call(leaf([[2.0]]))
