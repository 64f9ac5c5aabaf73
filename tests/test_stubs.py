"""The stubs of the operations and of the methods say what these take."""

import inspect

import pytest

from backprop import Tensor, tensors
from backprop.nn import functional
from tests.stubs import METHODS, PACKAGES, methods_stub, path_of, stub


@pytest.fixture(scope="module")
def methods():
    return methods_stub()


@pytest.fixture(scope="module", params=PACKAGES)
def package(request):
    return request.param, stub(request.param)


def test_the_stubs_are_those_of_the_functions(package):
    name, text = package
    assert path_of(name).read_text("utf-8") == text, "write them again: python3 -m tests.stubs"


def test_the_stub_of_the_methods_is_that_of_the_functions(methods):
    assert METHODS.read_text("utf-8") == methods, "write it again: python3 -m tests.stubs"


def test_names_order_and_defaults_are_those_at_run_time(package):
    name, text = package
    module, stubs = {"backprop.nn.functional": functional, "backprop.tensors": tensors}[name], _executed(text)
    for each in module.__all__:
        _check(each, getattr(module, each), stubs[each])


def test_the_methods_have_at_run_time_the_signatures_of_their_stub(methods):
    for name, stubs in vars(_executed(methods)["Methods"]).items():
        method = getattr(Tensor, name)
        if isinstance(stubs, property):
            assert isinstance(method, property), name
        elif not name.startswith("__"):
            _check(name, method, stubs, first=1)


def test_an_editor_is_told_of_all_methods(methods):
    told = vars(_executed(methods)["Methods"]).keys()
    by_tables = {
        name
        for name, value in vars(Tensor).items()
        if getattr(value, "__module__", Tensor.__module__) != Tensor.__module__
    }
    assert by_tables - told == {"__rdiv__", "__repr__", "_repr_html_"}, "Tensor has methods that its stub leaves out"


def _executed(text):
    """What a stub, which is Python, makes: functions, and lists of those that are one function of several signatures."""
    several = {}

    def overload(function):
        several.setdefault(function.__name__, []).append(function)
        return several[function.__name__]

    stubs = {"overload": overload}
    exec(
        "from __future__ import annotations\n"
        + text.replace(", overload", "").replace("from typing_extensions import Self\n", ""),
        stubs,
    )
    return stubs


def _check(name, function, stubs, first=0):
    """The function takes what its stub says, after so many ``first`` parameters; each of several takes a part of that."""
    own = _parameters(function)[first:]
    if isinstance(stubs, list):
        for each in stubs:
            names = [parameter[0] for parameter in _parameters(each)[first:]]
            assert names == [parameter[0] for parameter in own if parameter[0] in names], name
    else:
        assert own == _parameters(stubs)[first:], name


def _parameters(function):
    return [(p.name, p.kind, p.default) for p in inspect.signature(function).parameters.values()]
