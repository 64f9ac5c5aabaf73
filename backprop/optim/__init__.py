"""The optimizers: each is one rule that computes a new weight from the weight and its gradient.

Each states its update twice, as an equation in the docstring and as the same expression in the code. θ is a parameter,
g its gradient, t the number of the step.

PyTorch's ``maximize`` is left out, since −loss does the same, and so are ``foreach``, ``fused``, ``capturable`` and
``differentiable``, which choose among its implementations.
"""

from typing import TYPE_CHECKING

from backprop.lazy_names import lazy_names

if TYPE_CHECKING:
    from backprop.optim import lr_scheduler as lr_scheduler
    from backprop.optim.adadelta import Adadelta as Adadelta
    from backprop.optim.adagrad import Adagrad as Adagrad
    from backprop.optim.adam import Adam as Adam
    from backprop.optim.adam import AdamW as AdamW
    from backprop.optim.adamax import Adamax as Adamax
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
            "": "lr_scheduler",
            "adadelta": "Adadelta",
            "adagrad": "Adagrad",
            "adam": "Adam AdamW",
            "adamax": "Adamax",
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
