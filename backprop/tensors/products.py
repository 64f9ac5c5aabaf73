"""Products: matrices times matrices, one for each place of the leading axes; all others are made of that one."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from math import prod
from typing import Any, Callable

from backprop.autograd.operation import Result, composed, operation
from backprop.autograd.size import Size, broadcast_shapes, format_sizes, trusted_size
from backprop.autograd.tensor import Tensor, TensorLike, as_tensor
from backprop.kernel import Rows, float_product, float_products, transposed
from backprop.kernel import dot as row_dot
from backprop.matrix import Matrix, flatten, float_matmul, trusted
from backprop.shape_errors import shape_error
from backprop.tensors.arithmetic import add, mul
from backprop.tensors.equations import as_equation, plan
from backprop.tensors.labels import labelled
from backprop.tensors.numpy_names import numpy_names
from backprop.tensors.parts import diagonal
from backprop.tensors.reductions import sum as total
from backprop.tensors.shapes import resolve_dims
from backprop.tensors.shaping import expand, permute, reshape, view
from backprop.validation import ArgumentError


@operation(cut=-1, multilinear=True)
def _matmul(input: Matrix, other: Matrix) -> Result:
    """C = A·B,  ∂L/∂A = ∂L/∂C·Bᵀ,  ∂L/∂B = Aᵀ·∂L/∂C."""
    return float_matmul(input, other), (
        lambda d: trusted(float_products(d.rows, other.rows)),
        lambda d: trusted(float_product(transposed(input.rows), d.rows)),
    )


@operation(cut=-1, name="matmul", multilinear=True)
def _batched_matmul(input: Matrix, other: Matrix, batch: int, shape: Size) -> Result:
    """Cₙ = Aₙ·Bₙ,  ∂L/∂Aₙ = ∂L/∂Cₙ·Bₙᵀ,  ∂L/∂Bₙ = Aₙᵀ·∂L/∂Cₙ for each n of the ``batch``."""
    lefts, rights = blocks(input.rows, batch), blocks(other.rows, batch)

    def to_input(d: Matrix) -> Matrix:
        return joined(map(float_products, blocks(d.rows, batch), rights))

    def to_other(d: Matrix) -> Matrix:
        return joined(map(float_product, map(transposed, lefts), blocks(d.rows, batch)))

    return joined(map(float_product, lefts, rights)), (to_input, to_other), shape


@operation(cut=-1, name="matmul", linear=True)
def _empty_product(input: Matrix, other: Matrix, shape: Size, zero: float) -> Result:
    """C = A·B without a single multiplication, where each entry is an empty sum,  ∂L/∂A = ∂L/∂B = 0."""

    def zeros_like(x: Matrix) -> Matrix:
        return trusted([[0.0] * len(row) for row in x.rows])

    value = trusted([[zero] * shape.numel()])
    return value, (lambda d: zeros_like(input), lambda d: zeros_like(other)), shape


@operation(cut=-1, name="vecdot", multilinear=True)
def _vecdot(input: Matrix, other: Matrix, shape: Size) -> Result:
    """y = u·v for each row u of the one and v of the other,  ∂L/∂u = ∂L/∂y·v,  ∂L/∂v = ∂L/∂y·u."""

    def times(rows: Rows) -> Callable[[Matrix], Matrix]:
        return lambda d: trusted([[one * x for x in row] for one, row in zip(flatten(d.rows), rows)])

    value = trusted([list(map(row_dot, input.rows, other.rows))])
    return value, (times(other.rows), times(input.rows)), shape


def blocks(rows: Rows, count: int) -> list[Rows]:
    """The rows in ``count`` blocks of as many.

    >>> blocks([[1], [2], [3], [4]], 2)
    [[[1], [2]], [[3], [4]]]
    """
    height = len(rows) // count
    return [rows[start : start + height] for start in range(0, len(rows), height)]


def joined(parts: Any) -> Matrix:
    """The rows of all blocks, one below the other."""
    return trusted([row for block in parts for row in block])


def matmul(input: TensorLike, other: TensorLike) -> Tensor:
    """C = A·B: vectors, matrices, or a matrix for each place of the leading axes, which are broadcast.

    Cᵢₖ = Σⱼ Aᵢⱼ·Bⱼₖ; a vector on the left is a row, on the right a column, and its axis is not in the result.

    Raises ValueError for shapes that do not fit, and for numbers without an axis.

    >>> from backprop import Tensor
    >>> matmul(Tensor([[1.0, 2.0]]), Tensor([[3.0], [4.0]]))
    tensor([[11.]])
    """
    a, b = as_tensor(input, "matmul"), as_tensor(other, "matmul")
    left, right = tuple(a._shape), tuple(b._shape)
    if not left or not right:
        raise ArgumentError(
            "matmul: both arguments need at least one axis, got a number; write * for the product with one"
        )
    if left[-1] != right[max(-2, -len(right))]:
        raise _misfit("matmul", left, right)
    if len(left) > 1 and len(right) == 2:
        return _matmul(a, b) if left[-1] and prod(left) and right[1] else _product(a, b)
    # A vector is a table of one row or column, of which the product then has none.
    kept = (*left[-2:-1], *(right[-1:] if len(right) > 1 else ()))
    product = _product(
        view(a, 1, *left) if len(left) == 1 else a,
        view(b, *right, 1) if len(right) == 1 else b,
    )
    if len(left) > 1 < len(right):
        return product
    return labelled(view(product, *product._shape[:-2], *kept), "matmul")


def _product(a: Tensor, b: Tensor) -> Tensor:
    left, right = tuple(a._shape), tuple(b._shape)
    leading = broadcast_shapes("matmul", left[:-2], right[:-2])
    shape = trusted_size((*leading, left[-2], right[-1]))
    if 0 in (*shape, left[-1]):
        zero = 0.0 if a.dtype.is_floating_point or b.dtype.is_floating_point else 0
        return _empty_product(a, b, shape, zero)
    if len(right) == 2:
        return _matmul(a, b)
    if left[:-2] != right[:-2]:
        a, b = expand(a, *leading, *left[-2:]), expand(b, *leading, *right[-2:])
    return _batched_matmul(a, b, leading.numel(), shape)


def _misfit(name: str, left: Sequence[int], right: Sequence[int]) -> Exception:
    """In PyTorch's words for each number of axes: what comes before the last two is one axis there."""
    columns, rows = left[-1], right[max(-2, -len(right))]
    if len(right) == len(left) == 1:
        words = f"inconsistent tensor size, expected tensor [{columns}] and src [{rows}] to have the same number of elements"
    elif len(right) == 1:
        words = f"size mismatch, got input ({prod(left[:-1])}), mat ({prod(left[:-1])}x{columns}), vec ({rows})"
    elif len(right) == 2:
        words = f"mat1 and mat2 shapes cannot be multiplied ({prod(left[:-1])}x{columns} and {rows}x{right[1]})"
    else:
        batch = prod(right[:-2])
        words = f"Expected size for first two dimensions of batch2 tensor to be: [{batch}, {columns}] but got: [{batch}, {rows}]"
    return shape_error(f"{name}: {words}; the left has {columns} columns, the right {rows} rows", mat1=left, mat2=right)


