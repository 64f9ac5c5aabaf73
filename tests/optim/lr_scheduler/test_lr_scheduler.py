"""The schedulers: PyTorch's figures over 50 steps, resuming to the last bit, and what is refused."""

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop import Matrix, Tensor, optim
from backprop.nn import Parameter
from backprop.optim import SGD, Adam, lr_scheduler
from backprop.optim.lr_scheduler import (
    ChainedScheduler,
    ConstantLR,
    CosineAnnealingLR,
    CosineAnnealingWarmRestarts,
    CyclicLR,
    ExponentialLR,
    LambdaLR,
    LinearLR,
    LRScheduler,
    MultiStepLR,
    OneCycleLR,
    PolynomialLR,
    ReduceLROnPlateau,
    SequentialLR,
    StepLR,
)
from tests.figures import reference

# Most tests count epochs without learning anything in them.
pytestmark = pytest.mark.filterwarnings("ignore:lr_scheduler.step")

REFERENCE = reference("lr_schedulers.json")
FUNCTIONS = {"inverse": lambda t: 1 / (1 + t), "powers": lambda t: 0.9**t, "sawtooth": lambda t: 1 - 0.02 * (t % 3)}


def made(spec, optimizer):
    """The schedulers that a case of the reference describes."""
    if spec["scheduler"] == "together":
        return [scheduler for part in spec["parts"] for scheduler in made(part, optimizer)]
    if spec["scheduler"] == "SequentialLR":
        return [SequentialLR(optimizer, [made(part, optimizer)[0] for part in spec["parts"]], spec["milestones"])]
    if spec["scheduler"] == "ChainedScheduler":
        return [ChainedScheduler([made(part, optimizer)[0] for part in spec["parts"]])]
    arguments = dict(spec["arguments"])
    for name in ("lr_lambda", "scale_fn"):
        if name in arguments:
            given = arguments[name]
            arguments[name] = [FUNCTIONS[f] for f in given] if isinstance(given, list) else FUNCTIONS[given]
    return [getattr(lr_scheduler, spec["scheduler"])(optimizer, **arguments)]


def bare(case):
    """An optimizer as in the reference."""
    groups = [{"params": [Parameter(0.0)]}, {"params": [Parameter(0.0)], "lr": 0.04}]
    for group, lr in zip(groups, case.get("initial_lr", [])):
        group["initial_lr"] = lr
    settings = {"momentum": 0.9} if case["optimizer"] == "SGD" else {}
    return getattr(optim, case["optimizer"])(groups, lr=0.1, **settings)


def set_up(case):
    """An optimizer as in the reference, and the schedulers made for it."""
    optimizer = bare(case)
    return optimizer, made(case, optimizer)


def step_all(case, every, t):
    for scheduler in every:
        if case["scheduler"] == "ReduceLROnPlateau":
            scheduler.step(REFERENCE["metrics"][t])
        else:
            scheduler.step()


def rates(optimizer):
    return [group["lr"] for group in optimizer.param_groups]


def momentums(optimizer):
    return [group["momentum"] if "momentum" in group else group["betas"][0] for group in optimizer.param_groups]


def described(case):
    return f"{case['scheduler']} {case.get('arguments', case.get('milestones', ''))}"


@pytest.mark.parametrize("case", REFERENCE["cases"], ids=described)
def test_fifty_steps_are_those_of_pytorch(case):
    optimizer, every = set_up(case)
    assert len(case["rates"]) == 51
    for t in range(51):
        assert rates(optimizer) == pytest.approx(case["rates"][t], rel=1e-9, abs=1e-12), t
        expected = case["momentums"][t] if "momentums" in case else [0.9, 0.9]
        assert momentums(optimizer) == pytest.approx(expected, rel=1e-9), t
        assert every[-1].get_last_lr() == rates(optimizer)
        if t < 50:
            step_all(case, every, t)


# ---------------------------------------------------------------- going on


def optimizer_loaded_first(case, saved):
    optimizer, every = set_up(case)
    optimizer.load_state_dict(saved[0])
    return loaded(optimizer, every, saved[1:])


def schedulers_loaded_first(case, saved):
    optimizer, every = set_up(case)
    loaded(optimizer, every, saved[1:])
    optimizer.load_state_dict(saved[0])
    return optimizer, every


def keys_in_reverse(case, saved):
    return optimizer_loaded_first(case, list(map(reversed_keys, saved)))


