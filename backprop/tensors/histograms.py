"""Histograms: how many entries lie in each of some intervals, the bins."""

from __future__ import annotations

import builtins
from bisect import bisect_right
from collections.abc import Sequence
from math import isfinite, nan
from typing import Any

from backprop.autograd.tensor import Tensor, TensorLike, as_tensor, constant
from backprop.matrix import flatten, trusted
from backprop.tensors import return_types
from backprop.tensors.axes import check_floating
from backprop.validation import check_positive_int


def histc(input: TensorLike, bins: int = 100, min: float = 0, max: float = 0) -> Tensor:
    """The number of entries in each of ``bins`` intervals of the same width from ``min`` to ``max``; others are left out.

    Where both are the same the intervals reach from the smallest entry to the largest. Raises RuntimeError for ints, for
    a range that is not finite and where ``min`` is above ``max``.

    >>> from backprop import Tensor
    >>> histc(Tensor([1.0, 2.0, 2.5, 5.0]), bins=4)
    tensor([1., 2., 0., 1.])
    """
    x = as_tensor(input, "histc")
    check_floating("histc", x)
    entries = flatten(x._matrix.rows)
    low, *_, high = _edges("histc", entries, bins, min, max, 1)
    counts = [0.0] * bins
    for entry in entries:
        if low <= entry <= high:
            counts[builtins.min(int((entry - low) * bins / (high - low)), bins - 1)] += 1.0
    return constant(trusted([counts]), (bins,), x._dtype)


def histogram(
    input: TensorLike,
    bins: int | TensorLike = 100,
    *,
    range: Sequence[float] | None = None,
    weight: TensorLike | None = None,
    density: bool = False,
) -> return_types.histogram:
    """(hist, bin_edges): the number of entries in each bin, or the sum of their weights, and the ends of the bins.

    ``bins`` is how many there are, of the same width over the ``range``, by default from the smallest to the largest
    entry; or a Tensor of the ends themselves. With ``density`` the sums are divided by their total and the width.

    >>> from backprop import Tensor
    >>> hist, bin_edges = histogram(Tensor([1.0, 2.0, 2.5, 5.0]), 2)
    >>> hist, bin_edges
    (tensor([3., 1.]), tensor([1., 3., 5.]))
    """
    x = as_tensor(input, "histogram")
    check_floating("histogram", x)
    entries = flatten(x._matrix.rows)
    if isinstance(bins, int):
        low, high = range or (0, 0)
        edges = _edges("histogram", entries, bins, low, high, 0.5)
    else:
        edges = flatten(as_tensor(bins, "histogram")._matrix.rows)
    weights = [1.0] * len(entries) if weight is None else flatten(as_tensor(weight, "histogram")._matrix.rows)
    if len(weights) != len(entries):
        raise RuntimeError(
            f"histogram: weight has an entry for each of the {len(entries)} of input, got {len(weights)}"
        )
    sums = _sums(entries, edges, weights)
    if density:
        total = sum(sums) or nan
        sums = [one / total / (high - low) for one, low, high in zip(sums, edges, edges[1:])]
    hist, bin_edges = (constant(trusted([row]), (len(row),), x._dtype) for row in (sums, edges))
    return return_types.histogram(hist, bin_edges)


def _edges(name: str, entries: list[Any], bins: int, low: float, high: float, margin: float) -> list[float]:
    check_positive_int(name, bins=bins)
    if low == high == 0:
        low, high = (min(entries), max(entries)) if entries else (0, 1)
    if low == high:
        low, high = low - margin, high + margin
    if not (isfinite(low) and isfinite(high) and low < high):
        raise RuntimeError(f"{name}: the range is finite, its lower end first, got {low!r} to {high!r}")
    step = (high - low) / bins
    # From both ends, as linspace does: so each is met exactly.
    return [float(low + step * k if k < (bins + 1) / 2 else high - step * (bins - k)) for k in builtins.range(bins + 1)]


def _sums(entries: list[Any], edges: list[float], weights: list[Any]) -> list[float]:
    """The sum of the weights of the entries in each interval; the last has its upper end too."""
    sums = [0.0] * (len(edges) - 1)
    for x, weight in zip(entries, weights):
        if edges[0] <= x <= edges[-1]:
            sums[min(bisect_right(edges, x), len(sums)) - 1] += weight
    return sums
