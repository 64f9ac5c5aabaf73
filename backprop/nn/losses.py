"""The losses as layers: each calls the function of its name, where equation, gradient and source are.

All take ``reduction``: "mean" or "sum" end in a single number of shape (), "none" gives one an entry, or one a row where a
whole row has one loss. Another word is refused when the layer is made, as is any setting that makes no sense. PyTorch's
size_average and reduce, which are deprecated there, are left out; what comes after them there is by keyword here.

Each that compares an output with a target has a ``denominator``: what its mean is a mean of.
"""

from __future__ import annotations

from reprlib import repr as short
from typing import Any, Callable

from backprop.autograd import Tensor, TensorLike, as_tensor
from backprop.matrix import Number
from backprop.nn.functional.binary_losses import binary_cross_entropy, binary_cross_entropy_with_logits
from backprop.nn.functional.classification_losses import (
    Target,
    check_index,
    class_shares,
    cross_entropy,
    nll_loss,
)
from backprop.nn.functional.ctc import ctc_loss
from backprop.nn.functional.likelihood_losses import gaussian_nll_loss, kl_div, poisson_nll_loss
from backprop.nn.functional.margin_losses import (
    hinge_embedding_loss,
    margin_ranking_loss,
    multi_margin_loss,
    multilabel_margin_loss,
    multilabel_soft_margin_loss,
    soft_margin_loss,
)
from backprop.nn.functional.ranking_losses import (
    Signs,
    check_triplet,
    cosine_embedding_loss,
    triplet_margin_loss,
    triplet_margin_with_distance_loss,
)
from backprop.nn.functional.reduction import Weights, check_reduction, weight_tensor
from backprop.nn.functional.regression_losses import huber_loss, l1_loss, mse_loss, smooth_l1_loss
from backprop.nn.functional.targets import class_list, is_classes
from backprop.nn.module import Module
from backprop.nn.parameters import Buffer
from backprop.validation import check_bool, check_choice, check_number, check_positive_int


class _EntryLoss(Module):
    """A loss that has a single loss for each entry of the target."""

    reduction: str

    def denominator(self, target: TensorLike) -> Number | None:
        """What the sum of the single losses is divided by: the number of entries, for "batchmean" the size of the first
        axis; None where it is not divided, for "sum".

        So the losses L₁, L₂, … of batches with the denominators d₁, d₂, … make the loss of all, Σ dₖ·Lₖ / Σ dₖ, or Σ Lₖ
        for a sum. ``fit`` and ``evaluate`` ask it; a loss of one's own may have such a method, too.

        >>> MSELoss().denominator(Tensor([[1.0, 4.0], [0.0, 2.0]]))
        4
        """
        shape = as_tensor(target)._shape
        return {"sum": None, "batchmean": shape[0] if shape else 1}.get(self.reduction, shape.numel())


class _ClassLoss(Module):
    """A loss that has a single loss for each row, with the weight of the class that is its target."""

    reduction: str
    weight: Buffer | None
    ignore_index: int

    def denominator(self, target: Target) -> Number | None:
        """What the sum of the single losses is divided by, as for all losses: Σ wₜ over the targets t that are not
        ignored, or how many there are of probabilities; None for "sum".

        >>> CrossEntropyLoss([1, 9]).denominator([0, 0, 1, -100])
        11
        """
        if self.reduction == "sum":
            return None
        classes = class_list([target] if type(target) is int else target)
        if classes is None:
            shape = as_tensor(target)._shape
            return shape.numel() // (shape[1] if len(shape) > 1 else shape[0])
        weights = None if self.weight is None else self.weight._matrix.rows[0]
        count = None if weights is None else len(weights)
        total: Number = sum(class_shares(type(self).__name__, classes, count, weights, self.ignore_index))
        return total


# ---------------------------------------------------------------- regression


class MSELoss(_EntryLoss):
    """Mean of (input − target)² over all entries: for regression.

    >>> MSELoss()(Tensor([[1.0, 2.0]]), Tensor([[1.0, 4.0]])).item()
    2.0
    """

    def __init__(self, *, reduction: str = "mean") -> None:
        super().__init__()
        check_reduction("MSELoss", reduction)
        self.reduction = reduction

    def forward(self, input: TensorLike, target: TensorLike) -> Tensor:
        return mse_loss(input, target, reduction=self.reduction)


