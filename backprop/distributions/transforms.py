"""Transforms: invertible functions of random numbers, with the logarithm of |dy/dx| by which densities change."""

from __future__ import annotations

import math
from collections.abc import Sequence
from copy import copy
from functools import reduce
from typing import Any

from backprop.autograd import Size, Tensor
from backprop.distributions import constraints
from backprop.distributions.constraints import Constraint
from backprop.distributions.distribution import Distribution
from backprop.distributions.utils import Value, broadcast_all, sum_rightmost
from backprop.dtypes import finfo
from backprop.linalg import cholesky
from backprop.nn.functional import logsigmoid, pad, softplus
from backprop.tensors import abs as size
from backprop.tensors import (
    atanh,
    broadcast_shapes,
    clamp,
    cumprod,
    cumsum,
    diag_embed,
    diagonal,
    exp,
    expm1,
    log,
    log1p,
    matmul,
    ones,
    sigmoid,
    softmax,
    tanh,
    tensor,
    tril,
    zeros,
    zeros_like,
)
from backprop.tensors import sum as total

__all__ = [
    "AbsTransform",
    "AffineTransform",
    "ComposeTransform",
    "CumulativeDistributionTransform",
    "ExpTransform",
    "IndependentTransform",
    "LowerCholeskyTransform",
    "PositiveDefiniteTransform",
    "PowerTransform",
    "ReshapeTransform",
    "SigmoidTransform",
    "SoftmaxTransform",
    "SoftplusTransform",
    "StickBreakingTransform",
    "TanhTransform",
    "Transform",
    "identity_transform",
]


