"""The losses as layers: each calls the function of its name, where equation, gradient and source are.

All take ``reduction``: "mean" or "sum" end in one number, "none" gives one an entry, or one a row where a whole row
has one loss. Another word is refused when the layer is made, as is any setting that makes no sense. PyTorch's
size_average and reduce, which are deprecated there, are left out; what comes after them there is by keyword here.

Each that compares an output with a target has a ``denominator``: what its mean is a mean of.
"""

from __future__ import annotations

from collections.abc import Sequence
from reprlib import repr as short

from backprop.autograd import Tensor, TensorLike, as_tensor
from backprop.matrix import Matrix, Number
from backprop.nn.functional.binary_losses import binary_cross_entropy, binary_cross_entropy_with_logits
from backprop.nn.functional.classification_losses import check_index, class_shares, cross_entropy, kl_div, nll_loss
from backprop.nn.functional.ranking_losses import check_triplet, cosine_embedding_loss, triplet_margin_loss
from backprop.nn.functional.reduction import Weights, check_reduction, divisor_of, weight_matrix
from backprop.nn.functional.regression_losses import huber_loss, l1_loss, mse_loss, smooth_l1_loss
from backprop.nn.functional.targets import is_classes
from backprop.nn.module import Module
from backprop.nn.parameters import Buffer
from backprop.validation import check_bool, check_choice, check_number


class _EntryLoss(Module):
    """A loss that has a single loss for each entry of the target."""

    reduction: str

    def denominator(self, target: TensorLike) -> Number | None:
        """What the sum of the single losses is divided by: the number of entries, for "batchmean" that of rows; None
        where it is not divided, for "sum".

        So the losses L₁, L₂, … of batches with the denominators d₁, d₂, … make the loss of all, Σ dₖ·Lₖ / Σ dₖ, or Σ Lₖ
        for a sum. ``fit`` and ``evaluate`` ask it; a loss of one's own may have such a method, too.

        >>> MSELoss().denominator(Matrix([[1.0, 4.0], [0.0, 2.0]]))
        4
        """
        rows, columns = (target if isinstance(target, Matrix) else as_tensor(target).matrix).shape
        return None if self.reduction == "sum" else divisor_of(rows * columns, columns, self.reduction)


class _ClassLoss(Module):
    """A loss that has a single loss for each row, with the weight of the class that is its target."""

    reduction: str
    weight: Buffer | None
    ignore_index: int

    def denominator(self, target: Sequence[int] | Tensor | Matrix) -> Number | None:
        """What the sum of the single losses is divided by, as for all losses: Σ wₜ over the targets t that are not
        ignored, or the number of rows of probabilities; None for "sum".

        >>> CrossEntropyLoss([1, 9]).denominator([0, 0, 1, -100])
        11
        """
        if self.reduction == "sum":
            return None
        if isinstance(target, (Tensor, Matrix)):
            return len(as_tensor(target).matrix)
        weight = None if self.weight is None else self.weight.matrix
        classes = None if weight is None else weight.shape[1]
        total: Number = sum(class_shares(type(self).__name__, target, classes, weight, self.ignore_index))
        return total


# ---------------------------------------------------------------- regression


class MSELoss(_EntryLoss):
    """Mean of (input − target)² over all entries: for regression.

    >>> MSELoss()(Matrix([[1.0, 2.0]]), Matrix([[1.0, 4.0]])).item()
    2.0
    """

    def __init__(self, *, reduction: str = "mean") -> None:
        check_reduction("MSELoss", reduction)
        self.reduction = reduction

    def forward(self, input: TensorLike, target: TensorLike) -> Tensor:
        return mse_loss(input, target, reduction=self.reduction)


class L1Loss(_EntryLoss):
    """Mean of |input − target|: for regression that a few outliers should not rule.

    >>> L1Loss()(Matrix([[1.0, 2.0]]), Matrix([[1.0, 4.0]])).item()
    1.0
    """

    def __init__(self, *, reduction: str = "mean") -> None:
        check_reduction("L1Loss", reduction)
        self.reduction = reduction

    def forward(self, input: TensorLike, target: TensorLike) -> Tensor:
        return l1_loss(input, target, reduction=self.reduction)


