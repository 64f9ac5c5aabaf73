"""The Kullback-Leibler divergence of two distributions, KL(p‖q) = E ln p(x)/q(x) for x of p."""

from __future__ import annotations

import math
import warnings
from itertools import product
from typing import Any, Callable, TypeVar

from backprop.autograd import Tensor
from backprop.distributions.bernoulli import Bernoulli
from backprop.distributions.beta import Beta
from backprop.distributions.binomial import Binomial
from backprop.distributions.categorical import Categorical
from backprop.distributions.cauchy import Cauchy
from backprop.distributions.continuous_bernoulli import ContinuousBernoulli
from backprop.distributions.dirichlet import Dirichlet
from backprop.distributions.distribution import Distribution
from backprop.distributions.exponential import Exponential
from backprop.distributions.gamma import Gamma
from backprop.distributions.geometric import Geometric
from backprop.distributions.gumbel import Gumbel
from backprop.distributions.half_normal import HalfNormal
from backprop.distributions.independent import Independent
from backprop.distributions.laplace import Laplace
from backprop.distributions.multivariate_normal import MultivariateNormal, half_log_det, mahalanobis
from backprop.distributions.normal import Normal
from backprop.distributions.one_hot_categorical import OneHotCategorical
from backprop.distributions.pareto import Pareto
from backprop.distributions.poisson import Poisson
from backprop.distributions.transformed_distribution import TransformedDistribution
from backprop.distributions.uniform import Uniform
from backprop.distributions.utils import euler_constant, sum_rightmost
from backprop.linalg import solve_triangular
from backprop.nn.functional import logsigmoid
from backprop.tensors import abs as size
from backprop.tensors import digamma, erf, exp, full, lgamma, log, log1p, where, xlogy
from backprop.tensors import sum as total

Divergence = Callable[[Any, Any], Tensor]
F = TypeVar("F", bound=Divergence)

_divergences: dict[tuple[type, type], Divergence] = {}


def register_kl(type_p: type, type_q: type) -> Callable[[F], F]:
    """Make a function of p and q the divergence of all distributions of these classes, and of their subclasses."""
    for kind in (type_p, type_q):
        if not isinstance(kind, type) or not issubclass(kind, Distribution):
            raise TypeError(f"register_kl: both are classes of distributions, got {kind!r}")

    def decorator(function: F) -> F:
        _divergences[type_p, type_q] = function
        return function

    return decorator


def kl_divergence(p: Distribution, q: Distribution) -> Tensor:
    """KL(p‖q) of each pair of the batches: 0 where p and q are the same, and else above 0.

    The function is that which is registered for the classes of p and q, or for the nearest classes that they have above them.
    Raises NotImplementedError where none is.

    >>> from backprop.distributions import Normal
    >>> kl_divergence(Normal(0.0, 1.0), Normal(1.0, 1.0))
    tensor(0.5000)
    """
    p_kinds, q_kinds = type(p).__mro__, type(q).__mro__
    found = next((pair for pair in product(p_kinds, q_kinds) if pair in _divergences), None)
    if found is None:
        raise NotImplementedError(
            f"kl_divergence: there is none of {type(p).__name__} from {type(q).__name__};"
            f" write @register_kl({type(p).__name__}, {type(q).__name__}) before a function of p and q"
        )
    other = next((a, b) for b, a in product(q_kinds, p_kinds) if (a, b) in _divergences)
    if _divergences[other] is not _divergences[found]:
        warnings.warn(
            f"kl_divergence: {found} and {other} are equally near to {type(p), type(q)}; register these themselves",
            RuntimeWarning,
            stacklevel=2,
        )
    return _divergences[found](p, q)


# -------------------------------------------------------------------- of one family


@register_kl(Normal, Normal)
def _normals(p: Normal, q: Normal) -> Tensor:
    """½·(v + ((μₚ − μ)/σ)² − 1 − ln v) for v = σₚ²/σ²."""
    ratio = (p.scale / q.scale) ** 2
    return 0.5 * (ratio + ((p.loc - q.loc) / q.scale) ** 2 - 1 - log(ratio))


@register_kl(HalfNormal, HalfNormal)
def _half_normals(p: HalfNormal, q: HalfNormal) -> Tensor:
    return _normals(p.base_dist, q.base_dist)


