"""Training: the loop, what it writes down and what it shows."""

from backprop.training.evaluation import evaluate
from backprop.training.history import Epoch, History
from backprop.training.loop import fit

__all__ = ["Epoch", "History", "evaluate", "fit"]
