"""Tensor.graph: the computation as it was, each value once, in an order in which it can be read."""

import pytest
from hypothesis import given, settings

from backprop import Matrix, Tensor, no_grad
from backprop.autograd import Function, recut
from backprop.nn import CrossEntropyLoss, Linear, Parameter, ReLU, Sequential
from backprop.nn.functional import linear
from backprop.tensors import exp
from backprop.tensors.flow import flow
from tests.explanation.graphs import computation
from tests.strategies import seeds


class Identity(Function):
    """y = x, written by a user."""

    @staticmethod
    def forward(ctx, x):
        return x.clone()

    @staticmethod
    def backward(ctx, gradient):
        return gradient


def test_the_graph_that_needs_a_topological_order():
    """c = a + b, d = a·b, y = (c + d) + c·d: c and d are used twice, and are one box each."""
    a, b = Parameter(2.0), Parameter(3.0)
    c, d = a + b, a * b
    y = (c + d) + c * d
    assert str(y.graph({"a": a, "b": b, "c": c, "d": d})).split("\n") == [
        "0  a, scalar (parameter)",
        "1  b, scalar (parameter)",
        "2  c, scalar, of 0 and 1",
        "3  d, scalar, of 0 and 1",
        "4  add, scalar, of 2 and 3",
        "5  mul, scalar, of 2 and 3",
        "6  add, scalar, of 4 and 5",
    ]


def test_the_gradients_flow_back_on_the_arrows():
    """What arrives at a value is the sum of what its arrows bring: ∂y/∂a = 7 + 18, ∂y/∂b = 7 + 12."""
    a, b = Parameter(2.0), Parameter(3.0)
    c, d = a + b, a * b
    y = (c + d) + c * d
    assert str(y.graph({"a": a, "b": b, "c": c, "d": d, "y": y}, gradients=True)).split("\n") == [
        "0  a, 2, ∂ 25 (parameter)",
        "1  b, 3, ∂ 19 (parameter)",
        "2  c, 5, ∂ 7, of 0 (7) and 1 (7)",
        "3  d, 6, ∂ 6, of 0 (18) and 1 (12)",
        "4  add, 11, ∂ 1, of 2 (1) and 3 (1)",
        "5  mul, 30, ∂ 1, of 2 (6) and 3 (5)",
        "6  y, 41, ∂ 1, of 4 (1) and 5 (1)",
    ]
    assert (a.grad, b.grad) == (None, None)
    y.backward()
    assert (a.grad.item(), b.grad.item()) == (25, 19)


def test_the_gradient_of_a_table_is_shown_by_its_norm_and_a_constant_has_none():
    w = Parameter([[1.0, 2.0], [3.0, 4.0]])
    text = str((w * 3.0).sum().graph(gradients=True))
    assert text.split("\n") == [
        "0  parameter, ‖5.48‖, ∂ ‖6‖",
        "1  3, 3 (constant)",
        "2  mul, ‖16.4‖, ∂ ‖2‖, of 0 (‖6‖) and 1",
        "3  sum, 30, ∂ 1, of 2 (‖2‖)",
    ]


def test_a_network_with_the_names_of_its_parameters():
    model = Sequential(Linear(3, 4), ReLU(), Linear(4, 2))
    loss = CrossEntropyLoss()(model(Matrix([[1.0, 2.0, 3.0]])), [1])
    text = str(loss.graph(dict(model.named_parameters())))
    assert text.split("\n")[:5] == [
        "0  constant, 1×3",
        "1  0.weight, 4×3 (parameter)",
        "2  0.bias, 4 (parameter)",
        "3  linear, 1×4, of 0 and 1 and 2",
        "4  relu, 1×4, of 3",
    ]
    assert loss.graph(dict(model.named_parameters())).dot().count("->") == 8
    assert 'role="img"' in loss.graph().svg()


