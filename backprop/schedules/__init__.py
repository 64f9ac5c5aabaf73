"""Schedules: learning rates over time.

Each says the rate at the epoch t by an equation, in which η₀ is the rate that the group of parameters began with.
An epoch is whatever lies between two calls of ``step()``: a pass over the data, or a single batch.
"""

from backprop.schedules.cosine import CosineAnnealingLR, CosineAnnealingWarmRestarts
from backprop.schedules.cycles import CyclicLR, OneCycleLR
from backprop.schedules.decay import ExponentialLR, LambdaLR, MultiStepLR, PolynomialLR, StepLR
from backprop.schedules.plateau import ReduceLROnPlateau
from backprop.schedules.scheduler import LRScheduler
from backprop.schedules.warmup import ConstantLR, LinearLR, SequentialLR

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
