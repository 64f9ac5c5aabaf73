"""Grids: all combinations of the entries of several rows, or of one."""

from __future__ import annotations

import itertools
from typing import Any

from backprop.autograd.operation import composed
from backprop.autograd.size import trusted_size
from backprop.autograd.tensor import Tensor, TensorLike, as_tensor
from backprop.tensors.concatenation import stack
from backprop.tensors.indexing import getitem, places
from backprop.tensors.shaping import expand, flatten, transpose, view
from backprop.validation import check_choice, check_positive_int


def meshgrid(*tensors: Any, indexing: str = "ij") -> tuple[Tensor, ...]:
    """Each row repeated along an axis for each of the others: what of all of them is at a place of the grid.

    The first row runs along axis 0, the second along axis 1; with ``indexing="xy"`` these two are exchanged.

    >>> from backprop import Tensor
    >>> meshgrid(Tensor([1.0, 2.0]), Tensor([3.0, 4.0]), indexing="ij")
    (tensor([[1., 1.],
            [2., 2.]]), tensor([[3., 4.],
            [3., 4.]]))
    """
    check_choice("meshgrid", "indexing", indexing, ("ij", "xy"))
    several = tensors[0] if len(tensors) == 1 and isinstance(tensors[0], (tuple, list)) else tensors
    rows = [as_tensor(x, "meshgrid") for x in several]
    if not rows or any(len(x._shape) > 1 for x in rows):
        raise RuntimeError("meshgrid: needs Tensors with one axis, or numbers")
    shape = [x._shape.numel() for x in rows]
    grids = [expand(view(x, *(1,) * axis, -1, *(1,) * (len(rows) - axis - 1)), shape) for axis, x in enumerate(rows)]
    return tuple([transpose(x, 0, 1) for x in grids] if indexing == "xy" and len(rows) > 1 else grids)


@composed
def cartesian_prod(*tensors: Any) -> Tensor:
    """A row for each combination of an entry of each Tensor; the entries themselves for one.

    >>> from backprop import Tensor
    >>> cartesian_prod(Tensor([1.0, 2.0]), Tensor([3.0, 4.0]))
    tensor([[1., 3.],
            [1., 4.],
            [2., 3.],
            [2., 4.]])
    """
    if len(tensors) == 1:
        return as_tensor(tensors[0], "cartesian_prod")
    return stack([flatten(x) for x in meshgrid(*tensors)], 1)


@composed
def combinations(input: TensorLike, r: int = 2, with_replacement: bool = False) -> Tensor:
    """A row for each choice of ``r`` entries, in their order.

    >>> from backprop import Tensor
    >>> combinations(Tensor([1.0, 2.0, 3.0]))
    tensor([[1., 2.],
            [1., 3.],
            [2., 3.]])
    """
    x = as_tensor(input, "combinations")
    check_positive_int("combinations", 0, r=r)
    if len(x._shape) != 1:
        raise RuntimeError(f"combinations: needs one axis, got the shape {list(x._shape)}")
    if not r:
        return getitem(x, slice(0, 0))
    choices = itertools.combinations_with_replacement if with_replacement else itertools.combinations
    chosen = list(choices(range(len(x)), r))
    return getitem(x, places([i for one in chosen for i in one], trusted_size((len(chosen), r))))
