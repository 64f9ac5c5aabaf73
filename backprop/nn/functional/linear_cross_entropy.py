"""The cross entropy of scores that are a linear map of the input, as the last layer of a language model makes them."""

from __future__ import annotations

from typing import Any

from backprop.autograd import Tensor, TensorLike, as_tensor
from backprop.autograd.operation import composed
from backprop.nn.functional.classification_losses import check_index, cross_entropy
from backprop.nn.functional.linear import linear
from backprop.nn.functional.reduction import Weights, check_reduction
from backprop.validation import ArgumentError, check_number


@composed
def linear_cross_entropy(
    input: TensorLike,
    linear_weight: TensorLike,
    target: Any,
    *,
    linear_bias: TensorLike | None = None,
    weight: Weights | None = None,
    reduction: str = "mean",
    ignore_index: int | None = None,
    label_smoothing: float = 0.0,
    options: Any = None,
) -> Tensor:
    """L = ``cross_entropy(linear(input, linear_weight, linear_bias), target, …)``.

    ``input`` is (N, in_features), or (in_features,) for a single one, ``linear_weight`` (C, in_features) for C classes and
    ``linear_bias`` (C,); or (C, d₁, …, in_features) and (C, d₁, …) for targets (N, d₁, …). ``options`` says how PyTorch cuts the
    rows into pieces, which changes nothing but the memory it takes, and nothing here.

    Raises ValueError for shapes that do not fit, and for an ``ignore_index`` where the targets are probabilities.

    >>> linear_cross_entropy(Tensor([[1.0, 2.0]]), Tensor([[0.0, 0.0], [0.0, 0.0]]), [1])
    tensor(0.6931)
    """
    name = "linear_cross_entropy"
    check_reduction(name, reduction)
    check_number(name, "label_smoothing", label_smoothing, 0, 1)
    ignored = -100 if ignore_index is None else ignore_index
    check_index(name, ignored)
    x, w = as_tensor(input, name), as_tensor(linear_weight, name)
    if len(x.shape) not in (1, 2) or len(w.shape) < 2 or len(w.shape) > 2 > len(x.shape) or x.shape[-1] != w.shape[-1]:
        raise ArgumentError(
            f"{name}: input is (N, in_features) and linear_weight (C, …, in_features), got the shapes {list(x.shape)} and "
            f"{list(w.shape)}"
        )
    b = None if linear_bias is None else as_tensor(linear_bias, name)
    if b is not None and b.shape != w.shape[:-1]:
        raise ArgumentError(f"{name}: linear_bias has the shape {list(w.shape[:-1])}, got {list(b.shape)}")
    logits = linear(x, w.reshape(-1, w.shape[-1]), None if b is None else b.reshape(-1))
    logits = logits.reshape(*x.shape[:-1], *w.shape[:-1])
    return cross_entropy(
        logits, target, weight, ignore_index=ignored, reduction=reduction, label_smoothing=label_smoothing
    )
