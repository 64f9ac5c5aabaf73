"""Losses that learn: the last layer of a network and the loss of its scores in one."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import Any, NamedTuple

from backprop.autograd import Tensor, TensorLike, as_tensor
from backprop.dtypes import DType, int64
from backprop.nn.containers import ModuleList, Sequential
from backprop.nn.functional.classification_losses import check_index
from backprop.nn.functional.linear_cross_entropy import linear_cross_entropy
from backprop.nn.functional.reduction import Weights, check_reduction, weight_tensor
from backprop.nn.functional.targets import class_targets
from backprop.nn.linear import Linear
from backprop.nn.module import Module, validated_input
from backprop.tensors.concatenation import cat
from backprop.tensors.from_data import tensor
from backprop.tensors.probability import log_softmax
from backprop.tensors.scattering import gather, index_add
from backprop.validation import ArgumentError, check_bool, check_number, check_positive_int, is_positive_int


@dataclass(frozen=True)
class LinearCrossEntropyOptions:
    """How PyTorch cuts the rows of a LinearCrossEntropyLoss into pieces; nothing here depends on it."""

    allow_retain_graph: bool = False
    batch_chunk_size: int | None = None
    chunking_method: str | None = "auto"
    acc_policy: str = "auto"
    acc_dtype: DType | None = None


class LinearCrossEntropyLoss(Module):
    """L = ``cross_entropy`` of the scores of a ``Linear``, which belongs to it: ``functional.linear_cross_entropy``.

    The input is (N, in_features), the target (N,); with ``out_features`` (d₁, …) each row has as many targets, (N, d₁, …).

    Raises ValueError for settings that make no sense.

    >>> loss = LinearCrossEntropyLoss(2, 3)
    >>> loss(Tensor([[0.0, 0.0]]), [1])
    tensor(1.0986, grad_fn=<LinearCrossEntropyBackward0>)
    """

    weight: Tensor | None

    def __init__(
        self,
        in_features: int,
        num_classes: int,
        *,
        out_features: tuple[int, ...] = (),
        bias: bool = False,
        device: Any = None,
        dtype: DType | None = None,
        reduction: str = "mean",
        weight: Weights | None = None,
        ignore_index: int | None = None,
        label_smoothing: float = 0.0,
        options: LinearCrossEntropyOptions | None = None,
    ) -> None:
        super().__init__()
        name = self._get_name()
        check_reduction(name, reduction)
        check_number(name, "label_smoothing", label_smoothing, 0, 1)
        check_bool(name, bias=bias)
        if ignore_index is not None:
            check_index(name, ignore_index)
        check_positive_int(name, in_features=in_features, num_classes=num_classes)
        if not isinstance(out_features, (list, tuple)) or not all(map(is_positive_int, out_features)):
            raise ArgumentError(f"{name}: out_features is a tuple of ints from 1 up, got {out_features!r}")
        self.register_buffer("weight", weight_tensor(name, "weight", weight))
        self.num_classes, self.out_features, self.reduction = num_classes, tuple(out_features), reduction
        self.ignore_index, self.label_smoothing, self.options = ignore_index, label_smoothing, options
        self.linear = Linear(in_features, num_classes * prod(out_features), bias, device, dtype)

    def forward(self, input: TensorLike, target: Any) -> Tensor:
        linear, shape = self.linear, (self.num_classes, *self.out_features)
        return linear_cross_entropy(
            input,
            linear.weight.reshape(*shape, linear.in_features),
            target,
            linear_bias=None if linear.bias is None else linear.bias.reshape(*shape),
            weight=self.weight,
            reduction=self.reduction,
            ignore_index=self.ignore_index,
            label_smoothing=self.label_smoothing,
            options=self.options,
        )

    def extra_repr(self) -> str:
        own = self.linear
        return (
            f"in_features={own.in_features}, num_classes={self.num_classes}, out_features={self.out_features}, "
            f"bias={own.bias is not None}, reduction={self.reduction}, ignore_index={self.ignore_index}, "
            f"label_smoothing={self.label_smoothing}, options={self.options}"
        )


class LogProbabilities(NamedTuple):
    """What AdaptiveLogSoftmaxWithLoss gives: the logarithm of the probability of each target, and minus their mean."""

    output: Tensor
    loss: Tensor


class AdaptiveLogSoftmaxWithLoss(Module):
    """ln p(target) for many classes, of which most are rare: a head has the scores of the frequent ones, those below
    ``cutoffs[0]``, and of each cluster of rarer ones, between two cutoffs; a class in cluster c has
    p = p(c)·p(class | c), and the scores in it are those of in_features/``div_value``ᶜ⁺¹ numbers, c from 0.

    ``forward(input_, target_)`` gives a named tuple: the ``output`` (N,), ln p of each target, and the ``loss``, minus its mean.
    Classes are numbered by how frequent they are, the most frequent one first. Joulin et al., "Efficient softmax approximation
    for GPUs" (2017).

    Raises ValueError unless the cutoffs go up from 1 to n_classes − 1; IndexError for a target out of range.

    >>> from backprop import manual_seed
    >>> _ = manual_seed(0)
    >>> layer = AdaptiveLogSoftmaxWithLoss(4, 6, [2, 4], div_value=2.0)
    >>> layer.log_prob(Tensor([[1.0, -1.0, 0.5, 2.0]])).exp().sum().detach()
    tensor(1.)
    """

    def __init__(
        self,
        in_features: int,
        n_classes: int,
        cutoffs: Sequence[int],
        div_value: float = 4.0,
        head_bias: bool = False,
        device: Any = None,
        dtype: DType | None = None,
    ) -> None:
        super().__init__()
        name, ends = self._get_name(), list(cutoffs) if isinstance(cutoffs, (list, tuple)) else []
        check_positive_int(name, in_features=in_features, n_classes=n_classes)
        check_number(name, "div_value", div_value, above=0)
        check_bool(name, head_bias=head_bias)
        if not ends or not all(map(is_positive_int, ends)) or ends != sorted(set(ends)) or ends[-1] >= n_classes:
            raise ArgumentError(f"{name}: cutoffs are ints that go up from 1 to {n_classes - 1}, got {cutoffs}")
        self.in_features, self.n_classes, self.div_value, self.head_bias = in_features, n_classes, div_value, head_bias
        self.cutoffs = [*ends, n_classes]
        self.shortlist_size, self.n_clusters = ends[0], len(ends)
        self.head_size = ends[0] + len(ends)
        self.head = Linear(in_features, self.head_size, head_bias, device, dtype)
        self.tail = ModuleList()
        for c, (low, high) in enumerate(zip(self.cutoffs, self.cutoffs[1:])):
            width = int(in_features // div_value ** (c + 1))
            first = Linear(in_features, width, False, device, dtype)
            self.tail.append(Sequential(first, Linear(width, high - low, False, device, dtype)))

    def forward(self, input_: TensorLike, target_: Any) -> LogProbabilities:
        x = validated_input(self, input_, self.in_features, self.n_classes)
        single = len(x.shape) == 1
        x = x.unsqueeze(0) if single else x
        if len(x.shape) != 2:
            raise ArgumentError(f"{self._get_name()}: input is (N, {self.in_features}), got the shape {list(x.shape)}")
        classes = class_targets(self._get_name(), target_, () if single else x.shape[:1])
        if any(not 0 <= k < self.n_classes for k in classes):
            k = next(k for k in classes if not 0 <= k < self.n_classes)
            raise IndexError(f"{self._get_name()}: targets are from 0 to {self.n_classes - 1}, got {k}")
        head = log_softmax(self.head(x), 1)
        # In the head a rare class is its cluster.
        places = [k if k < self.shortlist_size else self.shortlist_size + self._cluster(k) for k in classes]
        output = gather(head, 1, tensor(places, dtype=int64).unsqueeze(1)).squeeze(1)
        for c, cluster in enumerate(self.tail):
            rows = [i for i, k in enumerate(classes) if k >= self.shortlist_size and self._cluster(k) == c]
            if rows:
                own = tensor([[classes[i] - self.cutoffs[c]] for i in rows])
                part = gather(log_softmax(cluster(x[rows]), 1), 1, own).squeeze(1)
                output = index_add(output, 0, tensor(rows), part)
        return LogProbabilities(output.squeeze(0) if single else output, -output.mean())

    def _cluster(self, k: int) -> int:
        return bisect(self.cutoffs, k) - 1

    def log_prob(self, input: TensorLike) -> Tensor:
        """ln p of all classes, (N, n_classes)."""
        x = as_tensor(input, "log_prob")
        head = log_softmax(self.head(x), -1)
        size = self.shortlist_size
        rare = [log_softmax(cluster(x), -1) + head[..., size + c : size + c + 1] for c, cluster in enumerate(self.tail)]
        return cat([head[..., :size], *rare], -1)

    def predict(self, input: TensorLike) -> Tensor:
        """The class of the highest probability for each row."""
        return self.log_prob(input).argmax(-1)