def loaded(optimizer, every, states):
    for scheduler, state in zip(every, states):
        scheduler.load_state_dict(state)
    return optimizer, every


def reversed_keys(value):
    if isinstance(value, dict):
        return {key: reversed_keys(value[key]) for key in reversed(list(value))}
    return list(map(reversed_keys, value)) if isinstance(value, list) else value


@pytest.mark.parametrize("case", REFERENCE["cases"], ids=described)
@pytest.mark.parametrize("epoch", [0, 3, 26])
@pytest.mark.parametrize("resume", [optimizer_loaded_first, schedulers_loaded_first, keys_in_reverse])
def test_a_resumed_scheduler_goes_on_to_the_last_bit(case, epoch, resume):
    optimizer, every = set_up(case)
    for t in range(epoch):
        step_all(case, every, t)
    saved = [optimizer.state_dict(), *(scheduler.state_dict() for scheduler in every)]
    resumed, again = resume(case, saved)
    assert rates(resumed) == rates(optimizer) and momentums(resumed) == momentums(optimizer)
    assert again[-1].get_last_lr() == every[-1].get_last_lr()
    for t in range(epoch, 50):
        step_all(case, every, t)
        step_all(case, again, t)
        assert rates(resumed) == rates(optimizer) and momentums(resumed) == momentums(optimizer)


def test_a_saved_state_is_a_snapshot():
    learner = optimizer()
    scheduler = SequentialLR(learner, [StepLR(learner, 2), MultiStepLR(learner, [1])], [2])
    saved = scheduler.state_dict()
    before = json.dumps(saved)
    for _ in range(5):
        scheduler.step()
    assert json.dumps(saved) == before != json.dumps(scheduler.state_dict())


def optimizer(rule=SGD, **settings):
    return rule([Parameter([[1.0]])], lr=1.0, **settings)


# ---------------------------------------------------------------- the equations of the docstrings

