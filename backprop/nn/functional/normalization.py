"""Normalization: numbers shifted and scaled to mean 0 and variance 1, over the batch, a row or a group of channels.

What is averaged over differs, the rest does not: x̂ = (x − μ)·r with r = 1/√(σ² + ε). Mean and variance depend on every
x, so the gradient flows through them as well, which leaves of it only what changes neither:
∂L/∂xᵢ = r·(gᵢ − mean g − x̂ᵢ·mean(g·x̂)) for g = ∂L/∂x̂. With ε = 0 what is all equal becomes NaN, as in PyTorch; its
batch norm takes no 0 in training, nor does this one. Numbers of any size that a float can have are normalized: where
their squares overflow or vanish, a power of two is first taken out.
"""

from __future__ import annotations

import math
from itertools import chain
from typing import Any

from backprop.autograd import Result, Tensor, operation
from backprop.kernel import Rows, dot, transposed
from backprop.matrix import Matrix, format_shape, trusted
from backprop.validation import check_bool, check_number, check_positive_int

# Mean squares below have lost digits to underflow.
_LEAST = 2.0**-930
# A variance below this share of the mean's square may be nothing but the rounding of the mean.
_NOISE = 2.0**-80


@operation
def batch_norm(
    input: Matrix,
    running_mean: Tensor | None,
    running_var: Tensor | None,
    weight: Matrix | None = None,
    bias: Matrix | None = None,
    training: bool = False,
    momentum: float = 0.1,
    eps: float = 1e-5,
    *,
    num_features: int,
) -> Result:
    """y = γ·x̂ + β with x̂ = (x − μ)·r, r = 1/√(σ² + ε), μ and σ² those of a feature over the whole batch.

    ∂L/∂x = r·(g − mean g − x̂·mean(g·x̂)) for g = γ·∂L/∂y,  ∂L/∂γ = Σ ∂L/∂y·x̂,  ∂L/∂β = Σ ∂L/∂y.
    ``training`` takes mean and (biased) variance of the batch, and updates the running ones, where they are given:
    running ← (1 − momentum)·running + momentum·new, with the unbiased variance. Else the running ones are taken; they
    are constants, so that ∂L/∂x = r·g.

    ``input`` has rows of C·L numbers, L for each of C = ``num_features`` channels (L = 1 is PyTorch's (N, C)); γ and β
    are ``weight`` and ``bias``, (1, C).
    Ioffe and Szegedy, "Batch Normalization: Accelerating Deep Network Training by Reducing Internal Covariate Shift"
    (2015).

    Raises ValueError for shapes that do not fit, for a negative variance or ``eps``, for an ``eps`` of 0 in training, and
    for a single number a feature to train on: its variance is 0.

    >>> batch_norm(Matrix([[1.0, 5.0], [3.0, 5.0]]), None, None, training=True, eps=1e-16, num_features=2)
    Tensor([[-1.0, 0.0], [1.0, 0.0]])
    """
    name = "batch_norm"
    check_positive_int(name, num_features=num_features)
    check_number(name, "eps", eps, low=0)
    check_number(name, "momentum", momentum, 0, 1)
    check_bool(name, training=training)
    count, width = input.shape
    _check_multiple(name, width, num_features)
    for setting, value in (("running_mean", running_mean), ("running_var", running_var)):
        if value is not None and not isinstance(value, Tensor):
            raise TypeError(f"{name}: {setting} is a Tensor, which training changes, got a {type(value).__name__}")
    tables = {"weight": weight, "bias": bias, "running_mean": running_mean, "running_var": running_var}
    _check_vectors(name, num_features, **tables)
    features = _by_feature(input.rows, num_features)
    number = len(features[0])
    if training:
        check_number(name, "eps", eps, above=0)
        if number == 1:
            raise ValueError(
                f"{name} needs more than one number a feature to train on, got one row of one each; "
                "give more rows, or call eval() first"
            )
        normed, inverses, moments = _standardized(features, eps)
        if running_mean is not None:
            running_mean.data = running_mean.matrix * (1 - momentum) + trusted([[m * momentum for m, _ in moments]])
        if running_var is not None:
            unbiased = momentum * number / (number - 1)
            running_var.data = running_var.matrix * (1 - momentum) + trusted([[v * unbiased for _, v in moments]])
    else:
        if running_mean is None or running_var is None:
            raise ValueError(f"{name} needs running_mean and running_var, or training=True")
        inverses = [_inverse_root(v + eps) for v in running_var.matrix.rows[0]]
        normed = [[(x - m) * r for x in xs] for xs, m, r in zip(features, running_mean.matrix.rows[0], inverses)]
    gammas = [1.0] * num_features if weight is None else weight.rows[0]
    betas = [0.0] * num_features if bias is None else bias.rows[0]
    y = [[h * g + b for h in hs] for hs, g, b in zip(normed, gammas, betas)]

    def pullback(d: Matrix) -> tuple[Matrix, ...]:
        slopes = _by_feature(d.rows, num_features)
        inner = [[g * s for s in ss] for ss, g in zip(slopes, gammas)]
        to_x = (
            _through_moments(inner, normed, inverses)
            if training
            else [[r * g for g in gs] for gs, r in zip(inner, inverses)]
        )
        return (
            trusted(_by_row(to_x, count)),
            trusted([list(map(dot, slopes, normed))]),
            trusted([list(map(sum, slopes))]),
        )

    return trusted(_by_row(y, count)), pullback


