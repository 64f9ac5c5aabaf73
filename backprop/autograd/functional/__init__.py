"""PyTorch's place of ``backprop.derivatives.functional``."""

from backprop.lazy_names import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__, {"backprop.derivatives.functional": "hessian hvp jacobian jvp vhp vjp"}
)
