"""The layers: parameters, and calls to the operations of ``functional``."""

from backprop.layers.activations import LeakyReLU, LogSoftmax, ReLU, Sigmoid, Softmax, Tanh
from backprop.layers.layer import Layer
from backprop.layers.linear import Linear
from backprop.layers.sequential import Sequential

__all__ = ["Layer", "LeakyReLU", "Linear", "LogSoftmax", "ReLU", "Sequential", "Sigmoid", "Softmax", "Tanh"]
