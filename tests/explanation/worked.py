"""The worked example of ``examples/``, ready to be explained."""

import importlib.util
from pathlib import Path

from backprop import explain
from backprop.optim import SGD

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "worked_example.py"


def worked_example(digits=6):
    """Its explanation, in the names of the page that it is from."""
    spec = importlib.util.spec_from_file_location("worked_example", EXAMPLE)
    example = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(example)
    h, o, loss = example.forward()
    learned = {"W_h": example.hidden_weights, "W_o": example.output_weights}
    given = {"i": example.inputs, "b_h": example.hidden_bias, "b_o": example.output_bias, "t": example.targets}
    optimizer = SGD(list(learned.values()), lr=example.LEARNING_RATE)
    return explain(loss, {**learned, **given, "h": h, "o": o, "E": loss}, optimizer=optimizer, digits=digits)
