"""grad and jacobian: gradients as values, exactly, with no ``grad`` touched."""

import pickle
import random

import pytest
from hypothesis import given

from backprop import Matrix, Tensor, no_grad
from backprop.autograd import GradcheckError, grad, gradcheck
from backprop.autograd.functional import jacobian
from backprop.linalg import kron
from backprop.nn import Linear, Parameter, functional
from tests import tables
from tests.strategies import chains, random_tensor, same_shape


def leaf(data):
    return Tensor(data, requires_grad=True)


@given(same_shape(2))
def test_grad_is_what_backward_adds_up(ab):
    a, b = map(leaf, ab)
    gradients = grad((a * b * b).sum(), [a, b])
    assert a.grad is None and b.grad is None
    (a * b * b).sum().backward()
    assert [g.matrix for g in gradients] == [a.grad.matrix, b.grad.matrix]


@given(same_shape(2))
def test_grad_of_a_value_on_the_way_and_of_what_it_was_computed_from(ab):
    a, (_, b) = leaf(ab[0]), ab
    c = a * b
    to_c, to_a = grad((c * c + a).sum(), [c, a])
    assert to_c.matrix == 2 * c.matrix and to_a.matrix == 2 * c.matrix * b + 1


def test_grad_with_respect_to_the_output_itself_is_one():
    x = leaf([[2.0]])
    y = x * 3
    assert grad(y, y)[0].tolist() == [[1.0]]


def test_grad_leaves_other_leaves_alone():
    layer = Linear(2, 1)
    x = leaf([[1.0, 2.0]])
    assert grad(layer(x), x)[0].matrix == layer.weight.matrix
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
    jacobi = jacobian(lambda x: Tensor(a) @ x, x)
    assert jacobi.shape == (a.shape[0], x.shape[1], *x.shape)
    assert jacobi.reshape(a.shape[0] * x.shape[1], -1).matrix == kron(a, tables.identity(x.shape[1]))


@pytest.mark.parametrize(
    "func",
    [
        lambda x: grad((x * x * x).sum(), x)[0],
        lambda x: grad((x * x * x).sum(), x)[0] * Parameter([[3.0]]),
        lambda x: x.detach() * 2,
        lambda x: no_grad()(lambda: x * 2)(),
        lambda x: Tensor([[1.0, 2.0]]),
        lambda x: Parameter([[3.0]]) * 2,
    ],
)
def test_the_jacobian_through_a_graph_that_was_cut_is_refused_by_strict(func):
    """A cut looks as what does not depend on x at all, whose derivative is 0."""
    assert not jacobian(func, Tensor([[1.0, 2.0]])).any()
    with pytest.raises(RuntimeError, match="does not depend on an input through the graph"):
        jacobian(func, Tensor([[1.0, 2.0]]), strict=True)


def test_the_jacobian_of_the_identity():
    assert jacobian(lambda x: x, Tensor([1.0, 2.0])).matrix == tables.identity(2)


def test_the_checker_sees_a_cut():
    x = leaf([[0.5, 2.0]])
    for func in (lambda x: x.detach() * x, lambda x: x.detach() * 2 + x * 0, lambda x: Tensor(x.matrix * 2) + x * 0):
        with pytest.raises(GradcheckError, match="the finite difference is"):
            gradcheck(func, [x])
    with pytest.raises(ValueError, match="depends on no input through the graph"):
        gradcheck(lambda x: x.detach() * 2, [x])


def test_the_checker_says_where_and_what_in_fields_too():
    w, x = leaf([[1.0]]), leaf([[0.5, 2.0]])
    with pytest.raises(GradcheckError) as caught:
        gradcheck(lambda w, x: x.detach() * x * w, [w, x], rng=random.Random(0))
    error = pickle.loads(pickle.dumps(caught.value))
    assert (error.input, error.index, error.at) == (1, (0, 0), 0.5)
    assert error.expected == pytest.approx(2 * error.came, rel=1e-6)
    assert str(error) == str(caught.value) and repr(error.came) in str(error)


def test_the_jacobian_of_softmax():
    """J = diag(y) − y·yᵀ."""
    x = random_tensor(1, 4, random.Random(0)).reshape(4)
    y = functional.softmax(x, 0).matrix
    expected = tables.diagonal(y.tolist()[0]) - y.T @ y
    assert jacobian(lambda x: functional.softmax(x, 0), x).matrix.allclose(expected, abs_tol=1e-15)


def test_batched_gradients():
    """∂L/∂x of y = x² for each unit u, that is its Jacobian."""
    x, z = leaf([1.0, 2.0]), leaf(3.0)
    units = Tensor([[1.0, 0.0], [0.0, 1.0]])
    (found,) = grad(x * x, x, units, is_grads_batched=True, create_graph=True)
    assert found.tolist() == [[2.0, 0.0], [0.0, 4.0]]
    assert grad(found.sum(), x)[0].tolist() == [2.0, 2.0]
    y = (x * x).sum() * z
    scales = Tensor([1.0, 10.0, 100.0])
    to_z, unused = grad(y, [z, leaf(1.0)], scales, is_grads_batched=True, allow_unused=True)
    assert to_z.tolist() == [5.0, 50.0, 500.0] and unused is None


def test_several_outputs_and_what_is_unused():
    x, z = leaf([1.0, 2.0]), leaf(3.0)
    gradients = grad([x * 2, (x * x).sum()], [x, z], [Tensor([1.0, 10.0]), None], allow_unused=True)
    assert gradients[0].tolist() == [4.0, 24.0] and gradients[1] is None
    y = x.sum()
    assert grad(y, x, retain_graph=True)[0].tolist() == grad(y, x)[0].tolist() == [1.0, 1.0]


@pytest.mark.parametrize(
    ("call", "error", "sentence"),
    [
        (lambda x: grad(x * 2, leaf([[1.0]])), RuntimeError, "the outputs do not depend on input 0"),
        (lambda x: grad(x * 2, [x, Tensor([[1.0]])]), RuntimeError, "input 1 does not require a gradient"),
        (lambda x: grad(Tensor([[1.0]]), x), RuntimeError, "computed from none that requires a gradient"),
        (lambda x: grad(Matrix([[1.0]]), x), TypeError, "grad: outputs are Tensors"),
        (lambda x: grad(x * Matrix([[1, 2]]), x), RuntimeError, r"this Tensor has the shape \[1, 2\]"),
        (lambda x: grad([x, x], x, [Tensor([[[1.0]]]), Tensor([])], is_grads_batched=True), ValueError, "has one size"),
        (lambda x: jacobian(lambda x: x.matrix, x), TypeError, "func gives a Tensor, got a Matrix"),
    ],
)
def test_what_has_no_gradient_is_refused(call, error, sentence):
    with pytest.raises(error, match=sentence):
        call(leaf([[2.0]]))
