"""The activations against PyTorch's figures: outputs and gradients of each layer, by its function and its settings."""

import pytest

from backprop import Tensor
from backprop.nn import activations as layers
from backprop.nn import functional
from tests.figures import reference

CASES = reference("activations.json")["cases"]


def name_of(case):
    return " ".join([case["layer"], *(f"{name}={value}" for name, value in case["settings"].items())])


def input_of(case):
    """Where there are fewer slopes than columns, each serves several: those of a channel."""
    x = Tensor(case["input"])
    channels = len(case["weight"][0]) if "weight" in case else 1
    return x.view(len(x), channels, -1) if channels > 1 else x


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_layer(case):
    layer = getattr(layers, case["layer"])(**case["settings"])
    if "weight" in case:
        layer.load_state_dict({"weight": Tensor(case["weight"][0])})
    x = input_of(case).requires_grad_()
    y = layer(x)
    y.backward(Tensor(case["upstream"]).view(*y.shape))
    assert y.allclose(Tensor(case["output"]).view(*y.shape), 1e-9, 1e-12)
    assert x.grad.allclose(Tensor(case["input_grad"]).view(*y.shape), 1e-9, 1e-12)
    for parameter in layer.parameters():
        assert parameter.grad.allclose(Tensor(case["weight_grad"][0]), 1e-9, 1e-12)


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_the_function_gives_what_the_layer_gives(case):
    function = getattr(functional, case["function"])
    settings = [Tensor(case["weight"][0])] if "weight" in case else case["settings"].values()
    if case["function"] == "gelu":  # whose setting is not positional in PyTorch either
        y = function(input_of(case), **case["settings"])
    else:
        y = function(input_of(case), *settings)
    assert y.allclose(Tensor(case["output"]).view(*y.shape), 1e-9, 1e-12)
