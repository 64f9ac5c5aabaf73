"""The normal distribution of vectors."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from backprop.autograd import Tensor
from backprop.distributions import constraints
from backprop.distributions.distribution import Distribution, validated
from backprop.distributions.utils import lazy_property
from backprop.linalg import cholesky, solve_triangular
from backprop.linalg.definite import cholesky_inverse
from backprop.tensors import broadcast_shapes, diagonal, eye, flip, log, matmul, randn
from backprop.tensors import sum as total


class MultivariateNormal(Distribution):
    """p(x) = e^(−½(x−μ)ᵀ·Σ⁻¹·(x−μ))/√((2π)ⁿ·det Σ), with the mean μ = ``loc``, (…, n), and the covariances Σ, (…, n, n).

    Σ is given as ``covariance_matrix``, as its inverse ``precision_matrix``, or as ``scale_tril``, the lower triangular L
    with Σ = L·Lᵀ, which costs least.

    Raises ValueError unless exactly one of them is given.

    >>> normal = MultivariateNormal(Tensor([0.0, 0.0]), Tensor([[4.0, 2.0], [2.0, 2.0]]))
    >>> normal.scale_tril, normal.log_prob(Tensor([0.0, 0.0]))
    (tensor([[2., 0.],
            [1., 1.]]), tensor(-2.5310))
    """

    arg_constraints = {
        "loc": constraints.real_vector,
        "covariance_matrix": constraints.positive_definite,
        "precision_matrix": constraints.positive_definite,
        "scale_tril": constraints.lower_cholesky,
    }
    support = constraints.real_vector
    has_rsample = True

    def __init__(
        self,
        loc: Tensor,
        covariance_matrix: Tensor | None = None,
        precision_matrix: Tensor | None = None,
        scale_tril: Tensor | None = None,
        validate_args: bool | None = None,
    ) -> None:
        matrices = {
            "covariance_matrix": covariance_matrix,
            "precision_matrix": precision_matrix,
            "scale_tril": scale_tril,
        }
        given = {name: matrix for name, matrix in matrices.items() if matrix is not None}
        if len(given) != 1:
            came = " and ".join(given) or "none"
            raise ValueError(f"MultivariateNormal: exactly one of {', '.join(matrices)} is given, got {came}")
        ((name, matrix),) = given.items()
        if loc.dim() < 1 or matrix.dim() < 2:
            raise ValueError(
                f"MultivariateNormal: loc has at least one axis and {name} two,"
                f" got the shapes {list(loc.shape)} and {list(matrix.shape)}"
            )
        batch_shape = broadcast_shapes(matrix.shape[:-2], loc.shape[:-1])
        self.loc = loc.expand(batch_shape + loc.shape[-1:])
        setattr(self, name, matrix.expand(batch_shape + matrix.shape[-2:]))
        super().__init__(batch_shape, loc.shape[-1:], validate_args)
        # One factor for all of the batch where they have one matrix.
        if covariance_matrix is not None:
            self._factor = cholesky(covariance_matrix)
        else:
            self._factor = matrix if precision_matrix is None else _factor_of_inverse(matrix)

    def expand(self, batch_shape: Sequence[int], _instance: Any = None) -> MultivariateNormal:
        new = super().expand(batch_shape, _instance)
        new._factor = self._factor
        return new

    @lazy_property
    def scale_tril(self) -> Tensor:
        """L, lower triangular, with Σ = L·Lᵀ."""
        return self._for_all(self._factor)

    @lazy_property
    def covariance_matrix(self) -> Tensor:
        """Σ."""
        return self._for_all(matmul(self._factor, self._factor.mT))

    @lazy_property
    def precision_matrix(self) -> Tensor:
        """Σ⁻¹."""
        return self._for_all(cholesky_inverse(self._factor))

    @property
    def mean(self) -> Tensor:
        return self.loc

    mode = mean

    @property
    def variance(self) -> Tensor:
        """The diagonal of Σ."""
        return total(self._factor**2, -1).expand(self._batch_shape + self._event_shape)

    def rsample(self, sample_shape: Sequence[int] = ()) -> Tensor:
        """μ + L·z for z of N(0, 1) each."""
        z = randn(self._extended_shape(sample_shape), dtype=self.loc.dtype)
        return self.loc + matmul(self._factor, z.unsqueeze(-1)).squeeze(-1)

    @validated
    def log_prob(self, value: Tensor) -> Tensor:
        distance = mahalanobis(self._factor, value - self.loc)
        return -0.5 * (self._event_shape[0] * math.log(2 * math.pi) + distance) - half_log_det(self._factor)

    def entropy(self) -> Tensor:
        own = 0.5 * self._event_shape[0] * (1 + math.log(2 * math.pi)) + half_log_det(self._factor)
        return own.expand(self._batch_shape)

    def _for_all(self, matrix: Tensor) -> Tensor:
        return matrix.expand(self._batch_shape + matrix.shape[-2:])


def half_log_det(factor: Tensor) -> Tensor:
    """½·ln det L·Lᵀ = Σ ln Lᵢᵢ."""
    return total(log(diagonal(factor, dim1=-2, dim2=-1)), -1)


def mahalanobis(factor: Tensor, difference: Tensor) -> Tensor:
    """dᵀ·(L·Lᵀ)⁻¹·d = |L⁻¹·d|² for each vector d; with a single L all are columns of one system."""
    if factor.dim() == 2:
        columns = difference.reshape(-1, difference.shape[-1]).mT
        lengths = total(solve_triangular(factor, columns, upper=False) ** 2, 0)
        return lengths.reshape(difference.shape[:-1])
    return total(solve_triangular(factor, difference.unsqueeze(-1), upper=False) ** 2, (-2, -1))


def _factor_of_inverse(precision: Tensor) -> Tensor:
    """L with L·Lᵀ = P⁻¹: for P = U·Uᵀ with an upper triangular U, which is Cholesky's factor from the other end, L = U⁻ᵀ."""
    upper = flip(cholesky(flip(precision, -2, -1)), -2, -1)
    return solve_triangular(upper.mT, eye(precision.shape[-1], dtype=precision.dtype), upper=False)
