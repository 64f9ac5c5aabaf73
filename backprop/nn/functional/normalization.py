"""Normalization: numbers shifted and scaled to mean 0 and variance 1, over the batch, a row or a group of channels.

What is averaged over differs, the rest does not: x̂ = (x − μ)·r with r = 1/√(σ² + ε). Mean and variance depend on every
x, so the gradient flows through them as well, which leaves of it only what changes neither:
∂L/∂xᵢ = r·(gᵢ − mean g − x̂ᵢ·mean(g·x̂)) for g = ∂L/∂x̂. With ε = 0 what is all equal becomes NaN, as in PyTorch; its
batch norm takes no 0 in training, nor does this one. Numbers of any size that a float can have are normalized: where
their squares overflow or vanish, a power of two is first taken out.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from operator import mul as times
from typing import Any, Union

from backprop.autograd import Dims, Result, Tensor, TensorLike, as_tensor, constant, operation
from backprop.autograd.operation import composed
from backprop.kernel import Rows, dot, transposed
from backprop.linalg.norms import vector_norm
from backprop.matrix import Matrix, trusted
from backprop.nn.functional.padding import pad
from backprop.nn.functional.pooling import avg_pool2d
from backprop.nn.functional.windows import as_matrix, rows_of_images
from backprop.numbers import is_generic, math, named
from backprop.shape_errors import shape_error
from backprop.tensors.selection import clamp_min
from backprop.tensors.shapes import reduction_dims
from backprop.tensors.shaping import expand, view
from backprop.validation import (
    ArgumentError,
    SettingError,
    check_bool,
    check_number,
    check_order,
    check_positive_int,
    is_positive_int,
)

Shape = Union[int, Sequence[int]]
Moments = list[tuple[Any, Any]]

# Mean squares below have lost digits to underflow.
_LEAST = 2.0**-930
# A variance below this share of the mean's square may be nothing but the rounding of the mean.
_NOISE = 2.0**-80


@composed
def batch_norm(
    input: TensorLike,
    running_mean: Tensor | None,
    running_var: Tensor | None,
    weight: TensorLike | None = None,
    bias: TensorLike | None = None,
    training: bool = False,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Tensor:
    """y = γ·x̂ + β with x̂ = (x − μ)·r, r = 1/√(σ² + ε), μ and σ² those of a channel over the whole batch.

    ``training`` takes mean and (biased) variance of the batch, and updates the running ones, where they are given:
    running ← (1 − momentum)·running + momentum·new, with the unbiased variance. Else the running ones are taken.

    ``input`` is (N, C) or (N, C, …); running statistics, γ and β (``weight`` and ``bias``) are (C,).
    Ioffe and Szegedy, "Batch Normalization: Accelerating Deep Network Training by Reducing Internal Covariate Shift"
    (2015).

    Raises ValueError for shapes that do not fit, for a negative variance or ``eps``, for an ``eps`` of 0 in training, and
    for a single number a channel to train on: its variance is 0.

    >>> batch_norm(Tensor([[1.0, 5.0], [3.0, 5.0]]), None, None, training=True, eps=1e-16)
    tensor([[-1.,  0.],
            [ 1.,  0.]])
    """
    name = "batch_norm"
    check_number(name, "eps", eps, low=0)
    check_number(name, "momentum", momentum)
    check_bool(name, training=training)
    x = _with_channels(name, input)
    channels = x.shape[1]
    _check_running(name, channels, running_mean=running_mean, running_var=running_var)
    gamma, beta = _vectors(name, (channels,), weight=weight, bias=bias)
    if not training:
        if running_mean is None or running_var is None:
            raise ArgumentError(f"{name} needs running_mean and running_var, or training=True")
        moments = list(zip(running_mean.matrix.rows[0], running_var.matrix.rows[0]))
        return _batch_norm(x, gamma, beta, channels=channels, eps=eps, moments=moments, training=False)
    check_number(name, "eps", eps, above=0)
    number = x.shape.numel() // channels if channels else 0
    if number == 1:
        raise SettingError(
            f"{name} needs more than one number a channel to train on, got the shape {list(x.shape)}; "
            "give more examples, or call eval() first"
        )
    moments = []
    y: Tensor = _batch_norm(x, gamma, beta, channels=channels, eps=eps, moments=moments, training=True)
    if moments:
        if running_mean is not None:
            _move(running_mean, [m for m, _ in moments], momentum)
        if running_var is not None:
            _move(running_var, [v * number / (number - 1) for _, v in moments], momentum)
    return y


@operation(cut=1)
def _batch_norm(
    input: Matrix,
    weight: Matrix | None = None,
    bias: Matrix | None = None,
    *,
    channels: int,
    eps: float,
    moments: Moments,
    training: bool,
) -> Result:
    """y = γ·x̂ + β with x̂ = (x − μ)·r, r = 1/√(σ² + ε),
    ∂L/∂x = r·(g − mean g − x̂·mean(g·x̂)) for g = γ·∂L/∂y,  ∂L/∂γ = Σ ∂L/∂y·x̂,  ∂L/∂β = Σ ∂L/∂y.

    ``moments`` are μ and σ² of each channel. In training they are those of the batch, and put there; else they are given,
    constants, so that ∂L/∂x = r·g."""
    rows = rows_of_images(input)
    count = len(rows)
    features: Rows = _by_feature(rows, channels) if rows else [[] for _ in range(channels)]
    if training:
        normed, inverses, found = _standardized(features, eps) if rows else (features, [1.0] * channels, [])
        moments[:] = found
    else:
        inverses = [_inverse_root(v + eps) for _, v in moments]
        normed = [[(x - m) * r for x in xs] for xs, (m, _), r in zip(features, moments, inverses)]
    gammas = [1.0] * channels if weight is None else weight.rows[0]
    betas = [0.0] * channels if bias is None else bias.rows[0]
    y = [[h * g + b for h in hs] for hs, g, b in zip(normed, gammas, betas)]

    def pullback(d: Matrix) -> tuple[Matrix, ...]:
        slopes: Rows = _by_feature(d.rows, channels) if rows else features
        inner = [[g * s for s in ss] for ss, g in zip(slopes, gammas)]
        if training and rows:
            to_x = _through_moments(inner, normed, inverses)
        else:
            to_x = [[r * g for g in gs] for gs, r in zip(inner, inverses)]
        return (
            as_matrix(_by_row(to_x, count)),
            trusted([list(map(dot, slopes, normed))]),
            trusted([list(map(sum, slopes))]),
        )

    return as_matrix(_by_row(y, count)), pullback


@composed
def instance_norm(
    input: TensorLike,
    running_mean: Tensor | None = None,
    running_var: Tensor | None = None,
    weight: TensorLike | None = None,
    bias: TensorLike | None = None,
    use_input_stats: bool = True,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Tensor:
    """y = γ·x̂ + β with x̂ = (x − μ)·r, r = 1/√(σ² + ε), μ and σ² those of a channel of each example alone.

    With ``use_input_stats`` the running statistics, where they are given, move towards the means over the examples, as in
    ``batch_norm``; else they are taken. ``input`` is (N, C, …), all else (C,).
    Ulyanov, Vedaldi and Lempitsky, "Instance Normalization: The Missing Ingredient for Fast Stylization" (2016).

    >>> instance_norm(Tensor([[[1.0, 3.0], [70.0, 50.0]]]))
    tensor([[[-1.0000,  1.0000],
             [ 1.0000, -1.0000]]])
    """
    name = "instance_norm"
    check_number(name, "eps", eps, low=0)
    check_number(name, "momentum", momentum)
    check_bool(name, use_input_stats=use_input_stats)
    x = _with_channels(name, input)
    count, channels, *rest = x.shape
    _check_running(name, channels, running_mean=running_mean, running_var=running_var)
    if not use_input_stats:
        if running_mean is None or running_var is None:
            raise ArgumentError(f"{name} needs running_mean and running_var, or use_input_stats=True")
        return batch_norm(x, running_mean, running_var, weight, bias, False, momentum, eps)
    if math.prod(rest) == 1:
        raise ArgumentError(f"{name} needs more than one number a channel, got the shape {list(x.shape)}")
    if running_mean is None and running_var is None:
        return group_norm(x, channels, weight, bias, eps)
    check_number(name, "eps", eps, above=0)
    running = [running_mean, running_var]
    # One example whose channels are those of all: each has a running statistic of its own, of which the mean is kept.
    many = [
        None if own is None else constant(trusted([own.matrix.rows[0] * count]), (count * channels,)) for own in running
    ]
    gamma, beta = (
        None if v is None else view(expand(v, count, channels), -1)
        for v in _vectors(name, (channels,), weight=weight, bias=bias)
    )
    y = batch_norm(view(x, 1, count * channels, *rest), many[0], many[1], gamma, beta, True, momentum, eps)
    for own, moved in zip(running, many):
        if own is not None and moved is not None:
            own._matrix = view(moved, count, channels).mean(0)._matrix
    return view(y, *x.shape)


@composed
def layer_norm(
    input: TensorLike,
    normalized_shape: Shape,
    weight: TensorLike | None = None,
    bias: TensorLike | None = None,
    eps: float = 1e-5,
) -> Tensor:
    """y = γ∘x̂ + β with x̂ = (x − μ)·r, r = 1/√(σ² + ε), μ and σ² those of each example over the last axes.

    ``normalized_shape`` are the sizes of these axes, (E,) or an int for the last alone; γ and β are ``weight`` and ``bias``,
    of that shape. Ba, Kiros and Hinton, "Layer Normalization" (2016).

    Raises ValueError for shapes that do not fit.

    >>> layer_norm(Tensor([[1.0, 3.0], [7.0, 5.0]]), (2,), eps=1e-16)
    tensor([[-1.,  1.],
            [ 1., -1.]])
    """
    x, shape = _last_axes("layer_norm", input, normalized_shape)
    check_number("layer_norm", "eps", eps)
    gamma, beta = _vectors("layer_norm", shape, weight=weight, bias=bias)
    if len(shape) == 1:
        return _layer_norm(x, gamma, beta, eps=eps)
    gamma, beta = (None if v is None else view(v, -1) for v in (gamma, beta))
    return view(_layer_norm(_flat(x, shape), gamma, beta, eps=eps), *x.shape)


@operation(cut=-1)
def _layer_norm(input: Matrix, weight: Matrix | None = None, bias: Matrix | None = None, *, eps: float) -> Result:
    """y = γ∘x̂ + β with x̂ = (x − μ)·r, r = 1/√(σ² + ε),
    ∂L/∂x = r·(g − mean g − x̂·mean(g·x̂)) for g = γ∘∂L/∂y,  ∂L/∂γ = Σ over the rows of ∂L/∂y∘x̂,  ∂L/∂β = Σ ∂L/∂y."""
    return _row_groups(input, weight, bias, 1, len(input.rows[0]), eps)


@composed
def group_norm(
    input: TensorLike,
    num_groups: int,
    weight: TensorLike | None = None,
    bias: TensorLike | None = None,
    eps: float = 1e-5,
) -> Tensor:
    """y = γ·x̂ + β with x̂ = (x − μ)·r, r = 1/√(σ² + ε), μ and σ² those of a group of channels of each example.

    ``input`` is (N, C, …), γ and β are ``weight`` and ``bias``, (C,). Wu and He, "Group Normalization" (2018).

    Raises ValueError for shapes that do not fit and groups that do not divide the channels.

    >>> group_norm(Tensor([[1.0, 3.0, 7.0, 5.0]]), 2, eps=1e-16)
    tensor([[-1.,  1.,  1., -1.]])
    """
    x = _with_channels("group_norm", input)
    channels = x.shape[1]
    check_divides("group_norm", num_groups, channels)
    check_number("group_norm", "eps", eps)
    gamma, beta = _vectors("group_norm", (channels,), weight=weight, bias=bias)
    return _group_norm(x, gamma, beta, groups=num_groups, channels=channels, eps=eps)


@operation(cut=1)
def _group_norm(
    input: Matrix, weight: Matrix | None = None, bias: Matrix | None = None, *, groups: int, channels: int, eps: float
) -> Result:
    """y = γ·x̂ + β with x̂ = (x − μ)·r, r = 1/√(σ² + ε),
    ∂L/∂x = r·(g − mean g − x̂·mean(g·x̂)) for g = γ·∂L/∂y,  ∂L/∂γ = Σ over the batch and all numbers of a channel of
    ∂L/∂y·x̂,  ∂L/∂β = Σ ∂L/∂y."""
    return _row_groups(input, weight, bias, groups, channels, eps)


@composed
def rms_norm(
    input: TensorLike, normalized_shape: Shape, weight: TensorLike | None = None, eps: float | None = None
) -> Tensor:
    """y = γ∘x̂ with x̂ = x·r, r = 1/√(mean x² + ε) over the last axes: no mean is taken off.

    ``normalized_shape`` and γ are as in ``layer_norm``; ``eps`` None is the spacing at 1 of the numbers of the dtype, 2⁻²³
    or 2⁻⁵². Zhang and Sennrich, "Root Mean Square Layer Normalization" (2019).

    Raises ValueError for shapes that do not fit.

    >>> rms_norm(Tensor([[3.0, -3.0]]), (2,))
    tensor([[ 1., -1.]])
    """
    x, shape = _last_axes("rms_norm", input, normalized_shape)
    small = (2.0**-23 if x.dtype.bits == 32 else 2.0**-52) if eps is None else eps
    check_number("rms_norm", "eps", small)
    (gamma,) = _vectors("rms_norm", shape, weight=weight)
    if len(shape) == 1:
        return _rms_norm(x, gamma, eps=small)
    return view(_rms_norm(_flat(x, shape), None if gamma is None else view(gamma, -1), eps=small), *x.shape)


@operation(cut=-1)
def _rms_norm(input: Matrix, weight: Matrix | None = None, *, eps: float) -> Result:
    """y = γ∘x̂ with x̂ = x·r, r = 1/√(mean x² + ε),
    ∂L/∂x = r·(g − x̂·mean(g·x̂)) for g = γ∘∂L/∂y,  ∂L/∂γ = Σ over the rows of ∂L/∂y∘x̂."""
    width = len(input.rows[0])
    if not width:
        return input, (lambda d: d, lambda d: trusted([[]]))
    squares = [dot(row, row) / width + eps for row in input.rows]
    if _LEAST < min(squares) and max(squares) < math.inf:
        inverses = [1.0 / math.sqrt(square) for square in squares]
        normed = [[x * r for x in row] for row, r in zip(input.rows, inverses)]
    else:
        scaled = [_of_mean_square_1(row, _root(eps)) for row in input.rows]
        normed, inverses = [hs for hs, _, _ in scaled], [r for _, r, _ in scaled]

    def times_weight(rows: Rows) -> Rows:
        return rows if weight is None else [list(map(times, row, weight.rows[0])) for row in rows]

    def to_x(d: Matrix) -> Matrix:
        found = []
        for gs, hs, r in zip(times_weight(d.rows), normed, inverses):
            share = dot(gs, hs) / width
            found.append([r * (g - h * share) for g, h in zip(gs, hs)])
        return trusted(found)

    def to_weight(d: Matrix) -> Matrix:
        return trusted([list(map(dot, zip(*d.rows), zip(*normed)))])

    return trusted(times_weight(normed)), (to_x, to_weight)


@composed
def local_response_norm(
    input: TensorLike, size: int, alpha: float = 1e-4, beta: float = 0.75, k: float = 1.0
) -> Tensor:
    """y = x/(k + α·mean x²)^β, the mean over ``size`` neighbouring channels at the same place; what is not there counts as 0.

    ``input`` is (N, C, …). Krizhevsky, Sutskever and Hinton, "ImageNet Classification with Deep Convolutional Neural
    Networks" (2012).

    >>> local_response_norm(Tensor([[[2.0], [0.0]]]), 2, alpha=1.0, beta=1.0)
    tensor([[[0.6667],
             [0.0000]]])
    """
    name = "local_response_norm"
    check_positive_int(name, size=size)
    for setting, value in (("alpha", alpha), ("beta", beta), ("k", k)):
        check_number(name, setting, value)
    x = as_tensor(input, name)
    if len(x.shape) < 3:
        raise ArgumentError(f"{name}: input is (N, C, …) with at least one more axis, got the shape {list(x.shape)}")
    if not x.shape.numel():
        return x
    count, channels = x.shape[:2]
    squares = pad(view(x * x, count, 1, channels, -1), (0, 0, size // 2, (size - 1) // 2))
    means = view(avg_pool2d(squares, (size, 1), 1), *x.shape)
    return x / (means * alpha + k) ** beta


@composed
def normalize(input: TensorLike, p: float = 2.0, dim: Dims = 1, eps: float = 1e-12) -> Tensor:
    """y = x/max(‖x‖ₚ, ε), the norm over the axes ``dim``: each vector along them gets the length 1.

    >>> normalize(Tensor([[3.0, 4.0], [0.0, 0.0]]))
    tensor([[0.6000, 0.8000],
            [0.0000, 0.0000]])
    """
    check_order("normalize", "p", p)
    check_number("normalize", "eps", eps, low=0)
    x = as_tensor(input, "normalize")
    axes = reduction_dims("normalize", dim, len(x.shape))
    return x / clamp_min(vector_norm(x, p, axes, keepdim=True), eps)


# -------------------------------------------------------------------- what they share


def _row_groups(
    x: Matrix, weight: Matrix | None, bias: Matrix | None, groups: int, channels: int, eps: float
) -> Result:
    """Each row in ``groups`` parts of mean 0 and variance 1, then a weight and a bias for each channel."""
    width = len(x.rows[0])
    if not width:
        return x, lambda d: (d, *[d if v is None else v * 0.0 for v in (weight, bias)])
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
    normed, inverses, moments, explained = [], [], [], is_generic()
    for xs in lists:
        mean = sum(xs) / len(xs)
        deviations = [x - mean for x in xs]
        variance = dot(deviations, deviations) / len(xs)
        if _LEAST < variance + eps < math.inf and variance >= _NOISE * mean * mean:
            r = 1.0 / math.sqrt(variance + eps)
            hs = [x * r for x in deviations]
            if explained:
                named(**{"μ": [mean], "σ²": [variance], "r": [r], "x̂": hs})
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
    normed, r, variance = _of_mean_square_1([x - mean for x in xs], _root(eps) * unit)
    return normed, r * unit, mean / unit, variance / unit / unit


def _of_mean_square_1(xs: list[float], root: float) -> tuple[list[float], float, float]:
    """x·r for r = 1/√(mean x² + root²), r and mean x², for numbers of any size."""
    unit = _power_of_two([*xs, root])
    xs = [x * unit for x in xs]
    square = dot(xs, xs) / len(xs)
    total = square + (root * unit) * (root * unit)
    r = 1.0 / math.sqrt(total) if total else math.inf
    return [x * r for x in xs], r * unit, square / unit / unit


def _root(eps: float) -> float:
    """√ε, NaN for a negative one, which no variance near 0 outweighs."""
    return math.sqrt(eps) if eps >= 0.0 else math.nan


def _power_of_two(xs: list[float]) -> float:
    """What brings the largest to between ½ and 1, or, of numbers of few bits, at least to where squares are floats."""
    return 2.0 ** -max(math.frexp(max(map(abs, xs)))[1], -1000)


def _inverse_root(variance: float) -> float:
    if variance < 0.0:
        raise ArgumentError(f"batch_norm: running_var must hold numbers from 0 up, got {variance!r} with eps added")
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
    size = len(features[0]) // count if count else 1
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
        raise SettingError(f"{name}: {num_groups} groups do not divide {num_channels} channels")


def _with_channels(name: str, input: TensorLike) -> Tensor:
    x = as_tensor(input, name)
    if len(x.shape) < 2:
        raise ArgumentError(f"{name}: input is (N, C) or (N, C, …), got the shape {list(x.shape)}")
    return x


def as_normalized_shape(name: str, value: Any, least: int = 0) -> tuple[int, ...]:
    """The sizes of the last axes; an int is that of the last alone."""
    shape = tuple(value) if isinstance(value, (tuple, list)) else (value,)
    if not shape or not all(is_positive_int(n, least) for n in shape):
        raise ArgumentError(f"{name}: normalized_shape is an int from {least} up or several of them, got {value!r}")
    return shape


def _last_axes(name: str, input: TensorLike, normalized_shape: Any) -> tuple[Tensor, tuple[int, ...]]:
    x, shape = as_tensor(input, name), as_normalized_shape(name, normalized_shape)
    if tuple(x.shape[-len(shape) :]) != shape:
        wanted = ", ".join(map(str, ("*", *shape)))
        words = f"Given normalized_shape={list(shape)}, expected input with shape [{wanted}], but got input of size"
        raise shape_error(f"{name}: {words}{list(x.shape)}", input=x)
    return x, shape


def _flat(x: Tensor, shape: tuple[int, ...]) -> Tensor:
    """The last axes as one."""
    return view(x, *x.shape[: len(x.shape) - len(shape)], math.prod(shape))


def _vectors(name: str, shape: tuple[int, ...], **tables: TensorLike | None) -> list[Tensor | None]:
    """Weight and bias as Tensors of this shape."""
    tensors = [None if value is None else as_tensor(value, name) for value in tables.values()]
    _check_vectors(name, shape, **dict(zip(tables, tensors)))
    return tensors


def _check_running(name: str, channels: int, **statistics: Tensor | None) -> None:
    for setting, value in statistics.items():
        if value is not None and not isinstance(value, Tensor):
            raise TypeError(f"{name}: {setting} is a Tensor, which training changes, got a {type(value).__name__}")
    _check_vectors(name, (channels,), **statistics)


def _check_vectors(name: str, shape: tuple[int, ...], **tensors: Tensor | None) -> None:
    for setting, value in tensors.items():
        if value is not None and value.shape != shape:
            raise ArgumentError(f"{name}: {setting} has the shape {list(shape)}, got {list(value.shape)}")


def _move(running: Tensor, new: list[Any], momentum: float) -> None:
    running._matrix = running.matrix * (1 - momentum) + trusted([new]) * momentum