@register_kl(MultivariateNormal, MultivariateNormal)
def _multivariate_normals(p: MultivariateNormal, q: MultivariateNormal) -> Tensor:
    """½·(|L⁻¹·Lₚ|² + |L⁻¹·(μ − μₚ)|² − n) + ln det L − ln det Lₚ."""
    if p.event_shape != q.event_shape:
        raise ValueError(
            f"kl_divergence: both have events of one shape, got {list(p.event_shape)} and {list(q.event_shape)}"
        )
    spread = total(solve_triangular(q._factor, p._factor, upper=False) ** 2, (-2, -1))
    distance = mahalanobis(q._factor, q.loc - p.loc)
    return 0.5 * (spread + distance - p.event_shape[0]) + half_log_det(q._factor) - half_log_det(p._factor)


@register_kl(Bernoulli, Bernoulli)
def _bernoullis(p: Bernoulli, q: Bernoulli) -> Tensor:
    """p·ln(p/q) + (1 − p)·ln((1 − p)/(1 − q))."""
    yes = p.probs * (logsigmoid(p.logits) - logsigmoid(q.logits))
    no = (1 - p.probs) * (logsigmoid(-p.logits) - logsigmoid(-q.logits))
    yes = where(p.probs == 0, 0.0, where(q.probs == 0, math.inf, yes))
    return yes + where(p.probs == 1, 0.0, where(q.probs == 1, math.inf, no))


@register_kl(Binomial, Binomial)
def _binomials(p: Binomial, q: Binomial) -> Tensor:
    if (p.total_count < q.total_count).any():
        raise NotImplementedError(
            "kl_divergence: the total_count of q is at most that of p, for binomial distributions"
        )
    own = p.total_count * (p.probs * (p.logits - q.logits) + log1p(-p.probs) - log1p(-q.probs))
    return where(p.total_count > q.total_count, math.inf, own)


@register_kl(Categorical, Categorical)
def _categoricals(p: Categorical, q: Categorical) -> Tensor:
    """Σ pᵢ·ln(pᵢ/qᵢ)."""
    terms = p.probs * (p.logits - q.logits)
    return total(where(p.probs == 0, 0.0, where(q.probs == 0, math.inf, terms)), -1)


@register_kl(OneHotCategorical, OneHotCategorical)
def _one_hot_categoricals(p: OneHotCategorical, q: OneHotCategorical) -> Tensor:
    return _categoricals(p._categorical, q._categorical)


@register_kl(Dirichlet, Dirichlet)
def _dirichlets(p: Dirichlet, q: Dirichlet) -> Tensor:
    """Σ (αₚ − α)·E ln xᵢ, and the difference of the normalizers."""
    expected = digamma(p.concentration) - digamma(total(p.concentration, -1, keepdim=True))
    difference = total((p.concentration - q.concentration) * expected, -1)
    return difference + q._log_normalizer() - p._log_normalizer()


@register_kl(Beta, Beta)
def _betas(p: Beta, q: Beta) -> Tensor:
    return _dirichlets(p._dirichlet, q._dirichlet)


@register_kl(Gamma, Gamma)
def _gammas(p: Gamma, q: Gamma) -> Tensor:
    own, other = p.concentration, q.concentration
    shapes = (own - other) * digamma(own) + lgamma(other) - lgamma(own)
    return shapes + other * log(p.rate / q.rate) + own * (q.rate / p.rate - 1)


@register_kl(Exponential, Exponential)
def _exponentials(p: Exponential, q: Exponential) -> Tensor:
    ratio = q.rate / p.rate
    return ratio - 1 - log(ratio)


@register_kl(Laplace, Laplace)
def _laplaces(p: Laplace, q: Laplace) -> Tensor:
    ratio, distance = p.scale / q.scale, size(p.loc - q.loc)
    return distance / q.scale + ratio * exp(-distance / p.scale) - 1 - log(ratio)


@register_kl(Gumbel, Gumbel)
def _gumbels(p: Gumbel, q: Gumbel) -> Tensor:
    ratio, distance = p.scale / q.scale, (p.loc - q.loc) / q.scale
    return distance + ratio * euler_constant + exp(lgamma(1 + ratio) - distance) - log(ratio) - (1 + euler_constant)


