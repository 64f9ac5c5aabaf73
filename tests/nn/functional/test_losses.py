"""The losses: stable however wrong the prediction, and strict about their targets."""

import math
import random
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from backprop import Matrix, Tensor
from backprop.autograd import constant, gradcheck
from backprop.autograd.size import broadcast_shapes
from backprop.nn import functional as F
from backprop.tensors import expand
from tests import tables
from tests.strategies import random_tensor, same_shape, seeds, sizes


def loss_and_gradient(function, x, *rest):
    leaf = Tensor(x, requires_grad=True)
    loss = function(leaf, *rest)
    loss.backward()
    return loss.item(), leaf.grad.matrix


def test_cross_entropy_does_not_saturate():
    assert loss_and_gradient(F.cross_entropy, Matrix([[-1000.0, 1000.0]]), [0]) == (2000.0, Matrix([[-1.0, 1.0]]))
    assert loss_and_gradient(F.cross_entropy, Matrix([[-1000.0, 1000.0]]), [1]) == (0.0, Matrix([[0.0, 0.0]]))


def test_cross_entropy_of_equal_scores_is_the_logarithm_of_their_number():
    loss, gradient = loss_and_gradient(F.cross_entropy, Matrix([[5.0] * 4] * 2), [0, 3])
    assert math.isclose(loss, math.log(4), rel_tol=1e-15)
    assert gradient.allclose(Matrix([[-3, 1, 1, 1], [1, 1, 1, -3]]) / 8.0, rel_tol=1e-15)


@given(st.lists(st.lists(st.floats(-1000, 1000), min_size=3, max_size=3), min_size=1, max_size=4), st.data())
def test_cross_entropy_is_the_mean_of_minus_log_softmax_at_the_targets(rows, data):
    targets = data.draw(st.lists(st.integers(0, 2), min_size=len(rows), max_size=len(rows)))
    log_p = F.log_softmax(Matrix(rows), 1).matrix
    expected = -sum(log_p[i, t] for i, t in enumerate(targets)) / len(rows)
    assert math.isclose(F.cross_entropy(Matrix(rows), targets).item(), expected, rel_tol=1e-12, abs_tol=1e-15)


@given(same_shape(2))
def test_mse_is_exact_over_fractions(xt):
    x, t = xt
    count = x.shape[0] * x.shape[1]
    loss, gradient = loss_and_gradient(F.mse_loss, x, t)
    assert loss == tables.total((x - t) * (x - t)) / count and gradient == 2 * (x - t) * tables.ones(1, 1) / count


@pytest.mark.parametrize(
    ("x", "t", "loss", "slope"),
    [
        (1000.0, 1.0, 0.0, 0.0),
        (1000.0, 0.0, 1000.0, 1.0),
        (-1000.0, 1.0, 1000.0, -1.0),
        (-1000.0, 0.0, 0.0, 0.0),
        (0.0, 0.5, math.log(2), 0.0),
        (0.0, 1.0, math.log(2), -0.5),
    ],
)
def test_binary_cross_entropy_far_out(x, t, loss, slope):
    assert loss_and_gradient(F.binary_cross_entropy_with_logits, x, Tensor(t)) == (loss, Matrix([[slope]]))


@given(st.floats(-30, 30), st.floats(0, 1))
def test_binary_cross_entropy_is_its_definition(x, t):
    """−t·ln σ − (1 − t)·ln(1 − σ), where 1 − σ(x) is taken as σ(−x), which has no cancellation."""
    p, q = F.sigmoid(Tensor(x)).item(), F.sigmoid(Tensor(-x)).item()
    expected = -t * math.log(p) - (1 - t) * math.log(q)
    computed = F.binary_cross_entropy_with_logits(Tensor(x), Tensor(t)).item()
    assert math.isclose(computed, expected, rel_tol=1e-12, abs_tol=1e-13)


two_rows = Matrix([[1.0, 2.0], [3.0, 4.0]])