@operation
def layer_norm(input: Matrix, weight: Matrix | None = None, bias: Matrix | None = None, eps: float = 1e-5) -> Result:
    """y = γ∘x̂ + β with x̂ = (x − μ)·r, r = 1/√(σ² + ε), μ and σ² those of a row.

    ∂L/∂x = r·(g − mean g − x̂·mean(g·x̂)) for g = γ∘∂L/∂y,  ∂L/∂γ = Σ over the rows of ∂L/∂y∘x̂,  ∂L/∂β = Σ ∂L/∂y.
    γ and β are ``weight`` and ``bias``, of the length of a row. A row is what is normalized, so that PyTorch's
    normalized_shape is left out. Ba, Kiros and Hinton, "Layer Normalization" (2016).

    Raises ValueError for shapes that do not fit.

    >>> layer_norm(Matrix([[1.0, 3.0], [7.0, 5.0]]), eps=1e-16)
    Tensor([[-1.0, 1.0], [1.0, -1.0]])
    """
    return _row_groups("layer_norm", input, weight, bias, 1, input.shape[1], eps)


@operation
def group_norm(
    input: Matrix,
    num_groups: int,
    weight: Matrix | None = None,
    bias: Matrix | None = None,
    eps: float = 1e-5,
    *,
    num_channels: int,
) -> Result:
    """y = γ·x̂ + β with x̂ = (x − μ)·r, r = 1/√(σ² + ε), μ and σ² those of a group of channels in one row.

    ∂L/∂x = r·(g − mean g − x̂·mean(g·x̂)) for g = γ·∂L/∂y;  ∂L/∂γ and ∂L/∂β are sums over the batch and all numbers of
    a channel. ``input`` has rows of C·L numbers for C = ``num_channels``, which PyTorch reads from the tensor; γ and β
    are (1, C).
    Wu and He, "Group Normalization" (2018).

    Raises ValueError for shapes that do not fit and groups that do not divide the channels.

    >>> group_norm(Matrix([[1.0, 3.0, 7.0, 5.0]]), 2, num_channels=4, eps=1e-16)
    Tensor([[-1.0, 1.0, 1.0, -1.0]])
    """
    check_divides("group_norm", num_groups, num_channels)
    return _row_groups("group_norm", input, weight, bias, num_groups, num_channels, eps)


