"""What is True or False is refused as anything else: the text "False" is true for Python."""

import inspect

import pytest

from backprop import Matrix, fit, linalg
from backprop.nn import Linear, MSELoss, Parameter, utils
from backprop.optim import SGD, Adam
from backprop.utils.data import (
    DataLoader,
    LabeledDataset,
    RandomSampler,
    WeightedRandomSampler,
    k_folds,
    train_test_split,
)
from tests.nn.functional.test_every_operation import CALLS
from tests.public import OPERATIONS
from tests.test_refusals import MADE, made

NONE_OF_BOTH = ["False", 0, 1, None]


def switches(function):
    return [p.name for p in inspect.signature(function).parameters.values() if isinstance(p.default, bool)]


def check_refused(name, setting, call):
    for value in NONE_OF_BOTH:
        with pytest.raises(TypeError, match=f"^{name}: {setting} is True or False, got {value!r}"):
            call(**{setting: value})


@pytest.mark.parametrize("name", MADE)
def test_every_class(name):
    for setting in switches(type(made(name)) if name not in ("ChainedScheduler", "SequentialLR") else object):
        check_refused(name, setting, lambda **changed: made(name, **changed))


@pytest.mark.parametrize("name", sorted(OPERATIONS))
def test_every_operation(name):
    inputs, named = CALLS[name]
    for setting in switches(OPERATIONS[name]):
        check_refused(name, setting, lambda **changed: OPERATIONS[name](*inputs, **{**named, **changed}))


def test_a_group_of_parameters():
    for value in NONE_OF_BOTH:
        group = {"params": [Parameter([[1.0]])], "amsgrad": value}
        with pytest.raises(TypeError, match="^Adam: amsgrad is True or False"):
            Adam([group])
    optimizer = SGD([Parameter([[1.0]])], lr=0.1, momentum=0.9)
    with pytest.raises(TypeError, match="^SGD: nesterov is True or False"):
        optimizer.add_param_group({"params": [Parameter([[1.0]])], "nesterov": "False"})
    assert len(optimizer.param_groups) == 1


DATA = LabeledDataset(Matrix([[0.0], [1.0], [2.0], [3.0]]), [0, 1, 0, 1])
W = Parameter([[1.0]])
CALLED = {
    "DataLoader": (DataLoader, lambda **changed: DataLoader(DATA, **changed)),
    "RandomSampler": (RandomSampler, lambda **changed: RandomSampler(DATA, **changed)),
    "WeightedRandomSampler": (WeightedRandomSampler, lambda **changed: WeightedRandomSampler([1.0], 1, **changed)),
    "train_test_split": (train_test_split, lambda **changed: train_test_split(DATA, **changed)),
    "k_folds": (k_folds, lambda **changed: k_folds(DATA, 2, **changed)),
    "svd": (linalg.svd, lambda **changed: linalg.svd(Matrix([[1.0]]), **changed)),
    "clip_grad_norm_": (utils.clip_grad_norm_, lambda **changed: utils.clip_grad_norm_([W], 1.0, **changed)),
    "fit": (
        fit,
        lambda **changed: fit(
            model := Linear(1, 1),
            MSELoss(),
            SGD(model.parameters(), lr=0.1),
            [(Matrix([[1.0]]), Matrix([[1.0]]))],
            epochs=1,
            **{"progress": False, **changed},
        ),
    ),
}


@pytest.mark.parametrize("name", CALLED)
def test_every_function_with_a_switch(name):
    function, call = CALLED[name]
    assert switches(function)
    for setting in switches(function):
        check_refused(name, setting, call)
