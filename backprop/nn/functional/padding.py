"""Padding: numbers put before and after what is there along the last axes, or taken away."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import chain
from math import prod
from reprlib import repr as short
from typing import Any, Callable

from backprop.autograd import Size, Tensor, TensorLike, as_tensor
from backprop.autograd.operation import composed
from backprop.nn.functional.gathering import Sums, _gathered, sums_of
from backprop.nn.functional.windows import Sizes, crossed
from backprop.tensors.shaping import view
from backprop.validation import ArgumentError, check_choice, is_number

# For each mode: the index, along an axis of n numbers, of what is shown at i, which may be outside of it; −1 is the value.
_SOURCES: dict[str, Callable[[int, int], int]] = {
    "constant": lambda i, n: i if 0 <= i < n else -1,
    "reflect": lambda i, n: -i if i < 0 else i if i < n else 2 * (n - 1) - i,
    "replicate": lambda i, n: min(max(i, 0), n - 1),
    "circular": lambda i, n: i % n,
}
MODES = tuple(_SOURCES)


@composed
def pad(input: TensorLike, pad: Sequence[int], mode: str = "constant", value: float | None = None) -> Tensor:
    """y has ``pad[0]`` numbers before and ``pad[1]`` after those of x along the last axis, ``pad[2]`` and ``pad[3]`` along the
    one before it, and so on;  ∂L/∂x = Σ of the ∂L/∂y at all places that show it.

    ``mode`` says what the new numbers are: "constant" (``value``, 0 unless given), "reflect" (those inside mirrored at the
    first and the last), "replicate" (the nearest), "circular" (as if x repeated itself). A negative number takes entries
    away. All but "constant" are for the last 1 to 3 axes of (C, …) or (N, C, …).

    Raises ValueError for what does not fit.

    >>> pad(Tensor([1.0, 2.0, 3.0]), (1, 2))
    tensor([0., 1., 2., 3., 0., 0.])
    >>> pad(Tensor([[1.0, 2.0, 3.0]]), (2, 2), "reflect")
    tensor([[3., 2., 1., 2., 3., 2., 1.]])
    """
    x = as_tensor(input, "pad")
    check_choice("pad", "mode", mode, MODES)
    if value is not None and not is_number(value):
        raise ArgumentError(f"pad: value is a number, got {short(value)}")
    amounts, ndim = tuple(pad) if isinstance(pad, (tuple, list)) else (pad,), len(x.shape)
    axes = len(amounts) // 2
    if len(amounts) % 2 or axes > ndim or any(not isinstance(n, int) or isinstance(n, bool) for n in amounts):
        raise ArgumentError(
            f"pad: pad is two ints for each of the last axes, at most {ndim} of the shape {list(x.shape)}, got {short(pad)}"
        )
    if mode != "constant":
        if value is not None and value != 0:
            raise ArgumentError(f'pad: value is for mode "constant", got {value!r} with mode {mode!r}')
        if not 1 <= axes <= 3 or ndim not in (axes + 1, axes + 2):
            raise ArgumentError(
                f"pad: mode {mode!r} pads the last 1 to 3 axes of (C, …) or (N, C, …), "
                f"got {2 * axes} numbers for the shape {list(x.shape)}"
            )
    if not axes:
        return x
    image = tuple(x.shape[ndim - axes :])
    pairs = tuple([(amounts[2 * i], amounts[2 * i + 1]) for i in reversed(range(axes))])
    padded = [n + before + after for n, (before, after) in zip(image, pairs)]
    for n, size, pair in zip(image, padded, pairs):
        left = _kept(n, *pair)[1] if mode == "circular" else n
        if size < 0 or (mode != "constant" and min(size, left) < 1):
            raise ArgumentError(f"pad: {pair[0]} and {pair[1]} leave nothing of an axis of {n}")
        most = left - 1 if mode == "reflect" else left
        if mode in ("reflect", "circular") and max(pair) > most:
            raise ArgumentError(f"pad: mode {mode!r} adds at most {most} on a side of an axis of {n}, got {pair}")
    lead = x.shape[: ndim - axes]
    shape = Size((*lead, *padded))
    sums = _padding(image, pairs, mode)
    extra: Any = 0 if value is None else value
    return _gathered(view(x, lead.numel(), prod(image)), sums=sums, shape=shape, extra=extra)


@lru_cache(maxsize=64)
def _padding(image: Sizes, pairs: tuple[tuple[int, int], ...], mode: str) -> Sums:
    axes = [_sources(n, before, after, mode) for n, (before, after) in zip(image, pairs)]
    return sums_of(crossed(image, axes), prod(image))


def _sources(n: int, before: int, after: int, mode: str) -> list[list[int]]:
    """Along an axis: what is shown at each place."""
    first, left = _kept(n, before, after) if mode == "circular" else (0, n)
    shown = [_SOURCES[mode](i - first, left) for i in range(-before, n + after)]
    return [[i + first if i >= 0 else -1] for i in shown]


def _kept(n: int, before: int, after: int) -> tuple[int, int]:
    """Where what is not taken away begins, and how much it is."""
    return max(-before, 0), n - max(-before, 0) - max(-after, 0)


def pads_of(before: Sequence[int], after: Sequence[int]) -> list[int]:
    """The argument of ``pad`` for the numbers before and after each axis.

    >>> pads_of((1, 2), (3, 4))
    [2, 4, 1, 3]
    """
    return list(chain.from_iterable(reversed(list(zip(before, after)))))
