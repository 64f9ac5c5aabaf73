"""Muon: momentum made nearly orthogonal, so that a step has the same size in all directions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from backprop.matrix import Matrix, flatten, float_matmul, trusted
from backprop.numbers import math
from backprop.optim.optimizer import Optimizer, Params
from backprop.optim.state import filled
from backprop.optim.validation import check_eps, check_not_negative
from backprop.validation import check_choice, check_number, is_number, is_positive_int


class Muon(Optimizer):
    """θ ← (1 − lr·λ)·θ − lr·s·O with O ≈ U·Vᵀ, where U·Σ·Vᵀ is the singular value decomposition of the momentum.

    M ← μ·M + (1 − μ)·G; O is ``orthogonalized`` M, or with ``nesterov`` μ·M + (1 − μ)·G. λ is ``weight_decay``. s
    corrects for the shape of θ (r, c): √max(1, r/c) for ``adjust_lr_fn`` None or "original", 0.2·√max(r, c) for
    "match_rms_adamw", which allows the learning rates of AdamW.

    Use it for the weight matrices inside of a network, and AdamW for biases, embeddings and the last layer, as the
    authors do. PyTorch refuses vectors; here they are matrices of 1×n and accepted.

    Jordan et al., "Muon: An optimizer for hidden layers in neural networks" (2024); "match_rms_adamw": Liu et al.,
    "Muon is Scalable for LLM Training" (2025). PyTorch rounds O to bfloat16, about three digits; here it is not
    rounded.

    Raises ValueError for settings below 0, NaN or infinite, for ``momentum`` above 1, ``eps`` 0, ``ns_coefficients``
    that are not three numbers, ``ns_steps`` that are no int from 0 to 99 and for another ``adjust_lr_fn``.

    >>> from backprop.nn.parameters import Parameter
    >>> w = Parameter([[1.0, -2.0]]); w.grad = Matrix([[3.0, -4.0]])
    >>> Muon([w], lr=0.5, weight_decay=0.0).step(); w.matrix.allclose(Matrix([[0.79, -1.72]]), rel_tol=1e-2)
    True
    """

    def __init__(
        self,
        params: Params,
        lr: float = 1e-3,
        weight_decay: float = 0.1,
        momentum: float = 0.95,
        nesterov: bool = True,
        ns_coefficients: tuple[float, float, float] = (3.4445, -4.7750, 2.0315),
        eps: float = 1e-7,
        ns_steps: int = 5,
        adjust_lr_fn: str | None = None,
    ) -> None:
        settings = {"lr": lr, "weight_decay": weight_decay, "momentum": momentum, "nesterov": nesterov}
        newton_schulz = {"ns_coefficients": ns_coefficients, "eps": eps, "ns_steps": ns_steps}
        super().__init__(params, {**settings, **newton_schulz, "adjust_lr_fn": adjust_lr_fn})

    def check(self, group: Mapping[str, Any]) -> None:
        check_not_negative("Muon", group, "lr", "weight_decay")
        check_number("Muon", "momentum", group["momentum"], 0, 1)
        check_eps("Muon", group)
        check_choice("Muon", "adjust_lr_fn", group["adjust_lr_fn"], (None, "original", "match_rms_adamw"))
        numbers, steps = group["ns_coefficients"], group["ns_steps"]
        if (
            not isinstance(numbers, (tuple, list))
            or len(numbers) != 3
            or not all(is_number(x) and math.isfinite(x) for x in numbers)
        ):
            raise ValueError(f"Muon: ns_coefficients are three numbers, got {numbers!r}")
        if not is_positive_int(steps, 0) or steps >= 100:
            raise ValueError(f"Muon: ns_steps is an int from 0 to 99, got {steps!r}")

    def start(self, value: Matrix, group: Mapping[str, Any]) -> dict[str, Any]:
        return {"M": filled(value, 0)}

    def update(self, value: Matrix, gradient: Matrix, state: dict[str, Any], group: Mapping[str, Any]) -> Matrix:
        lr, momentum = group["lr"], group["momentum"]
        state["M"] = mean = momentum * state["M"] + (1 - momentum) * gradient
        if group["nesterov"]:
            mean = momentum * mean + (1 - momentum) * gradient
        direction = orthogonalized(mean, group["ns_coefficients"], group["ns_steps"], group["eps"])
        rows, columns = value.shape
        if group["adjust_lr_fn"] == "match_rms_adamw":
            scale = 0.2 * math.sqrt(max(rows, columns))
        else:
            scale = math.sqrt(max(1, rows / columns))
        kept, rate = 1 - lr * group["weight_decay"], lr * scale
        return trusted([[kept * w - rate * o for w, o in zip(ws, os)] for ws, os in zip(value.rows, direction.rows)])


def orthogonalized(matrix: Matrix, coefficients: tuple[float, float, float], steps: int, eps: float) -> Matrix:
    """Approximately U·Vᵀ for U·Σ·Vᵀ = ``matrix``: the singular vectors stay, all singular values become almost 1.

    X ← matrix/‖matrix‖, then in each step of Newton and Schulz A = X·Xᵀ, X ← a·X + (b·A + c·A²)·X, which maps each
    singular value σ to a·σ + b·σ³ + c·σ⁵. With Muon's (a, b, c) small ones grow fastest, and after five steps those
    from 0.01 up are between 0.68 and 1.13; with (15/8, −10/8, 3/8) they converge to 1.

    >>> a = orthogonalized(Matrix([[3.0, 0.0], [4.0, 5.0]]), (15 / 8, -10 / 8, 3 / 8), steps=10, eps=1e-7)
    >>> (a @ a.T).allclose(Matrix([[1, 0], [0, 1]]), abs_tol=1e-12)
    True
    """
    a, b, c = coefficients
    rows, columns = matrix.shape
    # hypot neither overflows nor underflows. max() returns its first argument if that is NaN, so a NaN is kept.
    x = matrix / max(math.hypot(*flatten(matrix.rows)), eps)
    # X·Xᵀ is the smaller of the two products where X is wider than high.
    if rows > columns:
        x = x.T
    for _ in range(steps):
        gram = float_matmul(x, x.T)
        x = a * x + float_matmul(b * gram + c * float_matmul(gram, gram), x)
    return x.T if rows > columns else x
