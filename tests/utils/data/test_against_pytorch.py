"""What PyTorch draws, samples, splits and collates, and the state in which its generator is left."""

from collections import OrderedDict, namedtuple

import pytest

import backprop
from backprop.utils import data
from tests.figures import cases

Point = namedtuple("Point", "x y")


class Stream(data.IterableDataset):
    def __init__(self, count):
        self.count = count

    def __iter__(self):
        return iter(range(self.count))

    def __len__(self):
        return self.count


class Drawn(data.Dataset):
    def __len__(self):
        return 5

    def __getitem__(self, index):
        return index, backprop.rand(1)


def generator(seed):
    return backprop.Generator().manual_seed(seed)


X, Y = backprop.arange(20).view(10, 2), backprop.arange(10)
NAMES = {
    **{name: getattr(data, name) for name in data.__all__},
    "torch": backprop,
    "x": X,
    "y": Y,
    "pairs": data.TensorDataset(X, Y),
    "Stream": Stream,
    "Drawn": Drawn,
    "Point": Point,
    "OrderedDict": OrderedDict,
    "generator": generator,
}


def plain(value):
    if isinstance(value, backprop.Tensor):
        return {"dtype": str(value.dtype), "numbers": value.tolist()}
    if isinstance(value, dict):
        return {name: plain(part) for name, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [type(value).__name__, *map(plain, value)]
    return value


@pytest.mark.parametrize("case", cases("data"), ids=lambda case: case["expression"])
def test_it_is_pytorchs(case):
    backprop.manual_seed(0)
    assert plain(eval(case["expression"], dict(NAMES))) == case["value"]
    assert backprop.rand(1, dtype=backprop.float64).item() == case["next"]
