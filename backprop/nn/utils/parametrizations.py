"""Two parametrizations of weights: weight normalization, which learns length and direction apart, and spectral
normalization, which keeps a layer from making any difference larger."""

from __future__ import annotations

from typing import Any, TypeVar

from backprop.autograd import Tensor, no_grad
from backprop.linalg.norms import vector_norm
from backprop.nn.convolution import _ConvTransposeNd
from backprop.nn.functional.normalization import normalize
from backprop.nn.module import Module
from backprop.nn.utils.parametrize import register_parametrization
from backprop.tensors.shaping import flatten, movedim
from backprop.validation import check_number, check_positive_int

M = TypeVar("M", bound=Module)


def weight_norm(module: M, name: str = "weight", dim: int | None = 0) -> M:
    """W = g·V/‖V‖, with a norm for each entry of the axis ``dim``, None for a single one: g and V are learned.

    g is ``module.parametrizations.weight.original0``, V ``original1``. Salimans and Kingma, "Weight Normalization: A Simple
    Reparameterization to Accelerate Training of Deep Neural Networks" (2016).

    >>> from backprop.nn import Linear
    >>> layer = weight_norm(Linear(2, 3))
    >>> layer.parametrizations.weight.original0.shape
    torch.Size([3, 1])
    """
    register_parametrization(module, name, _WeightNorm(dim), unsafe=True)

    def rename(own: Module, state: dict[str, Any], prefix: str, *_: Any) -> None:
        """The names that ``nn.utils.weight_norm`` gives."""
        for i, ending in enumerate("gv"):
            if f"{prefix}{name}_{ending}" in state:
                state[f"{prefix}parametrizations.{name}.original{i}"] = state.pop(f"{prefix}{name}_{ending}")

    module.register_load_state_dict_pre_hook(rename)
    return module


def spectral_norm(
    module: M, name: str = "weight", n_power_iterations: int = 1, eps: float = 1e-12, dim: int | None = None
) -> M:
    """W = V/σ for σ the largest singular value of V as a matrix whose rows are the entries of the axis ``dim``: 0, and 1
    for a transposed convolution.

    σ is estimated by ``n_power_iterations`` steps of the power method at each use while training. Miyato et al., "Spectral
    Normalization for Generative Adversarial Networks" (2018).

    >>> from backprop.nn import Linear
    >>> layer = spectral_norm(Linear(4, 3), n_power_iterations=50)
    >>> round(layer.weight.norm(2).item(), 3) >= 1.0
    True
    """
    weight = getattr(module, name)
    parametrization = _SpectralNorm(weight, n_power_iterations, output_axis(module, dim), eps)
    register_parametrization(module, name, parametrization)
    return module


class _WeightNorm(Module):
    def __init__(self, dim: int | None) -> None:
        super().__init__()
        self.dim = dim

    def forward(self, g: Tensor, v: Tensor) -> Tensor:
        return v * (g / norm_except_dim(v, self.dim))

    def right_inverse(self, weight: Tensor) -> tuple[Tensor, Tensor]:
        return norm_except_dim(weight, self.dim), weight


class _SpectralNorm(Module):
    _u: Tensor
    _v: Tensor

    def __init__(self, weight: Tensor, n_power_iterations: int, dim: int, eps: float) -> None:
        super().__init__()
        check_positive_int("spectral_norm", n_power_iterations=n_power_iterations)
        check_number("spectral_norm", "eps", eps, above=0)
        self.n_power_iterations, self.dim, self.eps = n_power_iterations, dim, eps
        if len(weight.shape) > 1:
            rows = as_rows(weight.detach(), dim)
            start = [normalize(rows.new_empty(size).normal_(), dim=0, eps=eps) for size in rows.shape]
            u, v = power_method(rows, start[1], 15, eps)
            self.register_buffer("_u", u)
            self.register_buffer("_v", v)

    def forward(self, weight: Tensor) -> Tensor:
        if len(weight.shape) == 1:
            return normalize(weight, dim=0, eps=self.eps)
        rows = as_rows(weight, self.dim)
        if self.training:
            self._u, self._v = power_method(rows.detach(), self._v, self.n_power_iterations, self.eps)
        return weight / (self._u @ (rows @ self._v))

    def right_inverse(self, value: Tensor) -> Tensor:
        return value


def norm_except_dim(v: Tensor, dim: int | None) -> Tensor:
    """The norms of the entries of one axis, with which ``v`` may be divided; None: a single one of all.

    >>> norm_except_dim(Tensor([[3.0, 4.0], [0.0, 2.0]]), 0)
    tensor([[5.],
            [2.]])
    """
    if dim is None or dim == -1:
        return vector_norm(v)
    others = [axis for axis in range(len(v.shape)) if axis != dim % len(v.shape)]
    return vector_norm(v, dim=others, keepdim=True) if others else v.abs()


def output_axis(module: Module, dim: int | None) -> int:
    """The axis of the outputs in the weight of a layer, where ``dim`` does not say it."""
    return dim if dim is not None else 1 if isinstance(module, _ConvTransposeNd) else 0


def as_rows(weight: Tensor, dim: int) -> Tensor:
    """A matrix with a row for each entry of the axis ``dim``."""
    return flatten(movedim(weight, dim, 0), 1)


def power_method(rows: Tensor, v: Tensor, steps: int, eps: float) -> tuple[Tensor, Tensor]:
    """u and v after so many steps u ← W·v, v ← Wᵀ·u, each scaled to length 1: uᵀ·W·v is nearly the largest singular value.

    >>> u, v = power_method(Tensor([[3.0, 0.0], [0.0, 1.0]]), Tensor([0.6, 0.8]), 20, 1e-12)
    >>> [round(x, 6) for x in u.tolist()]
    [1.0, 0.0]
    """
    with no_grad():
        for _ in range(steps):
            u = normalize(rows @ v, dim=0, eps=eps)
            v = normalize(rows.T @ u, dim=0, eps=eps)
        return u, v
