"""Functions entry by entry that have no gradient: their results are bools or ints, or tell of the entries."""

from __future__ import annotations

from collections.abc import Callable
from itertools import repeat
from typing import Any

from backprop.autograd.cuts import recut
from backprop.autograd.expansion import repeated
from backprop.autograd.size import broadcast_shapes
from backprop.autograd.tensor import Tensor, TensorLike, as_tensor, constant
from backprop.dtypes import DType
from backprop.matrix import trusted


def entry_by_entry(name: str, function: Callable[..., Any], *inputs: TensorLike, dtype: DType | None = None) -> Tensor:
    """f(a, b, …) for all entries of the inputs, broadcast, without a graph; messages call it ``name``.

    >>> entry_by_entry("smaller", min, Tensor([[3.0], [7.0]]), Tensor([5.0, 1.0]))
    tensor([[3., 1.],
            [5., 1.]])
    """
    tensors = [as_tensor(x, name) for x in inputs]
    size = broadcast_shapes(name, *[x._shape for x in tensors])
    if 0 in size:
        return constant(trusted([[]]), size, dtype)
    whole = next((x._matrix for x in tensors if x._shape == size), None)
    count = size[:-1].numel() if whole is None else len(whole.rows)
    tables: list[Any] = []
    for x in tensors:
        matrix = x._matrix
        if x._shape == size:
            tables.append(recut(matrix, count).rows)
        elif whole is not None and x._shape.numel() == 1:
            tables.append(repeat(repeat(matrix.rows[0][0])))
        else:
            padded = (1,) * (len(size) - len(x._shape)) + tuple(x._shape)
            tables.append(recut(repeated(matrix, padded, size), count).rows)
    return constant(trusted([list(map(function, *rows)) for rows in zip(*tables)]), size, dtype)