@pytest.mark.parametrize(
    ("call", "error", "sentence"),
    [
        (lambda: F.cross_entropy(two_rows, [0, 2]), IndexError, "target 1 is 2; with 2 classes they are 0 to 1"),
        (lambda: F.cross_entropy(two_rows, [-1, 0]), IndexError, "target 0 is -1"),
        (lambda: F.cross_entropy(two_rows, [0, 1.7]), TypeError, r"class indices \(ints\), got \[0, 1.7\]"),
        (lambda: F.cross_entropy(two_rows, [0, 1.0]), TypeError, "class indices"),
        (lambda: F.cross_entropy(two_rows, [True, False]), TypeError, "class indices"),
        (lambda: F.cross_entropy(two_rows, "01"), TypeError, "class indices"),
        (lambda: F.cross_entropy(two_rows, 1), ValueError, r"needs targets of the shape \[2\], got \[\]"),
        (lambda: F.cross_entropy(two_rows, [0]), ValueError, "got 1 targets for 2 rows"),
        (lambda: F.cross_entropy(two_rows, [0, 1, 1]), ValueError, "got 3 targets for 2 rows"),
        (
            lambda: F.cross_entropy(two_rows, Tensor([0.0, 1.0])),
            ValueError,
            r"floats of the shape \[2\]; write targets.long",
        ),
        (lambda: F.nll_loss(Tensor(1.0), [0]), ValueError, r"\(batch, classes\) or .*, got a single number"),
        (lambda: F.cross_entropy(Tensor([[[1.0], [2.0]]]), [[2]]), IndexError, r"target \[0, 0\] is 2; with 2 classes"),
        (lambda: F.mse_loss(two_rows, Tensor([1.0, 2.0, 3.0])), ValueError, "must match the size of tensor b"),
        (
            lambda: F.binary_cross_entropy_with_logits(two_rows, Matrix([[1, 0]])),
            ValueError,
            r"got \[2, 2\] and \[1, 2\]",
        ),
        (
            lambda: F.binary_cross_entropy_with_logits(two_rows, Matrix([[1, 0], [0, 1.7]])),
            ValueError,
            r"target \[1, 1\] is 1.7; a target is a probability",
        ),
        (lambda: F.binary_cross_entropy_with_logits(two_rows, -two_rows), ValueError, r"target \[0, 0\] is -1.0"),
        (
            lambda: F.binary_cross_entropy_with_logits(Tensor(1.0), Tensor(math.nan)),
            ValueError,
            "target is nan",
        ),
    ],
)
def test_targets_that_do_not_fit_are_refused(call, error, sentence):
    with pytest.raises(error, match=sentence):
        call()


def test_nan_scores_give_a_nan_loss_and_nan_gradients():
    """As in PyTorch 2.13, where the gradient is NaN in each entry that the NaN has a part in."""
    scores = Tensor([[1.0, math.nan]], requires_grad=True)
    for call, gradient in (
        (lambda x: F.cross_entropy(x, [0]), [[math.nan, math.nan]]),
        (lambda x: F.mse_loss(x, Matrix([[1.0, 2.0]])), [[0.0, math.nan]]),
        (lambda x: F.binary_cross_entropy_with_logits(x, Tensor([[0.0, 1.0]])), [[0.36552928931500245, math.nan]]),
    ):
        loss = call(scores)
        scores.grad = None
        loss.backward()
        assert math.isnan(loss.item())
        assert scores.grad.matrix.tolist() == [pytest.approx(gradient[0], nan_ok=True)]


def _draw(rows, columns, rng, low, high):
    return Tensor(tables.uniform(rows, columns, low, high, rng=rng), requires_grad=True)


def _apart(x, rng, *kinks):
    """A target whose errors keep 0.05 away from all ±kinks."""
    signs = tables.uniform(*x.shape, -1.0, 1.0, rng=rng).map(lambda u: 1 if u > 0 else -1)
    errors = tables.uniform(*x.shape, 0.05, 3.0, rng=rng)
    errors = errors.map(lambda e: e + 0.1 if any(abs(e - kink) < 0.05 for kink in kinks) else e)
    return Tensor(x.matrix + errors * signs, requires_grad=True)


def _classes(n, m, rng):
    return [-100 if rng.random() < 0.2 else rng.randrange(m) for _ in range(n - 1)] + [rng.randrange(m)]


def _signs(n, m, rng):
    return Tensor([[rng.choice([1.0, -1.0]) for _ in range(m)] for _ in range(n)])


