"""Random Tensors, drawn as PyTorch's CPU kernels draw them; ``generator=`` draws from a stream of its own."""

from __future__ import annotations

import random
from math import prod
from typing import Any

from backprop import sampling
from backprop.autograd.dtypes import DType, bool as bool_, float64, get_default_dtype, int64
from backprop.autograd.shapes import as_int, as_shape
from backprop.autograd.tensor import Tensor, TensorLike, as_tensor
from backprop.matrix import flatten
from backprop.tensors.factory import factory, made
from backprop.tensors.in_place import assign


@factory
def rand(*size: Any, generator: random.Random | None = None, dtype: DType | None = None) -> Tensor:
    """Evenly spread from 0 to below 1.

    >>> from backprop import manual_seed
    >>> _ = manual_seed(0); rand(3)
    tensor([0.4963, 0.7682, 0.0885])
    """
    shape, kind = as_shape("rand", size), dtype or get_default_dtype()
    return made(sampling.uniform(prod(shape), rng=generator, double=kind is float64), shape, kind)


@factory
def randn(*size: Any, generator: random.Random | None = None, dtype: DType | None = None) -> Tensor:
    """Of the normal distribution N(0, 1).

    >>> from backprop import manual_seed
    >>> _ = manual_seed(0); randn(3)
    tensor([ 1.5410, -0.2934, -2.1788])
    """
    shape, kind = as_shape("randn", size), dtype or get_default_dtype()
    return made(sampling.normal(prod(shape), rng=generator, double=kind is float64), shape, kind)


@factory
def randint(*arguments: Any, generator: random.Random | None = None, dtype: DType | None = None) -> Tensor:
    """Ints from ``low``, or 0, to below ``high``: ``randint(high, size)`` or ``randint(low, high, size)``.

    >>> from backprop import manual_seed
    >>> _ = manual_seed(0); randint(10, (5,))
    tensor([4, 9, 3, 0, 3])
    """
    if len(arguments) not in (2, 3):
        raise TypeError(f"randint: takes high and size, or low, high and size, got {len(arguments)} arguments")
    *bounds, size = arguments
    low, high = (as_int("randint", "a bound", x) for x in (bounds if len(bounds) == 2 else (0, *bounds)))
    shape = as_shape("randint", (size,) if isinstance(size, (tuple, list)) else tuple([size]))
    return made(sampling.randint(prod(shape), low, high, rng=generator), shape, dtype or int64)


@factory
def randperm(n: int, *, generator: random.Random | None = None, dtype: DType | None = None) -> Tensor:
    """The ints from 0 to n − 1 in random order.

    >>> from backprop import manual_seed
    >>> _ = manual_seed(0); randperm(5)
    tensor([4, 0, 1, 3, 2])
    """
    return made(sampling.randperm(as_int("randperm", "n", n), rng=generator), (n,), dtype or int64)


@factory
def rand_like(input: TensorLike, *, dtype: DType | None = None) -> Tensor:
    """``rand`` in the shape and the dtype of another Tensor."""
    x = as_tensor(input, "rand_like")
    return rand(x._shape, dtype=dtype or x.dtype)


@factory
def randn_like(input: TensorLike, *, dtype: DType | None = None) -> Tensor:
    """``randn`` in the shape and the dtype of another Tensor."""
    x = as_tensor(input, "randn_like")
    return randn(x._shape, dtype=dtype or x.dtype)


@factory
def randint_like(input: TensorLike, *bounds: int, dtype: DType | None = None) -> Tensor:
    """``randint`` in the shape and the dtype of another Tensor."""
    x = as_tensor(input, "randint_like")
    return randint(*bounds, tuple(x._shape), dtype=dtype or x.dtype)


@factory
def normal(
    mean: Any, std: Any = 1.0, size: Any = None, *, generator: random.Random | None = None, dtype: DType | None = None
) -> Tensor:
    """mean + std·z for z ~ N(0, 1): for each entry of Tensors, or for numbers and a ``size``."""
    if size is not None:
        shape, kind = as_shape("normal", (size,)), dtype or get_default_dtype()
        drawn = sampling.normal(prod(shape), mean, std, rng=generator, double=kind is float64)
        return made(drawn, shape, kind)
    center, spread = as_tensor(mean, "normal"), as_tensor(std, "normal")
    shape = (center + spread)._shape
    return (center + spread * randn(shape, generator=generator, dtype=(center if center._shape else spread).dtype)).detach()


def bernoulli(input: TensorLike, *, generator: random.Random | None = None) -> Tensor:
    """1 with the probability that each entry is, else 0."""
    x = as_tensor(input, "bernoulli")
    drawn = sampling.bernoulli_each(flatten(x._matrix.rows), rng=generator, double=x.dtype is float64)
    return made(map(float, drawn), x._shape, x.dtype)


def multinomial(
    input: TensorLike, num_samples: int, replacement: bool = False, *, generator: random.Random | None = None
) -> Tensor:
    """Indices, drawn with the weights of each row, (num_samples) of a vector and (rows, num_samples) of a matrix."""
    x = as_tensor(input, "multinomial")
    if len(x._shape) not in (1, 2):
        raise ValueError(f"multinomial: input has 1 axis or 2, got the shape {list(x._shape)}")
    drawn: list[int] = []
    for row in x._matrix.rows:
        drawn += sampling.multinomial(row, num_samples, replacement, rng=generator, double=x.dtype is float64)
    return made(drawn, (*x._shape[:-1], num_samples), int64)


# -------------------------------------------------------------------- in place


def uniform_(input: Tensor, a: float = 0.0, b: float = 1.0, *, generator: random.Random | None = None) -> Tensor:
    """Evenly spread from ``a`` to below ``b``, in place."""
    count = input._shape.numel()
    return _filled(input, sampling.uniform(count, a, b, rng=generator, double=input.dtype is float64), "uniform_")


def normal_(input: Tensor, mean: float = 0.0, std: float = 1.0, *, generator: random.Random | None = None) -> Tensor:
    """Of the normal distribution N(mean, std²), in place."""
    count = input._shape.numel()
    return _filled(input, sampling.normal(count, mean, std, rng=generator, double=input.dtype is float64), "normal_")


def bernoulli_(input: Tensor, p: Any = 0.5, *, generator: random.Random | None = None) -> Tensor:
    """1 with probability ``p``, a number or a Tensor, else 0, in place."""
    if isinstance(p, Tensor):
        drawn = sampling.bernoulli_each(flatten(p._matrix.rows), rng=generator, double=p.dtype is float64)
    else:
        drawn = sampling.bernoulli(input._shape.numel(), p, rng=generator)
    return _filled(input, drawn, "bernoulli_")


def exponential_(input: Tensor, lambd: float = 1.0, *, generator: random.Random | None = None) -> Tensor:
    """Of the exponential distribution with the rate ``lambd``, in place."""
    count = input._shape.numel()
    drawn = sampling.exponential(count, lambd, rng=generator, double=input.dtype is float64)
    return _filled(input, drawn, "exponential_")


def _filled(input: Tensor, entries: Any, name: str) -> Tensor:
    dtype = input.dtype
    return assign(input, made(map(int, entries) if dtype is bool_ else entries, input._shape, dtype), name)
