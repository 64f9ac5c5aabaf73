"""What a Tensor can do beyond its operators: functions of entries, concatenation, linear algebra with gradients.

PyTorch's ``out`` is left out: a Matrix never changes.
"""

from backprop.lazy_names import lazy_names

# What type checkers see is beside this, in __init__.pyi.
__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "algebra": "cholesky det inv slogdet solve trace",
        "concatenation": "cat",
        "elementary": "exp log sqrt",
    },
)
