"""The rules against their equations over Fractions, and what each of them promises beside PyTorch's figures."""

import math
import random
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop import Matrix, linalg, optim
from backprop.nn import Parameter
from backprop.optim import LBFGS, SGD, Adam, AdamW, Lion, Muon, RMSprop, Rprop
from backprop.optim.muon import orthogonalized
from tests import tables
from tests.strategies import fractions, same_shape

RULES = sorted(set(optim.__all__) - {"Optimizer", "LBFGS", "lr_scheduler", "swa_utils"})


@given(same_shape(2), fractions)
def test_sgd_is_its_equation_exactly(matrices, lr):
    value, gradient = matrices
    w = Parameter(value)
    w.grad = gradient
    SGD([w], lr=abs(lr)).step()
    assert w.matrix == value - abs(lr) * gradient


@given(same_shape(3))
def test_momentum_is_its_equation_exactly(matrices):
    value, first, second = matrices
    w = Parameter(value)
    lr, momentum = Fraction(1, 10), Fraction(9, 10)
    optimizer = SGD([w], lr=lr, momentum=momentum)
    for gradient in (first, second):
        w.grad = gradient
        optimizer.step()
    assert w.matrix == value - lr * first - lr * (momentum * first + second)


@given(same_shape(4), fractions)
def test_lion_is_its_equation_exactly(matrices, decay):
    value, *gradients = matrices
    lr, beta1, beta2, decay = Fraction(1, 10), Fraction(9, 10), Fraction(2, 3), abs(decay)
    w = Parameter(value)
    optimizer = Lion([w], lr=lr, betas=(beta1, beta2), weight_decay=decay)
    m = tables.zeros(*value.shape)
    for g in gradients:
        w.grad = g
        optimizer.step()
        c = beta1 * m + (1 - beta1) * g
        value = (1 - lr * decay) * value - lr * c.map(lambda x: (x > 0) - (x < 0))
        m = beta2 * m + (1 - beta2) * g
        assert w.matrix == value


@pytest.mark.parametrize("amsgrad", [False, True])
def test_adam_steps_by_lr_whatever_the_scale_of_a_constant_gradient(amsgrad):
    """m̂ = g and v̂ = g² in every step, so each step is lr·g/|g|, up to a few roundings."""
    w = Parameter([[0.0, 0.0, 0.0]])
    optimizer = Adam([w], lr=0.5, eps=1e-300, amsgrad=amsgrad)
    for step in range(1, 11):
        w.grad = Matrix([[1e-9, -1.0, 1e9]])
        optimizer.step()
        assert w.matrix.allclose(Matrix([[-1, 1, -1]]) * 0.5 * step, rel_tol=1e-12)


def test_adamw_decays_weights_whatever_their_gradients():
    w = Parameter([[1.0, -4.0]])
    optimizer = AdamW([w], lr=0.5, weight_decay=0.5)
    for _ in range(3):
        w.grad = Matrix([[0.0, 0.0]])
        optimizer.step()
    assert w.matrix == Matrix([[0.75**3, -4 * 0.75**3]])


def test_rprop_takes_no_step_where_the_sign_changes():
    w = Parameter([[1.0]])
    optimizer = Rprop([w], lr=1.0, etas=(0.5, 2.0))
    seen = []
    for g in (1.0, 2.0, -1.0, -1.0, -5.0):
        w.grad = Matrix([[g]])
        optimizer.step()
        seen.append(w.matrix.item())
    # Steps of 1, 2, none (2 becomes 1), 1 and 2.
    assert seen == [0.0, -2.0, -2.0, -1.0, 1.0]


def test_rprop_with_equal_step_sizes_has_steps_of_that_size():
    w = Parameter([[1.0]])
    optimizer = Rprop([w], lr=1.0, step_sizes=(0.25, 0.25))
    for _ in range(3):
        w.grad = Matrix([[5.0]])
        optimizer.step()
    assert w.matrix.item() == 0.25


def test_rmsprop_takes_a_variance_that_rounding_made_negative_as_none():
    """A constant gradient has no variance; v − ḡ² ends a rounding above or below 0, where PyTorch gets NaN."""
    w = Parameter([[0.0] * 50])
    optimizer = RMSprop([w], lr=1e-3, alpha=0.5, centered=True)
    for _ in range(100):
        w.grad = Matrix([[0.1 * (i + 1) for i in range(50)]])
        optimizer.step()
    v, mean = optimizer.state[w]["square_avg"], optimizer.state[w]["grad_avg"]
    assert (v - mean * mean).min() < 0.0
    assert all(math.isfinite(x) for x in w.matrix.rows[0])


