"""The optimizers: each one rule for the step from a gradient to a new weight.

Each says its update twice, as an equation and as the same expression over the entries, in which θ is a
parameter, g its gradient, t the number of the step.

PyTorch's maximize is left out, as it is the gradient of −loss, and so are foreach, fused, capturable and
differentiable, which choose among its implementations.
"""

from backprop.optimizers.adadelta import Adadelta
from backprop.optimizers.adagrad import Adagrad
from backprop.optimizers.adam import Adam, AdamW
from backprop.optimizers.adamax import Adamax
from backprop.optimizers.clipping import clip_grad_norm, clip_grad_value
from backprop.optimizers.lbfgs import LBFGS
from backprop.optimizers.lion import Lion
from backprop.optimizers.muon import Muon
from backprop.optimizers.nadam import NAdam
from backprop.optimizers.optimizer import Optimizer
from backprop.optimizers.radam import RAdam
from backprop.optimizers.rmsprop import RMSprop
from backprop.optimizers.rprop import Rprop
from backprop.optimizers.sgd import SGD

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
    "clip_grad_norm",
    "clip_grad_value",
]