def _with_axes(name: str, *arguments: tuple[str, TensorLike, int]) -> list[Tensor]:
    """Each argument, given as (its name, the value, the axes that it needs), as a Tensor."""
    tensors = [as_tensor(value, name) for _, value, _ in arguments]
    for (own, _, axes), x in zip(arguments, tensors):
        if len(x._shape) != axes:
            raise ArgumentError(
                f"{name}: {own} has {axes} {'axis' if axes == 1 else 'axes'}, got the shape {list(x._shape)}"
            )
    return tensors


def _factors(name: str, *arguments: tuple[str, TensorLike, int]) -> list[Tensor]:
    """The two of a product, whose columns and rows are the same number."""
    a, b = _with_axes(name, *arguments)
    if a._shape[-1] != b._shape[max(-2, -len(b._shape))]:
        raise _misfit(name, a._shape, b._shape)
    return [a, b]


@composed
def mm(input: TensorLike, mat2: TensorLike) -> Tensor:
    """A·B of two matrices, (n, m) and (m, p)."""
    return matmul(*_factors("mm", ("input", input, 2), ("mat2", mat2, 2)))


@composed
def bmm(input: TensorLike, mat2: TensorLike) -> Tensor:
    """Aₙ·Bₙ of a batch of matrices, (b, n, m) and (b, m, p)."""
    a, b = _factors("bmm", ("input", input, 3), ("mat2", mat2, 3))
    if a._shape[0] != b._shape[0]:
        raise ArgumentError(f"bmm: both batches have the same size, got {a._shape[0]} and {b._shape[0]}")
    return matmul(a, b)


@composed
def mv(input: TensorLike, vec: TensorLike) -> Tensor:
    """A·v of a matrix (n, m) and a vector (m)."""
    return matmul(*_factors("mv", ("input", input, 2), ("vec", vec, 1)))