@register_kl(Cauchy, Cauchy)
def _cauchys(p: Cauchy, q: Cauchy) -> Tensor:
    """Chyzak and Nielsen, "A closed-form formula for the Kullback-Leibler divergence between Cauchy distributions" (2019)."""
    return log(((p.scale + q.scale) ** 2 + (p.loc - q.loc) ** 2) / (4 * p.scale * q.scale))


@register_kl(Pareto, Pareto)
def _paretos(p: Pareto, q: Pareto) -> Tensor:
    ratio = q.alpha / p.alpha
    own = q.alpha * log(p.scale / q.scale) - log(ratio) + ratio - 1
    return where(p.scale < q.scale, math.inf, own)


@register_kl(Poisson, Poisson)
def _poissons(p: Poisson, q: Poisson) -> Tensor:
    return p.rate * (log(p.rate) - log(q.rate)) - (p.rate - q.rate)


@register_kl(Geometric, Geometric)
def _geometrics(p: Geometric, q: Geometric) -> Tensor:
    return -p.entropy() - log1p(-q.probs) / p.probs - q.logits


@register_kl(ContinuousBernoulli, ContinuousBernoulli)
def _continuous_bernoullis(p: ContinuousBernoulli, q: ContinuousBernoulli) -> Tensor:
    return -p.entropy() - p.mean * q.logits - log1p(-q.probs) - q._log_constant()


@register_kl(Uniform, Uniform)
def _uniforms(p: Uniform, q: Uniform) -> Tensor:
    own = log((q.high - q.low) / (p.high - p.low))
    return where((q.low > p.low) | (q.high < p.high), math.inf, own)


@register_kl(TransformedDistribution, TransformedDistribution)
def _transformed(p: TransformedDistribution, q: TransformedDistribution) -> Tensor:
    """That of the base distributions: a transform changes both densities by the same factor."""
    if p.transforms != q.transforms or p.event_shape != q.event_shape:
        raise NotImplementedError("kl_divergence: transformed distributions have the same transforms and events")
    further = len(p.event_shape) - len(p.base_dist.event_shape)
    return sum_rightmost(kl_divergence(p.base_dist, q.base_dist), further)


@register_kl(Independent, Independent)
def _independents(p: Independent, q: Independent) -> Tensor:
    if p.reinterpreted_batch_ndims != q.reinterpreted_batch_ndims:
        raise NotImplementedError("kl_divergence: both have the same reinterpreted_batch_ndims")
    return sum_rightmost(kl_divergence(p.base_dist, q.base_dist), p.reinterpreted_batch_ndims)


# -------------------------------------------------------------------- of two families: −H(p) − E ln q(x)


def register(p_types: tuple[type, ...], *q_types: type) -> Callable[[F], F]:
    def decorator(function: F) -> F:
        for type_p, type_q in product(p_types, q_types):
            register_kl(type_p, type_q)(function)
        return function

    return decorator


@register((Beta, ContinuousBernoulli, Exponential, Gamma, Gumbel, Laplace, Pareto, Uniform), Normal)
def _from_normal(p: Distribution, q: Normal) -> Tensor:
    """−E ln q(x) = ½·ln 2πσ² + ½·(Var x + (E x − μ)²)/σ²."""
    square = (p.variance + (p.mean - q.loc) ** 2) / q.scale**2
    return -p.entropy() + 0.5 * math.log(2 * math.pi) + log(q.scale) + 0.5 * square


@register((Beta, ContinuousBernoulli, Gamma, Pareto, Uniform), Exponential)
def _from_exponential(p: Distribution, q: Exponential) -> Tensor:
    """−E ln q(x) = λ·E x − ln λ."""
    return _where_inside(p, 0, -p.entropy() + q.rate * p.mean - log(q.rate))


@register((Beta, Exponential, Pareto, Uniform), Gamma)
def _from_gamma(p: Distribution, q: Gamma) -> Tensor:
    """−E ln q(x) = ln Γ(α) − α·ln β − (α − 1)·E ln x + β·E x."""
    a = q.concentration
    own = lgamma(a) - a * log(q.rate) - (a - 1) * _mean_log(p) + q.rate * p.mean
    return _where_inside(p, 0, own - p.entropy())


@register((Uniform,), Beta)
def _uniform_from_beta(p: Uniform, q: Beta) -> Tensor:
    """−E ln q(x) = ln B(α, β) − (α − 1)·E ln x − (β − 1)·E ln(1 − x)."""
    mirrored = _mean_log_between(1 - p.high, 1 - p.low)
    own = q._dirichlet._log_normalizer() - (q.concentration1 - 1) * _mean_log(p) - (q.concentration0 - 1) * mirrored
    return where(p.high > 1, math.inf, _where_inside(p, 0, own - p.entropy()))


