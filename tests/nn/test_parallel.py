"""Without graphics cards a module that is spread over them is the module."""

import pytest

import backprop as torch
from backprop import nn
from backprop.nn.parallel import DistributedDataParallel, data_parallel


def test_data_parallel_is_the_module_under_another_name():
    linear, x = nn.Linear(2, 1), torch.ones(3, 2)
    wrapped = nn.DataParallel(linear, device_ids=[0])
    assert wrapped.module is linear
    assert wrapped(x).equal(linear(x))
    assert list(wrapped.state_dict()) == ["module.weight", "module.bias"]
    assert data_parallel(linear, x).equal(linear(x))
    assert data_parallel(nn.Bilinear(2, 2, 1), (x, x), range(1)).shape == (3, 1)


def test_what_is_no_module_is_refused():
    with pytest.raises(TypeError, match="DataParallel: module is a Module, got 3"):
        nn.DataParallel(3)


def test_several_processes_are_refused():
    with pytest.raises(RuntimeError, match="there is one process"):
        DistributedDataParallel(nn.Linear(2, 1))
