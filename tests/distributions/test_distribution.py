"""Distributions: shapes, expansion, what is refused and how, and subclasses as programs write them."""

import math
from typing import ClassVar

import pytest

import backprop
from backprop import distributions as D
from backprop import exp, float64, manual_seed, nn, ones, rand, tensor, zeros
from backprop.distributions import constraints, kl_divergence
from tests.distributions.test_against_pytorch import CASES, as_parameters, made


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["make"])
def test_an_expanded_distribution_is_the_same_for_all_of_the_batch(case):
    distribution = made(case["make"], as_parameters(case["parameters"]))
    more = distribution.expand([4, *distribution.batch_shape])
    assert type(more) is type(distribution) and more.event_shape == distribution.event_shape
    assert more.batch_shape == (4, *distribution.batch_shape)
    value = tensor(case["value"], dtype=float64)
    log_prob = distribution.log_prob(value)
    one = value if value.dim() == len(distribution.batch_shape + distribution.event_shape) else value[0]
    found = more.log_prob(one)
    expected = distribution.log_prob(one)
    assert found.shape == (4, *distribution.batch_shape) and (found - expected).abs().max().item() < 1e-12
    assert log_prob.shape[log_prob.dim() - len(distribution.batch_shape) :] == distribution.batch_shape
    assert more.sample((2,)).shape == (2, *more.batch_shape, *more.event_shape)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["make"])
def test_samples_are_in_the_support_and_rsample_has_gradients(case):
    parameters = as_parameters(case["parameters"])
    distribution = made(case["make"], parameters)
    manual_seed(1)
    sample = distribution.sample((3,))
    assert distribution.support.check(sample).all() and not sample.requires_grad
    if distribution.has_rsample:
        manual_seed(1)
        moved = distribution.rsample((3,))
        assert moved.allclose(sample)
        moved.sum().backward()
        assert any(p.grad is not None for p in parameters.values())
    else:
        with pytest.raises(NotImplementedError, match="has no rsample"):
            distribution.rsample()