class SmoothL1Loss(_EntryLoss):
    """Mean of the error's absolute value, rounded off to a parabola within ±``beta``, which is a number from 0 up.

    >>> SmoothL1Loss()(Matrix([[1.0, 9.0]]), Matrix([[0.0, 0.0]])).item()
    4.5
    """

    def __init__(self, *, reduction: str = "mean", beta: float = 1.0) -> None:
        check_reduction("SmoothL1Loss", reduction)
        check_number("SmoothL1Loss", "beta", beta, 0)
        self.reduction, self.beta = reduction, beta

    def forward(self, input: TensorLike, target: TensorLike) -> Tensor:
        return smooth_l1_loss(input, target, reduction=self.reduction, beta=self.beta)


class HuberLoss(_EntryLoss):
    """Mean of half the squared error within ±``delta``, which is above 0, and a straight line of slope delta outside.

    >>> HuberLoss("sum", delta=2.0)(Matrix([[1.0, 9.0]]), Matrix([[0.0, 0.0]])).item()
    16.5
    """

    def __init__(self, reduction: str = "mean", delta: float = 1.0) -> None:
        check_reduction("HuberLoss", reduction)
        check_number("HuberLoss", "delta", delta, above=0)
        self.reduction, self.delta = reduction, delta

    def forward(self, input: TensorLike, target: TensorLike) -> Tensor:
        return huber_loss(input, target, reduction=self.reduction, delta=self.delta)


# ---------------------------------------------------------------- classification


class CrossEntropyLoss(_ClassLoss):
    """Mean of −ln(softmax(scores) at the target): for one of several classes; targets are class indices, or a Matrix
    of class probabilities.

    ``weight`` has one number a class and is saved with the state; rows with the target ``ignore_index`` do not count;
    ``label_smoothing``, from 0 to 1, is the part of the target that all classes share.

    >>> CrossEntropyLoss()(Matrix([[1000.0, 0.0], [0.0, 1000.0]]), [0, 0]).item()
    500.0
    """

    def __init__(
        self,
        weight: Weights | None = None,
        *,
        ignore_index: int = -100,
        reduction: str = "mean",
        label_smoothing: float = 0.0,
    ) -> None:
        check_reduction("CrossEntropyLoss", reduction)
        check_index("CrossEntropyLoss", ignore_index)
        check_number("CrossEntropyLoss", "label_smoothing", label_smoothing, 0, 1)
        self.weight = _buffer("CrossEntropyLoss", "weight", weight)
        self.ignore_index, self.reduction, self.label_smoothing = ignore_index, reduction, label_smoothing

    def forward(self, input: TensorLike, target: Sequence[int] | Tensor | Matrix) -> Tensor:
        _check_order("CrossEntropyLoss", input)
        return cross_entropy(
            input,
            target,
            self.weight,
            ignore_index=self.ignore_index,
            reduction=self.reduction,
            label_smoothing=self.label_smoothing,
        )


class NLLLoss(_ClassLoss):
    """Mean of −(log-probability at the target), for what LogSoftmax gives; settings as of CrossEntropyLoss.

    >>> NLLLoss()(Matrix([[-0.5, -2.0], [-0.25, -3.0]]), [0, 1]).item()
    1.75
    """

    def __init__(self, weight: Weights | None = None, *, ignore_index: int = -100, reduction: str = "mean") -> None:
        check_reduction("NLLLoss", reduction)
        check_index("NLLLoss", ignore_index)
        self.weight = _buffer("NLLLoss", "weight", weight)
        self.ignore_index, self.reduction = ignore_index, reduction

    def forward(self, input: TensorLike, target: Sequence[int]) -> Tensor:
        _check_order("NLLLoss", input)
        return nll_loss(input, target, self.weight, ignore_index=self.ignore_index, reduction=self.reduction)


class BCELoss(_EntryLoss):
    """Mean of the cross-entropy between input and target, both probabilities: for yes or no.

    ``weight`` multiplies the losses and is saved with the state. Loss and gradient end at 0 and 1, where logarithms are
    cut off at −100; BCEWithLogitsLoss has no such end.

    >>> BCELoss()(Matrix([[0.0]]), Matrix([[1.0]])).item()
    100.0
    """

    def __init__(self, weight: Weights | None = None, *, reduction: str = "mean") -> None:
        check_reduction("BCELoss", reduction)
        self.weight = _buffer("BCELoss", "weight", weight)
        self.reduction = reduction

    def forward(self, input: TensorLike, target: TensorLike) -> Tensor:
        return binary_cross_entropy(input, target, self.weight, reduction=self.reduction)


