"""The activations against PyTorch's figures: outputs and gradients of each layer, by its function and its settings."""

import pytest

from backprop import Matrix, Tensor
from backprop.nn import activations as layers
from backprop.nn import functional
from tests.figures import reference

CASES = reference("activations.json")["cases"]


def name_of(case):
    return " ".join([case["layer"], *(f"{name}={value}" for name, value in case["settings"].items())])


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_layer(case):
    layer = getattr(layers, case["layer"])(**case["settings"])
    if "weight" in case:
        layer.load_state_dict({"weight": Matrix(case["weight"])})
    x = Tensor(case["input"], requires_grad=True)
    y = layer(x)
    y.backward(Matrix(case["upstream"]))
    assert y.matrix.allclose(Matrix(case["output"]), 1e-9, 1e-12)
    assert x.grad.matrix.allclose(Matrix(case["input_grad"]), 1e-9, 1e-12)
    for parameter in layer.parameters():
        assert parameter.grad.matrix.allclose(Matrix(case["weight_grad"]), 1e-9, 1e-12)


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_the_function_gives_what_the_layer_gives(case):
    function = getattr(functional, case["function"])
    settings = [Matrix(case["weight"])] if "weight" in case else case["settings"].values()
    if case["function"] == "gelu":  # whose setting is not positional in PyTorch either
        y = function(Matrix(case["input"]), **case["settings"])
    else:
        y = function(Matrix(case["input"]), *settings)
    assert y.matrix.allclose(Matrix(case["output"]), 1e-9, 1e-12)
