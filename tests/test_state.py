"""What is saved shares nothing with what goes on learning, and loading changes all of a state or nothing."""

import inspect
import math
import sys
from collections import Counter, deque
from fractions import Fraction

import pytest

import backprop
from backprop import Matrix, Tensor
from backprop.nn import Parameter
from backprop.optim import SGD, Optimizer
from backprop.optim.lr_scheduler import LRScheduler
from backprop.optim.optimizer import parameters_of
from backprop.optim.state import snapshot
from tests.figures import reference
from tests.optim.lr_scheduler import test_lr_scheduler
from tests.public import CLASSES
from tests.values import values

RULES = {name: kind for name, kind in CLASSES.items() if issubclass(kind, Optimizer) and kind is not Optimizer}
SCHEDULES = {name: kind for name, kind in CLASSES.items() if issubclass(kind, LRScheduler) and kind is not LRScheduler}
# A case of each schedule: the one with most settings.
CASES = {}
for case in reference("lr_schedulers.json")["cases"]:
    if len(str(case.get("arguments"))) > len(str(CASES.get(case["scheduler"], {}).get("arguments"))):
        CASES[case["scheduler"]] = case
for case in test_lr_scheduler.REFERENCE["cases"]:
    if "parts" in case and len(case["parts"]) == 2:
        CASES.setdefault(case["scheduler"], case)
CASES.pop("together", None)


def test_each_schedule_has_a_case():
    assert CASES.keys() == SCHEDULES.keys()


def rule_after_steps(name, steps):
    """An optimizer whose settings are lists where they may be, after some steps."""
    w = Parameter([[1.0, 2.0]])
    settings = {
        setting: list(parameter.default)
        for setting, parameter in inspect.signature(RULES[name]).parameters.items()
        if isinstance(parameter.default, tuple)
    }
    optimizer = RULES[name]([w], **settings)
    for step in range(steps):
        w.grad = Matrix([[0.5 + step, -0.5]])
        optimizer.step(*[lambda: 1.0] * (name == "LBFGS"))
    return optimizer


def schedule_after_steps(name, steps):
    optimizer, every = test_lr_scheduler.set_up(CASES[name])
    for t in range(steps):
        test_lr_scheduler.step_all(CASES[name], every, t)
    return optimizer, every[-1]


def parts(value):
    """All lists, dicts and the like in a value, however deep."""
    if isinstance(value, (Parameter, Matrix, Optimizer, str)) or callable(value):
        return {}
    if isinstance(value, LRScheduler):
        value = vars(value)
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, (list, tuple)) else ()
    own = {id(value): value} if isinstance(value, (list, dict)) else {}
    return {**own, **{key: part for item in inner for key, part in parts(item).items()}}


# ---------------------------------------------------------------- snapshots


def test_a_snapshot_keeps_what_it_copies_and_shares_nothing_that_changes():
    value = {"list": [1, (2, [3.0])], "set": {4}, "deque": deque([5]), "counter": Counter("a"), "m": Matrix([[6]])}
    copy = snapshot(value)
    assert copy == value and list(map(type, copy.values())) == list(map(type, value.values()))
    assert not parts(copy).keys() & parts(value).keys() and copy["m"] is value["m"]
    for name in ("set", "deque", "counter"):
        assert copy[name] is not value[name]


@pytest.mark.parametrize("name", RULES)
def test_the_state_of_an_optimizer_is_shared_with_nobody(name):
    optimizer = rule_after_steps(name, 3)
    saved, other = optimizer.state_dict(), rule_after_steps(name, 0)
    assert not parts(saved).keys() & parts(list(vars(optimizer).values())).keys()
    other.load_state_dict(saved)
    assert not parts(saved).keys() & parts(list(vars(other).values())).keys()
    assert values(other.state_dict()) == values(saved)


@pytest.mark.parametrize("name", SCHEDULES)
def test_the_state_of_a_schedule_is_shared_with_nobody(name):
    optimizer, schedule = schedule_after_steps(name, 7)
    saved, (_, other) = schedule.state_dict(), schedule_after_steps(name, 0)
    assert not parts(saved).keys() & parts(schedule).keys()
    other.load_state_dict(saved)
    assert (
        not parts(saved).keys() & parts(other).keys() and not parts(saved).keys() & parts(optimizer.param_groups).keys()
    )
    assert other.state_dict() == saved


