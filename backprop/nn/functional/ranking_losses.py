"""The losses of embeddings: which rows should be near each other and which apart, one loss a row."""

from __future__ import annotations

from collections.abc import Sequence
from reprlib import repr as short
from typing import Any, Callable, Union

from backprop.autograd import Result, Size, Tensor, TensorLike, as_tensor, composed, operation
from backprop.kernel import dot
from backprop.matrix import Matrix, flatten, trusted
from backprop.nn.functional.margin_losses import hinge
from backprop.nn.functional.reduction import (
    check_reduction,
    check_same_shape,
    fitting,
    reduced,
    reduced_tensor,
    reduced_to,
    row_gradients,
)
from backprop.nn.functional.targets import position
from backprop.numbers import math
from backprop.validation import ArgumentError, check_bool, check_number

Signs = Union[Sequence[int], Tensor, int]


def cosine_embedding_loss(
    input1: TensorLike, input2: TensorLike, target: Signs, margin: float = 0.0, *, reduction: str = "mean"
) -> Tensor:
    """ℓ = 1 − c where the target is 1, max(0, c − margin) where it is −1, for c = x·y/√(|x|²·|y|²), row by row;
    ∂c/∂x = y/√(|x|²·|y|²) − c·x/|x|², ∂c/∂y likewise.

    Pairs of rows x, y point the same way for the target 1 and apart for −1. Both inputs are (batch, features),
    ``target`` is a list or a Tensor of 1 and −1, one a row, and with "none" L is (batch,); or both are (features,) and the
    target is one number. To |x|² and |y|² 10⁻¹² is added, as in PyTorch, so that rows of zeros have c = 0 and a gradient.
    At the kink c = margin the derivative is that of the right side, 1.

    Raises ValueError unless both inputs have the same shape and each row a target, for a margin outside of −1 to 1 or
    another ``reduction``, TypeError for a target that is neither.

    >>> cosine_embedding_loss(Tensor([[3.0, 0.0], [0.0, 4.0]]), Tensor([[0.0, 1.0], [6.0, 0.0]]), [1, -1])
    tensor(0.5000)
    """
    name = "cosine_embedding_loss"
    check_number(name, "margin", margin, -1, 1)
    check_reduction(name, reduction)
    x, y = as_tensor(input1, name), as_tensor(input2, name)
    check_same_shape(name, x, y, "input1 and input2")
    if len(x._shape) not in (1, 2):
        raise ArgumentError(f"{name}: the inputs are (batch, features) or (features,), got {list(x._shape)}")
    shape = x._shape[:-1]
    signs = _signs(name, target, shape)
    return _cosine_embedding_loss(x, y, signs=signs, margin=margin, reduction=reduction, shape=shape)


@operation(cut=-1)
def _cosine_embedding_loss(
    input1: Matrix, input2: Matrix, *, signs: Sequence[Any], margin: float, reduction: str, shape: Size
) -> Result:
    """As the function of its name says."""
    losses: list[Any] = []
    parts = []
    for xs, ys, sign in zip(input1.rows, input2.rows, signs):
        xx, yy = dot(xs, xs) + 1e-12, dot(ys, ys) + 1e-12
        length = math.sqrt(xx) * math.sqrt(yy)
        c = dot(xs, ys) / length
        loss = 1.0 - c if sign == 1 else 0.0 if c < margin else c - margin
        slope = -1.0 if sign == 1 else 0.0 if c < margin else 1.0
        losses.append(loss)
        parts.append((xs, ys, xx, yy, length, c, slope))

    def pullback(d: Matrix) -> tuple[Matrix, Matrix]:
        to_x, to_y = [], []
        gradients = row_gradients(d, len(parts), reduction)
        for (xs, ys, xx, yy, length, c, slope), g in zip(parts, gradients):
            across, along_x, along_y = g * slope / length, g * slope * c / xx, g * slope * c / yy
            to_x.append([across * b - along_x * a for a, b in zip(xs, ys)])
            to_y.append([across * a - along_y * b for a, b in zip(xs, ys)])
        return trusted(to_x or [[]]), trusted(to_y or [[]])

    return reduced(losses, len(losses), reduction), pullback, reduced_to(reduction, shape)


