"""The losses as layers: each calls the function of its name, where the equation is, and ends in one number."""

from __future__ import annotations

from collections.abc import Sequence

from backprop import functional
from backprop.layers import Layer
from backprop.tensor import Tensor, TensorLike


class MSELoss(Layer):
    """Mean of (input − target)² over all entries: for regression.

    >>> from backprop import Matrix
    >>> MSELoss()(Matrix([[1.0, 2.0]]), Matrix([[1.0, 4.0]])).item()
    2.0
    """

    def forward(self, input: TensorLike, target: TensorLike) -> Tensor:
        return functional.mse_loss(input, target)


class CrossEntropyLoss(Layer):
    """Mean of −ln(softmax(scores) at the target): for one of several classes; targets are class indices.

    >>> from backprop import Matrix
    >>> CrossEntropyLoss()(Matrix([[1000.0, 0.0], [0.0, 1000.0]]), [0, 0]).item()
    500.0
    """

    def forward(self, input: TensorLike, target: Sequence[int]) -> Tensor:
        return functional.cross_entropy(input, target)


class BCEWithLogitsLoss(Layer):
    """Mean of the cross-entropy between sigmoid(input) and target, from 0 to 1: for yes or no.

    >>> from backprop import Matrix
    >>> BCEWithLogitsLoss()(Matrix([[1000.0, -1000.0]]), Matrix([[1, 1]])).item()
    500.0
    """

    def forward(self, input: TensorLike, target: TensorLike) -> Tensor:
        return functional.binary_cross_entropy_with_logits(input, target)
