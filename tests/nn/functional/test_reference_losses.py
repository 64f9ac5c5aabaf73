"""The losses against PyTorch's figures: losses and the gradients of inputs and targets, over settings and reductions."""

import pytest

from backprop import Tensor
from backprop.autograd import constant
from backprop.nn import Module, losses
from tests.figures import reference

CASES = reference("losses.json")["cases"]


def name_of(case):
    return " ".join([case["layer"], *(f"{name}={value}" for name, value in case["settings"].items())])


def weight_of(value):
    """A weight as the layer takes it: a list of numbers, or a Tensor of several rows or of one for all rows."""
    return Tensor(value) if isinstance(value, list) and isinstance(value[0], list) else value


def has_ints(target):
    return has_ints(target[0]) if isinstance(target, list) else isinstance(target, int)


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_loss(case):
    layer = getattr(losses, case["layer"])(**{name: weight_of(value) for name, value in case["settings"].items()})
    inputs = [Tensor(rows, requires_grad=True) for rows in case["inputs"]]
    leaves, gradients = list(inputs), list(case["input_grads"])
    if "target_grad" in case:
        inputs.append(Tensor(case["target"], requires_grad=True))
        leaves.append(inputs[-1])
        gradients.append(case["target_grad"])
    elif "target" in case:
        target = case["target"]
        inputs.append(target if has_ints(target) else Tensor(target))
    if "variance" in case:
        inputs.append(Tensor(case["variance"], requires_grad=True))
        leaves.append(inputs[-1])
        gradients.append(case["variance_grad"])
    loss = layer(*inputs)
    output, upstream = Tensor(case["output"]), Tensor(case["upstream"])
    in_a_column = len(output.shape) == 2 and output.shape[1] == 1
    assert loss.shape == output.shape or in_a_column
    loss.backward(constant(upstream.matrix, loss.shape))
    assert loss.matrix.allclose(constant(output.matrix, loss.shape).matrix, 1e-9, 1e-12)
    for leaf, gradient in zip(leaves, gradients):
        assert leaf.grad.shape == leaf.shape
        assert leaf.grad.matrix.allclose(Tensor(gradient).matrix, 1e-9, 1e-12)


def test_each_loss_has_figures_of_each_reduction():
    found_names = [
        name for name, value in vars(losses).items() if isinstance(value, type) and issubclass(value, Module)
    ]
    classes = {name for name in found_names if name[0] != "_"}
    figures = CASES + reference("layers.json")["cases"]
    found = {(case["layer"], case["settings"].get("reduction", "mean")) for case in figures}
    assert found >= {(name, word) for name in classes - {"Module", "NLLLoss2d"} for word in ("mean", "sum", "none")}
