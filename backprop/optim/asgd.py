"""ASGD: gradient descent with a falling rate, and the mean of the weights along the way."""

from __future__ import annotations

from collections.abc import Mapping
from struct import pack, unpack
from typing import Any

from backprop.autograd import Tensor
from backprop.dtypes import float64, get_default_dtype
from backprop.matrix import Matrix, trusted
from backprop.optim.optimizer import Optimizer, Params, filled, scalar, settings_of
from backprop.optim.validation import check_not_negative


class ASGD(Optimizer):
    """θ ← (1 − λ·η)·θ − η·g with η = lr/(1 + λ·lr·t)^α, and the mean ā ← ā + (θ − ā)·μ with μ = 1/max(1, t − t₀).

    λ is ``lambd``; η and μ are those of the step before, lr and 1 in the first. From step ``t0`` on ā, which
    is ``state[parameter]["ax"]``, is the mean of all θ since; before it is θ itself. With ``weight_decay`` w: g ← g + w·θ.

    Polyak and Juditsky, "Acceleration of Stochastic Approximation by Averaging" (1992).

    Raises ValueError for settings below 0, NaN or infinite.

    >>> from backprop.nn.parameters import Parameter
    >>> w = Parameter([[1.0, -2.0]]); optimizer = ASGD([w], lr=0.5, lambd=0.0, t0=0)
    >>> for _ in range(2):
    ...     w.grad = Matrix([[1.0, -1.0]]); optimizer.step()
    >>> w.data, optimizer.state[w]["ax"]
    (tensor([[ 0., -1.]]), tensor([[ 0., -1.]]))
    >>> w.grad = Matrix([[1.0, -1.0]]); optimizer.step(); w.data, optimizer.state[w]["ax"]
    (tensor([[-0.5000, -0.5000]]), tensor([[-0.2500, -0.7500]]))
    """

    def __init__(
        self,
        params: Params,
        lr: float = 1e-2,
        lambd: float = 1e-4,
        alpha: float = 0.75,
        t0: float = 1e6,
        weight_decay: float = 0,
        foreach: bool | None = None,
        maximize: bool = False,
        differentiable: bool = False,
        capturable: bool = False,
    ) -> None:
        super().__init__(params, settings_of(locals()))

    def check(self, group: Mapping[str, Any]) -> None:
        check_not_negative("ASGD", group, "lr", "lambd", "alpha", "t0", "weight_decay")

    numbers = frozenset({"step", "eta", "mu"})

    def start(self, parameter: Tensor, group: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "step": scalar(0.0),
            "eta": scalar(_kept(group["lr"])),
            "mu": scalar(1.0),
            "ax": filled(parameter, 0),
        }

    def update(self, value: Matrix, gradient: Matrix, state: dict[str, Any], group: Mapping[str, Any]) -> Matrix:
        lr, lambd, eta, mu = group["lr"], group["lambd"], state["eta"], state["mu"]
        if group["weight_decay"]:
            gradient = gradient + group["weight_decay"] * value
        kept = 1 - lambd * eta
        w = trusted([[kept * w - eta * g for w, g in zip(ws, gs)] for ws, gs in zip(value.rows, gradient.rows)])
        state["ax"] = w if mu == 1 else state["ax"] + mu * (w - state["ax"])
        state["step"] += 1
        state["eta"] = _kept(lr / (1 + lambd * lr * state["step"]) ** group["alpha"])
        state["mu"] = _kept(1 / max(1, state["step"] - group["t0"]))
        return w


def _kept(number: float) -> float:
    """The number as PyTorch keeps η and μ: of the default dtype, whatever that of the parameters is."""
    return number if get_default_dtype() is float64 else float(unpack("f", pack("f", number))[0])
