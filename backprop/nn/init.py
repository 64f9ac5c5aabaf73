"""Starting values: random enough that neurons differ, scaled so that signals neither fade nor explode.

Each fills a Tensor, ``xavier_uniform_(layer.weight)``, and gives it back. A weight (out, in, …) has a fan_in, in times
the places of the kernel where there is one, and a fan_out, out times these. The numbers are those
of PyTorch's generator.

All raise TypeError for anything but a Tensor, and ValueError for settings that are not numbers in their range; those
that need fan_in and fan_out also for a vector, which has neither.
"""

from __future__ import annotations

import math
import random
import warnings
from functools import wraps
from reprlib import repr as short
from typing import Any, Callable, TypeVar

from backprop import sampling
from backprop.autograd import Tensor, no_grad, rows_of
from backprop.autograd.cuts import recut
from backprop.dtypes import float64
from backprop.linalg.algorithms import qr
from backprop.matrix import Matrix, Number, trusted, unflatten
from backprop.sampling import randperm, truncated_normal
from backprop.validation import check_choice, check_number

T = TypeVar("T", bound=Tensor)

_GAINS = {
    **dict.fromkeys(("linear", "conv1d", "conv2d", "conv3d", "sigmoid"), 1.0),
    **dict.fromkeys(("conv_transpose1d", "conv_transpose2d", "conv_transpose3d"), 1.0),
    "tanh": 5.0 / 3.0,
    "relu": math.sqrt(2.0),
    "leaky_relu": math.sqrt(2.0),
    "selu": 0.75,
}


def uniform_(tensor: T, a: float = 0.0, b: float = 1.0, generator: random.Random | None = None) -> T:
    """Uniform from ``a`` to ``b``.

    >>> from backprop import Generator
    >>> uniform_(Tensor([0.0, 0.0]), 2.0, 3.0, generator=Generator().manual_seed(0))
    tensor([2.4963, 2.7682])
    """
    with _filling("uniform_", tensor):
        tensor.uniform_(a, b, generator=generator)
    return tensor


def normal_(tensor: T, mean: float = 0.0, std: float = 1.0, generator: random.Random | None = None) -> T:
    """Normal with ``mean`` and standard deviation ``std``.

    >>> from backprop import Generator
    >>> normal_(Tensor([0.0, 0.0]), std=0.02, generator=Generator().manual_seed(0))
    tensor([ 0.0308, -0.0059])
    """
    with _filling("normal_", tensor):
        tensor.normal_(mean, std, generator=generator)
    return tensor


def constant_(tensor: T, val: Number) -> T:
    """``val`` everywhere, as for the bias 1 of an LSTM's forget gate.

    >>> constant_(Tensor([0.0, 0.0]), 0.5)
    tensor([0.5000, 0.5000])
    """
    check_number("constant_", "val", val)
    with _filling("constant_", tensor):
        tensor.fill_(val)
    return tensor


def ones_(tensor: T) -> T:
    """1.0 everywhere: for the scales of a normalization.

    >>> ones_(Tensor([0.0, 0.0]))
    tensor([1., 1.])
    """
    with _filling("ones_", tensor):
        tensor.fill_(1.0)
    return tensor


def zeros_(tensor: T) -> T:
    """0.0 everywhere: for biases. Weights that start alike stay alike.

    >>> zeros_(Tensor([0.5, 0.5]))
    tensor([0., 0.])
    """
    with _filling("zeros_", tensor):
        tensor.fill_(0.0)
    return tensor


def calculate_gain(nonlinearity: str, param: float | None = None) -> float:
    """By how much larger weights should be because of the activation that follows.

    1 for "linear", "conv1d" and so on and "sigmoid", 5/3 for "tanh", √2 for "relu", √(2/(1 + s²)) for "leaky_relu" of the slope s =
    ``param`` (0.01 for None), ¾ for "selu". √2 makes up for the half that a ReLU cuts off: He et al., "Delving Deep into
    Rectifiers" (2015), equations 10 and 14; the others are PyTorch's.

    Raises ValueError for another name or a param that is not a finite number.

    >>> calculate_gain("leaky_relu", 0.0) == 2 ** 0.5, calculate_gain("tanh")
    (True, 1.6666666666666667)
    """
    check_choice("calculate_gain", "nonlinearity", nonlinearity, tuple(_GAINS))
    if nonlinearity != "leaky_relu":
        return _GAINS[nonlinearity]
    slope = 0.01 if param is None else param
    check_number("calculate_gain", "param", slope)
    return math.sqrt(2.0 / (1.0 + slope * slope))


