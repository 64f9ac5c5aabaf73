"""A reader follows a training step through few files: 23 where it is written by hand, 32 where ``fit`` takes it."""

import sys
from pathlib import Path

import backprop
from backprop import Matrix, fit
from backprop.nn import BCEWithLogitsLoss, Linear, Sequential, Tanh
from backprop.optim import SGD

PACKAGE = str(Path(backprop.__file__).parent)


class Entered:
    """Within the block, the files of the package whose code runs, line by line."""

    def __init__(self):
        self.files = set()

    def __enter__(self):
        self.before = sys.getprofile()
        sys.setprofile(self.note)
        return self

    def __exit__(self, *error):
        sys.setprofile(self.before)

    def note(self, frame, event, argument):
        # A function that returns was entered, even before the block.
        if event in ("call", "return") and frame.f_code.co_filename.startswith(PACKAGE):
            self.files.add(frame.f_code.co_filename)


def test_a_step_enters_few_files():
    model, loss = Sequential(Linear(2, 4), Tanh(), Linear(4, 1)), BCEWithLogitsLoss()
    optimizer = SGD(model.parameters(), lr=0.01)
    inputs, targets = Matrix([[0.0, 1.0], [1.0, 1.0]]), Matrix([[1], [0]])

    by_hand = Entered()
    with by_hand:
        optimizer.zero_grad()
        value = loss(model(inputs), targets)
        value.backward()
        optimizer.step()

    in_fit = Entered()

    def batches():
        yield inputs, targets  # the first step hints at mistakes, too
        with in_fit:
            yield inputs, targets

    fit(model, loss, optimizer, batches(), epochs=1, progress=False)
    assert 10 < len(by_hand.files) <= 23, by_hand.files
    assert by_hand.files < in_fit.files and len(in_fit.files) <= 32, in_fit.files
