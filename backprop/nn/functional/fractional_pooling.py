"""Fractional max pooling: an image made smaller by any factor, the largest number of windows that begin at random places."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Union

from backprop.autograd import Size, TensorLike, as_tensor
from backprop.autograd.operation import composed
from backprop.nn.functional.pooling import _chosen, _with_indices
from backprop.nn.functional.windows import Setting, Sizes, area, as_images, crossed, sizes
from backprop.tensors.concatenation import cat
from backprop.tensors.random_tensors import rand
from backprop.validation import ArgumentError, check_bool, check_number

Ratio = Union[float, Sequence[float], None]


@composed
def fractional_max_pool2d(
    input: TensorLike,
    kernel_size: Setting,
    output_size: Setting | None = None,
    output_ratio: Ratio = None,
    return_indices: bool = False,
    _random_samples: TensorLike | None = None,
) -> Any:
    """y = max of the x in a window,  ∂L/∂x = Σ of the ∂L/∂y whose maximum it is.

    ``input`` is (N, C, H, W) or (C, H, W), the result (N, C, H', W'), where (H', W') is the ``output_size``, or
    ``output_ratio`` times the input's. Along an axis of n the windows of k numbers begin at ⌊(i + u)·α⌋ − ⌊u·α⌋,
    α = (n − k)/(n' − 1), the last one at n − k: steps of two sizes in random order. u is drawn evenly from 0 to 1 for each
    channel and axis, or is that of ``_random_samples`` (N, C, 2), the one along W first. ``return_indices`` is that of
    ``max_pool2d``. Graham, "Fractional Max-Pooling" (2014).

    Raises ValueError for shapes and settings that do not fit.

    >>> from backprop import Tensor
    >>> x = Tensor([[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 9.0]]])
    >>> fractional_max_pool2d(x, 2, output_size=2)
    tensor([[[5., 6.],
             [8., 9.]]])
    """
    return _in_random_windows(
        "fractional_max_pool2d", 2, input, kernel_size, output_size, output_ratio, return_indices, _random_samples
    )


@composed
def fractional_max_pool3d(
    input: TensorLike,
    kernel_size: Setting,
    output_size: Setting | None = None,
    output_ratio: Ratio = None,
    return_indices: bool = False,
    _random_samples: TensorLike | None = None,
) -> Any:
    """``fractional_max_pool2d`` in three axes: ``input`` is (N, C, D, H, W) or (C, D, H, W), ``_random_samples`` (N, C, 3) in the
    order of the axes."""
    return _in_random_windows(
        "fractional_max_pool3d", 3, input, kernel_size, output_size, output_ratio, return_indices, _random_samples
    )


def _in_random_windows(
    name: str,
    axes: int,
    input: TensorLike,
    kernel_size: Setting,
    output_size: Setting | None,
    output_ratio: Ratio,
    return_indices: bool,
    samples: TensorLike | None,
) -> Any:
    x, lead = as_images(name, input, axes)
    check_bool(name, return_indices=return_indices)
    kernel, wanted, ratio = fractional_settings(name, axes, kernel_size, output_size, output_ratio)
    count, channels, *image = x.shape
    output = wanted or tuple([int(n * part) for n, part in zip(image, ratio)])
    if any(not 0 < m <= n - k + 1 for n, k, m in zip(image, kernel, output)):
        raise ArgumentError(
            f"{name}: output_size is from 1 to the number of places of a kernel of {list(kernel)} in an image of {image}, got "
            f"{list(output)}"
        )
    draws = rand(count, channels, axes, dtype=x.dtype) if samples is None else as_tensor(samples, name)
    if draws.shape[1:] != (channels, axes) or draws.shape[0] < count:
        raise ArgumentError(
            f"{name}: _random_samples is (N, C, {axes}), {[count, channels, axes]}, got the shape {list(draws.shape)}"
        )
    results: list[Any] = []
    pixels = area(image)
    for n, of_channels in enumerate(draws[:count].tolist()):
        inside = []
        for c, own in enumerate(of_channels):
            starts = map(_starts, image, kernel, output, own[::-1] if axes == 2 else own)
            windows = [[range(start, start + k) for start in along] for along, k in zip(starts, kernel)]
            inside += [[c * pixels + p for p in window] for window in crossed(tuple(image), windows)]
        shape = Size((1, channels, *output))
        results.append(_with_indices(x[n : n + 1], _chosen(inside), shape, pixels, return_indices))
    if return_indices:
        together = [cat(parts) for parts in zip(*results)]
        return tuple(together if lead else [part.squeeze(0) for part in together])
    return cat(results) if lead else results[0].squeeze(0)


def _starts(n: int, k: int, m: int, u: float) -> list[int]:
    """Where the m windows of k numbers begin along an axis of n."""
    step = (n - k) / (m - 1) if m > 1 else 0.0
    return [*[int((i + u) * step) - int(u * step) for i in range(m - 1)], n - k]


def fractional_settings(
    name: str, axes: int, kernel_size: Setting, output_size: Setting | None, output_ratio: Ratio
) -> tuple[Sizes, Sizes | None, Sequence[float]]:
    """The kernel, and of the output's size and its ratio the one that is given, along all axes.

    >>> fractional_settings("fractional_max_pool2d", 2, 3, None, 0.5)
    ((3, 3), None, (0.5, 0.5))
    """
    if (output_size is None) == (output_ratio is None):
        raise ArgumentError(
            f"{name}: either output_size or output_ratio is given, got {output_size} and {output_ratio}"
        )
    wanted = None if output_size is None else sizes(name, "output_size", output_size, 1, axes)
    ratio = tuple(output_ratio) if isinstance(output_ratio, (tuple, list)) else (output_ratio,) * axes
    if wanted is None:
        for part in ratio:
            check_number(name, "output_ratio", part, above=0, below=1)  # type: ignore[arg-type]
        if len(ratio) != axes:
            raise ArgumentError(f"{name}: output_ratio is a number or {axes} of them, got {output_ratio}")
    return sizes(name, "kernel_size", kernel_size, 1, axes), wanted, ratio  # type: ignore[return-value]