REFUSED = {
    "Normal: scale is above 0.0, got -1.0": lambda: D.Normal(0.0, -1.0),
    "Normal: scale is above 0.0, got 0.0 at (1,)": lambda: D.Normal(zeros(2), tensor([1.0, 0.0])),
    "Normal: loc is a number other than NaN, got nan": lambda: D.Normal(math.nan, 1.0),
    "Bernoulli: either probs or logits is given, got neither": D.Bernoulli,
    "Bernoulli: either probs or logits is given, got both": lambda: D.Bernoulli(0.5, 0.0),
    "Bernoulli: probs is from 0.0 to 1.0, got 1.5": lambda: D.Bernoulli(1.5),
    "Bernoulli.log_prob: value is 0 or 1, got 0.5": lambda: D.Bernoulli(0.5).log_prob(tensor(0.5)),
    "Categorical: probs has at least one axis, that of the classes, got 0.5": lambda: D.Categorical(tensor(0.5)),
    "Categorical: probs is numbers from 0 up whose sum is 1, got [-0.25, 1.25]": lambda: D.Categorical(
        tensor([-1.0, 5.0])
    ),
    "Categorical: logits is a number other than NaN in every entry, got [nan, nan]": lambda: D.Categorical(
        logits=tensor([math.nan, 0.0])
    ),
    "Categorical.log_prob: value is a whole number from 0 to 1, got 2 at (1,)": lambda: D.Categorical(ones(2)).log_prob(
        tensor([0, 2])
    ),
    "Normal.log_prob: value is a Tensor, got 0.5": lambda: D.Normal(0.0, 1.0).log_prob(0.5),
    "Normal.log_prob: value ends in the shape [3], got [2]": lambda: D.Normal(zeros(3), 1.0).log_prob(zeros(2)),
    "Normal.cdf: value is a number other than NaN, got nan": lambda: D.Normal(0.0, 1.0).cdf(tensor(math.nan)),
    "Dirichlet.log_prob: value ends in the shape [3], got [1]": lambda: D.Dirichlet(ones(3)).log_prob(zeros(1)),
    "Dirichlet: concentration is above 0.0 in every entry, got [1.0, 0.0]": lambda: D.Dirichlet(tensor([1.0, 0.0])),
    "Dirichlet: concentration has at least one axis, got 1.0": lambda: D.Dirichlet(tensor(1.0)),
    "Exponential.log_prob: value is from 0.0 up, got -1.0": lambda: D.Exponential(1.0).log_prob(tensor(-1.0)),
    "Uniform: low is below 1.0, got 2.0": lambda: D.Uniform(2.0, 1.0),
    "Uniform: low is below its bound, got 2.0 at (1,)": lambda: D.Uniform(tensor([0.0, 2.0]), ones(2)),
    "Uniform.log_prob: value is from 0.0 to 1.0, got 2.0": lambda: D.Uniform(0.0, 1.0).log_prob(tensor(2.0)),
    "Geometric: probs is above 0, got 0.0": lambda: D.Geometric(0.0),
    "Poisson.log_prob: value is a whole number from 0 up, got 0.5": lambda: D.Poisson(1.0).log_prob(tensor(0.5)),
    "MultivariateNormal: covariance_matrix is a symmetric matrix with eigenvalues above 0, got [[1.0, 2.0], [2.0, 1.0]]": (
        lambda: D.MultivariateNormal(zeros(2), tensor([[1.0, 2.0], [2.0, 1.0]]))
    ),
    "MultivariateNormal: scale_tril is a lower triangular matrix with a diagonal above 0, got [[1.0, 1.0], [0.0, 1.0]]": (
        lambda: D.MultivariateNormal(zeros(2), scale_tril=tensor([[1.0, 1.0], [0.0, 1.0]]))
    ),
    "MultivariateNormal: exactly one of covariance_matrix, precision_matrix, scale_tril is given, got none": (
        lambda: D.MultivariateNormal(zeros(2))
    ),
    "MultivariateNormal: loc has at least one axis and covariance_matrix two, got the shapes [] and [2, 2]": (
        lambda: D.MultivariateNormal(tensor(0.0), backprop.eye(2))
    ),
    "OneHotCategorical.log_prob: value is a single 1 among zeros, got [1.0, 1.0]": lambda: D.OneHotCategorical(
        ones(2)
    ).log_prob(ones(2)),
    "Multinomial.log_prob: value is whole numbers from 0 up whose sum is at most 2, got [2.0, 1.0]": (
        lambda: D.Multinomial(2, ones(2)).log_prob(tensor([2.0, 1.0]))
    ),
    "Independent: reinterpreted_batch_ndims is at most the number of axes of the batch, got 1 for []": (
        lambda: D.Independent(D.Normal(0.0, 1.0), 1)
    ),
    "MixtureSameFamily: mixture_distribution is a Categorical, got Normal(loc: 0.0, scale: 1.0)": (
        lambda: D.MixtureSameFamily(D.Normal(0.0, 1.0), D.Normal(0.0, 1.0))
    ),
    "MixtureSameFamily: the batch of component_distribution ends in the number of classes of mixture_distribution,"
    " got [3] for [2]": lambda: D.MixtureSameFamily(D.Categorical(ones(2)), D.Normal(zeros(3), 1.0)),
    "TransformedDistribution: transforms are a Transform or a list of them, got 'exp'": (
        lambda: D.TransformedDistribution(D.Normal(0.0, 1.0), ["exp"])
    ),
    "TransformedDistribution: the base distribution has at least 1 axes, got the shape []": (
        lambda: D.TransformedDistribution(D.Normal(0.0, 1.0), D.StickBreakingTransform())
    ),
    "ExpTransform: cache_size is 0 or 1, got 2": lambda: D.ExpTransform(cache_size=2),
    "ReshapeTransform: in_shape and out_shape have the same number of entries, got [4] and [3]": (
        lambda: D.ReshapeTransform([4], [3])
    ),
    "ReshapeTransform: a shape ends in [4], got [2, 3]": lambda: D.ReshapeTransform([4], [2, 2]).forward_shape([2, 3]),
    "kl_divergence: both have events of one shape, got [2] and [3]": lambda: kl_divergence(
        D.MultivariateNormal(zeros(2), backprop.eye(2)), D.MultivariateNormal(zeros(3), backprop.eye(3))
    ),
    "broadcast_all: all values are Tensors or numbers, got 'one'": lambda: D.Normal("one", 1.0),
}


