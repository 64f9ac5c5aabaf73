"""The affine map Y = X·Wᵀ + b: where nearly all the time of a network goes."""

from __future__ import annotations

from operator import add

from backprop.autograd import Result, operation
from backprop.kernel import BY_DISTANCE, float_product, float_products, transposed
from backprop.matrix import Matrix, format_shape, kept_scaled, trusted


@operation
def linear(input: Matrix, weight: Matrix, bias: Matrix | None = None) -> Result:
    """Y = X·Wᵀ + b,  ∂L/∂X = ∂L/∂Y·W,  ∂L/∂W = ∂L/∂Yᵀ·X,  ∂L/∂b = Σ over the rows of ∂L/∂Y.

    The input X is (batch, in), W (out, in), b (1, out) or left out, Y (batch, out). A row of W is one neuron, so Y is
    rows times rows and needs no transpose. batch·in·out multiply-adds forward, and once or twice that back.

    Raises ValueError for shapes that do not fit.

    >>> from backprop import Tensor
    >>> linear(Tensor([[1.0, 2.0]]), Tensor([[3.0, 4.0], [5.0, 6.0]]), Tensor([[0.5, -0.5]]))
    Tensor([[11.5, 16.5]])
    """
    _check_shapes(input, weight, bias)
    # BY_DISTANCE is asked here: in a small network two calls for nothing are a hundredth of a step.
    rows = float_products(input.rows, kept_scaled(weight, len(input.rows)) if BY_DISTANCE else weight.rows)
    if bias is not None:
        biases = bias.rows[0]
        rows = [list(map(add, row, biases)) for row in rows]

    def to_x(d: Matrix) -> Matrix:
        return trusted(float_product(d.rows, weight.rows))

    def to_weight(d: Matrix) -> Matrix:
        return trusted(float_product(transposed(d.rows), input.rows))

    def to_bias(d: Matrix) -> Matrix:
        return trusted([list(map(sum, zip(*d.rows)))])

    return trusted(rows), (to_x, to_weight, to_bias)


def _check_shapes(input: Matrix, weight: Matrix, bias: Matrix | None) -> None:
    outputs, inputs = len(weight.rows), len(weight.rows[0])
    if len(input.rows[0]) != inputs:
        raise ValueError(
            f"linear got rows of {input.shape[1]} numbers; a weight of {format_shape(weight.shape)} needs {inputs}"
        )
    if bias is not None and (len(bias.rows) > 1 or len(bias.rows[0]) != outputs):
        raise ValueError(
            f"linear got a bias of {format_shape(bias.shape)}; a weight of {format_shape(weight.shape)} needs 1×{outputs}"
        )
