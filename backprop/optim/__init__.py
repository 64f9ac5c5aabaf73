"""The optimizers: each is one rule that computes a new weight from the weight and its gradient.

Each states its update twice, as an equation in the docstring and as the same expression in the code. θ is a parameter,
g its gradient, t the number of the step. With ``maximize`` g is that of −L. ``foreach``, ``fused`` and ``capturable``,
which choose among PyTorch's implementations, change nothing here, and ``differentiable`` must be False.
"""

from typing import TYPE_CHECKING

from backprop.lazy_names import lazy_names

if TYPE_CHECKING:
    from backprop.optim import lr_scheduler as lr_scheduler
    from backprop.optim import swa_utils as swa_utils
    from backprop.optim.adadelta import Adadelta as Adadelta
    from backprop.optim.adafactor import Adafactor as Adafactor
    from backprop.optim.adagrad import Adagrad as Adagrad
    from backprop.optim.adam import Adam as Adam
    from backprop.optim.adamax import Adamax as Adamax
    from backprop.optim.adamw import AdamW as AdamW
    from backprop.optim.asgd import ASGD as ASGD
    from backprop.optim.lbfgs import LBFGS as LBFGS
    from backprop.optim.lion import Lion as Lion
    from backprop.optim.muon import Muon as Muon
    from backprop.optim.nadam import NAdam as NAdam
    from backprop.optim.optimizer import Optimizer as Optimizer
    from backprop.optim.radam import RAdam as RAdam
    from backprop.optim.rmsprop import RMSprop as RMSprop
    from backprop.optim.rprop import Rprop as Rprop
    from backprop.optim.sgd import SGD as SGD
else:
    __all__, __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "": "lr_scheduler swa_utils",
            "adadelta": "Adadelta",
            "adafactor": "Adafactor",
            "adagrad": "Adagrad",
            "adam": "Adam",
            "adamax": "Adamax",
            "adamw": "AdamW",
            "asgd": "ASGD",
            "lbfgs": "LBFGS",
            "lion": "Lion",
            "muon": "Muon",
            "nadam": "NAdam",
            "optimizer": "Optimizer",
            "radam": "RAdam",
            "rmsprop": "RMSprop",
            "rprop": "Rprop",
            "sgd": "SGD",
        },
    )
