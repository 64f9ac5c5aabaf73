"""The names of the graph's nodes are PyTorch's."""

import re

import pytest

import backprop
from tests.figures import cases

NAMESPACE = {"torch": backprop, "nn": backprop.nn, "F": backprop.nn.functional}
exec(cases("backward_nodes", "setup"), NAMESPACE)  # which is a part of the reference


@pytest.mark.parametrize(("name", "expressions"), cases("backward_nodes", "names").items())
def test_a_node_has_the_name_that_pytorch_gives_it(name, expressions):
    for expression in expressions:
        shown = repr(eval(expression, NAMESPACE))
        assert re.findall(r"grad_fn=<(\w+)>", shown) == [name], expression


def test_a_graph_is_walked_from_node_to_node():
    x = backprop.ones(2, requires_grad=True)
    y = (x + 2) * backprop.tensor(3.0)
    node = y.sum().grad_fn
    assert node.name() == type(node).__name__ == "SumBackward0" and repr(node).startswith("<SumBackward0 object at 0x")
    ((product, _),) = node.next_functions
    assert product is y.grad_fn and product.next_functions[1] == (None, 0)
    leaf = product.next_functions[0][0].next_functions[0][0]
    assert leaf.variable is x and leaf.next_functions == () and x.grad_fn is None
    assert leaf.name() == "torch::autograd::AccumulateGrad" and repr(leaf).startswith("<AccumulateGrad object")
    y.sum().backward()
    assert x.grad.tolist() == [3.0, 3.0]


# Made with PyTorch 2.13: the names of the next nodes, for a = torch.ones(2, requires_grad=True).sin().
@pytest.mark.parametrize(
    ("expression", "nodes"),
    [
        *[(sides, ["SinBackward0", None]) for sides in ("2 * a", "a * 2", "2 + a", "a + 2", "a - 2", "a / 2")],
        *[(alone, ["SinBackward0"]) for alone in ("2 - a", "a**2", "2**a", "a % 2", "a.clamp(min=0)")],
        *[(before, [None, "SinBackward0"]) for before in ("torch.tensor(2.0) * a", "torch.where(a > 0, 0.0, a)")],
        ("a + a", ["SinBackward0", "SinBackward0"]),
    ],
)
def test_a_number_is_the_last_input_or_none_as_in_pytorch(expression, nodes):
    a = backprop.ones(2, requires_grad=True).sin()
    after = eval(expression, {"torch": backprop, "a": a}).grad_fn.next_functions
    assert [None if node is None else node.name() for node, _ in after] == nodes


def test_a_name_outlives_the_graph():
    """``backward()`` frees inputs and constants; losses, sums and products are printed after it, too."""
    F = backprop.nn.functional
    x, w = (backprop.rand(3, 3).requires_grad_() for _ in range(2))
    for name, y in {
        "NllLossBackward0": F.cross_entropy(x, backprop.tensor([0, 1, 2])),
        "MeanBackward0": F.l1_loss(x, w),
        "AddmmBackward0": F.linear(x, w, w[0]),
        "ViewBackward0": F.linear(x[None], w, w[0]),
        "MmBackward0": x @ w,
        "SumBackward1": x.sum(1),
        "SumBackward0": x.sum(),
        "MaxBackward0": x.max(1)[0],
        "PowBackward0": x**2,
        "SubBackward0": x - w,
    }.items():
        y.sum().backward()
        assert f"grad_fn=<{name}>" in repr(y)
