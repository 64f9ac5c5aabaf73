"""NAdam: Adam with Nesterov momentum."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from backprop.autograd import Tensor
from backprop.matrix import Matrix, trusted
from backprop.numbers import math
from backprop.optim.adam import Adam, decay, running_means
from backprop.optim.optimizer import Optimizer, Params, filled, scalar, settings_of
from backprop.optim.validation import check_betas, check_eps, check_not_negative


class NAdam(Optimizer):
    """θ ← θ − lr·((1 − μₜ)/(1 − Πₜ)·g + μₜ₊₁/(1 − Πₜ₊₁)·m)/(√v̂ + ε): Adam with the momentum of the next step.

    m and v̂ are those of Adam; μₜ = β₁·(1 − ½·0.96^(t·ψ)) for ``momentum_decay`` ψ grows towards β₁, and
    Πₜ = μ₁·μ₂⋯μₜ. With ``weight_decay`` λ: g ← g + λ·θ, or θ ← (1 − lr·λ)·θ with ``decoupled_weight_decay``.

    Dozat, "Incorporating Nesterov Momentum into Adam" (2016).

    Raises ValueError for settings below 0, NaN or infinite, for betas not below 1 and for ``eps`` 0.

    >>> from backprop.nn.parameters import Parameter
    >>> w = Parameter([[1.0, -2.0]]); w.grad = Matrix([[10.0, -10.0]])
    >>> NAdam([w], lr=0.5).step(); w.matrix.allclose(Matrix([[0.47177387, -1.47177387]]), rel_tol=1e-4)
    True
    """

    def __init__(
        self,
        params: Params,
        lr: float = 2e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        momentum_decay: float = 4e-3,
        decoupled_weight_decay: bool = False,
        *,
        maximize: bool = False,
        foreach: bool | None = None,
        capturable: bool = False,
        differentiable: bool = False,
    ) -> None:
        super().__init__(params, settings_of(locals()))

    def check(self, group: Mapping[str, Any]) -> None:
        check_not_negative("NAdam", group, "lr", "weight_decay", "momentum_decay")
        check_betas("NAdam", group)
        check_eps("NAdam", group)

    numbers = frozenset({"step", "mu_product"})

    in_place = Adam.in_place

    def start(self, parameter: Tensor, group: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "step": scalar(0.0),
            "mu_product": scalar(1.0),
            "exp_avg": filled(parameter, 0),
            "exp_avg_sq": filled(parameter, 0),
        }

    def update(self, value: Matrix, gradient: Matrix, state: dict[str, Any], group: Mapping[str, Any]) -> Matrix:
        lr, (beta1, beta2), eps, sqrt = group["lr"], group["betas"], group["eps"], math.sqrt
        kept, gradient = decay(value, gradient, group)
        m, v = running_means(state, gradient, group["betas"])
        state["step"] += 1
        psi = group["momentum_decay"]
        momentum, following = (beta1 * (1 - 0.5 * 0.96 ** (t * psi)) for t in (state["step"], state["step"] + 1))
        state["mu_product"] *= momentum
        root = sqrt(1 - beta2 ** state["step"])  # of the correction of v, as in Adam
        of_gradient = lr * root * (1 - momentum) / (1 - state["mu_product"])
        of_mean = lr * root * following / (1 - state["mu_product"] * following)
        eps *= root
        return trusted(
            [
                [kept * w - (of_gradient * g + of_mean * m) / (sqrt(v) + eps) for w, g, m, v in zip(ws, gs, ms, vs)]
                for ws, gs, ms, vs in zip(value.rows, gradient.rows, m, v)
            ]
        )
