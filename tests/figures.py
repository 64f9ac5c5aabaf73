"""Layers against PyTorch's figures in ``tests/reference``: each case made, run batch by batch, compared."""

import json
from pathlib import Path

from backprop import float64
from backprop.autograd import constant
from backprop.matrix import trusted
from backprop.matrix.entries import nested

REFERENCE = Path(__file__).resolve().parent / "reference"


def cases(topic, part="cases"):
    return json.loads((REFERENCE / f"{topic}.json").read_text("utf-8"))[part]


def named(case):
    return ", ".join([case["layer"], *map(str, case["args"]), *(f"{k}={v}" for k, v in case["settings"].items())])


def made(layers, case):
    """The case's layer; what is a list in JSON is a tuple in Python."""
    arguments = [tuple(a) if isinstance(a, list) else a for a in case["args"]]
    options = {**case["settings"], **case["ours"]}
    options = {name: tuple(value) if isinstance(value, list) else value for name, value in options.items()}
    return layers[case["layer"]](*arguments, **options)


def tensor(data, requires_grad=False):
    """The numbers as float64, in which the figures were made."""
    rows, shape = nested(data, "data")
    found = constant(trusted(rows), shape, float64)
    found.requires_grad = requires_grad
    return found


def assert_agrees(layer, case):
    """Outputs, gradients and the state at the end are PyTorch's, to a relative 1e-9, and so are their shapes."""

    def agree(came, expected):
        expected = tensor(expected)
        assert came.shape == expected.shape
        assert came.matrix.allclose(expected.matrix, rel_tol=1e-9, abs_tol=1e-12)

    layer.load_state_dict({name: tensor(value) for name, value in case["start"].items()})
    for batch in case["batches"]:
        layer.train(batch["mode"] == "train")
        layer.zero_grad()
        x = tensor(batch["input"], requires_grad=True) if "input_gradient" in batch else batch["input"]
        output = layer(x)
        agree(output, batch["output"])
        output.backward(tensor(batch["upstream"]))
        if "input_gradient" in batch:
            agree(x.grad, batch["input_gradient"])
        parameters = dict(layer.named_parameters())
        assert parameters.keys() == batch["gradients"].keys()
        for name, gradient in batch["gradients"].items():
            agree(parameters[name].grad, gradient)
    state = layer.state_dict()
    assert list(state) == list(case["end"])
    for name, value in case["end"].items():
        agree(state[name], value)


def reference(name):
    """What a file of figures holds."""
    return json.loads((REFERENCE / name).read_text("utf-8"))
