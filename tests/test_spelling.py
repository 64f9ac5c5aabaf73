"""A name that is not there is refused with the nearest one that is, in every module of public names."""

import inspect
import subprocess
import sys

import pytest

import backprop
from backprop import Matrix, linalg, metrics, nn, optim, pictures
from backprop.datasets import BufferedShuffleDataset, CSVStream
from backprop.nn import Parameter, functional
from backprop.optim import SGD, Adam
from backprop.optim.lr_scheduler import StepLR
from backprop.utils.data import DataLoader, LabeledDataset


@pytest.mark.parametrize(
    "module, wrong, right",
    [
        (nn, "Liner", "Linear"),
        (nn, "Relu", "ReLU"),
        (nn, "Cross_EntropyLoss", "CrossEntropyLoss"),
        (backprop, "Tensr", "Tensor"),
        (optim, "Adan", "Adam"),
        (functional, "softmx", "softmax"),
        (linalg, "invv", "inv"),
        (metrics, "acuracy", "accuracy"),
        (pictures, "Linechart", "LineChart"),
    ],
)
def test_the_nearest_name_is_suggested(module, wrong, right):
    with pytest.raises(AttributeError) as refused:
        getattr(module, wrong)
    assert str(refused.value) == f"{module.__name__} has no {wrong}; did you mean {right}?"
    assert not hasattr(module, wrong)
    with pytest.raises(ImportError, match=f"cannot import name '{wrong}'"):
        exec(f"from {module.__name__} import {wrong}")


@pytest.mark.parametrize(
    "module, name, where",
    [
        (backprop, "Linear", "backprop.nn"),
        (backprop, "cross_entropy", "backprop.nn.functional"),
        (backprop, "Adam", "backprop.optim"),
        (backprop, "StepLR", "backprop.optim.lr_scheduler"),
        (optim, "StepLR", "backprop.optim.lr_scheduler"),
        (nn, "relu", "backprop.nn.functional"),
        (backprop, "DataLoader", "backprop.utils.data"),
        (backprop, "load_digits", "backprop.datasets"),
        (backprop, "save_model", "backprop.storage"),
        (backprop, "accuracy", "backprop.metrics"),
        (backprop, "LineChart", "backprop.pictures"),
        (backprop, "eigh", "backprop.linalg"),
        (backprop, "grad", "backprop.autograd"),
        (backprop, "clip_grad_norm_", "backprop.nn.utils"),
        (backprop, "jacobian", "backprop.autograd.functional"),
    ],
)
def test_a_name_from_another_module_is_found_there(module, name, where):
    with pytest.raises(AttributeError, match=f"^{module.__name__} has no {name}; it is {where}.{name}$"):
        getattr(module, name)


def test_looking_for_a_name_loads_no_module_that_has_it():
    program = """
import sys, backprop
try:
    backprop.load_digits
except AttributeError:
    print(*sys.modules)
"""
    result = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    modules = set(result.stdout.split())
    assert "backprop.datasets" in modules
    heavy = "datasets.builtin datasets.tables explanation metrics optim.optimizer pictures storage training"
    assert not modules & {"difflib", *(f"backprop.{name}" for name in heavy.split())}


def test_nothing_is_suggested_where_nothing_is_near():
    with pytest.raises(AttributeError, match="^backprop has no xyzzy$"):
        getattr(backprop, "xyzzy")  # noqa: B009


def test_the_interpreter_adds_no_second_suggestion():
    program = "from backprop import nn; nn.Liner"
    result = subprocess.run([sys.executable, "-c", program], check=False, capture_output=True, text=True)
    assert result.stderr.splitlines()[-1] == "AttributeError: backprop.nn has no Liner; did you mean Linear?"


def test_every_module_is_found_without_importing_it():
    program = "import backprop; backprop.playground.serve, backprop.nn.linear.Linear, backprop.explanation"
    subprocess.run([sys.executable, "-c", program], check=True)
    exec("from backprop import playground")
    with pytest.raises(ImportError):
        exec("from backprop import plyground")


def test_all_names_at_once():
    program = "from backprop import *; import backprop; assert set(backprop.__all__) <= set(globals())"
    subprocess.run([sys.executable, "-c", program], check=True)


@pytest.mark.parametrize(
    "make, sentence",
    [
        (
            lambda: Adam([Parameter([[1.0]])], learning_rate=0.1),
            (
                "Adam has no setting 'learning_rate'; it has params, lr, betas, eps, weight_decay, amsgrad, maximize, "
                "foreach, capturable, differentiable, fused, decoupled_weight_decay"
            ),
        ),
        (
            lambda: StepLR(SGD([Parameter([[1.0]])]), step=3),
            "StepLR has no setting 'step'; it has optimizer, step_size, gamma, last_epoch",
        ),
        (
            lambda: DataLoader(LabeledDataset(Matrix([[1.0]]), [0]), batchsize=2),
            f"DataLoader has no setting 'batchsize'; it has {', '.join(inspect.signature(DataLoader).parameters)}",
        ),
        (
            lambda: LabeledDataset(X=Matrix([[1.0]])),
            "LabeledDataset has no setting 'X'; it has inputs, targets, classes, features",
        ),
        (
            lambda: BufferedShuffleDataset([], size=2),
            "BufferedShuffleDataset has no setting 'size'; it has dataset, buffer_size, generator",
        ),
        (
            lambda: CSVStream("a.csv", label=0),
            (
                "CSVStream has no setting 'label'; it has path, target, ignore, kinds, classes, missing, delimiter, header, "
                "decimal, encoding"
            ),
        ),
    ],
)
def test_an_unknown_setting_is_refused_with_those_that_there_are(make, sentence):
    with pytest.raises(TypeError) as refused:
        make()
    assert str(refused.value) == sentence


def test_a_subclass_names_its_own_settings_and_may_take_any():
    class Steep(SGD):
        def __init__(self, params, slope=1.0):
            super().__init__(params, lr=slope)

    class Any(SGD):
        def __init__(self, params, **settings):
            super().__init__(params, lr=settings["anything"])

    with pytest.raises(TypeError, match="^Steep has no setting 'lr'; it has params, slope$"):
        Steep([Parameter([[1.0]])], lr=0.1)
    assert Any([Parameter([[1.0]])], anything=0.5).param_groups[0]["lr"] == 0.5


@pytest.mark.parametrize(
    ("ask", "sentence"),
    [
        (lambda: backprop.Linear, "backprop has no Linear; it is backprop.nn.Linear"),
        (lambda: backprop.DataLoader, "backprop has no DataLoader; it is backprop.utils.data.DataLoader"),
        (lambda: backprop.elu, "backprop has no elu; it is backprop.nn.functional.elu"),
        (lambda: backprop.StepLR, "backprop has no StepLR; it is backprop.optim.lr_scheduler.StepLR"),
        (lambda: nn.softmax, "backprop.nn has no softmax; it is backprop.nn.functional.softmax"),
        (lambda: optim.StepLR, "backprop.optim has no StepLR; it is backprop.optim.lr_scheduler.StepLR"),
        (lambda: nn.Liner, "backprop.nn has no Liner; did you mean Linear?"),
        (lambda: nn.functional.Adam, "backprop.nn.functional has no Adam"),
    ],
)
def test_a_name_asked_of_the_wrong_module_is_said_to_be_in_the_right_one(ask, sentence):
    with pytest.raises(AttributeError) as refused:
        ask()
    assert str(refused.value) == sentence