# For each loss: (function, leaves) for a shape, a random generator, a random Tensor and a reduction. Kinks kept off:
# e = 0 in l1, |e| = 1.5 in huber (its second derivative jumps); cosine and triplet are checked where no hinge is near.
CASES = {
    "binary_cross_entropy": lambda n, m, rng, x, r: (
        lambda x, t: F.binary_cross_entropy(x, t, tables.full(1, m, 0.7), reduction=r),
        [_draw(n, m, rng, 0.05, 0.95), _draw(n, m, rng, 0.05, 0.95)],
    ),
    "binary_cross_entropy_with_logits": lambda n, m, rng, x, r: (
        lambda x, t: F.binary_cross_entropy_with_logits(x, t, [1.5] * m, reduction=r, pos_weight=[0.3] * m),
        [x, _draw(n, m, rng, 0.05, 0.95)],
    ),
    "gaussian_nll_loss": lambda n, m, rng, x, r: (
        lambda x, t, v, full=rng.random() < 0.5: F.gaussian_nll_loss(x, t, v, full, reduction=r),
        [x, random_tensor(n, m, rng), _draw(n, rng.choice([1, m]), rng, 0.5, 2.0)],
    ),
    "hinge_embedding_loss": lambda n, m, rng, x, r: (
        lambda x, t=_signs(n, m, rng): F.hinge_embedding_loss(x, t, 10.0, reduction=r),
        [x],
    ),
    "margin_ranking_loss": lambda n, m, rng, x, r: (
        lambda x, y, t=_signs(n, m, rng): F.margin_ranking_loss(x, y, t, 20.0, reduction=r),
        [x, _apart(x, rng)],
    ),
    "multi_margin_loss": lambda n, m, rng, x, r: (
        lambda x, t=[rng.randrange(m) for _ in range(n)], p=rng.choice([1, 2]): F.multi_margin_loss(
            x, t, p, 20.0, [0.5 + k for k in range(m)], reduction=r
        ),
        [x],
    ),
    "multilabel_margin_loss": lambda n, m, rng, x, r: (
        lambda x, t=[[rng.randrange(m), *[-1] * (m - 1)] for _ in range(n)]: F.multilabel_margin_loss(
            x * 0.01, t, reduction=r
        ),
        [x],
    ),
    "multilabel_soft_margin_loss": lambda n, m, rng, x, r: (
        lambda x, t: F.multilabel_soft_margin_loss(x, t, [0.5 + k for k in range(m)], reduction=r),
        [x, _draw(n, m, rng, 0.05, 0.95)],
    ),
    "poisson_nll_loss": lambda n, m, rng, x, r: (
        lambda x, t, log_input=rng.random() < 0.5: F.poisson_nll_loss(x, t, log_input, True, reduction=r),
        [_draw(n, m, rng, 0.5, 2.0), _draw(n, m, rng, 1.1, 4.0)],
    ),
    "soft_margin_loss": lambda n, m, rng, x, r: (
        lambda x, t=_signs(n, m, rng): F.soft_margin_loss(x, t, reduction=r),
        [x],
    ),
    "triplet_margin_with_distance_loss": lambda n, m, rng, x, r: (
        lambda a, p, n: F.triplet_margin_with_distance_loss(
            a,
            p,
            n,
            distance_function=lambda x, y: F.smooth_l1_loss(x, y, reduction="none").sum(-1),
            margin=200.0,
            reduction=r,
        ),
        [x, _apart(x, rng, 1.0), _apart(x, rng, 1.0)],
    ),
    "cosine_embedding_loss": lambda n, m, rng, x, r: (
        lambda x, y, t=[rng.choice([1, -1]) for _ in range(n)]: F.cosine_embedding_loss(x, y, t, -1.0, reduction=r),
        [_draw(n, m, rng, 0.5, 2.0), _draw(n, m, rng, 0.5, 2.0)],
    ),
    "cross_entropy": lambda n, m, rng, x, r: (
        lambda x, t=_classes(n, m, rng), w=[rng.uniform(0.5, 2.0) for _ in range(m)]: F.cross_entropy(
            x, t, w, reduction=r
        ),
        [x],
    ),
    "cross_entropy, smoothed": lambda n, m, rng, x, r: (
        lambda x, t=_classes(n, m, rng): F.cross_entropy(x, t, reduction=r, label_smoothing=0.2),
        [x],
    ),
    "cross_entropy of probabilities": lambda n, m, rng, x, r: (
        lambda x, q: F.cross_entropy(x, q, [0.5 + k for k in range(m)], reduction=r, label_smoothing=0.1),
        [x, _draw(n, m, rng, 0.1, 0.9)],
    ),
    "huber_loss": lambda n, m, rng, x, r: (
        lambda x, t: F.huber_loss(x, t, reduction=r, delta=1.5),
        [x, _apart(x, rng, 1.5)],
    ),
    "kl_div": lambda n, m, rng, x, r: (lambda x, t: F.kl_div(x, t, reduction=r), [x, _draw(n, m, rng, 0.1, 0.9)]),
    "kl_div of logarithms": lambda n, m, rng, x, r: (
        lambda x, t: F.kl_div(x, t, reduction=r, log_target=True),
        [x, _draw(n, m, rng, -3.0, 0.0)],
    ),
    "l1_loss": lambda n, m, rng, x, r: (lambda x, t: F.l1_loss(x, t, reduction=r), [x, _apart(x, rng)]),
    "mse_loss": lambda n, m, rng, x, r: (lambda x, t: F.mse_loss(x, t, reduction=r), [x, _apart(x, rng)]),
    "nll_loss": lambda n, m, rng, x, r: (
        lambda x, t=_classes(n, m, rng): F.nll_loss(x, t, [0.5 + k for k in range(m)], reduction=r),
        [x],
    ),
    "smooth_l1_loss": lambda n, m, rng, x, r: (
        lambda x, t: F.smooth_l1_loss(x, t, reduction=r, beta=1.5),
        [x, _apart(x, rng, 1.5)],
    ),
    "triplet_margin_loss": lambda n, m, rng, x, r: (
        lambda a, p, n, k=rng.choice([2.0, 3.5]): F.triplet_margin_loss(a, p, n, 20.0, k, reduction=r),
        [x, _apart(x, rng), _apart(x, rng)],
    ),
}


