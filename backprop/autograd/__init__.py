"""Tensor, @operation and backward(): the graph and the chain rule over it."""

from typing import TYPE_CHECKING

from backprop.autograd import functional
from backprop.autograd.backward import (
    Pullback,
    Pullbacks,
    free_graph,
    propagate,
    pullbacks_of,
    reverse_topological_order,
    starting_gradient,
)
from backprop.autograd.grad_mode import no_grad
from backprop.autograd.gradcheck import GradcheckError, gradcheck
from backprop.autograd.gradients import grad
from backprop.autograd.tensor import (
    Result,
    Tensor,
    TensorLike,
    absolute,
    add,
    as_tensor,
    div,
    getitem,
    matmul,
    mul,
    negative,
    operation,
    power,
    reshape,
    sign,
    sub,
    sum_over,
    sum_to_shape,
    transpose,
)
from backprop.validation import unknown_names

__all__ = [
    "GradcheckError",
    "Pullback",
    "Pullbacks",
    "Result",
    "Tensor",
    "TensorLike",
    "absolute",
    "add",
    "as_tensor",
    "div",
    "free_graph",
    "functional",
    "getitem",
    "grad",
    "gradcheck",
    "matmul",
    "mul",
    "negative",
    "no_grad",
    "operation",
    "power",
    "propagate",
    "pullbacks_of",
    "reshape",
    "reverse_topological_order",
    "sign",
    "starting_gradient",
    "sub",
    "sum_over",
    "sum_to_shape",
    "transpose",
]

if not TYPE_CHECKING:  # a type checker would take every name
    __getattr__ = unknown_names(__name__, __all__)
