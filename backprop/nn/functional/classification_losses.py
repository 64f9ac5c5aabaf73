"""The losses of one class among several: how improbable the target was held to be, row by row.

Targets are class indices, ints, or class probabilities, a Tensor in the shape of the scores. The classes are the axis
after the batch, (batch, classes, d₁, …), or the only one.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from reprlib import repr as short
from typing import Any, Union

from backprop.autograd import Result, Size, Tensor, TensorLike, as_tensor, constant, operation
from backprop.kernel import Rows
from backprop.matrix import Matrix, plain, trusted
from backprop.nn.functional.reduction import (
    Weights,
    check_range,
    check_reduction,
    check_same_shape,
    class_weights,
    reduced,
    reduced_to,
    row_gradients,
)
from backprop.nn.functional.targets import advice, class_targets, position
from backprop.numbers import is_generic, math, named
from backprop.tensors.probability import exponentials
from backprop.tensors.shaping import permute
from backprop.validation import ArgumentError, check_number

Target = Union[Tensor, Matrix, Sequence[int], int]
_LARGEST = sys.float_info.max


def cross_entropy(
    input: TensorLike,
    target: Target,
    weight: Weights | None = None,
    *,
    ignore_index: int = -100,
    reduction: str = "mean",
    label_smoothing: float = 0.0,
) -> Tensor:
    """ℓᵢ = wₜ·(ln Σₖ eˣⁱᵏ − xᵢₜ) for t = targetᵢ,  ∂ℓᵢ/∂xᵢₖ = wₜ·(pᵢₖ − [k = t]) with p = softmax(x), and 1 for [k = t] where
    k is t, else 0;  the mean is Σ ℓᵢ / Σ wₜ, so without weights 1/n Σ ℓᵢ over n rows.

    The cross-entropy of the softmax of each row's scores with its class: −ln(probability of the target). ``input`` is
    (batch, classes), raw scores ("logits"), ``target`` one int from 0 to classes − 1 for each row: a list or a Tensor of
    ints. ``weight`` has one number a class. A row whose index is ``ignore_index`` does not count; the mean of none is NaN.
    With "none" L is (batch,), one loss a row. The input may be (classes,) as well, with a single target, or (batch,
    classes, d₁, …) with targets (batch, d₁, …), which are the shape of L with "none".

    Or the target q has the shape of the input, probabilities, which need not sum to 1 and get a gradient too:
    ℓᵢ = Σₖ wₖ·qᵢₖ·rᵢₖ for rᵢₖ = ln Σⱼ eˣⁱʲ − xᵢₖ,  ∂ℓᵢ/∂xᵢₖ = softmax(xᵢ)ₖ·Σⱼ wⱼ·qᵢⱼ − wₖ·qᵢₖ,  ∂ℓᵢ/∂qᵢₖ = wₖ·rᵢₖ;  the
    mean is over the rows. ``label_smoothing`` ε takes (1 − ε)·q + ε/K for K classes, of indices as well: Szegedy et
    al., "Rethinking the Inception Architecture for Computer Vision" (2016), section 7.

    Raises TypeError for targets that are neither, IndexError for a class out of range, ValueError for another number than rows,
    for probabilities of another shape, negative or NaN, and for settings that do not fit.

    >>> cross_entropy(Tensor([[-1000.0, 1000.0], [1000.0, -1000.0]]), [0, 0])
    tensor(1000.)
    >>> cross_entropy(Tensor([[0.0, 0.0]]), Tensor([[0.25, 0.75]]))
    tensor(0.6931)
    """
    name = "cross_entropy"
    check_number(name, "label_smoothing", label_smoothing, 0, 1)
    check_index(name, ignore_index)
    check_reduction(name, reduction)
    x = as_tensor(input, name)
    scores = _class_last(name, x)
    shape, classes = scores._shape[:-1], scores._shape[-1]
    weights = class_weights(name, weight, classes)
    probabilities = _as_probabilities(target, x._shape)
    divisor = None
    if probabilities is None:
        targets = class_targets(name, target, shape, x._shape)
        shares = class_shares(name, targets, classes, weights, ignore_index, shape)
        divisor = sum(shares)
        if not label_smoothing:
            return _cross_entropy(
                scores, target=targets, shares=shares, divisor=divisor, reduction=reduction, shape=shape
            )
        # (1 − ε)·[k = t] + ε/K in each row, and zeros in an ignored one.
        rows: Rows = []
        for t in targets:
            rows.append([0.0 if t == ignore_index else label_smoothing / classes] * classes)
            if t != ignore_index:
                rows[-1][t] += 1.0 - label_smoothing
        smooth = constant(trusted(rows or [[]]), scores._shape)
    else:
        _check_probabilities(name, x, probabilities, ignore_index)
        smooth = _class_last(name, probabilities)
        if label_smoothing:
            smooth = smooth * (1.0 - label_smoothing) + label_smoothing / classes
    return _cross_entropy_of_probabilities(
        scores, smooth, weights=weights, divisor=divisor, reduction=reduction, shape=shape
    )


@operation(cut=-1)
def _cross_entropy(
    input: Matrix, target: Sequence[int], shares: Sequence[Any], divisor: Any, reduction: str, shape: Size
) -> Result:
    """One pass for softmax, logarithm and mean: the gradient is predicted minus true probabilities, and nothing saturates
    however wrong a prediction is. An ignored row has the share w = 0, whatever its scores."""
    rows = []
    losses = []
    for row, t, share in zip(input.rows, target, shares):
        if not share:
            losses.append(0.0)
            rows.append(([0.0] * len(row), 1.0, 0))
            continue
        powers = exponentials(row)
        total = sum(powers)
        losses.append(share * (math.log(total) + (max(row) - row[t])))
        rows.append((powers, total, t))

    def pullback(d: Matrix) -> Matrix:
        gradient, explained = [], is_generic()
        for (powers, total, t), g, w in zip(rows, row_gradients(d, len(rows), reduction, divisor), shares):
            if not w:  # g is NaN where no row counts
                gradient.append(powers)
                continue
            scale = g * w
            if explained:
                p = [power / total for power in powers]
                named(p=p)
                p[t] -= 1.0
                slopes = [scale * slope for slope in p]
            else:  # in one pass
                share = scale / total
                slopes = [power * share for power in powers]
                slopes[t] -= scale
            gradient.append(slopes)
        return trusted(gradient or [[]])

    return reduced(losses, len(losses), reduction, divisor), (pullback,), reduced_to(reduction, shape)


@operation(cut=-1, name="cross_entropy")
def _cross_entropy_of_probabilities(
    input: Matrix, target: Matrix, weights: list[Any] | None, divisor: Any, reduction: str, shape: Size
) -> Result:
    """A row of targets that are all 0 has no loss, whatever its scores."""
    weights = weights or [1] * len(input.rows[0])
    shares = [[w * q for w, q in zip(weights, qs)] for qs in target.rows if qs]
    logs = []
    for row in input.rows[: len(shares)]:
        largest, logarithm = max(row), math.log(sum(exponentials(row)))
        logs.append([(largest - z) + logarithm for z in row])
    losses = [sum([a * r for a, r in zip(ws, rs)]) if any(ws) else 0.0 for ws, rs in zip(shares, logs)]

    def to_x(d: Matrix) -> Matrix:
        exp, gradient = math.exp, []
        for ws, rs, g in zip(shares, logs, row_gradients(d, len(losses), reduction, divisor)):
            total = sum(ws)
            gradient.append([g * (exp(-r) * total - a) for a, r in zip(ws, rs)] if any(ws) else [0.0] * len(rs))
        return trusted(gradient or [[]])

    def to_target(d: Matrix) -> Matrix:
        gradients = row_gradients(d, len(losses), reduction, divisor)
        return trusted([[g * w * r for w, r in zip(weights, rs)] for rs, g in zip(logs, gradients)] or [[]])

    return reduced(losses, len(losses), reduction, divisor), (to_x, to_target), reduced_to(reduction, shape)


def nll_loss(
    input: TensorLike,
    target: Target,
    weight: Weights | None = None,
    *,
    ignore_index: int = -100,
    reduction: str = "mean",
) -> Tensor:
    """ℓᵢ = −wₜ·xᵢₜ for t = targetᵢ,  ∂ℓᵢ/∂xᵢₖ = −wₜ·[k = t];  the mean is Σ ℓᵢ / Σ wₜ.

    The negative log-likelihood: ``input`` has log-probabilities as ``log_softmax`` gives them. Settings, shapes and
    what is raised are those of ``cross_entropy`` with class indices.

    >>> nll_loss(Tensor([[-0.5, -2.0], [-0.25, -3.0]]), [0, 1])
    tensor(1.7500)
    """
    name = "nll_loss"
    check_index(name, ignore_index)
    check_reduction(name, reduction)
    x = as_tensor(input, name)
    scores = _class_last(name, x)
    shape, classes = scores._shape[:-1], scores._shape[-1]
    targets = class_targets(name, target, shape, x._shape)
    weights = class_weights(name, weight, classes)
    shares = class_shares(name, targets, classes, weights, ignore_index, shape)
    return _nll_loss(scores, target=targets, shares=shares, divisor=sum(shares), reduction=reduction, shape=shape)


@operation(cut=-1)
def _nll_loss(
    input: Matrix, target: Sequence[int], shares: Sequence[Any], divisor: Any, reduction: str, shape: Size
) -> Result:
    """As the function of its name says."""
    losses = [-w * row[t] if w else 0.0 for row, t, w in zip(input.rows, target, shares)]

    def pullback(d: Matrix) -> Matrix:
        gradient = []
        for row, t, w, g in zip(input.rows, target, shares, row_gradients(d, len(losses), reduction, divisor)):
            slopes = [0.0] * len(row)
            if w:
                slopes[t] = -w * g
            gradient.append(slopes)
        return trusted(gradient or [[]])

    return reduced(losses, len(losses), reduction, divisor), pullback, reduced_to(reduction, shape)


def check_index(name: str, ignore_index: Any) -> None:
    """TypeError unless it is an int.

    >>> check_index("NLLLoss", None)
    Traceback (most recent call last):
    TypeError: NLLLoss: ignore_index is an int, got None
    """
    if type(ignore_index) is not int:
        raise TypeError(f"{name}: ignore_index is an int, got {short(ignore_index)}")


def class_shares(
    name: str,
    targets: Sequence[int],
    classes: int | None,
    weights: Sequence[Any] | None,
    ignore_index: int,
    shape: Sequence[int] = (0,),
) -> list[Any]:
    """What each target counts: the weight of its class, 0 where it is ignored.

    Raises IndexError for one that is not from 0 to ``classes`` − 1; it stands in a tensor of this ``shape``.

    >>> class_shares("nll_loss", [0, -100, 1], 2, [1.0, 9.0], -100)
    [1.0, 0, 9.0]
    """
    if classes is not None and targets and (min(targets) < 0 or max(targets) >= classes):
        for i, t in enumerate(targets):
            if not 0 <= t < classes and t != ignore_index:
                advice = "; write [t - 1 for t in targets]" if min(targets) == 1 and t == classes else ""
                raise IndexError(
                    f"{name}: target{position(i, shape)} is {t}; with {classes} classes they are 0 to {classes - 1}{advice}"
                )
    if weights is None:
        return [0 if t == ignore_index else 1 for t in targets] if ignore_index in targets else [1] * len(targets)
    return [0 if t == ignore_index else weights[t] for t in targets]


def _class_last(name: str, x: Tensor) -> Tensor:
    """The scores with the classes as the last axis."""
    ndim = len(x._shape)
    if not ndim:
        raise ArgumentError(
            f"{name}: the scores are (classes,), (batch, classes) or (batch, classes, …), got a single number"
        )
    return x if ndim < 3 else permute(x, 0, *range(2, ndim), 1)


def _as_probabilities(target: Any, shape: Size) -> Tensor | None:
    """The target as a Tensor where it is one of probabilities: floats, or nested lists in the ``shape`` of the scores."""
    given = plain(target)
    if isinstance(given, Tensor):
        return given if given.dtype.is_floating_point else None
    if isinstance(given, Matrix) or (
        isinstance(given, (list, tuple)) and given and isinstance(given[0], (list, tuple))
    ):
        given = as_tensor(given, "cross_entropy: target")
        return given if given._shape == shape or given.dtype.is_floating_point else None
    return None


def _check_probabilities(name: str, x: Tensor, target: Tensor, ignore_index: int) -> None:
    if target._shape != x._shape and target._shape in (x._shape[:1], (*x._shape[:1], 1)):
        raise ArgumentError(
            f"{name}: targets are class indices (ints), or probabilities in the shape of the input, {list(x._shape)}, got "
            f"floats of the shape {list(target._shape)}{advice(target)}"
        )
    check_same_shape(name, x, target)
    check_range(name, "target", target, 0, _LARGEST, "a probability, from 0 up")
    if ignore_index >= 0:
        raise ArgumentError(f"{name}: ignore_index is for class indices, got {ignore_index} for probabilities")