def test_no_loss_is_left_out():
    public = {name for name in F.__all__ if getattr(F, name).__module__.endswith("_losses")}
    assert {name.split(",")[0].split()[0] for name in CASES} == public


@pytest.mark.parametrize("name", CASES)
@hypothesis_settings(max_examples=25)  # of each, and there are many
@given(rows=sizes, columns=sizes, seed=seeds, reduction=st.sampled_from(["mean", "sum", "none"]))
def test_gradient(name, rows, columns, seed, reduction):
    rng = random.Random(seed)
    function, leaves = CASES[name](rows, columns, rng, random_tensor(rows, columns, rng), reduction)
    assert gradcheck(function, leaves, rng=rng)


@pytest.mark.parametrize("name", CASES)
@hypothesis_settings(max_examples=25)  # of each, and there are many
@given(rows=sizes, columns=sizes, seed=seeds)
def test_sum_and_mean_are_those_of_none(name, rows, columns, seed):
    """What "none" gives is one loss an entry or one a row."""

    def loss(reduction):
        rng = random.Random(seed)
        function, leaves = CASES[name](rows, columns, rng, random_tensor(rows, columns, rng), reduction)
        return function(*leaves)

    each = loss("none")
    assert each.shape in ((rows, columns), (rows,)) and loss("sum").shape == loss("mean").shape == ()
    each = each.flatten().tolist()
    assert math.isclose(sum(each), loss("sum").item(), rel_tol=1e-12, abs_tol=1e-12)
    if name not in ("cross_entropy", "cross_entropy, smoothed", "nll_loss"):  # these divide by the sum of weights
        assert math.isclose(sum(each) / len(each), loss("mean").item(), rel_tol=1e-12, abs_tol=1e-12)


# ---------------------------------------------------------------- class probabilities, weights, ignored rows


@given(st.lists(st.lists(st.floats(-1000, 1000), min_size=3, max_size=3), min_size=1, max_size=4), st.data())
def test_a_class_index_is_a_probability_of_1(rows, data):
    """Over logits up to ±1000: the same loss and gradients, by the other way of computing them."""
    targets = data.draw(st.lists(st.integers(0, 2), min_size=len(rows), max_size=len(rows)))
    hot = Matrix([[float(k == t) for k in range(3)] for t in targets])
    loss, gradient = loss_and_gradient(F.cross_entropy, Matrix(rows), targets)
    soft_loss, soft_gradient = loss_and_gradient(F.cross_entropy, Matrix(rows), hot)
    assert math.isclose(loss, soft_loss, rel_tol=1e-12, abs_tol=1e-15)
    assert gradient.allclose(soft_gradient, rel_tol=1e-9, abs_tol=1e-12)  # e⁻ʳ of a rounded r up to 2000: 2000·2⁻⁵³


def test_cross_entropy_of_probabilities_does_not_saturate():
    leaf, q = Tensor([[-1000.0, 1000.0]], requires_grad=True), Tensor([[1.0, 0.0]], requires_grad=True)
    loss = F.cross_entropy(leaf, q)
    loss.backward()
    assert (
        loss.item() == 2000.0 and leaf.grad.matrix == Matrix([[-1.0, 1.0]]) and q.grad.matrix == Matrix([[2000.0, 0.0]])
    )


