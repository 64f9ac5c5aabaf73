"""Every numeric setting of every optimizer and schedule: its smallest and largest legal value, and one beyond.

The settings are found in the signatures. What is legal is taken when it is made, in a group, during a run and in a
loaded state; what lies one float or one int beyond is refused at each of these places.
"""

import inspect
import math

import pytest

from backprop import Matrix
from backprop.nn import Parameter
from backprop.optim import SGD
from tests.public import CLASSES
from tests.test_refusals import NEEDED, RULES, SCHEDULES, settings_of
from tests.values import values

TINY = 5e-324  # the smallest float above 0
BELOW, ABOVE = 1 - 2**-53, 1 + 2**-52  # the floats next to 1

FROM_0, FROM_0_TO_1 = [(0, -TINY)], [(0, -TINY), (1, ABOVE)]
FROM_0_TO_BELOW_1, ABOVE_0, ABOVE_0_TO_1 = [(0, -TINY), (BELOW, 1)], [(TINY, 0)], [(TINY, 0), (1, ABOVE)]
COUNT, COUNT_FROM_0 = [(1, 0), (1, True)], [(0, -1)]
BETAS = [((0, 0), (-TINY, 0)), ((0, 0), (0, -TINY)), ((BELOW, 0), (1, 0)), ((0, BELOW), (0, 1))]

# For each setting pairs of a value that is legal and of its neighbour that is not.
LIMITS = {
    "T_0": COUNT,
    "T_max": COUNT,
    "T_mult": COUNT,
    "alpha": FROM_0_TO_1,
    "base_lr": FROM_0,
    "base_momentum": FROM_0,
    "beta2_decay": [(0, TINY)],
    "betas": BETAS,
    "cooldown": COUNT_FROM_0,
    "d": [(1, BELOW)],
    "dampening": FROM_0,
    # A first rate of 1/div_factor is to be finite.
    "div_factor": [(1e-308, 0), (1e-308, TINY)],
    "end_factor": FROM_0_TO_1,
    "epochs": COUNT,
    "eps": ABOVE_0,
    "eta_min": FROM_0,
    "etas": [((TINY, 2), (0, 2)), ((BELOW, 2), (1, 2)), ((0.5, ABOVE), (0.5, 1)), ((0.5, 1e308), (0.5, math.inf))],
    "factor": ABOVE_0_TO_1,
    "final_div_factor": [(1e-308, 0), (1e-308, TINY)],
    "gamma": FROM_0,
    "history_size": COUNT,
    "initial_accumulator_value": FROM_0,
    "lambd": FROM_0,
    "last_epoch": [(-1, -2)],
    "lr": FROM_0,
    "lr_decay": FROM_0,
    "max_eval": COUNT,
    "max_iter": COUNT,
    "max_lr": FROM_0,
    "max_momentum": FROM_0,
    "milestones": [([], [-1]), ([0], [-1])],
    "min_lr": FROM_0,
    "momentum": FROM_0,
    "momentum_decay": FROM_0,
    "ns_coefficients": [((0, 0, 0), (0, 0)), ((1e308, 0, 0), (math.inf, 0, 0))],
    "ns_steps": [(0, -1), (99, 100)],
    "patience": COUNT_FROM_0,
    "pct_start": FROM_0_TO_1,
    "power": FROM_0,
    "rho": FROM_0_TO_1,
    "start_factor": ABOVE_0_TO_1,
    "step_size": COUNT,
    "step_size_down": ABOVE_0,
    "step_size_up": ABOVE_0,
    "step_sizes": [((0, 0), (-TINY, 0)), ((1, 1), (1, BELOW)), ((1, 1), (ABOVE, 1))],
    "steps_per_epoch": COUNT,
    "t0": FROM_0,
    "threshold": FROM_0,
    "tolerance_change": FROM_0,
    "tolerance_grad": FROM_0,
    "total_iters": COUNT,
    "total_steps": COUNT,
    "weight_decay": FROM_0,
    ("ASGD", "alpha"): FROM_0,
    ("Adafactor", "eps"): [((0, 0), (-TINY, 0)), ((None, 0), (None, -TINY))],
    ("Muon", "momentum"): FROM_0_TO_1,
    ("ReduceLROnPlateau", "eps"): FROM_0,
    ("ReduceLROnPlateau", "factor"): FROM_0_TO_BELOW_1,
}
# Not numbers: truth values, words, functions, and what the others are made of.
NO_NUMBERS = {
    "bool",
    "bool | None",
    "str",
    "str | None",
    "Params",
    "Optimizer",
    "Optimizer | None",
    "Factor | Sequence[Factor]",
    "Sequence[LRScheduler]",
    "Callable[[float], float] | None",
}


def limits(kinds):
    """(class, setting, legal, illegal) for each numeric setting."""
    return [
        (name, setting, legal, illegal)
        for name in kinds
        for setting, annotation in settings_of(name).items()
        if annotation not in NO_NUMBERS and name not in ("ChainedScheduler", "SequentialLR")
        for legal, illegal in LIMITS.get((name, setting)) or LIMITS[setting]
    ]


