"""Indices as rows of numbers: learned ones (embedding), or a 1 at the index and 0 elsewhere (one_hot)."""

from __future__ import annotations

from math import inf
from operator import add
from reprlib import repr as short
from typing import Any

from backprop.autograd import Result, Size, Tensor, as_tensor, constant, operation, trusted_size
from backprop.dtypes import int64
from backprop.matrix import Matrix, flatten, plain, trusted
from backprop.nn.functional.targets import advice
from backprop.validation import ArgumentError, as_int, check_bool, check_number


def embedding(
    input: Any,
    weight: Tensor | Matrix,
    padding_idx: int | None = None,
    max_norm: float | None = None,
    norm_type: float = 2.0,
    scale_grad_by_freq: bool = False,
) -> Tensor:
    """yᵢ = w[indexᵢ],  ∂L/∂w[k] = Σ of ∂L/∂yᵢ over all i with indexᵢ = k, and 0 for ``padding_idx``.

    ``input`` is a Tensor of ints, or nested lists of them, of any shape, each from 0 to num_embeddings − 1; the result has
    its shape and the length of a row of ``weight`` (num_embeddings, embedding_dim) behind it. It is the product of
    one-hot rows with ``weight``, without the multiplications by 0. A negative ``padding_idx`` counts from the end.

    With ``max_norm`` each row that is looked up and whose ``norm_type``-norm is above it is first scaled to it, in
    ``weight`` itself. ``scale_grad_by_freq`` divides the gradient of a row by how often it was looked up. PyTorch's sparse
    is left out.

    Raises TypeError for indices that are not ints, IndexError for one out of range, and says which.

    >>> embedding([1, 0, 1], Tensor([[0.5, 1.0], [2.0, 3.0]]))
    tensor([[2.0000, 3.0000],
            [0.5000, 1.0000],
            [2.0000, 3.0000]])
    """
    w = as_tensor(weight, "embedding")
    if len(w._shape) != 2:
        raise ArgumentError(
            f"embedding: weight is (num_embeddings, embedding_dim), got a Tensor of the shape {list(w._shape)}"
        )
    count, width = w._shape
    padding = checked_padding("embedding", padding_idx, count)
    check_norm("embedding", max_norm, norm_type)
    check_bool("embedding", scale_grad_by_freq=scale_grad_by_freq)
    indices, shape = index_entries("embedding", input)
    check_range("embedding", indices, shape, count)
    if max_norm is not None:
        w._matrix = trusted(_renormed(w._matrix.rows, set(indices), max_norm, norm_type))
    return _embedding(w, indices, padding, scale_grad_by_freq, trusted_size((*shape, width)))


@operation(linear=True)
def _embedding(
    weight: Matrix, input: list[int], padding_idx: int | None, scale_grad_by_freq: bool, shape: Size
) -> Result:
    """yᵢ = w[indexᵢ],  ∂L/∂w[k] = Σ of ∂L/∂yᵢ over all i with indexᵢ = k, and 0 for ``padding_idx``."""
    rows = weight.rows

    def pullback(d: Matrix) -> Matrix:
        zeros: list[Any] = [0] * len(rows[0])
        gradient = [zeros] * len(rows)
        for k, slopes in zip(input, d.rows):
            gradient[k] = slopes if gradient[k] is zeros else list(map(add, gradient[k], slopes))
        if scale_grad_by_freq:
            for k in set(input):
                times = input.count(k)
                gradient[k] = [slope / times for slope in gradient[k]]
        if padding_idx is not None:
            gradient[padding_idx] = zeros
        return trusted(gradient)

    chosen = [rows[k] for k in input] or [[]]
    return trusted(chosen if len(shape) > 1 else [flatten(chosen)]), pullback, shape


def _renormed(rows: list[list[Any]], used: set[int], max_norm: float, norm_type: float) -> list[list[Any]]:
    """The rows, with those in use scaled to the norm at most."""

    def scaled(row: list[Any]) -> list[Any]:
        sizes = list(map(abs, row))
        norm = max(sizes) if norm_type == inf else sum([size**norm_type for size in sizes]) ** (1 / norm_type)
        factor = max_norm / (norm + 1e-7)  # PyTorch's guard against a norm of 0
        return [x * factor for x in row] if norm > max_norm else row

    return [scaled(row) if k in used else row for k, row in enumerate(rows)]