@given(sizes, st.integers(2, 4), seeds)
def test_targets_that_do_not_sum_to_1_have_their_right_gradient(rows, columns, seed):
    """∂L/∂x = (Σq·softmax − q)/n; a library that takes Σq for 1 is wrong by (1 − Σq)·softmax."""
    rng = random.Random(seed)
    x, q = random_tensor(rows, columns, rng), tables.uniform(rows, columns, rng=rng)
    F.cross_entropy(x, q).backward()
    expected = (F.softmax(x.matrix, 1).matrix * tables.sums(q, 1) - q) / rows
    assert x.grad.matrix.allclose(expected, rel_tol=1e-12, abs_tol=1e-15)
    assert gradcheck(lambda x: F.cross_entropy(x, q), [x], rng=rng)


@given(sizes, sizes, seeds)
def test_cross_entropy_is_nll_of_log_softmax(rows, columns, seed):
    rng = random.Random(seed)
    x, target = random_tensor(rows, columns, rng), _classes(rows, columns, rng)
    weight = [rng.uniform(0.1, 3.0) for _ in range(columns)]
    one, other = (
        F.cross_entropy(x, target, weight).item(),
        F.nll_loss(F.log_softmax(x, 1), target, weight).item(),
    )
    assert math.isclose(one, other, rel_tol=1e-12, abs_tol=1e-15)


def test_an_ignored_row_counts_nothing_whatever_its_scores():
    scores = Matrix([[1.0, 2.0], [math.nan, math.inf], [0.5, -1.0]])
    for smoothing in (0.0, 0.1):

        def loss(x, t, smoothing=smoothing):
            return F.cross_entropy(x, t, label_smoothing=smoothing)

        kept, kept_gradient = loss_and_gradient(loss, scores[[0, 2]], [0, 1])
        for ignored in ([0, -100, 1], [0, 7, 1]):
            every, gradient = loss_and_gradient(
                lambda x, t, s=smoothing: F.cross_entropy(x, t, ignore_index=t[1], label_smoothing=s), scores, ignored
            )
            assert every == kept and gradient[[0, 2]] == kept_gradient and gradient[1] == Matrix([[0.0, 0.0]])


def test_a_target_that_is_nan_is_a_divergence_that_is_nan():
    """As in PyTorch, whose xlogy(t, t) of it is NaN, as is that of a negative number."""
    assert math.isnan(F.kl_div(Tensor([-1.0]), Tensor([-0.5])).item())
    x = Tensor([-1.0, -2.0], requires_grad=True)
    for t, log_target in ((0.5, False), (math.log(0.5), True)):
        loss = F.kl_div(x, Tensor([t, math.nan]), reduction="none", log_target=log_target)
        assert math.isclose(loss[0].item(), 0.5 * math.log(0.5) + 0.5) and math.isnan(loss[1].item())
        loss[0].backward(retain_graph=True)
        assert math.isclose(x.grad[0].item(), -0.5)
        x.grad = None


def test_where_every_row_is_ignored_the_mean_is_nan_and_the_sum_is_0():
    for function in (F.cross_entropy, F.nll_loss):
        assert math.isnan(function(Matrix([[1.0, 2.0]]), [-100]).item())
        assert function(Matrix([[1.0, 2.0]]), [-100], reduction="sum").item() == 0.0
    assert math.isnan(F.cross_entropy(Matrix([[1.0, 2.0]]), [-100], label_smoothing=0.1).item())


def test_masked_scores_of_minus_infinity_cost_nothing():
    assert loss_and_gradient(F.cross_entropy, Matrix([[0.0, -math.inf]]), [0]) == (0.0, Matrix([[0.0, 0.0]]))


# ---------------------------------------------------------------- the curves


@given(same_shape(2))
def test_huber_is_delta_times_smooth_l1_exactly(xt):
    """Over Fractions, with beta = delta = ½; and smooth L1 with beta 0 is L1."""
    half = Fraction(1, 2)
    x, t = (Tensor(m, requires_grad=True) for m in xt)
    huber, smooth = (
        F.huber_loss(x, t, delta=half, reduction="none"),
        F.smooth_l1_loss(x, t, beta=half, reduction="none"),
    )
    assert huber.matrix == smooth.matrix * half
    assert (
        F.smooth_l1_loss(x, t, beta=Fraction(0)).matrix
        == F.l1_loss(x, t).matrix
        == Tensor(xt[0] - xt[1]).abs().mean().matrix
    )


