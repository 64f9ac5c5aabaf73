"""Matrix: a rectangular table of real numbers, and its arithmetic."""

from backprop.matrix.broadcasting import power_of
from backprop.matrix.entries import Entry, Number, as_rows, plain
from backprop.matrix.indexing import flatten, resolve_index, unflatten
from backprop.matrix.matrix import Index, Matrix, Shape, float_matmul, kept_scaled, native, same_shape, trusted
from backprop.matrix.text import few_lines, format_shape, html

__all__ = [
    "Entry",
    "Index",
    "Matrix",
    "Number",
    "Shape",
    "as_rows",
    "few_lines",
    "flatten",
    "float_matmul",
    "format_shape",
    "html",
    "kept_scaled",
    "native",
    "plain",
    "power_of",
    "resolve_index",
    "same_shape",
    "trusted",
    "unflatten",
]