@pytest.mark.parametrize("sentence", REFUSED)
def test_what_is_no_parameter_or_no_value_is_refused(sentence):
    with pytest.raises(ValueError) as refused:
        REFUSED[sentence]()
    assert str(refused.value) == sentence


@pytest.mark.parametrize(
    ("sentence", "call"),
    [
        ("Cauchy has no enumerate_support", lambda: D.Cauchy(0.0, 1.0).enumerate_support()),
        ("Categorical has no cdf", lambda: D.Categorical(ones(2)).cdf(tensor(0))),
        ("Gamma has no icdf", lambda: D.Gamma(1.0, 1.0).icdf(tensor(0.5))),
        ("Poisson has no rsample", lambda: D.Poisson(1.0).rsample()),
        (
            "MixtureSameFamily has no mode",
            lambda: D.MixtureSameFamily(D.Categorical(ones(1)), D.Normal(zeros(1), 1)).mode,
        ),
        ("Poisson has no entropy", lambda: D.Poisson(1.0).perplexity()),
        ("Multinomial: total_count is an int", lambda: D.Multinomial(tensor([1, 2]), ones(2))),
        ("all total_count are the same", lambda: D.Binomial(tensor([1.0, 2.0]), 0.5).enumerate_support()),
        ("several entries together", lambda: D.Independent(D.Bernoulli(ones(2)), 1).enumerate_support()),
        ("there is none of Normal from Bernoulli", lambda: kl_divergence(D.Normal(0.0, 1.0), D.Bernoulli(0.5))),
        ("the same transforms", lambda: kl_divergence(D.LogNormal(0.0, 1.0), D.HalfCauchy(1.0))),
        ("AbsTransform has no log_abs", lambda: D.AbsTransform().log_abs_det_jacobian(ones(1), ones(1))),
        ("AbsTransform has no sign", lambda: D.AbsTransform().sign),
        ("there is no transform to Boolean()", lambda: D.biject_to(constraints.boolean)),
    ],
)
def test_what_there_is_not_says_so(sentence, call):
    with pytest.raises(NotImplementedError) as refused:
        call()
    assert sentence in str(refused.value)


def test_validation_can_be_left_out():
    value = D.Bernoulli(tensor(0.5), validate_args=False).log_prob(tensor([0.25]))
    assert math.isclose(value.item(), math.log(0.5), rel_tol=1e-6)
    assert D.Normal(0.0, -1.0, validate_args=False).scale.item() == -1.0
    before = D.Distribution._validate_args
    try:
        D.Distribution.set_default_validate_args(False)
        assert D.Normal(0.0, -1.0).scale.item() == -1.0
    finally:
        D.Distribution.set_default_validate_args(before)


def test_numbers_have_the_dtype_of_the_tensors_beside_them():
    normal = D.Normal(tensor([0.0], dtype=float64), 1)
    assert normal.scale.dtype is float64 and normal.rsample().dtype is float64
    assert D.Normal(0, 1).scale.dtype is backprop.float32
    assert D.Bernoulli(logits=0.0).probs.item() == 0.5
    assert D.Categorical(ones(3)).sample().dtype is backprop.int64
    assert D.Binomial(3, tensor(0.5, dtype=float64)).sample((2,)).dtype is float64


