"""Parallel: wrappers that spread a batch over graphics cards, of which there are none."""

from __future__ import annotations

from typing import Any

from backprop.nn.containers import check_modules
from backprop.nn.module import Module


class DataParallel(Module):
    """The module, under the name ``module``: with no graphics card each batch is computed whole, as in PyTorch.

    >>> from backprop import nn
    >>> list(DataParallel(nn.Linear(2, 1)).state_dict())
    ['module.weight', 'module.bias']
    """

    module: Module

    def __init__(self, module: Module, device_ids: Any = None, output_device: Any = None, dim: int = 0) -> None:
        check_modules(self._get_name(), module=module)
        super().__init__()
        self.module = module

    def forward(self, *inputs: Any, **kwargs: Any) -> Any:
        return self.module(*inputs, **kwargs)


class DistributedDataParallel(Module):
    """For several processes, which there are none of: RuntimeError."""

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        raise RuntimeError("DistributedDataParallel: there is one process, and no group of them; use the module itself")


def data_parallel(
    module: Module,
    inputs: Any,
    device_ids: Any = None,
    output_device: Any = None,
    dim: int = 0,
    module_kwargs: dict[str, Any] | None = None,
) -> Any:
    """``module(*inputs, **module_kwargs)``; inputs other than a tuple are one input."""
    return module(*(inputs if isinstance(inputs, tuple) else (inputs,)), **(module_kwargs or {}))
