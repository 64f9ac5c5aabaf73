"""Every rule and the clipping against PyTorch's figures; how they were made is said in the JSON file."""

import math

import pytest

from backprop import Matrix, float32, float64, optim, set_default_dtype
from backprop.nn import Parameter, utils
from backprop.nn import functional as F
from tests import tables
from tests.figures import reference

REFERENCE = reference("optimizers.json")


@pytest.fixture(autouse=True)
def default_of_float64():
    """In which PyTorch keeps some numbers of the state."""
    set_default_dtype(float64)
    yield
    set_default_dtype(float32)


def tuples(settings):
    return {name: tuple(value) if isinstance(value, list) else value for name, value in settings.items()}


def described(case):
    return f"{case['rule']} {case['settings']}"


@pytest.mark.parametrize("case", REFERENCE["cases"], ids=described)
def test_the_parameters_after_each_step_are_those_of_pytorch(case):
    x, target = Matrix(REFERENCE["x"]), Matrix(REFERENCE["target"])
    weight, bias = Parameter(REFERENCE["weight"]), Parameter(REFERENCE["bias"])
    params = [weight, bias]
    if "second_group" in case:
        params = [{"params": [weight]}, {"params": [bias], **tuples(case["second_group"])}]
    optimizer = getattr(optim, case["rule"])(params, **tuples(case["settings"]))

    def closure():
        optimizer.zero_grad()
        loss = ((F.tanh(F.linear(x, weight, bias)) - target) ** 2).sum() + 0.05 * (weight**4).sum()
        loss.backward()
        return loss

    assert case["steps"].keys() == {"1", "2", "5", "20"}
    for number in range(1, 21):
        if case["rule"] == "LBFGS":
            optimizer.step(closure)
        else:
            closure()
            optimizer.step()
        if str(number) in case["steps"]:
            for parameter, figures in zip((weight, bias), case["steps"][str(number)]):
                assert parameter.matrix.allclose(Matrix(figures), rel_tol=1e-9, abs_tol=1e-12), number
    if case["rule"] == "LBFGS":
        assert optimizer.state[weight]["func_evals"] == case["func_evals"]


@pytest.mark.parametrize("case", REFERENCE["line_searches"], ids=lambda case: f"lr {case['lr']} from {case['start']}")
def test_a_line_search_over_hills_and_valleys_is_that_of_pytorch(case):
    w = Parameter([case["start"]])
    optimizer = optim.LBFGS([w], lr=case["lr"], max_iter=5, max_eval=14, line_search_fn="strong_wolfe")

    def closure():
        optimizer.zero_grad()
        hills = ((F.tanh(4 * w) - 0.5) ** 2 * (2 + w)).sum()
        loss = hills + 0.1 * ((w - 0.3) ** 4).sum() + 0.4 * F.tanh(3 * w.sum() + 2).sum()
        loss.backward()
        return loss

    for values in case["values"]:
        optimizer.step(closure)
        assert w.matrix.allclose(Matrix([values]), rel_tol=1e-9, abs_tol=1e-12)
    assert optimizer.state[w]["func_evals"] == case["func_evals"]


@pytest.mark.parametrize("case", REFERENCE["clipping"], ids=lambda case: f"{case['kind']} {case['arguments']}")
def test_clipped_gradients_are_those_of_pytorch(case):
    weight, bias, without = Parameter(tables.zeros(3, 2)), Parameter(tables.zeros(1, 3)), Parameter(0.0)
    weight.grad, bias.grad = Matrix(REFERENCE["weight"]), Matrix(REFERENCE["bias"])
    clip = {"norm": utils.clip_grad_norm_, "value": utils.clip_grad_value_}[case["kind"]]
    norm = clip([weight, bias, without], *(math.inf if x == "inf" else x for x in case["arguments"]))
    assert (norm and norm.item()) == (None if case["norm"] is None else pytest.approx(case["norm"], rel=1e-14))
    for parameter, figures in zip((weight, bias), case["gradients"]):
        assert parameter.grad.matrix.allclose(Matrix(figures), rel_tol=1e-14)
    assert without.grad is None
