"""Backward nodes: ``grad_fn``, the node of the graph that computed a tensor, which is named as in PyTorch."""

from __future__ import annotations

from functools import lru_cache
from math import prod
from typing import Any, Callable

from backprop.autograd.node import Node
from backprop.autograd.tensor import Tensor

# Those that are not the function's own name; written "name(dim)", an entry holds where a dim is given.
_FUNCTIONS_OF = {
    "AminmaxBackward0": "aminmax",
    "CatBackward0": "hstack vstack",
    "ClampBackward1": "clamp clip",
    "Col2ImBackward0": "fold",
    "ConstantPadNdBackward0": "pad",
    "ConvolutionBackward0": "conv1d conv2d conv_transpose1d conv_transpose2d",
    "CopyBackwards": "copy",
    "CopySlices": "copy_slices",
    "DiagonalBackward0_copy": "diag",
    "DivBackward0": "normalize softsign",
    "EluBackward0": "selu",
    "ExpandBackward0": "broadcast_to expand_as meshgrid",
    "FillBackward2": "fill",
    "GatherBackward0": "take_along_dim",
    "HardtanhBackward0": "relu6",
    "IndexBackward0": "getitem",
    "LinalgCholeskyExBackward0": "cholesky",
    "LinalgCrossBackward0": "cross",
    "LinalgDetBackward0": "det",
    "LinalgEighBackward0": "eigh eigvalsh",
    "LinalgInvExBackward0": "inv inverse",
    "LinalgLstsqBackward0": "lstsq",
    "LinalgMatrixExpBackward0": "matrix_exp",
    "LinalgPinvBackward0": "pinv pinverse",
    "LinalgQrBackward0": "qr",
    "LinalgSlogdetBackward0": "slogdet",
    "LinalgSolveExBackward0": "solve",
    "LinalgSolveTriangularBackward0": "solve_triangular",
    "LinalgSvdBackward0": "svd svdvals",
    "LinalgVectorNormBackward0": "matrix_norm norm vector_norm",
    "LogSigmoidBackward0": "logsigmoid",
    "MaxPool2DWithIndicesBackward0": "max_pool2d",
    "MeanBackward1": "mean(dim)",
    "MkldnnRnnLayerBackward0": "lstm",
    "MmBackward0": "matrix_power",
    "MulBackward0": "dropout outer rms_norm",
    "MulBackward1": "trapezoid",
    "NativeBatchNormBackward0": "batch_norm",
    "NativeGroupNormBackward0": "group_norm",
    "NativeLayerNormBackward0": "layer_norm",
    "NormBackward1": "pairwise_distance",
    "PermuteBackward0": "T movedim",
    "PowBackward0": "float_power square",
    "PreluKernelBackward0": "prelu",
    "RepeatBackward0": "tile",
    "SliceBackward0": "narrow",
    "SoftmaxBackward0": "softmin",
    "SplitBackward0": "chunk",
    "SqueezeBackward0": "cov",
    "SqueezeBackward1": "avg_pool1d max_pool1d",
    "SqueezeBackward4": "quantile",
    "StackBackward0": "cartesian_prod combinations gru rnn",
    "SubBackward0": "diff",
    "SumBackward1": "cosine_similarity sum(dim) vecdot",
    "ToCopyBackward0": "to",
    "TransposeBackward0": "mH mT swapaxes",
    "UnsafeViewBackward0": "kron",
    "ViewBackward0": "flatten inner instance_norm multi_dot ravel repeat_interleave reshape tensordot unflatten",
    "WhereBackward0": "logdet",
    "ZeroBackward0": "zero",
}
_WITH_NUMBERS = ("AddBackward0", "DivBackward0", "MulBackward0", "SubBackward0")
_NODE_OF = {function: node for node, functions in _FUNCTIONS_OF.items() for function in functions.split()}
# PyTorch composes these of other functions, the last of which gives its name, as it is here.
_COMPOSED = frozenset(
    [
        *("column_stack", "corrcoef", "gumbel_softmax", "local_response_norm", "lp_pool1d", "lp_pool2d"),
        "tanhshrink",
    ]
)
_COMPOSED_LOSSES = frozenset(
    [
        *("cosine_embedding_loss", "ctc_loss", "gaussian_nll_loss", "hinge_embedding_loss", "kl_div", "l1_loss"),
        *("margin_ranking_loss", "multilabel_soft_margin_loss", "poisson_nll_loss", "triplet_margin_loss"),
    ]
)


