"""As in PyTorch, ``utils.data`` has datasets and the loaders that batch them."""

from backprop.utils import data

__all__ = ["data"]
