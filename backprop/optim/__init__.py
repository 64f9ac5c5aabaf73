"""The optimizers: each is one rule that computes a new weight from the weight and its gradient.

Each states its update twice, as an equation in the docstring and as the same expression in the code. θ is a parameter,
g its gradient, t the number of the step.

PyTorch's ``maximize`` is left out, since −loss does the same, and so are ``foreach``, ``fused``, ``capturable`` and
``differentiable``, which choose among its implementations.
"""

from typing import TYPE_CHECKING

from backprop.optim import lr_scheduler
from backprop.optim.adadelta import Adadelta
from backprop.optim.adagrad import Adagrad
from backprop.optim.adam import Adam, AdamW
from backprop.optim.adamax import Adamax
from backprop.optim.lbfgs import LBFGS
from backprop.optim.lion import Lion
from backprop.optim.muon import Muon
from backprop.optim.nadam import NAdam
from backprop.optim.optimizer import Optimizer
from backprop.optim.radam import RAdam
from backprop.optim.rmsprop import RMSprop
from backprop.optim.rprop import Rprop
from backprop.optim.sgd import SGD
from backprop.validation import unknown_names

__all__ = [
    "LBFGS",
    "SGD",
    "Adadelta",
    "Adagrad",
    "Adam",
    "AdamW",
    "Adamax",
    "Lion",
    "Muon",
    "NAdam",
    "Optimizer",
    "RAdam",
    "RMSprop",
    "Rprop",
    "lr_scheduler",
]

if not TYPE_CHECKING:  # a type checker would take every name
    __getattr__ = unknown_names(__name__, __all__)