class L1Loss(_EntryLoss):
    """Mean of |input − target|: for regression that a few outliers should not rule.

    >>> L1Loss()(Tensor([[1.0, 2.0]]), Tensor([[1.0, 4.0]])).item()
    1.0
    """

    def __init__(self, *, reduction: str = "mean") -> None:
        super().__init__()
        check_reduction("L1Loss", reduction)
        self.reduction = reduction

    def forward(self, input: TensorLike, target: TensorLike) -> Tensor:
        return l1_loss(input, target, reduction=self.reduction)


class SmoothL1Loss(_EntryLoss):
    """Mean of the error's absolute value, rounded off to a parabola within ±``beta``, which is a number from 0 up.

    >>> SmoothL1Loss()(Tensor([[1.0, 9.0]]), Tensor([[0.0, 0.0]])).item()
    4.5
    """

    def __init__(self, *, reduction: str = "mean", beta: float = 1.0) -> None:
        super().__init__()
        check_reduction("SmoothL1Loss", reduction)
        check_number("SmoothL1Loss", "beta", beta, 0)
        self.reduction, self.beta = reduction, beta

    def forward(self, input: TensorLike, target: TensorLike) -> Tensor:
        return smooth_l1_loss(input, target, reduction=self.reduction, beta=self.beta)


class HuberLoss(_EntryLoss):
    """Mean of half the squared error within ±``delta``, which is above 0, and a straight line of slope delta outside.

    >>> HuberLoss("sum", delta=2.0)(Tensor([[1.0, 9.0]]), Tensor([[0.0, 0.0]])).item()
    16.5
    """

    def __init__(self, reduction: str = "mean", delta: float = 1.0) -> None:
        super().__init__()
        check_reduction("HuberLoss", reduction)
        check_number("HuberLoss", "delta", delta, above=0)
        self.reduction, self.delta = reduction, delta

    def forward(self, input: TensorLike, target: TensorLike) -> Tensor:
        return huber_loss(input, target, reduction=self.reduction, delta=self.delta)


# ---------------------------------------------------------------- classification


class CrossEntropyLoss(_ClassLoss):
    """Mean of −ln(softmax(scores) at the target): for one of several classes; targets are class indices, or
    class probabilities in the shape of the scores.

    ``weight`` has one number a class and is saved with the state; rows with the target ``ignore_index`` do not count;
    ``label_smoothing``, from 0 to 1, is the part of the target that all classes share.

    >>> CrossEntropyLoss()(Tensor([[1000.0, 0.0], [0.0, 1000.0]]), [0, 0]).item()
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
        super().__init__()
        check_reduction("CrossEntropyLoss", reduction)
        check_index("CrossEntropyLoss", ignore_index)
        check_number("CrossEntropyLoss", "label_smoothing", label_smoothing, 0, 1)
        self.weight = _buffer("CrossEntropyLoss", "weight", weight)
        self.ignore_index, self.reduction, self.label_smoothing = ignore_index, reduction, label_smoothing

    def forward(self, input: TensorLike, target: Target) -> Tensor:
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

    >>> NLLLoss()(Tensor([[-0.5, -2.0], [-0.25, -3.0]]), [0, 1]).item()
    1.75
    """

    def __init__(self, weight: Weights | None = None, *, ignore_index: int = -100, reduction: str = "mean") -> None:
        super().__init__()
        name = self._get_name()
        check_reduction(name, reduction)
        check_index(name, ignore_index)
        self.weight = _buffer(name, "weight", weight)
        self.ignore_index, self.reduction = ignore_index, reduction

    def forward(self, input: TensorLike, target: Target) -> Tensor:
        _check_order(self._get_name(), input)
        return nll_loss(input, target, self.weight, ignore_index=self.ignore_index, reduction=self.reduction)


class NLLLoss2d(NLLLoss):
    """``NLLLoss`` by its old name."""


class BCELoss(_EntryLoss):
    """Mean of the cross-entropy between input and target, both probabilities: for yes or no.

    ``weight`` multiplies the losses and is saved with the state. Loss and gradient end at 0 and 1, where logarithms are
    cut off at −100; BCEWithLogitsLoss has no such end.

    >>> BCELoss()(Tensor([[0.0]]), Tensor([[1.0]])).item()
    100.0
    """

    def __init__(self, weight: Weights | None = None, *, reduction: str = "mean") -> None:
        super().__init__()
        check_reduction("BCELoss", reduction)
        self.weight = _buffer("BCELoss", "weight", weight)
        self.reduction = reduction

    def forward(self, input: TensorLike, target: TensorLike) -> Tensor:
        return binary_cross_entropy(input, target, self.weight, reduction=self.reduction)


