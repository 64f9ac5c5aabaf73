"""Programs: those written for PyTorch, run as they are."""

from backprop.programs.modules import as_torch

__all__ = ["as_torch"]
