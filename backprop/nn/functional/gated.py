"""The gated units: x times a gate that opens from 0 to 1, as x itself grows, entry by entry, or another half of the input.

Those of x itself dip a little below 0 before the gate closes. At −∞ they are −∞·0, NaN, as in PyTorch.
"""

from __future__ import annotations

from backprop.autograd import Result, Tensor, TensorLike, as_tensor, composed, operation
from backprop.matrix import Matrix, trusted
from backprop.nn.functional.in_place import optionally_in_place
from backprop.numbers import math
from backprop.tensors.activations import logistic, sigmoid
from backprop.tensors.parts import chunk
from backprop.tensors.shapes import resolve_dim
from backprop.validation import check_choice


@operation
def gelu(input: Matrix, *, approximate: str = "none") -> Result:
    """y = x·Φ(x), Φ the distribution function of N(0, 1),  ∂L/∂x = ∂L/∂y·(Φ(x) + x·φ(x)), φ(x) = e^(−x²/2)/√(2π).

    With ``approximate="tanh"``: y = ½x·(1 + t) for t = tanh u and u = √(2/π)·(x + 0.044715·x³),
    ∂L/∂x = ∂L/∂y·½·(1 + t + x·(1 − t²)·u′) for u′ = √(2/π)·(1 + 0.134145·x²).

    Hendrycks and Gimpel, "Gaussian Error Linear Units" (2016). Raises ValueError for another ``approximate``.

    >>> from backprop import Tensor
    >>> gelu(Tensor([[-1000.0, 0.0, 1000.0]]))
    tensor([[  -0.,    0., 1000.]])
    """
    check_choice("gelu", "approximate", approximate, ("none", "tanh"))
    return _by_tanh(input) if approximate == "tanh" else _by_erfc(input)


def _by_erfc(input: Matrix) -> Result:
    """Φ(x) = ½·erfc(−x/√2), which keeps its digits far below 0, where ½·(1 + erf(x/√2)) has none left."""
    exp, erfc, root, peak = math.exp, math.erfc, math.sqrt(0.5), 1.0 / math.sqrt(2.0 * math.pi)
    gates = [[0.5 * erfc(-root * x) for x in row] for row in input.rows]
    y = trusted([[x * p for x, p in zip(xs, ps)] for xs, ps in zip(input.rows, gates)])

    def pullback(d: Matrix) -> Matrix:
        return trusted(
            [
                [d * (p + x * peak * exp(-0.5 * x * x)) for d, x, p in zip(ds, xs, ps)]
                for ds, xs, ps in zip(d.rows, input.rows, gates)
            ]
        )

    return y, pullback


def _by_tanh(input: Matrix) -> Result:
    tanh, c = math.tanh, math.sqrt(2.0 / math.pi)
    gates = [[tanh(c * x * (1.0 + 0.044715 * x * x)) for x in row] for row in input.rows]
    y = trusted([[0.5 * x * (1.0 + t) for x, t in zip(xs, ts)] for xs, ts in zip(input.rows, gates)])

    def pullback(d: Matrix) -> Matrix:
        return trusted(
            [
                [d * 0.5 * (1.0 + t + x * (1.0 - t * t) * c * (1.0 + 0.134145 * x * x)) for d, x, t in zip(ds, xs, ts)]
                for ds, xs, ts in zip(d.rows, input.rows, gates)
            ]
        )

    return y, pullback


@optionally_in_place
@operation
def silu(input: Matrix) -> Result:
    """y = x·σ(x),  ∂L/∂x = ∂L/∂y·s·(1 + x·(1 − s)) for s = σ(x), the sigmoid.

    Elfwing, Uchibe and Doya, "Sigmoid-Weighted Linear Units for Neural Network Function Approximation in
    Reinforcement Learning" (2018); also known as swish.

    >>> from backprop import Tensor
    >>> silu(Tensor([[-1000.0, 0.0, 1000.0]]))
    tensor([[  -0.,    0., 1000.]])
    """
    gates = logistic(input.rows)
    y = trusted([[x * s for x, s in zip(xs, ss)] for xs, ss in zip(input.rows, gates)])

    def pullback(d: Matrix) -> Matrix:
        return trusted(
            [
                [d * s * (1.0 + x * (1.0 - s)) for d, x, s in zip(ds, xs, ss)]
                for ds, xs, ss in zip(d.rows, input.rows, gates)
            ]
        )

    return y, pullback


@optionally_in_place
@operation
def mish(input: Matrix) -> Result:
    """y = x·t for t = tanh(ln(1 + eˣ)),  ∂L/∂x = ∂L/∂y·(t + x·(1 − t²)·σ(x)).

    Misra, "Mish: A Self Regularized Non-Monotonic Activation Function" (2020).

    >>> from backprop import Tensor
    >>> mish(Tensor([[-1000.0, 0.0, 1000.0]]))
    tensor([[  -0.,    0., 1000.]])
    """
    exp, log1p, tanh = math.exp, math.log1p, math.tanh
    # Above 37 ln(1 + eˣ) is x to the last bit; above 710 eˣ would overflow.
    gates = [[tanh(log1p(exp(x)) if x < 37.0 else x) for x in row] for row in input.rows]
    y = trusted([[x * t for x, t in zip(xs, ts)] for xs, ts in zip(input.rows, gates)])

    def pullback(d: Matrix) -> Matrix:
        return trusted(
            [
                [d * (t + x * (1.0 - t * t) * s) for d, x, t, s in zip(ds, xs, ts, ss)]
                for ds, xs, ts, ss in zip(d.rows, input.rows, gates, logistic(input.rows))
            ]
        )

    return y, pullback


@optionally_in_place
@operation
def hardswish(input: Matrix) -> Result:
    """y = x·(x + 3)/6 for −3 < x < 3, x·0 below and x above,  ∂L/∂x = ∂L/∂y·(2x + 3)/6 between, 0 below, ∂L/∂y above; at
    the kinks −3 and 3 it is 0 and ∂L/∂y.

    Howard et al., "Searching for MobileNetV3" (2019).

    >>> from backprop import Tensor
    >>> hardswish(Tensor([[-1000.0, 1.5, 1000.0]]))
    tensor([[  -0.0000,    1.1250, 1000.0000]])
    """
    y = trusted([[x * 0.0 if x <= -3.0 else x if x >= 3.0 else x * (x + 3.0) / 6.0 for x in row] for row in input.rows])

    def pullback(d: Matrix) -> Matrix:
        return trusted(
            [
                [0.0 if x <= -3.0 else d if x >= 3.0 else d * (2.0 * x + 3.0) / 6.0 for d, x in zip(ds, xs)]
                for ds, xs in zip(d.rows, input.rows)
            ]
        )

    return y, pullback


@composed
def glu(input: TensorLike, dim: int = -1) -> Tensor:
    """y = a∘σ(b) for the first half a and the second half b of x along the axis ``dim``, whose size is even.

    Dauphin et al., "Language Modeling with Gated Convolutional Networks" (2017). Raises RuntimeError for an odd size.

    >>> glu(Tensor([[3.0, 5.0, 0.0, 1000.0]]))
    tensor([[1.5000, 5.0000]])
    """
    x = as_tensor(input, "glu")
    size = x._shape[resolve_dim("glu", dim, len(x._shape))] if x._shape else 1
    if size % 2:
        raise RuntimeError(f"glu: the size along dim is even, got {size} at axis {dim} of {list(x._shape)}")
    values, gates = chunk(x, 2, dim)
    return values * sigmoid(gates)