def eye_(tensor: T) -> T:
    """1 along the diagonal of a matrix, 0 elsewhere: a Linear with it gives its inputs.

    Raises ValueError for another number of dimensions than two.

    >>> eye_(Tensor([[5.0, 5.0], [5.0, 5.0]]))
    tensor([[1., 0.],
            [0., 1.]])
    """
    with _filling("eye_", tensor):
        if len(tensor.shape) != 2:
            raise ValueError(f"eye_: fills a matrix, got a Tensor of the shape {list(tensor.shape)}")
        tensor.zero_().fill_diagonal_(1.0)
    return tensor


def dirac_(tensor: T, groups: int = 1) -> T:
    """1 in the middle of the kernel of as many channels as there are, 0 elsewhere: a convolution with it gives its inputs.

    The weight is (out, in, …) of a convolution with one to three axes; each of the ``groups`` of outputs gets its inputs.

    Raises ValueError for other dimensions, and for groups that do not divide the outputs.

    >>> from backprop import zeros
    >>> dirac_(zeros(1, 1, 3))
    tensor([[[0., 1., 0.]]])
    """
    with _filling("dirac_", tensor):
        shape = tensor.shape
        if len(shape) not in (3, 4, 5):
            raise ValueError(f"dirac_: fills the weight of a convolution, got a Tensor of the shape {list(shape)}")
        if shape[0] % groups:
            raise ValueError(f"dirac_: groups divides the {shape[0]} output channels, got {groups}")
        tensor.zero_()
        each, middle = shape[0] // groups, tuple([size // 2 for size in shape[2:]])
        for group in range(groups):
            for channel in range(min(each, shape[1])):
                tensor[(group * each + channel, channel, *middle)] = 1.0
    return tensor


def xavier_uniform_(tensor: T, gain: float = 1.0, generator: random.Random | None = None) -> T:
    """Uniform in ±gain·√(6/(fan_in + fan_out)): the variance of ``xavier_normal_``.

    Glorot and Bengio, "Understanding the Difficulty of Training Deep Feedforward Neural Networks" (2010), equation 16.

    >>> from backprop.nn import Linear
    >>> bool((xavier_uniform_(Linear(4, 2).weight, generator=random.Random(0)) <= 1.0).all())
    True
    """
    bound = math.sqrt(3.0) * _xavier_std("xavier_uniform_", tensor, gain)
    return uniform_(tensor, -bound, bound, generator=generator)


def xavier_normal_(tensor: T, gain: float = 1.0, generator: random.Random | None = None) -> T:
    """Normal with mean 0 and standard deviation gain·√(2/(fan_in + fan_out)): a compromise between keeping the
    variance of the signals in the forward pass and that of the gradients in the backward pass.

    Glorot and Bengio, "Understanding the Difficulty of Training Deep Feedforward Neural Networks" (2010), equation 12.

    >>> from backprop.nn import Linear
    >>> xavier_normal_(Linear(4, 2).weight, generator=random.Random(0)).shape
    torch.Size([2, 4])
    """
    return normal_(tensor, 0.0, _xavier_std("xavier_normal_", tensor, gain), generator=generator)


def kaiming_uniform_(
    tensor: T,
    a: float = 0.0,
    mode: str = "fan_in",
    nonlinearity: str = "leaky_relu",
    generator: random.Random | None = None,
) -> T:
    """Uniform in ±gain·√(3/fan): the variance of ``kaiming_normal_``, with its settings.

    He et al., "Delving Deep into Rectifiers" (2015).

    >>> from backprop.nn import Linear
    >>> kaiming_uniform_(Linear(4, 2).weight, generator=random.Random(0)).shape
    torch.Size([2, 4])
    """
    bound = math.sqrt(3.0) * _kaiming_std("kaiming_uniform_", tensor, a, mode, nonlinearity)
    return uniform_(tensor, -bound, bound, generator=generator)