@pytest.mark.parametrize("name", RULES)
def test_groups_share_no_settings_with_each_other_or_with_the_caller(name):
    defaults = {
        setting: list(parameter.default)
        for setting, parameter in inspect.signature(RULES[name]).parameters.items()
        if isinstance(parameter.default, tuple)
    }
    own = {"params": [Parameter([[0.0]])], **snapshot(defaults)}
    groups = [own] if name == "LBFGS" else [own, {"params": [Parameter([[0.0]])]}, {"params": [Parameter([[0.0]])]}]
    optimizer = RULES[name](groups, **defaults)
    everything = [defaults, own, optimizer.defaults, *optimizer.param_groups]
    assert len({id(part) for value in everything for part in parts(value).values()}) == sum(
        len(parts(value)) for value in everything
    )


# ---------------------------------------------------------------- Ctrl-C


def interrupted(call, at=-1):
    """Call it, with Ctrl-C just before its line or instruction number ``at``; to which number it came."""
    count, tracing = 0, sys.gettrace()

    def trace(frame, event, argument):
        nonlocal count
        # Whoever listens to the garbage collector runs at any time, and is not counted.
        if frame.f_globals["__name__"].partition(".")[0] != "backprop":
            return None
        # Instruction by instruction where something is assigned, line by line where it is checked.
        frame.f_trace_opcodes = frame.f_code.co_name in ("__setstate__", "load_state_dict", "update_together")
        # Before CPython 3.10 what is raised at a line is lost where instructions are traced as well.
        count += event == ("opcode" if frame.f_trace_opcodes else "line")
        if count == at:
            raise KeyboardInterrupt
        return trace

    sys.settrace(trace)
    try:
        call()
    except KeyboardInterrupt:
        pass
    finally:
        sys.settrace(tracing)
    return count


@pytest.mark.parametrize("name", [*RULES, *SCHEDULES])
def test_ctrl_c_while_loading_leaves_the_old_or_the_new_state_whole(name):
    if name in RULES:
        saved, owner = rule_after_steps(name, 3).state_dict(), rule_after_steps(name, 1)
        saved["param_groups"][0]["lr"] = 0.7
        optimizer = owner
    else:
        saved, (optimizer, owner) = schedule_after_steps(name, 9)[1].state_dict(), schedule_after_steps(name, 2)

    def everything():
        return repr(values([owner.state_dict(), optimizer.state_dict()]))

    old = owner.state_dict()
    before = everything()
    owner.load_state_dict(saved)
    after = everything()
    owner.load_state_dict(old)
    end, seen = interrupted(lambda: owner.load_state_dict(saved)), []
    # It begins with checks, of which one in ten is enough.
    for at in [*range(1, end - 100, 10), *range(max(end - 100, 1), end + 1)]:
        owner.load_state_dict(old)
        assert everything() == before
        assert interrupted(lambda at=at: owner.load_state_dict(saved), at) == at
        seen.append(everything())
    assert {*seen} == {before, after} and seen[0] == before and seen == sorted(seen, key=[before, after].index)


# ---------------------------------------------------------------- refusals change nothing


@pytest.mark.parametrize("name", sorted(SCHEDULES.keys() - {"ChainedScheduler", "ReduceLROnPlateau", "SequentialLR"}))
def test_a_schedule_that_cannot_begin_leaves_the_optimizer_as_it_was(name):
    groups = [{"params": [Parameter(0.0)]}, {"params": [Parameter(0.0)], "lr": 0.04}]
    optimizer = SGD(groups, lr=0.1, momentum=0.5)
    before = optimizer.state_dict()

    class Failing(SCHEDULES[name]):
        def step(self, epoch=None):
            super().step(epoch)
            raise KeyboardInterrupt

    made = dict(CASES[name]["arguments"], last_epoch=-1)
    for function in ("lr_lambda", "scale_fn"):
        if function in made:
            made[function] = lambda t: 0.5
    with pytest.raises(KeyboardInterrupt):
        Failing(optimizer, **made)
    assert optimizer.state_dict() == before


