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


IN_CACHE = 10_000
"""So many numbers are changed one by one, in four fifths of the time of a new table. Of more each table is made as a whole, so
that its numbers lie side by side: to collect scattered ones from the memory takes longer."""


class Running(Alias):
    """A state whose numbers its optimizer changes in place. Whoever reads it gets a copy, and only the optimizer the rows
    themselves.

    >>> state = Running(Tensor([1.0, 2.0]))
    >>> seen = state.clone(); state.rows[0][0] = 5.0; seen, state.detach()
    (tensor([1., 2.]), tensor([5., 2.]))
    """

    __slots__ = ()

    def __init__(self, value: Tensor) -> None:
        super().__init__(wrapped(_copied(value._matrix), value._shape, value._dtype))

    @property
    def rows(self) -> list[list[Any]]:
        """Those that change."""
        return self.base._matrix.rows

    @property
    def _matrix(self) -> Matrix:
        return _copied(self.base._matrix)

    @_matrix.setter
    def _matrix(self, value: Matrix) -> None:
        self.base._matrix = _copied(value)


def _copied(matrix: Matrix) -> Matrix:
    return trusted([row[:] for row in matrix.rows])


def snapshot(value: Any) -> Any:
    """A copy of the value that shares nothing mutable with it: lists, dicts and Tensors are copied at every depth.

    >>> settings = {"lr": 0.1, "betas": [0.9, 0.99]}
    >>> before = snapshot(settings); settings["betas"][0] = 0.5; before
    {'lr': 0.1, 'betas': [0.9, 0.99]}
    """
    kind = type(value)
    if kind in _NEVER_CHANGES:
        return value
    if kind is dict:
        # Asked here once more, since fit takes a snapshot after each step.
        return {key: item if type(item) in _NEVER_CHANGES else snapshot(item) for key, item in value.items()}
    if kind is Running or (kind is Tensor and value._grad_fn is None):
        return wrapped(value._matrix, value._shape, value._dtype)
    if kind in (list, tuple):
        return kind(map(snapshot, value))
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