@operation
def rms_norm(input: Matrix, weight: Matrix | None = None, eps: float | None = None) -> Result:
    """y = γ∘x̂ with x̂ = x·r, r = 1/√(mean x² + ε) over a row: no mean is taken off.

    ∂L/∂x = r·(g − x̂·mean(g·x̂)) for g = γ∘∂L/∂y,  ∂L/∂γ = Σ over the rows of ∂L/∂y∘x̂. ``eps`` None is 2⁻⁵², the
    spacing of the floats at 1, as in PyTorch; its normalized_shape is the length of a row.
    Zhang and Sennrich, "Root Mean Square Layer Normalization" (2019).

    Raises ValueError for shapes that do not fit.

    >>> rms_norm(Matrix([[3.0, -3.0]]))
    Tensor([[1.0, -1.0]])
    """
    small = 2.0**-52 if eps is None else eps
    check_number("rms_norm", "eps", small, low=0)
    width = input.shape[1]
    _check_vectors("rms_norm", width, weight=weight)
    squares = [dot(row, row) / width + small for row in input.rows]
    if _LEAST < min(squares) and max(squares) < math.inf:
        inverses = [1.0 / math.sqrt(square) for square in squares]
        normed = [[x * r for x in row] for row, r in zip(input.rows, inverses)]
    else:
        scaled = [_of_mean_square_1(row, math.sqrt(small)) for row in input.rows]
        normed, inverses = [hs for hs, _, _ in scaled], [r for _, r, _ in scaled]
    gammas = [1.0] * width if weight is None else weight.rows[0]

    def pullback(d: Matrix) -> tuple[Matrix, ...]:
        to_x = []
        for ds, hs, r in zip(d.rows, normed, inverses):
            gs = [g * s for g, s in zip(gammas, ds)]
            share = dot(gs, hs) / width
            to_x.append([r * (g - h * share) for g, h in zip(gs, hs)])
        return trusted(to_x), trusted([list(map(dot, zip(*d.rows), zip(*normed)))])

    return trusted([[h * g for h, g in zip(hs, gammas)] for hs in normed]), pullback


# -------------------------------------------------------------------- what they share


def _row_groups(
    name: str, x: Matrix, weight: Matrix | None, bias: Matrix | None, groups: int, channels: int, eps: float
) -> Result:
    """Each row in ``groups`` parts of mean 0 and variance 1, then a weight and a bias for each channel."""
    check_number(name, "eps", eps, low=0)
    width = x.shape[1]
    _check_multiple(name, width, channels)
    _check_vectors(name, channels, weight=weight, bias=bias)
    size, share = width // groups, width // channels
    parts, inverses, _ = _standardized(_split(x.rows, size), eps)
    normed = _joined(parts, groups)
    gammas = [1.0] * width if weight is None else [g for g in weight.rows[0] for _ in range(share)]
    betas = [0.0] * width if bias is None else [b for b in bias.rows[0] for _ in range(share)]
    y = [[h * g + b for h, g, b in zip(hs, gammas, betas)] for hs in normed]

    def pullback(d: Matrix) -> tuple[Matrix, ...]:
        inner = [[s * g for s, g in zip(ss, gammas)] for ss in d.rows]
        to_x = _joined(_through_moments(_split(inner, size), parts, inverses), groups)
        columns = transposed(d.rows)
        to_gammas, to_betas = list(map(dot, columns, zip(*normed))), list(map(sum, columns))
        return (
            trusted(to_x),
            trusted([list(map(sum, _split([to_gammas], share)))]),
            trusted([list(map(sum, _split([to_betas], share)))]),
        )

    return trusted(y), pullback


def _standardized(lists: Rows, eps: float) -> tuple[Rows, list[float], list[tuple[float, float]]]:
    """Each list as x̂ = (x − μ)·r, its r = 1/√(σ² + ε), and its (μ, σ²)."""
    normed, inverses, moments = [], [], []
    for xs in lists:
        mean = sum(xs) / len(xs)
        deviations = [x - mean for x in xs]
        variance = dot(deviations, deviations) / len(xs)
        if _LEAST < variance + eps < math.inf and variance >= _NOISE * mean * mean:
            r = 1.0 / math.sqrt(variance + eps)
            hs = [x * r for x in deviations]
        else:
            hs, r, mean, variance = _of_variance_1(xs, eps)
        normed.append(hs)
        inverses.append(r)
        moments.append((mean, variance))
    return normed, inverses, moments