def test_a_sequence_that_cannot_begin_leaves_the_optimizer_and_its_schedules_as_they_were():
    optimizer, times = SGD([Parameter(0.0)], lr=0.1), []

    class Failing(SCHEDULES["ExponentialLR"]):
        def step(self, epoch=None):
            super().step(epoch)
            times.append(epoch)
            if len(times) == 2:
                raise KeyboardInterrupt

    schedulers = [Failing(optimizer, 0.5), SCHEDULES["ConstantLR"](optimizer, 0.5)]
    before = repr(values([optimizer.state_dict(), *(schedule.state_dict() for schedule in schedulers)]))
    with pytest.raises(KeyboardInterrupt):
        SCHEDULES["SequentialLR"](optimizer, schedulers, [2])
    assert repr(values([optimizer.state_dict(), *(schedule.state_dict() for schedule in schedulers)])) == before


def test_a_step_that_fails_can_be_taken_again():
    """An epoch that was counted without its rate would be lost."""
    optimizer = SGD([Parameter(0.0)], lr=1.0)
    broken = []

    def factor(t):
        if broken:
            raise broken.pop()
        return 1 / (1 + t)

    schedule = backprop.optim.lr_scheduler.LambdaLR(optimizer, factor)
    outer = backprop.optim.lr_scheduler.SequentialLR(optimizer, [schedule], [])
    for error in (KeyboardInterrupt, ZeroDivisionError):
        before = outer.state_dict()
        broken.append(error)
        with pytest.raises(error):
            outer.step()
        assert outer.state_dict() == before
    outer.step()
    assert outer.get_last_lr() == [0.5]


@pytest.mark.parametrize("name", SCHEDULES)
def test_a_state_with_settings_that_make_no_sense_is_refused_and_changes_nothing(name):
    """Each number of the state, one after the other, as NaN, as far below zero and as a word."""
    optimizer, schedule = schedule_after_steps(name, 3)
    saved = schedule.state_dict()

    def wrong(value, bad):
        """The value with each of its numbers replaced, one at a time."""
        if isinstance(value, (list, tuple)):
            for i, item in enumerate(value):
                yield from ([*value[:i], other, *value[i + 1 :]] for other in wrong(item, bad))
        elif isinstance(value, dict):
            for key, item in value.items():
                yield from ({**value, key: other} for other in wrong(item, bad))
        elif isinstance(value, (int, float)) and not isinstance(value, bool):
            yield bad

    before = repr(values([schedule.state_dict(), optimizer.state_dict()]))
    for bad in (math.nan, -1e9, "a"):
        for key, value in saved.items():
            # What may be below zero: a best loss, a rate that get_last_lr gives, and where a phase without steps ends.
            if bad == -1e9 and key in ("best", "mode_worse", "_last_lr", "_schedule_phases", "_schedulers"):
                continue
            for other in wrong(value, bad):
                with pytest.raises(
                    ValueError, match=rf"^({name}|{type(optimizer).__name__}): |^{name}.load_state_dict: "
                ):
                    schedule.load_state_dict({**saved, key: other})
                assert repr(values([schedule.state_dict(), optimizer.state_dict()])) == before


# ---------------------------------------------------------------- parameters have an order


class Keyed(dict):
    """A dict of parameters by their names."""


NAMED = Keyed(weight=Parameter([[1.0]]), bias=Parameter([[2.0]]))
BARE = list(NAMED.values())


