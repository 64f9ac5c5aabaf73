"""Covariances and correlations of variables, each a row of observations."""

from __future__ import annotations

from backprop.autograd import Tensor, TensorLike, as_tensor
from backprop.autograd.operation import composed
from backprop.validation import ArgumentError


@composed
def cov(
    input: TensorLike, *, correction: int = 1, fweights: TensorLike | None = None, aweights: TensorLike | None = None
) -> Tensor:
    """C = Σₖ wₖ·(xₖ − x̄)·(xₖ − x̄)ᵀ/N for the observations xₖ, the columns of ``input``; a vector is one variable.

    wₖ = fₖ·aₖ, how often and with what weight each counts, by default 1. N = Σ w − ``correction``·Σ w·a/Σ w, with correction 1
    and without weights n − 1, and 0 at least.

    >>> cov(Tensor([[0.0, 1.0, 2.0], [2.0, 1.0, 0.0]]))
    tensor([[ 1., -1.],
            [-1.,  1.]])
    """
    x = as_tensor(input, "cov")
    if len(x.shape) > 2:
        raise ArgumentError(f"cov: input has 2 axes at most, got the shape {tuple(x.shape)}")
    rows = x.reshape(1, -1) if len(x.shape) < 2 else x
    given = [as_tensor(w, "cov") for w in (fweights, aweights) if w is not None]
    if not given:
        count = rows.shape[1]
        centered = weighted = rows - rows.sum(1, keepdim=True) / count
        total: Tensor | int = max(count - correction, 0)
    else:
        weights = given[0] if len(given) == 1 else given[0] * given[1]
        sum_of_weights = weights.sum()
        centered = rows - (rows * weights).sum(1, keepdim=True) / sum_of_weights
        weighted = centered * weights
        squares = weights if aweights is None else weights * aweights
        total = (sum_of_weights - correction * squares.sum() / sum_of_weights).clamp(min=0)
    return (weighted @ centered.mT / total).squeeze()


@composed
def corrcoef(input: TensorLike) -> Tensor:
    """R with rᵢⱼ = cᵢⱼ/√(cᵢᵢ·cⱼⱼ) for the covariances C, between −1 and 1.

    >>> corrcoef(Tensor([[0.0, 1.0, 2.0], [2.0, 1.0, 0.0]]))
    tensor([[ 1., -1.],
            [-1.,  1.]])
    """
    c = cov(input)
    if not c.shape:
        return c / c
    deviations = c.diagonal().sqrt()
    return (c / deviations.unsqueeze(-1) / deviations).clamp(-1, 1)
