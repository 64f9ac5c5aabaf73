"""The losses of regression: how far numbers are from their targets, entry by entry.

Each is a curve ℓ(e) over the error e = x − t, reduced by "mean", "sum" or "none"; with "none" L has the shape of the input.
Input and target have the same shape, any one; where they differ they are broadcast, with a warning. Both get a gradient:
∂ℓ/∂t = −∂ℓ/∂x. PyTorch's weight is left out: with "none" the losses can be multiplied by any. The derivative at an error
that is NaN is NaN.
"""

from __future__ import annotations

from operator import sub
from typing import Any

from backprop.autograd import Result
from backprop.matrix import Matrix, flatten
from backprop.nn.functional.reduction import entry_gradients, loss_of_entries, reduced, reduced_to
from backprop.tensors.arithmetic import sign_of
from backprop.validation import check_number


@loss_of_entries
def mse_loss(input: Matrix, target: Matrix, *, reduction: str = "mean") -> Result:
    """ℓ = e² for e = x − t,  ∂ℓ/∂x = 2e = −∂ℓ/∂t;  the mean L = 1/n Σ ℓ over all n entries, so ∂L/∂x = 2/n·e.

    Raises ValueError for shapes that do not fit, or for another ``reduction``.

    >>> from backprop import Tensor
    >>> mse_loss(Tensor([1.0, 2.0]), Tensor([1.0, 4.0]))
    tensor(2.)
    """
    errors, columns = _errors(input, target), len(input.rows[0])

    def pullback(d: Matrix) -> Matrix:
        return entry_gradients(2 * d, errors, columns, reduction)

    return (
        reduced([e * e for e in errors], columns, reduction),
        (pullback, lambda d: -pullback(d)),
        reduced_to(reduction),
    )


@loss_of_entries
def l1_loss(input: Matrix, target: Matrix, *, reduction: str = "mean") -> Result:
    """ℓ = |e| for e = x − t,  ∂ℓ/∂x = sign e = −∂ℓ/∂t; at the kink e = 0 it is 0.

    Raises ValueError for shapes that do not fit, or for another ``reduction``.

    >>> from backprop import Tensor
    >>> l1_loss(Tensor([1.0, 2.0]), Tensor([1.0, 4.0]))
    tensor(1.)
    """
    errors, columns = _errors(input, target), len(input.rows[0])

    def pullback(d: Matrix) -> Matrix:
        return entry_gradients(d, list(map(sign_of, errors)), columns, reduction)

    return (
        reduced(list(map(abs, errors)), columns, reduction),
        (pullback, lambda d: -pullback(d)),
        reduced_to(reduction),
    )


@loss_of_entries
def smooth_l1_loss(input: Matrix, target: Matrix, *, reduction: str = "mean", beta: float = 1.0) -> Result:
    """ℓ = e²/2β where |e| < β, else |e| − β/2, for e = x − t, β = ``beta``,  ∂ℓ/∂x = e/β or sign e = −∂ℓ/∂t.

    L1 with its kink rounded off; with β = 0 it is L1. Girshick, "Fast R-CNN" (2015), equation 3, for β = 1.

    Raises ValueError for shapes that do not fit, for another ``reduction`` or a beta below 0.

    >>> from backprop import Tensor
    >>> smooth_l1_loss(Tensor([1.0, 2.0]), Tensor([0.0, 2.5]), reduction="none")
    tensor([0.5000, 0.1250])
    """
    check_number("smooth_l1_loss", "beta", beta, 0)
    errors, columns = _errors(input, target), len(input.rows[0])
    losses = [e * e / (2 * beta) if abs(e) < beta else abs(e) - beta / 2 for e in errors]

    def pullback(d: Matrix) -> Matrix:
        slopes = [e / beta if abs(e) < beta else sign_of(e) for e in errors]
        return entry_gradients(d, slopes, columns, reduction)

    return reduced(losses, columns, reduction), (pullback, lambda d: -pullback(d)), reduced_to(reduction)


@loss_of_entries
def huber_loss(input: Matrix, target: Matrix, *, reduction: str = "mean", delta: float = 1.0) -> Result:
    """ℓ = e²/2 where |e| ≤ δ, else δ·(|e| − δ/2), for e = x − t, δ = ``delta``,  ∂ℓ/∂x = e or δ·sign e = −∂ℓ/∂t.

    δ times ``smooth_l1_loss`` with β = δ. Huber, "Robust Estimation of a Location Parameter" (1964).

    Raises ValueError for shapes that do not fit, for another ``reduction`` or a delta that is not above 0.

    >>> from backprop import Tensor
    >>> huber_loss(Tensor([1.0, 9.0]), Tensor([0.0, 0.0]), delta=2.0, reduction="none")
    tensor([ 0.5000, 16.0000])
    """
    check_number("huber_loss", "delta", delta, above=0)
    errors, columns = _errors(input, target), len(input.rows[0])
    losses = [e * e / 2 if abs(e) <= delta else delta * (abs(e) - delta / 2) for e in errors]

    def pullback(d: Matrix) -> Matrix:
        slopes = [delta if e > delta else -delta if e < -delta else e for e in errors]
        return entry_gradients(d, slopes, columns, reduction)

    return reduced(losses, columns, reduction), (pullback, lambda d: -pullback(d)), reduced_to(reduction)


def _errors(input: Matrix, target: Matrix) -> list[Any]:
    """x − t, row after row."""
    return list(map(sub, flatten(input.rows), flatten(target.rows)))