def test_each_limit_belongs_to_a_setting():
    settings = {setting for name in {**RULES, **SCHEDULES} for setting in settings_of(name)}
    assert {key if isinstance(key, str) else key[1] for key in LIMITS} <= settings


def learning():
    w = Parameter([[1.0, 2.0]])
    w.grad = Matrix([[0.5, -0.5]])
    return w


def step(optimizer):
    optimizer.step(*[lambda: 1.0] * (type(optimizer).__name__ == "LBFGS"))


@pytest.mark.parametrize(("name", "setting", "legal", "illegal"), limits(RULES))
def test_a_limit_of_an_optimizer_holds_wherever_the_setting_is_given(name, setting, legal, illegal):
    kind, w = RULES[name], learning()
    optimizer = kind([w], **{setting: legal})
    step(optimizer)
    saved = optimizer.state_dict()
    assert saved["param_groups"][0][setting] == legal
    assert not any(map(math.isnan, w.matrix.rows[0])) or legal in ((1e308, 0, 0),)
    kind([{"params": [w], setting: legal}])
    other = kind([learning()])
    other.load_state_dict(saved)
    other.param_groups[0][setting] = legal
    step(other)

    before = repr(values(other.state_dict())), other.param_groups[0]["params"][0].matrix
    sentence = rf"^{name}: {setting} (is|are) "
    with pytest.raises(ValueError, match=sentence):
        kind([w], **{setting: illegal})
    with pytest.raises(ValueError, match=sentence):
        kind([{"params": [w], setting: illegal}])
    with pytest.raises(ValueError, match=rf"{name}(.load_state_dict)?: {setting} (is|are) "):
        other.load_state_dict({**saved, "param_groups": [{**saved["param_groups"][0], setting: illegal}]})
    if name != "LBFGS":
        with pytest.raises(ValueError, match=sentence):
            other.add_param_group({"params": [Parameter(0.0)], setting: illegal})
    assert repr(values(other.state_dict())) == before[0] and other.param_groups[0]["params"][0].matrix is before[1]
    other.param_groups[0][setting] = illegal
    with pytest.raises(ValueError, match=sentence):
        step(other)
    assert other.param_groups[0]["params"][0].matrix is before[1]


pytestmark = pytest.mark.filterwarnings("ignore:lr_scheduler.step")


def schedule(name, **settings):
    needed = {**NEEDED.get(name, {}), **settings}
    if "total_steps" in settings:
        needed.update(epochs=None, steps_per_epoch=None)
    return SCHEDULES[name](SGD([Parameter(0.0)], lr=1.0, momentum=0.5), **needed)


@pytest.mark.parametrize(("name", "setting", "legal", "illegal"), limits(SCHEDULES))
def test_a_limit_of_a_schedule_holds_when_it_is_made_and_when_it_is_loaded(name, setting, legal, illegal):
    made = schedule(name, **{setting: legal})
    saved, optimizer = made.state_dict(), made.optimizer
    for _ in range(4):
        try:
            made.step(1.0) if name == "ReduceLROnPlateau" else made.step()
        except ValueError as error:
            # A sentence, where a factor of nearly 0 cannot be undone and where the one cycle is over.
            assert str(error).startswith(name) and (legal == TINY or name == "OneCycleLR")
        assert all(0 <= lr < math.inf for lr in made.get_last_lr())
    again = schedule(name, **{setting: legal} if setting == "milestones" else {})
    again.load_state_dict(saved)
    assert again.state_dict() == saved

    before = optimizer.state_dict()
    with pytest.raises(ValueError, match=rf"^{name}: ({setting}|initial_lr|min_lr) (is|are) "):
        SCHEDULES[name](optimizer, **{**NEEDED.get(name, {}), setting: illegal})
    assert optimizer.state_dict() == before
    key = next((key for key in (setting, f"{setting}s") if key in saved), None)
    if key and setting != "last_epoch":
        wrong = [illegal] if isinstance(saved[key], list) and not isinstance(illegal, list) else illegal
        before = again.state_dict()
        with pytest.raises(ValueError, match=rf"^{name}(.load_state_dict)?: {key} (is|are) "):
            again.load_state_dict({**saved, key: wrong})
        assert again.state_dict() == before


def test_all_numeric_settings_are_asked_for():
    """Those of the classes, by their annotations: a new one needs its limits here."""
    for name, kind in {**RULES, **SCHEDULES}.items():
        for setting, parameter in inspect.signature(kind).parameters.items():
            numeric = isinstance(parameter.default, (int, float, tuple)) and not isinstance(parameter.default, bool)
            assert not numeric or (name, setting) in LIMITS or setting in LIMITS
    assert set(RULES) | set(SCHEDULES) <= CLASSES.keys()
