"""Ctrl-C: wherever it comes, the weights are those of a whole step, and a resumed training loses nothing."""

import random
import sys

import pytest

from backprop import Callback, Matrix, fit
from backprop.nn import BatchNorm1d, Linear, MSELoss, Sequential
from backprop.optim import Adam
from backprop.optim.lr_scheduler import CosineAnnealingLR
from tests.training.small_run import SmallRun, bits
from tests.values import values


class Bomb:
    """Raises KeyboardInterrupt when it is touched for the ``count``-th time."""

    def __init__(self, count):
        self.left = count

    def touch(self):
        self.left -= 1
        if not self.left:
            raise KeyboardInterrupt


class Watches(Callback):
    """Touches the bomb whenever ``event`` happens, and keeps the weights of every whole step and epoch."""

    def __init__(self, bomb=None, event=""):
        self.bomb, self.event, self.whole, self.epochs = bomb, event, [], 0

    def note(self, event, run):
        if event == self.event:
            self.bomb.touch()
        self.whole.append(repr(values(run.model.state_dict())))

    def on_fit_begin(self, run):
        self.note("begin", run)

    def on_step_end(self, run):
        self.note("step", run)

    def on_epoch_end(self, run):
        self.note("epoch", run)
        self.epochs += 1


class Batches:
    """Batches that touch the bomb before each of them."""

    def __init__(self, loader, bomb):
        self.loader, self.rng, self.bomb = loader, loader.generator, bomb

    def __iter__(self):
        for batch in self.loader:
            self.bomb.touch()
            yield batch


def in_batches(run, bomb, watch):
    run.batches = Batches(run.batches, bomb)


def in_validation(run, bomb, watch):
    run.validation = Batches(run.validation, bomb)


def in_the_forward_pass(run, bomb, watch):
    """Behind the normalization, whose running means have changed by then."""
    tanh = run.model[2]
    tanh.forward = lambda x, forward=tanh.forward: (bomb.touch(), forward(x))[1]


def between_two_parameters(run, bomb, watch):
    update = run.optimizer.update
    run.optimizer.update = lambda *arguments: (bomb.touch(), update(*arguments))[1]


def in_the_scheduler(run, bomb, watch):
    """After its step."""
    kind = type(run.scheduler)
    run.scheduler.__class__ = type(kind.__name__, (kind,), {"step": lambda self: (kind.step(self), bomb.touch())})


def in_a_callback(event):
    def plant(run, bomb, watch):
        watch.bomb, watch.event = bomb, event

    return plant


PLACES = [
    *[(in_batches, count) for count in (1, 2, 5, 13)],
    *[(in_validation, count) for count in (1, 5)],
    *[(in_the_forward_pass, count) for count in (1, 8, 20)],
    *[(between_two_parameters, count) for count in (1, 2, 6, 40, 43)],
    *[(in_the_scheduler, count) for count in (1, 9)],
    (in_a_callback("begin"), 1),
    (in_a_callback("step"), 1),
    (in_a_callback("step"), 8),
    (in_a_callback("epoch"), 2),
]


@pytest.mark.parametrize(("plant", "count"), PLACES)
@pytest.mark.parametrize("accumulate_steps", [1, 2])
def test_the_weights_are_whole_and_nothing_is_lost(plant, count, accumulate_steps, tmp_path):
    settings = {"accumulate_steps": accumulate_steps, "scheduler_interval": "step"}
    never_interrupted, whole = SmallRun(), Watches()
    start = repr(values(never_interrupted.model.state_dict()))
    history = never_interrupted.fit(callbacks=[whole], **settings)
    ended = never_interrupted.state()

    run, watch = SmallRun(), Watches()
    plant(run, Bomb(count), watch)
    so_far = run.fit(callbacks=[watch], checkpoint=tmp_path / "run", checkpoint_every=1000, **settings)
    assert so_far.interrupted and not any(layer.training for layer in run.model.modules())
    weights = repr(values(run.model.state_dict()))
    assert weights in [start, *whole.whole]
    if plant in (in_batches, in_the_forward_pass, between_two_parameters):
        assert weights == watch.whole[-1]
    assert bits(so_far) == bits(history)[: watch.epochs]

    resumed = SmallRun(1)
    continued = resumed.fit(checkpoint=tmp_path / "run", resume=True, **settings)
    assert not continued.interrupted
    assert bits(continued) == bits(history) and resumed.state() == ended


