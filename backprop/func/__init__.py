"""Functions of functions, as ``torch.func``: gradients, Jacobians and maps, which may be put one into the other."""

from backprop.func.derivatives import grad as grad
from backprop.func.derivatives import grad_and_value as grad_and_value
from backprop.func.derivatives import hessian as hessian
from backprop.func.derivatives import jacfwd as jacfwd
from backprop.func.derivatives import jacrev as jacrev
from backprop.func.derivatives import jvp as jvp
from backprop.func.derivatives import vjp as vjp
from backprop.func.maps import vmap as vmap
from backprop.func.modules import functional_call as functional_call
from backprop.func.modules import stack_module_state as stack_module_state

__all__ = [
    "functional_call",
    "grad",
    "grad_and_value",
    "hessian",
    "jacfwd",
    "jacrev",
    "jvp",
    "stack_module_state",
    "vjp",
    "vmap",
]
