"""The laws of distributions, for generated parameters: what integrates to 1, what is the inverse of what, what is not below 0.

Integrals are sums over t from −4 to 4 after x = g(sinh t), which are exact to some 10 digits for smooth functions of x.
Takahasi and Mori, "Double Exponential Formulas for Numerical Integration" (1974).
"""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import backprop
from backprop import distributions as D
from backprop import float64, igamma, tensor
from backprop.autograd import grad
from backprop.distributions.pathwise import beta_slope, gamma_slope
from tests.figures import tensor as double

STEP = 1 / 16
T = [k * STEP for k in range(-64, 65)]
positive = st.floats(0.75, 4.0)
real = st.floats(-2.0, 2.0)
chance = st.floats(0.05, 0.95)

# Each with its parameters, and the ends of its support.
CONTINUOUS = {
    "Beta": ([positive, positive], 0.0, 1.0),
    "Cauchy": ([real, positive], -math.inf, math.inf),
    "Chi2": ([positive], 0.0, math.inf),
    "ContinuousBernoulli": ([chance], 0.0, 1.0),
    "Exponential": ([positive], 0.0, math.inf),
    "FisherSnedecor": ([positive, positive], 0.0, math.inf),
    "Gamma": ([positive, positive], 0.0, math.inf),
    "Gumbel": ([real, positive], -math.inf, math.inf),
    "HalfCauchy": ([positive], 0.0, math.inf),
    "HalfNormal": ([positive], 0.0, math.inf),
    "InverseGamma": ([positive, positive], 0.0, math.inf),
    "Kumaraswamy": ([positive, positive], 0.0, 1.0),
    "LogNormal": ([real, positive], 0.0, math.inf),
    "Normal": ([real, positive], -math.inf, math.inf),
    "RelaxedBernoulli": ([positive, chance], 0.0, 1.0),
    "StudentT": ([positive, real, positive], -math.inf, math.inf),
    "Weibull": ([positive, positive], 0.0, math.inf),
}
DISCRETE = {
    "Bernoulli": [chance],
    "Binomial": [st.integers(0, 9), chance],
    "Categorical": [st.lists(chance, min_size=1, max_size=5)],
    "OneHotCategorical": [st.lists(chance, min_size=1, max_size=5)],
}


def made(name, parameters):
    return getattr(D, name)(*[p if isinstance(p, int) else double(p) for p in parameters])


def integral(function, low, high):
    """Of a function of a Tensor of values."""
    values, weights = [], []
    for t in T:
        s, ds = math.pi / 2 * math.sinh(t), math.pi / 2 * math.cosh(t)
        if low == -math.inf:
            x, dx = math.sinh(s), math.cosh(s)
        elif high == math.inf:
            x = dx = math.exp(s)
        else:
            part = 1 / (1 + math.exp(-2 * s))
            x, dx = low + (high - low) * part, (high - low) * part * 2 / (1 + math.exp(2 * s))
        if low < x < high and 1e-290 < dx < 1e290:
            values.append(x)
            weights.append(dx * ds * STEP)
    terms = function(double(values)) * double(weights)
    return backprop.where(backprop.isfinite(terms), terms, 0.0).sum().item()


of_continuous = st.sampled_from(sorted(CONTINUOUS)).flatmap(
    lambda name: st.tuples(st.just(name), st.tuples(*CONTINUOUS[name][0]))
)
of_discrete = st.sampled_from(sorted(DISCRETE)).flatmap(
    lambda name: st.tuples(st.just(name), st.tuples(*DISCRETE[name]))
)


@given(of_continuous)
@settings(max_examples=20)
def test_a_density_integrates_to_1(drawn):
    name, parameters = drawn
    distribution = made(name, parameters)
    total = integral(lambda x: distribution.log_prob(x).exp(), *CONTINUOUS[name][1:])
    assert math.isclose(total, 1.0, abs_tol=2e-3 if "Cauchy" in name or name == "StudentT" else 1e-4)


@given(of_continuous)
@settings(max_examples=20)
def test_the_entropy_is_the_mean_of_minus_log_prob(drawn):
    name, parameters = drawn
    distribution = made(name, parameters)
    if name in ("Cauchy", "HalfCauchy", "StudentT", "FisherSnedecor", "RelaxedBernoulli", "InverseGamma"):
        return  # heavy tails, or no entropy
    expected = integral(lambda x: -distribution.log_prob(x).exp() * distribution.log_prob(x), *CONTINUOUS[name][1:])
    assert math.isclose(distribution.entropy().item(), expected, abs_tol=2e-3)
    mean = integral(lambda x: distribution.log_prob(x).exp() * x, *CONTINUOUS[name][1:])
    if name != "LogNormal" and not (name == "Weibull" and parameters[1] < 1):
        assert math.isclose(distribution.mean.item(), mean, abs_tol=2e-3, rel_tol=2e-3)
        square = integral(lambda x: distribution.log_prob(x).exp() * (x - mean) ** 2, *CONTINUOUS[name][1:])
        assert math.isclose(distribution.variance.item(), square, abs_tol=1e-2, rel_tol=1e-2)


