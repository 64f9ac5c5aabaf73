"""The affine map Y = X·Wᵀ + b, where nearly all the time of a network goes, and the bilinear one."""

from __future__ import annotations

from functools import lru_cache
from math import prod
from operator import add as plus

from backprop.autograd import Result, Size, Tensor, TensorLike, as_tensor, operation
from backprop.autograd.operation import composed
from backprop.kernel import BY_DISTANCE, float_product, float_products, transposed
from backprop.matrix import Matrix, kept_scaled, trusted
from backprop.shape_errors import shape_error
from backprop.tensors.arithmetic import add
from backprop.tensors.products import matmul
from backprop.tensors.shaping import expand, permute, transpose, view
from backprop.validation import ArgumentError


def linear(input: TensorLike, weight: TensorLike, bias: TensorLike | None = None) -> Tensor:
    """Y = X·Wᵀ + b,  ∂L/∂X = ∂L/∂Y·W,  ∂L/∂W = ∂L/∂Yᵀ·X,  ∂L/∂b = Σ over the rows of ∂L/∂Y.

    X is (…, in), W (out, in), b (out) or left out, Y (…, out). A row of W is one neuron, so Y is rows times rows and needs
    no transpose. n·in·out multiply-adds forward for n rows, and once or twice that back. A W of one axis, (in), gives
    Y (…).

    Raises ValueError for shapes that do not fit.

    >>> linear(Tensor([[1.0, 2.0]]), Tensor([[3.0, 4.0], [5.0, 6.0]]), Tensor([0.5, -0.5]))
    tensor([[11.5000, 16.5000]])
    """
    x, w = as_tensor(input, "linear"), as_tensor(weight, "linear")
    b = None if bias is None else as_tensor(bias, "linear")
    fits = _fit(x._shape, w._shape, None if b is None else b._shape)
    return _linear(x, w, b) if fits else _unusual(x, w, b)


@lru_cache(1024)
def _fit(input: Size, weight: Size, bias: Size | None) -> bool:
    """Whether a row of the input is a row of the weight, and there is a bias for each of the weight's rows, or none."""
    return len(weight) == 2 and input[-1:] == weight[1:] and bias in (None, weight[:1]) and 0 not in input


@operation(cut=-1, multilinear=True)
def _linear(input: Matrix, weight: Matrix, bias: Matrix | None = None) -> Result:
    """Y = X·Wᵀ + b,  ∂L/∂X = ∂L/∂Y·W,  ∂L/∂W = ∂L/∂Yᵀ·X,  ∂L/∂b = Σ over the rows of ∂L/∂Y."""
    # BY_DISTANCE is asked here: in a small network two calls for nothing are a hundredth of a step.
    rows = float_products(input.rows, kept_scaled(weight, len(input.rows)) if BY_DISTANCE else weight.rows)
    if bias is not None:
        biases = bias.rows[0]
        rows = [list(map(plus, row, biases)) for row in rows]

    def to_x(d: Matrix) -> Matrix:
        return trusted(float_product(d.rows, weight.rows))

    def to_weight(d: Matrix) -> Matrix:
        return trusted(float_product(transposed(d.rows), input.rows))

    def to_bias(d: Matrix) -> Matrix:
        return trusted([list(map(sum, zip(*d.rows)))])

    return trusted(rows), (to_x, to_weight, to_bias)


def _unusual(x: Tensor, w: Tensor, b: Tensor | None) -> Tensor:
    """What has no entries, a weight of one axis, a bias that is broadcast; or the error that says what does not fit."""
    features, shape = x._shape, w._shape
    if len(shape) not in (1, 2):
        raise ArgumentError(f"linear: a weight is (out, in) or (in), got the shape {list(shape)}")
    if features[-1:] != shape[-1:]:
        rows, outputs = prod(features[:-1]), 1 if len(shape) == 1 else shape[0]
        factors = f"{rows}x{features[-1] if features else 1} and {shape[-1]}x{outputs}"
        message = f"linear: mat1 and mat2 shapes cannot be multiplied ({factors}); a weight of {list(shape)} needs (…, {shape[-1]})"
        raise shape_error(message, input=x, weight=w)
    if b is not None and b._shape[-1:] not in ((), (1,), shape[:-1]):
        raise ArgumentError(
            f"linear got a bias of the shape {list(b._shape)}; a weight of {list(shape)} needs {list(shape[:-1])}"
        )
    y = matmul(x, transpose(w, 0, 1) if len(shape) == 2 else w)
    return y if b is None else add(y, expand(b, *y._shape))


@composed
def bilinear(input1: TensorLike, input2: TensorLike, weight: TensorLike, bias: TensorLike | None = None) -> Tensor:
    """yₒ = x₁ᵀ·Wₒ·x₂ + bₒ for inputs (…, in₁) and (…, in₂), W (out, in₁, in₂) and b (out).

    Raises ValueError for shapes that do not fit.

    >>> bilinear(Tensor([[1.0, 2.0]]), Tensor([[3.0]]), Tensor([[[1.0], [10.0]]]))
    tensor([[63.]])
    """
    x1, x2, w = (as_tensor(x, "bilinear") for x in (input1, input2, weight))
    shape, leading = w._shape, x1._shape[:-1]
    if len(shape) != 3 or x1._shape[-1:] != shape[1:2] or x2._shape != (*leading, *shape[2:]):
        raise ArgumentError(
            f"bilinear got inputs of the shapes {list(x1._shape)} and {list(x2._shape)}; a weight of {list(shape)} needs "
            "(…, in1) and (…, in2), where the weight is (out, in1, in2)"
        )
    outputs, first, second = shape
    by_output = matmul(x1, view(permute(w, 1, 0, 2), first, outputs * second))  # (…, out·in₂)
    y = view(matmul(view(by_output, *leading, outputs, second), view(x2, *leading, second, 1)), *leading, outputs)
    return y if bias is None else add(y, expand(as_tensor(bias, "bilinear"), *y._shape))
