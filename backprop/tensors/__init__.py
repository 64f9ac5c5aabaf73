"""What a Tensor can do: each file has functions of one kind, of which most are methods of Tensor too.

PyTorch's ``out`` is left out.
"""

from backprop.lazy_names import lazy_names

# What type checkers see is beside this, in __init__.pyi.
__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "algebra": "cholesky det inv slogdet solve trace",
        "arithmetic": "abs add div mul neg pow sub",
        "concatenation": "cat",
        "elementary": "exp log sqrt",
        "printing": "set_printoptions",
        "products": "matmul",
        "reductions": "mean sum",
        "shaping": "expand permute reshape transpose view",
    },
)
