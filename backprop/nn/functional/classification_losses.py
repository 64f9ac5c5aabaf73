"""The losses of one class among several: how improbable the target was held to be, row by row.

Targets are class indices, one int a row, or class probabilities, a Matrix or Tensor with a row of them each.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from reprlib import repr as short
from typing import Any, Callable

from backprop.autograd import Pullback, Result, operation
from backprop.kernel import Rows
from backprop.matrix import Matrix, flatten, format_shape, native, trusted
from backprop.nn.functional.reduction import (
    Weights,
    check_reduction,
    check_same_shape,
    entry_gradients,
    reduced,
    reduced_to,
    row_gradients,
    weight_matrix,
)
from backprop.nn.functional.targets import class_targets
from backprop.tensors.probability import exponentials
from backprop.validation import check_bool, check_choice, check_number


@operation
def cross_entropy(
    input: Matrix,
    target: Matrix | Sequence[int],
    weight: Weights | None = None,
    *,
    ignore_index: int = -100,
    reduction: str = "mean",
    label_smoothing: float = 0.0,
) -> Result:
    """ℓᵢ = wₜ·(ln Σₖ eˣⁱᵏ − xᵢₜ) for t = targetᵢ,  ∂ℓᵢ/∂xᵢₖ = wₜ·(softmax(xᵢ)ₖ − [k = t]);  the mean is Σ ℓᵢ / Σ wₜ, so
    without weights 1/n Σ ℓᵢ over n rows.

    The cross-entropy of the softmax of each row's scores with its class: −ln(probability of the target). ``input`` is
    (batch, classes), raw scores ("logits"), ``target`` one int from 0 to classes − 1 for each row. ``weight`` has one
    number a class. A row whose index is ``ignore_index`` does not count; the mean of none is NaN. With "none" L is
    (batch, 1), one loss a row.

    Or the target q is (batch, classes), probabilities, which need not sum to 1 and get a gradient too:
    ℓᵢ = Σₖ wₖ·qᵢₖ·rᵢₖ for rᵢₖ = ln Σⱼ eˣⁱʲ − xᵢₖ,  ∂ℓᵢ/∂xᵢₖ = softmax(xᵢ)ₖ·Σⱼ wⱼ·qᵢⱼ − wₖ·qᵢₖ,  ∂ℓᵢ/∂qᵢₖ = wₖ·rᵢₖ;  the
    mean is over the n rows. ``label_smoothing`` ε takes (1 − ε)·q + ε/K for K classes, of indices as well: Szegedy et
    al., "Rethinking the Inception Architecture for Computer Vision" (2016), section 7.

    Raises TypeError for targets that are neither, ValueError for an index out of range or another number than rows,
    for probabilities of another shape, negative or NaN, and for settings that do not fit.

    >>> cross_entropy(Matrix([[-1000.0, 1000.0], [1000.0, -1000.0]]), [0, 0])
    Tensor([[1000.0]])
    >>> cross_entropy(Matrix([[0.0, 0.0]]), Matrix([[0.25, 0.75]]))
    Tensor([[0.6931471805599453]])
    """
    name = "cross_entropy"
    check_number(name, "label_smoothing", label_smoothing, 0, 1)
    check_index(name, ignore_index)
    check_reduction(name, reduction)
    weights = weight_matrix(name, "weight", weight)
    given = native(target)
    if isinstance(given, (list, tuple)) and given and isinstance(given[0], (list, tuple)):
        given = Matrix(given)
    if isinstance(given, Matrix):
        if ignore_index >= 0:
            raise ValueError(f"{name}: ignore_index is for class indices, got {ignore_index} for probabilities")
        keep, divisor = 1.0 - label_smoothing, len(input.rows) if reduction == "mean" else 1
        if not label_smoothing:
            return _of_probabilities(input, given, weights, reduction, divisor)
        smooth = given * keep + label_smoothing / given.shape[1]
        value, (to_input, to_target) = _of_probabilities(input, smooth, weights, reduction, divisor)
        return value, (to_input, lambda d: to_target(d) * keep)
    classes = class_targets(name, given)
    shares = _shares(name, input, classes, weights, ignore_index)
    divisor = sum(shares) if reduction == "mean" else 1
    if not label_smoothing:
        return _of_classes(input, classes, shares, reduction, divisor)
    smooth = _smooth_targets(classes, input.shape[1], ignore_index, label_smoothing)
    value, (to_input, _) = _of_probabilities(input, smooth, weights, reduction, divisor)
    return value, (to_input,)


def _of_classes(x: Matrix, classes: Sequence[int], shares: Sequence[Any], reduction: str, divisor: float) -> Result:
    """One pass for softmax, logarithm and mean: the gradient is predicted minus true probabilities, and nothing saturates
    however wrong a prediction is. An ignored row has the share w = 0, whatever its scores."""
    rows = []
    losses = []
    for row, t, share in zip(x.rows, classes, shares):
        if not share:
            losses.append(0.0)
            rows.append(([0.0] * len(row), 1.0, 0))
            continue
        powers = exponentials(row)
        total = sum(powers)
        losses.append(share * (math.log(total) + (max(row) - row[t])))
        rows.append((powers, total, t))

    def pullback(d: Matrix) -> Matrix:
        gradient = []
        for (powers, total, t), g, w in zip(rows, row_gradients(d, len(rows), reduction, divisor), shares):
            scale = g * w
            share = scale / total
            slopes = [power * share for power in powers]
            slopes[t] -= scale
            gradient.append(slopes)
        return trusted(gradient)

    return reduced(losses, 1, reduction, divisor), (pullback,), reduced_to(reduction)


def _of_probabilities(
    x: Matrix, target: Matrix, weight: Matrix | None, reduction: str, divisor: float
) -> tuple[Matrix, tuple[Pullback, Pullback]]:
    """A row of targets that are all 0 has no loss, whatever its scores."""
    name = "cross_entropy"
    if target.shape == (len(x.rows), 1) != x.shape:
        raise ValueError(
            f"{name}: targets are a list of class indices (ints), or a Matrix of probabilities as large as the input, "
            f"{format_shape(x.shape)}, got a column of {format_shape(target.shape)}; write [int(t) for [t] in targets.tolist()]"
        )
    check_same_shape(name, x, target)
    _check_targets(name, target, lambda q: 0 <= q < math.inf, "a probability, from 0 up")
    weights = _class_weights(name, weight, x.shape[1])
    count = len(x.rows)
    shares = [[w * q for w, q in zip(weights, qs)] for qs in target.rows]
    logs = []
    for row in x.rows:
        largest, logarithm = max(row), math.log(sum(exponentials(row)))
        logs.append([(largest - z) + logarithm for z in row])
    losses = [sum([a * r for a, r in zip(ws, rs)]) if any(ws) else 0.0 for ws, rs in zip(shares, logs)]

    def to_x(d: Matrix) -> Matrix:
        exp, gradient = math.exp, []
        for ws, rs, g in zip(shares, logs, row_gradients(d, count, reduction, divisor)):
            total = sum(ws)
            gradient.append([g * (exp(-r) * total - a) for a, r in zip(ws, rs)] if any(ws) else [0.0] * len(rs))
        return trusted(gradient)

    def to_target(d: Matrix) -> Matrix:
        gradients = row_gradients(d, count, reduction, divisor)
        return trusted([[g * w * r for w, r in zip(weights, rs)] for rs, g in zip(logs, gradients)])

    return reduced(losses, 1, reduction, divisor), (to_x, to_target), reduced_to(reduction)


@operation
def nll_loss(
    input: Matrix,
    target: Sequence[int],
    weight: Weights | None = None,
    *,
    ignore_index: int = -100,
    reduction: str = "mean",
) -> Result:
    """ℓᵢ = −wₜ·xᵢₜ for t = targetᵢ,  ∂ℓᵢ/∂xᵢₖ = −wₜ·[k = t];  the mean is Σ ℓᵢ / Σ wₜ.

    The negative log-likelihood: ``input`` has log-probabilities as ``log_softmax`` gives them. Settings, shapes and
    what is raised are those of ``cross_entropy`` with class indices.

    >>> nll_loss(Matrix([[-0.5, -2.0], [-0.25, -3.0]]), [0, 1])
    Tensor([[1.75]])
    """
    name = "nll_loss"
    check_index(name, ignore_index)
    check_reduction(name, reduction)
    weights = weight_matrix(name, "weight", weight)
    classes = class_targets(name, target)
    shares = _shares(name, input, classes, weights, ignore_index)
    divisor = sum(shares) if reduction == "mean" else 1
    losses = [-w * row[t] if w else 0.0 for row, t, w in zip(input.rows, classes, shares)]

    def pullback(d: Matrix) -> Matrix:
        gradient = []
        for row, t, w, g in zip(input.rows, classes, shares, row_gradients(d, len(losses), reduction, divisor)):
            slopes = [0.0] * len(row)
            if w:
                slopes[t] = -w * g
            gradient.append(slopes)
        return trusted(gradient)

    return reduced(losses, 1, reduction, divisor), pullback, reduced_to(reduction)


@operation
def kl_div(input: Matrix, target: Matrix, *, reduction: str = "mean", log_target: bool = False) -> Result:
    """ℓ = t·(ln t − x), 0 where t = 0 and x is a number,  ∂ℓ/∂x = −t,  ∂ℓ/∂t = ln t + 1 − x, for log-probabilities x, probabilities t.

    With ``log_target`` the targets u are logarithms as well: ℓ = eᵘ·(u − x),  ∂ℓ/∂x = −eᵘ,  ∂ℓ/∂u = eᵘ·(u − x + 1).
    At t = 0, where ∂ℓ/∂t is −∞, and at u = −∞ the derivative in the target is taken as 0 (PyTorch gives NaN). With
    ``reduction="batchmean"`` L is the sum over the number of rows: the divergence of Kullback and Leibler, "On
    Information and Sufficiency" (1951), in the mean over the batch; "mean" divides by the number of entries instead.

    Raises ValueError unless both have the same shape, for a target that is negative or NaN, or as a logarithm above
    709 or NaN, or for another ``reduction``.

    >>> from backprop import Tensor
    >>> kl_div(Tensor([[-1.0, -2.0]]), Tensor([[1.0, 0.0]]), reduction="batchmean")
    Tensor([[1.0]])
    """
    check_choice("kl_div", "reduction", reduction, ("mean", "batchmean", "sum", "none"))
    check_bool("kl_div", log_target=log_target)
    check_same_shape("kl_div", input, target)
    if log_target:
        # Above 709 eᵘ is beyond the largest float.
        _check_targets("kl_div", target, lambda u: u <= 709.0, "the logarithm of a probability")
        logs = flatten(target.rows)
        shares = list(map(math.exp, logs))
    else:
        _check_targets("kl_div", target, lambda t: 0 <= t < math.inf, "a probability, from 0 up")
        shares = flatten(target.rows)
        logs = [math.log(t) if t else 0.0 for t in shares]
    xs, columns = flatten(input.rows), len(input.rows[0])
    losses = [p * (u - x) if p else 0.0 if x == x else x for x, u, p in zip(xs, logs, shares)]

    def to_input(d: Matrix) -> Matrix:
        return entry_gradients(d, [-p for p in shares], columns, reduction)

    def to_target(d: Matrix) -> Matrix:
        slopes = [(p if log_target else 1.0) * (u - x + 1.0) if p else 0.0 for x, u, p in zip(xs, logs, shares)]
        return entry_gradients(d, slopes, columns, reduction)

    return reduced(losses, columns, reduction), (to_input, to_target), reduced_to(reduction)


def check_index(name: str, ignore_index: Any) -> None:
    """TypeError unless it is an int.

    >>> check_index("NLLLoss", None)
    Traceback (most recent call last):
    TypeError: NLLLoss: ignore_index is an int, got None
    """
    if type(ignore_index) is not int:
        raise TypeError(f"{name}: ignore_index is an int, got {short(ignore_index)}")


def class_shares(name: str, target: Any, classes: int | None, weight: Matrix | None, ignore_index: int) -> list[Any]:
    """What each target counts: the weight of its class, 0 where it is ignored.

    Raises TypeError unless they are class indices, ValueError for one that is not from 0 to ``classes`` − 1.

    >>> class_shares("nll_loss", [0, -100, 1], 2, Matrix([[1.0, 9.0]]), -100)
    [1.0, 0, 9.0]
    """
    target = class_targets(name, target)
    if classes is not None and target and (min(target) < 0 or max(target) >= classes):
        for i, t in enumerate(target):
            if not 0 <= t < classes and t != ignore_index:
                advice = "; write [t - 1 for t in targets]" if min(target) == 1 and t == classes else ""
                raise ValueError(
                    f"{name}: target {i} is {t}; with {classes} classes they are 0 to {classes - 1}{advice}"
                )
    if weight is None:
        return [0 if t == ignore_index else 1 for t in target] if ignore_index in target else [1] * len(target)
    (weights,) = weight.rows
    return [0 if t == ignore_index else weights[t] for t in target]


def _shares(name: str, x: Matrix, target: Any, weight: Matrix | None, ignore_index: int) -> list[Any]:
    """``class_shares`` of one target for each row of scores ``x``."""
    count, classes = x.shape
    if weight is not None:
        _class_weights(name, weight, classes)
    shares = class_shares(name, target, classes, weight, ignore_index)
    if len(shares) != count:
        raise ValueError(f"{name} got {len(shares)} targets for {count} rows; each row has one")
    return shares


def _class_weights(name: str, weight: Matrix | None, classes: int) -> list[Any]:
    if weight is None:
        return [1] * classes
    if weight.shape != (1, classes):
        raise ValueError(f"{name} got a weight of {format_shape(weight.shape)}; {classes} classes need 1×{classes}")
    return weight.rows[0]


def _smooth_targets(target: Sequence[int], classes: int, ignore_index: int, smoothing: float) -> Matrix:
    """(1 − ε)·[k = t] + ε/K in each row, and zeros in an ignored one."""
    rows: Rows = []
    for t in target:
        row = [0.0 if t == ignore_index else smoothing / classes] * classes
        if t != ignore_index:
            row[t] += 1.0 - smoothing
        rows.append(row)
    return trusted(rows)


def _check_targets(name: str, target: Matrix, fits: Callable[[Any], bool], what: str) -> None:
    for i, row in enumerate(target.rows):
        for j, t in enumerate(row):
            if not fits(t):
                raise ValueError(f"{name}: target [{i}, {j}] is {t!r}; a target is {what}")
