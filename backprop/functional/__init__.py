"""The operations: each one function, its value beside its pullbacks."""

from backprop.functional.activations import leaky_relu, relu, sigmoid, tanh
from backprop.functional.affine import linear
from backprop.functional.elementary import exp, log, sqrt
from backprop.functional.losses import binary_cross_entropy_with_logits, cross_entropy, mse_loss
from backprop.functional.probability import log_softmax, softmax

__all__ = [
    "binary_cross_entropy_with_logits",
    "cross_entropy",
    "exp",
    "leaky_relu",
    "linear",
    "log",
    "log_softmax",
    "mse_loss",
    "relu",
    "sigmoid",
    "softmax",
    "sqrt",
    "tanh",
]