def grad_fn(input: Tensor) -> Node | None:
    """The Node of the graph that computed the Tensor; None for a leaf. Its type has the name that PyTorch gives it.

    >>> from backprop import Tensor
    >>> y = Tensor([1.0, 2.0], requires_grad=True).exp().sum()
    >>> type(y.grad_fn).__name__, y.grad_fn.next_functions[0][0].name()
    ('SumBackward0', 'ExpBackward0')
    """
    return None if input._grad_fn is None else _named(input._grad_fn)


class AccumulateGrad:
    """Where a graph begins: what adds to the ``grad`` of the leaf ``variable``."""

    next_functions = ()

    def __init__(self, variable: Tensor) -> None:
        self.variable = variable

    def __repr__(self) -> str:
        return f"<AccumulateGrad object at {id(self):#x}>"

    def name(self) -> str:
        """What PyTorch calls it."""
        return "torch::autograd::AccumulateGrad"


class _Shown(Node):
    """A Node that somebody looks at, with what PyTorch shows of one."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} object at {id(self):#x}>"

    def name(self) -> str:
        """What PyTorch calls it."""
        return type(self).__name__

    @property
    def next_functions(self) -> tuple[tuple[Any, int], ...]:
        """The nodes that the gradient goes to next, (None, 0) for an input that needs none.

        A number of Python's comes after the Tensor in sums and products, whatever the order that was written, and is no
        input elsewhere.
        """
        inputs = [x for x in self.inputs if x is not None]
        tensors = [x for x in inputs if not _is_number(x)]
        numbers = len(inputs) - len(tensors) if type(self).__name__ in _WITH_NUMBERS else 0
        found = [(_named(x) if isinstance(x, Node) else _accumulating(x), 0) for x in tensors]
        return (*found, *[(None, 0)] * numbers)


def _named(node: Node) -> Node:
    node.__class__ = _type_named(backward_name(node))
    return node


@lru_cache(None)
def _type_named(name: str) -> type[Node]:
    return type(name, (_Shown,), {"__slots__": (), "__module__": "builtins"})


def _accumulating(leaf: Tensor) -> AccumulateGrad | None:
    return AccumulateGrad(leaf) if leaf._requires_grad else None


def backward_name(node: Node) -> str:
    """What PyTorch calls the node.

    Of a graph that ``backward()`` has freed neither inputs nor constants are known; then, as where they do not tell, it
    is the name that such a node has most often.

    >>> from backprop import ones
    >>> x = ones(2, 2, requires_grad=True)
    >>> [backward_name(y._grad_fn) for y in (x * x, x.log_softmax(1), x.sum(), x.sum(1), x @ x.T, x @ x[0], 1 - x)]
    ['MulBackward0', 'LogSoftmaxBackward0', 'SumBackward0', 'SumBackward1', 'MmBackward0', 'MvBackward0', 'RsubBackward1']
    """
    name = node.operation.__name__ if node.called in _COMPOSED else node.called
    if name.endswith("Backward"):  # that of a Function
        return name
    rule = _RULES.get(name)
    along_dim = node.shape != () if node.constants is None else node.constants.get("dim") is not None
    return (
        (rule(node) if rule else None)
        or (_NODE_OF.get(f"{name}(dim)") if along_dim else None)
        or _NODE_OF.get(name)
        or name.title().replace("_", "") + "Backward0"
    )


def _is_number(source: Any) -> bool:
    """Whether an input was a number of Python's and not a Tensor."""
    return not isinstance(source, Node) and source._dtype is None


def _has_number(node: Node, i: int) -> bool:
    """Whether input i is known, and was a number."""
    return len(node.inputs) > i and _is_number(node.inputs[i])


def _numbered(first: int) -> Callable[[Node], str]:
    """For a function that has a node for the whole tensor and one for each line along a dim."""
    return lambda node: f"{node.called.title()}Backward{first if node.shape.numel() == 1 else 1 - first}"


