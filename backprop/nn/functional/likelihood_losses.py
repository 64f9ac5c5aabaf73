"""The losses of a distribution whose parameters are predicted: −ln(likelihood of the target). All are composed."""

from __future__ import annotations

from backprop.autograd import Tensor, TensorLike, as_tensor, composed, constant
from backprop.autograd.size import broadcast_shapes
from backprop.nn.functional.reduction import (
    check_range,
    check_reduction,
    check_same_shape,
    fitting,
    reduced_tensor,
)
from backprop.numbers import math
from backprop.tensors.elementary import exp, log
from backprop.tensors.pairs import xlogy
from backprop.tensors.shaping import view
from backprop.validation import ArgumentError, check_bool, check_choice, check_number


@composed
def poisson_nll_loss(
    input: TensorLike,
    target: TensorLike,
    log_input: bool = True,
    full: bool = False,
    *,
    eps: float = 1e-8,
    reduction: str = "mean",
) -> Tensor:
    """ℓ = eˣ − t·x for the logarithm x of the rate of a Poisson distribution, or without ``log_input`` x − t·ln(x + ε) for
    the rate itself; with ``full`` Stirling's t·ln t − t + ½·ln 2πt for ln t! besides, where t is above 1.

    >>> poisson_nll_loss(Tensor([0.0, 1.0]), Tensor([2.0, 1.0]), reduction="none")
    tensor([1.0000, 1.7183])
    """
    name = "poisson_nll_loss"
    check_bool(name, log_input=log_input, full=full)
    check_number(name, "eps", eps, 0)
    check_reduction(name, reduction)
    x, t = fitting(name, input, target)
    losses = exp(x) - t * x if log_input else x - t * log(x + eps)
    if full:
        above = constant(t._matrix.map(lambda count: float(count > 1)), t._shape)
        count = t * above + (1.0 - above)  # 1 where the term is left out
        losses = losses + (count * log(count) - count + 0.5 * log(count * (2.0 * math.pi))) * above
    return reduced_tensor(losses, reduction)


@composed
def gaussian_nll_loss(
    input: TensorLike,
    target: TensorLike,
    var: TensorLike,
    full: bool = False,
    eps: float = 1e-6,
    *,
    reduction: str = "mean",
) -> Tensor:
    """ℓ = ½·(ln v + (x − t)²/v) for the mean x and the variance v of a normal distribution; with ``full`` + ½·ln 2π.

    The variance is broadcast to the input's shape, or is one number for each of its rows. It is taken as ε where
    it is below; its gradient is the same there. Nix and Weigend, "Estimating the Mean and Variance of the Target
    Probability Distribution" (1994).

    Raises ValueError for a variance below 0 or of another shape.

    >>> gaussian_nll_loss(Tensor([0.0, 1.0]), Tensor([2.0, 1.0]), Tensor([1.0, 1.0]), reduction="none")
    tensor([2., 0.])
    """
    name = "gaussian_nll_loss"
    check_bool(name, full=full)
    check_number(name, "eps", eps, above=0)
    check_reduction(name, reduction)
    (x, t), v = fitting(name, input, target), as_tensor(var, name)
    if v._shape != x._shape and v._shape == x._shape[:-1]:
        v = view(v, *v._shape, 1)
    elif broadcast_shapes(name, x._shape, v._shape) != x._shape:
        raise ArgumentError(f"{name}: var is broadcast to the input's shape, {list(x._shape)}, got {list(v._shape)}")
    check_range(name, "var", v, 0, math.inf, "a variance, from 0 up")
    v = v + constant(v._matrix.map(lambda entry: max(eps - entry, 0.0)), v._shape)
    losses = 0.5 * (log(v) + (x - t) ** 2 / v)
    return reduced_tensor(losses + 0.5 * math.log(2.0 * math.pi) if full else losses, reduction)


@composed
def kl_div(input: TensorLike, target: TensorLike, *, reduction: str = "mean", log_target: bool = False) -> Tensor:
    """ℓ = t·ln t − t·x for log-probabilities x and probabilities t, 0·ln 0 being 0,  ∂ℓ/∂x = −t,  ∂ℓ/∂t = ln t + 1 − x.

    With ``log_target`` the targets u are logarithms as well: ℓ = eᵘ·(u − x),  ∂ℓ/∂x = −eᵘ,  ∂ℓ/∂u = eᵘ·(u − x + 1).
    ∂ℓ/∂t is NaN at t = 0, where it is beyond all bounds. With ``reduction="batchmean"`` L is the sum over the size of the
    first axis: the divergence of Kullback and Leibler, "On Information and Sufficiency" (1951), in the mean over the batch;
    "mean" divides by the number of entries instead.

    Raises ValueError unless both have the same shape, and for another ``reduction``.

    >>> kl_div(Tensor([[-1.0, -2.0]]), Tensor([[1.0, 0.0]]), reduction="batchmean")
    tensor(1.)
    """
    name = "kl_div"
    check_choice(name, "reduction", reduction, ("mean", "batchmean", "sum", "none"))
    check_bool(name, log_target=log_target)
    x, t = as_tensor(input, name), as_tensor(target, name)
    check_same_shape(name, x, t)
    losses = exp(t) * (t - x) if log_target else xlogy(t, t) - t * x
    if reduction == "batchmean":
        return losses.sum() / (x._shape[0] if x._shape else 1)
    return reduced_tensor(losses, reduction)
