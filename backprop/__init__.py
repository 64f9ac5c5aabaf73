"""Backpropagation from scratch, in plain Python: the public names, sorted by floor."""

from backprop.seeding import manual_seed
from backprop.matrix import Matrix
from backprop import linalg
from backprop.tensor import Buffer, Parameter, Tensor, no_grad, operation
from backprop.gradients import grad, jacobian
from backprop import functional
from backprop.gradcheck import GradcheckError, gradcheck
from backprop.layers import Layer, LeakyReLU, Linear, LogSoftmax, ReLU, Sequential, Sigmoid, Softmax, Tanh
from backprop.losses import BCEWithLogitsLoss, CrossEntropyLoss, MSELoss
from backprop.optimizers import SGD, Adam, Optimizer
from backprop.data import DataLoader, Dataset, load_digits, load_iris, train_test_split
from backprop.training import Epoch, History, evaluate, fit

__all__ = [
    "manual_seed",
    "Matrix",
    "linalg",
    "Buffer",
    "Parameter",
    "Tensor",
    "no_grad",
    "operation",
    "grad",
    "jacobian",
    "functional",
    "GradcheckError",
    "gradcheck",
    "Layer",
    "Sequential",
    "Linear",
    "ReLU",
    "LeakyReLU",
    "Sigmoid",
    "Tanh",
    "Softmax",
    "LogSoftmax",
    "BCEWithLogitsLoss",
    "CrossEntropyLoss",
    "MSELoss",
    "Optimizer",
    "SGD",
    "Adam",
    "DataLoader",
    "Dataset",
    "load_digits",
    "load_iris",
    "train_test_split",
    "Epoch",
    "History",
    "evaluate",
    "fit",
]