def test_without_a_checkpoint_the_weights_are_whole_too():
    """Twice two parameters are changed, then the first for the third time: that is taken back."""
    model, target = Linear(1, 1), Matrix([[1.0]])
    optimizer = Adam(model.parameters())
    seen = []

    class Sees(Callback):
        def on_step_end(self, run):
            seen.append((values(model.state_dict()), optimizer.state_dict()))

    bomb, update = Bomb(6), optimizer.update
    optimizer.update = lambda *arguments: (bomb.touch(), update(*arguments))[1]
    batches = [(Matrix([[float(n)]]), target) for n in range(9)]
    history = fit(model, MSELoss(), optimizer, batches, epochs=1, callbacks=[Sees()], progress=False)
    assert history.interrupted and history == []
    assert len(seen) == 2 and (values(model.state_dict()), optimizer.state_dict()) == seen[-1]


def test_it_says_so_in_a_line(capsys):
    run = SmallRun(make_scheduler=lambda optimizer: CosineAnnealingLR(optimizer, 9))
    in_batches(run, Bomb(9), None)
    run.fit(progress=True)
    assert capsys.readouterr().out.splitlines()[-1] == "stopped in epoch 2, batch 2: interrupted"


def test_a_history_that_came_to_its_end_was_not_interrupted():
    assert SmallRun().fit(epochs=1).interrupted is False


def interrupted_at(number, call):
    """Call it with Ctrl-C before the instruction of this number, counted in the files that take a step; whether it
    came, and what was returned."""
    count, tracing, result = 0, sys.gettrace(), None

    def trace(frame, event, argument):
        nonlocal count
        if frame.f_globals["__name__"] not in ("backprop.training.run", "backprop.training.step"):
            return trace if frame.f_globals["__name__"].startswith("backprop.") else None
        frame.f_trace_opcodes = True
        count += event == "opcode"
        if event == "opcode" and count == number:
            raise KeyboardInterrupt
        return trace

    sys.settrace(trace)
    try:
        result = call()
    except KeyboardInterrupt:
        pass
    finally:
        sys.settrace(tracing)
    return count >= number, result


def test_ctrl_c_before_any_instruction_of_a_step_leaves_whole_steps():
    """Every fifth instruction, of three steps: with the running means, the optimizer, its scheduler and the callback."""
    batches = [(Matrix([[1.0], [n]]), Matrix([[0.5], [1.0]])) for n in (2.0, 3.0, 4.0)]

    def training():
        model = Sequential(BatchNorm1d(1), Linear(1, 1, rng=random.Random(0)))
        optimizer = Adam(model.parameters())
        return model, optimizer, CosineAnnealingLR(optimizer, 9), Counts()

    def learned(model, optimizer, scheduler, counts):
        settings = {"scheduler": scheduler, "scheduler_interval": "step", "callbacks": [counts], "progress": False}
        return fit(model, MSELoss(), optimizer, batches, epochs=1, **settings)

    def state(parts):
        return repr([values(part.state_dict()) for part in parts])

    whole = []
    for count in range(4):
        parts = training()
        batches, all_batches = batches[:count], batches
        if count:
            learned(*parts)
        whole.append(state(parts))
        batches = all_batches
    number, seen = 1, []
    while True:
        parts = training()
        came, history = interrupted_at(number, lambda parts=parts: learned(*parts))
        if not came:
            break
        assert history is None or history.interrupted
        seen.append(whole.index(state(parts)))
        number += 5
    assert seen == sorted(seen) and {*seen} == {0, 1, 2, 3}


class Counts(Callback):
    """Counts steps."""

    steps = 0

    def on_step_end(self, run):
        self.steps += 1

    def state_dict(self):
        return {"steps": self.steps}

    def load_state_dict(self, state):
        self.steps = state["steps"]
