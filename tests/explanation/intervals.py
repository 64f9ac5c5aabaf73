"""Printed arithmetic, worked out again: every number as the interval of all that are printed so.

A number printed with n significant digits is within half a unit of the last of them, that is within 10^(1 − n)/2 of
itself, relatively. With intervals that bound goes through the arithmetic by itself: what is printed as the result has
to be possible, given what is printed as the numbers.
"""

import ast
import math
import re

from backprop import Tensor
from backprop.special import erfinv

_POWERS = str.maketrans("²³⁴⁵⁶⁷⁸⁹", "23456789")
_ROUNDING = 1e-12  # of the arithmetic here and there, far below the digits


def interval(text, digits):
    """(low, high) of a printed expression."""
    text = re.sub(r"… \([\d,]+ more terms: (.*?)\)", r"(\1)", text)
    text = re.sub("([²³⁴⁵⁶⁷⁸⁹])", r"**\1", text).translate(_POWERS)
    text = text.replace("−", "-").replace("·", "*").replace("^", "**").replace("ln(", "log(")
    return _value(ast.parse(text.strip(), mode="eval").body, 0.5 * 10.0 ** (1 - digits))


def agree(first, second):
    """Whether two printed expressions can be the same number."""
    scale = max(map(abs, first + second))
    return first[0] <= second[1] + _ROUNDING * scale and second[0] <= first[1] + _ROUNDING * scale


def _value(node, rounding):
    if isinstance(node, ast.Constant):
        x = float(node.value)
        return x - abs(x) * rounding, x + abs(x) * rounding
    if isinstance(node, ast.Name):  # inf and nan
        return float(node.id), float(node.id)
    if isinstance(node, ast.UnaryOp):
        low, high = _value(node.operand, rounding)
        return -high, -low
    if isinstance(node, ast.BinOp):
        return _combined(node.op, _value(node.left, rounding), _value(node.right, rounding))
    arguments = [_value(argument, rounding) for argument in node.args]
    if node.func.id == "copysign":
        size, sign = _function("abs", *arguments[0]), arguments[1]
        return (-size[1] if sign[0] < 0 else size[0]), (size[1] if sign[1] >= 0 else -size[0])
    if node.func.id == "mod":
        return _remainder(*arguments)
    if node.func.id == "floordiv":
        return _hull([math.floor(x / y) for x in arguments[0] for y in arguments[1]])
    if node.func.id == "hypot":
        low, high = zip(*[_function("abs", *argument) for argument in arguments])
        return _hull([math.hypot(*low), math.hypot(*high)])
    if len(arguments) == 2:  # between corners they rise or fall
        return _hull([getattr(math, node.func.id)(x, y) for x in arguments[0] for y in arguments[1]])
    (argument,) = arguments
    return _function(node.func.id, *argument)


def _remainder(a, b):
    """Where the quotient is one whole number throughout, else all that a remainder can be."""
    quotients = {math.floor(x / y) for x in a for y in b}
    if len(quotients) > 1:
        return min(0.0, b[0]), max(0.0, b[1])
    (q,) = quotients
    return _hull([x - q * y for x in a for y in b])


def _combined(op, a, b):
    if isinstance(op, ast.Add):
        return a[0] + b[0], a[1] + b[1]
    if isinstance(op, ast.Sub):
        return a[0] - b[1], a[1] - b[0]
    if isinstance(op, ast.Mult):
        return _hull([x * y for x in a for y in b])
    if isinstance(op, ast.Div):
        return (-math.inf, math.inf) if b[0] <= 0 <= b[1] else _hull([x / y for x in a for y in b])
    assert isinstance(op, ast.Pow)
    exponent = round((b[0] + b[1]) / 2, 5)
    if exponent == int(exponent) and a[0] < 0:
        ends = [x ** int(exponent) if x or exponent > 0 else math.inf for x in a]
        return _hull([*ends, 0.0]) if a[0] < 0 < a[1] else _hull(ends)
    return _hull([max(x, 0.0) ** y if x > 0 or y > 0 else math.inf for x in a for y in b])


def _function(name, low, high):
    """All of them rise or fall throughout, but for the absolute value."""
    if name == "abs":
        return (0.0 if low < 0 < high else min(abs(low), abs(high))), max(abs(low), abs(high))
    return _hull([_at(name, low), _at(name, high)])


def _at(name, x):
    try:
        return round(x) if name == "round" else erfinv(Tensor(x)).item() if name == "erfinv" else getattr(math, name)(x)
    except ValueError:  # the interval reaches out of the domain: of log and log1p below, of sqrt to 0
        return 0.0 if name == "sqrt" else -math.inf
    except OverflowError:
        return math.inf


def _hull(values):
    values = [0.0 if x != x else x for x in values]
    slack = _ROUNDING * max(map(abs, values)) if all(map(math.isfinite, values)) else 0.0
    return min(values) - slack, max(values) + slack