@pytest.mark.parametrize("shape", [(3, 3), (2, 5), (5, 2), (1, 4)])
def test_newton_schulz_finds_the_orthogonal_factor(shape):
    """With the coefficients that converge it is U·Vᵀ; with Muon's the singular values come close to 1."""
    a = tables.normal(*shape, rng=random.Random(sum(shape)))
    u, _, vt = linalg.svd(a, full_matrices=False)
    assert orthogonalized(a, (15 / 8, -10 / 8, 3 / 8), 30, 1e-7).allclose(u @ vt, rel_tol=1e-9, abs_tol=1e-12)
    muons = orthogonalized(a, (3.4445, -4.7750, 2.0315), 5, 1e-7)
    values = linalg.svd(muons, full_matrices=False).S
    assert 0.67 < min(values) <= max(values) < 1.14
    # The singular vectors stay: both products with U and V are diagonal.
    core = u.T @ muons @ vt.T
    assert (core - tables.diagonal(tables.diag(core))).allclose(0.0, abs_tol=1e-12)


@pytest.mark.parametrize("scale", [1e155, 1e200, 1e300])
def test_newton_schulz_does_not_overflow(scale):
    """The squares of such entries are infinite; divided by an infinite norm all would be 0, a step that is none."""
    a = Matrix([[3.0, 1.0], [0.0, 0.5]])
    expected = orthogonalized(a, (15 / 8, -10 / 8, 3 / 8), 9, 1e-7)
    assert orthogonalized(a * scale, (15 / 8, -10 / 8, 3 / 8), 9, 1e-7).allclose(expected, rel_tol=1e-9)


def test_a_muon_step_for_a_gradient_of_zeros_is_only_decay():
    w = Parameter([[1.0, 2.0]])
    w.grad = Matrix([[0.0, 0.0]])
    Muon([w], lr=0.5, weight_decay=0.5).step()
    assert w.matrix == Matrix([[0.75, 1.5]])


@pytest.mark.parametrize("name", RULES)
def test_every_rule_goes_downhill(name):
    """On ½·Σ c·w² the first step is against the gradient and a hundred steps lower the loss."""
    w, curvature = Parameter([[1.0, -2.0], [0.5, 3.0]]), Matrix([[1.0, 2.0], [0.5, 1.0]])
    settings = {} if name == "Adadelta" else {"lr": 0.02}
    optimizer = getattr(optim, name)([w], **settings)
    losses = []
    for _ in range(100):
        optimizer.zero_grad()
        loss = (0.5 * curvature * w**2).sum()
        loss.backward()
        losses.append(loss.item())
        optimizer.step()
    assert losses[1] < losses[0] and losses[-1] < 0.95 * losses[0]


@pytest.mark.parametrize("name", RULES)
def test_no_rule_hides_a_gradient_that_is_no_number(name):
    w = Parameter([[1.0, 2.0]])
    w.grad = Matrix([[math.nan, 1.0]])
    getattr(optim, name)([w]).step()
    assert math.isnan(w.matrix[0, 0])


@pytest.mark.parametrize("search", [None, "strong_wolfe"])
def test_lbfgs_solves_a_quadratic_of_n_numbers_in_about_n_steps(search):
    """½·wᵀAw − b·w over two parameters; Newton's method would take one step, steepest descent hundreds."""
    rng = random.Random(3)
    root = tables.normal(4, 4, rng=rng)
    a, b = root @ root.T + tables.identity(4), tables.normal(4, 1, rng=rng)
    first, second = Parameter(tables.zeros(3, 1) * 1.0), Parameter([[0.0]])
    optimizer = LBFGS([first, second], max_iter=60, tolerance_change=1e-14, line_search_fn=search)

    def closure():
        optimizer.zero_grad()
        quadratic = linear = 0.0
        parts = [(first, slice(0, 3)), (second, slice(3, 4))]
        for w, i in parts:
            linear = linear + (w * b[i]).sum()
            for v, j in parts:
                quadratic = quadratic + (w * (a[i, j] @ v)).sum()
        loss = 0.5 * quadratic - linear
        loss.backward()
        return loss

    optimizer.step(closure)
    solution = linalg.solve(a, b)
    assert tables.vstack([first.matrix, second.matrix]).allclose(solution, rel_tol=1e-6)
    assert optimizer.state[first]["n_iter"] < 30


def test_lbfgs_stops_at_once_where_the_gradient_is_zero_and_gives_what_the_closure_gave():
    w = Parameter([[1.0, 2.0]])
    calls = []

    def closure():
        w.grad = Matrix([[0.0, 0.0]])
        calls.append(1)
        return 7.0

    assert LBFGS([w]).step(closure) == 7.0
    assert len(calls) == 1 and w.matrix == Matrix([[1.0, 2.0]])


