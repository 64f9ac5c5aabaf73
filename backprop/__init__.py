"""Backpropagation from scratch, in plain Python: the public names, sorted by floor."""

from typing import TYPE_CHECKING

from backprop.seeding import manual_seed
from backprop.matrix import Matrix
from backprop import linalg
from backprop import autograd
from backprop.autograd import Tensor, no_grad, operation
from backprop.tensors import cat, cholesky, det, exp, inv, log, slogdet, solve, sqrt, trace
from backprop import nn
from backprop import optim
from backprop import utils
from backprop import datasets
from backprop import storage
from backprop import metrics
from backprop import pictures
from backprop.training import Callback, Epoch, History, evaluate, fit
from backprop.explanation import Explanation, explain
from backprop.validation import unknown_names

__version__ = "0.1.0"

__all__ = [
    "manual_seed",
    "Matrix",
    "linalg",
    "autograd",
    "Tensor",
    "no_grad",
    "operation",
    "cat",
    "cholesky",
    "det",
    "exp",
    "inv",
    "log",
    "slogdet",
    "solve",
    "sqrt",
    "trace",
    "nn",
    "optim",
    "utils",
    "datasets",
    "storage",
    "metrics",
    "pictures",
    "Callback",
    "Epoch",
    "History",
    "evaluate",
    "fit",
    "Explanation",
    "explain",
]

if not TYPE_CHECKING:
    __getattr__ = unknown_names(__name__, __all__)
