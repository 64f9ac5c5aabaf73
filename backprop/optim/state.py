"""Consistent state: snapshots, what changes in place, and changes that are made together or not at all."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, MutableMapping, MutableSequence, MutableSet
from contextlib import contextmanager
from copy import copy
from typing import Any

from backprop.autograd import Tensor
from backprop.autograd.tensor import Alias, wrapped
from backprop.matrix import Matrix, trusted

_NEVER_CHANGES = frozenset((int, float, bool, str, type(None), Matrix))


IN_PLACE = range(65, 10_001)
"""Tables of so many numbers change in place, one by one, which takes four fifths of the time of a new table. In smaller ones
what ``fit`` keeps costs as much as is won; larger ones are made anew so that their numbers lie side by side, as to collect
scattered ones from the memory takes longer."""


class Running(Alias):
    """A state whose numbers its optimizer changes in place, in ``own_rows()``. What was read of it stays as it was.

    >>> state = Running(Tensor([1.0, 2.0]))
    >>> seen = state.detach().clone(); state.own_rows()[0][0] = 5.0; seen, state.clone()
    (tensor([1., 2.]), tensor([5., 2.]))
    """

    __slots__ = ("_is_seen",)

    def __init__(self, value: Tensor) -> None:
        super().__init__(wrapped(value._matrix, value._shape, value._dtype))
        self._is_seen = True

    def own_rows(self) -> list[list[Any]]:
        """The rows, which are copied first if anybody has seen them."""
        if self._is_seen:
            self.base._matrix, self._is_seen = trusted([row[:] for row in self.base._matrix.rows]), False
        return self.base._matrix.rows

    @property
    def _matrix(self) -> Matrix:
        self._is_seen = True
        return self.base._matrix

    @_matrix.setter
    def _matrix(self, value: Matrix) -> None:
        self.base._matrix, self._is_seen = value, True


def snapshot(value: Any) -> Any:
    """A copy of the value that shares nothing mutable with it: lists, dicts and Tensors are copied at every depth.

    >>> settings = {"lr": 0.1, "betas": [0.9, 0.99]}
    >>> before = snapshot(settings); settings["betas"][0] = 0.5; before
    {'lr': 0.1, 'betas': [0.9, 0.99]}
    """
    # fit takes a snapshot after each step: so the Tensors of an optimizer come first, and no call for what needs none.
    kind = type(value)
    if kind is Running or (kind is Tensor and value._grad_fn is None):
        return wrapped(value._matrix, value._shape, value._dtype)
    if kind is dict:
        return {key: item if type(item) in _NEVER_CHANGES else snapshot(item) for key, item in value.items()}
    if kind in (list, tuple):
        return kind(value) if _NEVER_CHANGES.issuperset(map(type, value)) else kind(map(snapshot, value))
    return copy(value) if isinstance(value, (Tensor, MutableSequence, MutableMapping, MutableSet)) else value


def update_together(changes: Iterable[tuple[dict[str, Any], Mapping[str, Any]]]) -> None:
    """Update each dict with its new values, all or none: Ctrl-C arrives before or afterwards.

    >>> group, scheduler = {"lr": 0.1}, {"last_epoch": 0}
    >>> update_together([(group, {"lr": 0.2}), (scheduler, {"last_epoch": 1})]); group, scheduler
    ({'lr': 0.2}, {'last_epoch': 1})
    """
    targets, values = zip(*changes)
    # Python raises KeyboardInterrupt between two of its instructions, and this call is one.
    deque(map(dict.update, targets, values), maxlen=0)


@contextmanager
def undone_on_error(*targets: dict[str, Any]) -> Iterator[None]:
    """Restore the dicts if the block raises.

    >>> group = {"lr": 0.1}
    >>> with undone_on_error(group):
    ...     group.update(lr=0.2, momentum=1 / 0)
    Traceback (most recent call last):
    ZeroDivisionError: division by zero
    >>> group
    {'lr': 0.1}
    """
    before = [dict(target) for target in targets]
    try:
        yield
    except BaseException:
        for target, values in zip(targets, before):
            target.clear()
            target.update(values)
        raise