@given(of_continuous, chance)
@settings(max_examples=20)
def test_icdf_is_the_inverse_of_cdf_and_the_density_its_derivative(drawn, p):
    name, parameters = drawn
    distribution = made(name, parameters)
    try:
        x = distribution.icdf(double(p)).detach()
    except NotImplementedError:
        return
    x.requires_grad = True
    probability = distribution.cdf(x)
    assert math.isclose(probability.item(), p, rel_tol=1e-9)
    (slope,) = grad(probability, [x])
    assert math.isclose(slope.item(), distribution.log_prob(x).exp().item(), rel_tol=1e-8)


@given(of_discrete)
def test_probabilities_sum_to_1_and_give_the_entropy(drawn):
    name, parameters = drawn
    distribution = made(name, parameters)
    values = distribution.enumerate_support()
    logarithms = distribution.log_prob(values)
    assert math.isclose(logarithms.exp().sum().item(), 1.0, rel_tol=1e-9)
    assert math.isclose(distribution.entropy().item(), -(logarithms.exp() * logarithms).sum().item(), abs_tol=1e-9)
    if name != "Categorical":
        weights = logarithms.exp().reshape(-1, *[1] * (values.dim() - 1))
        mean = (weights * values).sum(0)
        assert mean.allclose(distribution.mean)
        assert (weights * (values - mean) ** 2).sum(0).allclose(distribution.variance, atol=1e-7)


@given(of_discrete, st.data())
def test_the_divergence_of_discrete_distributions_is_the_sum(drawn, data):
    name, first = drawn
    again = DISCRETE[name] if name in ("Bernoulli",) else None
    if again:
        second = data.draw(st.tuples(*again))
    elif name == "Binomial":
        second = (first[0], data.draw(chance))
    else:
        second = (data.draw(st.lists(chance, min_size=len(first[0]), max_size=len(first[0]))),)
    p, q = made(name, first), made(name, second)
    values = p.enumerate_support()
    expected = (p.log_prob(values).exp() * (p.log_prob(values) - q.log_prob(values))).sum().item()
    assert math.isclose(D.kl_divergence(p, q).item(), expected, abs_tol=1e-9)


FAMILIES = [
    "Beta",
    "Cauchy",
    "ContinuousBernoulli",
    "Exponential",
    "Gamma",
    "Gumbel",
    "HalfNormal",
    "LogNormal",
    "Normal",
]


@given(st.sampled_from([*FAMILIES, "Dirichlet", "Laplace", "Poisson", "Geometric"]), st.data())
@settings(max_examples=20)
def test_a_divergence_is_not_below_0_and_0_of_itself(name, data):
    kinds = {"Dirichlet": [st.lists(positive, min_size=3, max_size=3)], "Laplace": [real, positive]}
    kinds |= {"Poisson": [positive], "Geometric": [chance]}
    kinds = kinds[name] if name in kinds else CONTINUOUS[name][0]
    p, q = (made(name, data.draw(st.tuples(*kinds))) for _ in range(2))
    assert D.kl_divergence(p, q).item() >= -1e-9
    assert math.isclose(D.kl_divergence(p, p).item(), 0.0, abs_tol=1e-9)


CROSS = [
    ("Beta", "Normal"),
    ("Beta", "Gamma"),
    ("ContinuousBernoulli", "Exponential"),
    ("Exponential", "Gamma"),
    ("Exponential", "Gumbel"),
    ("Gamma", "Gumbel"),
    ("Gamma", "Normal"),
    ("Gumbel", "Normal"),
    ("Normal", "Gumbel"),
]


@given(st.sampled_from(CROSS), st.data())
@settings(max_examples=15)
def test_a_divergence_of_two_families_is_the_integral(pair, data):
    p, q = (made(name, data.draw(st.tuples(*CONTINUOUS[name][0]))) for name in pair)
    low, high = CONTINUOUS[pair[0]][1:]
    expected = integral(lambda x: p.log_prob(x).exp() * (p.log_prob(x) - q.log_prob(x)), low, high)
    assert math.isclose(D.kl_divergence(p, q).item(), expected, abs_tol=1e-3, rel_tol=1e-3)


@given(chance)
def test_the_divergence_of_a_continuous_bernoulli_from_the_uniform_one_is_finite(p):
    """PyTorch says that it is infinite, whatever the ends."""
    p = D.ContinuousBernoulli(double(p))
    assert math.isclose(D.kl_divergence(p, D.Uniform(0.0, 1.0)).item(), -p.entropy().item(), abs_tol=1e-9)
    assert D.kl_divergence(p, D.Uniform(0.5, 1.0)).item() == math.inf


