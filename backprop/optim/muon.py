"""Muon: momentum made nearly orthogonal, so that a step has the same size in all directions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Callable

from backprop.autograd import Tensor
from backprop.matrix import Matrix, flatten, float_matmul, trusted
from backprop.numbers import math
from backprop.optim.optimizer import Optimizer, Params, filled, settings_of
from backprop.optim.validation import check_eps, check_not_negative
from backprop.validation import check_choice, check_number, is_number, is_positive_int

_SHIFT = 2.0**45 + 1


class Muon(Optimizer):
    """θ ← (1 − lr·λ)·θ − lr·s·O with O ≈ U·Vᵀ, where U·Σ·Vᵀ is the singular value decomposition of the momentum.

    M ← μ·M + (1 − μ)·G; O is ``orthogonalized`` M, or with ``nesterov`` μ·M + (1 − μ)·G. λ is ``weight_decay``. s
    corrects for the shape of θ (r, c): √max(1, r/c) for ``adjust_lr_fn`` None or "original", 0.2·√max(r, c) for
    "match_rms_adamw", which allows the learning rates of AdamW.

    Use it for the weight matrices inside of a network, and AdamW for biases, embeddings and the last layer, as the
    authors do.

    Jordan et al., "Muon: An optimizer for hidden layers in neural networks" (2024); "match_rms_adamw": Liu et al.,
    "Muon is Scalable for LLM Training" (2025). All on the way to O is rounded to bfloat16, as in PyTorch.

    Raises ValueError for settings below 0, NaN or infinite, for ``momentum`` above 1, ``eps`` 0, ``ns_coefficients``
    that are not three numbers, ``ns_steps`` that are no int from 0 to 99, for another ``adjust_lr_fn`` and for a
    parameter that has not two axes.

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
        super().__init__(params, settings_of(locals()))

    def add_param_group(self, param_group: Mapping[str, Any]) -> None:
        super().add_param_group(param_group)
        for parameter in self.param_groups[-1]["params"]:
            if parameter.ndim != 2:
                self.param_groups.pop()
                raise ValueError(f"Muon: parameters have two axes, got {parameter.shape}; give the others to AdamW")

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

    def start(self, parameter: Tensor, group: Mapping[str, Any]) -> dict[str, Any]:
        return {"momentum_buffer": filled(parameter, 0)}

    def update(self, value: Matrix, gradient: Matrix, state: dict[str, Any], group: Mapping[str, Any]) -> Matrix:
        lr, momentum = group["lr"], group["momentum"]
        mean = momentum * state["momentum_buffer"] + (1 - momentum) * gradient
        state["momentum_buffer"] = mean
        if group["nesterov"]:
            mean = momentum * mean + (1 - momentum) * gradient
        direction = orthogonalized(mean, group["ns_coefficients"], group["ns_steps"], group["eps"], bfloat16)
        rows, columns = value.shape
        if group["adjust_lr_fn"] == "match_rms_adamw":
            scale = 0.2 * math.sqrt(max(rows, columns))
        else:
            scale = math.sqrt(max(1, rows / columns))
        kept, rate = 1 - lr * group["weight_decay"], lr * scale
        return trusted([[kept * w - rate * o for w, o in zip(ws, os)] for ws, os in zip(value.rows, direction.rows)])


def orthogonalized(
    matrix: Matrix,
    coefficients: tuple[float, float, float],
    steps: int,
    eps: float,
    rounded: Callable[[Matrix], Matrix] = lambda matrix: matrix,
) -> Matrix:
    """Approximately U·Vᵀ for U·Σ·Vᵀ = ``matrix``: the singular vectors stay, all singular values become almost 1.

    X ← matrix/‖matrix‖, then in each step of Newton and Schulz A = X·Xᵀ, X ← a·X + (b·A + c·A²)·X, which maps each
    singular value σ to a·σ + b·σ³ + c·σ⁵. With Muon's (a, b, c) small ones grow fastest, and after five steps those
    from 0.01 up are between 0.68 and 1.13; with (15/8, −10/8, 3/8) they converge to 1. Each result is ``rounded``.

    >>> a = orthogonalized(Matrix([[3.0, 0.0], [4.0, 5.0]]), (15 / 8, -10 / 8, 3 / 8), steps=10, eps=1e-7)
    >>> (a @ a.T).allclose(Matrix([[1, 0], [0, 1]]), abs_tol=1e-12)
    True
    """
    a, b, c = coefficients
    rows, columns = matrix.shape
    x = rounded(matrix)
    # hypot neither overflows nor underflows. max() returns its first argument if that is NaN, so a NaN is kept.
    norm = rounded(trusted([[max(math.hypot(*flatten(x.rows)), eps)]])).item()
    x = rounded(x / norm)
    # X·Xᵀ is the smaller of the two products where X is wider than high.
    if rows > columns:
        x = x.T
    for _ in range(steps):
        gram = rounded(float_matmul(x, x.T))
        x = rounded(a * x + float_matmul(rounded(b * gram + c * float_matmul(gram, gram)), x))
    return x.T if rows > columns else x


def bfloat16(matrix: Matrix) -> Matrix:
    """The entries with 8 digits in base two, as in the format bfloat16.

    >>> bfloat16(Matrix([[1.0, 0.1, 257.0, 259.0]]))
    Matrix([[1.0, 0.10009765625, 256.0, 260.0]])
    """
    # Of the 53 digits of x·2⁴⁵ + x − x·2⁴⁵ the last 45 are lost (Veltkamp).
    return trusted([[(y := _SHIFT * x) - (y - x) for x in row] for row in matrix.rows])
