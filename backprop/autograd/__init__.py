"""Tensor, @operation and backward(): the graph and the chain rule over it."""

from typing import TYPE_CHECKING

from backprop.lazy_names import lazy_names

if TYPE_CHECKING:
    from backprop.autograd import functional as functional
    from backprop.autograd.backward import propagate as propagate
    from backprop.autograd.backward import pullbacks_of as pullbacks_of
    from backprop.autograd.backward import reverse_topological_order as reverse_topological_order
    from backprop.autograd.backward import starting_gradient as starting_gradient
    from backprop.autograd.cuts import recut as recut
    from backprop.autograd.cuts import rows_of as rows_of
    from backprop.autograd.function import Function as Function
    from backprop.autograd.grad_mode import enable_grad as enable_grad
    from backprop.autograd.grad_mode import inference_mode as inference_mode
    from backprop.autograd.grad_mode import is_grad_enabled as is_grad_enabled
    from backprop.autograd.grad_mode import no_grad as no_grad
    from backprop.autograd.grad_mode import set_grad_enabled as set_grad_enabled
    from backprop.autograd.gradcheck import GradcheckError as GradcheckError
    from backprop.autograd.gradcheck import gradcheck as gradcheck
    from backprop.autograd.gradients import grad as grad
    from backprop.autograd.node import Node as Node
    from backprop.autograd.node import Pullback as Pullback
    from backprop.autograd.node import Pullbacks as Pullbacks
    from backprop.autograd.operation import Result as Result
    from backprop.autograd.operation import composed as composed
    from backprop.autograd.operation import operation as operation
    from backprop.autograd.size import Dims as Dims
    from backprop.autograd.size import Size as Size
    from backprop.autograd.size import trusted_size as trusted_size
    from backprop.autograd.tensor import Tensor as Tensor
    from backprop.autograd.tensor import TensorLike as TensorLike
    from backprop.autograd.tensor import as_tensor as as_tensor
    from backprop.autograd.tensor import constant as constant
    from backprop.autograd.tensor import free_graph as free_graph
else:
    __all__, __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "": "functional",
            "backward": "propagate pullbacks_of reverse_topological_order starting_gradient",
            "cuts": "recut rows_of",
            "function": "Function",
            "grad_mode": "enable_grad inference_mode is_grad_enabled no_grad set_grad_enabled",
            "gradcheck": "GradcheckError gradcheck",
            "gradients": "grad",
            "node": "Node Pullback Pullbacks",
            "operation": "Result composed operation",
            "size": "Dims Size trusted_size",
            "tensor": "Tensor TensorLike as_tensor constant free_graph",
        },
    )