@given(st.floats(0.05, 30.0), chance)
@settings(max_examples=20)
def test_a_sample_of_gamma_moves_so_that_its_probability_stays(alpha, where):
    x, step = alpha * where * 2, 1e-5 * alpha
    slope = gamma_slope(x, alpha)
    ends = [igamma(double(alpha + s), double(x + s * slope)).item() for s in (step, -step)]
    assert math.isclose(*ends, abs_tol=1e-9)


@given(positive, positive, st.floats(0.02, 0.98))
@settings(max_examples=20)
def test_a_sample_of_beta_moves_so_that_its_probability_stays(alpha, beta, x):
    step, slope = 1e-4, beta_slope(x, alpha, beta)
    ends = []
    for s in (step, -step):
        law = D.Beta(double(alpha + s), double(beta))
        ends.append(integral(lambda y, law=law: law.log_prob(y).exp(), 0.0, x + s * slope))
    assert math.isclose(*ends, abs_tol=1e-6)


def test_the_gradient_of_a_dirichlet_sample_moves_along_the_simplex_and_its_mean_is_that_of_the_mean():
    backprop.manual_seed(0)
    alpha = tensor([1.5, 2.0, 0.75], dtype=float64, requires_grad=True)
    x = D.Dirichlet(alpha).rsample((1000,))
    (own,) = grad(x.sum(), [alpha], retain_graph=True)
    assert own.abs().max().item() < 1e-9
    (of_mean,) = grad(D.Dirichlet(alpha).mean[0], [alpha])
    (estimate,) = grad(x[:, 0].mean(), [alpha])
    assert estimate.allclose(of_mean, atol=1e-2)


TRANSFORMS = {
    "AffineTransform": lambda: D.AffineTransform(double(0.5), double(-2.0)),
    "ExpTransform": D.ExpTransform,
    "PowerTransform": lambda: D.ComposeTransform([D.ExpTransform(), D.PowerTransform(double(1.5))]),
    "SigmoidTransform": D.SigmoidTransform,
    "SoftplusTransform": D.SoftplusTransform,
    "TanhTransform": D.TanhTransform,
    "CumulativeDistributionTransform": lambda: D.CumulativeDistributionTransform(D.Normal(0.5, double(2.0))),
    "ComposeTransform": lambda: D.ComposeTransform([D.AffineTransform(1.0, 0.5), D.TanhTransform(), D.ExpTransform()]),
    "inverse": lambda: D.ComposeTransform([D.SigmoidTransform(), D.ExpTransform().inv]),
}


@given(st.sampled_from(sorted(TRANSFORMS)), st.lists(st.floats(-3.0, 3.0), min_size=1, max_size=4))
def test_a_transform_has_its_inverse_and_the_logarithm_of_its_derivative(name, numbers):
    transform, x = TRANSFORMS[name](), double(numbers, requires_grad=True)
    y = transform(x)
    assert transform.inv(y).allclose(x, atol=1e-6)
    assert transform.inv.inv(x).equal(y)
    (slope,) = grad(y.sum(), [x])
    assert slope.abs().log().allclose(transform.log_abs_det_jacobian(x, y), atol=1e-9)
    assert transform.inv.log_abs_det_jacobian(y, x).allclose(-transform.log_abs_det_jacobian(x, y), atol=1e-9)
    assert (slope.sign() == transform.sign).all()


@given(st.lists(st.floats(-2.0, 2.0), min_size=1, max_size=4))
def test_stick_breaking_has_the_logarithm_of_its_determinant(numbers):
    transform, x = D.StickBreakingTransform(), double(numbers)
    y = transform(x)
    assert math.isclose(y.sum().item(), 1.0, rel_tol=1e-12) and transform.inv(y).allclose(x, atol=1e-9)
    jacobian = backprop.autograd.functional.jacobian(lambda x: transform(x)[:-1], x)
    assert math.isclose(backprop.logdet(jacobian).item(), transform.log_abs_det_jacobian(x, y).item(), abs_tol=1e-9)


@pytest.mark.parametrize("registry", [D.biject_to, D.transform_to])
@pytest.mark.parametrize(
    "constraint",
    [
        D.constraints.real,
        D.constraints.positive,
        D.constraints.greater_than(2.0),
        D.constraints.less_than(-1.0),
        D.constraints.unit_interval,
        D.constraints.interval(-1.0, 3.0),
        D.constraints.simplex,
        D.constraints.real_vector,
    ],
    ids=repr,
)
def test_a_registered_transform_leads_into_the_set(registry, constraint):
    transform, x = registry(constraint), double([[0.5, -1.0, 2.0], [0.0, 0.25, -3.0]])
    y = transform(x)
    assert constraint.check(y).all()
    assert transform(transform.inv(y)).allclose(y)
