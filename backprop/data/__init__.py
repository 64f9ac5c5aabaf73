"""Data: the sets that come with the library, readers of files, splits, batches."""

from backprop.data.dataset import Dataset
from backprop.data.idx import read_idx, read_idx_dataset
from backprop.data.included import load_breast_cancer, load_digits, load_iris
from backprop.data.loader import DataLoader
from backprop.data.split import train_test_split
from backprop.data.streams import CSVStream, StreamLoader
from backprop.data.tables import read_csv

__all__ = [
    "CSVStream",
    "DataLoader",
    "Dataset",
    "StreamLoader",
    "load_breast_cancer",
    "load_digits",
    "load_iris",
    "read_csv",
    "read_idx",
    "read_idx_dataset",
    "train_test_split",
]