def test_a_parameter_that_is_computed_under_no_grad_has_a_gradient():
    logits = tensor([0.0, 1.0], requires_grad=True)
    distribution = D.Categorical(logits=logits)
    distribution.sample()
    distribution.probs[0].backward()
    assert logits.grad is not None


def test_a_class_of_constraints_is_a_property_of_the_object():
    assert constraints.is_dependent(D.Uniform.support) and not constraints.is_dependent(D.Normal.support)
    assert D.Binomial.support.is_discrete and D.Multinomial.support.event_dim == 1
    with pytest.raises(ValueError, match="only that of an object can be checked"):
        D.Uniform.support.check(ones(1))
    assert (repr(D.Uniform.support), repr(constraints.dependent)) == ("DependentProperty()", "Dependent()")
    assert repr(constraints.real_vector) == "IndependentConstraint(Real(), 1)"
    assert [repr(c) for c in (constraints.simplex, constraints.integer_interval(0, 4), constraints.positive)] == [
        "Simplex()",
        "IntegerInterval(lower_bound=0, upper_bound=4)",
        "GreaterThan(lower_bound=0.0)",
    ]


MATRICES = [
    ("symmetric", [[1.0, 2.0], [2.0, 1.0]], True),
    ("symmetric", [[1.0, 2.0], [3.0, 1.0]], False),
    ("symmetric", [[1.0, 2.0]], False),
    ("positive_semidefinite", [[1.0, 1.0], [1.0, 1.0]], True),
    ("positive_definite", [[2.0, 1.0], [1.0, 2.0]], True),
    ("positive_definite", [[1.0, 2.0], [2.0, 1.0]], False),
    ("lower_triangular", [[0.0, 0.0], [1.0, 0.0]], True),
    ("lower_cholesky", [[0.0, 0.0], [1.0, 0.0]], False),
    ("square", [[1.0, 2.0]], False),
]


@pytest.mark.parametrize(("name", "matrix", "valid"), MATRICES)
def test_matrices_are_in_the_set_or_not(name, matrix, valid):
    found = getattr(constraints, name).check(tensor([matrix, matrix]))
    assert found.tolist() == [valid, valid]


def test_an_independent_constraint_needs_its_axes():
    with pytest.raises(ValueError, match="at least 1 axes here"):
        constraints.real_vector.check(tensor(1.0))


# -------------------------------------------------------------------- as programs write them


class SquashedNormal(D.TransformedDistribution):
    """tanh of a normal number, as soft actor-critic draws its actions."""

    def __init__(self, loc, scale):
        self.loc, self.scale = loc, scale
        super().__init__(D.Normal(loc, scale), [OwnTanh()])

    @property
    def mean(self):
        mean = self.loc
        for transform in self.transforms:
            mean = transform(mean)
        return mean


class OwnTanh(D.transforms.Transform):
    domain = constraints.real
    codomain = constraints.interval(-1.0, 1.0)
    bijective = True
    sign = +1

    def __init__(self, cache_size=1):
        super().__init__(cache_size=cache_size)

    def __eq__(self, other):
        return isinstance(other, OwnTanh)

    def _call(self, x):
        return x.tanh()

    def _inverse(self, y):
        return 0.5 * (y.log1p() - (-y).log1p())

    def log_abs_det_jacobian(self, x, y):
        return 2.0 * (math.log(2.0) - x - nn.functional.softplus(-2.0 * x))


def test_a_subclass_with_a_transform_of_its_own_and_a_cache():
    policy = SquashedNormal(tensor([0.5, 30.0]), tensor([1.0, 1.0]))
    action = policy.rsample()
    assert policy.log_prob(action).isfinite().all()  # of tanh 30 = 1 no inverse is found but in the cache
    assert math.isclose(policy.mean[0].item(), math.tanh(0.5), rel_tol=1e-6)
    known = D.TransformedDistribution(D.Normal(tensor([0.5, 0.0]), 1.0), D.TanhTransform())
    value = tensor([0.25, -0.5])
    same = SquashedNormal(tensor([0.5, 0.0]), tensor([1.0, 1.0])).log_prob(value)
    assert known.log_prob(value).allclose(same)


