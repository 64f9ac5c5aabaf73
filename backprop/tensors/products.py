"""Products: matrices times matrices, one for each place of the leading axes."""

from __future__ import annotations

from collections.abc import Sequence

from backprop.autograd.operation import Result, operation
from backprop.autograd.shapes import Size, broadcast_shapes, trusted_size
from backprop.autograd.tensor import Tensor, TensorLike, as_tensor
from backprop.kernel import Rows, float_product, transposed
from backprop.matrix import Matrix, float_matmul, trusted
from backprop.tensors.shaping import expand, view


@operation(cut=-1)
def _matmul(input: Matrix, other: Matrix) -> Result:
    """C = A·B,  ∂L/∂A = ∂L/∂C·Bᵀ,  ∂L/∂B = Aᵀ·∂L/∂C."""
    return float_matmul(input, other), (
        lambda d: float_matmul(d, other.T),
        lambda d: float_matmul(input.T, d),
    )


@operation(cut=-1, name="matmul")
def _batched_matmul(input: Matrix, other: Matrix, batch: int, shape: Size) -> Result:
    """Cₙ = Aₙ·Bₙ,  ∂L/∂Aₙ = ∂L/∂Cₙ·Bₙᵀ,  ∂L/∂Bₙ = Aₙᵀ·∂L/∂Cₙ for each n of the ``batch``."""
    lefts, rights = _blocks(input.rows, batch), _blocks(other.rows, batch)

    def to_input(d: Matrix) -> Matrix:
        blocks = zip(_blocks(d.rows, batch), rights)
        return _joined([float_product(ds, transposed(right)) for ds, right in blocks])

    def to_other(d: Matrix) -> Matrix:
        return _joined([float_product(transposed(left), ds) for left, ds in zip(lefts, _blocks(d.rows, batch))])

    return _joined([float_product(left, right) for left, right in zip(lefts, rights)]), (to_input, to_other), shape


def _blocks(rows: Rows, count: int) -> Sequence[Rows]:
    height = len(rows) // count
    return [rows[start : start + height] for start in range(0, len(rows), height)]


def _joined(blocks: Sequence[Rows]) -> Matrix:
    return trusted([row for block in blocks for row in block])


def matmul(input: TensorLike, other: TensorLike) -> Tensor:
    """C = A·B: vectors, matrices, or a matrix for each place of the leading axes, which are broadcast.

    Cᵢₖ = Σⱼ Aᵢⱼ·Bⱼₖ; a vector on the left is a row, on the right a column, and its axis is not in the result.

    >>> from backprop import Tensor
    >>> matmul(Tensor([[1.0, 2.0]]), Tensor([[3.0], [4.0]]))
    tensor([[11.]])
    """
    a, b = as_tensor(input, "matmul"), as_tensor(other, "matmul")
    left, right = a._shape, b._shape
    if len(left) == 2 == len(right):
        if left[1] != right[0]:
            raise _misfit(left, right)
        return _matmul(a, b)
    if not left or not right:
        raise ValueError(
            "matmul: both arguments need at least one axis, got a number; write * for the product with one"
        )
    if len(left) == 1:
        product = matmul(view(a, 1, left[0]), b)
        return view(product, *product._shape[:-2], *product._shape[-1:]) if len(right) > 1 else view(product, ())
    if len(right) == 1:
        product = matmul(a, view(b, right[0], 1))
        return view(product, *product._shape[:-1])
    if left[-1] != right[-2]:
        raise _misfit(left, right)
    if len(right) == 2:
        return _matmul(a, b)
    leading = broadcast_shapes("matmul", left[:-2], right[:-2])
    batch = leading.numel()
    a, b = expand(a, *leading, *left[-2:]), expand(b, *leading, *right[-2:])
    return _batched_matmul(a, b, batch, trusted_size((*leading, left[-2], right[-1])))


def _misfit(left: Size, right: Size) -> Exception:
    return ValueError(
        f"matmul: {list(left)} @ {list(right)}: the left has {left[-1]} columns, the right {right[max(-2, -len(right))]} rows; "
        "these must be equal"
    )
