"""The built-in datasets: their sizes and labels are those that their sources name."""

import pytest

from backprop.datasets import builtin, load_breast_cancer, load_digits, load_iris
from backprop.utils.data import LabeledDataset
from tests.tables import contents


def test_digits():
    digits = load_digits()
    assert digits.inputs.shape == (1797, 64)
    assert set(digits.inputs.flatten().tolist()) == {float(ink) for ink in range(17)}
    # How often each digit occurs in the test part of the UCI set.
    assert digits.targets.bincount().tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    assert digits.classes == list("0123456789")
    assert digits.inputs.sum() == 561718  # of scikit-learn's load_digits().matrix, 1.9.0


def test_iris():
    iris = load_iris()
    assert iris.inputs.shape == (150, 4)
    assert iris.targets.bincount().tolist() == [50, 50, 50]
    assert iris.classes == ["setosa", "versicolor", "virginica"]
    # The means in centimetres that Fisher's table has: 5.843, 3.057 (3.054 with two misprints), 3.758, 1.199.
    assert [round(x, 3) for x in iris.inputs.mean(0).tolist()] == [5.843, 3.057, 3.758, 1.199]
    assert iris.features == ["sepal length (cm)", "sepal width (cm)", "petal length (cm)", "petal width (cm)"]


def test_breast_cancer():
    masses = load_breast_cancer()
    assert masses.inputs.shape == (569, 30) and masses.classes == ["malignant", "benign"]
    assert masses.targets.bincount().tolist() == [212, 357]
    # The ranges in the table of scikit-learn's description of the set.
    ranges = {
        "mean radius": (6.981, 28.11),
        "mean concave points": (0.0, 0.201),
        "mean fractal dimension": (0.05, 0.097),
        "radius error": (0.112, 2.873),
        "area error": (6.802, 542.2),
        "worst radius": (7.93, 36.04),
        "worst area": (185.2, 4254.0),
        "worst fractal dimension": (0.055, 0.208),
    }
    for name, (least, most) in ranges.items():
        column = masses.inputs[:, masses.features.index(name)].tolist()
        assert abs(min(column) - least) < 0.0006 and abs(max(column) - most) < 0.0006


@pytest.mark.parametrize("load", [load_breast_cancer, load_digits, load_iris])
def test_each_call_gives_the_same(load):
    one, other = load(), load()
    assert isinstance(one, LabeledDataset) and contents(one) == contents(other)


@pytest.mark.parametrize("load", [load_breast_cancer, load_digits, load_iris])
def test_what_is_changed_does_not_change_the_next_one(load):
    one, expected = load(), contents(load())
    for changed in (one.classes, one.features):
        changed.append("more")
        changed[0] = "other"
    one.inputs[0], one.targets[0] = -1.0, 7
    assert contents(load()) == expected


@pytest.mark.parametrize("load", [load_breast_cancer, load_digits, load_iris])
def test_a_data_file_that_is_missing_is_named(load, tmp_path, monkeypatch):
    monkeypatch.setattr(builtin, "beside", lambda module, name: tmp_path / name)
    with pytest.raises(
        FileNotFoundError, match=r"^(digits|iris|breast_cancer)\.csv.*, a data file of backprop, is not in "
    ):
        load()