class BCEWithLogitsLoss(_EntryLoss):
    """Mean of the cross-entropy between sigmoid(input) and target, from 0 to 1: for yes or no.

    ``weight`` multiplies the losses, ``pos_weight`` the part of the target 1; both are saved with the state.

    >>> BCEWithLogitsLoss()(Matrix([[1000.0, -1000.0]]), Matrix([[1, 1]])).item()
    500.0
    """

    def __init__(
        self, weight: Weights | None = None, *, reduction: str = "mean", pos_weight: Weights | None = None
    ) -> None:
        check_reduction("BCEWithLogitsLoss", reduction)
        self.weight = _buffer("BCEWithLogitsLoss", "weight", weight)
        self.pos_weight = _buffer("BCEWithLogitsLoss", "pos_weight", pos_weight)
        self.reduction = reduction

    def forward(self, input: TensorLike, target: TensorLike) -> Tensor:
        return binary_cross_entropy_with_logits(
            input,
            target,
            self.weight,
            reduction=self.reduction,
            pos_weight=self.pos_weight,
        )


class KLDivLoss(_EntryLoss):
    """Divergence of log-probabilities from target probabilities, or with ``log_target`` from their logarithms.

    ``reduction`` may be "batchmean" too, the mean over rows and the one that is the divergence.

    >>> KLDivLoss(reduction="batchmean")(Matrix([[-1.0, -2.0]]), Matrix([[1.0, 0.0]])).item()
    1.0
    """

    def __init__(self, *, reduction: str = "mean", log_target: bool = False) -> None:
        check_choice("KLDivLoss", "reduction", reduction, ("mean", "batchmean", "sum", "none"))
        check_bool("KLDivLoss", log_target=log_target)
        self.reduction, self.log_target = reduction, log_target

    def forward(self, input: TensorLike, target: TensorLike) -> Tensor:
        return kl_div(input, target, reduction=self.reduction, log_target=self.log_target)


# ---------------------------------------------------------------- embeddings


class CosineEmbeddingLoss(Module):
    """Mean over pairs of rows of 1 − cos for the target 1, max(0, cos − ``margin``) for −1; margin is from −1 to 1.

    >>> CosineEmbeddingLoss()(Matrix([[3.0, 0.0], [0.0, 4.0]]), Matrix([[0.0, 1.0], [6.0, 0.0]]), [1, -1]).item()
    0.5
    """

    def __init__(self, margin: float = 0.0, *, reduction: str = "mean") -> None:
        check_reduction("CosineEmbeddingLoss", reduction)
        check_number("CosineEmbeddingLoss", "margin", margin, -1, 1)
        self.margin, self.reduction = margin, reduction

    def forward(self, input1: TensorLike, input2: TensorLike, target: Sequence[int]) -> Tensor:
        return cosine_embedding_loss(input1, input2, target, self.margin, reduction=self.reduction)


class TripletMarginLoss(Module):
    """Mean over rows of max(0, d(anchor, positive) − d(anchor, negative) + ``margin``) for the ``p``-norm's distance.

    margin is above 0, p from 1 up, ``eps`` from 0 up; with ``swap`` d(positive, negative) counts where it is less.

    >>> TripletMarginLoss(eps=0.0)(Matrix([[0.0, 0.0]]), Matrix([[3.0, 4.0]]), Matrix([[0.0, 2.0]])).item()
    4.0
    """

    def __init__(
        self, margin: float = 1.0, p: float = 2.0, eps: float = 1e-6, swap: bool = False, *, reduction: str = "mean"
    ) -> None:
        check_reduction("TripletMarginLoss", reduction)
        check_triplet("TripletMarginLoss", margin, p, eps)
        check_bool("TripletMarginLoss", swap=swap)
        self.margin, self.p, self.eps, self.swap, self.reduction = margin, p, eps, swap, reduction

    def forward(self, anchor: TensorLike, positive: TensorLike, negative: TensorLike) -> Tensor:
        settings = (self.margin, self.p, self.eps, self.swap)
        return triplet_margin_loss(anchor, positive, negative, *settings, reduction=self.reduction)


def _check_order(name: str, input: object) -> None:
    if is_classes(input):
        raise TypeError(
            f"{name}: the scores come first, then the targets, got {short(input)} first; write loss(output, targets)"
        )


def _buffer(name: str, setting: str, value: Weights | None) -> Buffer | None:
    weight = weight_matrix(name, setting, value)
    if weight is None:
        return None
    rows, columns = weight.shape
    return Buffer(constant(weight, (columns,)) if rows == 1 else weight)
