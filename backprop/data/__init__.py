"""Data: the sets that come with the library, splits, batches."""

from backprop.data.dataset import Dataset
from backprop.data.included import load_digits, load_iris
from backprop.data.loader import DataLoader
from backprop.data.split import train_test_split

__all__ = ["DataLoader", "Dataset", "load_digits", "load_iris", "train_test_split"]
