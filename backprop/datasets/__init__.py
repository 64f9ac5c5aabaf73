"""Built-in datasets, generated ones, and readers of tables, images, IDX files and streams."""

from typing import TYPE_CHECKING

from backprop.datasets.builtin import load_breast_cancer, load_digits, load_iris
from backprop.datasets.generators import blobs, circles, moons, spirals, xor
from backprop.datasets.idx import read_idx, read_idx_dataset
from backprop.datasets.images import Image, read_image
from backprop.datasets.streams import CSVStream, StreamLoader
from backprop.datasets.tables import read_csv, read_inputs
from backprop.validation import unknown_names

__all__ = [
    "CSVStream",
    "Image",
    "StreamLoader",
    "blobs",
    "circles",
    "load_breast_cancer",
    "load_digits",
    "load_iris",
    "moons",
    "read_csv",
    "read_idx",
    "read_idx_dataset",
    "read_image",
    "read_inputs",
    "spirals",
    "xor",
]

if not TYPE_CHECKING:  # a type checker would take every name
    __getattr__ = unknown_names(__name__, __all__)
