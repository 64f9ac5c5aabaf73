"""The gradient checker: pullbacks compared with finite differences, which know nothing of them."""

from __future__ import annotations

import random
from collections.abc import Iterable
from reprlib import repr as short
from typing import Any, Callable

from backprop.autograd.backward import propagate, reverse_topological_order
from backprop.autograd.cuts import recut
from backprop.autograd.grad_mode import no_grad
from backprop.autograd.tensor import Tensor
from backprop.matrix import Matrix, trusted


class GradcheckError(AssertionError):
    """A gradient that differs from the finite difference."""


def gradcheck(
    func: Callable[..., Tensor],
    inputs: Tensor | Iterable[Any],
    eps: float = 6e-6,
    atol: float = 1e-7,
    rtol: float = 1e-6,
    *,
    rng: random.Random | None = None,
) -> bool:
    """True if ``backward()`` through ``func(*inputs)`` agrees with central differences, else GradcheckError.

    The output Y is made one number, L = Σ Uᵢⱼ·Yᵢⱼ, by random weights U: a random upstream gradient. With plain
    sums some errors are invisible; a row of softmax sums to 1, so any pullback that returns zeros would pass.
    For each entry x of each input that requires a gradient ∂L/∂x must be (L(x + h) − L(x − h))/2h, up to
    atol + rtol·|expected|, with h = eps·max(1, |x|). The error of the difference itself is about h²/6·|L‴| from
    cutting off the series and 2⁻⁵³·|Y|/h from rounding; eps = ∛2⁻⁵² ≈ 6·10⁻⁶ makes their sum least, about 10⁻¹⁰,
    a thousandth of atol.

    Inputs are restored afterwards; ``func`` may use them by name, so that ``gradcheck(lambda x, *_: layer(x),
    [x, *layer.parameters()])`` checks a whole layer. Keep inputs off the kinks, where no difference can judge.

    >>> x = Tensor([[0.5, -2.0]], requires_grad=True)
    >>> gradcheck(lambda x: x * x * x, [x])
    True
    """
    if not callable(func):
        raise TypeError(f"gradcheck: func is a function of Tensors, got {short(func)}; write gradcheck(func, inputs)")
    if not isinstance(inputs, Iterable):
        raise TypeError(
            f"gradcheck: inputs are a list of Tensors, got {short(inputs)}; write [Tensor(…, requires_grad=True)]"
        )
    inputs = [inputs] if isinstance(inputs, Tensor) else list(inputs)
    checked = [x for x in inputs if isinstance(x, Tensor) and x.requires_grad]
    if not checked or any(x.grad_fn is not None for x in checked):
        raise ValueError(
            f"gradcheck needs at least one input Tensor that requires a gradient, and all such are leaves, got {short(inputs)}; "
            "write Tensor(…, requires_grad=True)"
        )
    if not eps > 0.0:
        raise ValueError(f"gradcheck: eps is a number above 0, got {eps!r}")
    output = func(*inputs)
    if not isinstance(output, Tensor):
        raise TypeError(f"gradcheck: func gives a Tensor, got a {type(output).__name__}")
    if not output.requires_grad:
        raise ValueError("gradcheck: func's result depends on no input through the graph")
    upstream = recut(Matrix.normal(1, max(1, output._shape.numel()), rng=rng), len(output._matrix.rows))
    computed = _gradients(output, upstream, checked)
    for tensor, gradient in zip(checked, computed):
        position = next(i for i, x in enumerate(inputs) if x is tensor)
        for i, row in enumerate(gradient.rows):
            for j, came in enumerate(row):
                expected = _difference(func, inputs, upstream, tensor, (i, j), eps)
                if not abs(came - expected) <= atol + rtol * abs(expected):
                    raise GradcheckError(
                        f"gradcheck: input {position}, entry {_index(tensor, i, j)} = {tensor._matrix.rows[i][j]!r}: "
                        f"backward() gave {came!r}, the finite difference is {expected!r}"
                    )
    return True


def _index(tensor: Tensor, i: int, j: int) -> list[int]:
    """The position of an entry along each axis, from that in the Matrix."""
    place, found = i * len(tensor._matrix.rows[0]) + j, []
    for size in reversed(tensor._shape):
        place, k = divmod(place, size)
        found.append(k)
    return found[::-1]


def _gradients(output: Tensor, upstream: Matrix, inputs: list[Tensor]) -> list[Matrix]:
    """∂L/∂input for each input; their ``grad`` stays as it was."""
    start: Any = output.grad_fn or output
    gradients = propagate(reverse_topological_order(start), {start: upstream})
    return [gradients[x] if x in gradients else x._matrix.map(lambda _: 0) for x in inputs]


def _difference(
    func: Callable[..., Tensor],
    inputs: list[Any],
    upstream: Matrix,
    tensor: Tensor,
    position: tuple[int, int],
    eps: float,
) -> float:
    """(L(x + h) − L(x − h))/2h for the entry x of ``tensor`` at ``position``."""
    before = tensor._matrix
    i, j = position
    x = float(before.rows[i][j])
    h = eps * max(1.0, abs(x))
    outputs = []
    try:
        for moved in (x + h, x - h):
            rows = before.tolist()
            rows[i][j] = moved
            tensor._matrix = trusted(rows)
            with no_grad():
                outputs.append(recut(func(*inputs)._matrix, len(upstream.rows)))
    finally:
        tensor._matrix = before
    # The outputs are subtracted before they are weighted and summed, which keeps the rounding small.
    above, below = outputs
    return float(((above - below) * upstream).sum()) / ((x + h) - (x - h))
