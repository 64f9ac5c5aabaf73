"""The matrix exponential, and powers.

Najfeld and Havel, "Derivatives of the Matrix Exponential and Their Computation" (1995); Mathias, "A Chain Rule for Matrix
Functions and Applications" (1996).
"""

from __future__ import annotations

from backprop.autograd import Result, Tensor, TensorLike
from backprop.autograd.operation import composed
from backprop.linalg import algorithms
from backprop.linalg.algorithms.tables import hstack, identity, largest, vstack, zeros
from backprop.linalg.batches import batched, for_matrices, like_last, squares
from backprop.linalg.solving import inv
from backprop.matrix import Matrix


@for_matrices(algorithms.expm)
@composed
def matrix_exp(input: TensorLike) -> Tensor:
    """e^A = I + A + A²/2! + A³/3! + … of each matrix (…, n, n).

    Raises LinAlgError for matrices that are not square, for NaN and infinity.

    >>> matrix_exp(Tensor([[0.0, 1.0], [0.0, 0.0]]))
    tensor([[1., 1.],
            [0., 1.]])
    """
    return _matrix_exp(squares("matrix_exp", input))


@batched(like_last)
def _matrix_exp(a: Matrix) -> Result:
    """Y = e^A,  ∂L/∂A = the upper right block of the exponential of [Aᵀ D; 0 Aᵀ] for D = ∂L/∂Y."""

    def pullback(d: Matrix) -> Matrix:
        # The block is linear in D, so its size need not add to that of A, which costs squarings.
        size = largest(d) or 1
        n = len(a)
        below = zeros(n, n)
        block = vstack([hstack([a.T, d / size]), hstack([below, a.T])])
        return algorithms.expm(block)[:n, n:] * size

    return algorithms.expm(a), pullback


@for_matrices(algorithms.matrix_power)
@composed
def matrix_power(A: TensorLike, n: int) -> Tensor:
    """Aⁿ = A·A⋯A of each matrix (…, n, n) by squaring; A⁰ = I, and A⁻ⁿ = (A⁻¹)ⁿ.

    Raises LinAlgError for matrices that are not square, or singular ones where n is negative; TypeError where n is no int.

    >>> matrix_power(Tensor([[1.0, 1.0], [1.0, 0.0]]), 10)
    tensor([[89., 55.],
            [55., 34.]])
    """
    a = squares("matrix_power", A)
    if not isinstance(n, int) or isinstance(n, bool):
        raise TypeError(f"matrix_power: the exponent is an int, got {n!r}")
    if n < 0:
        a, n = inv(a), -n
    # n in binary says which of A, A², A⁴, … are factors.
    power = None
    while n:
        if n % 2:
            power = a if power is None else power @ a
        n //= 2
        if n:
            a = a @ a
    return a * 0 + identity(a.shape[-1]) if power is None else power
