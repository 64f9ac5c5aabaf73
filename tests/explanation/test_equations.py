"""Equations: every operation says what it is and what its derivatives are, where an explanation finds it."""

import importlib
import inspect
import pkgutil

import pytest

from backprop import Matrix, autograd, linalg, optim, tensors
from backprop.autograd import operation
from backprop.explanation.equations import equation, input_letters
from backprop.linalg.solving import _inv
from backprop.nn import functional
from backprop.nn.functional.normalization import _layer_norm
from backprop.tensors.arithmetic import add
from backprop.tensors.products import _matmul

MODULES = [
    importlib.import_module(f"{package.__name__}.{m.name}")
    for package in (autograd, functional, linalg, tensors)
    for m in pkgutil.iter_modules(package.__path__)
]
MADE = (add.__code__, _inv.__code__)  # what @operation and @batched make
OPERATIONS = {
    name: function
    for module in MODULES
    for name, function in vars(module).items()
    if getattr(function, "__code__", None) in MADE and function.__module__ == module.__name__
}


@pytest.mark.parametrize("name", sorted(OPERATIONS.keys() - {"_geqrf"}))  # which has no derivatives
def test_every_operation_has_an_equation_and_derivatives(name):
    value, derivatives = equation(OPERATIONS[name])
    assert value and "∂" not in value
    assert "∂" in derivatives and "``" not in value + derivatives and "\n" not in value + derivatives


def test_all_operations_are_found():
    assert len(OPERATIONS) > 130 and {"add", "_linear", "_matmul", "_softmax", "_inv"} <= OPERATIONS.keys()


@pytest.mark.parametrize("name", sorted(set(optim.__all__) - {"Optimizer", "lr_scheduler", "swa_utils"}))
def test_every_optimizer_has_an_equation(name):
    assert "←" in equation(getattr(optim, name)).value


def test_derivatives_are_in_the_first_sentence_or_the_next_that_has_some():
    @operation
    def scaled(x: Matrix):
        """y = 2x, entry by entry,
        ∂L/∂x = 2·∂L/∂y. Nothing more."""
        return x * 2, lambda d: d * 2

    assert equation(scaled) == ("y = 2x, entry by entry", "∂L/∂x = 2·∂L/∂y")
    assert equation(_matmul).value == "C = A·B"
    assert equation(_layer_norm).derivatives.startswith("∂L/∂x = r·(g − mean g")

    @operation
    def unsaid(x: Matrix):
        return x * 2, lambda d: d * 2

    assert equation(unsaid) == ("", "")


def test_the_letters_stand_for_the_inputs():
    """Those of which the derivatives are: by the initial of a parameter, else in their order."""
    derivatives = "∂L/∂γ = Σ ∂L/∂y∘x̂,  ∂L/∂x = r·(g − mean g),  ∂L/∂β = Σ ∂L/∂y"
    assert input_letters(derivatives, ["input", "weight", "bias"]) == {"input": "γ", "weight": "x", "bias": "β"}
    for name, letters in LETTERS.items():
        names = list(inspect.signature(OPERATIONS[name]).parameters)[: len(letters)]
        said = input_letters(equation(OPERATIONS[name]).derivatives, names)
        assert "".join(said[parameter] for parameter in names) == letters, name


LETTERS = {
    "_linear": "XWb",
    "_convolution": "xwb",
    "_transposed_convolution": "xwb",
    "_layer_norm": "xγβ",
    "_batch_norm": "xγβ",
    "_rms_norm": "xγ",
    "_attention": "QKVM",
    "_lstm": "aWb",
    "_gru": "aWb",
    "_rnn": "aWb",
    "_matmul": "AB",
    "_solve": "AB",
    "_prelu": "xa",
    "_cross_entropy": "x",
    "mul": "AB",
    "igamma": "ax",
    "hypot": "ab",
    "relu": "x",
    "_div": "AB",
}
