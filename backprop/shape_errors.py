"""An error of shapes, with the names that the program has for its tensors.

Nothing is computed before an error is raised, and nothing of the program is run for it: a name is found where the same
object is a variable of the caller, an entry of its ``self``, or a parameter of the outermost Module that is being called.
"""

from __future__ import annotations

import sys
from types import FrameType
from typing import Any

from backprop.validation import ArgumentError

_PACKAGE = __name__.partition(".")[0]
_INSIDE = {_PACKAGE, "functools"}  # which is written in Python on PyPy


def shape_error(message: str, advice: str = "", /, **operands: Any) -> ArgumentError:
    """The error of this message, and of each operand with its shape, under the program's name for it, else as it is called here.

    An operand is a Tensor, or the shape of an argument of one of the functions that lead here.

    >>> raise shape_error("add: the sizes differ", a=(2, 3), b=(4,))
    Traceback (most recent call last):
    backprop.ArgumentError: add: the sizes differ: a [2, 3], b [4]
    """
    inside, outside = _frames(sys._getframe(1))
    arguments = _arguments(inside)
    names = _names(inside, outside)
    for x in arguments:
        if _is(x, "autograd.tensor", "View") and id(x.base) in names:
            names.setdefault(id(x), f"a view of {names[id(x.base)]}")
    arguments = [x for x in arguments if id(x) in names]
    shown = []
    for label, operand in operands.items():
        if isinstance(operand, tuple):
            shape = operand
            fitting = [x for x in arguments if x._shape == shape]
            operand = fitting[0] if fitting else None
            if len(fitting) > 1:  # a single one may be both operands
                arguments = [x for x in arguments if x is not operand]
        else:
            shape = operand._shape
        shown.append(f"{names.get(id(operand), label)} {list(shape)}")
    return ArgumentError(f"{message}: {', '.join(shown)}{advice}")


def _frames(frame: FrameType | None) -> tuple[list[FrameType], list[FrameType]]:
    """The frames of this package that lead to the error, the innermost first, and those of the program around them."""
    frames = []
    while frame is not None:
        frames.append(frame)
        frame = frame.f_back
    count = 0
    while count < len(frames) and str(frames[count].f_globals.get("__name__")).partition(".")[0] in _INSIDE:
        count += 1
    return frames[:count], frames[count:]


def _arguments(inside: list[FrameType]) -> list[Any]:
    """The Tensors that the functions of this package were called with, each once."""
    found: dict[int, Any] = {}
    for frame in inside:
        code = frame.f_code
        count = code.co_argcount + code.co_kwonlyargcount + bool(code.co_flags & 0x04)  # and *arguments
        for argument in map(frame.f_locals.get, code.co_varnames[:count]):
            for x in argument if type(argument) is tuple else (argument,):
                if _is(x, "autograd.tensor", "Tensor"):
                    found[id(x)] = x
    return list(found.values())


def _names(inside: list[FrameType], outside: list[FrameType]) -> dict[int, str]:
    """{id of a Tensor: the program's name for it}."""
    names: dict[int, str] = {}
    if outside:
        caller = outside[0]
        for variables in (caller.f_locals, caller.f_globals):
            for name, value in list(variables.items()):
                if _is(value, "autograd.tensor", "Tensor") and not name.startswith("_"):
                    names.setdefault(id(value), name)
        for name, value in getattr(caller.f_locals.get("self"), "__dict__", {}).items():
            if _is(value, "autograd.tensor", "Tensor"):
                names.setdefault(id(value), f"self.{name}")
    for frame in reversed(inside + outside):
        module: Any = frame.f_locals.get("self")
        if _is(module, "nn.module", "Module"):
            for name, parameter in module.named_parameters():
                names.setdefault(id(parameter), name)
            break
    return names


def _is(value: Any, module: str, name: str) -> bool:
    """Whether the value's class is, or comes from, a class of this package that has been loaded."""
    kind = getattr(sys.modules.get(f"{_PACKAGE}.{module}"), name, None)
    return kind is not None and issubclass(type(value), kind)