def test_a_cache_gives_the_very_number_that_a_value_came_from():
    for transform in (D.ExpTransform(cache_size=1), D.ComposeTransform([D.ExpTransform()], cache_size=1)):
        x = rand(3)
        y = transform(x)
        assert transform.inv(y) is x or transform.parts[0].inv(y) is x
        assert transform(x) is y or transform.parts[0](x) is y
    assert D.ExpTransform().with_cache().inv.with_cache(0).inv._cache_size == 0


def test_a_module_that_is_a_transform():
    class Shift(nn.Module, D.Transform):
        domain = codomain = constraints.real
        bijective = True

        def __init__(self):
            nn.Module.__init__(self)
            D.Transform.__init__(self)
            self.shift = nn.Parameter(tensor([2.0]))

        def __call__(self, x):
            return x + self.shift

        def _inverse(self, y):
            return y - self.shift

        def log_abs_det_jacobian(self, x, y):
            return backprop.zeros_like(x)

    shift = Shift()
    loss = -D.TransformedDistribution(D.Normal(zeros(1), 1.0), [shift]).log_prob(tensor([5.0]))
    loss.sum().backward()
    assert shift.shift.grad.tolist() == [-3.0]


def test_transforms_are_equal_if_their_settings_are():
    assert D.ExpTransform() == D.ExpTransform() and D.ExpTransform() != D.TanhTransform()
    assert D.AffineTransform(0.0, 1.0) == D.AffineTransform(0.0, 1.0) != D.AffineTransform(0.0, 2.0)
    assert D.PowerTransform(ones(2)) == D.PowerTransform(ones(2)) and hash(D.ExpTransform()) == hash(D.ExpTransform())
    assert D.ComposeTransform([D.ExpTransform().inv]) == D.ComposeTransform([D.ExpTransform().inv])
    assert repr(D.IndependentTransform(D.ExpTransform(), 1)) == "IndependentTransform(ExpTransform(), 1)"


def test_a_distribution_of_ones_own_with_an_expand_as_pytorch_writes_it():
    class Shifted(D.Distribution):
        arg_constraints: ClassVar = {"loc": constraints.real}
        support = constraints.real
        has_rsample = True

        def __init__(self, loc, validate_args=None):
            self.loc = loc
            super().__init__(loc.size(), validate_args=validate_args)

        def expand(self, batch_shape, _instance=None):
            new = self._get_checked_instance(Shifted, _instance)
            new.loc = self.loc.expand(batch_shape)
            super(Shifted, new).__init__(backprop.Size(batch_shape), validate_args=False)
            new._validate_args = self._validate_args
            return new

        def rsample(self, sample_shape=backprop.Size()):
            return self.loc + rand(self._extended_shape(sample_shape))

        def log_prob(self, value):
            if self._validate_args:
                self._validate_sample(value)
            return zeros(value.shape)

    more = D.Independent(Shifted(zeros(2)), 1).expand((3,))
    assert more.sample((4,)).shape == (4, 3, 2) and more.log_prob(zeros(3, 2)).shape == (3,)
    assert repr(Shifted(zeros(2))) == "Shifted(loc: torch.Size([2]))"

    class Near(D.Normal):
        pass

    @D.register_kl(Near, D.Normal)
    def own(p, q):
        return tensor(7.0)

    assert kl_divergence(Near(0.0, 1.0), D.Normal(0.0, 1.0)).item() == 7.0
    assert kl_divergence(D.Normal(0.0, 1.0), Near(0.0, 1.0)).item() == 0.0
    with pytest.raises(TypeError, match="both are classes of distributions"):
        D.register_kl(Near, "Normal")

    @D.register_kl(D.Normal, Near)
    def other(p, q):
        return tensor(8.0)

    with pytest.warns(RuntimeWarning, match="equally near"):
        kl_divergence(Near(0.0, 1.0), Near(0.0, 1.0))


