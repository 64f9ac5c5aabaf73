"""Random Tensors, drawn as PyTorch's CPU kernels draw them; ``generator=`` draws from a stream of its own."""

from __future__ import annotations

import random
from reprlib import repr as short
from typing import Any

from backprop import sampling
from backprop.autograd.tensor import Tensor, TensorLike, as_tensor
from backprop.dtypes import DType, float64, get_default_dtype, int64
from backprop.matrix import flatten
from backprop.tensors.factory import factory, floating, made, number, shape_of
from backprop.tensors.moves import broadcast_tensors
from backprop.tensors.shapes import as_shape
from backprop.validation import ArgumentError, as_int, check_bool


@factory
def rand(*sizes: Any, size: Any = None, generator: random.Random | None = None, dtype: DType | None = None) -> Tensor:
    """Evenly spread from 0 to below 1.

    >>> from backprop import manual_seed
    >>> _ = manual_seed(0); rand(3)
    tensor([0.4963, 0.7682, 0.0885])
    """
    shape, kind = shape_of("rand", sizes, size), floating("rand", dtype or get_default_dtype())
    return made(sampling.uniform(shape.numel(), rng=generator, double=kind is float64), shape, kind)


@factory
def randn(*sizes: Any, size: Any = None, generator: random.Random | None = None, dtype: DType | None = None) -> Tensor:
    """Of the normal distribution N(0, 1).

    >>> from backprop import manual_seed
    >>> _ = manual_seed(0); randn(3)
    tensor([ 1.5410, -0.2934, -2.1788])
    """
    shape, kind = shape_of("randn", sizes, size), floating("randn", dtype or get_default_dtype())
    return made(sampling.normal(shape.numel(), rng=generator, double=kind is float64), shape, kind)


@factory
def randint(
    *arguments: Any,
    low: Any = 0,
    high: Any = None,
    size: Any = None,
    generator: random.Random | None = None,
    dtype: DType | None = None,
) -> Tensor:
    """Ints from ``low``, or 0, to below ``high``: ``randint(high, size)`` or ``randint(low, high, size)``.

    >>> from backprop import manual_seed
    >>> _ = manual_seed(0); randint(10, (5,))
    tensor([4, 9, 3, 0, 3])
    """
    given = list(arguments)
    size = given.pop() if size is None and given else size
    high = given.pop() if high is None and given else high
    low = given.pop() if given else low
    if given or high is None or not isinstance(size, (tuple, list)):
        raise TypeError(f"randint: write randint(high, (2, 3)) or randint(low, high, (2, 3)), got {short(arguments)}")
    shape = as_shape("randint", (size,))
    drawn = sampling.randint(
        shape.numel(), as_int("randint", "low", low), as_int("randint", "high", high), rng=generator
    )
    return made(drawn, shape, dtype or int64)


@factory
def randperm(n: int, *, generator: random.Random | None = None, dtype: DType | None = None) -> Tensor:
    """The ints from 0 to n − 1 in random order.

    >>> from backprop import manual_seed
    >>> _ = manual_seed(0); randperm(5)
    tensor([4, 0, 1, 3, 2])
    """
    order = sampling.randperm(as_int("randperm", "n", n), rng=generator)
    return made(order, (len(order),), dtype or int64)


@factory
def rand_like(input: TensorLike, *, generator: random.Random | None = None, dtype: DType | None = None) -> Tensor:
    """``rand`` in the shape and the dtype of another Tensor."""
    x = as_tensor(input, "rand_like")
    return rand(x._shape, generator=generator, dtype=dtype or x.dtype)


@factory
def randn_like(input: TensorLike, *, generator: random.Random | None = None, dtype: DType | None = None) -> Tensor:
    """``randn`` in the shape and the dtype of another Tensor."""
    x = as_tensor(input, "randn_like")
    return randn(x._shape, generator=generator, dtype=dtype or x.dtype)


@factory
def randint_like(
    input: TensorLike,
    *bounds: int,
    low: Any = 0,
    high: Any = None,
    generator: random.Random | None = None,
    dtype: DType | None = None,
) -> Tensor:
    """``randint`` in the shape and the dtype of another Tensor."""
    x = as_tensor(input, "randint_like")
    return randint(*bounds, low=low, high=high, size=x._shape, generator=generator, dtype=dtype or x.dtype)


