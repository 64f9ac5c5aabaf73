"""What the losses share: the sum or the mean of single losses, its gradient, and weights of classes or entries.

The losses of a tensor, and their derivatives, are in one list, row after row: most often a row has a single one, and a
list for each would cost more than the arithmetic.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence
from functools import wraps
from reprlib import repr as short
from typing import Any, Callable, Union

from backprop.autograd import Result, Tensor, TensorLike, as_tensor, operation
from backprop.autograd.size import broadcast_shapes, column_advice
from backprop.matrix import Matrix, Number, flatten, trusted, unflatten
from backprop.nn.functional.targets import position
from backprop.tensors.reductions import mean
from backprop.tensors.reductions import sum as sum_of
from backprop.tensors.shaping import expand
from backprop.validation import ArgumentError, SettingError, check_choice, check_number

Weights = Union[Tensor, Matrix, Sequence[Number], Sequence[Sequence[Number]]]
REDUCTIONS = ("mean", "sum", "none")


def check_reduction(name: str, reduction: Any) -> None:
    """ValueError unless it is "mean", "sum" or "none".

    >>> check_reduction("mse_loss", "average")
    Traceback (most recent call last):
    backprop.ArgumentError: mse_loss: reduction is 'mean', 'sum' or 'none', got 'average'
    """
    check_choice(name, "reduction", reduction, REDUCTIONS)


def loss_of_entries(rule: Callable[..., Result]) -> Callable[..., Tensor]:
    """Make a loss on Tensors of a rule that has one for each entry of two Matrices of one shape.

    Where input and target differ in shape they are broadcast, and a UserWarning says so, as in PyTorch.
    """
    name, apply = rule.__name__, operation(rule)

    @wraps(apply)
    def loss(input: TensorLike, target: TensorLike, **settings: Any) -> Tensor:
        check_reduction(name, settings.get("reduction", "mean"))
        x, t = as_tensor(input, name), as_tensor(target, name)
        if x._shape != t._shape:
            shape = broadcast_shapes(name, x._shape, t._shape)
            warnings.warn(
                f"{name}: the target has the shape {list(t._shape)}, the input {list(x._shape)}; both are broadcast to "
                f"{list(shape)}, which is most often not what is meant: give them the same shape"
                f"{column_advice(x._shape, t._shape)}",
                stacklevel=2,
            )
            x, t = expand(x, *shape), expand(t, *shape)
        return apply(x, t, **settings)

    return loss


def reduced(losses: list[Any], columns: int, reduction: str, divisor: Any = None) -> Matrix:
    """L = Σ ℓ / divisor as 1×1, or for "none" the losses ℓ in rows of ``columns``. The mean, for which the divisor is their
    number unless it is given, is NaN for no losses.

    >>> reduced([1.0, 5.0], 2, "mean"), reduced([1.0, 5.0], 2, "none")
    (Matrix([[3.0]]), Matrix([[1.0, 5.0]]))
    """
    if reduction == "none":
        return trusted(unflatten(losses, columns) if losses else [[]])
    divisor = divisor_of(len(losses), reduction, divisor)
    return trusted([[sum(losses) / divisor if divisor else math.nan]])


def reduced_to(reduction: str, shape: Sequence[int] | None = None) -> Sequence[int] | None:
    """The shape of what ``reduced`` gave: no axes, or for "none" the ``shape``, where it is another than that of the input."""
    return shape if reduction == "none" else ()


def reduced_tensor(losses: Tensor, reduction: str) -> Tensor:
    """The mean or the sum of the losses, or for "none" the losses themselves.

    >>> reduced_tensor(Tensor([1.0, 5.0]), "mean")
    tensor(3.)
    """
    return losses if reduction == "none" else mean(losses) if reduction == "mean" else sum_of(losses)


def entry_gradients(d: Matrix, slopes: list[Any], columns: int, reduction: str) -> Matrix:
    """∂L/∂x = ∂L/∂ℓ·∂ℓ/∂x entry by entry, for d = ∂L/∂(what ``reduced`` gave) and ``slopes`` = ∂ℓ/∂x.

    >>> entry_gradients(Matrix([[1.0]]), [2.0, -4.0], 2, "mean")
    Matrix([[1.0, -2.0]])
    """
    if not slopes:
        return trusted([[]])
    if reduction == "none":
        return trusted(unflatten([g * s for g, s in zip(flatten(d.rows), slopes)], columns))
    g, divisor = d.item(), divisor_of(len(slopes), reduction)
    return trusted(unflatten([s * g / divisor for s in slopes], columns))


def row_gradients(d: Matrix, count: int, reduction: str, divisor: Any = None) -> list[Any]:
    """∂L/∂ℓ for each of ``count`` rows that have one loss each.

    >>> row_gradients(Matrix([[3.0]]), 2, "mean")
    [1.5, 1.5]
    """
    if reduction == "none":
        return flatten(d.rows)
    divisor = divisor_of(count, reduction, divisor)
    return [d.item() / divisor if divisor else math.nan] * count


def divisor_of(count: int, reduction: str, divisor: Any = None) -> Any:
    """What the sum of ``count`` losses is divided by: 1 for "sum", else the ``divisor``, or where it is None their number."""
    if reduction == "sum":
        return 1
    return count if divisor is None else divisor


def fitting(name: str, *values: TensorLike) -> list[Tensor]:
    """The values as Tensors; ValueError unless their shapes are broadcast against each other."""
    tensors = [as_tensor(value, name) for value in values]
    broadcast_shapes(name, *[x._shape for x in tensors])
    return tensors


def check_same_shape(name: str, first: Tensor, second: Tensor, names: str = "input and target") -> None:
    """ValueError unless both have the same shape."""
    if first._shape != second._shape:
        raise SettingError(
            f"{name} needs {names} of the same shape, got {list(first._shape)} and {list(second._shape)}"
            f"{column_advice(first._shape, second._shape)}"
        )


def check_range(name: str, what: str, tensor: Tensor, low: float, high: float, needed: str) -> None:
    """ValueError for the first entry outside of the range, which says what is ``needed``."""
    entries = flatten(tensor._matrix.rows)
    fits = [low <= x <= high for x in entries]
    if False in fits:
        k = fits.index(False)
        article = "an" if what[0] in "aeiou" else "a"
        raise ArgumentError(
            f"{name}: {what}{position(k, tensor._shape)} is {entries[k]!r}; {article} {what} is {needed}"
        )


def weight_tensor(name: str, setting: str, value: Weights | None) -> Tensor | None:
    """The weights of a loss as a Tensor of finite numbers, through which no gradient flows.

    >>> weight_tensor("nll_loss", "weight", [1.0, 0.5])
    tensor([1.0000, 0.5000])
    """
    if value is None:
        return None
    if isinstance(value, (str, dict)) or not hasattr(value, "__iter__"):
        raise TypeError(f"{name}: {setting} is a Tensor or a list of numbers, got {short(value)}")
    weight = as_tensor(value, f"{name}: {setting}")
    if weight._requires_grad:
        raise ArgumentError(f"{name}: no gradient flows to a {setting}; give {setting}.detach()")
    for row in weight._matrix.rows:
        if not sum(map(abs, row)) < math.inf:
            for w in row:
                check_number(name, f"every entry of {setting}", w)
    return weight


def entry_weights(name: str, setting: str, value: Weights | None, input: Tensor) -> list[Any] | None:
    """The weight of each entry of the input, in a row; None where none is given."""
    weight = weight_tensor(name, setting, value)
    if weight is None:
        return None
    try:
        return flatten(expand(weight, *input._shape)._matrix.rows)
    except ValueError:
        raise ArgumentError(
            f"{name}: a {setting} of the shape {list(weight._shape)} does not repeat to the input's {list(input._shape)}"
        ) from None


def class_weights(name: str, value: Weights | None, classes: int) -> list[Any] | None:
    """The weight of each class; None where none is given."""
    weight = weight_tensor(name, "weight", value)
    if weight is None:
        return None
    if weight._shape not in ((classes,), (1, classes)):
        raise ArgumentError(
            f"{name} got a weight of the shape {list(weight._shape)}; {classes} classes need [{classes}]"
        )
    return weight._matrix.rows[0]
