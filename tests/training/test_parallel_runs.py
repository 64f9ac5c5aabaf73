"""Trainings on an executor that are broken off, and the processes they run on."""

import math
import multiprocessing
import os
import platform
import random
import subprocess
import sys
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor
from pathlib import Path

import pytest

from backprop import Matrix, fit, manual_seed
from backprop.datasets import load_iris
from backprop.nn import CrossEntropyLoss, Dropout, Linear, Module, MSELoss, Parameter, Sequential
from backprop.optim import Adam
from backprop.random import generator
from backprop.training.parallel import DataParallel
from backprop.utils.data import DataLoader
from tests.training.on_executors import Here, bits_of, iris_run, trained
from tests.training.small_run import Breaks

ROOT = Path(__file__).resolve().parents[2]
# All models here are far too small for it.
pytestmark = pytest.mark.filterwarnings("ignore:fit. the executor does not pay")
# A method that this needs is missing in its pool for Python 3.9.
spawns = pytest.mark.skipif(platform.python_implementation() == "PyPy", reason="PyPy's pool does not spawn")


@pytest.mark.parametrize("own", [True, False])
@pytest.mark.parametrize("after", [2, 5, 7])
def test_a_resumed_run_ends_with_the_same_bits(threads, own, after, tmp_path):
    """With dropout from a generator of its own, or from the default one, from which the shuffling draws as well."""

    def run(seed, **settings):
        manual_seed(seed)
        rng = random.Random(seed) if own else None
        model = Sequential(Linear(4, 5, rng=rng), Dropout(0.3, rng=rng), Linear(5, 3, rng=rng))
        loader = DataLoader(load_iris(), 50, shuffle=True, generator=rng)
        settings = {"epochs": 3, "progress": False, "executor": threads, **settings}
        history = fit(model, CrossEntropyLoss(), Adam(model.parameters()), loader, **settings)
        return bits_of((model, history, rng or generator()))

    never_interrupted = run(0)
    run(0, callbacks=[Breaks(after)], checkpoint=tmp_path / "run", checkpoint_every=1)
    assert run(1, checkpoint=tmp_path / "run", resume=True) == never_interrupted


class Falls(Module):
    """Does what it was made for when an input is above 100, in the worker that meets it."""

    def __init__(self, how):
        super().__init__()
        self.weight, self.how = Parameter(1.0), how

    def forward(self, input):
        if input.max() > 100:
            self.how()
        return input * self.weight


def interrupt():
    raise KeyboardInterrupt


def die():
    os._exit(1)


def batches_with_a_fall(place):
    fine, fall = Matrix([[1.0], [2.0]]), Matrix([[1.0], [101.0]])
    return [(fall if n == place else fine, Matrix([[0.0], [1.0]])) for n in range(1, 8)]


def trained_until(place):
    model = Falls(print)
    trained(model, MSELoss(), batches_with_a_fall(0)[: place - 1], None)
    return model.state_dict()["weight"].matrix


def test_ctrl_c_in_a_worker_ends_the_training_as_everywhere(pool):
    """On a terminal it reaches all processes."""
    model = Falls(interrupt)
    history = trained(model, MSELoss(), batches_with_a_fall(4), pool)
    assert history.interrupted and model.weight.matrix.allclose(trained_until(4), rel_tol=1e-14)


def test_a_worker_that_dies_ends_the_training_after_the_last_whole_step():
    model = Falls(die)
    sentence = "fit: a worker has died; the model is as it was after the last whole step"
    with ProcessPoolExecutor(1) as pool, pytest.raises(BrokenExecutor, match=sentence):
        trained(model, MSELoss(), batches_with_a_fall(4), pool, shards=2)
    assert not model.training
    assert model.weight.matrix.allclose(trained_until(4), rel_tol=1e-14)


@pytest.mark.parametrize("place", [1, 6])
def test_a_loss_that_is_nan_or_infinite_is_named_with_its_batch(pool, place):
    good, bad = Matrix([[1.0], [2.0]]), Matrix([[1.0], [math.nan]])
    batches = [(bad if n == place else good, Matrix([[0.0], [1.0]])) for n in range(1, 8)]
    with pytest.raises(FloatingPointError, match=f"fit: the loss is nan in epoch 1, batch {place}"):
        trained(Linear(1, 1), MSELoss(), batches, pool, accumulate_steps=4)


def test_from_a_loss_that_is_nan_or_infinite_comes_no_gradient():
    """Nor from the shard in which it is one."""
    model, bad = Linear(1, 1), Matrix([[1.0], [math.nan]])
    _, loss = DataParallel(Here(), 2).add_gradients(model, MSELoss(), bad, Matrix([[0.0], [1.0]]), 1)
    assert math.isnan(loss) and model.weight.grad is None


# ---------------------------------------------------------------- processes


@spawns
def test_a_process_that_starts_from_nothing_serves_as_well():
    """spawn: the only way on Windows."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        assert bits_of(iris_run(pool, shards=2)) == bits_of(iris_run(Here(), shards=2))


def test_an_executor_is_left_as_it_was(processes):
    iris_run(processes, shards=2)
    before = {child.pid for child in multiprocessing.active_children()}
    iris_run(processes, shards=2)
    assert {child.pid for child in multiprocessing.active_children()} == before
    assert processes.submit(abs, -1).result() == 1


def test_no_process_is_left_when_the_program_ends():
    program = """
import multiprocessing, sys
from concurrent.futures import ProcessPoolExecutor
from backprop import *
from backprop.datasets import *
from backprop.nn import *
from backprop.optim import *
from backprop.utils.data import *
if __name__ == "__main__":
    with ProcessPoolExecutor(2) as pool:
        pids = {pool.submit(__import__("os").getpid).result()}
        model = Linear(4, 3)
        fit(model, CrossEntropyLoss(), SGD(model.parameters()), DataLoader(load_iris(), 75), epochs=1, executor=pool)
    print(multiprocessing.active_children())
"""
    result = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert result.stdout.splitlines()[-1] == "[]" and not result.stderr


@spawns
def test_a_class_that_a_worker_cannot_find():
    """Of a program that is no file a process that starts from nothing knows nothing."""
    program = """
import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from backprop import *
from backprop.datasets import *
from backprop.nn import *
from backprop.optim import *
from backprop.utils.data import *
class Net(Sequential):
    pass
model = Net(Linear(4, 3))
with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
    try:
        fit(model, CrossEntropyLoss(), SGD(model.parameters()), DataLoader(load_iris(), 75), epochs=1, executor=pool)
    except RuntimeError as error:
        print(error)
"""
    result = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert result.stdout.startswith("fit: a worker cannot make the model and the loss: ") and "'Net'" in result.stdout
    assert "must be in a module that it can import" in result.stdout