@composed
def dot(input: TensorLike, tensor: TensorLike) -> Tensor:
    """Σ uᵢ·vᵢ of two vectors.

    >>> dot(Tensor([1.0, 2.0]), Tensor([3.0, 4.0]))
    tensor(11.)
    """
    return matmul(*_factors("dot", ("input", input, 1), ("tensor", tensor, 1)))


@numpy_names
@composed
def vecdot(x: TensorLike, y: TensorLike, *, dim: int = -1) -> Tensor:
    """Σ xₖ·yₖ along the axis ``dim``, of two Tensors that are broadcast.

    >>> vecdot(Tensor([[1.0, 2.0], [3.0, 4.0]]), Tensor([1.0, 1.0]))
    tensor([3., 7.])
    """
    u, v = as_tensor(x, "vecdot"), as_tensor(y, "vecdot")
    if dim == -1 and u._shape and u._shape == v._shape and 0 not in u._shape:
        return _vecdot(u, v, shape=u._shape[:-1])
    return total(mul(u, v), dim)


@composed
def outer(input: TensorLike, vec2: TensorLike) -> Tensor:
    """The table of all products uᵢ·vⱼ of two vectors.

    >>> outer(Tensor([1.0, 2.0]), Tensor([3.0, 4.0]))
    tensor([[3., 4.],
            [6., 8.]])
    """
    u, v = _with_axes("outer", ("input", input, 1), ("vec2", vec2, 1))
    return mul(view(u, *u._shape, 1), v)


@composed
def inner(input: TensorLike, other: TensorLike) -> Tensor:
    """Σⱼ A…ⱼ·B…ⱼ over the last axes, for all places of the others: (…, m) and (…′, m) give (…, …′)."""
    a, b = as_tensor(input, "inner"), as_tensor(other, "inner")
    if not a._shape or not b._shape:
        return mul(a, b)
    if a._shape[-1] != b._shape[-1]:
        raise RuntimeError(f"inner: the last axes are as long, got the shapes {list(a._shape)} and {list(b._shape)}")
    return tensordot(a, b, ([-1], [-1]))


@composed
def tensordot(a: TensorLike, b: TensorLike, dims: Any = 2) -> Tensor:
    """The sum of the products of entries over pairs of axes: the last ``dims`` of ``a`` with the first of ``b``, or those
    in the two lists of ``dims``.

    >>> tensordot(Tensor([[1.0, 2.0]]), Tensor([[3.0, 4.0]]), ([1], [1]))
    tensor([[11.]])
    """
    a, b = as_tensor(a, "tensordot"), as_tensor(b, "tensordot")
    left, right = a._shape, b._shape
    if isinstance(dims, int):
        if not 0 <= dims <= min(len(left), len(right)):
            raise ArgumentError(f"tensordot: dims is an int from 0 to {min(len(left), len(right))}, got {dims}")
        dims = list(range(len(left) - dims, len(left))), list(range(dims))
    ours, theirs = (resolve_dims("tensordot", axes, len(shape)) for axes, shape in zip(dims, (left, right)))
    for i, j in zip(ours, theirs):
        if left[i] != right[j] and 1 not in (left[i], right[j]):
            raise ArgumentError(
                f"tensordot: axis {i} of {format_sizes(left)} and axis {j} of {format_sizes(right)} have the same size, or one of 1"
            )
    # An axis of size 1 stands for as many equal entries as the other has.
    wide = [i for i, j in zip(ours, theirs) if left[i] != 1 == right[j]]
    a = total(a, wide, True) if wide else a
    wide = [j for i, j in zip(ours, theirs) if right[j] != 1 == left[i]]
    b = total(b, wide, True) if wide else b
    left, right = a._shape, b._shape
    rows = [i for i in range(len(left)) if i not in ours]
    columns = [i for i in range(len(right)) if i not in theirs]
    summed = prod([left[i] for i in ours])
    product = matmul(
        reshape(permute(a, *rows, *ours), prod([left[i] for i in rows]), summed),
        reshape(permute(b, *theirs, *columns), summed, prod([right[i] for i in columns])),
    )
    return reshape(product, *[left[i] for i in rows], *[right[i] for i in columns])


@composed
def addmm(input: TensorLike, mat1: TensorLike, mat2: TensorLike, *, beta: Any = 1, alpha: Any = 1) -> Tensor:
    """β·X + α·A·B."""
    return _plus(input, mm(mat1, mat2), beta, alpha)


