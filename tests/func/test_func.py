"""torch.func: derivatives of functions as functions, which may be put one into the other; figures from PyTorch 2.13."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import backprop as torch
from backprop import Tensor, func, nn
from backprop.func import (
    functional_call,
    grad,
    grad_and_value,
    hessian,
    jacfwd,
    jacrev,
    jvp,
    stack_module_state,
    vjp,
    vmap,
)


def bowl(p):
    a, b = p[0], p[1]
    return (a - 1) ** 4 + (a - b) ** 2 + torch.exp(0.5 * b)


POINT = Tensor([0.4, 0.9])


def test_all_names_are_there():
    assert all(callable(getattr(func, name)) for name in func.__all__)


@given(st.integers(-5, 5))
def test_gradients_of_gradients(n):
    x = Tensor(float(n))
    f = lambda x: x**4
    assert grad(f)(x).item() == 4 * n**3
    assert grad(grad(f))(x).item() == 12 * n**2
    assert grad(grad(grad(f)))(x).item() == 24 * n


def test_a_result_has_no_graph_unless_the_caller_s_is_in_it():
    w = torch.tensor(3.0, requires_grad=True)
    assert not grad(lambda x: x * x)(Tensor(2.0)).requires_grad
    first = grad(lambda x: w * x * x)(Tensor(2.0))
    first.backward()
    assert w.grad.item() == 4.0


def test_argnums_aux_and_nests():
    f = lambda a, b: (a["x"] * b + a["y"], {"seen": b})
    arguments = {"x": Tensor(2.0), "y": Tensor(5.0)}, Tensor(3.0)
    (to_a, to_b), (value, aux) = grad_and_value(f, argnums=(0, 1), has_aux=True)(*arguments)
    assert {k: v.item() for k, v in to_a.items()} == {"x": 3.0, "y": 1.0}
    assert (to_b.item(), value.item(), aux["seen"].item()) == (2.0, 11.0, 3.0)
    with pytest.raises(RuntimeError, match="a single number"):
        grad(lambda x: x * 2)(Tensor([1.0, 2.0]))


def test_jacobians_and_hessians():
    expected = torch.tensor([[6.32, -2.0], [-2.0, 2.0 + 0.25 * 1.5683121854901687]], dtype=torch.float64)
    point = POINT.double()
    for whole in (hessian(bowl), jacrev(jacrev(bowl)), jacfwd(jacfwd(bowl)), jacrev(grad(bowl)), jacfwd(grad(bowl))):
        assert torch.allclose(whole(point), expected, rtol=1e-12)
    both = jacfwd(lambda a, b: {"product": a * b, "sum": a + b}, argnums=(0, 1))(POINT, POINT)
    assert both["product"][1].tolist() == [pytest.approx([0.4, 0.0]), pytest.approx([0.0, 0.9])]
    assert both["sum"][0].tolist() == [[1.0, 0.0], [0.0, 1.0]]


def test_products():
    value, pullback = vjp(lambda a, b: (a * b, a.sum()), POINT, POINT)
    assert torch.allclose(value[0], POINT * POINT)
    to_a, to_b = pullback(Tensor([1.0, 1.0]), Tensor(1.0))
    assert torch.allclose(to_a, POINT + 1) and torch.allclose(to_b, POINT)
    value, along = jvp(lambda x: x.sin(), (POINT,), (Tensor([1.0, 2.0]),))
    assert torch.allclose(along, POINT.cos() * Tensor([1.0, 2.0])) and not along.requires_grad
    second = jvp(grad(lambda x: (x**3).sum()), (POINT,), (Tensor([1.0, 0.0]),))[1]
    assert torch.allclose(second, Tensor([2.4, 0.0]))


def test_vmap_is_a_loop():
    batch = torch.arange(6.0).view(3, 2)
    assert torch.equal(vmap(lambda x: x.sum())(batch), batch.sum(1))
    assert torch.equal(vmap(torch.dot, in_dims=(0, None))(batch, batch[0]), batch @ batch[0])
    assert vmap(lambda x: x * 2, in_dims=1, out_dims=1)(batch).tolist() == (batch * 2).tolist()
    first, second = vmap(lambda x, y: (x + y["a"], x.max()), in_dims=(0, {"a": 0}))(batch, {"a": batch})
    assert torch.equal(first, 2 * batch) and torch.equal(second, batch.amax(1))
    assert torch.allclose(vmap(grad(bowl))(batch), torch.stack([grad(bowl)(x) for x in batch]))
    with pytest.raises(ValueError, match=r"one size along in_dims .* got \[2, 3\]"):
        vmap(torch.add)(batch, batch[:2])


def test_a_module_is_a_function_of_its_parameters():
    torch.manual_seed(0)
    net = nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 1))
    x, y = torch.randn(4, 2), torch.randn(4, 1)
    parameters = dict(net.named_parameters())
    before = [p.tolist() for p in net.parameters()]

    def loss(parameters):
        return ((functional_call(net, parameters, (x,)) - y) ** 2).mean()

    gradients = grad(loss)(parameters)
    ((net(x) - y) ** 2).mean().backward()
    assert all(torch.allclose(gradients[name], p.grad) for name, p in net.named_parameters())
    doubled = functional_call(net, {"2.weight": net[2].weight * 2}, x)
    assert torch.allclose(doubled, net(x) * 2 - net[2].bias)
    assert [p.tolist() for p in net.parameters()] == before
    with pytest.raises(RuntimeError, match="unexpected: .'3.weight'."):
        functional_call(net, {"3.weight": x}, x)
    with pytest.raises(RuntimeError, match="missing"):
        functional_call(net, {"2.weight": net[2].weight}, x, strict=True)


def test_tied_weights_have_one_value():
    class Tied(nn.Module):
        def __init__(self):
            super().__init__()
            self.a = nn.Linear(2, 2, bias=False)
            self.b = nn.Linear(2, 2, bias=False)
            self.b.weight = self.a.weight

        def forward(self, x):
            return self.b(self.a(x))

    identity = torch.eye(2)
    assert functional_call(Tied(), {"a.weight": 3 * identity}, identity).tolist() == [[9.0, 0.0], [0.0, 9.0]]


def test_an_ensemble_is_one_module_with_stacked_parameters():
    """As in PyTorch's tutorial on ensembles: each module's own result, and leaves that are learned."""
    models = [nn.Sequential(nn.Linear(2, 3), nn.BatchNorm1d(3)).eval() for _ in range(3)]
    parameters, buffers = stack_module_state(models)
    assert parameters["0.weight"].shape == (3, 3, 2) and buffers["1.num_batches_tracked"].dtype is torch.int64
    assert all(p.is_leaf and p.requires_grad for p in parameters.values())
    assert not any(b.requires_grad for b in buffers.values())
    x = torch.randn(4, 2)

    def of_one(parameters, buffers, x):
        return functional_call(models[0], (parameters, buffers), (x,))

    y = torch.vmap(of_one, in_dims=(0, 0, None))(parameters, buffers, x)
    assert y.tolist() == [model(x).tolist() for model in models]
    y.sum().backward()
    assert parameters["0.bias"].grad.shape == (3, 3) and models[0][0].bias.grad is None


@pytest.mark.parametrize(
    ("models", "words"),
    [
        ([], "Expected at least one model, got 0"),
        ([nn.Linear(2, 3), nn.Linear(2, 4)], "stack expects each tensor to be equal size"),
        ([nn.Linear(2, 3), nn.Identity()], "Expected all models to be of the same class"),
        ([nn.Linear(2, 3), nn.Linear(2, 3).eval()], "to have the same training/eval mode"),
        (
            [nn.Linear(2, 3), nn.Linear(2, 3).requires_grad_(False)],
            r"weight from each model to have the same .requires_grad",
        ),
    ],
)
def test_modules_that_are_no_ensemble(models, words):
    with pytest.raises(RuntimeError, match=words):
        stack_module_state(models)


def test_a_graph_is_gone_through_for_each_example_and_then_freed():
    """The Jacobian of x² by its rows, as in PyTorch's documentation of vmap: diag(2x)."""
    x = torch.tensor([1.0, 2.0, 3.0], requires_grad=True)
    y, basis = x**2, torch.eye(3)

    def row(v):
        return torch.autograd.grad(y, x, v)[0]

    assert vmap(row)(basis).tolist() == [[2.0, 0.0, 0.0], [0.0, 4.0, 0.0], [0.0, 0.0, 6.0]]
    with pytest.raises(RuntimeError, match="already gone through"):
        row(basis[0])
    y = x**3
    assert vmap(vmap(row))(basis.expand(2, 3, 3))[1].tolist() == [[3.0, 0.0, 0.0], [0.0, 12.0, 0.0], [0.0, 0.0, 27.0]]
    with pytest.raises(RuntimeError, match="already gone through"):
        y.sum().backward()
    y = x**2
    assert torch.autograd.grad(y, x, basis, is_grads_batched=True)[0].diagonal().tolist() == [2.0, 4.0, 6.0]
    with pytest.raises(RuntimeError, match="already gone through"):
        row(basis[0])


def test_an_example_that_fails_leaves_nothing_behind():
    x = torch.tensor([1.0, 2.0], requires_grad=True)
    with pytest.raises(ZeroDivisionError):
        vmap(lambda v: v / (0 // 0))(x)
    y = (x * x).sum()
    y.backward()
    with pytest.raises(RuntimeError, match="already gone through"):
        y.backward()
