"""The losses of embeddings: which rows should be near each other and which apart, one loss a row."""

from __future__ import annotations

import math
from collections.abc import Sequence
from reprlib import repr as short
from typing import Any

from backprop.autograd import Result, operation
from backprop.kernel import dot
from backprop.matrix import Matrix, trusted
from backprop.nn.functional.reduction import check_reduction, check_same_shape, reduced, reduced_to, row_gradients
from backprop.validation import check_bool, check_number


@operation
def cosine_embedding_loss(
    input1: Matrix, input2: Matrix, target: Sequence[int], margin: float = 0.0, *, reduction: str = "mean"
) -> Result:
    """ℓ = 1 − c where the target is 1, max(0, c − margin) where it is −1, for c = x·y/√(|x|²·|y|²), row by row;
    ∂c/∂x = y/√(|x|²·|y|²) − c·x/|x|², ∂c/∂y likewise.

    Pairs of rows x, y point the same way for the target 1 and apart for −1. Both inputs are (batch, features),
    ``target`` is a list of 1 and −1, one a row. With "none" L is (batch, 1). To |x|² and |y|² 10⁻¹² is added, as in
    PyTorch, so that rows of zeros have c = 0 and a gradient. At the kink c = margin the derivative is that of the
    right side, 1.

    Raises ValueError unless both inputs have the same shape and each row a target, for a margin outside of −1 to 1 or
    another ``reduction``, TypeError for a target that is not a list of ints.

    >>> from backprop import Tensor
    >>> cosine_embedding_loss(Tensor([[3.0, 0.0], [0.0, 4.0]]), Tensor([[0.0, 1.0], [6.0, 0.0]]), [1, -1])
    Tensor([[0.5]])
    """
    check_number("cosine_embedding_loss", "margin", margin, -1, 1)
    check_reduction("cosine_embedding_loss", reduction)
    check_same_shape("cosine_embedding_loss", input1, input2, "input1 and input2")
    _check_signs(target, len(input1.rows))
    losses: list[Any] = []
    parts = []
    for xs, ys, sign in zip(input1.rows, input2.rows, target):
        xx, yy = dot(xs, xs) + 1e-12, dot(ys, ys) + 1e-12
        length = math.sqrt(xx) * math.sqrt(yy)
        c = dot(xs, ys) / length
        loss = 1.0 - c if sign == 1 else 0.0 if c < margin else c - margin
        slope = -1.0 if sign == 1 else 0.0 if c < margin else 1.0
        losses.append(loss)
        parts.append((xs, ys, xx, yy, length, c, slope))

    def pullback(d: Matrix) -> tuple[Matrix, Matrix]:
        to_x, to_y = [], []
        gradients = row_gradients(d, len(parts), reduction, 1 if reduction == "sum" else len(parts))
        for (xs, ys, xx, yy, length, c, slope), g in zip(parts, gradients):
            across, along_x, along_y = g * slope / length, g * slope * c / xx, g * slope * c / yy
            to_x.append([across * b - along_x * a for a, b in zip(xs, ys)])
            to_y.append([across * a - along_y * b for a, b in zip(xs, ys)])
        return trusted(to_x), trusted(to_y)

    return reduced(losses, 1, reduction), pullback, reduced_to(reduction)


