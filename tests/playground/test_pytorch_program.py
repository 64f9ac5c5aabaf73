"""The program in PyTorch's words: it prints the losses that the playground shows."""

import io
from contextlib import redirect_stdout

import pytest

from backprop.playground.engine import Engine
from backprop.playground.experiment import OPTIMIZERS, read_experiment
from backprop.playground.learner import Learner
from backprop.playground.pytorch_program import pytorch_program
from backprop.programs import as_torch

TABLE = "a,b,c,kind\n1,2,3,x\n4,5,7,y\n4,4,4,z\n2,3,4,x\n1,1,1,x\n7,7,1,z\n"


def printed_by(program):
    as_torch()
    with redirect_stdout(io.StringIO()) as printed:
        exec(compile(program, "program", "exec"), {})
    return printed.getvalue().splitlines()


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"data": "pinwheel", "optimizer": "SGD", "settings": {"momentum": 0.9}, "test": 0, "activation": "ReLU"},
        {
            "task": "regression",
            "data": "hills",
            "features": ["x1", "x1*x2", "sin x2"],
            "regularization": "L2",
            "rate": 0.01,
        },
        {"data": "xor", "layers": [], "optimizer": "AdamW", "regularization": "L1", "rate": 0.001, "noise": 0},
        {"data": "csv", "features": ["x2", "x1^2"], "layers": [3], "batch": 3},
    ]
    + [{"data": "circles", "optimizer": name, "layers": [3], "seed": 5} for name in OPTIMIZERS],
)
def test_it_prints_the_same_losses(asked):
    experiment = read_experiment({"points": 60, **asked}, TABLE)
    learner, expected = Learner(experiment), []
    for epoch in range(4):
        while learner.epoch < epoch:
            learner.step()
        test = f" test loss {learner.test.loss:.4f}" if learner.test and epoch else ""
        expected.append(f"epoch {epoch}: loss {learner.train.loss:.4f}{test}")
    assert printed_by(pytorch_program(experiment, epochs=3)) == expected


def test_pytorch_prints_these_losses():
    """Made by PyTorch 2.13 on the CPU with the program of the default experiment."""
    learner = Learner(read_experiment({}))
    found = []
    for epoch in (1, 10, 20):
        while learner.epoch < epoch:
            learner.step()
        found.append((f"{learner.train.loss:.4f}", f"{learner.test.loss:.4f}"))
    assert found == PYTORCHS


PYTORCHS = [("0.5033", "0.5247"), ("0.1664", "0.2308"), ("0.0234", "0.0392")]


def test_a_page_gets_the_text():
    answers = []
    Engine(answers.append).handle('{"do": "program", "experiment": {"data": "xor"}}')
    texts = [answer["text"] for answer in answers if answer["tell"] == "program"]
    assert texts == [pytorch_program(read_experiment({"data": "xor"}))]