@register((Uniform,), Pareto)
def _uniform_from_pareto(p: Uniform, q: Pareto) -> Tensor:
    """−E ln q(x) = (α + 1)·E ln x − ln α − α·ln m."""
    own = (q.alpha + 1) * _mean_log(p) - log(q.alpha) - q.alpha * log(q.scale)
    return _where_inside(p, q.scale, own - p.entropy())


@register((Exponential, Gamma, Normal, Uniform), Gumbel)
def _from_gumbel(p: Distribution, q: Gumbel) -> Tensor:
    """−E ln q(x) = ln β + (E x − μ)/β + e^(μ/β)·E e^(−x/β)."""
    own = log(q.scale) + (p.mean - q.loc) / q.scale
    return own + exp(q.loc / q.scale) * _mean_exp(p, 1 / q.scale) - p.entropy()


@register((Normal,), Laplace)
def _normal_from_laplace(p: Normal, q: Laplace) -> Tensor:
    """−E ln q(x) = ln 2b + E|x − μ|/b."""
    distance = p.loc - q.loc
    z = distance / p.scale
    deviation = math.sqrt(2 / math.pi) * p.scale * exp(-0.5 * z**2) + distance * erf(math.sqrt(0.5) * z)
    return log(2 * q.scale) + deviation / q.scale - p.entropy()


@register((Beta, ContinuousBernoulli), Uniform)
def _from_uniform(p: Distribution, q: Uniform) -> Tensor:
    """−E ln q(x) = ln(b − a), for an x from 0 to 1."""
    return where((q.low > 0) | (q.high < 1), math.inf, log(q.high - q.low) - p.entropy())


@register((Uniform,), ContinuousBernoulli)
def _uniform_from_continuous_bernoulli(p: Uniform, q: ContinuousBernoulli) -> Tensor:
    own = -p.entropy() - p.mean * q.logits - log1p(-q.probs) - q._log_constant()
    return where((p.low < 0) | (p.high > 1), math.inf, own)


@register((Bernoulli,), Poisson)
def _bernoulli_from_poisson(p: Bernoulli, q: Poisson) -> Tensor:
    return -p.entropy() - (p.probs * log(q.rate) - q.rate)


@register((Exponential, Gamma), Beta, ContinuousBernoulli, Pareto, Uniform)
@register((Gumbel, Laplace, Normal), Beta, ContinuousBernoulli, Exponential, Gamma, Pareto, Uniform)
@register((Pareto,), Beta, ContinuousBernoulli, Uniform)
@register((Beta, ContinuousBernoulli), Pareto)
@register((Poisson,), Bernoulli, Binomial)
def _infinite(p: Distribution, q: Distribution) -> Tensor:
    """p has values that q has not."""
    return full(p.batch_shape, math.inf)


def _where_inside(p: Distribution, least: Any, divergence: Tensor) -> Tensor:
    """The divergence, infinite for a uniform p with values below the ``least`` of q."""
    return where(p.low < least, math.inf, divergence) if isinstance(p, Uniform) else divergence


def _mean_log(p: Any) -> Tensor:
    """E ln x."""
    if isinstance(p, Beta):
        return digamma(p.concentration1) - digamma(p.concentration1 + p.concentration0)
    if isinstance(p, Exponential):
        return -euler_constant - log(p.rate)
    if isinstance(p, Pareto):
        return log(p.scale) + 1 / p.alpha
    return _mean_log_between(p.low, p.high)


def _mean_log_between(low: Tensor, high: Tensor) -> Tensor:
    return (xlogy(high, high) - xlogy(low, low)) / (high - low) - 1


def _mean_exp(p: Any, t: Tensor) -> Tensor:
    """E e^−tx."""
    if isinstance(p, Exponential):
        return p.rate / (p.rate + t)
    if isinstance(p, Gamma):
        return (1 + t / p.rate) ** -p.concentration
    if isinstance(p, Normal):
        return exp(-t * p.loc + 0.5 * (t * p.scale) ** 2)
    width: Tensor = p.high - p.low
    return (exp(-t * p.low) - exp(-t * p.high)) / (t * width)