@pytest.mark.parametrize(
    ("script", "settings", "evaluations", "end"),
    [
        # The first step is min(1, 1/|g|)·lr times −g; two steps may take ⌊2·5/4⌋ evaluations.
        ([(9.0, 0.25), (8.0, 0.125)], {"max_iter": 2}, 2, -0.25),
        ([(9.0, 4.0), (8.0, 2.0)], {"max_iter": 2, "lr": 0.5}, 2, -0.5),
        # A gradient of just tolerance_grad is small enough, before the first step and after it.
        ([(9.0, 0.5)], {"tolerance_grad": 0.5}, 1, 0.0),
        ([(9.0, 0.75), (8.0, 0.5)], {"tolerance_grad": 0.5}, 2, -0.75),
        # A step of just tolerance_change is too short, a slope of just that or a loss that falls by it is not.
        ([(9.0, 2.0), (7.0, 1.0)], {"tolerance_change": 1.0, "max_iter": 3}, 2, -1.0),
        ([(9.0, 2.0), (7.0, 1.0)], {"tolerance_change": 4.0, "max_iter": 3}, 2, -1.0),
        ([(9.0, 8.0), (8.0, 4.0), (6.0, 1.0)], {"tolerance_change": 1.0, "lr": 4.0, "max_iter": 3}, 3, -20.0),
        ([(9.0, 8.0), (8.5, 4.0)], {"tolerance_change": 1.0, "lr": 4.0, "max_iter": 3}, 2, -4.0),
    ],
)
def test_where_lbfgs_ends_a_step(script, settings, evaluations, end):
    """Losses and gradients one after the other, whatever w is; PyTorch 2.13.0 ends at the same w each time."""
    w, rest = Parameter([[0.0]]), iter(script)

    def closure():
        loss, gradient = next(rest)
        w.grad = Matrix([[gradient]])
        return loss

    optimizer = LBFGS([w], **settings)
    assert optimizer.step(closure) == 9.0
    assert w.matrix.item() == end and optimizer.state[w]["func_evals"] == evaluations


def test_a_line_search_along_a_straight_loss_stays_within_its_bounds():
    """The cubic through two points of a straight line has no lowest point; each new step is ten times the last.

    The first step is 1/Σ|g| = 0.5; three more make it 500. PyTorch 2.13.0 ends at −1000, too.
    """
    w = Parameter([[0.0]])
    optimizer = LBFGS([w], max_iter=1, max_eval=4, line_search_fn="strong_wolfe")

    def closure():
        w.grad = Matrix([[2.0]])
        return 2.0 * w.matrix.item()

    optimizer.step(closure)
    assert w.matrix.item() == -1000.0


@pytest.mark.parametrize("search", [None, "strong_wolfe"])
def test_lbfgs_does_not_take_a_gradient_that_is_not_a_number_for_a_small_one(search):
    w = Parameter([[1.0, 1.0]])

    def closure():
        w.grad = Matrix([[0.0, math.nan]])
        return 1.0

    LBFGS([w], line_search_fn=search).step(closure)
    assert math.isnan(w.matrix[0, 1])


EDGES = [0.0, 1.0, -1.0, 3.0, 1e-5, math.nan, math.inf, -math.inf, 1e308, -1e308, 1e-308, 5e-324, 1e-170, 1e200]


@given(
    st.lists(st.lists(st.sampled_from(EDGES), min_size=4, max_size=4), min_size=1, max_size=8),
    st.sampled_from([1.0, 0.1, 1e-300, 1e300, 5e-324]),
    st.sampled_from([0.0, 1e-9]),
    st.sampled_from([None, "strong_wolfe"]),
)
def test_lbfgs_ends_whatever_the_losses_and_gradients_are(script, lr, tolerance, search):
    """Constant, zero, infinite, not a number, without sense: a step is bounded by its evaluations, not by them."""
    w, calls = Parameter([[1.0, 0.0, 1e200]]), 0

    def closure():
        nonlocal calls
        loss, *gradient = script[calls % len(script)]
        w.grad = Matrix([gradient])
        calls += 1
        return loss

    optimizer = LBFGS([w], lr, 12, None, tolerance, tolerance, 2, search)
    for _ in range(2):
        calls = 0
        optimizer.step(closure)
        assert 1 <= calls <= 15 + 1


def test_lbfgs_with_a_change_of_the_gradient_whose_square_vanishes():
    """y·s = 10⁻⁷, but y·y = 10⁻³³⁰ is 0: γ is infinite, as in PyTorch, and so is the next step."""
    w, script = Parameter([[0.0]]), iter([(9.0, 1e-150), (8.0, 1e-150 - 1e-165), (7.0, 1e-150)])

    def closure():
        loss, gradient = next(script)
        w.grad = Matrix([[gradient]])
        return loss

    optimizer = LBFGS([w], lr=1e308, max_iter=2, max_eval=9, tolerance_grad=0, tolerance_change=0)
    optimizer.step(closure)
    assert optimizer.state[w]["H_diag"] == math.inf and not math.isfinite(w.matrix.item())


def test_lbfgs_without_a_closure_says_what_it_needs():
    with pytest.raises(TypeError, match="LBFGS.step needs a closure that computes the loss again"):
        LBFGS([Parameter(0.0)]).step()
