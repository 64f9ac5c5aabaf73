"""The operations: each one function, its value beside its pullbacks."""

from backprop.functional.activations import leaky_relu, relu, sigmoid, tanh
from backprop.functional.affine import linear
from backprop.functional.algebra import cholesky, det, inv, slogdet, solve, trace
from backprop.functional.elementary import exp, log, sqrt
from backprop.functional.losses import binary_cross_entropy_with_logits, cross_entropy, mse_loss
from backprop.functional.probability import log_softmax, softmax

__all__ = [
    "binary_cross_entropy_with_logits",
    "cholesky",
    "cross_entropy",
    "det",
    "exp",
    "inv",
    "leaky_relu",
    "linear",
    "log",
    "log_softmax",
    "mse_loss",
    "relu",
    "sigmoid",
    "slogdet",
    "softmax",
    "solve",
    "sqrt",
    "tanh",
    "trace",
]
