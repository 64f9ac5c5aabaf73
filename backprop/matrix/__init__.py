"""Matrix: a rectangular table of real numbers, and its arithmetic."""

from backprop.matrix.entries import Entry, Number, plain
from backprop.matrix.indexing import flatten, resolve_index, unflatten
from backprop.matrix.matrix import Index, Matrix, Shape, float_matmul, kept_scaled, trusted
from backprop.matrix.text import format_shape

__all__ = [
    "Entry",
    "Index",
    "Matrix",
    "Number",
    "Shape",
    "flatten",
    "float_matmul",
    "format_shape",
    "kept_scaled",
    "plain",
    "resolve_index",
    "trusted",
    "unflatten",
]
