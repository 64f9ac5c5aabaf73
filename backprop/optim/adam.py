"""Adam: a step of about lr for every weight, whatever the scale of its gradient."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from backprop.autograd import Tensor
from backprop.kernel import Rows
from backprop.matrix import Matrix, trusted
from backprop.numbers import is_generic, math, named
from backprop.optim.optimizer import Optimizer, Params, filled, scalar, settings_of
from backprop.optim.state import IN_PLACE
from backprop.optim.validation import check_betas, check_eps, check_not_negative


class Adam(Optimizer):
    """θ ← θ − lr·m̂/(√v̂ + ε) with m̂ = m/(1 − β₁ᵗ), v̂ = v/(1 − β₂ᵗ), m ← β₁·m + (1 − β₁)·g, v ← β₂·v + (1 − β₂)·g²;
    the same is θ ← θ − α·m/(√v + ε̂) with α = lr·√(1 − β₂ᵗ)/(1 − β₁ᵗ), ε̂ = ε·√(1 − β₂ᵗ), which divides once less.

    A step of about lr for every weight, whatever the scale of its gradient: m and v are running means of the gradient and of
    its square, and m̂ and v̂ correct for their start at 0. With ``weight_decay`` λ: g ← g + λ·θ, or
    θ ← (1 − lr·λ)·θ with ``decoupled_weight_decay``, as in AdamW. ``amsgrad`` uses the largest v so far in place of v, so
    that no step grows because a large gradient is forgotten.

    Kingma and Ba, "Adam: A Method for Stochastic Optimization" (2015), algorithm 1 and the end of section 2; amsgrad: Reddi,
    Kale and Kumar, "On the Convergence of Adam and Beyond" (2018).

    Raises ValueError for settings below 0, NaN or infinite, for betas not below 1 and for ``eps`` 0.

    >>> from backprop.nn.parameters import Parameter
    >>> w = Parameter([[1.0, -2.0]]); w.grad = Matrix([[10.0, -0.001]])
    >>> Adam([w], lr=0.5).step(); w.matrix.allclose(Matrix([[0.5, -1.5]]), rel_tol=1e-5)
    True
    """

    def __init__(
        self,
        params: Params,
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        amsgrad: bool = False,
        *,
        maximize: bool = False,
        foreach: bool | None = None,
        capturable: bool = False,
        differentiable: bool = False,
        fused: bool | None = None,
        decoupled_weight_decay: bool = False,
    ) -> None:
        super().__init__(params, settings_of(locals()))

    def check(self, group: Mapping[str, Any]) -> None:
        name = type(self).__name__
        check_not_negative(name, group, "lr", "weight_decay")
        check_betas(name, group)
        check_eps(name, group)

    in_place = frozenset({"exp_avg", "exp_avg_sq"})

    def start(self, parameter: Tensor, group: Mapping[str, Any]) -> dict[str, Any]:
        return {"step": scalar(0.0), "exp_avg": filled(parameter, 0), "exp_avg_sq": filled(parameter, 0)}

    def update(self, value: Matrix, gradient: Matrix, state: dict[str, Any], group: Mapping[str, Any]) -> Matrix:
        (beta1, beta2), eps, sqrt = group["betas"], group["eps"], math.sqrt
        kept, gradient = decay(value, gradient, group)
        state["step"] += 1
        m, v = running_means(state, gradient, group["betas"])
        if group["amsgrad"]:
            largest = state["max_exp_avg_sq"].rows if "max_exp_avg_sq" in state else v
            # In this order of the comparison a NaN is kept.
            v = [[x if v < x else v for x, v in zip(xs, vs)] for xs, vs in zip(largest, v)]
            state["max_exp_avg_sq"] = trusted(v)
        root = sqrt(1.0 - beta2 ** state["step"])
        alpha, eps = group["lr"] * root / (1.0 - beta1 ** state["step"]), eps * root
        return trusted(
            [
                [kept * w - alpha * m / (sqrt(v) + eps) for w, m, v in zip(ws, ms, vs)]
                for ws, ms, vs in zip(value.rows, m, v)
            ]
        )


def running_means(state: dict[str, Any], gradient: Matrix, betas: tuple[float, float]) -> tuple[Rows, Rows]:
    """m ← β₁·m + (1 − β₁)·g and v ← β₂·v + (1 − β₂)·g², in place in the ``state``; the rows of both are returned."""
    beta1, beta2 = betas
    rest1, rest2 = 1.0 - beta1, 1.0 - beta2
    m, v, g = state["exp_avg"], state["exp_avg_sq"], gradient.rows
    if len(g) * len(g[0]) in IN_PLACE:
        for ms, vs, gs in zip(m, v, g):
            for i, x in enumerate(gs):
                ms[i] = beta1 * ms[i] + rest1 * x
                vs[i] = beta2 * vs[i] + rest2 * x * x
    else:
        m[:] = [[beta1 * m + rest1 * g for m, g in zip(ms, gs)] for ms, gs in zip(m, g)]
        v[:] = [[beta2 * v + rest2 * g * g for v, g in zip(vs, gs)] for vs, gs in zip(v, g)]
    if is_generic():
        for ms, vs in zip(m, v):
            named(m=ms, v=vs)
    return m, v


def decay(value: Matrix, gradient: Matrix, group: Mapping[str, Any]) -> tuple[float, Matrix]:
    """What is kept of θ, and g, with ``weight_decay`` λ: 1 − lr·λ and g with ``decoupled_weight_decay``, else 1 and g + λ·θ."""
    if not group["weight_decay"]:
        return 1.0, gradient
    if group["decoupled_weight_decay"]:
        return 1.0 - group["lr"] * group["weight_decay"], gradient
    return 1.0, gradient + group["weight_decay"] * value
