"""Targets: class indices as a list of ints, whichever library they come from, or the sentence that says what to write."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from reprlib import repr as short
from typing import TYPE_CHECKING, Any

from backprop import dtypes
from backprop.autograd import Tensor
from backprop.matrix import Matrix, flatten, plain
from backprop.matrix.entries import nested
from backprop.tensors.shapes import strides
from backprop.validation import ArgumentError, SettingError

if TYPE_CHECKING:  # later than Python 3.9
    from typing_extensions import TypeGuard


def is_classes(targets: object) -> TypeGuard[Sequence[int]]:
    """Whether targets are class indices: a list, tuple or range of ints.

    >>> is_classes([0, 2, 1]), is_classes([0.5])
    (True, False)
    """
    return isinstance(targets, (list, tuple, range)) and {int}.issuperset(map(type, targets))


def class_list(targets: Any) -> Sequence[int] | None:
    """Class indices in a row, of a list of ints, a Tensor of ints or an array of another library; None for anything else.

    >>> class_list((0, 1)), class_list([0.0, 1.0])
    ((0, 1), None)
    """
    if is_classes(targets):
        return targets
    if isinstance(targets, Tensor):
        has_ints = not targets.dtype.is_floating_point and targets.dtype is not dtypes.bool
        return flatten(targets._matrix.rows) if has_ints else None
    given = plain(targets)
    return given if given is not targets and is_classes(given) else None


def class_targets(
    name: str, targets: Any, shape: Sequence[int] | None = None, scores: Sequence[int] = ()
) -> Sequence[int]:
    """The class indices in a row, one for each entry of the ``shape``, if it is given; ``scores`` is that of the input.

    Raises TypeError for what is none, ValueError for another number of them.

    >>> class_targets("nll_loss", [0, 2], (2,))
    [0, 2]
    >>> class_targets("nll_loss", [0.0, 1.0], (2,))
    Traceback (most recent call last):
    TypeError: nll_loss: targets are class indices (ints), got [0.0, 1.0]; write [int(t) for t in targets]
    """
    found = class_list(targets)
    if found is None:
        targets = plain(targets)
    came: Sequence[int] | None = None if found is None else getattr(targets, "shape", (len(found),))
    if found is None and type(targets) is int:
        found, came = [targets], ()
    if found is None and isinstance(targets, (list, tuple)) and targets and isinstance(targets[0], (list, tuple)):
        try:
            rows, came = nested(targets, name)
        except (TypeError, ValueError):
            rows = [[0.5]]
        entries = flatten(rows)
        found = entries if is_classes(entries) else None
    if found is None or came is None:
        raise TypeError(f"{name}: targets are class indices (ints), got {short(targets)}{advice(targets)}")
    if shape is None or tuple(came) == tuple(shape):
        return found
    if len(shape) == 1 == len(came):
        words = f"Expected input batch_size ({shape[0]}) to match target batch_size ({len(found)})"
        raise SettingError(f"{name} got {len(found)} targets for {shape[0]} rows: {words}")
    raise ArgumentError(
        f"{name} needs targets of the shape {list(shape)}, got {list(came)}"
        + _shape_advice(targets, tuple(came), tuple(shape), tuple(scores))
    )


def _shape_advice(targets: Any, came: tuple[int, ...], shape: tuple[int, ...], scores: tuple[int, ...]) -> str:
    """What to write instead of class indices of another shape that is often given by mistake."""
    if came == (*shape, 1):
        return "; write targets.squeeze(-1)" if isinstance(targets, Tensor) else "; write [t for [t] in targets]"
    if not shape:
        return "; the scores of a batch are (batch, classes)"
    if came == scores[:-1] and len(came) > 1:
        return "; the classes are axis 1 of the input, write input.movedim(-1, 1)"
    if len(came) == len(shape) + 1 and isinstance(targets, Tensor):
        return "; write targets.argmax(1)"
    return ""


def position(k: int, shape: Sequence[int]) -> str:
    """Where entry number ``k`` of a tensor of this shape stands, as a message shows it.

    >>> position(5, (2, 3)), position(5, (6,)), position(0, ())
    (' [1, 2]', ' 5', '')
    """
    if len(shape) < 2:
        return f" {k}" if shape else ""
    return f" {[k // step % size for step, size in zip(strides(shape), shape)]}"


def advice(targets: Any) -> str:
    """What to write instead of targets that are often given by mistake."""
    if isinstance(targets, (Matrix, Tensor)):
        if isinstance(targets, Matrix):
            column = targets.shape[1] == 1
            return "; write [int(t) for [t] in targets.tolist()]" if column else "; write targets.argmax(axis=1)"
        return "; write targets.long()" if prod(targets.shape[1:]) == 1 else "; write targets.argmax(1)"
    if not isinstance(targets, (list, tuple)):
        return ""
    if all(isinstance(t, (int, float)) and t % 1 == 0 for t in targets):
        return "; write [int(t) for t in targets]"
    if all(isinstance(t, float) and 0 <= t <= 1 for t in targets):
        return "; write [int(p > 0.5) for p in probabilities]"
    if all(isinstance(t, str) for t in targets):
        return "; write [names.index(t) for t in targets], names = sorted(set(targets))"
    if all(isinstance(t, (list, tuple)) for t in targets):
        return "; write [t for [t] in targets]" if len(targets[0]) == 1 else "; write Tensor(targets) for probabilities"
    return ""