epochs = st.integers(0, 60)
EQUATIONS = {
    "StepLR": (lambda o: StepLR(o, 7, 0.5), lambda t: 0.5 ** (t // 7)),
    "MultiStepLR": (lambda o: MultiStepLR(o, [3, 9, 9], 0.5), lambda t: 0.5 ** ((t >= 3) + 2 * (t >= 9))),
    "ExponentialLR": (lambda o: ExponentialLR(o, 0.9), lambda t: 0.9**t),
    "PolynomialLR": (lambda o: PolynomialLR(o, 20, 2.0), lambda t: (1 - min(t, 20) / 20) ** 2),
    "ConstantLR": (lambda o: ConstantLR(o, 0.25, 9), lambda t: 0.25 if t < 9 else 1.0),
    "LinearLR": (lambda o: LinearLR(o, 0.25, 0.75, 20), lambda t: 0.25 + 0.5 * min(t, 20) / 20),
    "CosineAnnealingLR": (
        lambda o: CosineAnnealingLR(o, 20, 0.1),
        lambda t: 0.1 + 0.45 * (1 + math.cos(math.pi * t / 20)),
    ),
    "CosineAnnealingWarmRestarts": (
        lambda o: CosineAnnealingWarmRestarts(o, 15, 1, 0.1),
        lambda t: 0.1 + 0.45 * (1 + math.cos(math.pi * (t % 15) / 15)),
    ),
    "CyclicLR": (
        lambda o: CyclicLR(o, 0.5, 1.0, 4, cycle_momentum=False),
        lambda t: 0.5 + 0.5 * (1 - abs(t % 8 - 4) / 4),
    ),
}


@pytest.mark.parametrize("name", EQUATIONS)
@given(epoch=epochs)
def test_a_scheduler_is_its_equation(name, epoch):
    make, equation = EQUATIONS[name]
    learner = optimizer()
    scheduler = make(learner)
    for _ in range(epoch):
        scheduler.step()
    assert learner.param_groups[0]["lr"] == pytest.approx(equation(epoch), rel=1e-12, abs=1e-14)


@given(total=st.integers(1, 60), start=st.floats(0.01, 1.0))
def test_a_line_to_zero_never_ends_below_it(total, start):
    """With start_factor 1/3 and 4 epochs the last factor is 1 − 0.0833…/0.0833…, a rounding below 0."""
    learner = optimizer()
    scheduler = LinearLR(learner, start, 0.0, total)
    for _ in range(total + 1):
        scheduler.step()
    assert 0.0 <= learner.param_groups[0]["lr"] < 1e-14


def test_a_rate_changed_by_hand_stays_changed():
    learner = optimizer()
    scheduler = ExponentialLR(learner, 0.5)
    learner.param_groups[0]["lr"] = 8.0
    scheduler.step()
    assert rates(learner) == [4.0]


def test_the_optimizer_steps_with_the_rate_of_the_scheduler():
    w = Parameter([[1.0]])
    learner = SGD([w], lr=1.0)
    scheduler = StepLR(learner, 1, gamma=0.5)
    for _ in range(3):
        w.grad = Matrix([[1.0]])
        learner.step()
        scheduler.step()
    assert w.matrix.item() == 1.0 - 1.0 - 0.5 - 0.25


def test_a_sequence_inside_a_sequence_counts_its_own_epochs():
    learner = optimizer()
    inner = SequentialLR(learner, [ConstantLR(learner, 0.5, 9), ExponentialLR(learner, 0.5)], [2])
    outer = SequentialLR(learner, [ConstantLR(learner, 0.25, 9), inner], [3])
    seen = []
    for _ in range(8):
        seen += outer.get_last_lr()
        outer.step()
    assert seen == [0.25, 0.25, 0.25, 0.5, 0.5, 1.0, 0.5, 0.25]


def test_a_state_has_momentums_where_they_are_cycled_as_pytorchs_has():
    for cycled in (False, True):
        scheduler = CyclicLR(SGD([Parameter(0.0)], momentum=0.9), 0.25, 0.5, cycle_momentum=cycled)
        assert ({"base_momentums", "max_momentums"} <= scheduler.state_dict().keys()) is cycled


def test_a_cycle_makes_its_lowest_rate_the_first_one():
    learner = optimizer()
    CyclicLR(learner, 0.25, 0.5, cycle_momentum=False)
    assert learner.param_groups[0]["initial_lr"] == 0.25


def test_a_phase_without_steps_is_passed_over():
    """PyTorch divides by zero where pct_start·total_steps is 1."""
    scheduler = OneCycleLR(optimizer(), 1.0, total_steps=4, pct_start=0.25, cycle_momentum=False)
    seen = scheduler.get_last_lr()
    for _ in range(3):
        scheduler.step()
        seen += scheduler.get_last_lr()
    assert seen == pytest.approx([1.0, 0.75, 0.25, 1 / 25 / 1e4], rel=1e-4)


def test_a_cycle_whose_rise_takes_no_time_begins_at_the_top():
    """step_size_up is 0 beside the whole cycle, by which PyTorch divides."""
    scheduler = CyclicLR(optimizer(), 0.0, 1.0, 5e-324, 4, cycle_momentum=False)
    seen = scheduler.get_last_lr()
    for _ in range(4):
        scheduler.step()
        seen += scheduler.get_last_lr()
    assert seen == [1.0, 0.75, 0.5, 0.25, 1.0]


def test_more_steps_than_the_one_cycle_has_are_refused():
    scheduler = OneCycleLR(optimizer(), 1.0, total_steps=3, cycle_momentum=False)
    for _ in range(3):
        scheduler.step()
    with pytest.raises(ValueError, match="OneCycleLR: its cycle has 3 steps, this is step 4"):
        scheduler.step()


def test_a_plateau_takes_a_tensor_and_counts_nan_as_no_improvement():
    learner = optimizer()
    scheduler = ReduceLROnPlateau(learner, factor=0.5, patience=0)
    scheduler.step(Tensor(2.0))
    assert rates(learner) == [1.0]
    scheduler.step(math.nan)
    assert rates(learner) == [0.5]


@pytest.mark.parametrize(
    ("mode", "threshold_mode", "threshold", "losses", "expected"),
    [
        # To be better by just the threshold is not enough.
        ("min", "abs", 0.5, [10, 9, 8, 7, 6.9, 6], [1, 1, 1, 1, 0.5, 0.5]),
        ("max", "abs", 0.5, [10, 9, 8, 7, 6.9, 6], [1, 1, 1, 1, 0.5, 0.5]),
        ("min", "abs", 0.5, [10, 9.5, 9.4375], [1, 0.5, 0.5]),
        ("max", "abs", 0.0, [1, 1, 0.5], [1, 0.5, 0.5]),
        ("min", "rel", 0.5, [8, 4, 3.9375, 1.96875, 1], [1, 0.5, 0.5, 0.25, 0.25]),
        ("max", "rel", 0.5, [-8, -7.9375, -12.125, -12.125], [1, 0.5, 0.5, 0.25]),
        # Of a number below zero more is allowed than itself: what got worse, but by less than half, is better.
        ("min", "rel", 0.5, [-8, -7.9375, -12.125, -12.125], [1, 1, 1, 1]),
        ("max", "rel", 0.5, [8, 4, 3.9375, 1.96875, 1], [1, 1, 1, 1, 1]),
        ("max", "rel", 0.5, [1, -1, -1.5, -1.625], [1, 1, 0.5, 0.5]),
        # A threshold of the whole number, or of more.
        ("min", "rel", 1.0, [3, 0, -0.5, -1], [0.5, 0.25, 0.125, 0.0625]),
        ("max", "rel", 1.0, [3, 0, -0.5, -1], [1, 1, 1, 0.5]),
        ("max", "rel", 2.0, [3, -3, -3.5, -9], [1, 1, 0.5, 0.25]),
        ("min", "rel", 0.5, [math.inf, 5, -math.inf, -math.inf], [0.5, 0.5, 0.5, 0.25]),
        ("max", "rel", 0.5, [math.inf, 5, -math.inf, -math.inf], [0.5, 0.5, 0.5, 0.25]),
    ],
)
def test_a_plateau_is_where_a_number_gets_no_better_by_more_than_the_threshold(
    mode, threshold_mode, threshold, losses, expected
):
    """The rates of PyTorch 2.13.0; a number that is to grow is minus the loss."""
    learner = optimizer()
    scheduler = ReduceLROnPlateau(learner, mode, 0.5, 0, threshold, threshold_mode)
    seen = []
    for t, loss in enumerate(losses, start=1):
        scheduler.step(loss if mode == "min" else -loss)
        seen += rates(learner)
        assert scheduler.last_epoch == t and scheduler.get_last_lr() == rates(learner)
    assert seen == expected


@pytest.mark.parametrize("mode", ["min", "max"])
@given(
    first=st.floats(-1e6, 1e6),
    worse=st.floats(0, 1e6),
    threshold=st.floats(0, 10),
)
def test_what_gets_worse_is_never_better(mode, first, worse, threshold):
    learner = optimizer()
    scheduler = ReduceLROnPlateau(learner, mode, 0.5, 0, threshold, "abs")
    scheduler.step(first)
    scheduler.step(first + worse if mode == "min" else first - worse)
    assert rates(learner) == [0.5] and scheduler.best == first


# ---------------------------------------------------------------- at the edge of the floats


def test_a_range_that_shrinks_for_ever_ends_at_the_lowest_rate():
    """gammaᵗ is 0 for a large t; PyTorch 2.13.0 gives base_lr there, too."""
    learner = optimizer()
    scheduler = CyclicLR(learner, 0.25, 1.0, 4, mode="exp_range", gamma=0.5, cycle_momentum=False)
    for epoch in (10**4, 10**9, 10**15):
        scheduler.last_epoch = epoch + 1
        scheduler.step()
        assert rates(learner) == [0.25]


GROWING = {
    "CyclicLR": lambda o: CyclicLR(o, 0.25, 1.0, 4, mode="exp_range", gamma=1.5, cycle_momentum=False),
    "CyclicLR of an int": lambda o: CyclicLR(o, 0.25, 1.0, 4, mode="exp_range", gamma=2, cycle_momentum=False),
    "CyclicLR of a function": lambda o: CyclicLR(o, 0.25, 1, 4, scale_fn=math.exp, scale_mode="iterations"),
    "ExponentialLR": lambda o: ExponentialLR(o, 2.0),
    "ExponentialLR of an int": lambda o: ExponentialLR(o, 2),
    "LambdaLR": lambda o: LambdaLR(o, math.exp),
    "LambdaLR of an int": lambda o: LambdaLR(o, lambda t: 2**t),
    "MultiStepLR": lambda o: MultiStepLR(o, [5] * 2000, 2.0),
    "MultiStepLR of an int": lambda o: MultiStepLR(o, [5] * 2000, 2),
    "StepLR": lambda o: StepLR(o, 1, 1e200),
    "LinearLR": lambda o: LinearLR(o, 5e-324),
    "ConstantLR": lambda o: ConstantLR(o, 5e-324),
}


@pytest.mark.parametrize("name", GROWING)
def test_a_rate_beyond_the_largest_float_is_refused_in_a_sentence(name):
    learner = optimizer(momentum=0.9)
    scheduler = GROWING[name](learner)
    sentence = rf"^{name.split()[0]}: the learning rate of epoch \d+ is (a finite number, got|beyond the largest float)"
    before = None
    with pytest.raises(ValueError, match=sentence):
        for _ in range(2000):
            before = learner.state_dict(), scheduler.state_dict()
            scheduler.step()
    assert (learner.state_dict(), scheduler.state_dict()) == before


@pytest.mark.parametrize("case", REFERENCE["cases"], ids=described)
@pytest.mark.parametrize("epoch", [10**9, 10**15])
def test_after_very_many_epochs_the_next_rate_is_finite(case, epoch):
    """None counts up to there; OneCycleLR says that its cycle is over."""
    learner, every = set_up(case)
    for scheduler in every:
        if isinstance(scheduler, (ChainedScheduler, OneCycleLR, ReduceLROnPlateau)):
            continue
        if isinstance(scheduler, CosineAnnealingWarmRestarts):
            scheduler.step(epoch)
        scheduler.last_epoch = epoch
        scheduler.step()
        assert scheduler.last_epoch == epoch + 1
    assert all(0 <= lr <= 1 for lr in rates(learner))


@pytest.mark.parametrize("T_max", [10**8, 10**9, 10**12])
def test_a_cosine_of_very_many_epochs_gets_past_its_lowest_point(T_max):
    """1 + cos(π·t/T_max) rounds to 0 before t is T_max; PyTorch divides by it."""
    learner = optimizer()
    scheduler = CosineAnnealingLR(learner, T_max)
    learner.param_groups[0]["lr"] = 0.0
    scheduler.last_epoch = T_max - 2
    for _ in range(5):
        scheduler.step()
        assert 0 <= rates(learner)[0] < 1e-14


# ---------------------------------------------------------------- what is refused


@pytest.mark.parametrize(
    ("make", "error", "sentence"),
    [
        (
            lambda o: StepLR(None, 3),
            TypeError,
            r"StepLR needs an Optimizer, as SGD\(model.parameters\(\)\) is, got None",
        ),
        (lambda o: LambdaLR(None, abs), TypeError, "LambdaLR needs an Optimizer"),
        (lambda o: CyclicLR(None, 0.1, 1.0), TypeError, "CyclicLR needs an Optimizer"),
        (lambda o: OneCycleLR(None, 0.1, 3), TypeError, "OneCycleLR needs an Optimizer"),
        (lambda o: ReduceLROnPlateau(None), TypeError, "ReduceLROnPlateau needs an Optimizer"),
        (lambda o: StepLR(o, 3, last_epoch=2), KeyError, "to begin after epoch 2, group 0 needs its 'initial_lr'"),
        (lambda o: StepLR(o, 3, last_epoch=-2), ValueError, "last_epoch is an int from -1 up, got -2"),
        (lambda o: StepLR(o, 0), ValueError, "StepLR: step_size is an int from 1 up, got 0"),
        (lambda o: StepLR(o, 3, math.nan), ValueError, "StepLR: gamma is a finite number from 0 up, got nan"),
        (lambda o: MultiStepLR(o, [1, 2.5]), ValueError, r"milestones are ints from 0 up, got \[1, 2.5\]"),
        (lambda o: MultiStepLR(o, 3), ValueError, "milestones are ints from 0 up, got 3"),
        (lambda o: MultiStepLR(o, [3], -1), ValueError, "MultiStepLR: gamma"),
        (lambda o: ExponentialLR(o, -0.1), ValueError, "ExponentialLR: gamma is a finite number from 0 up, got -0.1"),
        (lambda o: PolynomialLR(o, 0), ValueError, "PolynomialLR: total_iters is an int from 1 up, got 0"),
        (lambda o: PolynomialLR(o, 3, -1), ValueError, "PolynomialLR: power"),
        (lambda o: LambdaLR(o, 0.5), TypeError, "lr_lambda is a function of the epoch, got 0.5"),
        (lambda o: LambdaLR(o, [abs, abs]), ValueError, "LambdaLR needs 1 functions, one for each group, got 2"),
        (
            lambda o: LambdaLR(o, lambda t: math.nan),
            ValueError,
            "LambdaLR: the learning rate of epoch 0 is a finite number, got nan",
        ),
        (lambda o: ConstantLR(o, 0), ValueError, "ConstantLR: factor is a finite number above 0 up to 1, got 0"),
        (lambda o: ConstantLR(o, 0.5, 0), ValueError, "ConstantLR: total_iters"),
        (lambda o: LinearLR(o, 0.0), ValueError, "LinearLR: start_factor is a finite number above 0 up to 1, got 0.0"),
        (lambda o: LinearLR(o, 0.5, 1.5), ValueError, "LinearLR: end_factor is a finite number from 0 to 1, got 1.5"),
        (lambda o: LinearLR(o, total_iters=0), ValueError, "LinearLR: total_iters is an int from 1 up, got 0"),
        (lambda o: CosineAnnealingLR(o, 0), ValueError, "CosineAnnealingLR: T_max is an int from 1 up, got 0"),
        (lambda o: CosineAnnealingLR(o, 3, -1), ValueError, "CosineAnnealingLR: eta_min"),
        (lambda o: CosineAnnealingWarmRestarts(o, 0), ValueError, "T_0 is an int from 1 up, got 0"),
        (lambda o: CosineAnnealingWarmRestarts(o, 3, 1.5), ValueError, "T_mult is an int from 1 up, got 1.5"),
        (lambda o: CosineAnnealingWarmRestarts(o, 3, 1, math.nan), ValueError, "eta_min"),
        (lambda o: CyclicLR(o, 0.1, 1.0, 0), ValueError, "CyclicLR: step_size_up is a finite number above 0, got 0"),
        (
            lambda o: CyclicLR(o, 0.1, 1.0, 3, 0),
            ValueError,
            "CyclicLR: step_size_down is a finite number above 0, got 0",
        ),
        (lambda o: CyclicLR(o, 0.1, 1.0, mode="round"), ValueError, "mode is 'triangular', .* got 'round'"),
        (lambda o: CyclicLR(o, 0.1, 1.0, scale_mode="x"), ValueError, "scale_mode is 'cycle' or 'iterations', got 'x'"),
        (lambda o: CyclicLR(o, 0.1, 1.0, gamma=-1), ValueError, "CyclicLR: gamma"),
        (
            lambda o: CyclicLR(o, 0.1, [1, 2]),
            ValueError,
            r"max_lr is a number or one for each of 1 groups, got \[1, 2\]",
        ),
        (lambda o: CyclicLR(o, math.nan, 1.0), ValueError, "CyclicLR: base_lr is a finite number from 0 up, got nan"),
        (lambda o: OneCycleLR(o, 1.0), ValueError, "OneCycleLR needs total_steps, or epochs and steps_per_epoch"),
        (lambda o: OneCycleLR(o, 1.0, epochs=3), ValueError, "OneCycleLR needs total_steps, or epochs and steps_per_"),
        (lambda o: OneCycleLR(o, 1.0, 0), ValueError, "OneCycleLR: total_steps is an int from 1 up, got 0"),
        (lambda o: OneCycleLR(o, 1.0, None, 2, 0), ValueError, "steps_per_epoch is an int from 1 up, got 0"),
        (lambda o: OneCycleLR(o, 1.0, None, 0, 2), ValueError, "epochs is an int from 1 up, got 0"),
        (
            lambda o: OneCycleLR(o, 1.0, 9, pct_start=1.5),
            ValueError,
            "pct_start is a finite number from 0 to 1, got 1.5",
        ),
        (lambda o: OneCycleLR(o, 1.0, 9, anneal_strategy="x"), ValueError, "anneal_strategy is 'cos' or 'linear'"),
        (lambda o: OneCycleLR(o, 1.0, 9, div_factor=0), ValueError, "div_factor is a finite number above 0, got 0"),
        (lambda o: OneCycleLR(o, -1.0, 9), ValueError, "OneCycleLR: max_lr is a finite number from 0 up, got -1.0"),
        (lambda o: ReduceLROnPlateau(o, "low"), ValueError, "mode is 'min' or 'max', got 'low'"),
        (
            lambda o: ReduceLROnPlateau(o, factor=1.0),
            ValueError,
            "factor is a finite number from 0 up to below 1, got 1.0",
        ),
        (lambda o: ReduceLROnPlateau(o, threshold_mode="x"), ValueError, "threshold_mode is 'rel' or 'abs', got 'x'"),
        (lambda o: ReduceLROnPlateau(o, patience=-1), ValueError, "patience is an int from 0 up, got -1"),
        (lambda o: ReduceLROnPlateau(o).step(), TypeError, "step needs the number that is to improve, got None"),
        (lambda o: SequentialLR(o, [], []), ValueError, "SequentialLR: schedulers must have one at least"),
        (lambda o: ChainedScheduler([]), ValueError, "ChainedScheduler: schedulers must have one at least"),
        (lambda o: ChainedScheduler([StepLR(o, 2), 3]), TypeError, r"schedulers\[1\] must be a scheduler, got 3"),
        (lambda o: SequentialLR(o, [StepLR(o, 2)] * 2, []), ValueError, r"2 schedulers need 1 milestones, .* got \[\]"),
        (lambda o: SequentialLR(o, [StepLR(o, 2)] * 3, [4, 2]), ValueError, r"growing ints from 0 up, got \[4, 2\]"),
        (lambda o: SequentialLR(o, [StepLR(o, 2)] * 2, [2.5]), ValueError, r"growing ints from 0 up, got \[2.5\]"),
        (
            lambda o: SequentialLR(o, [StepLR(optimizer(), 2)], []),
            ValueError,
            "belongs to another optimizer",
        ),
        (
            lambda o: SequentialLR(o, [ReduceLROnPlateau(o)], []),
            ValueError,
            "must be one whose step\\(\\) takes no metric",
        ),
    ],
)
def test_invalid_settings_are_refused(make, error, sentence):
    with pytest.raises(error, match=sentence):
        make(optimizer(momentum=0.9))


def test_a_cycle_of_momentum_needs_one():
    with pytest.raises(ValueError, match="CyclicLR: Adagrad has neither momentum nor betas; set cycle_momentum=False"):
        CyclicLR(optimizer(optim.Adagrad), 0.1, 1.0)


def test_groups_that_came_later_are_refused_by_schedulers_that_need_their_first_rate():
    learner = optimizer()
    scheduler = LambdaLR(learner, lambda t: 1.0)
    learner.add_param_group({"params": [Parameter(0.0)]})
    with pytest.raises(ValueError, match="LambdaLR was made for 1 groups of parameters, now there are 2"):
        scheduler.step()


def test_a_scheduler_without_get_lr_says_so():
    class Nothing(LRScheduler):
        pass

    with pytest.raises(NotImplementedError, match="Nothing needs a get_lr method"):
        Nothing(optimizer())


@pytest.mark.parametrize(
    ("change", "error", "sentence"),
    [
        (lambda s: [1], TypeError, r"StepLR.load_state_dict needs what state_dict\(\) gives, a dict, got \[1\]"),
        (lambda s: {**s, "T_max": 3}, ValueError, r"missing are none, unknown are \['T_max'\]"),
        (lambda s: {n: v for n, v in s.items() if n != "gamma"}, ValueError, r"missing are \['gamma'\]"),
        (lambda s: {**s, "gamma": math.nan}, ValueError, "gamma is as 0.1 is, got nan"),
        (lambda s: {**s, "base_lrs": [1.0, 2.0]}, ValueError, r"base_lrs is as \[1.0\] is, got \[1.0, 2.0\]"),
        (lambda s: {**s, "last_epoch": "3"}, ValueError, "last_epoch is as 1 is, got '3'"),
    ],
)
def test_a_state_that_does_not_fit_is_refused_as_a_whole(change, error, sentence):
    scheduler = StepLR(optimizer(Adam), 2)
    scheduler.step()
    before = scheduler.state_dict()
    with pytest.raises(error, match=sentence):
        scheduler.load_state_dict(change({**before, "step_size": 9}))
    assert scheduler.state_dict() == before


def test_a_sequence_loads_all_of_its_schedulers_or_none():
    learner = optimizer()
    sequence = SequentialLR(learner, [StepLR(learner, 2), ExponentialLR(learner, 0.5)], [3])
    before = sequence.state_dict()
    wrong = {**before, "_schedulers": [{**before["_schedulers"][0], "step_size": 9}, {}]}
    with pytest.raises(ValueError, match="SequentialLR.load_state_dict: _schedulers is as"):
        sequence.load_state_dict(wrong)
    assert sequence.state_dict() == before
