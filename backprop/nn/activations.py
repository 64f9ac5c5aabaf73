"""The activations as layers: each calls the function of its name, where equation, gradient and source are."""

from __future__ import annotations

import random
from typing import Any

from backprop.autograd import Tensor, TensorLike, as_tensor
from backprop.dtypes import DType
from backprop.nn.functional.gated import gelu, glu, hardswish, mish, silu
from backprop.nn.functional.rectifiers import (
    check_bounds,
    check_slopes,
    elu,
    hardtanh,
    leaky_relu,
    prelu,
    relu,
    rrelu,
    selu,
    softplus,
)
from backprop.nn.functional.shrinking import (
    celu,
    hardshrink,
    hardsigmoid,
    relu6,
    softshrink,
    softsign,
    tanhshrink,
    threshold,
)
from backprop.nn.functional.sigmoidal import logsigmoid, sigmoid, tanh
from backprop.nn.module import Module
from backprop.nn.parameters import Parameter
from backprop.random import generator
from backprop.tensors import activations
from backprop.tensors.filled import empty
from backprop.tensors.probability import log_softmax, softmax, softmin
from backprop.validation import ArgumentError, as_int, check_bool, check_choice, check_number, check_positive_int


class Tanh(Module):
    """y = tanh x: from −1 to 1, slope 1 at 0.

    >>> Tanh()(Tensor([[-1000.0, 0.0, 1000.0]]))
    tensor([[-1.,  0.,  1.]])
    """

    def forward(self, input: TensorLike) -> Tensor:
        return tanh(input)


class Sigmoid(Module):
    """y = 1/(1 + e⁻ˣ): from 0 to 1, slope ¼ at 0.

    >>> Sigmoid()(Tensor([[-1000.0, 0.0, 1000.0]]))
    tensor([[0.0000, 0.5000, 1.0000]])
    """

    def forward(self, input: TensorLike) -> Tensor:
        return sigmoid(input)


class LogSigmoid(Module):
    """y = ln(1/(1 + e⁻ˣ)): nearly x far below 0, nearly 0 far above.

    >>> LogSigmoid()(Tensor([[-1000.0, 1000.0]]))
    tensor([[-1000.,     0.]])
    """

    def forward(self, input: TensorLike) -> Tensor:
        return logsigmoid(input)


class _InPlace(Module):
    """An activation that with ``inplace`` gives its own input the result, as PyTorch's may."""

    def __init__(self, inplace: bool = False) -> None:
        super().__init__()
        check_bool(self._get_name(), inplace=inplace)
        self.inplace = inplace

    def extra_repr(self) -> str:
        return "inplace=True" if self.inplace else ""


class ReLU(_InPlace):
    """y = max(x, 0).

    >>> ReLU()(Tensor([[-2.0, 3.0]]))
    tensor([[0., 3.]])
    """

    def forward(self, input: TensorLike) -> Tensor:
        return relu(input, inplace=True) if self.inplace else activations.relu(input)


class LeakyReLU(_InPlace):
    """y = x where x > 0, else negative_slope·x.

    Raises ValueError for a slope that is not a finite number.

    >>> LeakyReLU(0.5)(Tensor([[-2.0, 3.0]]))
    tensor([[-1.,  3.]])
    """

    def __init__(self, negative_slope: float = 0.01, inplace: bool = False) -> None:
        super().__init__(inplace)
        check_number("LeakyReLU", "negative_slope", negative_slope)
        self.negative_slope = negative_slope

    def forward(self, input: TensorLike) -> Tensor:
        return leaky_relu(input, self.negative_slope, self.inplace)

    def extra_repr(self) -> str:
        return f"negative_slope={self.negative_slope}" + ", inplace=True" * self.inplace


class RReLU(_InPlace):
    """y = x where x > 0, else a·x, with an a drawn evenly from ``lower`` to ``upper`` for each number while it learns, and
    their mean after ``eval()``. ``rng`` is drawn from at each call.

    Raises ValueError unless both are finite numbers and lower is not above upper.

    >>> RReLU(0.25, 0.75).eval()(Tensor([[-2.0, 3.0]]))
    tensor([[-1.,  3.]])
    """

    def __init__(
        self,
        lower: float = 1 / 8,
        upper: float = 1 / 3,
        inplace: bool = False,
        *,
        rng: random.Random | None = None,
    ) -> None:
        super().__init__(inplace)
        check_slopes("RReLU", lower, upper)
        generator(rng)
        self.lower, self.upper, self.rng = lower, upper, rng

    def forward(self, input: TensorLike) -> Tensor:
        return rrelu(input, self.lower, self.upper, self.training, self.inplace, rng=self.rng)

    def extra_repr(self) -> str:
        return f"lower={self.lower}, upper={self.upper}" + ", inplace=True" * self.inplace