@pytest.mark.parametrize(
    ("function", "error", "slope"),
    [
        (F.l1_loss, 0.0, 0.0),
        (F.smooth_l1_loss, 0.0, 0.0),
        (lambda x, t: F.smooth_l1_loss(x, t, beta=0.0), 0.0, 0.0),
        (lambda x, t: F.smooth_l1_loss(x, t, beta=2.0), 2.0, 1.0),
        (lambda x, t: F.huber_loss(x, t, delta=2.0), -2.0, -2.0),
        (F.l1_loss, 1000.0, 1.0),
        (lambda x, t: F.huber_loss(x, t, delta=2.0), -1000.0, -2.0),
    ],
)
def test_slopes_at_the_kinks_and_far_out(function, error, slope):
    assert loss_and_gradient(function, error, Tensor(0.0))[1].item() == slope


def test_binary_cross_entropy_ends_at_0_and_1():
    x, t = Tensor([[0.0, 1.0, 0.0, 1.0]], requires_grad=True), Tensor([[1.0, 0.0, 0.0, 1.0]], requires_grad=True)
    loss = F.binary_cross_entropy(x, t, reduction="sum")
    loss.backward()
    assert loss.item() == 200.0
    assert x.grad.matrix == Matrix([[-1e12, 1e12, 0.0, 0.0]]) and t.grad.matrix == Matrix(
        [[100.0, -100.0, 100.0, -100.0]]
    )


@given(st.floats(-30, 30), st.floats(0, 1), st.floats(0, 5), st.floats(0, 5))
def test_pos_weight_multiplies_the_part_of_yes(x, t, weight, pos_weight):
    yes = F.binary_cross_entropy_with_logits(Tensor(x), Tensor(1.0)).item()
    no = F.binary_cross_entropy_with_logits(Tensor(x), Tensor(0.0)).item()
    loss = F.binary_cross_entropy_with_logits(Tensor([x]), Tensor([t]), [weight], pos_weight=[pos_weight]).item()
    assert math.isclose(loss, weight * (pos_weight * t * yes + (1 - t) * no), rel_tol=1e-12, abs_tol=1e-300)


@given(sizes, sizes, seeds)
def test_the_divergence_is_0_for_the_same_and_cross_entropy_less_entropy_else(rows, columns, seed):
    rng = random.Random(seed)
    x, y = (random_tensor(rows, columns, rng).matrix for _ in range(2))
    p, log_p, log_q = F.softmax(x, 1).matrix, F.log_softmax(x, 1).matrix, F.log_softmax(y, 1).matrix
    assert abs(F.kl_div(log_p, p, reduction="batchmean").item()) < 1e-14
    entropy = -tables.total(p * log_p) / rows
    divergence = F.kl_div(log_q, p, reduction="batchmean").item()
    assert divergence > -1e-14
    assert math.isclose(divergence, F.cross_entropy(y, p).item() - entropy, rel_tol=1e-9, abs_tol=1e-13)
    assert math.isclose(
        F.kl_div(log_q, log_p, reduction="batchmean", log_target=True).item(), divergence, abs_tol=1e-13
    )


def test_the_divergence_of_a_target_of_0():
    x, t = Tensor([[-1000.0, -1.0]], requires_grad=True), Tensor([[0.0, 1.0]], requires_grad=True)
    loss = F.kl_div(x, t, reduction="sum")
    loss.backward()
    assert loss.item() == 1.0 and x.grad.tolist() == [[0.0, -1.0]]
    assert math.isnan(t.grad[0, 0].item()) and t.grad[0, 1].item() == 2.0  # as in PyTorch; it is −∞


# ---------------------------------------------------------------- embeddings


def test_cosine_at_its_kink_and_for_rows_of_zeros():
    x, y = Tensor([[0.0, 1.0]], requires_grad=True), Matrix([[2.0, 0.0]])
    F.cosine_embedding_loss(x, y, [-1]).backward()
    assert x.grad.matrix.allclose(Matrix([[1.0, 0.0]]), rel_tol=1e-9)
    zeros = Tensor([[0.0, 0.0]], requires_grad=True)
    loss = F.cosine_embedding_loss(zeros, y, [1])
    loss.backward()
    assert loss.item() == 1.0 and all(math.isfinite(g) for g in zeros.grad.matrix.rows[0])


