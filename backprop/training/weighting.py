"""Weighting: how much each of several batches counts in the loss of all of them, as the loss itself says.

A mean L over batches with the denominators dₖ and the means Lₖ is L = Σ dₖ·Lₖ / Σ dₖ, and so is its gradient; a sum is
L = Σ Lₖ.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from reprlib import repr as short
from typing import Any, Callable, Union

from backprop.autograd import Tensor
from backprop.matrix import Number

Factor = Union[int, Fraction]
Loss = Callable[[Tensor, Any], Tensor]


def denominator(loss: Loss, targets: Any) -> Number | None:
    """What ``loss`` divides by for these targets: what its ``denominator`` says, and without one their number. None for
    a sum, and 0 where no target counts.

    >>> from backprop.nn import CrossEntropyLoss
    >>> denominator(CrossEntropyLoss([1, 9]), [0, 1, 1, -100]), denominator(lambda output, target: output, [0, 1, 1])
    (19, 3)
    """
    own = getattr(loss, "denominator", None)
    return len(targets) if own is None else own(targets)


def factors(denominators: Sequence[Number | None]) -> list[Factor]:
    """The fₖ of L = Σ fₖ·Lₖ: dₖ / Σ dₖ exactly, 1 for a sum; 0 where no target counts, since Lₖ is NaN there.

    >>> factors([19, 0, 1]), factors([None, None]), factors([0, 0])
    ([Fraction(19, 20), 0, Fraction(1, 20)], [1, 1], [0, 0])
    """
    total = sum([Fraction(d) for d in denominators if d is not None])
    return [1 if d is None else Fraction(d) / total if d and total else 0 for d in denominators]


def number(name: str, value: Any) -> float:
    """The loss of a batch as a float; TypeError or ValueError, by ``name``, unless it is a Tensor of a single number.

    >>> number("fit", Tensor([[0.5], [1.5]]))
    Traceback (most recent call last):
    ValueError: fit: the loss of a batch is a single number, got the shape [2, 1]; end it in .mean() or .sum()
    """
    if not isinstance(value, Tensor):
        raise TypeError(f"{name}: the loss of a batch is a Tensor, as MSELoss() gives one, got {short(value)}")
    if value._shape.numel() != 1:
        raise ValueError(
            f"{name}: the loss of a batch is a single number, got the shape {list(value._shape)}; end it in .mean() or .sum()"
        )
    return float(value._matrix.rows[0][0])