class PReLU(Module):
    """y = x where x > 0, else a·x for slopes a that are learned and start at ``init``.

    ``num_parameters`` is 1, one slope for all numbers, or the number of channels of an (N, C, …) input; ``weight`` is
    (num_parameters,). He et al., "Delving Deep into Rectifiers" (2015): leave it out of weight decay, which would pull
    the slopes to 0 and make it a ReLU.

    Raises ValueError for a num_parameters below 1 or an init that is not a finite number, and RuntimeError when called
    with another number of channels.

    >>> PReLU(2)(Tensor([[-4.0, 0.0], [8.0, -8.0]]))
    tensor([[-1.,  0.],
            [ 8., -2.]], grad_fn=<PreluKernelBackward0>)
    """

    def __init__(
        self, num_parameters: int = 1, init: float = 0.25, device: Any = None, dtype: DType | None = None
    ) -> None:
        super().__init__()
        check_positive_int("PReLU", num_parameters=num_parameters)
        check_number("PReLU", "init", init)
        self.num_parameters = num_parameters
        self.weight = Parameter(empty(num_parameters, device=device, dtype=dtype).fill_(init))

    def forward(self, input: TensorLike) -> Tensor:
        return prelu(input, self.weight)

    def extra_repr(self) -> str:
        return f"num_parameters={self.num_parameters}"


class ELU(_InPlace):
    """y = x where x > 0, else alpha·(eˣ − 1): from −alpha up, and smooth at 0 for alpha 1.

    Raises ValueError for an alpha that is not a finite number.

    >>> ELU()(Tensor([[-1000.0, 3.0]]))
    tensor([[-1.,  3.]])
    """

    def __init__(self, alpha: float = 1.0, inplace: bool = False) -> None:
        super().__init__(inplace)
        check_number("ELU", "alpha", alpha)
        self.alpha = alpha

    def forward(self, input: TensorLike) -> Tensor:
        return elu(input, self.alpha, self.inplace)

    def extra_repr(self) -> str:
        return f"alpha={self.alpha}" + ", inplace=True" * self.inplace


class SELU(_InPlace):
    """ELU with the two constants that keep mean 0 and variance 1 through many layers; start with ``kaiming_normal_``.

    >>> SELU()(Tensor([[0.0, 1.0]]))
    tensor([[0.0000, 1.0507]])
    """

    def forward(self, input: TensorLike) -> Tensor:
        return selu(input, self.inplace)


class GELU(Module):
    """y = x·Φ(x) for Φ the distribution function of N(0, 1); with ``approximate="tanh"`` a formula close to it.

    Raises ValueError for another ``approximate`` than "none" and "tanh".

    >>> GELU()(Tensor([[-1000.0, 0.0, 1000.0]]))
    tensor([[  -0.,    0., 1000.]])
    """

    def __init__(self, approximate: str = "none") -> None:
        super().__init__()
        check_choice("GELU", "approximate", approximate, ("none", "tanh"))
        self.approximate = approximate

    def forward(self, input: TensorLike) -> Tensor:
        return gelu(input, approximate=self.approximate)

    def extra_repr(self) -> str:
        return f"approximate={self.approximate!r}"


class SiLU(_InPlace):
    """y = x·σ(x), also known as swish.

    >>> SiLU()(Tensor([[-1000.0, 0.0, 1000.0]]))
    tensor([[  -0.,    0., 1000.]])
    """

    def forward(self, input: TensorLike) -> Tensor:
        return silu(input, self.inplace)


class Mish(_InPlace):
    """y = x·tanh(ln(1 + eˣ)).

    >>> Mish()(Tensor([[-1000.0, 0.0, 1000.0]]))
    tensor([[  -0.,    0., 1000.]])
    """

    def forward(self, input: TensorLike) -> Tensor:
        return mish(input, self.inplace)


