"""What a Tensor can do: each file has functions of one kind, of which most are methods of Tensor too.

PyTorch's inplace, out_dtype, sparse_grad and memory_format are left out where there is but one way.
"""

from typing import Any

from backprop.lazy_names import lazy_names

# What type checkers see is beside this, in __init__.pyi.
__all__, _load, __dir__ = lazy_names(
    __name__,
    {
        "activations": "relu sigmoid tanh",
        "arithmetic": (
            "abs absolute add addcdiv addcmul div divide float_power floor_divide fmod lerp mul multiply neg negative"
            " positive pow reciprocal remainder rsub square sub subtract true_divide"
        ),
        "attributes": (
            "clone conj conj_physical detach is_complex is_floating_point is_nonzero is_same_size is_signed is_tensor"
            " numel real"
        ),
        "bessel": "i0",
        "casts": "result_type",
        "comparison": (
            "allclose eq equal ge greater greater_equal gt isclose isfinite isin isinf isnan isneginf isposinf isreal"
            " le less less_equal lt ne not_equal signbit"
        ),
        "concatenation": "cat column_stack concat concatenate dstack hstack row_stack stack vstack",
        "counting": "all any bincount count_nonzero mode",
        "covariances": "corrcoef cov",
        "cumulative": "cummax cummin cumprod cumsum logcumsumexp",
        "diagonals": "block_diag diag diag_embed diagflat tril triu",
        "differences": "cumulative_trapezoid diff gradient trapezoid trapz",
        "distances": "cdist cosine_similarity dist pairwise_distance pdist renorm",
        "distinct": "unique unique_consecutive",
        "elementary": "exp exp2 expm1 log log10 log1p log2 rsqrt sqrt",
        "extremes": "amax amin aminmax argmax argmin max min",
        "filled": "empty empty_like eye full full_like ones ones_like zeros zeros_like",
        "from_data": "as_tensor asarray from_numpy scalar_tensor tensor",
        "grids": "cartesian_prod combinations meshgrid",
        "histograms": "histc histogram",
        "in_place": "as_strided_scatter",
        "incomplete_gamma": "igamma igammac",
        "logic": (
            "bitwise_and bitwise_left_shift bitwise_not bitwise_or bitwise_right_shift bitwise_xor logical_and"
            " logical_not logical_or logical_xor"
        ),
        "moves": (
            "broadcast_shapes broadcast_tensors broadcast_to flip fliplr flipud repeat_interleave roll rot90 tile"
        ),
        "norms": "norm",
        "pairs": "frexp gcd lcm ldexp logaddexp logaddexp2 logit xlogy",
        "parts": (
            "as_strided chunk diagonal dsplit hsplit narrow select split split_with_sizes tensor_split unbind vsplit"
        ),
        "printing": "set_printoptions",
        "probability": "log_softmax logsumexp softmax softmin",
        "products": (
            "addbmm addmm addmv addr baddbmm bmm chain_matmul dot einsum ger inner matmul mm mv outer tensordot"
        ),
        "quantiles": "median nanmedian nanquantile quantile",
        "random_tensors": (
            "bernoulli binomial multinomial normal poisson rand rand_like randint randint_like randn randn_like randperm"
        ),
        "ranges": "arange linspace logspace range tril_indices triu_indices",
        "reductions": "mean nanmean nansum prod std std_mean sum var var_mean",
        "rounding": "angle ceil copysign fix floor frac heaviside nextafter round sgn sign trunc",
        "scattering": (
            "argwhere diagonal_scatter gather index_add index_copy index_fill index_put index_reduce index_select"
            " masked_scatter masked_select nonzero put scatter scatter_add scatter_reduce select_scatter"
            " slice_scatter take take_along_dim unravel_index"
        ),
        "searching": "bucketize searchsorted",
        "selection": "clamp clamp_max clamp_min clip fill fmax fmin masked_fill maximum minimum nan_to_num where",
        "shaping": (
            "adjoint atleast_1d atleast_2d atleast_3d expand flatten moveaxis movedim permute ravel reshape"
            " resolve_conj resolve_neg squeeze swapaxes swapdims t transpose unflatten unsqueeze"
        ),
        "sorting": "argsort kthvalue msort sort topk",
        "special_functions": "digamma erf erfc erfinv lgamma mvlgamma polygamma",
        "trigonometry": (
            "acos acosh arccos arccosh arcsin arcsinh arctan arctan2 arctanh asin asinh atan atan2 atanh cos cosh"
            " deg2rad hypot rad2deg sin sinc sinh tan"
        ),
        "vector_products": "cross kron trace vdot",
    },
)


def __getattr__(name: str) -> Any:
    value = _load(name)
    if name in __all__:
        from backprop.tensors.out import takes_out

        value = globals()[name] = takes_out(value)
    return value
