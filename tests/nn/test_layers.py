"""Layers against PyTorch's figures: what no file of their topic has."""

import inspect
import random

import pytest

import backprop
from backprop import nn
from backprop.nn import functional
from tests.derivatives.second_derivatives import check_second_derivatives
from tests.figures import cases, tensor


def made(layer, settings):
    """The layer; a setting may be a layer too, or a function."""
    settings = {key: made(**value) if isinstance(value, dict) else value for key, value in settings.items()}
    if "distance_function" in settings:
        settings["distance_function"] = getattr(functional, settings["distance_function"])
    return getattr(nn, layer)(**settings)


def flat(results):
    return [part for result in results for part in flat(result)] if isinstance(results, tuple) else [results]


def agree(came, expected):
    expected = tensor(expected)
    assert came.shape == expected.shape and came.matrix.allclose(expected.matrix, rel_tol=1e-9, abs_tol=1e-12)


def called(case):
    """(the layer, its inputs, its outputs)."""
    layer = made(case["layer"], case["settings"]).eval()
    assert [name for name, _ in layer.named_parameters()] == list(case.get("start", {}))
    layer.load_state_dict({name: tensor(value) for name, value in case.get("start", {}).items()})
    gradients = case["input_gradients"]
    inputs = [tensor(x, True) if d else backprop.tensor(x) for x, d in zip(case["inputs"], gradients)]
    call = dict(case.get("call", {}))
    if "hx" in call:
        call["hx"] = tuple(map(tensor, call["hx"]))
    return layer, inputs, flat(layer(*inputs, **call))


@pytest.mark.parametrize("case", cases("layers"), ids=lambda case: f"{case['layer']}{list(case['settings'])}")
def test_outputs_and_gradients_are_those_of_pytorch(case):
    layer, inputs, outputs = called(case)
    parameters, gradients = dict(layer.named_parameters()), case["input_gradients"]
    for came, expected in zip(outputs, case["outputs"]):
        agree(came, expected)
    assert len(outputs) == len(case["outputs"])
    sum((y * tensor(d)).sum() for y, d in zip(outputs, case["upstream"]) if d is not None).backward()
    for x, gradient in zip(inputs, gradients):
        assert gradient is None or agree(x.grad, gradient) is None
    for name, parameter in parameters.items():
        agree(parameter.grad, case["gradients"][name])


# At whose figures a number is at a kink.
AT_A_KINK = {"PairwiseDistance"}


@pytest.mark.parametrize("case", cases("layers"), ids=lambda case: f"{case['layer']}{list(case['settings'])}")
def test_second_derivatives_are_differences_of_the_first(case):
    outputs = [y for y in called(case)[2] if y.requires_grad]
    if outputs and case["layer"] not in AT_A_KINK:
        check_second_derivatives(
            outputs[0] if len(outputs) == 1 else sum(y.sum() for y in outputs), random.Random(1), 2
        )


def test_what_is_an_instance_of_what():
    """Which classes are subclasses of others in PyTorch 2.13, but for the lazy ones."""
    layers = {name: getattr(nn, name) for name in nn.__all__ if name != "Module" and inspect.isclass(getattr(nn, name))}
    pairs = [(a, b) for a in layers for b in layers if a != b and issubclass(layers[a], layers[b]) and a[:4] != "Lazy"]
    assert sorted(pairs) == [
        ("NLLLoss2d", "NLLLoss"),
        ("ReLU6", "Hardtanh"),
        ("UninitializedParameter", "Parameter"),
        ("UpsamplingBilinear2d", "Upsample"),
        ("UpsamplingNearest2d", "Upsample"),
        ("ZeroPad1d", "ConstantPad1d"),
        ("ZeroPad2d", "ConstantPad2d"),
        ("ZeroPad3d", "ConstantPad3d"),
    ]