def test_triplet_at_its_kink_and_for_equal_rows():
    """a = (0, 0), p = (1, 0), n = (0, 2): 1 − 2 + 1 = 0, where the slope is that of the right, as in PyTorch."""
    a = Tensor([[0.0, 0.0]], requires_grad=True)
    F.triplet_margin_loss(a, Matrix([[1.0, 0.0]]), Matrix([[0.0, 2.0]]), eps=0.0).backward()
    assert a.grad.matrix == Matrix([[-1.0, 1.0]])
    a = Tensor([[1.0, 2.0]], requires_grad=True)
    loss = F.triplet_margin_loss(a, a.matrix, a.matrix, eps=0.0)
    loss.backward()
    assert loss.item() == 1.0 and a.grad.matrix == Matrix([[0.0, 0.0]])


def test_triplet_with_a_high_norm_does_not_overflow():
    far = Matrix([[1000.0, -1000.0]])
    a = Tensor(far, requires_grad=True)
    loss = F.triplet_margin_loss(a, -far, far, p=300.0, eps=0.0)
    loss.backward()
    # ‖(2000, −2000)‖₃₀₀ = 2000·2^(1/300)
    assert loss.item() == pytest.approx(2000.0 * 2.0 ** (1 / 300) + 1.0, rel=1e-12)
    assert all(math.isfinite(g) for g in a.grad.matrix.rows[0])


# ---------------------------------------------------------------- refusals


@pytest.mark.parametrize("function", [F.cross_entropy, F.nll_loss])
@pytest.mark.parametrize(
    ("target", "error", "sentence"),
    [
        ([0, -1], IndexError, "target 1 is -1; with 2 classes they are 0 to 1"),
        ([0, 2], IndexError, "target 1 is 2; with 2 classes they are 0 to 1"),
        ([0, -99], IndexError, "target 1 is -99"),
        ([0, 1.7], TypeError, "class indices"),
        ([True, 0], TypeError, "class indices"),
        ([0, 1, 0], ValueError, "got 3 targets for 2 rows"),
        ([0], ValueError, "got 1 targets for 2 rows"),
        ([0, [0.5, 0.5]], TypeError, "class indices"),
    ],
)
def test_labels_that_are_none_are_refused(function, target, error, sentence):
    for settings in ({}, {"weight": [1.0, 2.0]}):
        with pytest.raises(error, match=sentence):
            function(two_rows, target, **settings)


@pytest.mark.parametrize("function", [F.kl_div, F.binary_cross_entropy, F.binary_cross_entropy_with_logits])
@pytest.mark.parametrize("shape", [(1, 2), (2, 1), (1, 1), (1, 4), (4, 1)])
def test_nothing_is_broadcast_or_zipped_short(function, shape):
    with pytest.raises(ValueError, match=r"same shape, got \[2, 2\] and \[\d, \d\]"):
        function(tables.full(2, 2, 0.5), tables.full(*shape, 0.5))


@pytest.mark.parametrize("function", [F.mse_loss, F.l1_loss, F.smooth_l1_loss, F.huber_loss])
@pytest.mark.parametrize("shape", [(1, 2), (2, 1), (2,), (), (3, 1, 1)])
def test_what_is_broadcast_says_so_in_a_warning_as_in_pytorch(function, shape):
    x = Tensor([[0.5, 1.5], [-1.0, 3.0]], requires_grad=True)
    t = constant(Matrix([[0.25 * k for k in range(math.prod(shape))]]), shape)
    with pytest.warns(UserWarning, match=f"^{function.__name__}: the target has the shape .* are broadcast to"):
        loss = function(x, t, reduction="none")
    assert loss.shape == broadcast_shapes("", x.shape, shape)
    whole = expand(t, *loss.shape)
    assert loss.tolist() == function(expand(x, *loss.shape), whole, reduction="none").tolist()


