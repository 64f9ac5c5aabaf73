"""What PyTorch refuses is refused here with an exception of the same class, which programs catch by its name.

The calls and the classes are in ``reference/mistakes.json``, found by evaluating each call with PyTorch.
"""

import pickle

import pytest

import backprop
from backprop import ArgumentError, linalg, nn
from tests.figures import reference

CLASSES = {
    kind.__name__: kind
    for kind in (AssertionError, AttributeError, IndexError, NotImplementedError, RuntimeError, TypeError, ValueError)
}
CLASSES["_LinAlgError"] = linalg.LinAlgError
MISTAKES = [(call, kind) for kind, calls in reference("mistakes.json")["mistakes"].items() for call in calls]


@pytest.mark.parametrize(("call", "kind"), MISTAKES, ids=[call for call, _ in MISTAKES])
def test_class(call, kind):
    with pytest.raises(CLASSES[kind]):
        eval(call, {"torch": backprop, "nn": nn, "F": nn.functional})


def test_an_argument_error_is_what_python_and_what_pytorch_call_it():
    for kind in (ValueError, RuntimeError):
        with pytest.raises(kind, match="cannot be multiplied"):
            backprop.ones(2, 3) @ backprop.ones(2, 3)


def test_an_argument_error_crosses_processes():
    error = pickle.loads(pickle.dumps(ArgumentError("add: …")))
    assert type(error) is ArgumentError and str(error) == "add: …"
