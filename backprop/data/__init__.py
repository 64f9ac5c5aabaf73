"""Data: the sets that come with the library, readers of files, made-up sets; scaling, coding, splits, batches."""

from backprop.data.coding import one_hot
from backprop.data.dataset import Dataset
from backprop.data.generators import blobs, circles, moons, spirals, xor
from backprop.data.idx import read_idx, read_idx_dataset
from backprop.data.images import Image, read_image
from backprop.data.included import load_breast_cancer, load_digits, load_iris
from backprop.data.loader import DataLoader
from backprop.data.scaling import Standardize
from backprop.data.split import k_folds, train_test_split
from backprop.data.streams import CSVStream, StreamLoader
from backprop.data.tables import read_csv, read_inputs

__all__ = [
    "CSVStream",
    "DataLoader",
    "Dataset",
    "Image",
    "Standardize",
    "StreamLoader",
    "blobs",
    "circles",
    "k_folds",
    "load_breast_cancer",
    "load_digits",
    "load_iris",
    "moons",
    "one_hot",
    "read_csv",
    "read_idx",
    "read_idx_dataset",
    "read_image",
    "read_inputs",
    "spirals",
    "train_test_split",
    "xor",
]
