"""Matrix: a rectangular table of real numbers, and its arithmetic."""

from backprop.matrix.entries import Number
from backprop.matrix.matrix import Matrix, Shape, trusted
from backprop.matrix.places import chosen_places

__all__ = ["Matrix", "Number", "Shape", "chosen_places", "trusted"]
