"""PyTorch's place of ``backprop.derivatives.forward_ad``."""

from backprop.lazy_names import lazy_names

__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "backprop.derivatives.forward_ad": "UnpackedDualTensor dual_level enter_dual_level exit_dual_level make_dual unpack_dual"
    },
)
