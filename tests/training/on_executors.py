"""Small trainings on an executor, and an executor without workers."""

import random
from concurrent.futures import Executor

from backprop import fit
from backprop.datasets import load_iris
from backprop.nn import CrossEntropyLoss, Dropout, Linear, ReLU, Sequential
from backprop.optim import SGD, Adam
from backprop.utils.data import DataLoader
from tests.training.small_run import bits
from tests.values import values


class Here(Executor):
    """Does each task itself, one after the other; it does not say how many workers it has."""

    def map(self, function, *arguments, **settings):
        return list(map(function, *arguments))


def trained(model, loss, batches, executor, optimizer=None, epochs=1, **settings):
    """The history of some epochs, of plain descent unless it is said."""
    optimizer = optimizer or SGD(model.parameters())
    return fit(model, loss, optimizer, batches, epochs=epochs, progress=False, executor=executor, **settings)


def iris_run(executor, dropout=0.0, seed=0, **settings):
    """Model, history and generator of a training in which batches and shards do not come out even: 150 = 4·37 + 2."""
    rng = random.Random(seed)
    model = Sequential(Linear(4, 6, rng=rng), ReLU(), Dropout(dropout, rng=rng), Linear(6, 3, rng=rng))
    batches = DataLoader(load_iris(), 37, shuffle=True, generator=rng)
    optimizer = Adam(model.parameters(), lr=0.02)
    settings = {"epochs": 3, "progress": False, "executor": executor, **settings}
    return model, fit(model, CrossEntropyLoss(), optimizer, batches, **settings), rng


def bits_of(run):
    model, history, rng = run
    return repr(values(model.state_dict())), bits(history), rng.getstate()