class BCEWithLogitsLoss(_EntryLoss):
    """Mean of the cross-entropy between sigmoid(input) and target, from 0 to 1: for yes or no.

    ``weight`` multiplies the losses, ``pos_weight`` the part of the target 1; both are saved with the state.

    >>> BCEWithLogitsLoss()(Tensor([[1000.0, -1000.0]]), Tensor([[1, 1]])).item()
    500.0
    """

    def __init__(
        self, weight: Weights | None = None, *, reduction: str = "mean", pos_weight: Weights | None = None
    ) -> None:
        super().__init__()
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

    >>> KLDivLoss(reduction="batchmean")(Tensor([[-1.0, -2.0]]), Tensor([[1.0, 0.0]])).item()
    1.0
    """

    def __init__(self, *, reduction: str = "mean", log_target: bool = False) -> None:
        super().__init__()
        check_choice("KLDivLoss", "reduction", reduction, ("mean", "batchmean", "sum", "none"))
        check_bool("KLDivLoss", log_target=log_target)
        self.reduction, self.log_target = reduction, log_target

    def forward(self, input: TensorLike, target: TensorLike) -> Tensor:
        return kl_div(input, target, reduction=self.reduction, log_target=self.log_target)


# ---------------------------------------------------------------- embeddings


class CosineEmbeddingLoss(Module):
    """Mean over pairs of rows of 1 − cos for the target 1, max(0, cos − ``margin``) for −1; margin is from −1 to 1.

    >>> CosineEmbeddingLoss()(Tensor([[3.0, 0.0], [0.0, 4.0]]), Tensor([[0.0, 1.0], [6.0, 0.0]]), [1, -1]).item()
    0.5
    """

    def __init__(self, margin: float = 0.0, *, reduction: str = "mean") -> None:
        super().__init__()
        check_reduction("CosineEmbeddingLoss", reduction)
        check_number("CosineEmbeddingLoss", "margin", margin, -1, 1)
        self.margin, self.reduction = margin, reduction

    def forward(self, input1: TensorLike, input2: TensorLike, target: Signs) -> Tensor:
        return cosine_embedding_loss(input1, input2, target, self.margin, reduction=self.reduction)


class TripletMarginLoss(Module):
    """Mean over rows of max(0, d(anchor, positive) − d(anchor, negative) + ``margin``) for the ``p``-norm's distance.

    margin is above 0, p from 1 up, ``eps`` from 0 up; with ``swap`` d(positive, negative) counts where it is less.

    >>> TripletMarginLoss(eps=0.0)(Tensor([[0.0, 0.0]]), Tensor([[3.0, 4.0]]), Tensor([[0.0, 2.0]])).item()
    4.0
    """

    def __init__(
        self, margin: float = 1.0, p: float = 2.0, eps: float = 1e-6, swap: bool = False, *, reduction: str = "mean"
    ) -> None:
        super().__init__()
        check_reduction("TripletMarginLoss", reduction)
        check_triplet("TripletMarginLoss", margin, p, eps)
        check_bool("TripletMarginLoss", swap=swap)
        self.margin, self.p, self.eps, self.swap, self.reduction = margin, p, eps, swap, reduction

    def forward(self, anchor: TensorLike, positive: TensorLike, negative: TensorLike) -> Tensor:
        settings = (self.margin, self.p, self.eps, self.swap)
        return triplet_margin_loss(anchor, positive, negative, *settings, reduction=self.reduction)


class TripletMarginWithDistanceLoss(Module):
    """``TripletMarginLoss`` for any distance, a function of two Tensors.

    >>> far = TripletMarginWithDistanceLoss(distance_function=lambda x, y: abs(x - y).sum())
    >>> far(Tensor([0.0]), Tensor([3.0]), Tensor([1.0])).item()
    3.0
    """

    def __init__(
        self,
        *,
        distance_function: Callable[[Tensor, Tensor], Tensor] | None = None,
        margin: float = 1.0,
        swap: bool = False,
        reduction: str = "mean",
    ) -> None:
        super().__init__()
        check_reduction("TripletMarginWithDistanceLoss", reduction)
        check_number("TripletMarginWithDistanceLoss", "margin", margin, above=0)
        check_bool("TripletMarginWithDistanceLoss", swap=swap)
        if distance_function is not None and not callable(distance_function):
            raise TypeError(
                "TripletMarginWithDistanceLoss: distance_function is a function of two Tensors, "
                f"got {short(distance_function)}"
            )
        self.distance_function, self.margin, self.swap, self.reduction = distance_function, margin, swap, reduction

    def forward(self, anchor: TensorLike, positive: TensorLike, negative: TensorLike) -> Tensor:
        return triplet_margin_with_distance_loss(
            anchor,
            positive,
            negative,
            distance_function=self.distance_function,
            margin=self.margin,
            swap=self.swap,
            reduction=self.reduction,
        )


# ---------------------------------------------------------------- margins


class MarginRankingLoss(Module):
    """Mean of max(0, −t·(x₁ − x₂) + ``margin``): which of two is the larger.

    >>> MarginRankingLoss()(Tensor([2.0, 0.0]), Tensor([1.0, 3.0]), Tensor([1.0, 1.0])).item()
    1.5
    """

    def __init__(self, margin: float = 0.0, *, reduction: str = "mean") -> None:
        super().__init__()
        check_reduction("MarginRankingLoss", reduction)
        check_number("MarginRankingLoss", "margin", margin)
        self.margin, self.reduction = margin, reduction

    def forward(self, input1: TensorLike, input2: TensorLike, target: TensorLike) -> Tensor:
        return margin_ranking_loss(input1, input2, target, self.margin, reduction=self.reduction)


class HingeEmbeddingLoss(_EntryLoss):
    """Mean of the distance x where the target is 1, of max(0, ``margin`` − x) where it is −1.

    >>> HingeEmbeddingLoss()(Tensor([0.5, 0.25]), Tensor([1.0, -1.0])).item()
    0.625
    """

    def __init__(self, margin: float = 1.0, *, reduction: str = "mean") -> None:
        super().__init__()
        check_reduction("HingeEmbeddingLoss", reduction)
        check_number("HingeEmbeddingLoss", "margin", margin)
        self.margin, self.reduction = margin, reduction

    def forward(self, input: TensorLike, target: TensorLike) -> Tensor:
        return hinge_embedding_loss(input, target, self.margin, reduction=self.reduction)


class SoftMarginLoss(_EntryLoss):
    """Mean of ln(1 + e⁻ᵗˣ) for targets t of 1 and −1.

    >>> SoftMarginLoss()(Tensor([1000.0, -1000.0]), Tensor([1.0, 1.0])).item()
    500.0
    """

    def __init__(self, *, reduction: str = "mean") -> None:
        super().__init__()
        check_reduction("SoftMarginLoss", reduction)
        self.reduction = reduction

    def forward(self, input: TensorLike, target: TensorLike) -> Tensor:
        return soft_margin_loss(input, target, reduction=self.reduction)


class MultiMarginLoss(Module):
    """Mean over rows of Σ max(0, ``margin`` − (score of the target) + (score of another class))ᵖ over the number of classes.

    >>> MultiMarginLoss()(Tensor([[0.5, 0.25]]), [0]).item()
    0.375
    """

    def __init__(
        self, p: int = 1, margin: float = 1.0, weight: Weights | None = None, *, reduction: str = "mean"
    ) -> None:
        super().__init__()
        check_reduction("MultiMarginLoss", reduction)
        check_choice("MultiMarginLoss", "p", p, (1, 2))
        check_number("MultiMarginLoss", "margin", margin)
        self.weight = _buffer("MultiMarginLoss", "weight", weight)
        self.p, self.margin, self.reduction = p, margin, reduction

    def forward(self, input: TensorLike, target: Any) -> Tensor:
        return multi_margin_loss(input, target, self.p, self.margin, self.weight, reduction=self.reduction)


class MultiLabelMarginLoss(Module):
    """Mean over rows of Σ max(0, 1 − (score of a class it has) + (score of one it has not)) over the number of classes.

    >>> MultiLabelMarginLoss()(Tensor([[0.5, 0.25, 1.0]]), [[2, -1, -1]]).item()
    0.25
    """

    def __init__(self, *, reduction: str = "mean") -> None:
        super().__init__()
        check_reduction("MultiLabelMarginLoss", reduction)
        self.reduction = reduction

    def forward(self, input: TensorLike, target: Any) -> Tensor:
        return multilabel_margin_loss(input, target, reduction=self.reduction)


class MultiLabelSoftMarginLoss(_EntryLoss):
    """Mean of the cross-entropy between sigmoid(input) and target: for several classes at once. With "none" it is one loss
    a row.

    >>> MultiLabelSoftMarginLoss()(Tensor([[1000.0, -1000.0]]), Tensor([[1.0, 1.0]])).item()
    500.0
    """

    def __init__(self, weight: Weights | None = None, *, reduction: str = "mean") -> None:
        super().__init__()
        check_reduction("MultiLabelSoftMarginLoss", reduction)
        self.weight = _buffer("MultiLabelSoftMarginLoss", "weight", weight)
        self.reduction = reduction

    def forward(self, input: TensorLike, target: TensorLike) -> Tensor:
        return multilabel_soft_margin_loss(input, target, self.weight, reduction=self.reduction)


# ---------------------------------------------------------------- likelihoods


class PoissonNLLLoss(_EntryLoss):
    """Mean of −ln(probability of the target) in a Poisson distribution of which input is the logarithm of the rate, or
    without ``log_input`` the rate; with ``full`` the terms of the target alone as well.

    >>> PoissonNLLLoss()(Tensor([0.0, 0.0]), Tensor([2.0, 1.0])).item()
    1.0
    """

    def __init__(
        self, log_input: bool = True, full: bool = False, *, eps: float = 1e-8, reduction: str = "mean"
    ) -> None:
        super().__init__()
        check_reduction("PoissonNLLLoss", reduction)
        check_bool("PoissonNLLLoss", log_input=log_input, full=full)
        check_number("PoissonNLLLoss", "eps", eps, 0)
        self.log_input, self.full, self.eps, self.reduction = log_input, full, eps, reduction

    def forward(self, log_input: TensorLike, target: TensorLike) -> Tensor:
        return poisson_nll_loss(log_input, target, self.log_input, self.full, eps=self.eps, reduction=self.reduction)


class GaussianNLLLoss(Module):
    """Mean of −ln(density at the target) of a normal distribution of which the mean and the variance are predicted.

    >>> GaussianNLLLoss()(Tensor([0.0, 1.0]), Tensor([2.0, 1.0]), Tensor([1.0, 1.0])).item()
    1.0
    """

    def __init__(self, *, full: bool = False, eps: float = 1e-6, reduction: str = "mean") -> None:
        super().__init__()
        check_reduction("GaussianNLLLoss", reduction)
        check_bool("GaussianNLLLoss", full=full)
        check_number("GaussianNLLLoss", "eps", eps, above=0)
        self.full, self.eps, self.reduction = full, eps, reduction

    def forward(self, input: TensorLike, target: TensorLike, var: TensorLike) -> Tensor:
        return gaussian_nll_loss(input, target, var, self.full, self.eps, reduction=self.reduction)


def _check_order(name: str, input: object) -> None:
    if is_classes(input):
        raise TypeError(
            f"{name}: the scores come first, then the targets, got {short(input)} first; write loss(output, targets)"
        )


def _buffer(name: str, setting: str, value: Weights | None) -> Buffer | None:
    weight = weight_tensor(name, setting, value)
    return None if weight is None else Buffer(weight)


class CTCLoss(Module):
    """−ln(probability of a sequence of classes, wherever in time they stand): for speech and handwriting.

    It is called with log-probabilities (T, N, C), targets and the lengths of both, as ``functional.ctc_loss``.

    >>> CTCLoss()(Tensor([[0.0, 0.0]]).log_softmax(-1), [1], 1, 1)
    tensor(0.6931)
    """

    def __init__(self, blank: int = 0, reduction: str = "mean", zero_infinity: bool = False) -> None:
        super().__init__()
        check_reduction("CTCLoss", reduction)
        check_positive_int("CTCLoss", 0, blank=blank)
        check_bool("CTCLoss", zero_infinity=zero_infinity)
        self.blank, self.reduction, self.zero_infinity = blank, reduction, zero_infinity

    def forward(self, log_probs: TensorLike, targets: Any, input_lengths: Any, target_lengths: Any) -> Tensor:
        settings = self.blank, self.reduction, self.zero_infinity
        return ctc_loss(log_probs, targets, input_lengths, target_lengths, *settings)