class Softplus(Module):
    """y = ln(1 + eᵝˣ)/β: a smooth ReLU, the sharper the larger ``beta``; x itself where β·x > ``threshold``.

    Raises ValueError for a beta that is not above 0 or a threshold that is not a finite number.

    >>> Softplus()(Tensor([[-1000.0, 1000.0]]))
    tensor([[   0., 1000.]])
    """

    def __init__(self, beta: float = 1.0, threshold: float = 20.0) -> None:
        super().__init__()
        check_number("Softplus", "beta", beta, above=0)
        check_number("Softplus", "threshold", threshold)
        self.beta, self.threshold = beta, threshold

    def forward(self, input: TensorLike) -> Tensor:
        return softplus(input, self.beta, self.threshold)

    def extra_repr(self) -> str:
        return f"beta={self.beta}, threshold={self.threshold}"


class Hardtanh(_InPlace):
    """y = x between ``min_val`` and ``max_val``, and the nearer of the two outside.

    PyTorch's deprecated min_value and max_value are left out.

    Raises ValueError unless min_val is below max_val.

    >>> Hardtanh()(Tensor([[-2.0, 0.5, 9.0]]))
    tensor([[-1.0000,  0.5000,  1.0000]])
    """

    def __init__(self, min_val: float = -1.0, max_val: float = 1.0, inplace: bool = False) -> None:
        super().__init__(inplace)
        check_bounds("Hardtanh", min_val, max_val)
        self.min_val, self.max_val = min_val, max_val

    def forward(self, input: TensorLike) -> Tensor:
        return hardtanh(input, self.min_val, self.max_val, self.inplace)

    def extra_repr(self) -> str:
        return f"min_val={self.min_val}, max_val={self.max_val}" + ", inplace=True" * self.inplace


class Hardswish(_InPlace):
    """y = x·(x + 3)/6 from −3 to 3, 0 below, x above: close to SiLU without an exponential.

    >>> Hardswish()(Tensor([[-4.0, 1.5, 4.0]]))
    tensor([[-0.0000, 1.1250, 4.0000]])
    """

    def forward(self, input: TensorLike) -> Tensor:
        return hardswish(input, self.inplace)

    def extra_repr(self) -> str:
        return ""


class Softmax(Module):
    """yⱼ = eˣʲ / Σₖ eˣᵏ along the axis ``dim``.

    For training end in scores and CrossEntropyLoss, which has the softmax in it; this is for reading the result. Without
    ``dim`` the axis is guessed at each call, with a UserWarning.

    >>> Softmax(dim=1)(Tensor([[1000.0, 1000.0], [0.0, -1000.0]]))
    tensor([[0.5000, 0.5000],
            [1.0000, 0.0000]])
    """

    def __init__(self, dim: int | None = None) -> None:
        super().__init__()
        self.dim = None if dim is None else as_int(self._get_name(), "dim", dim, bools=False)

    def forward(self, input: TensorLike) -> Tensor:
        return softmax(input, dim=self.dim)

    def extra_repr(self) -> str:
        return f"dim={self.dim}"


class LogSoftmax(Softmax):
    """yⱼ = xⱼ − ln Σₖ eˣᵏ along the axis ``dim``, as of Softmax.

    >>> LogSoftmax(dim=1)(Tensor([[1000.0, 0.0]]))
    tensor([[    0., -1000.]])
    """

    def forward(self, input: TensorLike) -> Tensor:
        return log_softmax(input, dim=self.dim)


class Softmin(Softmax):
    """yⱼ = e⁻ˣʲ / Σₖ e⁻ˣᵏ along the axis ``dim``, as of Softmax.

    >>> Softmin(dim=0)(Tensor([1000.0, 1000.0]))
    tensor([0.5000, 0.5000])
    """

    def forward(self, input: TensorLike) -> Tensor:
        return softmin(input, dim=self.dim)


class ReLU6(_InPlace):
    """y = min(max(x, 0), 6).

    >>> ReLU6()(Tensor([-2.0, 3.0, 9.0]))
    tensor([0., 3., 6.])
    """

    def forward(self, input: TensorLike) -> Tensor:
        return relu6(input, self.inplace)


class CELU(_InPlace):
    """y = max(x, 0) + min(0, α·(e^(x/α) − 1)) for α = ``alpha``: an ELU that is smooth at 0 for every α.

    Raises ValueError for an alpha that is not a finite number other than 0.

    >>> CELU(0.5)(Tensor([-1000.0, 3.0]))
    tensor([-0.5000,  3.0000])
    """

    def __init__(self, alpha: float = 1.0, inplace: bool = False) -> None:
        super().__init__(inplace)
        check_number("CELU", "alpha", alpha)
        if alpha == 0:
            raise ArgumentError("CELU: alpha is another number than 0")
        self.alpha = alpha

    def forward(self, input: TensorLike) -> Tensor:
        return celu(input, self.alpha, self.inplace)

    def extra_repr(self) -> str:
        return f"alpha={self.alpha}" + ", inplace=True" * self.inplace


