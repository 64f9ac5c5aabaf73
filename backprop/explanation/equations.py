"""Equations: those in the docstrings of operations, and whose numbers their letters stand for."""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from backprop.autograd import Node
from backprop.explanation.names import Value
from backprop.nn import functional

_INDEX = r"[^\W\d_A-Za-zα-ωΑ-Ω]*(?:\[[^\]]*\])?"
_OUTPUT = re.compile(rf"([^\W\d_]){_INDEX} = ")
_INPUT = re.compile(rf"(?<!= )∂[Lℓ]\w?/∂([^\W\d_]){_INDEX}(?= (?:=|is|has|the other) )|(?<== −)∂ℓ/∂([^\W\d_])")
_ROLES = ("condition", "mask", "target")


class Equation(NamedTuple):
    """The equation of the value and those of the derivatives; either may be empty."""

    value: str
    derivatives: str


def equation(documented: Any) -> Equation:
    """The equation at the beginning of the docstring of an operation or of an optimizer.

    It is the first sentence, split where the derivatives begin. If that sentence has no derivatives, they are the first
    later sentence that has some. Where a rule stands behind a function of its name that has both, they are that one's.

    >>> from backprop.tensors.arithmetic import mul
    >>> equation(mul)
    Equation(value='C = A∘B, entry by entry', derivatives='∂L/∂A = ∂L/∂C∘B,  ∂L/∂B = ∂L/∂C∘A')
    """
    public = _equation(vars(sys.modules[documented.__module__]).get(documented.__name__, documented))
    return public if public.derivatives else _equation(documented)


def equation_of(node: Node) -> Equation:
    """That of the operation, or of a function that uses it on one input and a constant of its own, as dropout does."""
    return _of_function(node) or equation(node.operation)


def letters_of(node: Node) -> Iterator[tuple[str, Value]]:
    """(letter of the equation, the value that it stands for), the output's first."""
    value, derivatives = equation_of(node)
    output = _OUTPUT.match(value)
    if output and (output[1] != "ℓ" or node.shape):  # of losses ℓ a single number is the mean or the sum
        yield output[1], node
    inputs = {name: x for name, x in _inputs(node).items() if bool not in map(type, x.matrix.rows[0][:1])}
    letters = input_letters(derivatives, list(inputs))
    if _of_function(node):
        letters["other"] = value[len("y = ")]
    yield from ((letters[name], x) for name, x in inputs.items() if name in letters)


def constants_of(node: Node) -> Iterator[tuple[Value, str]]:
    """(a constant among the inputs, what it is called), where that tells more than any name."""
    if _of_function(node):
        yield from ((x, letter) for letter, x in letters_of(node) if not x.requires_grad)
    else:
        yield from ((x, name) for name, x in _inputs(node).items() if name in _ROLES and not x.requires_grad)


def _of_function(node: Node) -> Equation | None:
    """The equation of the function, y = m·x, that multiplied x by a constant m of its own."""
    said = _equation(getattr(functional, node.called, None)) if node.label else None
    given = [x.requires_grad for x in node.inputs if x is not None]
    return said if said and said.derivatives and sum(given) == 1 < len(given) else None


def _inputs(node: Node) -> dict[str, Value]:
    """The inputs that were given, by the names of the parameters of the operation."""
    parameters = inspect.signature(node.operation).parameters if callable(node.operation) else ()
    return {name: x for name, x in zip(parameters, node.inputs) if x is not None}


def input_letters(derivatives: str, names: Sequence[str]) -> dict[str, str]:
    """The letter of each input that has one, by the name of the parameter: those of which the derivatives are.

    >>> input_letters("∂L/∂X = ∂L/∂Y·W,  ∂L/∂W = ∂L/∂Yᵀ·X,  ∂L/∂b = Σ ∂L/∂Y", ["input", "weight", "bias"])
    {'weight': 'W', 'bias': 'b', 'input': 'X'}
    >>> input_letters("∂L/∂Q = G·K,  ∂L/∂K = Gᵀ·Q,  ∂L/∂V = Pᵀ·∂L/∂O", ["query_key_value"])
    {'query_key_value': 'Q, K, V'}
    """
    free = list(dict.fromkeys([left or right for left, right in _INPUT.findall(derivatives)]))
    letters = {}
    for name in names:
        initials = [letter for word in name.split("_") for letter in free if letter.lower() == word[0]]
        if initials:
            letters[name] = ", ".join(initials)
            free = [letter for letter in free if letter not in initials]
    return {**letters, **dict(zip([name for name in names if name not in letters], free))}


def _equation(documented: Any) -> Equation:
    text = re.sub(r"(?<=[,;])\n(?=∂)", "  ", inspect.getdoc(documented) or "")
    first, *further = re.split(r"\.\s+|\.$", re.sub(r"\n+", " ", text).replace("``", ""))
    value, *derivatives = re.split(r"[,;]\s+(?=∂)", first, maxsplit=1)
    return Equation(value, *(derivatives or [sentence for sentence in further if "∂" in sentence][:1] or [""]))
