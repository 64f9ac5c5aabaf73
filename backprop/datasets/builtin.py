"""The built-in datasets; README.md beside the files names their sources."""

from __future__ import annotations

import io

from backprop.datasets.tables import read_table
from backprop.files import beside
from backprop.utils.data.labeled import LabeledDataset


def load_digits() -> LabeledDataset:
    """1,797 handwritten digits: 64 pixels from 0 to 16, an 8×8 image row by row, and the digit.

    Alpaydin and Kaynak, Optical Recognition of Handwritten Digits, UCI Machine Learning Repository (1998).

    >>> digits = load_digits()
    >>> digits.inputs.shape, digits.targets[:5], digits.inputs[0].max()
    (torch.Size([1797, 64]), tensor([0, 1, 2, 3, 4]), tensor(15.))
    """
    dark = dict.fromkeys((0, 32, 39), "number")  # pixels that are 0 everywhere
    return read_table(io.BytesIO(_read("digits.csv.gz")), -1, kinds=dark)


def load_iris() -> LabeledDataset:
    """150 iris flowers: length and width of sepal and petal in cm, and the species.

    Fisher, "The use of multiple measurements in taxonomic problems" (1936).

    >>> iris = load_iris()
    >>> iris[0], iris.classes
    ((tensor([5.1000, 3.5000, 1.4000, 0.2000]), tensor(0)), ['setosa', 'versicolor', 'virginica'])
    """
    return read_table(io.BytesIO(_read("iris.csv")), "species")


def load_breast_cancer() -> LabeledDataset:
    """569 breast masses: thirty measurements of the cells' nuclei, and whether the mass was malignant or benign.

    Ten properties of a nucleus, each as the mean over the nuclei of an image, its standard error and its worst value,
    the mean of the three largest. Street, Wolberg and Mangasarian, "Nuclear feature extraction for breast tumor
    diagnosis" (1993).

    >>> masses = load_breast_cancer()
    >>> masses.inputs.shape, masses.classes, masses.features[0], masses.inputs[0, 0], masses.targets[0]
    (torch.Size([569, 30]), ['malignant', 'benign'], 'mean radius', tensor(17.9900), tensor(0))
    """
    return read_table(io.BytesIO(_read("breast_cancer.csv")), "diagnosis", classes=["malignant", "benign"])


def _read(name: str) -> bytes:
    file = beside(__name__, name)
    if not file.is_file():
        raise FileNotFoundError(f"{name}, a data file of backprop, is not in backprop.datasets; install backprop again")
    content: bytes = file.read_bytes()
    return content
