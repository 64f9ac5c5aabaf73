"""Weights that are computed anew before each call of a module: the older forms of weight and spectral normalization."""

from __future__ import annotations

import warnings
from typing import Any, TypeVar

from backprop.autograd import Tensor, no_grad
from backprop.nn.functional.normalization import normalize
from backprop.nn.hooks import FORWARD_PRE
from backprop.nn.module import Module
from backprop.nn.parameters import Parameter
from backprop.nn.utils.parametrizations import as_rows, norm_except_dim, output_axis
from backprop.validation import ArgumentError, check_number, check_positive_int

M = TypeVar("M", bound=Module)


def weight_norm(module: M, name: str = "weight", dim: int | None = 0) -> M:
    """W = g·V/‖V‖ before each call, with ``weight_g`` and ``weight_v`` learned; ``parametrizations.weight_norm`` is newer.

    >>> from backprop.nn import Linear
    >>> with warnings.catch_warnings():
    ...     warnings.simplefilter("ignore")
    ...     layer = weight_norm(Linear(2, 3))
    >>> [(name, parameter.shape) for name, parameter in layer.named_parameters()][1:]
    [('weight_g', torch.Size([3, 1])), ('weight_v', torch.Size([3, 2]))]
    """
    text = "`torch.nn.utils.weight_norm` is deprecated in favor of `torch.nn.utils.parametrizations.weight_norm`."
    warnings.warn(text, FutureWarning, stacklevel=2)
    own = _WeightNorm(name, dim)
    weight = own.taken_from(module)
    module.register_parameter(f"{name}_g", Parameter(norm_except_dim(weight, dim).detach()))
    module.register_parameter(f"{name}_v", Parameter(weight.detach()))
    own(module)
    return module


def remove_weight_norm(module: M, name: str = "weight") -> M:
    """Have a plain parameter again, with the value that it has now."""
    _find(module, name, _WeightNorm).give_back(module, ("_g", "_v"))
    return module


def spectral_norm(
    module: M, name: str = "weight", n_power_iterations: int = 1, eps: float = 1e-12, dim: int | None = None
) -> M:
    """W = V/σ before each call, with ``weight_orig`` learned; see ``parametrizations.spectral_norm``.

    >>> from backprop.nn import Linear
    >>> layer = spectral_norm(Linear(2, 3))
    >>> list(layer.state_dict())
    ['bias', 'weight_orig', 'weight_u', 'weight_v']
    """
    check_positive_int("spectral_norm", n_power_iterations=n_power_iterations)
    check_number("spectral_norm", "eps", eps, above=0)
    own = _SpectralNorm(name, n_power_iterations, output_axis(module, dim), eps)
    weight = own.taken_from(module)
    rows = as_rows(weight.detach(), own.dim)
    u, v = [normalize(rows.new_empty(size).normal_(), dim=0, eps=eps) for size in rows.shape]
    module.register_parameter(f"{name}_orig", weight)
    setattr(module, name, weight.detach())
    module.register_buffer(f"{name}_u", u)
    module.register_buffer(f"{name}_v", v)
    return module


def remove_spectral_norm(module: M, name: str = "weight") -> M:
    """Have a plain parameter again, with the value that it has now."""
    _find(module, name, _SpectralNorm).give_back(module, ("_orig", "_u", "_v"))
    return module


class _Computed:
    """A hook before the forward pass that computes an attribute of the module."""

    def __init__(self, name: str) -> None:
        self.name = name

    def taken_from(self, module: Module) -> Parameter:
        """The parameter in whose place the attribute stands from now on."""
        if any(isinstance(hook.function, type(self)) and hook.function.name == self.name for hook in module._hooks):
            raise ArgumentError(f"{module._get_name()}: {self.name} has such a norm already")
        weight = module.get_parameter(self.name)
        delattr(module, self.name)
        module.register_forward_pre_hook(self)
        return weight

    def give_back(self, module: Module, endings: tuple[str, ...]) -> None:
        with no_grad():
            value = self.value(module, False)
        for ending in endings:
            delattr(module, self.name + ending)
        delattr(module, self.name)
        module.register_parameter(self.name, Parameter(value.detach()))
        hooks: Any = module._hooks
        hooks[:] = [hook for hook in hooks if hook.function is not self]

    def value(self, module: Module, learning: bool) -> Tensor:
        raise NotImplementedError(f"{type(self).__name__} says what it computes")

    def __call__(self, module: Module, inputs: Any = ()) -> None:
        setattr(module, self.name, self.value(module, module.training))


class _WeightNorm(_Computed):
    def __init__(self, name: str, dim: int | None) -> None:
        super().__init__(name)
        self.dim = dim

    def value(self, module: Module, learning: bool) -> Tensor:
        g, v = (getattr(module, f"{self.name}_{ending}") for ending in "gv")
        return v * (g / norm_except_dim(v, self.dim))  # type: ignore[no-any-return]


class _SpectralNorm(_Computed):
    def __init__(self, name: str, n_power_iterations: int, dim: int, eps: float) -> None:
        super().__init__(name)
        self.n_power_iterations, self.dim, self.eps = n_power_iterations, dim, eps

    def value(self, module: Module, learning: bool) -> Tensor:
        weight, u, v = (getattr(module, f"{self.name}_{ending}") for ending in ("orig", "u", "v"))
        rows = as_rows(weight, self.dim)
        if learning:
            for _ in range(self.n_power_iterations):  # the other way round than in the parametrization, as in PyTorch
                with no_grad():
                    v = normalize(rows.T @ u, dim=0, eps=self.eps)
                    u = normalize(rows @ v, dim=0, eps=self.eps)
            setattr(module, f"{self.name}_u", u)
            setattr(module, f"{self.name}_v", v)
        return weight / (u @ (rows @ v))  # type: ignore[no-any-return]


def _find(module: Module, name: str, kind: Any) -> Any:
    for hook in module._hooks:
        if hook.kind == FORWARD_PRE and isinstance(hook.function, kind) and hook.function.name == name:
            return hook.function
    raise ArgumentError(f"{module._get_name()}: {name} has no such norm")
