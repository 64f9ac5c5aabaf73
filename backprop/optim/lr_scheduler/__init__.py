"""Learning-rate schedulers.

Each states the learning rate η of epoch t by an equation, in which η₀ is the initial rate of the group of parameters.
An epoch is whatever lies between two calls of ``step()``: one pass through the data, or a single batch.
"""

from typing import TYPE_CHECKING

from backprop.optim.lr_scheduler.cosine import CosineAnnealingLR, CosineAnnealingWarmRestarts
from backprop.optim.lr_scheduler.cycles import CyclicLR, OneCycleLR
from backprop.optim.lr_scheduler.decay import ExponentialLR, LambdaLR, MultiStepLR, PolynomialLR, StepLR
from backprop.optim.lr_scheduler.plateau import ReduceLROnPlateau
from backprop.optim.lr_scheduler.scheduler import LRScheduler
from backprop.optim.lr_scheduler.warmup import ConstantLR, LinearLR, SequentialLR
from backprop.validation import unknown_names

__all__ = [
    "ConstantLR",
    "CosineAnnealingLR",
    "CosineAnnealingWarmRestarts",
    "CyclicLR",
    "ExponentialLR",
    "LRScheduler",
    "LambdaLR",
    "LinearLR",
    "MultiStepLR",
    "OneCycleLR",
    "PolynomialLR",
    "ReduceLROnPlateau",
    "SequentialLR",
    "StepLR",
]

if not TYPE_CHECKING:  # a type checker would take every name
    __getattr__ = unknown_names(__name__, __all__)
