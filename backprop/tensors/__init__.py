"""What a Tensor can do: each file has functions of one kind, of which most are methods of Tensor too.

PyTorch's ``out`` is left out.
"""

from backprop.lazy_names import lazy_names

# What type checkers see is beside this, in __init__.pyi.
__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "algebra": "cholesky det inv slogdet solve trace",
        "arithmetic": (
            "abs add addcdiv addcmul div float_power floor_divide fmod lerp mul neg positive pow reciprocal remainder rsub"
            " square sub true_divide"
        ),
        "comparison": (
            "allclose eq equal ge gt isclose isfinite isinf isnan isneginf isposinf isreal le lt ne signbit"
        ),
        "concatenation": "cat column_stack concat concatenate dstack hstack row_stack stack vstack",
        "elementary": "exp exp2 expm1 log log10 log1p log2 rsqrt sqrt",
        "logic": (
            "bitwise_and bitwise_left_shift bitwise_not bitwise_or bitwise_right_shift bitwise_xor logical_and logical_not"
            " logical_or logical_xor"
        ),
        "norms": "norm",
        "printing": "set_printoptions",
        "products": "matmul",
        "reductions": "mean nanmean nansum prod std std_mean sum var var_mean",
        "shaping": (
            "adjoint atleast_1d atleast_2d atleast_3d expand flatten moveaxis movedim permute ravel reshape resolve_conj"
            " resolve_neg squeeze swapaxes swapdims t transpose unflatten unsqueeze"
        ),
    },
)
