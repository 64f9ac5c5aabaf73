"""Checkpoints: wherever a training is broken off, resuming it gives the bits of the one that never was."""

import json
from fractions import Fraction

import pytest

from backprop import Callback, Matrix, fit
from backprop.datasets import BufferedShuffleDataset
from backprop.nn import CrossEntropyLoss, Linear, MSELoss, Sequential
from backprop.optim import (
    LBFGS,
    SGD,
    Adadelta,
    Adagrad,
    Adam,
    Adamax,
    AdamW,
    Lion,
    Muon,
    NAdam,
    RAdam,
    RMSprop,
    Rprop,
)
from backprop.optim.lr_scheduler import (
    CosineAnnealingLR,
    CyclicLR,
    ExponentialLR,
    LambdaLR,
    LinearLR,
    OneCycleLR,
    ReduceLROnPlateau,
    SequentialLR,
)
from backprop.storage import safe_open, save_file
from backprop.training import checkpoint as module
from backprop.utils.data import DataLoader, IterableDataset
from tests.training.small_run import Breaks, SmallRun, bits, data

RULES = {
    "SGD": lambda params: SGD(params, lr=0.1, momentum=0.9, nesterov=True),
    "Adam": lambda params: Adam(params, lr=0.05, amsgrad=True),
    "AdamW": lambda params: AdamW(params, lr=0.05),
    "NAdam": lambda params: NAdam(params, lr=0.05),
    "RAdam": lambda params: RAdam(params, lr=0.05),
    "Adamax": lambda params: Adamax(params, lr=0.05),
    "Adadelta": Adadelta,
    "Adagrad": Adagrad,
    "RMSprop": lambda params: RMSprop(params, momentum=0.5, centered=True),
    "Rprop": Rprop,
    "Lion": lambda params: Lion(params, lr=0.01),
    "Muon": lambda params: Muon([p for p in params if p.ndim == 2], lr=0.02),
    "LBFGS": lambda params: LBFGS(params, max_iter=3, history_size=2, line_search_fn="strong_wolfe"),
}
SCHEDULES = {
    "plateau": (ReduceLROnPlateau, "epoch"),
    "one cycle": (lambda optimizer: OneCycleLR(optimizer, 0.1, total_steps=12), "step"),
    "cyclic": (lambda optimizer: CyclicLR(optimizer, 0.01, 0.1, step_size_up=4, mode="triangular2"), "step"),
    "sequence": (
        lambda optimizer: SequentialLR(
            optimizer, [LinearLR(optimizer, 0.1, total_iters=3), ExponentialLR(optimizer, 0.9)], [5]
        ),
        "step",
    ),
    "function": (lambda optimizer: LambdaLR(optimizer, lambda epoch: 1 / (1 + epoch)), "epoch"),
    "none": (lambda optimizer: None, "epoch"),
}


@pytest.fixture
def written(monkeypatch):
    """Every checkpoint that is written from here on, as bytes."""
    copies = []

    def save_file(tensors, path, metadata):
        save(tensors, path, metadata)
        copies.append(path.read_bytes())

    save = module.save_file
    monkeypatch.setattr(module, "save_file", save_file)
    return copies


def check_every_resume(make_run, written, tmp_path, **settings):
    """Resume from each checkpoint of a run, with other seeds, as a process killed there would: the ends are the same."""
    never_ended = make_run(seed=0)
    history = never_ended.fit(checkpoint=tmp_path / "whole", **settings)
    ended, copies = never_ended.state(), list(written)
    for number, copy in enumerate(copies):
        (tmp_path / "broken off").write_bytes(copy)
        resumed = make_run(seed=1000 + number)
        rarely = {**settings, "checkpoint_every": 1000}
        continued = resumed.fit(checkpoint=tmp_path / "broken off", resume=True, **rarely)
        assert bits(continued) == bits(history)
        assert resumed.state() == ended
    return copies


