"""As PyTorch's: datasets, samplers, loaders that batch them, and functions that split them."""

from typing import TYPE_CHECKING

from backprop.lazy_names import lazy_names

if TYPE_CHECKING:
    from backprop.utils.data.collate import default_collate as default_collate
    from backprop.utils.data.collate import default_convert as default_convert
    from backprop.utils.data.dataloader import DataLoader as DataLoader
    from backprop.utils.data.dataloader import get_worker_info as get_worker_info
    from backprop.utils.data.dataset import ChainDataset as ChainDataset
    from backprop.utils.data.dataset import ConcatDataset as ConcatDataset
    from backprop.utils.data.dataset import Dataset as Dataset
    from backprop.utils.data.dataset import IterableDataset as IterableDataset
    from backprop.utils.data.dataset import StackDataset as StackDataset
    from backprop.utils.data.dataset import Subset as Subset
    from backprop.utils.data.dataset import TensorDataset as TensorDataset
    from backprop.utils.data.dataset import random_split as random_split
    from backprop.utils.data.labeled import LabeledDataset as LabeledDataset
    from backprop.utils.data.sampler import BatchSampler as BatchSampler
    from backprop.utils.data.sampler import RandomSampler as RandomSampler
    from backprop.utils.data.sampler import Sampler as Sampler
    from backprop.utils.data.sampler import SequentialSampler as SequentialSampler
    from backprop.utils.data.sampler import SubsetRandomSampler as SubsetRandomSampler
    from backprop.utils.data.sampler import WeightedRandomSampler as WeightedRandomSampler
    from backprop.utils.data.split import k_folds as k_folds
    from backprop.utils.data.split import train_test_split as train_test_split
else:
    __all__, __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "collate": "default_collate default_convert",
            "dataloader": "DataLoader get_worker_info",
            "dataset": "ChainDataset ConcatDataset Dataset IterableDataset StackDataset Subset TensorDataset random_split",
            "labeled": "LabeledDataset",
            "sampler": "BatchSampler RandomSampler Sampler SequentialSampler SubsetRandomSampler WeightedRandomSampler",
            "split": "k_folds train_test_split",
        },
    )
