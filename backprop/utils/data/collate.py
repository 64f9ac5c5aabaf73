"""Collating: a list of examples becomes a batch, whatever the examples are made of."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping, MutableSequence, Sequence
from copy import copy
from reprlib import repr as short
from typing import Any

from backprop import dtypes
from backprop.autograd import Tensor
from backprop.matrix.entries import is_array
from backprop.tensors.concatenation import stack
from backprop.tensors.from_data import as_tensor, tensor


def default_collate(batch: Any) -> Any:
    """The examples put together: Tensors and arrays are stacked, ints and bools become a Tensor of them, floats one of
    ``float64``; texts stay as they are. What holds others is put together part by part: tuples and lists give a list, dicts a
    dict, named tuples a named tuple.

    Raises TypeError for anything else, RuntimeError for lists of different lengths.

    >>> default_collate([(Tensor([1.0, 2.0]), 0), (Tensor([3.0, 4.0]), 1)])
    [tensor([[1., 2.],
            [3., 4.]]), tensor([0, 1])]
    >>> default_collate([{"x": 0.5, "name": "a"}, {"x": 1.5, "name": "b"}])
    {'x': tensor([0.5000, 1.5000], dtype=torch.float64), 'name': ['a', 'b']}
    """
    first = batch[0]
    if isinstance(first, Tensor):
        return stack(list(batch))
    if is_array(first):
        return stack([as_tensor(part) for part in batch])
    if isinstance(first, float):
        return tensor(list(batch), dtype=dtypes.float64)
    if isinstance(first, int):
        return tensor(list(batch))
    if isinstance(first, (str, bytes)):
        return batch
    if isinstance(first, Mapping):
        return _like(first, {key: default_collate([example[key] for example in batch]) for key in first})
    if isinstance(first, Sequence):
        sizes = set(map(len, batch))
        if len(sizes) > 1:
            raise RuntimeError(
                f"default_collate: the examples of a batch have the same length, got {short(sorted(sizes))}"
            )
        return _like(first, [default_collate(part) for part in zip(*batch)])
    raise TypeError(
        f"default_collate: a batch holds Tensors, arrays, numbers, texts, dicts or lists, got {short(first)}; "
        "write DataLoader(dataset, collate_fn=…)"
    )


def default_convert(data: Any) -> Any:
    """Arrays as Tensors, also within tuples, lists and dicts; all else as it is.

    >>> default_convert([Tensor([1.0]), "a", 2])
    [tensor([1.]), 'a', 2]
    """
    if is_array(data):
        return as_tensor(data)
    if isinstance(data, Mapping):
        return _like(data, {key: default_convert(value) for key, value in data.items()})
    if isinstance(data, Sequence) and not isinstance(data, (str, bytes)):
        return _like(data, [default_convert(part) for part in data])
    return data


def _like(example: Any, parts: Any) -> Any:
    """The ``parts`` in a collection of the kind that the example is."""
    if isinstance(example, (MutableMapping, MutableSequence)):
        # It may hold more than its parts, which only a copy keeps.
        like = copy(example)
        for key, part in parts.items() if isinstance(parts, dict) else enumerate(parts):
            like[key] = part
        return like
    return type(example)(*parts) if hasattr(example, "_fields") else parts
