"""The losses of a margin: what is right should be so by a distance, and beyond it costs nothing. All are composed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from backprop.autograd import Result, Tensor, TensorLike, as_tensor, composed, constant, operation
from backprop.matrix import Matrix, trusted
from backprop.nn.functional.rectifiers import relu
from backprop.nn.functional.reduction import (
    Weights,
    check_reduction,
    class_weights,
    fitting,
    reduced_tensor,
    weight_tensor,
)
from backprop.nn.functional.sigmoidal import logsigmoid
from backprop.nn.functional.targets import class_targets, position
from backprop.tensors.reductions import mean, sum
from backprop.tensors.shaping import view
from backprop.validation import ArgumentError, check_choice, check_number


@operation
def hinge(input: Matrix) -> Result:
    """y = max(0, x),  ∂L/∂x = ∂L/∂y where x ≥ 0, at the kink too, and 0 below."""
    rows = input.rows
    return (
        trusted([[0.0 if x < 0 else x for x in row] for row in rows]),
        lambda d: trusted([[0.0 if x < 0 else g for x, g in zip(row, gs)] for row, gs in zip(rows, d.rows)]),
    )


@composed
def margin_ranking_loss(
    input1: TensorLike, input2: TensorLike, target: TensorLike, margin: float = 0.0, *, reduction: str = "mean"
) -> Tensor:
    """ℓ = max(0, −t·(x₁ − x₂) + margin): x₁ should be the larger where t is 1, and x₂ where it is −1.

    >>> margin_ranking_loss(Tensor([2.0, 0.0]), Tensor([1.0, 3.0]), Tensor([1.0, 1.0]))
    tensor(1.5000)
    """
    name = "margin_ranking_loss"
    check_number(name, "margin", margin)
    check_reduction(name, reduction)
    x1, x2, t = fitting(name, input1, input2, target)
    return reduced_tensor(hinge(margin - t * (x1 - x2)), reduction)


@composed
def hinge_embedding_loss(
    input: TensorLike, target: TensorLike, margin: float = 1.0, *, reduction: str = "mean"
) -> Tensor:
    """ℓ = x where t is 1, max(0, margin − x) where it is −1, for distances x: Hadsell, Chopra and LeCun, "Dimensionality
    Reduction by Learning an Invariant Mapping" (2006).

    >>> hinge_embedding_loss(Tensor([0.5, 0.25]), Tensor([1.0, -1.0]), reduction="none")
    tensor([0.5000, 0.7500])
    """
    name = "hinge_embedding_loss"
    check_number(name, "margin", margin)
    check_reduction(name, reduction)
    x, t = fitting(name, input, target)
    return reduced_tensor(x * (t != -1) + hinge(margin - x) * (t != 1), reduction)


@composed
def soft_margin_loss(input: TensorLike, target: TensorLike, *, reduction: str = "mean") -> Tensor:
    """ℓ = ln(1 + e⁻ᵗˣ) for targets t of 1 and −1.

    >>> soft_margin_loss(Tensor([0.0, 1000.0]), Tensor([1.0, -1.0]), reduction="none")
    tensor([6.9315e-01, 1.0000e+03])
    """
    name = "soft_margin_loss"
    check_reduction(name, reduction)
    x, t = fitting(name, input, target)
    return reduced_tensor(-logsigmoid(x * t), reduction)


@composed
def multilabel_soft_margin_loss(
    input: TensorLike, target: TensorLike, weight: Weights | None = None, *, reduction: str = "mean"
) -> Tensor:
    """ℓ = −1/K·Σₖ wₖ·[tₖ·ln σ(xₖ) + (1 − tₖ)·ln(1 − σ(xₖ))] over the K classes, the last axis, for σ the sigmoid.

    >>> multilabel_soft_margin_loss(Tensor([[0.0, 0.0]]), Tensor([[1.0, 0.0]]))
    tensor(0.6931)
    """
    name = "multilabel_soft_margin_loss"
    check_reduction(name, reduction)
    x, t = fitting(name, input, target)
    losses = -(t * logsigmoid(x) + (1.0 - t) * logsigmoid(-x))
    weights = weight_tensor(name, "weight", weight)
    return reduced_tensor(mean(losses if weights is None else losses * weights, -1), reduction)


@composed
def multi_margin_loss(
    input: TensorLike,
    target: Any,
    p: int = 1,
    margin: float = 1.0,
    weight: Weights | None = None,
    *,
    reduction: str = "mean",
) -> Tensor:
    """ℓᵢ = wₜ/K·Σₖ≠ₜ max(0, margin − xᵢₜ + xᵢₖ)ᵖ for t = targetᵢ among K classes; p is 1 or 2.

    ``input`` is (batch, classes) or (classes,), the targets are class indices as of ``cross_entropy``.
    Crammer and Singer, "On the Algorithmic Implementation of Multiclass Kernel-based Vector Machines" (2001), sum no more
    than the largest term.

    >>> multi_margin_loss(Tensor([[0.5, 0.25]]), [0])
    tensor(0.3750)
    """
    name = "multi_margin_loss"
    check_choice(name, "p", p, (1, 2))
    check_number(name, "margin", margin)
    check_reduction(name, reduction)
    x = as_tensor(input, name)
    classes = x._shape[-1] if x._shape else 1
    if len(x._shape) < 2:
        x = view(x, *getattr(target, "shape", ()), classes)  # the target of a row alone may be () or (1,)
    targets = class_targets(name, target, x._shape[:-1])
    _check_labels(name, targets, 0, classes)
    weights = class_weights(name, weight, classes) or [1.0] * classes
    hot = constant(trusted([[float(k == t) for k in range(classes)] for t in targets] or [[]]), x._shape)
    factors = [[weights[t] * (k != t) / classes for k in range(classes)] for t in targets]
    terms = relu(margin - sum(x * hot, -1, keepdim=True) + x)
    return reduced_tensor(sum(terms**p * constant(trusted(factors or [[]]), x._shape), -1), reduction)


@composed
def multilabel_margin_loss(input: TensorLike, target: Any, *, reduction: str = "mean") -> Tensor:
    """ℓ = 1/K·Σⱼₖ max(0, 1 − (xⱼ − xₖ)) over the classes j that a row has and those k that it has not.

    ``input`` is (batch, classes) or (classes,), and the target, of the same shape, has the classes of each row up to the
    first −1.

    >>> multilabel_margin_loss(Tensor([[0.5, 0.25, 1.0]]), [[2, -1, -1]])
    tensor(0.2500)
    """
    name = "multilabel_margin_loss"
    check_reduction(name, reduction)
    x = as_tensor(input, name)
    labels = class_targets(name, target, x._shape)
    x = x if x._shape else view(x, 1)  # a single class
    classes = x._shape[-1]
    _check_labels(name, labels, -1, classes)
    rows = [labels[k : k + classes] for k in range(0, len(labels), classes)]
    present = [row[: row.index(-1)] if -1 in row else row for row in rows]
    pairs = [
        [own.count(j) * (k not in own) / classes for j in range(classes) for k in range(classes)] for own in present
    ]
    shape = (*x._shape, classes)
    terms = relu(1.0 - (view(x, *x._shape, 1) - view(x, *x._shape[:-1], 1, classes)))
    return reduced_tensor(sum(terms * constant(trusted(pairs or [[]]), shape), (-2, -1)), reduction)


def _check_labels(name: str, targets: Sequence[int], low: int, classes: int) -> None:
    for k, t in enumerate(targets):
        if not low <= t < classes:
            raise ArgumentError(
                f"{name}: target{position(k, (0,))} is {t}; with {classes} classes they are {low} to {classes - 1}"
            )
