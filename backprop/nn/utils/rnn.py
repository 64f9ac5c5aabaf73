"""Sequences of different lengths in one batch: padded to the longest, or packed, which leaves the padding out.

The recurrent layers take a PackedSequence and give one: no state goes beyond the end of its sequence, and no time is spent
there.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from operator import index
from typing import Any, NamedTuple, Union

from backprop.autograd import Tensor, TensorLike, as_tensor
from backprop.tensors.concatenation import cat, stack
from backprop.tensors.filled import full
from backprop.tensors.from_data import tensor
from backprop.tensors.shaping import transpose, view
from backprop.validation import ArgumentError, check_choice

__all__ = [
    "PackedSequence",
    "pack_padded_sequence",
    "pack_sequence",
    "pad_packed_sequence",
    "pad_sequence",
    "unpack_sequence",
    "unpad_sequence",
]

Lengths = Union[Sequence[int], Tensor]


class PackedSequence(NamedTuple):
    """The steps of several sequences without padding: step 0 of all, step 1 of those that have one, …, the longest first.

    ``data`` has a row for each step of each sequence, ``batch_sizes`` how many sequences there are at each step.
    ``sorted_indices`` is the order in which the sequences stand, ``unsorted_indices`` its inverse, both None where they
    came in this order. They are made by ``pack_sequence`` and ``pack_padded_sequence``.
    """

    data: Tensor
    batch_sizes: Tensor
    sorted_indices: Tensor | None = None
    unsorted_indices: Tensor | None = None


def pad_sequence(
    sequences: Iterable[TensorLike],
    batch_first: bool = False,
    padding_value: float = 0.0,
    padding_side: str = "right",
) -> Tensor:
    """Sequences (Lᵢ, …) side by side as (T, N, …) for the largest length T, or as (N, T, …) with ``batch_first``.

    ``padding_value`` fills the shorter ones, behind their last step or, for ``padding_side`` "left", before their first.

    >>> pad_sequence([Tensor([1.0, 2.0, 3.0]), Tensor([4.0])], batch_first=True)
    tensor([[1., 2., 3.],
            [4., 0., 0.]])
    """
    check_choice("pad_sequence", "padding_side", padding_side, ("left", "right"))
    given = [as_tensor(sequence, "pad_sequence") for sequence in sequences]
    if not given or not all(x.shape for x in given):
        raise ArgumentError("pad_sequence: the sequences are one Tensor (L, …) or more")
    longest = max(map(len, given))
    padded = []
    for x in given:
        filling = full((longest - len(x), *x.shape[1:]), padding_value, dtype=x.dtype)
        padded.append(cat([x, filling] if padding_side == "right" else [filling, x]))
    return stack(padded, 0 if batch_first else 1)


def unpad_sequence(padded_sequences: TensorLike, lengths: Lengths, batch_first: bool = False) -> list[Tensor]:
    """The sequences that ``pad_sequence`` put side by side.

    >>> unpad_sequence(Tensor([[1.0, 2.0, 3.0], [4.0, 0.0, 0.0]]), [3, 1], batch_first=True)
    [tensor([1., 2., 3.]), tensor([4.])]
    """
    x = as_tensor(padded_sequences, "unpad_sequence")
    rows = x if batch_first else transpose(x, 0, 1)
    return [row[:length] for row, length in zip(rows, _lengths("unpad_sequence", rows, lengths))]


def pack_padded_sequence(
    input: TensorLike, lengths: Lengths, batch_first: bool = False, enforce_sorted: bool = True
) -> PackedSequence:
    """The sequences of these ``lengths`` in an ``input`` (T, N, …), or (N, T, …) with ``batch_first``, packed.

    Raises ValueError for lengths that do not fit and, with ``enforce_sorted``, unless the longest comes first.

    >>> packed = pack_padded_sequence(Tensor([[1.0, 2.0, 3.0], [4.0, 0.0, 0.0]]), [3, 1], batch_first=True)
    >>> packed.data, packed.batch_sizes
    (tensor([1., 4., 2., 3.]), tensor([2, 1, 1]))
    """
    name = "pack_padded_sequence"
    x = as_tensor(input, name)
    if len(x.shape) < 2:
        raise ArgumentError(f"{name}: input is (T, N, …), got the shape {list(x.shape)}")
    x = x if batch_first else transpose(x, 0, 1)
    count, longest = x.shape[:2]
    wanted = _lengths(name, x, lengths)
    order = sorted(range(count), key=lambda i: -wanted[i])
    if enforce_sorted and [wanted[i] for i in order] != wanted:
        raise ArgumentError(
            f"{name}: the longest sequence comes first, unless enforce_sorted=False; got lengths {wanted}"
        )
    chosen = [[i * longest + t for i in order if wanted[i] > t] for t in range(max(wanted, default=0))]
    data = view(x, count * longest, *x.shape[2:])[[k for step in chosen for k in step]]
    sizes = tensor([len(step) for step in chosen])
    if enforce_sorted:
        return PackedSequence(data, sizes)
    return PackedSequence(data, sizes, tensor(order), tensor(sorted(range(count), key=order.__getitem__)))


def pad_packed_sequence(
    sequence: PackedSequence, batch_first: bool = False, padding_value: float = 0.0, total_length: int | None = None
) -> tuple[Tensor, Tensor]:
    """((T, N, …), or (N, T, …) with ``batch_first``, and the lengths) of packed sequences, in the order they once had.

    ``total_length`` is T where it is to be more than the largest length; ValueError where it is less.

    >>> pad_packed_sequence(pack_sequence([Tensor([1.0, 2.0, 3.0]), Tensor([4.0])]), batch_first=True)
    (tensor([[1., 2., 3.],
            [4., 0., 0.]]), tensor([3, 1]))
    """
    name, data = "pad_packed_sequence", sequence.data
    places = _places(sequence)
    lengths = list(map(len, places))
    longest = max(lengths)
    if total_length is not None:
        if total_length < longest:
            raise ArgumentError(f"{name}: total_length is the largest length, {longest}, or more, got {total_length}")
        longest = total_length
    beyond = len(data)
    rows = cat([data, full((1, *data.shape[1:]), padding_value, dtype=data.dtype)])
    indices = [k for own in places for k in [*own, *[beyond] * (longest - len(own))]]
    padded = view(rows[indices], len(places), longest, *data.shape[1:])
    return padded if batch_first else transpose(padded, 0, 1), tensor(lengths)


def pack_sequence(sequences: Iterable[TensorLike], enforce_sorted: bool = True) -> PackedSequence:
    """Sequences (Lᵢ, …) packed; with ``enforce_sorted`` the longest comes first.

    >>> pack_sequence([Tensor([4.0]), Tensor([1.0, 2.0, 3.0])], enforce_sorted=False)[0]
    tensor([1., 4., 2., 3.])
    """
    given = [as_tensor(sequence, "pack_sequence") for sequence in sequences]
    return pack_padded_sequence(pad_sequence(given), list(map(len, given)), enforce_sorted=enforce_sorted)


def unpack_sequence(packed_sequences: PackedSequence) -> list[Tensor]:
    """The sequences that ``pack_sequence`` packed.

    >>> unpack_sequence(pack_sequence([Tensor([1.0, 2.0, 3.0]), Tensor([4.0])]))
    [tensor([1., 2., 3.]), tensor([4.])]
    """
    return [packed_sequences.data[own] for own in _places(packed_sequences)]


def _places(packed: PackedSequence) -> list[list[int]]:
    """For each sequence, in the order they once had, the rows of its steps."""
    sizes: list[int] = packed.batch_sizes.tolist()
    places: list[list[int]] = [[] for _ in range(sizes[0] if sizes else 0)]
    start = 0
    for size in sizes:
        for i in range(size):
            places[i].append(start + i)
        start += size
    unsorted = packed.unsorted_indices
    return places if unsorted is None else [places[i] for i in unsorted.tolist()]


def _lengths(name: str, x: Tensor, lengths: Any) -> list[int]:
    """The lengths as ints, once there is one for each sequence of x, (N, T, …), from 1 to T."""
    found: list[Any] = lengths.tolist() if isinstance(lengths, Tensor) else list(lengths)
    count, longest = x.shape[:2]
    if len(found) != count:
        raise ArgumentError(f"{name}: lengths has a length for each of {count} sequences, got {len(found)}")
    for i, length in enumerate(found):
        if not hasattr(length, "__index__") or isinstance(length, bool) or not 0 < index(length) <= longest:
            raise ArgumentError(f"{name}: a length is an int from 1 to {longest}, got {length!r} at position {i}")
    return list(map(index, found))
