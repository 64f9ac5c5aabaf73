"""Targets: class indices as a list of ints, whichever library they come from, or the sentence that says what to write."""

from __future__ import annotations

from collections.abc import Sequence
from reprlib import repr as short
from typing import TYPE_CHECKING, Any

from backprop.autograd import Tensor
from backprop.matrix import Matrix, native

if TYPE_CHECKING:  # later than Python 3.9
    from typing_extensions import TypeGuard


def is_classes(targets: object) -> TypeGuard[Sequence[int]]:
    """Whether targets are class indices: a list, tuple or range of ints.

    >>> is_classes([0, 2, 1]), is_classes([0.5])
    (True, False)
    """
    return isinstance(targets, (list, tuple, range)) and {int}.issuperset(map(type, targets))


def class_targets(name: str, targets: Any) -> Sequence[int]:
    """Class indices as they are; those in an array of another library as a list.

    >>> class_targets("nll_loss", [0.0, 1.0])
    Traceback (most recent call last):
    TypeError: nll_loss: targets are a list of class indices (ints), got [0.0, 1.0]; write [int(t) for t in targets]
    """
    if is_classes(targets):
        return targets
    given = native(targets)
    if is_classes(given):
        return given
    raise TypeError(f"{name}: targets are a list of class indices (ints), got {short(targets)}{advice(given)}")


def advice(targets: Any) -> str:
    """What to write instead of targets that are often given by mistake."""
    if isinstance(targets, (Matrix, Tensor)):
        table = "targets.data" if isinstance(targets, Tensor) else "targets"
        return (
            f"; write [int(t) for [t] in {table}.tolist()]"
            if targets.shape[1] == 1
            else f"; write {table}.argmax(axis=1)"
        )
    if not isinstance(targets, (list, tuple)):
        return ""
    if all(isinstance(t, (int, float)) and t % 1 == 0 for t in targets):
        return "; write [int(t) for t in targets]"
    if all(isinstance(t, float) and 0 <= t <= 1 for t in targets):
        return "; write [int(p > 0.5) for p in probabilities]"
    if all(isinstance(t, str) for t in targets):
        return "; write [names.index(t) for t in targets], names = sorted(set(targets))"
    if all(isinstance(t, (list, tuple)) for t in targets):
        return "; write [t for [t] in targets]" if len(targets[0]) == 1 else "; write Matrix(targets) for probabilities"
    return ""
