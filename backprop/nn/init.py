"""Starting values: random enough that neurons differ, scaled so that signals neither fade nor explode.

Each gives a Matrix of ``rows`` outputs by ``columns`` inputs, as a weight is laid out: fan_in is columns, fan_out is
rows. PyTorch's functions of these names, with an underscore, fill a tensor; a Matrix never changes, so assign:
``layer.weight.data = xavier_uniform(*layer.weight.shape)``. For a convolution's kernels, one flattened a row, fan_in is
PyTorch's as well, fan_out is less by the number of places in a kernel. ``rng`` is PyTorch's generator.

All raise TypeError or ValueError for sizes below 1 and settings that are not numbers in their range.
"""

from __future__ import annotations

import math
import random
from statistics import NormalDist

from backprop.linalg import qr
from backprop.matrix import Matrix, Number, trusted
from backprop.matrix.entries import check_size
from backprop.seeding import generator
from backprop.validation import check_choice, check_number

_GAINS = {
    "linear": 1.0,
    "sigmoid": 1.0,
    "tanh": 5.0 / 3.0,
    "relu": math.sqrt(2.0),
    "leaky_relu": math.sqrt(2.0),
    "selu": 0.75,
}


def zeros(rows: int, columns: int) -> Matrix:
    """0.0 everywhere: for biases. Weights that start alike stay alike.

    >>> zeros(1, 2)
    Matrix([[0.0, 0.0]])
    """
    return Matrix.full(rows, columns, 0.0)


def ones(rows: int, columns: int) -> Matrix:
    """1.0 everywhere: for the scales of a normalization.

    >>> ones(1, 2)
    Matrix([[1.0, 1.0]])
    """
    return Matrix.full(rows, columns, 1.0)


def constant(rows: int, columns: int, val: Number) -> Matrix:
    """``val`` everywhere, as for the bias 1 of an LSTM's forget gate.

    >>> constant(1, 2, 0.5)
    Matrix([[0.5, 0.5]])
    """
    check_number("constant", "val", val)
    return Matrix.full(rows, columns, val)