@pytest.mark.parametrize("accumulate_steps", [1, 2, 4])
def test_resumed_at_every_step_with_everything_on(accumulate_steps, written, tmp_path):
    """Shuffle, dropout from two generators, Adam, a scheduler, validation, patience, accumulation with a short group."""
    settings = {
        "epochs": 3,
        "patience": 2,
        "accumulate_steps": accumulate_steps,
        "clip_grad_norm": 1.0,
        "scheduler_interval": "step",
    }
    copies = check_every_resume(SmallRun, written, tmp_path, checkpoint_every=1, **settings)
    assert len(copies) == 2 + 3 * -(-6 // accumulate_steps)


def test_resumed_after_every_epoch(written, tmp_path):
    assert len(check_every_resume(SmallRun, written, tmp_path, patience=3)) == 2 + 4


@pytest.mark.parametrize("rule", RULES)
def test_resumed_at_every_step_with_every_optimizer(rule, written, tmp_path):
    check_every_resume(
        lambda seed: SmallRun(seed, RULES[rule]), written, tmp_path, epochs=2, checkpoint_every=1, accumulate_steps=2
    )


@pytest.mark.parametrize("name", SCHEDULES)
def test_resumed_at_every_step_with_every_kind_of_scheduler(name, written, tmp_path):
    make_scheduler, scheduler_interval = SCHEDULES[name]
    check_every_resume(
        lambda seed: SmallRun(seed, make_scheduler=make_scheduler),
        written,
        tmp_path,
        epochs=3,
        checkpoint_every=1,
        accumulate_steps=2,
        scheduler_interval=scheduler_interval,
    )


class Stream(IterableDataset):
    def __iter__(self):
        return iter(data(23, 5))


class Streamed(SmallRun):
    """A stream that shuffles with the default generator, from which dropout draws between its batches."""

    def __init__(self, seed=0):
        super().__init__(seed)
        self.batches = DataLoader(BufferedShuffleDataset(Stream(), 7), 4)
        del self.rngs[0]


def test_resumed_at_every_step_of_a_stream(written, tmp_path):
    check_every_resume(Streamed, written, tmp_path, epochs=2, checkpoint_every=1)


class AtOnce:
    """Batches that are shuffled when an iteration begins, not when its first batch is asked for."""

    def __init__(self, loader):
        self.loader, self.rng = loader, loader.generator

    def __iter__(self):
        return iter(list(self.loader))


class Eager(SmallRun):
    def __init__(self, seed=0):
        super().__init__(seed)
        self.batches = AtOnce(self.batches)


def test_resumed_at_every_step_of_batches_that_are_shuffled_at_once(written, tmp_path):
    check_every_resume(Eager, written, tmp_path, epochs=2, checkpoint_every=1)


def test_a_checkpoint_changes_nothing(tmp_path):
    for make_run in (SmallRun, Streamed, Eager):
        without = make_run()
        history = without.fit()
        ended = without.state()
        with_one = make_run()
        assert bits(with_one.fit(checkpoint=tmp_path / make_run.__name__, checkpoint_every=1)) == bits(history)
        assert with_one.state() == ended


def test_a_checkpoint_is_a_safetensors_file_of_weights_and_what_the_optimizer_remembers(tmp_path):
    run = SmallRun(2)
    run.fit(checkpoint=tmp_path / "run.safetensors", patience=9)
    with safe_open(tmp_path / "run.safetensors") as file:
        names, texts = file.keys(), file.metadata()
        assert (
            file.get_tensor("optimizer.state.0.exp_avg").matrix
            == run.optimizer.state_dict()["state"][0]["exp_avg"].matrix
        )
        last, best = (file.get_tensor(f"{part}.0.weight").matrix for part in ("model", "callbacks.0.weights"))
    assert {"model.1.running_mean", "loss.weight", "optimizer.state.5.exp_avg_sq"} <= set(names)
    # Patience ends with the best weights; what goes on are the last.
    assert best == run.model.state_dict()["0.weight"].matrix != last
    assert json.loads(texts["batch"]) == 0 and len(json.loads(texts["history"])) == 4


def test_a_finished_training_is_resumed_with_more_epochs(tmp_path):
    whole = SmallRun()
    history = whole.fit(epochs=4)
    ended = whole.state()
    parts = SmallRun()
    parts.fit(epochs=3, checkpoint=tmp_path / "run")
    assert bits(parts.fit(epochs=4, checkpoint=tmp_path / "run", resume=True)) == bits(history)
    assert parts.state() == ended


def test_without_a_file_resume_begins_and_with_one_no_night_is_overwritten(tmp_path):
    first = SmallRun()
    history = first.fit(checkpoint=tmp_path / "run", resume=True)
    again = SmallRun(1)
    before = again.state()
    with pytest.raises(FileExistsError, match="run is there already; resume=True goes on from it"):
        again.fit(checkpoint=tmp_path / "run")
    assert again.state() == before
    assert bits(again.fit(checkpoint=tmp_path / "run", resume=True)) == bits(history)


class OtherModel(SmallRun):
    def __init__(self, seed=0):
        super().__init__(seed)
        self.model = Sequential(Linear(2, 3))
        self.optimizer = Adam(self.model.parameters())
        self.scheduler = CosineAnnealingLR(self.optimizer, 9)


class OtherLoss(SmallRun):
    def __init__(self, seed=0):
        super().__init__(seed)
        self.loss = CrossEntropyLoss([1.0, 2.0])


class OneGeneratorFewer(SmallRun):
    def __init__(self, seed=0):
        super().__init__(seed)
        self.validation.generator = self.validation.sampler.generator = self.batches.generator


class FewerExamples(SmallRun):
    def __init__(self, seed=0):
        super().__init__(seed)
        self.batches = DataLoader(data(5, 5), 4, shuffle=True, generator=self.rngs[0])


class OneExampleMore(SmallRun):
    def __init__(self, seed=0):
        super().__init__(seed)
        self.batches = DataLoader(data(24, 5), 4, shuffle=True, generator=self.rngs[0])


@pytest.mark.parametrize(
    ("make_run", "settings", "sentence"),
    [
        (OtherModel, {}, r'(?s:.*)Unexpected key\(s\) in state_dict: "1.weight", "1.bias"'),
        (
            OtherLoss,
            {},
            r"(?s:.*)size mismatch for weight: .* shape torch.Size\(\[3\]\) .* model is torch.Size\(\[2\]\)",
        ),
        (OneGeneratorFewer, {}, "there are 3 random generators and 4 states"),
        (FewerExamples, {}, "its epochs have 6 batches, here an epoch has 2"),
        (OneExampleMore, {}, "its epochs have 23 examples, here an epoch has 24"),
        (lambda seed: SmallRun(seed, AdamW), {}, "it is a training of .*, this one is of .*'AdamW'"),
        (lambda seed: SmallRun(seed, make_scheduler=ReduceLROnPlateau), {}, "this one is of .*'ReduceLROnPlateau'"),
        (lambda seed: SmallRun(seed, make_scheduler=lambda optimizer: None), {}, "it is a training of"),
        (SmallRun, {"patience": 2}, "this one is of .*'EarlyStopping'"),
    ],
)
def test_a_checkpoint_of_another_training_is_refused_and_nothing_is_changed(make_run, settings, sentence, tmp_path):
    begun = SmallRun()
    begun.fit(checkpoint=tmp_path / "run", callbacks=[Breaks(after=3)])
    other = make_run(seed=7)
    before = other.state()
    with pytest.raises(ValueError, match="^fit: .*run does not fit: .*" + sentence):
        other.fit(checkpoint=tmp_path / "run", resume=True, **settings)
    assert other.state() == before


def test_batches_without_a_length_that_end_too_early_are_refused(tmp_path):
    Eager().fit(checkpoint=tmp_path / "run", callbacks=[Breaks(after=3)])
    other = Eager(7)
    other.batches.loader = DataLoader(data(5, 5), 4, shuffle=True, generator=other.rngs[0])
    before = other.state()
    with pytest.raises(
        ValueError, match="run does not fit: it is at batch 3 of an epoch, and here an epoch has only 2"
    ):
        other.fit(checkpoint=tmp_path / "run", resume=True)
    assert other.state() == before


class RaisesAtOnce(Callback):
    def on_fit_begin(self, run):
        raise RuntimeError("the callback failed")


@pytest.mark.parametrize("after", [3, 6])
def test_a_callback_that_raises_right_after_resuming_leaves_what_was_resumed(after, tmp_path):
    """In the midst of an epoch and between two."""
    whole, path = SmallRun(), tmp_path / "run"
    history = whole.fit()
    SmallRun().fit(checkpoint=path, callbacks=[Breaks(after)])
    resumed, other = SmallRun(1), SmallRun(2)
    with pytest.raises(RuntimeError, match="the callback failed"):
        resumed.fit(checkpoint=path, resume=True, callbacks=[RaisesAtOnce()])
    with pytest.raises(RuntimeError, match="the callback failed"):
        other.fit(checkpoint=path, resume=True, callbacks=[RaisesAtOnce()])
    assert resumed.state() == other.state()
    last = SmallRun(3)
    assert bits(last.fit(checkpoint=path, resume=True)) == bits(history) and last.state() == whole.state()


@pytest.mark.parametrize("share", [0.0, 0.001, 0.3, 0.99, 1.0])
def test_a_damaged_file_is_refused(share, tmp_path):
    SmallRun().fit(checkpoint=tmp_path / "run")
    whole = (tmp_path / "run").read_bytes()
    (tmp_path / "run").write_bytes(whole[: int(share * (len(whole) - 1))])
    other = SmallRun(7)
    before = other.state()
    with pytest.raises(ValueError, match="^fit: .*run does not fit: "):
        other.fit(checkpoint=tmp_path / "run", resume=True)
    assert other.state() == before


def test_a_file_of_weights_alone_is_refused(tmp_path):
    save_file({"0.weight": Matrix([[1.0]])}, tmp_path / "run")
    with pytest.raises(ValueError, match="run does not fit: it is a training of None, this one is of"):
        SmallRun().fit(checkpoint=tmp_path / "run", resume=True)


def test_what_cannot_be_written_is_refused_at_the_beginning(tmp_path):
    fractions = Linear(1, 1)
    fractions.load_state_dict({"weight": Matrix([[Fraction(1, 3)]]), "bias": Matrix([[0]])})
    batches = [(Matrix([[1]]), Matrix([[1]]))]
    optimizer = SGD(fractions.parameters(), lr=Fraction(1, 2))
    with pytest.raises(TypeError, match=r"but model.weight.0.0 is Fraction\(1, 3\)"):
        fit(fractions, MSELoss(), optimizer, batches, epochs=1, checkpoint=tmp_path / "run", progress=False)
    assert fractions.weight.matrix.item() == Fraction(1, 3) and not list(tmp_path.iterdir())
    with pytest.raises(OSError):
        SmallRun().fit(checkpoint=tmp_path / "no folder" / "run")


class Collects(Callback):
    """A callback with a memory."""

    def __init__(self):
        self.seen = []

    def on_step_end(self, run):
        self.seen.append((run.step, run.score.loss))

    def state_dict(self):
        return {"seen": list(self.seen)}

    def load_state_dict(self, state):
        self.seen = list(state["seen"])


def test_the_memory_of_a_callback_is_in_the_checkpoint(tmp_path):
    whole, first, then = Collects(), Collects(), Collects()
    SmallRun().fit(callbacks=[whole])
    SmallRun().fit(callbacks=[first, Breaks(after=5)], checkpoint=tmp_path / "run")
    SmallRun(1).fit(callbacks=[then], checkpoint=tmp_path / "run", resume=True)
    assert then.seen == whole.seen


class Interrupted(Collects):
    """Ctrl-C while its memory is read, after that of the model and the optimizer."""

    def load_state_dict(self, state):
        if not self.seen and state["seen"]:
            self.seen = [None]
            raise KeyboardInterrupt
        super().load_state_dict(state)


def test_ctrl_c_while_a_checkpoint_is_read_changes_nothing(tmp_path):
    SmallRun().fit(callbacks=[Interrupted(), Breaks(after=5)], checkpoint=tmp_path / "run")
    written = (tmp_path / "run").read_bytes()
    other, callback = SmallRun(7), Interrupted()
    before = other.state()
    with pytest.raises(KeyboardInterrupt):
        other.fit(callbacks=[callback], checkpoint=tmp_path / "run", resume=True)
    assert other.state() == before and callback.seen == []
    assert (tmp_path / "run").read_bytes() == written
