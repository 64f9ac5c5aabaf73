"""Tensor, @operation and backward(): the graph and the chain rule over it."""

from typing import TYPE_CHECKING

from backprop.lazy_names import lazy_names

if TYPE_CHECKING:
    from backprop.autograd import functional as functional
    from backprop.autograd.arithmetic import Result as Result
    from backprop.autograd.arithmetic import sign as sign
    from backprop.autograd.arithmetic import sum_to_shape as sum_to_shape
    from backprop.autograd.backward import Pullback as Pullback
    from backprop.autograd.backward import Pullbacks as Pullbacks
    from backprop.autograd.backward import propagate as propagate
    from backprop.autograd.backward import pullbacks_of as pullbacks_of
    from backprop.autograd.backward import reverse_topological_order as reverse_topological_order
    from backprop.autograd.backward import starting_gradient as starting_gradient
    from backprop.autograd.grad_mode import no_grad as no_grad
    from backprop.autograd.gradcheck import GradcheckError as GradcheckError
    from backprop.autograd.gradcheck import gradcheck as gradcheck
    from backprop.autograd.gradients import grad as grad
    from backprop.autograd.tensor import Tensor as Tensor
    from backprop.autograd.tensor import TensorLike as TensorLike
    from backprop.autograd.tensor import abs as abs
    from backprop.autograd.tensor import add as add
    from backprop.autograd.tensor import as_tensor as as_tensor
    from backprop.autograd.tensor import div as div
    from backprop.autograd.tensor import free_graph as free_graph
    from backprop.autograd.tensor import getitem as getitem
    from backprop.autograd.tensor import matmul as matmul
    from backprop.autograd.tensor import mul as mul
    from backprop.autograd.tensor import neg as neg
    from backprop.autograd.tensor import operation as operation
    from backprop.autograd.tensor import pow as pow
    from backprop.autograd.tensor import reshape as reshape
    from backprop.autograd.tensor import sub as sub
    from backprop.autograd.tensor import sum as sum
    from backprop.autograd.tensor import transpose as transpose
else:
    __all__, __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "": "functional",
            "arithmetic": "Result sign sum_to_shape",
            "backward": "Pullback Pullbacks propagate pullbacks_of reverse_topological_order starting_gradient",
            "grad_mode": "no_grad",
            "gradcheck": "GradcheckError gradcheck",
            "gradients": "grad",
            "tensor": "Tensor TensorLike abs add as_tensor div free_graph getitem matmul mul neg operation pow "
            "reshape sub sum transpose",
        },
    )
