"""RAdam: Adam that divides by the root of the mean square only once that is reliable."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from backprop.autograd import Tensor
from backprop.matrix import Matrix, trusted
from backprop.numbers import math
from backprop.optim.adam import Adam, decay, running_means
from backprop.optim.optimizer import Optimizer, Params, filled, scalar, settings_of
from backprop.optim.validation import check_betas, check_eps, check_not_negative


class RAdam(Optimizer):
    """θ ← θ − lr·m̂·r·√(1 − β₂ᵗ)/(√v + ε) while ρ > 5, and θ ← θ − lr·m̂ before: Adam with a built-in warm-up.

    m, v and m̂ are those of Adam. ρ = ρ∞ − 2t·β₂ᵗ/(1 − β₂ᵗ) with ρ∞ = 2/(1 − β₂) − 1 is the number of gradients that
    v averages over, and r = √((ρ − 4)(ρ − 2)ρ∞ / ((ρ∞ − 4)(ρ∞ − 2)ρ)) corrects the variance of 1/√v. With
    ``weight_decay`` λ: g ← g + λ·θ, or θ ← (1 − lr·λ)·θ with ``decoupled_weight_decay``.

    Liu et al., "On the Variance of the Adaptive Learning Rate and Beyond" (2020), algorithm 2; the 5 is from
    PyTorch, the paper has 4.

    Raises ValueError for settings below 0, NaN or infinite, for betas not below 1 and for ``eps`` 0.

    >>> from backprop.nn.parameters import Parameter
    >>> w = Parameter([[1.0, -2.0]]); w.grad = Matrix([[10.0, -4.0]])
    >>> RAdam([w], lr=0.5).step(); w.matrix.allclose(Matrix([[-4.0, 0.0]]), rel_tol=1e-4)
    True
    """

    def __init__(
        self,
        params: Params,
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        decoupled_weight_decay: bool = False,
        *,
        foreach: bool | None = None,
        maximize: bool = False,
        capturable: bool = False,
        differentiable: bool = False,
    ) -> None:
        super().__init__(params, settings_of(locals()))

    def check(self, group: Mapping[str, Any]) -> None:
        check_not_negative("RAdam", group, "lr", "weight_decay")
        check_betas("RAdam", group)
        check_eps("RAdam", group)

    in_place = Adam.in_place

    def start(self, parameter: Tensor, group: Mapping[str, Any]) -> dict[str, Any]:
        return {"step": scalar(0.0), "exp_avg": filled(parameter, 0), "exp_avg_sq": filled(parameter, 0)}

    def update(self, value: Matrix, gradient: Matrix, state: dict[str, Any], group: Mapping[str, Any]) -> Matrix:
        lr, (beta1, beta2), eps, sqrt = group["lr"], group["betas"], group["eps"], math.sqrt
        kept, gradient = decay(value, gradient, group)
        m, v = running_means(state, gradient, group["betas"])
        state["step"] = t = state["step"] + 1
        rate, correction = lr / (1 - beta1**t), 1 - beta2**t
        limit = 2 / (1 - beta2) - 1
        length = limit - 2 * t * beta2**t / correction
        if length <= 5:
            return trusted([[kept * w - rate * m for w, m in zip(ws, ms)] for ws, ms in zip(value.rows, m)])
        variance = (length - 4) * (length - 2) * limit / ((limit - 4) * (limit - 2) * length)
        rate *= sqrt(variance * correction)
        return trusted(
            [
                [kept * w - rate * m / (sqrt(v) + eps) for w, m, v in zip(ws, ms, vs)]
                for ws, ms, vs in zip(value.rows, m, v)
            ]
        )