def kaiming_normal_(
    tensor: T,
    a: float = 0.0,
    mode: str = "fan_in",
    nonlinearity: str = "leaky_relu",
    generator: random.Random | None = None,
) -> T:
    """Normal with mean 0 and standard deviation gain/√fan: for networks of rectifiers.

    The gain is ``calculate_gain(nonlinearity, a)``, ``a`` the slope of a leaky ReLU. ``mode="fan_in"`` keeps the
    variance of the signals in the forward pass, "fan_out" that of the gradients in the backward pass. He et al.,
    "Delving Deep into Rectifiers: Surpassing Human-Level Performance on ImageNet Classification" (2015), equations 10
    and 14. With ``nonlinearity="linear"`` it is the start 1/√fan_in of LeCun et al., "Efficient BackProp" (1998),
    equation 16, which SELU needs.

    >>> from backprop.nn import Linear
    >>> kaiming_normal_(Linear(4, 2).weight, nonlinearity="relu", generator=random.Random(0)).shape
    torch.Size([2, 4])
    """
    return normal_(tensor, 0.0, _kaiming_std("kaiming_normal_", tensor, a, mode, nonlinearity), generator=generator)


def orthogonal_(tensor: T, gain: float = 1.0, generator: random.Random | None = None) -> T:
    """gain·Q for a random Q whose rows, or columns where these are fewer, are orthonormal: no length is changed.

    Q is that of the QR factorization of a matrix of normal entries, each column times the sign of R's diagonal, without
    which Q would not be evenly spread over all such matrices: Mezzadri, "How to Generate Random Matrices from the
    Classical Compact Groups" (2007). Saxe, McClelland and Ganguli, "Exact Solutions to the Nonlinear Dynamics of
    Learning in Deep Linear Neural Networks" (2014), is why.

    >>> from backprop import eye, zeros
    >>> q = orthogonal_(zeros(2, 3), generator=random.Random(0))
    >>> (q @ q.T).allclose(eye(2))
    True
    """
    rows, columns = _shape("orthogonal_", tensor)
    check_number("orthogonal_", "gain", gain)
    drawn = _normal(rows, columns, 1.0, tensor, generator)
    q, r = qr(drawn.T if rows < columns else drawn)
    factors = [gain * math.copysign(1.0, entry) for entry in (row[i] for i, row in enumerate(r.rows))]
    spread = trusted([[x * factor for x, factor in zip(row, factors)] for row in q.rows])
    return _filled(tensor, spread.T if rows < columns else spread)


def sparse_(tensor: T, sparsity: float, std: float = 0.01, generator: random.Random | None = None) -> T:
    """Normal with mean 0 and standard deviation ``std``, and in each column ⌈sparsity·rows⌉ zeros at random places.

    Martens, "Deep Learning via Hessian-Free Optimization" (2010), section 5: few inputs a unit do not saturate it.
    Raises ValueError for a ``sparsity`` outside of 0 to 1.

    >>> from backprop import zeros
    >>> (sparse_(zeros(4, 2), 0.5, generator=random.Random(0)) == 0).sum(0)
    tensor([2, 2])
    """
    rows, columns = _shape("sparse_", tensor)
    if len(tensor.shape) != 2:
        raise ValueError(f"sparse_: fills a matrix, got a Tensor of the shape {list(tensor.shape)}")
    check_number("sparse_", "sparsity", sparsity, 0, 1)
    check_number("sparse_", "std", std, 0)
    value = _normal(rows, columns, std, tensor, generator).rows
    for j in range(columns):
        for i in randperm(rows, rng=generator)[: math.ceil(sparsity * rows)]:
            value[i][j] = 0.0
    return _filled(tensor, trusted(value))