def _matmul(node: Node) -> str:
    axes = len(node.shape)
    if node.operation.__name__ == "view":  # without the axes that vectors do not have
        rows, columns = node.inputs[0].shape[-2:] if node.inputs else (0, 0)
        return ("DotBackward0", "SqueezeBackward4" if rows == 1 < columns else "MvBackward0")[min(axes, 1)]
    return "MmBackward0" if axes == 2 else "UnsafeViewBackward0"


def _linear(node: Node) -> str:
    axes = len(node.inputs[0].shape if node.inputs else node.shape)
    with_bias = not node.inputs or node.inputs[2] is not None
    names = ("ViewBackward0", "AddmmBackward0") if with_bias else ("UnsafeViewBackward0", "MmBackward0")
    return "SqueezeBackward4" if axes == 1 and not with_bias else names[axes == 2]


def _pow(node: Node) -> str:
    if _has_number(node, 0):
        return "PowBackward2"
    return "PowBackward0" if not node.inputs or _has_number(node, 1) else "PowBackward1"


def _div(node: Node) -> str | None:
    if _has_number(node, 0):
        return "MulBackward0"  # of 1/x by the number
    return "DivBackward2" if (node.constants or {}).get("rounding_mode") else None


def _cross_entropy(node: Node) -> str:
    if len(node.inputs) < 2:
        return _nll_loss(node)
    smoothed = (node.constants or {}).get("divisor") is not None
    return "AddBackward0" if smoothed else "DivBackward1"


def _nll_loss(node: Node) -> str:
    return "NllLoss2DBackward0" if node.inputs and len(node.inputs[0].shape) > 2 else "NllLossBackward0"


def _composed_loss(node: Node) -> str | None:
    how = node.operation.__name__
    if how == node.called:  # an operation of its own
        how = (node.constants or {}).get("reduction", "mean")
    return {"mean": "MeanBackward0", "sum": "SumBackward0", "batchmean": "DivBackward0"}.get(how)


def _einsum(node: Node) -> str:
    return {"mul": "MulBackward0", "permute": "PermuteBackward0", "sum": "SumBackward1"}.get(
        node.operation.__name__, "ViewBackward0"
    )


def _resampled(node: Node) -> str:
    weights = node.constants and node.constants["sums"].forth.weights
    kinds = ("UpsampleLinear1D", "UpsampleBilinear2D", "UpsampleTrilinear3D")
    axes = len(node.shape) - 2
    return (f"UpsampleNearest{axes}D" if weights is None else kinds[axes - 1]) + "Backward0"


def _cell(name: str) -> Callable[[Node], str]:
    """For a step of a recurrent network, whose result has an axis less for a single sequence."""
    return lambda node: name if len(node.shape) > 1 else "SqueezeBackward1"


_RULES: dict[str, Callable[[Node], str | None]] = {
    **dict.fromkeys(_COMPOSED_LOSSES, _composed_loss),
    "adaptive_avg_pool2d": lambda node: "MeanBackward1" if prod(node.shape[-2:]) == 1 else None,
    "bilinear": lambda node: "AddBackward0" if node.operation.__name__ == "add" else "ViewBackward0",
    "cross_entropy": _cross_entropy,
    "div": _div,
    "einsum": _einsum,
    "gru_cell": _cell("AddBackward0"),
    "interpolate": _resampled,
    "linear": _linear,
    "lstm_cell": _cell("MulBackward0"),
    "matmul": _matmul,
    "max": _numbered(1),
    "median": _numbered(0),
    "min": _numbered(1),
    "nll_loss": _nll_loss,
    "polygamma": lambda node: None if node.constants and node.constants["n"] else "DigammaBackward0",
    "pow": _pow,
    "prod": _numbered(0),
    "rnn_cell": _cell("TanhBackward0"),
    "scaled_dot_product_attention": lambda node: (
        "ScaledDotProductFlashAttentionForCpuBackward0" if len(node.shape) == 4 else "UnsafeViewBackward0"
    ),
    "squeeze": lambda node: None if node.constants and "dim" not in node.constants else "SqueezeBackward1",
    "sub": lambda node: "RsubBackward1" if _has_number(node, 0) else None,
    "unfold": lambda node: "Im2ColBackward0" if node.operation.__name__ == "gathered" else None,
}