@pytest.mark.parametrize(
    ("call", "error", "sentence"),
    [
        (
            lambda: F.mse_loss(two_rows, two_rows, reduction="average"),
            ValueError,
            "mse_loss: reduction is 'mean', 'sum'",
        ),
        (lambda: F.cross_entropy(two_rows, [0, 1], reduction=None), ValueError, "reduction is .* got None"),
        (
            lambda: F.kl_div(two_rows, two_rows, reduction="rows"),
            ValueError,
            "'batchmean', 'sum' or 'none', got 'rows'",
        ),
        (lambda: F.smooth_l1_loss(two_rows, two_rows, beta=-1.0), ValueError, "beta is a finite number from 0 up"),
        (lambda: F.huber_loss(two_rows, two_rows, delta=0.0), ValueError, "delta is a finite number above 0, got 0.0"),
        (lambda: F.cross_entropy(two_rows, two_rows[0]), ValueError, r"same shape, got \[2, 2\] and \[1, 2\]"),
        (
            lambda: F.cross_entropy(two_rows, -two_rows),
            ValueError,
            r"target \[0, 0\] is -1.0; a target is a probability",
        ),
        (lambda: F.cross_entropy(two_rows, two_rows * math.nan), ValueError, r"target \[0, 0\] is nan"),
        (lambda: F.cross_entropy(two_rows, two_rows, ignore_index=1), ValueError, "ignore_index is for class indices"),
        (lambda: F.cross_entropy(two_rows, [0, 1], ignore_index=1.0), TypeError, "ignore_index is an int, got 1.0"),
        (
            lambda: F.cross_entropy(two_rows, [0, 1], [1.0]),
            ValueError,
            r"got a weight of the shape \[1\]; 2 classes need \[2\]",
        ),
        (
            lambda: F.cross_entropy(two_rows, two_rows, [1.0] * 3),
            ValueError,
            r"weight of the shape \[3\]; 2 classes need \[2\]",
        ),
        (lambda: F.cross_entropy(two_rows, [0, 1], [1.0, math.nan]), ValueError, "every entry of weight is a finite"),
        (
            lambda: F.cross_entropy(two_rows, [0, 1], Tensor([[1.0, 2.0]], requires_grad=True)),
            ValueError,
            r"no gradient flows to a weight; give weight.detach\(\)",
        ),
        (lambda: F.cross_entropy(two_rows, [0, 1], label_smoothing=1.1), ValueError, "label_smoothing .* from 0 to 1"),
        (lambda: F.cross_entropy(two_rows, [0, 1], label_smoothing=math.nan), ValueError, "label_smoothing"),
        (
            lambda: F.binary_cross_entropy(two_rows, two_rows / 4),
            ValueError,
            r"input \[0, 1\] is 2.0; an input is a prob",
        ),
        (lambda: F.binary_cross_entropy(Tensor(math.nan), Tensor(1.0)), ValueError, "input is nan"),
        (lambda: F.binary_cross_entropy(Tensor(0.5), Tensor(-0.1)), ValueError, "target is -0.1"),
        (
            lambda: F.binary_cross_entropy_with_logits(two_rows, tables.ones(2, 2), [1.0] * 3),
            ValueError,
            r"a weight of the shape \[3\] does not repeat to the input's \[2, 2\]",
        ),
        (
            lambda: F.binary_cross_entropy_with_logits(two_rows, tables.ones(2, 2), pos_weight=[1.0] * 4),
            ValueError,
            r"a pos_weight of the shape \[4\] does not repeat to the input's \[2, 2\]",
        ),
        (lambda: F.cosine_embedding_loss(two_rows, two_rows[0], [1, 1]), ValueError, "input1 and input2 of the same"),
        (lambda: F.cosine_embedding_loss(two_rows, two_rows, [1, 0]), ValueError, "target 1 is 0; it is 1"),
        (lambda: F.cosine_embedding_loss(two_rows, two_rows, [1]), ValueError, "got 1 targets for 2 rows"),
        (lambda: F.cosine_embedding_loss(two_rows, two_rows, [1.0, 1.0]), TypeError, "targets are 1"),
        (
            lambda: F.cosine_embedding_loss(two_rows, two_rows, [1, 1], 1.5),
            ValueError,
            "margin .* from -1 to 1, got 1.5",
        ),
        (lambda: F.triplet_margin_loss(two_rows, two_rows[0], two_rows), ValueError, "anchor and positive of the same"),
        (lambda: F.triplet_margin_loss(two_rows, two_rows, two_rows[0]), ValueError, "anchor and negative of the same"),
        (
            lambda: F.triplet_margin_loss(two_rows, two_rows, two_rows, 0.0),
            ValueError,
            "margin is a finite number above",
        ),
        (lambda: F.triplet_margin_loss(two_rows, two_rows, two_rows, p=0.5), ValueError, "p is a finite number from 1"),
        (lambda: F.triplet_margin_loss(two_rows, two_rows, two_rows, eps=-1.0), ValueError, "eps is a finite number"),
    ],
)
def test_what_does_not_fit_is_refused(call, error, sentence):
    with pytest.raises(error, match=sentence):
        call()
