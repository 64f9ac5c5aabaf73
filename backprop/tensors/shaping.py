"""Shapes: the same entries along other axes, or along the same axes in another order.

All are views, as in PyTorch: what is changed in place is changed in the Tensor itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from math import prod
from typing import Any, TypeVar

from backprop.autograd.cuts import recut
from backprop.autograd.operation import Result, _expand, composed, operation
from backprop.autograd.size import Dims, Size
from backprop.autograd.tensor import Tensor, TensorLike, as_tensor
from backprop.kernel import Rows
from backprop.matrix import Matrix, trusted
from backprop.matrix import flatten as flat
from backprop.tensors import positions
from backprop.tensors.numpy_names import numpy_names
from backprop.tensors.positions import taken
from backprop.tensors.shapes import (
    as_shape,
    expanded_shape,
    flattened_shape,
    infer_size,
    inverse_order,
    movedim_order,
    permute_order,
    permuted_shape,
    squeezed_shape,
    transpose_order,
    unflattened_shape,
    unsqueezed_shape,
)

F = TypeVar("F", bound=Callable[..., Any])


def given_by_name(parameter: str) -> Callable[[F], F]:
    """Let the arguments after the first be given as one sequence under this name too."""

    def change(function: F) -> F:
        @wraps(function)
        def call(input: TensorLike, *several: Any, **named: Any) -> Any:
            if parameter in named and not several:
                several = (named.pop(parameter),)
            return function(input, *several, **named)

        return call  # type: ignore[return-value]

    return change


@operation(name="clone", linear=True)
def copied(input: Matrix) -> Result:
    """y = x,  ∂L/∂x = ∂L/∂y: the same entries, but no view of them."""
    return input, lambda d: d


@operation(name="view", linear=True, write=lambda base, value, size, dim=None: recut(value, len(base.rows)))
def _view(input: Matrix, size: Size, dim: Dims = None) -> Result:
    """The same entries, row-major, in another shape;  ∂L/∂x is ∂L/∂y in the shape of x."""
    return input, lambda d: d, size


@given_by_name("size")
def view(input: TensorLike, *shape: Any) -> Tensor:
    """The same entries, row-major, in another shape; one size may be −1, which is then what is left.

    >>> from backprop import Tensor
    >>> view(Tensor([[1.0, 2.0], [3.0, 4.0]]), -1)
    tensor([1., 2., 3., 4.])
    """
    x = as_tensor(input, "view")
    return _view(x, size=infer_size("view", shape, x._shape.numel()))


@given_by_name("shape")
def reshape(input: TensorLike, *shape: Any) -> Tensor:
    """The same as ``view``, which here fits whatever the order of the axes was before.

    >>> from backprop import Tensor
    >>> reshape(Tensor([[1.0, 2.0], [3.0, 4.0]]), (4,))
    tensor([1., 2., 3., 4.])
    """
    x = as_tensor(input, "reshape")
    return _view(x, size=infer_size("reshape", shape, x._shape.numel()))


def view_as(input: TensorLike, other: Tensor) -> Tensor:
    """``view`` with the shape of ``other``."""
    return view(input, other.shape)


def reshape_as(input: TensorLike, other: Tensor) -> Tensor:
    """``reshape`` with the shape of ``other``."""
    return reshape(input, other.shape)


def flatten(input: TensorLike, start_dim: int = 0, end_dim: int = -1) -> Tensor:
    """The axes from ``start_dim`` to ``end_dim``, both included, as one.

    >>> from backprop import Tensor
    >>> flatten(Tensor([[[1.0, 2.0], [3.0, 4.0]]]), 1)
    tensor([[1., 2., 3., 4.]])
    """
    x = as_tensor(input, "flatten")
    return _view(x, size=flattened_shape("flatten", x._shape, start_dim, end_dim))


def ravel(input: TensorLike) -> Tensor:
    """All entries along a single axis."""
    return flatten(input)


@numpy_names
def unflatten(input: TensorLike, dim: int, sizes: Any) -> Tensor:
    """The axis ``dim`` as several, of these ``sizes``; one may be −1.

    >>> from backprop import Tensor
    >>> unflatten(Tensor([1.0, 2.0, 3.0, 4.0]), 0, (2, -1))
    tensor([[1., 2.],
            [3., 4.]])
    """
    x = as_tensor(input, "unflatten")
    return _view(x, size=unflattened_shape("unflatten", x._shape, dim, as_shape("unflatten", (sizes,), -1)))


@numpy_names
@composed
def unsqueeze(input: TensorLike, dim: int) -> Tensor:
    """With an axis of size 1 before axis ``dim``; −1 puts it last.

    >>> from backprop import Tensor
    >>> unsqueeze(Tensor([1.0, 2.0]), -1).shape
    torch.Size([2, 1])
    """
    x = as_tensor(input, "unsqueeze")
    return _view(x, size=unsqueezed_shape("unsqueeze", x._shape, dim))


@numpy_names
@composed
def squeeze(input: TensorLike, dim: Dims = None) -> Tensor:
    """Without those of the axes ``dim``, or of all, that have size 1.

    >>> from backprop import Tensor
    >>> squeeze(Tensor([[[1.0], [2.0]]])).shape, squeeze(Tensor([[[1.0], [2.0]]]), 0).shape
    (torch.Size([2]), torch.Size([2, 1]))
    """
    x = as_tensor(input, "squeeze")
    size = squeezed_shape("squeeze", x._shape, dim)
    return _view(x, size=size) if dim is None else _view(x, size=size, dim=dim)


def atleast_1d(*tensors: Any) -> Any:
    """Each with one axis or more: a number becomes a row of one. A tuple for several, or for a list of them."""
    return _each(tensors, lambda x: view(x, 1) if not x._shape else x)


def atleast_2d(*tensors: Any) -> Any:
    """Each with two axes or more, new ones in front."""
    return _each(tensors, lambda x: view(x, *(1,) * (2 - len(x._shape)), *x._shape) if len(x._shape) < 2 else x)


def atleast_3d(*tensors: Any) -> Any:
    """Each with three axes or more: a row becomes (1, n, 1), a matrix (n, m, 1).

    >>> from backprop import Tensor
    >>> atleast_3d(Tensor([1.0, 2.0])).shape
    torch.Size([1, 2, 1])
    """
    return _each(tensors, lambda x: unsqueeze(atleast_2d(x), -1) if len(x._shape) < 3 else x)


def _each(tensors: tuple[Any, ...], change: Callable[[Tensor], Tensor]) -> Any:
    if len(tensors) == 1 and not isinstance(tensors[0], (tuple, list)):
        return change(as_tensor(tensors[0]))
    several = tensors[0] if len(tensors) == 1 else tensors
    return tuple([change(as_tensor(x)) for x in several])


def resolve_conj(input: Tensor) -> Tensor:
    """The Tensor itself: its numbers are real."""
    return input


resolve_neg = resolve_conj


def _permute_back(base: Matrix, value: Matrix, shape: Size, order: tuple[int, ...]) -> Matrix:
    return recut(permuted(value, permuted_shape(shape, order), inverse_order(order)), len(base.rows))


def _permuted(input: Matrix, shape: Size, order: tuple[int, ...]) -> Result:
    """y[i_order] = x[i]: the axes in another order;  ∂L/∂x has them in the first order again."""
    turned = permuted_shape(shape, order)
    return permuted(input, shape, order), lambda d: permuted(d, turned, inverse_order(order)), turned


_permute = operation(_permuted, name="permute", linear=True, write=_permute_back)
_transpose = operation(_permuted, name="transpose", linear=True, write=_permute_back)


@given_by_name("dims")
def permute(input: TensorLike, *dims: Any) -> Tensor:
    """The axes in another order: axis i of the result is axis ``dims[i]``.

    >>> from backprop import Tensor
    >>> permute(Tensor([[1.0, 2.0], [3.0, 4.0]]), 1, 0)
    tensor([[1., 3.],
            [2., 4.]])
    """
    x = as_tensor(input, "permute")
    return _permute(
        x, shape=x._shape, order=permute_order("permute", as_shape("permute", dims, -len(x._shape)), len(x._shape))
    )


def transpose(input: TensorLike, dim0: int, dim1: int) -> Tensor:
    """Two axes exchanged.

    >>> from backprop import Tensor
    >>> transpose(Tensor([[[1.0], [2.0]]]), 0, -1).shape
    torch.Size([1, 2, 1])
    """
    x = as_tensor(input, "transpose")
    return _transpose(x, shape=x._shape, order=transpose_order("transpose", dim0, dim1, len(x._shape)))


swapdims = transpose


def swapaxes(input: TensorLike, axis0: int, axis1: int) -> Tensor:
    """``transpose`` in the words of NumPy."""
    return transpose(input, axis0, axis1)


def movedim(input: TensorLike, source: Dims, destination: Dims) -> Tensor:
    """The axes ``source`` moved to the places ``destination``; the others keep their order.

    >>> from backprop import Tensor
    >>> movedim(Tensor([[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]]), 0, -1).shape
    torch.Size([2, 3, 1])
    """
    x = as_tensor(input, "movedim")
    return _permute(x, shape=x._shape, order=movedim_order("movedim", source, destination, len(x._shape)))


moveaxis = movedim


@composed
def t(input: TensorLike) -> Tensor:
    """The transpose of a matrix; what has fewer axes stays.

    RuntimeError for more than two axes.
    """
    x = as_tensor(input, "t")
    if len(x._shape) > 2:
        raise RuntimeError(f"t: needs two axes at most, got the shape {list(x._shape)}; write transpose(dim0, dim1)")
    return _permute(x, shape=x._shape, order=tuple(range(len(x._shape)))[::-1])


def adjoint(input: TensorLike) -> Tensor:
    """The last two axes exchanged, which for real numbers is the conjugate transpose too.

    A number stays as it is. RuntimeError for one axis.

    >>> from backprop import Tensor
    >>> from backprop import adjoint
    >>> adjoint(Tensor([[[1.0, 2.0]]])).shape
    torch.Size([1, 2, 1])
    """
    x = as_tensor(input, "adjoint")
    if len(x._shape) == 1:
        raise RuntimeError(f"adjoint: needs two axes or more, got the shape {list(x._shape)}")
    return transpose(x, -2, -1) if x._shape else x


mT = mH = adjoint


def H(input: Tensor) -> Tensor:
    """The transpose of a matrix, a number as it is; RuntimeError for one axis, and for more than two."""
    if len(input._shape) not in (0, 2):
        raise RuntimeError(f"H: needs two axes, got the shape {list(input._shape)}; mH is for more")
    return transpose(input, 0, -1)


def T(input: Tensor) -> Tensor:
    """The transpose: all axes in the reverse order.

    >>> from backprop import Tensor
    >>> Tensor([[1.0, 2.0]]).T
    tensor([[1.],
            [2.]])
    """
    return _permute(input, shape=input._shape, order=tuple(range(len(input._shape)))[::-1])


def permuted(matrix: Matrix, shape: Sequence[int], order: tuple[int, ...]) -> Matrix:
    """The entries with their axes in another order.

    >>> permuted(Matrix([[1, 2], [3, 4]]), (2, 2), (1, 0))
    Matrix([[1, 3], [2, 4]])
    """
    sizes = tuple(shape)
    ndim = stop = len(sizes)
    while stop and order[stop - 1] == stop - 1:
        stop -= 1
    if not stop or not matrix.rows[0]:
        return matrix
    if stop < ndim:  # the last axes stay: rows change places, as wide as they are if they can be
        while stop < ndim - 1 and prod(sizes[:stop]) < len(matrix.rows):
            stop += 1
        rows = recut(matrix, prod(sizes[:stop])).rows
        return trusted(flat(_taken([rows], sizes[:stop], order[:stop])))
    kept = 0
    while order[kept] == kept:
        kept += 1
    first = order[kept]
    if order[kept:] != (*range(first, ndim), *range(kept, first)):
        return trusted(_taken(matrix.rows, sizes, order))
    # The last axes change places with those before: tables are turned, one for each entry of the axes that stay.
    height, tables = prod(sizes[kept:first]), prod(sizes[:kept])
    rows = recut(matrix, tables * height).rows
    return trusted([row for i in range(0, len(rows), height) for row in map(list, zip(*rows[i : i + height]))])


def _taken(rows: Rows, shape: Sequence[int], order: tuple[int, ...]) -> Rows:
    starts, length, _, step = positions.permute(shape, order)
    return taken(rows, starts, length, step)


@given_by_name("size")
def expand(input: TensorLike, *sizes: Any) -> Tensor:
    """The entries repeated along axes of size 1, and along new axes in front; −1 keeps a size.

    >>> from backprop import Tensor
    >>> expand(Tensor([[1.0], [2.0]]), -1, 3)
    tensor([[1., 1., 1.],
            [2., 2., 2.]])
    """
    x = as_tensor(input, "expand")
    size = expanded_shape("expand", x._shape, as_shape("expand", sizes, -1))
    return x if size == x._shape else _expand(x, x._shape, size)
