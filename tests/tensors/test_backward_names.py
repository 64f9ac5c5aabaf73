"""The names of the graph's nodes are PyTorch's."""

import re

import pytest

import backprop
from tests.figures import cases

NAMESPACE = {"torch": backprop, "nn": backprop.nn, "F": backprop.nn.functional}
exec(cases("backward_names", "setup"), NAMESPACE)  # which is a part of the reference


@pytest.mark.parametrize(("name", "expressions"), cases("backward_names", "names").items())
def test_the_printed_name_is_that_of_pytorch(name, expressions):
    for expression in expressions:
        shown = repr(eval(expression, NAMESPACE))
        assert re.findall(r"grad_fn=<(\w+)>", shown) == [name], expression
