"""The equation of an operation or of an optimizer: it stands at the beginning of its docstring."""

from __future__ import annotations

import inspect
import re
from typing import Any, NamedTuple


class Equation(NamedTuple):
    """What the value is, and what the derivatives are; either may be empty."""

    value: str
    slopes: str


def equation(documented: Any) -> Equation:
    """The first sentence of the docstring, parted where the derivatives begin; where it has none, they are the first
    sentence that has some.

    >>> from backprop.autograd import matmul
    >>> equation(matmul)
    Equation(value='C = A·B', slopes='∂L/∂A = ∂L/∂C·Bᵀ,  ∂L/∂B = Aᵀ·∂L/∂C')
    """
    text = re.sub(r"(?<=[,;])\n(?=∂)", "  ", inspect.getdoc(documented) or "")
    first, *further = re.split(r"\.\s+|\.$", re.sub(r"\n+", " ", text).replace("``", ""))
    value, *slopes = re.split(r"[,;]\s+(?=∂)", first, maxsplit=1)
    return Equation(value, *(slopes or [sentence for sentence in further if "∂" in sentence][:1] or [""]))
