"""The data sets that come with the library; their sources stand in README.md beside the files."""

from __future__ import annotations

import csv
import gzip
import pkgutil

from backprop.data.dataset import Dataset
from backprop.matrix import Matrix


def load_digits() -> Dataset:
    """1,797 handwritten digits: 64 pixels from 0 to 16, an 8×8 image row by row, and the digit.

    Alpaydin and Kaynak, Optical Recognition of Handwritten Digits, UCI Machine Learning Repository (1998).

    >>> digits = load_digits()
    >>> digits.inputs.shape, digits.targets[:5], digits.inputs.max()
    ((1797, 64), [0, 1, 2, 3, 4], 16.0)
    """
    rows = _rows(gzip.decompress(_read("digits.csv.gz")))
    return _classified(rows, [str(digit) for digit in range(10)])


def load_iris() -> Dataset:
    """150 iris flowers: length and width of sepal and petal in cm, and the species.

    Fisher, "The use of multiple measurements in taxonomic problems" (1936).

    >>> iris = load_iris()
    >>> iris.inputs[0], iris.targets[0], iris.classes
    (Matrix([[5.1, 3.5, 1.4, 0.2]]), 0, ['setosa', 'versicolor', 'virginica'])
    """
    header, *rows = _rows(_read("iris.csv"))
    return _classified(rows, header[2:])


def _read(name: str) -> bytes:
    content = pkgutil.get_data(__package__, name)
    if content is None:
        raise FileNotFoundError(f"{name} is missing beside {__package__}")
    return content


def _rows(content: bytes) -> list[list[str]]:
    return list(csv.reader(content.decode("ascii").splitlines()))


def _classified(rows: list[list[str]], classes: list[str]) -> Dataset:
    return Dataset(Matrix([map(float, row[:-1]) for row in rows]), [int(row[-1]) for row in rows], classes)