def one_hot(input: Any, num_classes: int = -1) -> Tensor:
    """[k = indexᵢ]: for each class index a row with a 1 at its place and 0 elsewhere, of the shape (…, num_classes).

    ``input`` is a Tensor of ints, or nested lists of them, of any shape. -1 stands for the largest index plus one.

    Raises TypeError for what are not ints, ValueError for an index that is not from 0 to num_classes − 1, and for
    no index at all where num_classes is left open.

    >>> one_hot([0, 2, 1], num_classes=3)
    tensor([[1, 0, 0],
            [0, 0, 1],
            [0, 1, 0]])
    """
    indices, shape = index_entries("one_hot", input)
    num_classes = as_int("one_hot", "num_classes", num_classes, bools=False)
    if num_classes < -1 or num_classes == 0:
        raise ArgumentError(f"one_hot: num_classes is an int from 1 up, or -1, got {short(num_classes)}")
    if num_classes == -1:
        if not indices:
            raise ArgumentError("one_hot: there is no index, so num_classes cannot be found; write it")
        num_classes = max(*indices, 0) + 1
    check_range("one_hot", indices, shape, num_classes, ArgumentError)
    rows = [[0] * num_classes for _ in indices]
    for row, index in zip(rows, indices):
        row[index] = 1
    shape = trusted_size((*shape, num_classes))
    return constant(trusted(rows or [[]]), shape, int64)


def index_entries(name: str, input: Any) -> tuple[list[int], Size]:
    """Indices of any shape as a flat list, and the shape; TypeError for those that are not ints.

    >>> index_entries("embedding", [[1, 0], [2, 2]])
    ([1, 0, 2, 2], torch.Size([2, 2]))
    """
    given = plain(input)
    try:
        tensor = as_tensor(given, name)
    except TypeError:
        raise TypeError(f"{name}: indices are ints, got {short(given)}{advice(given)}") from None
    if tensor._dtype is not None and tensor._dtype.is_floating_point:
        raise TypeError(f"{name}: indices are ints, got a Tensor of {tensor._dtype}; write input.long()")
    entries = flatten(tensor._matrix.rows)
    while isinstance(given, (list, tuple)) and given and isinstance(given[0], (list, tuple)):
        given = flatten(given)
    # A bool among ints is one of them in the Tensor, but no index.
    written = given if isinstance(given, (list, tuple)) and bool in map(type, given) else entries
    if not {int}.issuperset(map(type, written)):
        i, k = next((i, k) for i, k in enumerate(written) if type(k) is not int)
        raise TypeError(f"{name}: indices are ints, got {short(k)} at {_place(i, tensor._shape)}")
    return entries, tensor._shape


def check_norm(name: str, max_norm: float | None, norm_type: float) -> None:
    """ValueError unless max_norm is None or a finite number from 0 up, and norm_type a number above 0 or infinity."""
    if max_norm is not None:
        check_number(name, "max_norm", max_norm, 0)
    if norm_type != inf:
        check_number(name, "norm_type", norm_type, above=0)


def checked_padding(name: str, padding_idx: Any, count: int) -> int | None:
    """The index counted from 0, or the error that says which there are."""
    if padding_idx is None:
        return None
    if type(padding_idx) is not int or not -count <= padding_idx < count:
        raise ArgumentError(f"{name}: padding_idx is None or an int from {-count} to {count - 1}, got {padding_idx!r}")
    return padding_idx % count


def check_range(name: str, indices: list[int], shape: Size, count: int, error: type[Exception] = IndexError) -> None:
    """The error that says which index is not from 0 to ``count`` − 1, and where it stands.

    >>> check_range("embedding", [0, 4], Size([2]), 4)
    Traceback (most recent call last):
    IndexError: embedding: index 4 at position 1 is out of range; indices are from 0 to 3
    """
    if indices and (min(indices) < 0 or max(indices) >= count):
        i, k = next((i, k) for i, k in enumerate(indices) if not 0 <= k < count)
        raise error(f"{name}: index {k} at {_place(i, shape)} is out of range; indices are from 0 to {count - 1}")


def _place(i: int, shape: Size) -> str:
    """Where the i-th entry stands, by all its indices."""
    place: list[int] = []
    for size in reversed(shape):
        i, position = divmod(i, size)
        place.append(position)
    return f"position {', '.join(map(str, reversed(place)))}" if place else "its only place"