def trunc_normal_(
    tensor: T,
    mean: float = 0.0,
    std: float = 1.0,
    a: float = -2.0,
    b: float = 2.0,
    generator: random.Random | None = None,
) -> T:
    """Normal with ``mean`` and ``std``, but only values from ``a`` to ``b``: no neuron starts far out.

    They are drawn by rejection, see ``sampling.truncated_normal``.

    Raises ValueError unless a is below b and std above 0, or where a to b is so far out that it has no probability.

    >>> from backprop import zeros
    >>> m = trunc_normal_(zeros(50, 50), a=-0.5, b=3.0, generator=random.Random(0))
    >>> bool((-0.5 <= m).all() and (m <= 3.0).all())
    True
    """
    rows, columns = _shape("trunc_normal_", tensor)
    drawn = truncated_normal(rows * columns, mean, std, a, b, rng=generator, double=tensor.dtype is float64)
    return _filled(tensor, trusted(unflatten(drawn, columns)))


def _normal(rows: int, columns: int, std: float, like: Tensor, generator: random.Random | None) -> Matrix:
    drawn = sampling.normal(rows * columns, 0.0, std, rng=generator, double=like.dtype is float64)
    return trusted(unflatten(drawn, columns))


def _filling(name: str, tensor: Tensor) -> Any:
    """In which the Tensor may be filled, a leaf that requires a gradient too."""
    _check(name, tensor)
    return no_grad()


def _check(name: str, tensor: Tensor) -> None:
    if not isinstance(tensor, Tensor):
        raise TypeError(f"{name}: it fills a Tensor, as layer.weight is, got {short(tensor)}")


def _shape(name: str, tensor: Tensor) -> tuple[int, int]:
    """The rows and columns of its entries: with more than two axes there is a row for each entry of the first."""
    _check(name, tensor)
    rows = rows_of(tensor._shape, 1)
    return rows, tensor._shape.numel() // rows


def _filled(tensor: T, value: Matrix) -> T:
    tensor._matrix = recut(value, len(tensor._matrix.rows))
    return tensor


def _calculate_fan_in_and_fan_out(tensor: Tensor) -> tuple[int, int]:
    return _fans("_calculate_fan_in_and_fan_out", tensor)


def _fans(name: str, tensor: Tensor) -> tuple[int, int]:
    """(fan_in, fan_out)."""
    rows, columns = _shape(name, tensor)
    shape = tensor.shape
    if len(shape) < 2:
        raise ValueError(
            f"{name}: a weight of two dimensions or more has a fan_in and a fan_out, got one of shape {list(shape)}"
        )
    return columns, rows * math.prod(shape[2:])


def _xavier_std(name: str, tensor: Tensor, gain: float) -> float:
    check_number(name, "gain", gain, 0)
    return gain * math.sqrt(2.0 / sum(_fans(name, tensor)))


def _kaiming_std(name: str, tensor: Tensor, a: float, mode: str, nonlinearity: str) -> float:
    check_choice(name, "mode", mode, ("fan_in", "fan_out"))
    return calculate_gain(nonlinearity, a) / math.sqrt(_fans(name, tensor)[mode == "fan_out"])


def _deprecated(function: Callable[..., Tensor]) -> Callable[..., Tensor]:
    """The function by its older name, which gives a warning, as in PyTorch."""
    name = function.__name__

    @wraps(function)
    def call(*arguments: Any, **settings: Any) -> Tensor:
        text = f"`nn.init.{name[:-1]}` is now deprecated in favor of `nn.init.{name}`."
        warnings.warn(text, FutureWarning, stacklevel=2)
        return function(*arguments, **settings)

    return call


uniform = _deprecated(uniform_)
normal = _deprecated(normal_)
constant = _deprecated(constant_)
eye = _deprecated(eye_)
dirac = _deprecated(dirac_)
sparse = _deprecated(sparse_)
orthogonal = _deprecated(orthogonal_)
xavier_uniform = _deprecated(xavier_uniform_)
xavier_normal = _deprecated(xavier_normal_)
kaiming_uniform = _deprecated(kaiming_uniform_)
kaiming_normal = _deprecated(kaiming_normal_)