def _of_variance_1(xs: list[float], eps: float) -> tuple[list[float], float, float, float]:
    """x̂, r, μ and σ² of numbers of any size, and of such that differ by no more than the rounding of their mean."""
    unit = _power_of_two(xs)
    xs = [x * unit for x in xs]
    mean = sum(xs) / len(xs)
    mean += sum([x - mean for x in xs]) / len(xs)
    normed, r, variance = _of_mean_square_1([x - mean for x in xs], math.sqrt(eps) * unit)
    return normed, r * unit, mean / unit, variance / unit / unit


def _of_mean_square_1(xs: list[float], root: float) -> tuple[list[float], float, float]:
    """x·r for r = 1/√(mean x² + root²), r and mean x², for numbers of any size."""
    unit = _power_of_two([*xs, root])
    xs = [x * unit for x in xs]
    square = dot(xs, xs) / len(xs)
    total = square + (root * unit) * (root * unit)
    r = 1.0 / math.sqrt(total) if total else math.inf
    return [x * r for x in xs], r * unit, square / unit / unit


def _power_of_two(xs: list[float]) -> float:
    """What brings the largest to between ½ and 1, or, of numbers of few bits, at least to where squares are floats."""
    return 2.0 ** -max(math.frexp(max(map(abs, xs)))[1], -1000)


def _inverse_root(variance: float) -> float:
    if variance < 0.0:
        raise ValueError(f"batch_norm: running_var must hold numbers from 0 up, got {variance!r} with eps added")
    return 1.0 / math.sqrt(variance) if variance else math.inf


def _through_moments(slopes: Rows, normed: Rows, inverses: list[float]) -> Rows:
    """∂L/∂x = r·(g − mean g − x̂·mean(g·x̂)) for g = ∂L/∂x̂, list by list."""
    gradient = []
    for gs, hs, r in zip(slopes, normed, inverses):
        mean, share = sum(gs) / len(gs), dot(gs, hs) / len(gs)
        gradient.append([r * (g - mean - h * share) for g, h in zip(gs, hs)])
    return gradient


def _by_feature(rows: Rows, features: int) -> Rows:
    """For each feature its numbers in all rows."""
    size = len(rows[0]) // features
    if size == 1:
        return list(map(list, zip(*rows)))
    parts = _split(rows, size)
    return [list(chain.from_iterable(parts[c::features])) for c in range(features)]


def _by_row(features: Rows, count: int) -> Rows:
    """``_by_feature`` backwards."""
    size = len(features[0]) // count
    if size == 1:
        return list(map(list, zip(*features)))
    parts = _split(features, size)
    return [list(chain.from_iterable(parts[n::count])) for n in range(count)]


def _split(rows: Rows, size: int) -> Rows:
    return [row[start : start + size] for row in rows for start in range(0, len(row), size)]


def _joined(parts: Rows, count: int) -> Rows:
    return [list(chain.from_iterable(parts[start : start + count])) for start in range(0, len(parts), count)]


# -------------------------------------------------------------------- validation


def check_divides(name: str, num_groups: Any, num_channels: Any) -> None:
    """ValueError unless both are ints from 1 up and the groups divide the channels."""
    check_positive_int(name, num_groups=num_groups, num_channels=num_channels)
    if num_channels % num_groups:
        raise ValueError(f"{name}: {num_groups} groups do not divide {num_channels} channels")


def _check_multiple(name: str, width: int, channels: int) -> None:
    if width % channels:
        raise ValueError(f"{name} got rows of {width} numbers; it needs {channels} or a multiple of that")


def _check_vectors(name: str, size: int, **tables: Matrix | Tensor | None) -> None:
    for setting, value in tables.items():
        if value is not None and value.shape != (1, size):
            raise ValueError(f"{name} got a {setting} of {format_shape(value.shape)}; it needs 1×{size}")
