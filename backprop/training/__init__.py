"""Training: the loop, its history, its callbacks and progress, and how it continues after an interruption."""

from backprop.training.evaluation import evaluate
from backprop.training.history import Epoch, History
from backprop.training.loop import fit
from backprop.training.run import Callback, Run

__all__ = ["Callback", "Epoch", "History", "Run", "evaluate", "fit"]
