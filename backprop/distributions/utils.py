"""What distributions share: broadcast parameters, probabilities and their logits, and what is computed once."""

from __future__ import annotations

from functools import cached_property
from typing import Any, TypeVar, Union

from backprop.autograd import Tensor, enable_grad
from backprop.dtypes import finfo, get_default_dtype
from backprop.tensors import broadcast_tensors, clamp, log, log1p, sigmoid, softmax, tensor
from backprop.tensors import sum as total
from backprop.validation import is_number

Value = Union[Tensor, float]
T = TypeVar("T")

euler_constant = 0.5772156649015329


class lazy_property(cached_property[T]):
    """A property that is computed when it is first asked for, with its gradient even under ``no_grad()``."""

    def __get__(self, instance: Any, owner: Any = None) -> T:  # type: ignore[override]
        with enable_grad():
            return super().__get__(instance, owner)  # type: ignore[no-any-return]


def broadcast_all(*values: Value) -> tuple[Tensor, ...]:
    """All as Tensors of the shape that they have together; a number has the dtype of the first Tensor, or the default one.

    Raises ValueError for what is neither a Tensor nor a number.

    >>> broadcast_all(Tensor([1.0, 2.0]), 0)
    (tensor([1., 2.]), tensor([0., 0.]))
    """
    wrong = [value for value in values if not isinstance(value, Tensor) and not is_number(value)]
    if wrong:
        raise ValueError(f"broadcast_all: all values are Tensors or numbers, got {wrong[0]!r}")
    dtype = next((value.dtype for value in values if isinstance(value, Tensor)), get_default_dtype())
    return broadcast_tensors(*[v if isinstance(v, Tensor) else tensor(v, dtype=dtype) for v in values])


def probs_or_logits(name: str, probs: Any, logits: Any) -> tuple[str, Any]:
    """Which of the two is given, and what it is; ValueError unless it is exactly one.

    >>> probs_or_logits("Bernoulli", None, None)
    Traceback (most recent call last):
    ValueError: Bernoulli: either probs or logits is given, got neither
    """
    if (probs is None) is (logits is None):
        raise ValueError(f"{name}: either probs or logits is given, got {'neither' if probs is None else 'both'}")
    return ("logits", logits) if probs is None else ("probs", probs)


def clamp_probs(probs: Tensor) -> Tensor:
    """The probabilities, from the ``eps`` of their dtype to 1 − eps, so that their logits are finite.

    >>> clamp_probs(Tensor([0.0, 0.5]))
    tensor([1.1921e-07, 5.0000e-01])
    """
    eps = finfo(probs.dtype).eps
    return clamp(probs, eps, 1.0 - eps)


def logits_to_probs(logits: Tensor, is_binary: bool = False) -> Tensor:
    """softmax x along the last axis, or 1/(1 + e⁻ˣ) of each entry where it is binary."""
    return sigmoid(logits) if is_binary else softmax(logits, -1)


def probs_to_logits(probs: Tensor, is_binary: bool = False) -> Tensor:
    """ln p, or where it is binary ln p/(1 − p), of clamped probabilities."""
    p = clamp_probs(probs)
    return log(p) - log1p(-p) if is_binary else log(p)


def sum_rightmost(value: Tensor, dim: int) -> Tensor:
    """The sum over the last ``dim`` axes."""
    return total(value, tuple(range(-dim, 0))) if dim else value
