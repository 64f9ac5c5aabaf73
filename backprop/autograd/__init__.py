"""Tensor, @operation and backward(): the graph and the chain rule over it."""

from backprop.lazy_names import lazy_names

# What type checkers see is beside this, in __init__.pyi.
__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "": "forward_ad functional",
        "chain_rule": "propagate pullbacks_of reverse_topological_order starting_gradient",
        "cuts": "recut rows_of",
        "grad_mode": "enable_grad inference_mode is_grad_enabled no_grad set_grad_enabled",
        "gradients": "backward grad",
        "node": "Node Pullback Pullbacks",
        "operation": "Result composed operation",
        "size": "Dims Size trusted_size",
        "tensor": "Tensor TensorLike as_tensor constant free_graph",
        "variable": "Variable",
        # From the floor above, as PyTorch has them here.
        "backprop.derivatives.function": "Function",
        "backprop.derivatives.gradcheck": "GradcheckError gradcheck gradgradcheck",
    },
)
