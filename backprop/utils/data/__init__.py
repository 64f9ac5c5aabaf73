"""Datasets, loaders that batch them, and functions that split them."""

from typing import TYPE_CHECKING

from backprop.lazy_names import lazy_names

if TYPE_CHECKING:
    from backprop.utils.data.dataloader import DataLoader as DataLoader
    from backprop.utils.data.dataset import Dataset as Dataset
    from backprop.utils.data.split import k_folds as k_folds
    from backprop.utils.data.split import train_test_split as train_test_split
else:
    __all__, __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "dataloader": "DataLoader",
            "dataset": "Dataset",
            "split": "k_folds train_test_split",
        },
    )
