"""Distributions: the figures, gradients, samples and printed forms of PyTorch 2.13, and its divergences."""

import math

import pytest

import backprop
from backprop import distributions, float64, manual_seed, stack, tensor
from backprop.autograd import grad
from tests.figures import cases

CASES = cases("distributions", "distributions")
DIVERGENCES = cases("distributions", "divergences")
PARAMETERS = cases("distributions", "parameters")
NAMES = {name: getattr(distributions, name) for name in distributions.__all__}


def made(make, parameters):
    return eval(make, {**NAMES, "stack": stack, **parameters})


def as_parameters(values, dtype=float64):
    return {name: tensor(value, dtype=dtype, requires_grad=True) for name, value in values.items()}


def flat(x):
    return [z for y in x for z in flat(y)] if isinstance(x, list) else [float(x)]


def assert_near(came, expected, rel=1e-9, absolute=1e-9):
    assert came.shape == tensor(expected).shape
    for x, y in zip(flat(came.tolist()), flat(expected)):
        assert (x != x and y != y) or math.isclose(x, y, rel_tol=rel, abs_tol=absolute), (came, expected)


def assert_gradients(value, inputs, expected):
    """Of the finite entries, each with a weight of its own."""
    if expected is None:
        return
    weights = tensor([0.5 + i / max(value.numel() - 1, 1) for i in range(value.numel())], dtype=float64)
    finite = backprop.isfinite(value)
    loss = (backprop.where(finite, value, 0.0) * weights.reshape(value.shape)).sum()
    found = grad(loss, [inputs[name] for name in expected], allow_unused=True, retain_graph=True)
    for name, gradient in zip(expected, found):
        other = expected[name] if expected[name] is not None else inputs[name].mul(0.0).tolist()
        assert_near(inputs[name].mul(0.0).detach() if gradient is None else gradient, other)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["make"])
def test_figures_are_pytorchs(case):
    parameters = as_parameters(case["parameters"])
    distribution = made(case["make"], parameters)
    assert list(distribution.batch_shape) == case["batch_shape"]
    assert list(distribution.event_shape) == case["event_shape"]
    assert repr(distribution) == case["repr"]
    if case["support"]:
        assert repr(distribution.support) == case["support"]
    value = tensor(case["value"], dtype=float64, requires_grad=True)
    log_prob = distribution.log_prob(value)
    assert_near(log_prob, case["log_prob"])
    assert_gradients(log_prob, {**parameters, "value": value}, case["log_prob_gradient"])
    for name in ("mean", "mode", "variance", "stddev"):
        if name in case:
            assert_near(getattr(distribution, name), case[name])
    if "entropy" in case:
        assert_near(distribution.entropy(), case["entropy"])
        assert_gradients(distribution.entropy(), parameters, case["entropy_gradient"])
    if "cdf" in case:
        assert_near(distribution.cdf(value.detach()), case["cdf"])
    if "icdf" in case:
        chance = backprop.full(case["batch_shape"] + case["event_shape"], 0.3, dtype=float64)
        assert_near(distribution.icdf(chance), case["icdf"])
    if "enumerate_support" in case:
        assert_near(distribution.enumerate_support(False), case["enumerate_support"])


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case["make"])
def test_samples_are_pytorchs(case, dtype):
    """float32 numbers to 5 digits: PyTorch rounds each step."""
    before = backprop.get_default_dtype()
    backprop.set_default_dtype(getattr(backprop, dtype))
    try:
        distribution = made(case["make"], as_parameters(case["parameters"], getattr(backprop, dtype)))
        manual_seed(5)
        sample = distribution.sample((2,))
        after = backprop.rand(1, dtype=backprop.float32)
    finally:
        backprop.set_default_dtype(before)
    assert sample.shape == (2, *case["batch_shape"], *case["event_shape"]) and not sample.requires_grad
    expected = case[f"sample_{dtype}"]
    if dtype == "float64":
        assert_near(sample, expected, 1e-12, 1e-12)
    else:
        assert_near(sample.reshape(-1), expected, 1e-5, 1e-5)
    assert math.isclose(after.item(), case[f"next_{dtype}"], rel_tol=1e-6)


@pytest.mark.parametrize("case", DIVERGENCES, ids=lambda case: f"{case['p']} from {case['q']}")
def test_divergences_are_pytorchs(case):
    parameters = as_parameters(PARAMETERS)
    divergence = distributions.kl_divergence(made(case["p"], parameters), made(case["q"], parameters))
    assert_near(divergence, case["kl"])
    assert_gradients(divergence, parameters, case["gradient"])
