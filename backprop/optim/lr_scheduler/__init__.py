"""Learning-rate schedulers.

Each states the learning rate η of epoch t by an equation, in which η₀ is the initial rate of the group of parameters.
An epoch is whatever lies between two calls of ``step()``: one pass through the data, or a single batch.
"""

from typing import TYPE_CHECKING

from backprop.lazy_names import lazy_names

if TYPE_CHECKING:
    from backprop.optim.lr_scheduler.combined import ChainedScheduler as ChainedScheduler
    from backprop.optim.lr_scheduler.combined import SequentialLR as SequentialLR
    from backprop.optim.lr_scheduler.cosine import CosineAnnealingLR as CosineAnnealingLR
    from backprop.optim.lr_scheduler.cosine import CosineAnnealingWarmRestarts as CosineAnnealingWarmRestarts
    from backprop.optim.lr_scheduler.cycles import CyclicLR as CyclicLR
    from backprop.optim.lr_scheduler.cycles import OneCycleLR as OneCycleLR
    from backprop.optim.lr_scheduler.decay import ExponentialLR as ExponentialLR
    from backprop.optim.lr_scheduler.decay import LambdaLR as LambdaLR
    from backprop.optim.lr_scheduler.decay import MultiplicativeLR as MultiplicativeLR
    from backprop.optim.lr_scheduler.decay import MultiStepLR as MultiStepLR
    from backprop.optim.lr_scheduler.decay import PolynomialLR as PolynomialLR
    from backprop.optim.lr_scheduler.decay import StepLR as StepLR
    from backprop.optim.lr_scheduler.plateau import ReduceLROnPlateau as ReduceLROnPlateau
    from backprop.optim.lr_scheduler.scheduler import LRScheduler as LRScheduler
    from backprop.optim.lr_scheduler.scheduler import _LRScheduler as _LRScheduler
    from backprop.optim.lr_scheduler.warmup import ConstantLR as ConstantLR
    from backprop.optim.lr_scheduler.warmup import LinearLR as LinearLR
else:
    __all__, __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "combined": "ChainedScheduler SequentialLR",
            "cosine": "CosineAnnealingLR CosineAnnealingWarmRestarts",
            "cycles": "CyclicLR OneCycleLR",
            "decay": "ExponentialLR LambdaLR MultiplicativeLR MultiStepLR PolynomialLR StepLR",
            "plateau": "ReduceLROnPlateau",
            "scheduler": "LRScheduler _LRScheduler",
            "warmup": "ConstantLR LinearLR",
        },
    )
