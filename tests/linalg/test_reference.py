"""Values and gradients of linear algebra are PyTorch's, on stacks of matrices of any shape."""

import math

import pytest

import backprop
from backprop import Matrix, Tensor, autograd, linalg
from backprop.autograd.tensor import constant
from tests.figures import cases

CASES = cases("linalg")
# Vectors without a sign.
SIGNLESS = {"linalg.svd": (0, 2), "svd": (0, 2), "linalg.eigh": (1,)}
# What the figures leave out: it is made of others here, or is the same function under another name.
ELSEWHERE = {"LinAlgError", "eig", "eigvals", "expm", "kron", "matmul", "null_space", "outer", "trace"}
EX = {"cholesky_ex", "inv_ex", "lu_factor_ex", "solve_ex"}


def shape_of(values):
    return (len(values), *shape_of(values[0] if values else 0)) if isinstance(values, list) else ()


def flat(values):
    return [x for part in values for x in flat(part)] if isinstance(values, list) else [values]


def close(came, expected):
    assert came.shape == shape_of(expected)
    size = max(map(abs, flat(expected)), default=0.0)
    assert flat(came.tolist()) == pytest.approx(flat(expected), rel=0, abs=1e-9 * size + 1e-12)


def argument(x):
    if not isinstance(x, list):
        return {"inf": math.inf, "-inf": -math.inf}.get(x, x)
    if all(type(entry) is int for entry in flat(x)):
        return constant(Matrix([flat(x)]), shape_of(x), backprop.int32)
    return Tensor(x, requires_grad=True)


@pytest.mark.parametrize("case", CASES, ids=[f"{i}-{case['function']}" for i, case in enumerate(CASES)])
def test_figures(case):
    name = case["function"]
    function = backprop
    for part in name.split("."):
        function = getattr(function, part)
    inputs = [argument(x) for x in case["inputs"]]
    result = function(*([inputs] if name == "linalg.multi_dot" else inputs), **case["settings"])
    outputs = list(result) if isinstance(result, tuple) else [result]
    outputs = [abs(y) if i in SIGNLESS.get(name, ()) else y for i, y in enumerate(outputs)]
    assert len(outputs) == len(case["outputs"])
    for came, expected in zip(outputs, case["outputs"]):
        close(came, expected)
    if case["upstreams"]:
        leaves = [x for x in inputs if isinstance(x, Tensor) and x.requires_grad]
        differentiable = [y for y in outputs if y.requires_grad and y.shape.numel()]
        gradients = autograd.grad(differentiable, leaves, [Tensor(u) for u in case["upstreams"]], allow_unused=True)
        for came, expected in zip(gradients, case["gradients"]):
            close(came, expected)


def test_no_function_is_left_out():
    assert {case["function"] for case in CASES} >= {
        f"linalg.{name}" for name in linalg.__all__ if name not in ELSEWHERE | EX
    }
