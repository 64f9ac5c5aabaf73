"""Tensor, @operation and backward(): the graph and the chain rule over it."""

from typing import TYPE_CHECKING

from backprop.autograd import functional
from backprop.autograd.arithmetic import Result, sign, sum_to_shape
from backprop.autograd.backward import (
    Pullback,
    Pullbacks,
    propagate,
    pullbacks_of,
    reverse_topological_order,
    starting_gradient,
)
from backprop.autograd.grad_mode import no_grad
from backprop.autograd.gradcheck import GradcheckError, gradcheck
from backprop.autograd.gradients import grad
from backprop.autograd.tensor import (
    Tensor,
    TensorLike,
    abs,
    add,
    as_tensor,
    div,
    free_graph,
    getitem,
    matmul,
    mul,
    neg,
    operation,
    pow,
    reshape,
    sub,
    sum,
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
    "abs",
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
    "neg",
    "no_grad",
    "operation",
    "pow",
    "propagate",
    "pullbacks_of",
    "reshape",
    "reverse_topological_order",
    "sign",
    "starting_gradient",
    "sub",
    "sum",
    "sum_to_shape",
    "transpose",
]

if not TYPE_CHECKING:  # a type checker would take every name
    __getattr__ = unknown_names(__name__, __all__)
