"""Clipping: gradients that are too large are made smaller before the step.

``foreach``, which chooses among PyTorch's implementations, changes nothing here.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any, Union

from backprop.autograd import Tensor, constant
from backprop.matrix import trusted
from backprop.validation import check_bool, is_number

Tensors = Union[Tensor, Iterable[Tensor]]


def clip_grad_norm_(
    parameters: Tensors,
    max_norm: float,
    norm_type: float = 2.0,
    error_if_nonfinite: bool = False,
    foreach: bool | None = None,
) -> Tensor:
    """g ← g·min(1, max_norm/(‖g‖ + 10⁻⁶)), with ‖g‖ over all gradients as one vector; gives ‖g‖ before clipping,
    of shape ().

    To be called between ``backward()`` and ``step()``. ``norm_type`` p is a number above 0, ‖g‖ = (Σ|g|ᵖ)^(1/p), or
    infinity, ‖g‖ = max |g|. The gradients keep their direction.

    As in PyTorch a norm that is not finite is not an error unless ``error_if_nonfinite``: where it is NaN all
    gradients become NaN; where it is infinite the infinite ones become NaN, the others 0.

    Pascanu, Mikolov and Bengio, "On the difficulty of training recurrent neural networks" (2013), algorithm 1.

    Raises ValueError for ``max_norm`` below 0 or NaN and for ``norm_type`` not above 0, RuntimeError if asked to.

    >>> from backprop.nn import Parameter
    >>> w = Parameter([0.0, 0.0]); w.grad = Tensor([3.0, 4.0])
    >>> clip_grad_norm_([w], 1.0), w.grad
    (tensor(5.), tensor([0.6000, 0.8000]))
    """
    learned = _with_gradients("clip_grad_norm_", parameters)
    _check_max_norm("clip_grad_norm_", max_norm)
    norm = _total_norm("clip_grad_norm_", [tensor._grad for tensor in learned], norm_type, error_if_nonfinite)
    _scale(learned, max_norm, norm.item())
    return norm


def get_total_norm(
    tensors: Tensors, norm_type: float = 2.0, error_if_nonfinite: bool = False, foreach: bool | None = None
) -> Tensor:
    """The norm of all entries of all Tensors as one vector, as ``clip_grad_norm_`` takes it of the gradients.

    >>> get_total_norm([Tensor([3.0]), Tensor([[4.0]])])
    tensor(5.)
    """
    return _total_norm("get_total_norm", _listed("get_total_norm", tensors), norm_type, error_if_nonfinite)


def clip_grads_with_norm_(
    parameters: Tensors, max_norm: float, total_norm: Tensor, foreach: bool | None = None
) -> None:
    """g ← g·min(1, max_norm/(total_norm + 10⁻⁶)): ``clip_grad_norm_`` for a norm that is known."""
    _check_max_norm("clip_grads_with_norm_", max_norm)
    _scale(_with_gradients("clip_grads_with_norm_", parameters), max_norm, float(total_norm))


def clip_grad_value_(parameters: Tensors, clip_value: float, foreach: bool | None = None) -> None:
    """g ← min(max(g, −clip_value), clip_value), entry by entry; NaN stays. PyTorch's ``clip_grad_value_``.

    Raises ValueError for ``clip_value`` below 0 or NaN.

    >>> from backprop.nn import Parameter
    >>> w = Parameter([0.0, 0.0]); w.grad = Tensor([3.0, -0.5])
    >>> clip_grad_value_([w], 1.0); w.grad
    tensor([ 1.0000, -0.5000])
    """
    if not is_number(clip_value) or not clip_value >= 0:
        raise ValueError(f"clip_grad_value_: clip_value is a number from 0 up, got {clip_value!r}")
    for tensor in _with_gradients("clip_grad_value_", parameters):
        clipped = [[min(max(x, -clip_value), clip_value) for x in row] for row in tensor._grad._matrix.rows]
        tensor._grad._matrix = trusted(clipped)


def _norm(entries: list[Any], p: float) -> float:
    """The p-norm, divided by the largest entry meanwhile: neither 1e200² overflows nor 1e-200² vanishes."""
    sizes = list(map(abs, entries))
    largest = float(max(sizes, default=0.0))
    # max() may skip a NaN, a sum cannot.
    if math.isnan(sum(sizes)):
        return math.nan
    if not largest or largest == math.inf or p == math.inf:
        return largest
    if p == 2:
        return math.hypot(*sizes)
    total = math.fsum([(x / largest) ** p for x in sizes])
    try:
        return float(largest * total ** (1 / p))
    except OverflowError:
        return math.inf


def _total_norm(name: str, tensors: list[Any], norm_type: float, error_if_nonfinite: bool) -> Tensor:
    if not is_number(norm_type) or not norm_type > 0:
        raise ValueError(f"{name}: norm_type is a number above 0 or infinity, got {norm_type!r}")
    check_bool(name, error_if_nonfinite=error_if_nonfinite)
    norm = _norm([x for tensor in tensors for row in tensor._matrix.rows for x in row], float(norm_type))
    if error_if_nonfinite and not math.isfinite(norm):
        raise RuntimeError(f"{name}: the norm of the gradients is {norm}; nothing was clipped")
    return constant(trusted([[norm]]), (), tensors[0]._dtype if tensors else None)


def _check_max_norm(name: str, max_norm: float) -> None:
    if not is_number(max_norm) or not max_norm >= 0:
        raise ValueError(f"{name}: max_norm is a number from 0 up, got {max_norm!r}")


def _scale(learned: list[Any], max_norm: float, norm: float) -> None:
    factor = max_norm / (norm + 1e-6)
    # Not "factor < 1": NaN is to go on into the gradients.
    if not factor >= 1:
        for tensor in learned:
            tensor._grad._matrix = factor * tensor._grad._matrix


def _listed(name: str, tensors: Tensors) -> list[Any]:
    """Each once: one that is named twice has one gradient, which counts and is clipped once."""
    single = isinstance(tensors, Tensor) or not isinstance(tensors, Iterable)
    listed = [tensors] if single else list(tensors)
    for tensor in listed:
        if not isinstance(tensor, Tensor):
            raise TypeError(f"{name} needs parameters, as model.parameters() are, got {tensor!r}")
    return list(dict.fromkeys(listed))


def _with_gradients(name: str, parameters: Tensors) -> list[Any]:
    return [tensor for tensor in _listed(name, parameters) if tensor._grad is not None]
