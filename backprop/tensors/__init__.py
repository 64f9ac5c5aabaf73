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
        "diagonals": "block_diag diag diag_embed diagflat tril triu",
        "elementary": "exp exp2 expm1 log log10 log1p log2 rsqrt sqrt",
        "grids": "cartesian_prod combinations meshgrid",
        "logic": (
            "bitwise_and bitwise_left_shift bitwise_not bitwise_or bitwise_right_shift bitwise_xor logical_and logical_not"
            " logical_or logical_xor"
        ),
        "moves": "broadcast_tensors broadcast_to flip fliplr flipud repeat_interleave roll rot90 tile",
        "norms": "norm",
        "parts": (
            "as_strided chunk diagonal dsplit hsplit narrow select split split_with_sizes tensor_split unbind vsplit"
        ),
        "printing": "set_printoptions",
        "products": "matmul",
        "reductions": "mean nanmean nansum prod std std_mean sum var var_mean",
        "scattering": (
            "argwhere diagonal_scatter gather index_add index_copy index_fill index_put index_reduce"
            " index_select masked_scatter masked_select nonzero put scatter scatter_add scatter_reduce select_scatter"
            " slice_scatter take take_along_dim unravel_index"
        ),
        "searching": "bucketize searchsorted",
        "shaping": (
            "adjoint atleast_1d atleast_2d atleast_3d expand flatten moveaxis movedim permute ravel reshape resolve_conj"
            " resolve_neg squeeze swapaxes swapdims t transpose unflatten unsqueeze"
        ),
    },
)