@pytest.mark.parametrize("unordered", [set, frozenset], ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("name", RULES)
def test_a_set_of_parameters_is_refused_wherever_it_is_given(name, unordered):
    """With chance in the order, loaded state would meet the wrong parameters."""
    kind = RULES[name]
    sentence = rf"^{name} needs parameters in a fixed order, by which saved state is assigned to them, got a {unordered.__name__}"
    for params in (unordered(BARE), [{"params": unordered(BARE)}]):
        with pytest.raises(TypeError, match=sentence):
            kind(params)
    if name != "LBFGS":
        optimizer = kind([Parameter([[0.0]])])
        with pytest.raises(TypeError, match=sentence):
            optimizer.add_param_group({"params": unordered(BARE)})
        assert len(optimizer.param_groups) == 1


@pytest.mark.parametrize(
    "params",
    [
        BARE,
        tuple(BARE),
        iter(BARE),
        NAMED.values(),
        dict.fromkeys(BARE).keys(),
        deque(BARE),
        [{"params": iter(BARE)}],
        [{"params": NAMED.values()}],
        [{"params": BARE[0]}, {"params": BARE[1]}],
    ],
    ids=lambda params: type(params).__name__,
)
def test_whatever_has_an_order_keeps_it(params):
    optimizer = SGD(params)
    assert parameters_of(optimizer) == BARE and "param_names" not in optimizer.param_groups[0]


@pytest.mark.parametrize("params", [NAMED.items(), list(NAMED.items()), [{"params": iter(NAMED.items())}]])
def test_parameters_may_come_with_their_names_as_in_pytorch(params):
    optimizer = SGD(params, lr=0.1)
    assert optimizer.param_groups[0]["params"] == BARE and optimizer.param_groups[0]["param_names"] == [
        "weight",
        "bias",
    ]
    unnamed = SGD(BARE, lr=0.7)
    unnamed.load_state_dict(optimizer.state_dict())
    assert unnamed.param_groups[0]["lr"] == 0.1 and unnamed.param_groups[0]["param_names"] == ["weight", "bias"]
    optimizer.load_state_dict(SGD(BARE, lr=0.7).state_dict())
    assert optimizer.param_groups[0]["lr"] == 0.7 and optimizer.param_groups[0]["param_names"] == ["weight", "bias"]


@pytest.mark.parametrize(
    ("params", "error", "sentence"),
    [
        (lambda: BARE[0], TypeError, r"SGD needs a list of parameters, got a Parameter; write \[parameter\]"),
        (lambda: NAMED, TypeError, r"got a Keyed; write \[group\] or list\(parameters.values\(\)\)"),
        (lambda: {"params": BARE}, TypeError, r"got a dict; write \[group\] or list\(parameters.values\(\)\)"),
        (lambda: [{"params": NAMED}], TypeError, r"got a Keyed; write \[group\]"),
        (lambda: [*NAMED.items(), BARE[0]], ValueError, "SGD needs all parameters with their names, or none"),
        (lambda: [("weight", Matrix([[1]]))], TypeError, r"SGD learns Tensors, number 0 is Matrix"),
        (lambda: [{"params": BARE}, {"params": BARE[1]}], ValueError, "SGD got a parameter in two groups"),
    ],
)
def test_what_is_no_list_of_parameters_is_refused(params, error, sentence):
    with pytest.raises(error, match=sentence):
        SGD(params())


@pytest.mark.parametrize("name", RULES)
def test_what_a_program_keeps_in_a_group_is_saved_and_loaded(name):
    optimizer = rule_after_steps(name, 2)
    optimizer.param_groups[0]["part"] = "encoder"
    other = rule_after_steps(name, 0)
    other.load_state_dict(optimizer.state_dict())
    assert other.param_groups[0]["part"] == "encoder"


def test_a_setting_misspelled_in_a_group_is_named_in_a_warning():
    with pytest.warns(UserWarning, match="^SGD has no setting 'momntum'; did you mean momentum?"):
        SGD([{"params": BARE, "momntum": 0.5}])


def test_a_parameter_given_twice_in_a_group_takes_each_step_twice_and_a_warning_says_so():
    """As in PyTorch, in whose programs tied weights come twice."""
    w = Parameter([1.0])
    with pytest.warns(UserWarning, match="^SGD got a parameter twice; it takes each step twice"):
        optimizer = SGD([w, w], lr=0.5)
    w.grad = Tensor([1.0])
    optimizer.step()
    assert w.item() == 0.0 and optimizer.state_dict()["param_groups"][0]["params"] == [0, 0]


def test_a_rate_beyond_the_floats_is_no_rate():
    for lr in (10**400, Fraction(10**400)):
        with pytest.raises(ValueError, match="SGD: lr is a finite number from 0 up, got .*1000"):
            SGD([Parameter(1.0)], lr=lr)