class Transform:
    """A function y = f(x), called as ``transform(x)``, whose inverse is ``transform.inv``.

    A subclass defines ``_call``, ``_inverse`` and ``log_abs_det_jacobian``, and says in ``domain`` and ``codomain`` what x and
    y are, in ``bijective`` whether each y has one x, and in ``sign`` whether f rises, 1, or falls, −1. With ``cache_size=1``
    the inverse of the last y is the x that it came from, exactly.

    >>> ExpTransform()(Tensor(0.0)), ExpTransform().inv(Tensor(1.0)), ExpTransform().log_abs_det_jacobian(Tensor(2.0), None)
    (tensor(1.), tensor(0.), tensor(2.))
    """

    bijective = False
    domain: Constraint
    codomain: Constraint

    def __init__(self, cache_size: int = 0) -> None:
        if cache_size not in (0, 1):
            raise ValueError(f"{type(self).__name__}: cache_size is 0 or 1, got {cache_size!r}")
        self._cache_size = cache_size
        self._last: tuple[Any, Any] = (None, None)
        super().__init__()  # a transform may be a module too

    @property
    def event_dim(self) -> int:
        """The number of the last axes that are transformed together."""
        return max(self.domain.event_dim, self.codomain.event_dim)

    @property
    def inv(self) -> Transform:
        """The inverse."""
        return _InverseTransform(self)

    @property
    def sign(self) -> Any:
        """1 if y rises with x, −1 if it falls."""
        raise NotImplementedError(f"{type(self).__name__} has no sign")

    def with_cache(self, cache_size: int = 1) -> Any:
        """The same transform with a cache, or without one."""
        new = copy(self)
        new._cache_size, new._last = cache_size, (None, None)
        return new

    def __eq__(self, other: object) -> bool:
        if type(self) is not type(other):
            return False
        settings = {name: value for name, value in vars(self).items() if not name.startswith("_")}
        return all(_same(value, getattr(other, name)) for name, value in settings.items())

    def __hash__(self) -> int:
        return hash(type(self))

    def __call__(self, x: Tensor) -> Tensor:
        """y = f(x)."""
        if x is self._last[0]:
            return self._last[1]  # type: ignore[no-any-return]
        return self._kept(x, self._call(x))[1]

    def _inv_call(self, y: Tensor) -> Tensor:
        if y is self._last[1]:
            return self._last[0]  # type: ignore[no-any-return]
        return self._kept(self._inverse(y), y)[0]

    def _kept(self, x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
        if self._cache_size:
            self._last = x, y
        return x, y

    def _call(self, x: Tensor) -> Tensor:
        raise NotImplementedError(f"{type(self).__name__} has no _call")

    def _inverse(self, y: Tensor) -> Tensor:
        raise NotImplementedError(f"{type(self).__name__} has no _inverse")

    def log_abs_det_jacobian(self, x: Tensor, y: Tensor) -> Tensor:
        """ln |dy/dx|, of an event the determinant of all derivatives."""
        raise NotImplementedError(f"{type(self).__name__} has no log_abs_det_jacobian")

    def forward_shape(self, shape: Sequence[int]) -> Size:
        """The shape of y for an x of this shape."""
        return Size(shape)

    def inverse_shape(self, shape: Sequence[int]) -> Size:
        """The shape of x for a y of this shape."""
        return Size(shape)

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"


def _same(a: Any, b: Any) -> bool:
    return bool((a == b).all()) if isinstance(a, Tensor) or isinstance(b, Tensor) else bool(a == b)


class _InverseTransform(Transform):
    """The inverse of a transform."""

    def __init__(self, transform: Transform) -> None:
        super().__init__()
        self.transform = transform
        self.domain, self.codomain = transform.codomain, transform.domain
        self.bijective = transform.bijective

    @property
    def inv(self) -> Transform:
        return self.transform

    @property
    def sign(self) -> Any:
        return self.transform.sign

    def with_cache(self, cache_size: int = 1) -> Any:
        return self.transform.with_cache(cache_size).inv

    def __call__(self, x: Tensor) -> Tensor:
        return self.transform._inv_call(x)

    def _inv_call(self, y: Tensor) -> Tensor:
        return self.transform(y)

    def log_abs_det_jacobian(self, x: Tensor, y: Tensor) -> Tensor:
        return -self.transform.log_abs_det_jacobian(y, x)

    def forward_shape(self, shape: Sequence[int]) -> Size:
        return self.transform.inverse_shape(shape)

    def inverse_shape(self, shape: Sequence[int]) -> Size:
        return self.transform.forward_shape(shape)

    def __repr__(self) -> str:
        return f"_InverseTransform({self.transform!r})"


class ComposeTransform(Transform):
    """y = fₙ(… f₂(f₁(x))), for the ``parts`` f₁ to fₙ.

    >>> ComposeTransform([AffineTransform(1.0, 2.0), ExpTransform()]).inv(Tensor(1.0))
    tensor(-0.5000)
    """

    def __init__(self, parts: Sequence[Transform], cache_size: int = 0) -> None:
        super().__init__(cache_size)
        self.parts = [part.with_cache(cache_size) for part in parts] if cache_size else list(parts)

    @constraints.dependent_property
    def domain(self) -> Constraint:
        """That of the first part, with the further axes that a later part transforms together."""
        if not self.parts:
            return constraints.real
        event_dim = self.parts[-1].codomain.event_dim
        for part in reversed(self.parts):
            event_dim = max(event_dim + part.domain.event_dim - part.codomain.event_dim, part.domain.event_dim)
        return _widened(self.parts[0].domain, event_dim)

    @constraints.dependent_property
    def codomain(self) -> Constraint:
        """That of the last part, with the further axes that an earlier part transforms together."""
        if not self.parts:
            return constraints.real
        event_dim = self.parts[0].domain.event_dim
        for part in self.parts:
            event_dim = max(event_dim + part.codomain.event_dim - part.domain.event_dim, part.codomain.event_dim)
        return _widened(self.parts[-1].codomain, event_dim)

    @property
    def bijective(self) -> bool:  # type: ignore[override]
        return all(part.bijective for part in self.parts)

    @property
    def sign(self) -> Any:
        return reduce(lambda sign, part: sign * part.sign, self.parts, 1)

    @property
    def inv(self) -> Transform:
        return ComposeTransform([part.inv for part in reversed(self.parts)])

    def with_cache(self, cache_size: int = 1) -> Any:
        return ComposeTransform(self.parts, cache_size)

    def _call(self, x: Tensor) -> Tensor:
        return reduce(lambda y, part: part(y), self.parts, x)

    def log_abs_det_jacobian(self, x: Tensor, y: Tensor) -> Tensor:
        if not self.parts:
            return zeros_like(x)
        event_dim, terms = self.domain.event_dim, []
        for part in self.parts:
            result = y if part is self.parts[-1] else part(x)
            terms.append(sum_rightmost(part.log_abs_det_jacobian(x, result), event_dim - part.domain.event_dim))
            event_dim += part.codomain.event_dim - part.domain.event_dim
            x = result
        return reduce(lambda a, b: a + b, terms)

    def forward_shape(self, shape: Sequence[int]) -> Size:
        return reduce(lambda shape, part: part.forward_shape(shape), self.parts, Size(shape))

    def inverse_shape(self, shape: Sequence[int]) -> Size:
        return reduce(lambda shape, part: part.inverse_shape(shape), reversed(self.parts), Size(shape))

    def __repr__(self) -> str:
        return "ComposeTransform(\n    " + ",\n    ".join(map(repr, self.parts)) + "\n)"


def _widened(constraint: Constraint, event_dim: int) -> Constraint:
    further = event_dim - constraint.event_dim
    return constraints.independent(constraint, further) if further else constraint


identity_transform = ComposeTransform([])


class IndependentTransform(Transform):
    """Another transform, of which ``reinterpreted_batch_ndims`` further axes are one event: ln |dy/dx| is summed over them."""

    def __init__(self, base_transform: Transform, reinterpreted_batch_ndims: int, cache_size: int = 0) -> None:
        super().__init__(cache_size)
        self.base_transform: Transform = base_transform.with_cache(cache_size)
        self.reinterpreted_batch_ndims = reinterpreted_batch_ndims
        self.domain = constraints.independent(base_transform.domain, reinterpreted_batch_ndims)
        self.codomain = constraints.independent(base_transform.codomain, reinterpreted_batch_ndims)
        self.bijective = base_transform.bijective

    @property
    def sign(self) -> Any:
        return self.base_transform.sign

    def _call(self, x: Tensor) -> Tensor:
        return self.base_transform(x)

    def _inverse(self, y: Tensor) -> Tensor:
        return self.base_transform.inv(y)

    def log_abs_det_jacobian(self, x: Tensor, y: Tensor) -> Tensor:
        return sum_rightmost(self.base_transform.log_abs_det_jacobian(x, y), self.reinterpreted_batch_ndims)

    def forward_shape(self, shape: Sequence[int]) -> Size:
        return self.base_transform.forward_shape(shape)

    def inverse_shape(self, shape: Sequence[int]) -> Size:
        return self.base_transform.inverse_shape(shape)

    def __repr__(self) -> str:
        return f"IndependentTransform({self.base_transform!r}, {self.reinterpreted_batch_ndims})"


class ReshapeTransform(Transform):
    """The last axes, ``in_shape``, as others, ``out_shape``, with the same number of entries."""

    bijective = True

    def __init__(self, in_shape: Sequence[int], out_shape: Sequence[int], cache_size: int = 0) -> None:
        super().__init__(cache_size)
        self.in_shape, self.out_shape = Size(in_shape), Size(out_shape)
        if self.in_shape.numel() != self.out_shape.numel():
            raise ValueError(
                "ReshapeTransform: in_shape and out_shape have the same number of entries, got"
                f" {list(in_shape)} and {list(out_shape)}"
            )
        self.domain = constraints.independent(constraints.real, len(self.in_shape))
        self.codomain = constraints.independent(constraints.real, len(self.out_shape))

    def _call(self, x: Tensor) -> Tensor:
        return x.reshape(self.forward_shape(x.shape))

    def _inverse(self, y: Tensor) -> Tensor:
        return y.reshape(self.inverse_shape(y.shape))

    def log_abs_det_jacobian(self, x: Tensor, y: Tensor) -> Tensor:
        return zeros(x.shape[: x.dim() - len(self.in_shape)], dtype=x.dtype)

    def forward_shape(self, shape: Sequence[int]) -> Size:
        return self._changed(shape, self.in_shape, self.out_shape)

    def inverse_shape(self, shape: Sequence[int]) -> Size:
        return self._changed(shape, self.out_shape, self.in_shape)

    def _changed(self, shape: Sequence[int], own: Size, other: Size) -> Size:
        cut = len(shape) - len(own)
        if cut < 0 or Size(shape[cut:]) != own:
            raise ValueError(f"ReshapeTransform: a shape ends in {list(own)}, got {list(shape)}")
        return Size(shape[:cut]) + other


class ExpTransform(Transform):
    """y = eˣ."""

    domain, codomain = constraints.real, constraints.positive
    bijective = True
    sign = 1

    def _call(self, x: Tensor) -> Tensor:
        return exp(x)

    def _inverse(self, y: Tensor) -> Tensor:
        return log(y)

    def log_abs_det_jacobian(self, x: Tensor, y: Tensor) -> Tensor:
        return x


class PowerTransform(Transform):
    """y = xᵖ for x > 0, with p = ``exponent``."""

    domain, codomain = constraints.positive, constraints.positive
    bijective = True

    def __init__(self, exponent: Value, cache_size: int = 0) -> None:
        super().__init__(cache_size)
        (self.exponent,) = broadcast_all(exponent)

    @property
    def sign(self) -> Any:
        return self.exponent.sign()

    def _call(self, x: Tensor) -> Tensor:
        return x**self.exponent

    def _inverse(self, y: Tensor) -> Tensor:
        return y ** (1 / self.exponent)

    def log_abs_det_jacobian(self, x: Tensor, y: Tensor) -> Tensor:
        return log(size(self.exponent * y / x))

    def forward_shape(self, shape: Sequence[int]) -> Size:
        return broadcast_shapes(shape, self.exponent.shape)

    inverse_shape = forward_shape


class SigmoidTransform(Transform):
    """y = 1/(1 + e⁻ˣ), kept from the smallest number of the dtype to 1 − eps."""

    domain, codomain = constraints.real, constraints.unit_interval
    bijective = True
    sign = 1

    def _call(self, x: Tensor) -> Tensor:
        return _within(sigmoid(x))

    def _inverse(self, y: Tensor) -> Tensor:
        y = _within(y)
        return log(y) - log1p(-y)

    def log_abs_det_jacobian(self, x: Tensor, y: Tensor) -> Tensor:
        return logsigmoid(x) + logsigmoid(-x)


def _within(probabilities: Tensor) -> Tensor:
    limits = finfo(probabilities.dtype)
    return clamp(probabilities, limits.tiny, 1 - limits.eps)


class SoftplusTransform(Transform):
    """y = ln(1 + eˣ)."""

    domain, codomain = constraints.real, constraints.positive
    bijective = True
    sign = 1

    def _call(self, x: Tensor) -> Tensor:
        return softplus(x)

    def _inverse(self, y: Tensor) -> Tensor:
        return log(-expm1(-y)) + y

    def log_abs_det_jacobian(self, x: Tensor, y: Tensor) -> Tensor:
        return logsigmoid(x)


class TanhTransform(Transform):
    """y = tanh x. Where |y| is near 1 its inverse loses all digits, so take ``cache_size=1``."""

    domain, codomain = constraints.real, constraints.interval(-1.0, 1.0)
    bijective = True
    sign = 1

    def _call(self, x: Tensor) -> Tensor:
        return tanh(x)

    def _inverse(self, y: Tensor) -> Tensor:
        return atanh(y)

    def log_abs_det_jacobian(self, x: Tensor, y: Tensor) -> Tensor:
        """ln(1 − tanh² x) = 2·(ln 2 − x + ln σ(2x)), which keeps its digits where tanh x is near ±1."""
        return 2 * (math.log(2) - x + logsigmoid(2 * x))


class AbsTransform(Transform):
    """y = |x|, whose inverse is the x ≥ 0."""

    domain, codomain = constraints.real, constraints.positive

    def _call(self, x: Tensor) -> Tensor:
        return size(x)

    def _inverse(self, y: Tensor) -> Tensor:
        return y


class AffineTransform(Transform):
    """y = ``loc`` + ``scale``·x, of events with ``event_dim`` axes."""

    bijective = True

    def __init__(self, loc: Value, scale: Value, event_dim: int = 0, cache_size: int = 0) -> None:
        super().__init__(cache_size)
        self.loc, self.scale = loc, scale
        self.domain = self.codomain = (
            constraints.independent(constraints.real, event_dim) if event_dim else constraints.real
        )

    @property
    def sign(self) -> Any:
        return self.scale.sign() if isinstance(self.scale, Tensor) else (self.scale > 0) - (self.scale < 0)

    def _call(self, x: Tensor) -> Tensor:
        return self.loc + self.scale * x

    def _inverse(self, y: Tensor) -> Tensor:
        return (y - self.loc) / self.scale

    def log_abs_det_jacobian(self, x: Tensor, y: Tensor) -> Tensor:
        scale = self.scale if isinstance(self.scale, Tensor) else tensor(self.scale, dtype=x.dtype)
        return sum_rightmost(log(size(scale)).expand(x.shape), self.event_dim)

    def forward_shape(self, shape: Sequence[int]) -> Size:
        return broadcast_shapes(shape, *[x.shape for x in (self.loc, self.scale) if isinstance(x, Tensor)])

    inverse_shape = forward_shape


class SoftmaxTransform(Transform):
    """y = softmax x along the last axis, whose inverse is ln y; x and x + c have the same y."""

    domain, codomain = constraints.real_vector, constraints.simplex

    def _call(self, x: Tensor) -> Tensor:
        return softmax(x, -1)

    def _inverse(self, y: Tensor) -> Tensor:
        return log(y)


class StickBreakingTransform(Transform):
    """n numbers as n + 1 probabilities: yₖ is the part σ(xₖ − ln (n + 1 − k)) of what y₁ to yₖ₋₁ leave, k from 1 to n.

    >>> StickBreakingTransform()(Tensor([0.0, 0.0]))
    tensor([0.3333, 0.3333, 0.3333])
    """

    domain, codomain = constraints.real_vector, constraints.simplex
    bijective = True

    def _call(self, x: Tensor) -> Tensor:
        parts = _within(sigmoid(x - self._offsets(x)))
        return pad(parts, (0, 1), value=1.0) * pad(cumprod(1 - parts, -1), (1, 0), value=1.0)

    def _inverse(self, y: Tensor) -> Tensor:
        first = y[..., :-1]
        rest = clamp(1 - cumsum(first, -1), finfo(y.dtype).tiny)
        return log(first) - log(rest) + self._offsets(first)

    def log_abs_det_jacobian(self, x: Tensor, y: Tensor) -> Tensor:
        return total(logsigmoid(-(x - self._offsets(x))) + log(y[..., :-1]), -1)

    @staticmethod
    def _offsets(x: Tensor) -> Tensor:
        n = x.shape[-1]
        return log(n + 1 - cumsum(ones(n, dtype=x.dtype), -1))

    def forward_shape(self, shape: Sequence[int]) -> Size:
        return Size((*shape[:-1], shape[-1] + 1))

    def inverse_shape(self, shape: Sequence[int]) -> Size:
        return Size((*shape[:-1], shape[-1] - 1))


class LowerCholeskyTransform(Transform):
    """Matrices as lower triangular ones with a diagonal above 0: its exponential, and what is below."""

    domain, codomain = constraints.independent(constraints.real, 2), constraints.lower_cholesky

    def _call(self, x: Tensor) -> Tensor:
        return tril(x, -1) + diag_embed(exp(diagonal(x, dim1=-2, dim2=-1)))

    def _inverse(self, y: Tensor) -> Tensor:
        return tril(y, -1) + diag_embed(log(diagonal(y, dim1=-2, dim2=-1)))


class PositiveDefiniteTransform(Transform):
    """Matrices as positive definite ones, L·Lᵀ for the L of ``LowerCholeskyTransform``."""

    domain, codomain = constraints.independent(constraints.real, 2), constraints.positive_definite

    def _call(self, x: Tensor) -> Tensor:
        lower = LowerCholeskyTransform()(x)
        return matmul(lower, lower.mT)

    def _inverse(self, y: Tensor) -> Tensor:
        return LowerCholeskyTransform().inv(cholesky(y))


class CumulativeDistributionTransform(Transform):
    """y = F(x), F the ``cdf`` of a distribution."""

    bijective = True
    codomain = constraints.unit_interval
    sign = 1

    def __init__(self, distribution: Distribution, cache_size: int = 0) -> None:
        super().__init__(cache_size)
        self.distribution = distribution
        self.domain = distribution.support

    def _call(self, x: Tensor) -> Tensor:
        return self.distribution.cdf(x)

    def _inverse(self, y: Tensor) -> Tensor:
        return self.distribution.icdf(y)

    def log_abs_det_jacobian(self, x: Tensor, y: Tensor) -> Tensor:
        return self.distribution.log_prob(x)