@factory
def normal(
    mean: Any, std: Any = 1.0, size: Any = None, *, generator: random.Random | None = None, dtype: DType | None = None
) -> Tensor:
    """mean + std·z for z ~ N(0, 1): for each entry of Tensors, or for numbers and a ``size``.

    Raises RuntimeError for a std below 0 in a Tensor, ValueError for a number.

    >>> from backprop import manual_seed
    >>> _ = manual_seed(0); normal(1.0, 2.0, (2,)), normal(Tensor([1.0, 10.0]), 0.5)
    (tensor([4.0820, 0.4131]), tensor([-0.0894, 10.2842]))
    """
    if size is not None:
        shape, kind = as_shape("normal", (size,)), floating("normal", dtype or get_default_dtype())
        mean, std = number("normal", "mean", mean), number("normal", "std", std)
        return made(sampling.normal(shape.numel(), mean, std, rng=generator, double=kind is float64), shape, kind)
    if not isinstance(mean, Tensor) and not isinstance(std, Tensor):
        raise TypeError("normal: for numbers as mean and std it needs the size, normal(0.0, 1.0, (2, 3))")
    center, spread = as_tensor(mean, "normal").detach(), as_tensor(std, "normal").detach()
    if any(x < 0 for row in spread._matrix.rows for x in row):
        raise RuntimeError(f"normal: std is from 0 up, got {short(std)}")
    kind = (center + spread).dtype
    z = randn((center + spread)._shape, generator=generator, dtype=floating("normal", kind))
    return center + spread * z


def bernoulli(input: TensorLike, p: float | None = None, *, generator: random.Random | None = None) -> Tensor:
    """1 with the probability that each entry is, or ``p`` for all, else 0."""
    x = as_tensor(input, "bernoulli")
    if p is None:
        kind = floating("bernoulli", x.dtype)
        drawn = sampling.bernoulli_each(flatten(x._matrix.rows), rng=generator, double=kind is float64)
    else:
        drawn = sampling.bernoulli(x._shape.numel(), p, rng=generator)
    return made(drawn, x._shape, x.dtype)


def multinomial(
    input: TensorLike, num_samples: int, replacement: bool = False, *, generator: random.Random | None = None
) -> Tensor:
    """Indices, drawn with the weights of each row, (num_samples) of a vector and (rows, num_samples) of a matrix.

    Raises ValueError for another number of axes, weights below 0 or all 0, and more samples than weights where each is
    drawn once.

    >>> from backprop import manual_seed
    >>> _ = manual_seed(0); multinomial(Tensor([[0.1, 0.2, 0.7], [0.5, 0.3, 0.2]]), 2)
    tensor([[2, 1],
            [1, 0]])
    """
    x = as_tensor(input, "multinomial")
    if len(x._shape) not in (1, 2):
        raise ArgumentError(f"multinomial: input has 1 axis or 2, got the shape {list(x._shape)}")
    double = floating("multinomial", x.dtype) is float64
    check_bool("multinomial", replacement=replacement)
    drawn: list[int] = []
    for row in x._matrix.rows if x._shape[0] else []:
        drawn += sampling.multinomial(row, num_samples, replacement, rng=generator, double=double)
    return made(drawn, (*x._shape[:-1], num_samples), int64)


def poisson(input: TensorLike, generator: random.Random | None = None) -> Tensor:
    """A number of the Poisson distribution for each entry, its rate.

    >>> from backprop import manual_seed
    >>> _ = manual_seed(0); poisson(Tensor([1.0, 5.0, 20.0]))
    tensor([ 2.,  6., 19.])
    """
    x = as_tensor(input, "poisson")
    kind = floating("poisson", x.dtype)
    return made(sampling.poisson(flatten(x._matrix.rows), rng=generator), x._shape, kind)


def binomial(count: TensorLike, prob: TensorLike, generator: random.Random | None = None) -> Tensor:
    """How many of ``count`` tries succeed, each with the probability ``prob``.

    >>> from backprop import manual_seed
    >>> _ = manual_seed(0); binomial(Tensor([10.0, 100.0]), Tensor([0.3, 0.8]))
    tensor([ 6., 82.])
    """
    n, p = broadcast_tensors(as_tensor(count, "binomial"), as_tensor(prob, "binomial"))
    kind = floating("binomial", p.dtype)
    drawn = sampling.binomial(flatten(n._matrix.rows), flatten(p._matrix.rows), rng=generator)
    return made(drawn, p._shape, kind)
