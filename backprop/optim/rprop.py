"""Rprop: uses only the signs of the gradients; for training on all examples at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from backprop.autograd import Tensor
from backprop.matrix import Matrix, trusted
from backprop.optim.optimizer import Optimizer, Params, filled, scalar, settings_of
from backprop.optim.validation import check_not_negative, is_pair


class Rprop(Optimizer):
    """θ ← θ − sign(g)·s: every weight has its own step s, which grows while the sign of g stays and shrinks on a
    change.

    For ``etas`` (η⁻, η⁺): s ← η⁺·s where g has the sign of the last gradient; where the sign is opposite, s ← η⁻·s and
    g is replaced by 0, in this step and as the last gradient of the next. s starts at ``lr`` and stays between the two
    ``step_sizes``.

    Riedmiller and Braun, "A direct adaptive method for faster backpropagation learning: the RPROP algorithm"
    (1993), in the variant that does not undo a step (iRprop⁻ of Igel and Hüsken, 2000), as in PyTorch.

    Raises ValueError unless lr ≥ 0, 0 < η⁻ < 1 < η⁺ and 0 ≤ smallest ≤ largest step.

    >>> from backprop.nn.parameters import Parameter
    >>> w = Parameter([[1.0, -2.0]]); w.grad = Matrix([[10.0, -0.001]])
    >>> Rprop([w], lr=0.5).step(); w.matrix
    Matrix([[0.5, -1.5]])
    """

    def __init__(
        self,
        params: Params,
        lr: float = 1e-2,
        etas: tuple[float, float] = (0.5, 1.2),
        step_sizes: tuple[float, float] = (1e-6, 50),
        *,
        foreach: bool | None = None,
        maximize: bool = False,
        differentiable: bool = False,
        capturable: bool = False,
    ) -> None:
        super().__init__(params, settings_of(locals()))

    def check(self, group: Mapping[str, Any]) -> None:
        check_not_negative("Rprop", group, "lr")
        etas, sizes = group["etas"], group["step_sizes"]
        if not is_pair(etas) or not 0 < etas[0] < 1 < etas[1] < float("inf"):
            raise ValueError(f"Rprop: etas are two numbers, one between 0 and 1 and one above 1, got {etas!r}")
        if not is_pair(sizes) or not 0 <= sizes[0] <= sizes[1]:
            raise ValueError(f"Rprop: step_sizes are the smallest and the largest step, from 0 up, got {sizes!r}")

    def start(self, parameter: Tensor, group: Mapping[str, Any]) -> dict[str, Any]:
        return {"step": scalar(0.0), "prev": filled(parameter, 0), "step_size": filled(parameter, group["lr"])}

    def update(self, value: Matrix, gradient: Matrix, state: dict[str, Any], group: Mapping[str, Any]) -> Matrix:
        (shorter, longer), (smallest, largest) = group["etas"], group["step_sizes"]
        state["step"] += 1
        turns = [[g * last for g, last in zip(gs, ls)] for gs, ls in zip(gradient.rows, state["prev"].rows)]
        gradients = [[0 if turn < 0 else g for turn, g in zip(ts, gs)] for ts, gs in zip(turns, gradient.rows)]
        changed = [
            [s * longer if turn > 0 else s * shorter if turn < 0 else s for turn, s in zip(ts, ss)]
            for ts, ss in zip(turns, state["step_size"].rows)
        ]
        steps = trusted([[smallest if s < smallest else largest if s > largest else s for s in ss] for ss in changed])
        state["prev"], state["step_size"] = trusted(gradients), steps
        # 0·g is 0, but NaN if g is NaN, so a NaN is not hidden.
        return trusted(
            [
                [w - s if g > 0 else w + s if g < 0 else w + 0 * g for w, s, g in zip(ws, ss, gs)]
                for ws, ss, gs in zip(value.rows, steps.rows, gradients)
            ]
        )
