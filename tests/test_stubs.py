"""The stubs of the operations say what the operations take."""

import inspect

import pytest

from backprop import Tensor, tensors
from backprop.autograd import TensorLike
from backprop.nn import functional
from tests.stubs import PACKAGES, path_of, stub


@pytest.mark.parametrize("package", PACKAGES)
def test_the_stubs_are_those_of_the_functions(package):
    assert path_of(package).read_text("utf-8") == stub(package), "write them again: python3 -m tests.stubs"


@pytest.mark.parametrize("module, package", [*zip((functional, tensors), PACKAGES)])
def test_names_order_and_defaults_are_those_at_run_time(module, package):
    """What stands in a stub is Python: executed, it makes functions with the same parameters."""
    stubs = {"Tensor": Tensor, "TensorLike": TensorLike}
    exec("from __future__ import annotations\n" + stub(package), stubs)
    for name in module.__all__:
        own, theirs = (inspect.signature(f).parameters for f in (getattr(module, name), stubs[name]))
        assert [(p.name, p.kind, p.default) for p in own.values()] == [
            (p.name, p.kind, p.default) for p in theirs.values()
        ]