class Threshold(_InPlace):
    """y = x where it is above the ``threshold``, else the ``value``.

    Raises ValueError for settings that are not finite numbers.

    >>> Threshold(1.0, -7.0)(Tensor([0.5, 2.0]))
    tensor([-7.,  2.])
    """

    def __init__(self, threshold: float, value: float, inplace: bool = False) -> None:
        super().__init__(inplace)
        check_number(self._get_name(), "threshold", threshold)
        check_number(self._get_name(), "value", value)
        self.threshold, self.value = threshold, value

    def forward(self, input: TensorLike) -> Tensor:
        return threshold(input, self.threshold, self.value, self.inplace)

    def extra_repr(self) -> str:
        return f"threshold={self.threshold}, value={self.value}" + ", inplace=True" * self.inplace


class Hardsigmoid(_InPlace):
    """y = min(max(x + 3, 0), 6)/6: close to the sigmoid without an exponential.

    >>> Hardsigmoid()(Tensor([-4.0, 0.0, 4.0]))
    tensor([0.0000, 0.5000, 1.0000])
    """

    def forward(self, input: TensorLike) -> Tensor:
        return hardsigmoid(input, self.inplace)

    def extra_repr(self) -> str:
        return ""


class Softsign(Module):
    """y = x/(1 + |x|).

    >>> Softsign()(Tensor([-1.0, 3.0]))
    tensor([-0.5000,  0.7500])
    """

    def forward(self, input: TensorLike) -> Tensor:
        return softsign(input)


class Tanhshrink(Module):
    """y = x − tanh x."""

    def forward(self, input: TensorLike) -> Tensor:
        return tanhshrink(input)


class Hardshrink(Module):
    """y = x where |x| > λ for λ = ``lambd``, else 0.

    Raises ValueError for a lambd that is not a finite number.

    >>> Hardshrink()(Tensor([-0.75, 0.25]))
    tensor([-0.7500,  0.0000])
    """

    def __init__(self, lambd: float = 0.5) -> None:
        super().__init__()
        check_number("Hardshrink", "lambd", lambd)
        self.lambd = lambd

    def forward(self, input: TensorLike) -> Tensor:
        return hardshrink(input, self.lambd)

    def extra_repr(self) -> str:
        return f"{self.lambd}"


class Softshrink(Module):
    """y = x without what of it lies within ±λ for λ = ``lambd``: x − λ above λ, x + λ below −λ, else 0.

    Raises ValueError for a lambd that is not a finite number from 0 up.

    >>> Softshrink()(Tensor([-0.75, 0.25]))
    tensor([-0.2500,  0.0000])
    """

    def __init__(self, lambd: float = 0.5) -> None:
        super().__init__()
        check_number("Softshrink", "lambd", lambd, 0)
        self.lambd = lambd

    def forward(self, input: TensorLike) -> Tensor:
        return softshrink(input, self.lambd)

    def extra_repr(self) -> str:
        return f"{self.lambd}"


class GLU(Module):
    """y = a∘σ(b) for the first half a and the second half b of x along the axis ``dim``.

    >>> GLU()(Tensor([[3.0, 5.0, 0.0, 1000.0]]))
    tensor([[1.5000, 5.0000]])
    """

    def __init__(self, dim: int = -1) -> None:
        super().__init__()
        self.dim = as_int(self._get_name(), "dim", dim, bools=False)

    def forward(self, input: TensorLike) -> Tensor:
        return glu(input, self.dim)

    def extra_repr(self) -> str:
        return f"dim={self.dim}"


class Softmax2d(Module):
    """The softmax over the channels of (N, C, H, W) or (C, H, W), at each pixel.

    >>> Softmax2d()(Tensor([[[0.0]], [[1000.0]]])).flatten()
    tensor([0., 1.])
    """

    def forward(self, input: TensorLike) -> Tensor:
        x = as_tensor(input, self._get_name())
        if len(x.shape) not in (3, 4):
            raise ArgumentError(
                f"{self._get_name()}: input is (N, C, H, W) or (C, H, W), got the shape {list(x.shape)}"
            )
        return softmax(x, dim=-3)
