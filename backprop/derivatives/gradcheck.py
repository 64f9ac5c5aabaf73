"""The gradient checker: pullbacks compared with finite differences, which know nothing of them."""

from __future__ import annotations

import random
from collections.abc import Iterable
from itertools import product
from reprlib import repr as short
from typing import Any, Callable

from backprop.autograd.cuts import recut
from backprop.autograd.grad_mode import enable_grad, no_grad
from backprop.autograd.gradients import grad
from backprop.autograd.size import trusted_size
from backprop.autograd.tensor import Tensor, constant
from backprop.derivatives.packing import stacked
from backprop.matrix import flatten, trusted
from backprop.sampling import normal


class GradcheckError(AssertionError):
    """A gradient that differs from the finite difference: of the ``input`` at this position, the entry at ``index`` is ``at``,
    ``came`` is what backward() gave there, and ``expected`` the finite difference.

    >>> raise GradcheckError(0, (1, 2), 0.5, -1.0, 1.0)
    Traceback (most recent call last):
    backprop.derivatives.gradcheck.GradcheckError: gradcheck: input 0, entry [1, 2] = 0.5: backward() gave -1.0, the finite difference is 1.0
    """

    def __init__(self, input: int, index: tuple[int, ...], at: Any, came: Any, expected: float) -> None:
        super().__init__(input, index, at, came, expected)
        self.input, self.index, self.at, self.came, self.expected = input, index, at, came, expected

    def __str__(self) -> str:
        return (
            f"gradcheck: input {self.input}, entry {list(self.index)} = {self.at!r}: "
            f"backward() gave {self.came!r}, the finite difference is {self.expected!r}"
        )


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

    Of a tuple of outputs each that requires a gradient is checked. Inputs are restored afterwards; ``func`` may use them by name, so that ``gradcheck(lambda x, *_: layer(x),
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
    if not checked or any(x._grad_fn is not None for x in checked):
        raise ValueError(
            f"gradcheck needs at least one input Tensor that requires a gradient, and all such are leaves, got {short(inputs)}; "
            "write Tensor(…, requires_grad=True)"
        )
    if not eps > 0.0:
        raise ValueError(f"gradcheck: eps is a number above 0, got {eps!r}")
    output = func(*inputs)
    if isinstance(output, tuple):
        parts = [i for i, part in enumerate(output) if isinstance(part, Tensor) and part.requires_grad]
        return all(gradcheck(lambda *xs, i=i: func(*xs)[i], inputs, eps, atol, rtol, rng=rng) for i in parts)
    if not isinstance(output, Tensor):
        raise TypeError(f"gradcheck: func gives a Tensor, got a {type(output).__name__}")
    if not output.requires_grad:
        raise ValueError("gradcheck: func's result depends on no input through the graph")
    weights = normal(max(1, output._shape.numel()), rng=rng)
    upstream = constant(trusted([weights]), output._shape)
    gradients = grad(output, checked, upstream, allow_unused=True)
    for tensor, gradient in zip(checked, gradients):
        position = next(i for i, x in enumerate(inputs) if x is tensor)
        entries = flatten(tensor._matrix.rows)
        computed = [0.0] * len(entries) if gradient is None else flatten(gradient._matrix.rows)
        for k, (index, x, came) in enumerate(zip(product(*map(range, tensor._shape)), entries, computed)):
            h = eps * max(1.0, abs(x))
            # The outputs are subtracted before they are weighted and summed, which keeps the rounding small.
            above, below = (_moved(func, inputs, tensor, k, float(x) + step) for step in (h, -h))
            difference = sum([u * (y - z) for u, y, z in zip(weights, above, below)])
            expected = float(difference) / ((float(x) + h) - (float(x) - h))
            if not abs(came - expected) <= atol + rtol * abs(expected):
                raise GradcheckError(position, index, x, came, expected)
    return True


def gradgradcheck(
    func: Callable[..., Tensor],
    inputs: Tensor | Iterable[Any],
    grad_outputs: Tensor | None = None,
    eps: float = 6e-6,
    atol: float = 1e-7,
    rtol: float = 1e-6,
    *,
    rng: random.Random | None = None,
) -> bool:
    """True if the second derivatives of ``func(*inputs)`` agree with central differences of the first, else GradcheckError.

    What is checked is the function of the inputs and of u that gives the gradients of ⟨u, Y⟩, for a random u or for
    ``grad_outputs``.

    >>> x = Tensor([[0.5, -2.0]], requires_grad=True)
    >>> gradgradcheck(lambda x: x * x * x, [x])
    True
    """
    inputs = [inputs] if isinstance(inputs, Tensor) else list(inputs)
    places = [i for i, x in enumerate(inputs) if isinstance(x, Tensor) and x.requires_grad]
    if grad_outputs is None:
        output = func(*inputs)
        weights = normal(max(1, output._shape.numel()), rng=rng)
        grad_outputs = constant(trusted([weights]), output._shape, output._dtype)
    u = grad_outputs.detach().clone().requires_grad_()

    def gradients(*arguments: Any) -> Tensor:
        *x, upstream = arguments
        with enable_grad():
            found = grad(func(*x), [x[i] for i in places], upstream, create_graph=True, allow_unused=True)
        parts = [g if g is not None else x[i] * 0 for i, g in zip(places, found)]
        return stacked(*parts, shape=trusted_size((sum([g._shape.numel() for g in parts]),)))

    return gradcheck(gradients, [*inputs, u], eps, atol, rtol, rng=rng)


def _moved(func: Callable[..., Tensor], inputs: list[Any], tensor: Tensor, k: int, x: float) -> list[Any]:
    """The entries of the output where entry ``k`` of an input is ``x``."""
    before = tensor._matrix
    entries = flatten(before.rows)
    entries[k] = x
    tensor._matrix = recut(trusted([entries]), len(before.rows))
    try:
        with no_grad():
            return flatten(func(*inputs)._matrix.rows)
    finally:
        tensor._matrix = before
