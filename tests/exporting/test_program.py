"""Exported programs compute what the network computes, read well, and name what they cannot compute."""

import math
import subprocess
import sys

import pytest

from backprop import nn, no_grad, tensor
from backprop.exporting import as_program, program
from tests.exporting.networks import NETWORKS, network

# The two add up in another order and otherwise do the same; in networks of this size that is some hundred roundings, of
# numbers that stay below ten.
BOUND = 1e-13


def outputs(text, examples):
    names = {"__name__": "network"}
    exec(text, names)
    return [names["forward"](x) for x in examples]


@pytest.mark.parametrize("name", NETWORKS)
def test_a_program_computes_what_the_network_does(name):
    model, examples = network(name)
    with no_grad():
        expected = model(tensor(examples)).tolist()
    assert outputs(as_program(model), examples) == [pytest.approx(y, rel=BOUND, abs=BOUND) for y in expected]


def test_every_layer_that_can_be_exported_is_in_a_network_here():
    layers = {type(layer) for make, _ in NETWORKS.values() for layer in make().modules()}
    assert set(program._CALLS) <= layers


def test_a_program_without_arguments_shows_an_example(tmp_path):
    model = nn.Sequential(nn.Linear(2, 2))
    model[0].weight.data, model[0].bias.data = tensor([[0.5, -1.0], [2.0, 0.0]]), tensor([0.25, 1.0])
    path = tmp_path / "network.py"
    path.write_text(as_program(model, ["a", "b"], ['"no"', "yes\n"]), "utf-8")

    def said(*words):
        return subprocess.run(
            [sys.executable, "-I", "-S", path, *words], check=True, capture_output=True, text=True
        ).stdout

    assert said() == "yes\n [0.25, 1.0]\n"
    assert said("1", "-3") == '"no" [3.75, 3.0]\n'


def test_too_few_numbers_are_refused():
    with pytest.raises(ValueError, match="^x must hold 3 numbers, got 2$"):
        outputs(as_program(network("a table")[0]), [[1.0, 2.0]])


@pytest.mark.parametrize(
    ("layer", "sentence"),
    [
        (
            nn.LayerNorm(2),
            "layer 1 is LayerNorm((2,), eps=1e-05, elementwise_affine=True, bias=True), which is not among",
        ),
        (nn.Residual(nn.ReLU()), "layer 1 is Residual("),
        (
            nn.Conv2d(2, 2, 1, groups=2),
            "layer 1 is Conv2d(2, 2, kernel_size=(1, 1), stride=(1, 1), groups=2), which can",
        ),
        (nn.Conv2d(2, 2, 3, padding="same"), "layer 1 is Conv2d("),
        (nn.Conv2d(2, 2, 3, padding=1, padding_mode="circular"), "layer 1 is Conv2d("),
        (nn.Conv2d(2, 2, 3, dilation=2), "layer 1 is Conv2d("),
        (nn.MaxPool2d(2, ceil_mode=True), "layer 1 is MaxPool2d("),
        (nn.MaxPool2d(2, return_indices=True), "layer 1 is MaxPool2d("),
        (nn.MaxPool2d(2, dilation=2), "layer 1 is MaxPool2d("),
        (nn.AvgPool2d(2, divisor_override=3), "layer 1 is AvgPool2d("),
        (nn.AvgPool2d(2, padding=1, count_include_pad=False), "layer 1 is AvgPool2d("),
        (nn.BatchNorm1d(2, track_running_stats=False), "layer 1 is BatchNorm1d("),
        (nn.Softmax(dim=0), "layer 1 is Softmax(dim=0), which can be exported, but not with these settings"),
        (nn.Flatten(0), "layer 1 is Flatten("),
        (nn.Unflatten(1, (1, -1)), "layer 1 is Unflatten("),
        (nn.Embedding(2, 2, max_norm=1.0), "layer 1 is Embedding("),
        (nn.utils.parametrizations.weight_norm(nn.Linear(2, 2)), "layer 1 is ParametrizedLinear("),
    ],
)
def test_a_layer_that_cannot_be_exported_is_named(layer, sentence):
    with pytest.raises(ValueError, match=r"^export: layer ") as error:
        as_program(nn.Sequential(nn.ReLU(), layer))
    assert str(error.value).startswith(f"export: {sentence}")


def test_a_layer_with_a_hook_is_refused():
    model = nn.Sequential(nn.ReLU())
    model[0].register_forward_hook(lambda module, inputs, output: output * 2)
    with pytest.raises(ValueError, match=r"^export: layer 0 is ReLU\(\)"):
        as_program(model)


def test_what_is_no_sequential_and_weights_that_are_not_finite_are_refused():
    with pytest.raises(TypeError, match=r"^export: needs a Sequential, got a Linear$"):
        as_program(nn.Linear(2, 2))
    model = nn.Sequential(nn.Linear(1, 1))
    model[0].bias.data = tensor([math.nan])
    with pytest.raises(ValueError, match=r"^export: the numbers of bias_0 must be finite, got nan$"):
        as_program(model)
