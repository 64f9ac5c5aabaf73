"""A small training with a state in every corner: shuffle, dropout, running means, a scheduler, validation, patience.

Also the program that test_kill.py kills: ``python small_run.py PATH`` trains, writes a checkpoint at every step, and
ends with code 3 where it was interrupted.
"""

import random
import signal
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LONG = 40  # epochs, of six steps each: long enough to be killed in the midst of it
if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))

from backprop import Callback, Matrix, fit, manual_seed
from backprop.nn import BatchNorm1d, CrossEntropyLoss, Dropout, Linear, Sequential, Tanh
from backprop.optim import Adam
from backprop.optim.lr_scheduler import CosineAnnealingLR
from backprop.random import generator
from backprop.utils.data import DataLoader, LabeledDataset
from tests.values import values


def data(count, seed):
    """Examples of three classes that overlap."""
    rng = random.Random(seed)
    targets = [rng.randrange(3) for _ in range(count)]
    return LabeledDataset(Matrix([[rng.gauss(target, 1.0), rng.gauss(-target, 2.0)] for target in targets]), targets)


class SmallRun:
    """The parts of a training, all that is random in them drawn from ``seed``; the data are always the same."""

    def __init__(self, seed=0, make_optimizer=Adam, make_scheduler=lambda optimizer: CosineAnnealingLR(optimizer, 9)):
        manual_seed(seed)
        self.rngs = [random.Random(seed + k) for k in (1, 2, 3)]
        shuffling, dropping, judging = self.rngs
        self.model = Sequential(
            Linear(2, 4), BatchNorm1d(4), Tanh(), Dropout(0.25, rng=dropping), Dropout(0.1), Linear(4, 3)
        )
        self.optimizer = make_optimizer(self.model.parameters())
        self.scheduler = make_scheduler(self.optimizer)
        self.batches = DataLoader(data(23, 5), 4, shuffle=True, generator=shuffling)
        self.validation = DataLoader(data(9, 6), 4, shuffle=True, generator=judging)
        self.loss = CrossEntropyLoss([1.0, 2.0, 1.5])

    def fit(self, epochs=4, **settings):
        parts = {"validation": self.validation, "scheduler": self.scheduler, "progress": False, **settings}
        return fit(self.model, self.loss, self.optimizer, self.batches, epochs=epochs, **parts)

    def state(self):
        """Every bit that training changes, as text: 1 and 1.0, 0.0 and -0.0 differ."""
        parts = (self.model, self.optimizer, *([self.scheduler] if self.scheduler else []))
        states = [values(part.state_dict()) for part in parts]
        return [repr(state) for state in states] + [rng.getstate() for rng in (generator(), *self.rngs)]


class Breaks(Callback):
    """Ends the training by Ctrl-C at the end of a step, which then is not counted."""

    def __init__(self, after):
        self.after = after

    def on_step_end(self, run):
        if run.step > self.after:
            raise KeyboardInterrupt


def bits(history):
    """All of a history but the speed, which no two runs share."""
    return [repr({**vars(epoch), "examples_per_second": None}) for epoch in history]


if __name__ == "__main__":
    history = SmallRun().fit(epochs=LONG, checkpoint=sys.argv[1], checkpoint_every=1, resume=True)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # what comes now has come too late
    sys.exit(3 if history.interrupted else 0)
