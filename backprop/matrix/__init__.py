"""Matrix: a rectangular table of real numbers, and its arithmetic."""

from backprop.matrix.broadcasting import power_of
from backprop.matrix.csv_files import CSVLines
from backprop.matrix.entries import Number, checked, plain
from backprop.matrix.flattening import flattened, in_rows
from backprop.matrix.matrix import Index, Matrix, Shape, fits, native, trusted
from backprop.matrix.places import chosen_places
from backprop.matrix.text import by, few_lines, html

__all__ = [
    "CSVLines",
    "Index",
    "Matrix",
    "Number",
    "Shape",
    "by",
    "checked",
    "chosen_places",
    "few_lines",
    "fits",
    "flattened",
    "html",
    "in_rows",
    "native",
    "plain",
    "power_of",
    "trusted",
]