@composed
def addmv(input: TensorLike, mat: TensorLike, vec: TensorLike, *, beta: Any = 1, alpha: Any = 1) -> Tensor:
    """β·x + α·A·v."""
    return _plus(input, mv(mat, vec), beta, alpha)


@composed
def addr(input: TensorLike, vec1: TensorLike, vec2: TensorLike, *, beta: Any = 1, alpha: Any = 1) -> Tensor:
    """β·X + α·u·vᵀ."""
    return _plus(input, outer(vec1, vec2), beta, alpha)


@composed
def baddbmm(input: TensorLike, batch1: TensorLike, batch2: TensorLike, *, beta: Any = 1, alpha: Any = 1) -> Tensor:
    """β·Xₙ + α·Aₙ·Bₙ for each n of the batch."""
    return _plus(input, bmm(batch1, batch2), beta, alpha)


@composed
def addbmm(input: TensorLike, batch1: TensorLike, batch2: TensorLike, *, beta: Any = 1, alpha: Any = 1) -> Tensor:
    """β·X + α·Σₙ Aₙ·Bₙ."""
    return _plus(input, total(bmm(batch1, batch2), 0), beta, alpha)


def _plus(input: TensorLike, product: Tensor, beta: Any, alpha: Any) -> Tensor:
    """β·input + α·product, of the shape of the product; with β = 0 a NaN in the input is not seen."""
    scaled = product if alpha == 1 else mul(product, alpha)
    summand = expand(as_tensor(input), *product._shape)
    if beta == 0:
        return scaled
    return add(summand if beta == 1 else mul(summand, beta), scaled)


@composed
def chain_matmul(*matrices: TensorLike) -> Tensor:
    """A·B·C·…, in the order that needs the fewest multiplications.

    >>> chain_matmul(Tensor([[1.0], [2.0]]), Tensor([[3.0, 4.0]]), Tensor([[1.0], [1.0]]))
    tensor([[ 7.],
            [14.]])
    """
    tensors = _with_axes("chain_matmul", *[(f"matrix {i}", x, 2) for i, x in enumerate(matrices)])
    if not tensors:
        raise ArgumentError("chain_matmul: needs one matrix or more, got none")
    for x, y in zip(tensors, tensors[1:]):
        if x._shape[1] != y._shape[0]:
            raise _misfit("chain_matmul", x._shape, y._shape)
    sizes = [tensors[0]._shape[0], *[x._shape[1] for x in tensors]]
    # best[i, j]: the fewest multiplications for the matrices i to j − 1, and the product that is taken last there.
    best: dict[tuple[int, int], tuple[int, int]] = {(i, i + 1): (0, i) for i in range(len(tensors))}
    for i, j in sorted(combinations(range(len(sizes)), 2), key=lambda ends: ends[1] - ends[0]):
        if j - i > 1:
            best[i, j] = min(
                [(best[i, k][0] + best[k, j][0] + sizes[i] * sizes[k] * sizes[j], k) for k in range(i + 1, j)]
            )

    def product(i: int, j: int) -> Tensor:
        k = best[i, j][1]
        return tensors[i] if j - i == 1 else matmul(product(i, k), product(k, j))

    return product(0, len(tensors))


@composed
def einsum(*arguments: Any) -> Tensor:
    """The sum of products that an equation names: each letter is an axis, and those not in the result are summed over.

    ``einsum("bij,bjk->bik", a, b)``; without ``->`` the result has the letters that come once, in the alphabet; ``...``
    stands for axes that are broadcast; a letter that comes twice in one operand takes its diagonal. Also as
    ``einsum(a, [0, 1], b, [1, 2], [0, 2])``.

    Raises ValueError for what is no equation, or does not fit the shapes.

    >>> einsum("ij,j->i", Tensor([[1.0, 2.0], [3.0, 4.0]]), Tensor([10.0, 1.0]))
    tensor([12., 34.])
    """
    equation, operands = as_equation(arguments)
    values = [as_tensor(x, "einsum") for x in operands]
    for step, inputs, extra in plan(equation, *[x._shape for x in values]):
        values.append(_STEPS[step](*[values[i] for i in inputs], *extra))
    return values[-1]


_STEPS: dict[str, Callable[..., Tensor]] = {
    "diagonal": diagonal,
    "matmul": matmul,
    "mul": mul,
    "permute": permute,
    "reshape": reshape,
    "sum": total,
    "vecdot": vecdot,
}


# Their other names.
ger = outer