@operation
def triplet_margin_loss(
    anchor: Matrix,
    positive: Matrix,
    negative: Matrix,
    margin: float = 1.0,
    p: float = 2.0,
    eps: float = 1e-6,
    swap: bool = False,
    *,
    reduction: str = "mean",
) -> Result:
    """ℓ = max(0, d(a, p) − d(a, n) + margin), for anchor a, positive p, negative n, row by row, and the distance
    d(x, y) = ‖v‖ₚ = (Σ |vₖ|ᵖ)^(1/p) for v = x − y + ε;  ∂d/∂x = sign(v)·(|v|/‖v‖ₚ)ᵖ⁻¹ = −∂d/∂y, 0 where v = 0.

    Each anchor should be nearer to its positive than to its negative, by ``margin``. With ``swap`` d(p, n) replaces
    d(a, n) where it is less: Balntas et al., "Learning Local Feature Descriptors with Triplets and Shallow
    Convolutional Neural Networks" (2016). At the kink ℓ = 0 the derivative is that of the right side, 1; at a tie of
    the swap that of d(a, n). ε is added, as in PyTorch, to keep v off 0.


    All three are (batch, features); with "none" L is (batch, 1). ``p`` is a finite number from 1 up: below 1 there is
    no distance, though PyTorch takes those too, and ∞.

    Raises ValueError unless all three have the same shape, or for settings that do not fit.

    >>> from backprop import Tensor
    >>> triplet_margin_loss(Tensor([[0.0, 0.0]]), Tensor([[3.0, 4.0]]), Tensor([[0.0, 2.0]]), eps=0.0)
    Tensor([[4.0]])
    """
    check_triplet("triplet_margin_loss", margin, p, eps)
    check_bool("triplet_margin_loss", swap=swap)
    check_reduction("triplet_margin_loss", reduction)
    check_same_shape("triplet_margin_loss", anchor, positive, "anchor and positive")
    check_same_shape("triplet_margin_loss", anchor, negative, "anchor and negative")
    losses: list[Any] = []
    parts = []
    for xs, ys, zs in zip(anchor.rows, positive.rows, negative.rows):
        near, far = ([a - b + eps for a, b in zip(xs, others)] for others in (ys, zs))
        to_near, to_far = _length(near, p), _length(far, p)
        swapped = False
        if swap:
            between = [a - b + eps for a, b in zip(ys, zs)]
            to_between = _length(between, p)
            if to_between < to_far:
                swapped, far, to_far = True, between, to_between
        loss = to_near - to_far + margin
        losses.append(0.0 if loss < 0.0 else loss)
        parts.append((near, to_near, far, to_far, swapped, loss < 0.0))

    def pullback(d: Matrix) -> tuple[Matrix, Matrix, Matrix]:
        to_anchor, to_positive, to_negative = [], [], []
        gradients = row_gradients(d, len(parts), reduction, 1 if reduction == "sum" else len(parts))
        for (near, to_near, far, to_far, swapped, satisfied), g in zip(parts, gradients):
            g = 0.0 if satisfied else g
            pull, push = _slopes(near, to_near, p, g), _slopes(far, to_far, p, g)
            to_anchor.append(pull if swapped else [a - b for a, b in zip(pull, push)])
            to_positive.append([-a - b for a, b in zip(pull, push)] if swapped else [-a for a in pull])
            to_negative.append(push)
        return trusted(to_anchor), trusted(to_positive), trusted(to_negative)

    return reduced(losses, 1, reduction), pullback, reduced_to(reduction)


def check_triplet(name: str, margin: float, p: float, eps: float) -> None:
    """ValueError unless margin is above 0, p a finite number from 1 up and eps one from 0 up.

    >>> check_triplet("TripletMarginLoss", 1.0, 0.5, 1e-6)
    Traceback (most recent call last):
    ValueError: TripletMarginLoss: p is a finite number from 1 up, got 0.5
    """
    check_number(name, "margin", margin, above=0)
    check_number(name, "p", p, 1)
    check_number(name, "eps", eps, 0)


def _length(v: list[Any], p: float) -> Any:
    """‖v‖ₚ; by the largest entry first, so that no power overflows."""
    largest = max(map(abs, v))
    # Beside zeros alone max may have lost a NaN.
    return largest * sum([(abs(x) / largest) ** p for x in v]) ** (1.0 / p) if largest else sum(map(abs, v))


def _slopes(v: list[Any], length: float, p: float, g: float) -> list[float]:
    """g·∂‖v‖ₚ/∂v."""
    if not length:
        return [0.0] * len(v)
    return [math.copysign(g * (abs(x) / length) ** (p - 1.0), g * x) if x == x and x else x for x in v]


def _check_signs(target: Any, count: int) -> None:
    if not isinstance(target, (list, tuple)) or not {int}.issuperset(map(type, target)):
        raise TypeError(f"cosine_embedding_loss: targets are a list of 1 (alike) and -1 (unlike), got {short(target)}")
    if len(target) != count:
        raise ValueError(f"cosine_embedding_loss got {len(target)} targets for {count} rows")
    for i, sign in enumerate(target):
        if sign not in (1, -1):
            raise ValueError(f"cosine_embedding_loss: target {i} is {sign}; it is 1 (alike) or -1 (unlike)")
