"""PyTorch's figures of attention and of what is made of it: each case with its inputs, masks, outputs and gradients."""

import math

from backprop import Tensor
from tests.figures import reference

CASES = reference("attention.json")["cases"]


def cases_of(*kinds):
    return [case for case in CASES if case["kind"] in kinds]


def named(case):
    return f"{case['kind']} {case['settings']} {sorted(case['call'])}"


def assert_agrees(case, function, parameters=()):
    """Outputs and gradients are PyTorch's, to a relative 1e-9; NaN where it has NaN."""
    inputs = [Tensor(rows, requires_grad=True) for rows in case["inputs"]]
    call = {name: _numbers(value) for name, value in case["call"].items()}
    repeated = inputs * 3 if case["kind"] == "MultiheadAttention" and len(inputs) == 1 else inputs
    results = function(*repeated, **call)
    results = results if isinstance(results, tuple) else (results,)
    assert len(results) == len(case["outputs"])
    for result, figures in zip(results, case["outputs"]):
        assert (result is None) == (figures is None)
        if result is not None:
            _assert_near(result.tolist(), _numbers(figures))
    if "upstream" not in case:
        return
    loss = Tensor(0.0)
    for result, upstream in zip(results, case["upstream"]):
        if result is not None:
            loss = loss + (result * Tensor(upstream)).sum()
    loss.backward()
    for tensor, figures in zip(inputs, case["input_gradients"]):
        _assert_near(tensor.grad.tolist(), figures)
    for name, parameter in parameters:
        _assert_near(parameter.grad.tolist(), case["parameter_gradients"][name])


def assert_layer_agrees(case, layers):
    layer = layers[case["kind"]](**case["settings"])
    layer.load_state_dict({name: Tensor(values) for name, values in case["parameters"].items()})
    assert list(layer.state_dict()) == list(case["parameters"]), "the order of the parameters"
    assert_agrees(case, layer, layer.named_parameters())


def _numbers(value):
    """JSON has no infinities and no NaN: they are text."""
    return (
        [_numbers(item) for item in value]
        if isinstance(value, list)
        else float(value)
        if isinstance(value, str)
        else value
    )


def _assert_near(came, expected):
    if isinstance(expected, list):
        assert len(came) == len(expected)
        for one, other in zip(came, expected):
            _assert_near(one, other)
    elif expected != expected:
        assert came != came
    else:
        assert math.isclose(came, expected, rel_tol=1e-9, abs_tol=1e-12)
