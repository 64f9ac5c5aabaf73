"""RMSprop: the gradient divided by the root of a running mean of its squares."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from backprop.matrix import Matrix, trusted
from backprop.numbers import math
from backprop.optim.optimizer import Optimizer, Params
from backprop.optim.state import filled
from backprop.optim.validation import check_eps, check_not_negative
from backprop.validation import check_number


class RMSprop(Optimizer):
    """v ← α·v + (1 − α)·g²,  θ ← θ − lr·g/(√v + ε).

    ``centered``: √(v − ḡ²) instead of √v, with ḡ ← α·ḡ + (1 − α)·g, an estimate of the standard deviation; where
    rounding makes v − ḡ² negative, 0 is used (PyTorch gets NaN). With ``momentum`` μ the quotients are
    accumulated: b ← μ·b + g/(√v + ε), θ ← θ − lr·b. With ``weight_decay`` λ: g ← g + λ·θ.

    Tieleman and Hinton, "Neural Networks for Machine Learning", lecture 6.5 (2012); centered: Graves,
    "Generating Sequences With Recurrent Neural Networks" (2013), equations 38 to 45.

    Raises ValueError for settings below 0, NaN or infinite, for ``alpha`` above 1 and for ``eps`` 0.

    >>> from backprop.nn.parameters import Parameter
    >>> w = Parameter([[1.0, -2.0]]); w.grad = Matrix([[10.0, -10.0]])
    >>> RMSprop([w], lr=0.5).step(); w.matrix.allclose(Matrix([[-4.0, 3.0]]), rel_tol=1e-4)
    True
    """

    def __init__(
        self,
        params: Params,
        lr: float = 1e-2,
        alpha: float = 0.99,
        eps: float = 1e-8,
        weight_decay: float = 0,
        momentum: float = 0,
        centered: bool = False,
    ) -> None:
        settings = {"lr": lr, "alpha": alpha, "eps": eps, "weight_decay": weight_decay, "momentum": momentum}
        super().__init__(params, {**settings, "centered": centered})

    def check(self, group: Mapping[str, Any]) -> None:
        check_not_negative("RMSprop", group, "lr", "weight_decay", "momentum")
        check_number("RMSprop", "alpha", group["alpha"], 0, 1)
        check_eps("RMSprop", group)

    needs = (("centered", "mean"),)

    def start(self, value: Matrix, group: Mapping[str, Any]) -> dict[str, Any]:
        zeros = filled(value, 0)
        # Kept without momentum too: a scheduler may switch the momentum on during the run.
        return {"v": zeros, "sum": zeros, **({"mean": zeros} if group["centered"] else {})}

    def update(self, value: Matrix, gradient: Matrix, state: dict[str, Any], group: Mapping[str, Any]) -> Matrix:
        lr, alpha, eps, momentum, sqrt = group["lr"], group["alpha"], group["eps"], group["momentum"], math.sqrt
        rest = 1 - alpha
        if group["weight_decay"]:
            gradient = gradient + group["weight_decay"] * value
        v = [[alpha * v + rest * g * g for v, g in zip(vs, gs)] for vs, gs in zip(state["v"].rows, gradient.rows)]
        state["v"] = trusted(v)
        if group["centered"]:
            state["mean"] = mean = alpha * state["mean"] + rest * gradient
            v = [[0.0 if v < m * m else v - m * m for v, m in zip(vs, ms)] for vs, ms in zip(v, mean.rows)]
        quotients = [[g / (sqrt(v) + eps) for g, v in zip(gs, vs)] for gs, vs in zip(gradient.rows, v)]
        if momentum:
            quotients = [[momentum * b + q for b, q in zip(bs, qs)] for bs, qs in zip(state["sum"].rows, quotients)]
            state["sum"] = trusted(quotients)
        return trusted([[w - lr * q for w, q in zip(ws, qs)] for ws, qs in zip(value.rows, quotients)])