def test_methods_that_programs_replace():
    class FixedCategorical(D.Categorical):
        def sample(self):
            return super().sample().unsqueeze(-1)

        def log_probs(self, actions):
            return super().log_prob(actions.squeeze(-1)).view(actions.size(0), -1).sum(-1).unsqueeze(-1)

        def mode(self):
            return self.probs.argmax(dim=-1, keepdim=True)

    policy = FixedCategorical(logits=zeros(5, 3))
    actions = policy.sample()
    assert actions.shape == (5, 1) and policy.log_probs(actions).shape == (5, 1) and policy.mode().shape == (5, 1)
    assert math.isclose(policy.log_probs(actions)[0].item(), -math.log(3), rel_tol=1e-6)


def test_a_program_imports_each_from_its_own_module():
    from backprop.distributions.categorical import Categorical
    from backprop.distributions.kl import kl_divergence as divergence
    from backprop.distributions.normal import Normal
    from backprop.distributions.utils import broadcast_all, lazy_property, logits_to_probs, probs_to_logits

    assert Categorical is D.Categorical and divergence is kl_divergence and Normal is D.Normal
    assert logits_to_probs(probs_to_logits(tensor([0.25, 0.75]))).allclose(tensor([0.25, 0.75]))
    assert broadcast_all(1.0, 2.0)[1].item() == 2.0 and lazy_property


def test_the_largest_of_gumbel_numbers_is_a_class_with_its_probability():
    manual_seed(0)
    logits = tensor([0.0, 1.0, 2.0])
    drawn = (logits + D.Gumbel(zeros(3), 1.0).sample((2000,))).argmax(-1)
    shares = tensor([(drawn == i).sum().item() / 2000 for i in range(3)])
    assert shares.allclose(exp(logits - logits.logsumexp(0)), atol=0.05)
    assert D.Normal(0.0, 1.0).sample_n(3).shape == (3,)


def test_straight_through_samples_have_the_gradient_of_the_probabilities():
    logits = tensor([0.5, -1.0], requires_grad=True)
    sample = D.OneHotCategoricalStraightThrough(logits=logits).rsample()
    assert sorted(sample.tolist()) == [0.0, 1.0]
    sample[0].backward()
    p = D.Categorical(logits=logits).probs[0].item()
    assert math.isclose(logits.grad[0].item(), p * (1 - p), rel_tol=1e-6)


def test_modes_at_the_edges():
    assert D.Bernoulli(tensor([0.5, 0.75, 0.25])).mode.tolist()[1:] == [1.0, 0.0]
    assert math.isnan(D.Bernoulli(0.5).mode.item())
    assert D.Dirichlet(tensor([0.5, 0.75])).mode.tolist() == [1.0, 0.0]
    assert D.Kumaraswamy(2.0, 2.0).mode.allclose(tensor(3.0**-0.5))
    assert D.Geometric(1.0).log_prob(tensor(0.0)).item() == 0.0


@pytest.mark.parametrize("kind", [lambda a: D.Gamma(a, 1.0), D.Dirichlet])
def test_samples_of_gamma_and_dirichlet_have_no_second_derivative(kind):
    a = tensor([1.5, 2.0], requires_grad=True)
    with pytest.raises(NotImplementedError, match="second derivative with respect to a concentration"):
        (gradient,) = backprop.autograd.grad(kind(a).rsample()[0], [a], create_graph=True)
        backprop.autograd.grad(gradient.sum(), [a])


def test_log_prob_and_divergences_have_second_derivatives():
    a = tensor([1.5, 2.0], dtype=float64, requires_grad=True)
    x = tensor([0.5, 1.0], dtype=float64)
    assert backprop.autograd.gradgradcheck(lambda a: D.Gamma(a, a).log_prob(x), [a])
    assert backprop.autograd.gradgradcheck(lambda a: kl_divergence(D.Normal(a, a), D.Normal(0.0, x)), [a])