def calculate_gain(nonlinearity: str, param: float | None = None) -> float:
    """By how much larger weights should be because of the activation that follows.

    1 for "linear" and "sigmoid", 5/3 for "tanh", √2 for "relu", √(2/(1 + s²)) for "leaky_relu" of the slope s =
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


def xavier_uniform(rows: int, columns: int, gain: float = 1.0, *, rng: random.Random | None = None) -> Matrix:
    """Uniform in ±gain·√(6/(fan_in + fan_out)): the variance of ``xavier_normal``.

    Glorot and Bengio, "Understanding the Difficulty of Training Deep Feedforward Neural Networks" (2010), equation 16.

    >>> xavier_uniform(2, 4, rng=random.Random(0)).shape
    (2, 4)
    """
    bound = math.sqrt(3.0) * _xavier_std("xavier_uniform", rows, columns, gain)
    return Matrix.uniform(rows, columns, -bound, bound, rng=rng)


def xavier_normal(rows: int, columns: int, gain: float = 1.0, *, rng: random.Random | None = None) -> Matrix:
    """Normal with mean 0 and standard deviation gain·√(2/(fan_in + fan_out)): a compromise between keeping the
    variance of the signals forward and that of the gradients back.

    Glorot and Bengio, "Understanding the Difficulty of Training Deep Feedforward Neural Networks" (2010), equation 12.

    >>> xavier_normal(2, 4, rng=random.Random(0)).shape
    (2, 4)
    """
    return Matrix.normal(rows, columns, 0.0, _xavier_std("xavier_normal", rows, columns, gain), rng=rng)


def kaiming_uniform(
    rows: int,
    columns: int,
    a: float = 0.0,
    mode: str = "fan_in",
    nonlinearity: str = "leaky_relu",
    *,
    rng: random.Random | None = None,
) -> Matrix:
    """Uniform in ±gain·√(3/fan): the variance of ``kaiming_normal``, with its settings.

    He et al., "Delving Deep into Rectifiers" (2015).

    >>> kaiming_uniform(2, 4, rng=random.Random(0)).shape
    (2, 4)
    """
    bound = math.sqrt(3.0) * _kaiming_std("kaiming_uniform", rows, columns, a, mode, nonlinearity)
    return Matrix.uniform(rows, columns, -bound, bound, rng=rng)


def kaiming_normal(
    rows: int,
    columns: int,
    a: float = 0.0,
    mode: str = "fan_in",
    nonlinearity: str = "leaky_relu",
    *,
    rng: random.Random | None = None,
) -> Matrix:
    """Normal with mean 0 and standard deviation gain/√fan: for networks of rectifiers.

    The gain is ``calculate_gain(nonlinearity, a)``, ``a`` the slope of a leaky ReLU. ``mode="fan_in"`` keeps the
    variance of the signals forward, "fan_out" that of the gradients back. He et al., "Delving Deep into Rectifiers:
    Surpassing Human-Level Performance on ImageNet Classification" (2015), equations 10 and 14.

    >>> kaiming_normal(2, 4, rng=random.Random(0)).shape
    (2, 4)
    """
    return Matrix.normal(
        rows, columns, 0.0, _kaiming_std("kaiming_normal", rows, columns, a, mode, nonlinearity), rng=rng
    )


def lecun_normal(rows: int, columns: int, *, rng: random.Random | None = None) -> Matrix:
    """Normal with mean 0 and standard deviation 1/√fan_in: outputs of unit variance for inputs of unit variance.

    LeCun et al., "Efficient BackProp" (1998), equation 16; SELU needs it. PyTorch has it as ``kaiming_normal_`` with
    nonlinearity="linear".

    >>> lecun_normal(2, 4, rng=random.Random(0)).shape
    (2, 4)
    """
    return kaiming_normal(rows, columns, nonlinearity="linear", rng=rng)


def orthogonal(rows: int, columns: int, gain: float = 1.0, *, rng: random.Random | None = None) -> Matrix:
    """gain·Q for a random Q whose rows, or columns where these are fewer, are orthonormal: no length is changed.

    Q is that of the QR factorization of a matrix of normal entries, each column times the sign of R's diagonal, without
    which Q would not be evenly spread over all such matrices: Mezzadri, "How to Generate Random Matrices from the
    Classical Compact Groups" (2007). Saxe, McClelland and Ganguli, "Exact Solutions to the Nonlinear Dynamics of
    Learning in Deep Linear Neural Networks" (2014), is why.

    >>> q = orthogonal(2, 3, rng=random.Random(0))
    >>> (q @ q.T).allclose(Matrix.identity(2), abs_tol=1e-15)
    True
    """
    check_size(rows, columns)
    check_number("orthogonal", "gain", gain)
    long, short = max(rows, columns), min(rows, columns)
    q, r = qr(Matrix.normal(long, short, rng=rng))
    factors = [gain * math.copysign(1.0, entry) for entry in r.diag()]
    spread = trusted([[x * factor for x, factor in zip(row, factors)] for row in q.rows])
    return spread.T if rows < columns else spread


def sparse(rows: int, columns: int, sparsity: float, std: float = 0.01, *, rng: random.Random | None = None) -> Matrix:
    """Normal with mean 0 and standard deviation ``std``, and in each column ⌈sparsity·rows⌉ zeros at random places.

    Martens, "Deep Learning via Hessian-Free Optimization" (2010), section 5: few inputs a unit do not saturate it.
    Raises ValueError for a ``sparsity`` outside of 0 to 1.

    >>> sparse(4, 2, 0.5, rng=random.Random(0)).eq(0).sum(axis=0)
    Matrix([[2, 2]])
    """
    check_size(rows, columns)
    check_number("sparse", "sparsity", sparsity, 0, 1)
    check_number("sparse", "std", std, 0)
    rng = generator(rng)
    lines = Matrix.normal(columns, rows, 0.0, std, rng=rng).tolist()
    for line in lines:
        for i in rng.sample(range(rows), math.ceil(sparsity * rows)):
            line[i] = 0.0
    return trusted(lines).T


def trunc_normal(
    rows: int,
    columns: int,
    mean: float = 0.0,
    std: float = 1.0,
    a: float = -2.0,
    b: float = 2.0,
    *,
    rng: random.Random | None = None,
) -> Matrix:
    """Normal with ``mean`` and ``std``, but only values from ``a`` to ``b``: no neuron starts far out.

    x = mean + std·Φ⁻¹(u) for u uniform between the values of Φ, the normal distribution function, at a and b. Robert,
    "Simulation of Truncated Normal Variables" (1995), has this and other ways.

    Raises ValueError unless a is below b and std above 0, or where a to b is so far out that it has no probability.

    >>> m = trunc_normal(50, 50, std=1.0, a=-0.5, b=3.0, rng=random.Random(0))
    >>> -0.5 <= m.min() < m.max() <= 3.0
    True
    """
    check_size(rows, columns)
    for setting, value in (("mean", mean), ("a", a), ("b", b)):
        check_number("trunc_normal", setting, value)
    check_number("trunc_normal", "std", std, above=0)
    if not a < b:
        raise ValueError(f"trunc_normal: a is below b, got {a!r} and {b!r}")
    # In the upper tail Φ is too near to 1 to tell values apart, so there the lower one is drawn from and mirrored.
    low, high = (a - mean) / std, (b - mean) / std
    side = -1.0 if low + high > 0.0 else 1.0
    low, high = sorted((side * low, side * high))
    bottom, top = (0.5 * math.erfc(-z / math.sqrt(2.0)) for z in (low, high))
    if not bottom < top:
        raise ValueError(f"trunc_normal: N({mean!r}, {std!r}²) has no probability from {a!r} to {b!r}")
    draw, quantile = generator(rng).random, NormalDist().inv_cdf

    def entry() -> float:
        u = 0.0
        while not 0.0 < u < 1.0:  # Φ⁻¹ is infinite at both ends
            u = bottom + (top - bottom) * draw()
        return min(max(mean + std * side * quantile(u), a), b)

    return Matrix([[entry() for _ in range(columns)] for _ in range(rows)])


def _xavier_std(name: str, rows: int, columns: int, gain: float) -> float:
    check_size(rows, columns)
    check_number(name, "gain", gain, 0)
    return gain * math.sqrt(2.0 / (rows + columns))


def _kaiming_std(name: str, rows: int, columns: int, a: float, mode: str, nonlinearity: str) -> float:
    check_size(rows, columns)
    check_choice(name, "mode", mode, ("fan_in", "fan_out"))
    return calculate_gain(nonlinearity, a) / math.sqrt(columns if mode == "fan_in" else rows)