def triplet_margin_loss(
    anchor: TensorLike,
    positive: TensorLike,
    negative: TensorLike,
    margin: float = 1.0,
    p: float = 2.0,
    eps: float = 1e-6,
    swap: bool = False,
    *,
    reduction: str = "mean",
) -> Tensor:
    """ℓ = max(0, d(a, p) − d(a, n) + margin), for anchor a, positive p, negative n, row by row, and the distance
    d(x, y) = ‖v‖ₚ = (Σ |vₖ|ᵖ)^(1/p) for v = x − y + ε;  ∂d/∂x = sign(v)·(|v|/‖v‖ₚ)ᵖ⁻¹ = −∂d/∂y, 0 where v = 0.

    Each anchor should be nearer to its positive than to its negative, by ``margin``. With ``swap`` d(p, n) replaces
    d(a, n) where it is less: Balntas et al., "Learning Local Feature Descriptors with Triplets and Shallow
    Convolutional Neural Networks" (2016). At the kink ℓ = 0 the derivative is that of the right side, 1; at a tie of
    the swap that of d(a, n). ε is added, as in PyTorch, to keep v off 0.

    All three are (…, features), most often (batch, features); with "none" L has the shape of the axes before. ``p`` is a
    finite number from 1 up: below 1 there is no distance, though PyTorch takes those too, and ∞.

    Raises ValueError unless all three have the same shape, or for settings that do not fit.

    >>> triplet_margin_loss(Tensor([[0.0, 0.0]]), Tensor([[3.0, 4.0]]), Tensor([[0.0, 2.0]]), eps=0.0)
    tensor(4.)
    """
    name = "triplet_margin_loss"
    check_triplet(name, margin, p, eps)
    check_bool(name, swap=swap)
    check_reduction(name, reduction)
    a, near, far = as_tensor(anchor, name), as_tensor(positive, name), as_tensor(negative, name)
    check_same_shape(name, a, near, "anchor and positive")
    check_same_shape(name, a, far, "anchor and negative")
    if not a._shape:
        raise ArgumentError(f"{name}: the inputs are (batch, features) or (features,), got single numbers")
    return _triplet_margin_loss(
        a, near, far, margin=margin, p=p, eps=eps, swap=swap, reduction=reduction, shape=a._shape[:-1]
    )


@operation(cut=-1)
def _triplet_margin_loss(
    anchor: Matrix,
    positive: Matrix,
    negative: Matrix,
    *,
    margin: float,
    p: float,
    eps: float,
    swap: bool,
    reduction: str,
    shape: Size,
) -> Result:
    """As the function of its name says."""
    losses: list[Any] = []
    parts = []
    rows = zip(anchor.rows, positive.rows, negative.rows) if anchor.rows[0] else ()
    for xs, ys, zs in rows:
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
        gradients = row_gradients(d, len(parts), reduction)
        for (near, to_near, far, to_far, swapped, satisfied), g in zip(parts, gradients):
            g = 0.0 if satisfied else g
            pull, push = _slopes(near, to_near, p, g), _slopes(far, to_far, p, g)
            to_anchor.append(pull if swapped else [a - b for a, b in zip(pull, push)])
            to_positive.append([-a - b for a, b in zip(pull, push)] if swapped else [-a for a in pull])
            to_negative.append(push)
        return trusted(to_anchor or [[]]), trusted(to_positive or [[]]), trusted(to_negative or [[]])

    return reduced(losses, len(losses), reduction), pullback, reduced_to(reduction, shape)


@composed
def triplet_margin_with_distance_loss(
    anchor: TensorLike,
    positive: TensorLike,
    negative: TensorLike,
    *,
    distance_function: Callable[[Tensor, Tensor], Tensor] | None = None,
    margin: float = 1.0,
    swap: bool = False,
    reduction: str = "mean",
) -> Tensor:
    """``triplet_margin_loss`` for any distance, a function of two Tensors; without one it is the Euclidean one.

    >>> far = triplet_margin_with_distance_loss(
    ...     Tensor([0.0]), Tensor([3.0]), Tensor([1.0]), distance_function=lambda x, y: abs(x - y).sum()
    ... )
    >>> far
    tensor(3.)
    """
    name = "triplet_margin_with_distance_loss"
    check_number(name, "margin", margin, above=0)
    check_bool(name, swap=swap)
    check_reduction(name, reduction)
    a, near, far = fitting(name, anchor, positive, negative)
    if distance_function is None:
        return triplet_margin_loss(anchor, positive, negative, margin, swap=swap, reduction=reduction)
    to_near, to_far = distance_function(a, near), distance_function(a, far)
    if swap:
        to_far = to_far - hinge(to_far - distance_function(near, far))
    return reduced_tensor(hinge(to_near - to_far + margin), reduction)


def check_triplet(name: str, margin: float, p: float, eps: float) -> None:
    """ValueError unless margin is above 0, p a finite number from 1 up and eps one from 0 up.

    >>> check_triplet("TripletMarginLoss", 1.0, 0.5, 1e-6)
    Traceback (most recent call last):
    backprop.ArgumentError: TripletMarginLoss: p is a finite number from 1 up, got 0.5
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


def _signs(name: str, target: Any, shape: Sequence[int]) -> list[Any]:
    """1 or −1 for each row."""
    if not isinstance(target, (list, tuple, int, Tensor)) or not {int}.issuperset(
        map(type, target if isinstance(target, (list, tuple)) else ())
    ):
        raise TypeError(f"{name}: targets are 1 (alike) and -1 (unlike), a list or a Tensor, got {short(target)}")
    given = as_tensor(target, name)
    if given._shape != shape:
        if len(given._shape) == len(shape) == 1:
            raise ArgumentError(f"{name} got {given._shape[0]} targets for {shape[0]} rows")
        raise ArgumentError(f"{name} needs targets of the shape {list(shape)}, got {list(given._shape)}")
    signs = flatten(given._matrix.rows)
    for k, sign in enumerate(signs):
        if sign not in (1, -1):
            raise ArgumentError(f"{name}: target{position(k, shape)} is {sign}; it is 1 (alike) or -1 (unlike)")
    return signs
