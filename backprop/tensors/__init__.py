"""What a Tensor can do beyond its operators: functions of entries, concatenation, linear algebra with gradients.

PyTorch's ``out`` is left out: a Matrix never changes.
"""

from typing import TYPE_CHECKING

from backprop.lazy_names import lazy_names

if TYPE_CHECKING:
    from backprop.tensors.algebra import cholesky as cholesky
    from backprop.tensors.algebra import det as det
    from backprop.tensors.algebra import inv as inv
    from backprop.tensors.algebra import slogdet as slogdet
    from backprop.tensors.algebra import solve as solve
    from backprop.tensors.algebra import trace as trace
    from backprop.tensors.concatenation import cat as cat
    from backprop.tensors.elementary import exp as exp
    from backprop.tensors.elementary import log as log
    from backprop.tensors.elementary import sqrt as sqrt
else:
    __all__, __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "algebra": "cholesky det inv slogdet solve trace",
            "concatenation": "cat",
            "elementary": "exp log sqrt",
        },
    )
