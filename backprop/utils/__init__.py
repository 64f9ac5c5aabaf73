"""Tools around training, under PyTorch's names: ``utils.data`` has datasets and the loaders that batch them."""

from backprop.utils import data

__all__ = ["data"]