def test_the_layers_of_a_model_are_framed():
    """By the names of the parameters: what is between two layers belongs to what has both."""
    model = Sequential(Sequential(Linear(3, 4), ReLU(), Linear(4, 4)), Linear(4, 2))
    text = str(model(Matrix([[1.0, 2.0, 3.0]])).sum().graph(model))
    assert text.split("\n") == [
        "0  constant, 1×3",
        "1  weight, 4×3 (parameter)",
        "2  bias, 4 (parameter)",
        "3  linear, 1×4, of 0 and 1 and 2",
        "4  relu, 1×4, of 3",
        "5  weight, 4×4 (parameter)",
        "6  bias, 4 (parameter)",
        "7  linear, 1×4, of 4 and 5 and 6",
        "8  weight, 2×4 (parameter)",
        "9  bias, 2 (parameter)",
        "10  linear, 1×2, of 7 and 8 and 9",
        "11  sum, scalar, of 10",
        "0: 1, 2, 3, 4, 5, 6, 7",
        "0: 1, 2, 3",
        "2: 5, 6, 7",
        "1: 8, 9, 10",
    ]


def test_numbers_and_what_is_not_learned_are_constants():
    x, w = Tensor([[1.0, 2.0]]), Parameter([[0.5, 0.25]])
    assert str((exp(x * w) * 3).graph({"x": x})).split("\n") == [
        "0  x, 1×2 (constant)",
        "1  parameter, 1×2",
        "2  mul, 1×2, of 0 and 1",
        "3  exp, 1×2, of 2",
        "4  3, scalar (constant)",
        "5  mul, 1×2, of 3 and 4",
    ]


def test_a_missing_input_is_left_out():
    x = Tensor([[1.0]], requires_grad=True)
    assert "of 0 and 1" in str(linear(x, Parameter([[2.0]])).graph())


def test_a_leaf_and_what_was_not_recorded_stand_alone():
    w = Parameter([[1.0, 2.0]])
    with no_grad():
        y = w * 2
    assert (str(w.graph({"w": w})), str(y.graph())) == ("0  w, 1×2 (parameter)", "0  constant, 1×2")


def test_a_deep_graph_is_no_special_case():
    x = Parameter(1.0)
    y = x
    for _ in range(3000):
        y = y + x
    assert len(str(y.graph()).split("\n")) == 3001


@pytest.mark.parametrize(
    "step",
    [
        lambda x: x * 1.0,
        lambda x: (x * 1.0).t(),
        lambda x: x.detach(),
        lambda x: (x * 1.0).detach().requires_grad_(),
        lambda x: Identity.apply(x),
    ],
    ids=["operations", "views", "detached", "graphs behind what is detached", "Functions"],
)
def test_a_long_chain_is_freed_without_recursion(step):
    x = Tensor([[1.0, 2.0]], requires_grad=True)
    for _ in range(5_000):
        x = step(x)


def test_the_graph_of_a_long_gradient_is_freed_without_recursion():
    x = Tensor(1.0, requires_grad=True)
    y = x
    for _ in range(5_000):
        y = y * x
    y.backward(create_graph=True)
    assert x.grad.item() == 5_001
    x.grad = None


def test_a_graph_that_backward_freed_is_refused():
    x = Parameter(2.0)
    y = x * x
    y.backward()
    for tensor in (y, y + 1):
        with pytest.raises(
            RuntimeError, match=r"^graph\(\): backward\(\) has gone through this graph and freed it; draw"
        ):
            tensor.graph()


@given(seed=seeds)
@settings(max_examples=30)
def test_the_gradient_of_a_value_is_what_its_arrows_bring(seed):
    """Exactly, over fractions, and for a leaf what backward() gives it."""
    loss, learned, _ = computation(seed, exact=True)
    found = flow(loss)
    arrived = {}
    for value, (_, parts) in found.items():
        sources = [source for source in value.inputs if source is not None] if parts else []
        for source, part in zip(sources, parts):
            if part is not None:
                part = recut(part, len(source.matrix.rows))
                arrived[source] = arrived[source] + part if source in arrived else part
    assert found.pop(loss.grad_fn)[0].rows == [[1]]
    assert {value: own.rows for value, (own, _) in found.items()} == {value: sum.rows for value, sum in arrived.items()}
    loss.backward()
    for parameter in learned.values():
        assert parameter.grad.matrix == found[parameter][0]
