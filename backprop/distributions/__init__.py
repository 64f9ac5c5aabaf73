"""Distributions of probability, as in ``torch.distributions``: samples, log_prob, entropy, and the divergence of two.

PyTorch's generalized Pareto, LKJ, low-rank normal, von Mises and Wishart distributions are left out.
"""

from typing import TYPE_CHECKING

from backprop.lazy_names import lazy_names

if TYPE_CHECKING:
    from backprop.distributions import constraints as constraints
    from backprop.distributions import transforms as transforms
    from backprop.distributions.bernoulli import Bernoulli as Bernoulli
    from backprop.distributions.beta import Beta as Beta
    from backprop.distributions.binomial import Binomial as Binomial
    from backprop.distributions.categorical import Categorical as Categorical
    from backprop.distributions.cauchy import Cauchy as Cauchy
    from backprop.distributions.chi2 import Chi2 as Chi2
    from backprop.distributions.constraint_registry import biject_to as biject_to
    from backprop.distributions.constraint_registry import transform_to as transform_to
    from backprop.distributions.continuous_bernoulli import ContinuousBernoulli as ContinuousBernoulli
    from backprop.distributions.dirichlet import Dirichlet as Dirichlet
    from backprop.distributions.distribution import Distribution as Distribution
    from backprop.distributions.exponential import Exponential as Exponential
    from backprop.distributions.fishersnedecor import FisherSnedecor as FisherSnedecor
    from backprop.distributions.gamma import Gamma as Gamma
    from backprop.distributions.geometric import Geometric as Geometric
    from backprop.distributions.gumbel import Gumbel as Gumbel
    from backprop.distributions.half_cauchy import HalfCauchy as HalfCauchy
    from backprop.distributions.half_normal import HalfNormal as HalfNormal
    from backprop.distributions.independent import Independent as Independent
    from backprop.distributions.inverse_gamma import InverseGamma as InverseGamma
    from backprop.distributions.kl import kl_divergence as kl_divergence
    from backprop.distributions.kl import register_kl as register_kl
    from backprop.distributions.kumaraswamy import Kumaraswamy as Kumaraswamy
    from backprop.distributions.laplace import Laplace as Laplace
    from backprop.distributions.log_normal import LogNormal as LogNormal
    from backprop.distributions.logistic_normal import LogisticNormal as LogisticNormal
    from backprop.distributions.mixture_same_family import MixtureSameFamily as MixtureSameFamily
    from backprop.distributions.multinomial import Multinomial as Multinomial
    from backprop.distributions.multivariate_normal import MultivariateNormal as MultivariateNormal
    from backprop.distributions.negative_binomial import NegativeBinomial as NegativeBinomial
    from backprop.distributions.normal import Normal as Normal
    from backprop.distributions.one_hot_categorical import OneHotCategorical as OneHotCategorical
    from backprop.distributions.one_hot_categorical import (
        OneHotCategoricalStraightThrough as OneHotCategoricalStraightThrough,
    )
    from backprop.distributions.pareto import Pareto as Pareto
    from backprop.distributions.poisson import Poisson as Poisson
    from backprop.distributions.relaxed_bernoulli import RelaxedBernoulli as RelaxedBernoulli
    from backprop.distributions.relaxed_categorical import RelaxedOneHotCategorical as RelaxedOneHotCategorical
    from backprop.distributions.studentT import StudentT as StudentT
    from backprop.distributions.transformed_distribution import TransformedDistribution as TransformedDistribution
    from backprop.distributions.transforms import AbsTransform as AbsTransform
    from backprop.distributions.transforms import AffineTransform as AffineTransform
    from backprop.distributions.transforms import ComposeTransform as ComposeTransform
    from backprop.distributions.transforms import CumulativeDistributionTransform as CumulativeDistributionTransform
    from backprop.distributions.transforms import ExpTransform as ExpTransform
    from backprop.distributions.transforms import IndependentTransform as IndependentTransform
    from backprop.distributions.transforms import LowerCholeskyTransform as LowerCholeskyTransform
    from backprop.distributions.transforms import PositiveDefiniteTransform as PositiveDefiniteTransform
    from backprop.distributions.transforms import PowerTransform as PowerTransform
    from backprop.distributions.transforms import ReshapeTransform as ReshapeTransform
    from backprop.distributions.transforms import SigmoidTransform as SigmoidTransform
    from backprop.distributions.transforms import SoftmaxTransform as SoftmaxTransform
    from backprop.distributions.transforms import SoftplusTransform as SoftplusTransform
    from backprop.distributions.transforms import StickBreakingTransform as StickBreakingTransform
    from backprop.distributions.transforms import TanhTransform as TanhTransform
    from backprop.distributions.transforms import Transform as Transform
    from backprop.distributions.transforms import identity_transform as identity_transform
    from backprop.distributions.uniform import Uniform as Uniform
    from backprop.distributions.weibull import Weibull as Weibull
else:
    __all__, __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "": "constraints transforms",
            "bernoulli": "Bernoulli",
            "beta": "Beta",
            "binomial": "Binomial",
            "categorical": "Categorical",
            "cauchy": "Cauchy",
            "chi2": "Chi2",
            "constraint_registry": "biject_to transform_to",
            "continuous_bernoulli": "ContinuousBernoulli",
            "dirichlet": "Dirichlet",
            "distribution": "Distribution",
            "exponential": "Exponential",
            "fishersnedecor": "FisherSnedecor",
            "gamma": "Gamma",
            "geometric": "Geometric",
            "gumbel": "Gumbel",
            "half_cauchy": "HalfCauchy",
            "half_normal": "HalfNormal",
            "independent": "Independent",
            "inverse_gamma": "InverseGamma",
            "kl": "kl_divergence register_kl",
            "kumaraswamy": "Kumaraswamy",
            "laplace": "Laplace",
            "log_normal": "LogNormal",
            "logistic_normal": "LogisticNormal",
            "mixture_same_family": "MixtureSameFamily",
            "multinomial": "Multinomial",
            "multivariate_normal": "MultivariateNormal",
            "negative_binomial": "NegativeBinomial",
            "normal": "Normal",
            "one_hot_categorical": "OneHotCategorical OneHotCategoricalStraightThrough",
            "pareto": "Pareto",
            "poisson": "Poisson",
            "relaxed_bernoulli": "RelaxedBernoulli",
            "relaxed_categorical": "RelaxedOneHotCategorical",
            "studentT": "StudentT",
            "transformed_distribution": "TransformedDistribution",
            "transforms": (
                "AbsTransform AffineTransform ComposeTransform CumulativeDistributionTransform ExpTransform"
                " IndependentTransform LowerCholeskyTransform PositiveDefiniteTransform PowerTransform ReshapeTransform"
                " SigmoidTransform SoftmaxTransform SoftplusTransform StickBreakingTransform TanhTransform Transform"
                " identity_transform"
            ),
            "uniform": "Uniform",
            "weibull": "Weibull",
        },
    )
