"""Datasets, loaders that batch them, and functions that split them."""

from typing import TYPE_CHECKING

from backprop.utils.data.dataloader import DataLoader
from backprop.utils.data.dataset import Dataset
from backprop.utils.data.split import k_folds, train_test_split
from backprop.validation import unknown_names

__all__ = ["DataLoader", "Dataset", "k_folds", "train_test_split"]

if not TYPE_CHECKING:  # a type checker would take every name
    __getattr__ = unknown_names(__name__, __all__)
