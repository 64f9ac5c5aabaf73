"""Linear: every output is a weighted sum of all inputs. Bilinear: of all products of two of them. Embedding: the rows of a
weight, chosen by their numbers."""

from __future__ import annotations

import math
import random
from typing import TYPE_CHECKING, Any

from backprop.autograd import Tensor, TensorLike, as_tensor
from backprop.dtypes import DType
from backprop.nn.functional.embedding import check_norm, checked_padding, embedding
from backprop.nn.functional.linear import bilinear, linear
from backprop.nn.module import Module, validated_input
from backprop.nn.parameters import Parameter, uniform_parameter
from backprop.tensors.filled import empty
from backprop.validation import ArgumentError, check_bool, check_positive_int

if TYPE_CHECKING:  # later than Python 3.9
    from typing_extensions import Self


class Linear(Module):
    """Y = X·Wᵀ + b: every output is a weighted sum of all inputs.

    X is (…, in_features), W (out_features, in_features), b (out_features), Y (…, out_features).
    W and b start uniform in ±1/√in_features, as in PyTorch; the scale is that of LeCun et al., "Efficient
    BackProp" (1998): outputs of unit variance for inputs of unit variance, up to a constant.

    Raises ValueError for sizes below 1, and when called with rows of another length than in_features.

    >>> layer = Linear(2, 1)
    >>> _ = layer.load_state_dict({"weight": Tensor([[3.0, 4.0]]), "bias": Tensor([0.5])})
    >>> layer(Tensor([[1.0, 2.0], [0.0, 0.0]]))
    tensor([[11.5000],
            [ 0.5000]], grad_fn=<AddmmBackward0>)
    """

    bias: Parameter | Any

    def __init__(
        self,
        in_features: int,
        out_features: int,
        bias: bool = True,
        device: Any = None,
        dtype: DType | None = None,
        *,
        rng: random.Random | None = None,
    ) -> None:
        super().__init__()
        name = self._get_name()
        check_positive_int(name, in_features=in_features, out_features=out_features)
        check_bool(name, bias=bias)
        self.in_features, self.out_features = in_features, out_features
        start = 1 / math.sqrt(in_features), rng, device, dtype
        self.weight = uniform_parameter((out_features, in_features), *start)
        self.register_parameter("bias", uniform_parameter((out_features,), *start) if bias else None)

    def forward(self, input: TensorLike) -> Tensor:
        try:
            return linear(input, self.weight, self.bias)
        except (TypeError, ValueError):  # or else an input that fits would be checked twice
            validated_input(self, input, self.in_features, self.out_features)
            raise

    def extra_repr(self) -> str:
        return f"in_features={self.in_features}, out_features={self.out_features}, bias={self.bias is not None}"


class Bilinear(Module):
    """yₒ = x₁ᵀ·Wₒ·x₂ + bₒ: every output is a weighted sum of the products of all inputs of two kinds.

    x₁ is (…, in1_features), x₂ (…, in2_features), W (out_features, in1_features, in2_features), b (out_features), y
    (…, out_features). W and b start uniform in ±1/√in1_features, as in PyTorch.

    Raises ValueError for sizes below 1, and when called for inputs of other sizes.

    >>> layer = Bilinear(2, 3, 4)
    >>> layer(Tensor([[1.0, 2.0]]), Tensor([[3.0, 4.0, 5.0]])).shape
    torch.Size([1, 4])
    """

    bias: Parameter | Any

    def __init__(
        self,
        in1_features: int,
        in2_features: int,
        out_features: int,
        bias: bool = True,
        device: Any = None,
        dtype: DType | None = None,
        *,
        rng: random.Random | None = None,
    ) -> None:
        super().__init__()
        name = self._get_name()
        check_positive_int(name, in1_features=in1_features, in2_features=in2_features, out_features=out_features)
        check_bool(name, bias=bias)
        self.in1_features, self.in2_features, self.out_features = in1_features, in2_features, out_features
        start = in1_features**-0.5, rng, device, dtype
        self.weight = uniform_parameter((out_features, in1_features, in2_features), *start)
        self.register_parameter("bias", uniform_parameter((out_features,), *start) if bias else None)

    def forward(self, input1: TensorLike, input2: TensorLike) -> Tensor:
        return bilinear(input1, input2, self.weight, self.bias)

    def extra_repr(self) -> str:
        sizes = f"in1_features={self.in1_features}, in2_features={self.in2_features}, out_features={self.out_features}"
        return f"{sizes}, bias={self.bias is not None}"


class _Embeddings(Module):
    """``Embedding`` and ``EmbeddingBag``: rows of a weight, chosen by their numbers."""

    def __init__(
        self,
        num_embeddings: int,
        embedding_dim: int,
        padding_idx: int | None = None,
        max_norm: float | None = None,
        norm_type: float = 2.0,
        scale_grad_by_freq: bool = False,
        sparse: bool = False,
        _weight: Tensor | None = None,
        _freeze: bool = False,
        device: Any = None,
        dtype: DType | None = None,
        *,
        rng: random.Random | None = None,
    ) -> None:
        super().__init__()
        name = self._get_name()
        check_positive_int(name, num_embeddings=num_embeddings, embedding_dim=embedding_dim)
        self.num_embeddings, self.embedding_dim = num_embeddings, embedding_dim
        self.padding_idx = checked_padding(name, padding_idx, num_embeddings)
        check_norm(name, max_norm, norm_type)
        check_bool(name, scale_grad_by_freq=scale_grad_by_freq, sparse=sparse, _freeze=_freeze)
        self.max_norm, self.norm_type, self.scale_grad_by_freq = max_norm, norm_type, scale_grad_by_freq
        self.sparse = sparse
        if _weight is None:
            _weight = empty(num_embeddings, embedding_dim, device=device, dtype=dtype).normal_(generator=rng)
            if self.padding_idx is not None:
                _weight[self.padding_idx] = 0.0
        elif tuple(_weight.shape) != (num_embeddings, embedding_dim):
            sizes = [num_embeddings, embedding_dim]
            raise ValueError(f"{name}: _weight has the shape {sizes}, got {list(_weight.shape)}")
        self.weight = Parameter(_weight.detach(), requires_grad=not _freeze)

    @classmethod
    def from_pretrained(
        cls, embeddings: TensorLike, freeze: bool = True, padding_idx: int | None = None, **settings: Any
    ) -> Self:
        """The layer with this W, which does not learn unless ``freeze=False``.

        >>> Embedding.from_pretrained(Tensor([[0.5, 1.0], [2.0, 3.0]]))([1])
        tensor([[2., 3.]])
        """
        weight = as_tensor(embeddings, cls.__name__)
        check_bool(f"{cls.__name__}.from_pretrained", freeze=freeze)
        if len(weight.shape) != 2:
            raise ArgumentError(
                f"{cls.__name__}.from_pretrained: embeddings are (num_embeddings, embedding_dim), got a Tensor of the shape "
                f"{list(weight.shape)}"
            )
        layer = cls(*weight.shape, padding_idx=padding_idx, _weight=weight, **settings)
        layer.weight.requires_grad = not freeze
        return layer


class Embedding(_Embeddings):
    """yᵢ = W[indexᵢ]: a row of W for each index in a Tensor of ints.

    The indices have any shape, (…), or come as nested lists; y is (…, embedding_dim). W is (num_embeddings, embedding_dim)
    and starts normal, N(0, 1), as in PyTorch; the row ``padding_idx`` (negative: from the end) starts as 0 and gets no
    gradient. ``max_norm``, ``norm_type`` and ``scale_grad_by_freq`` are those of ``functional.embedding``; with
    ``sparse`` all is the same, the gradient has all rows. Bengio et al., "A Neural Probabilistic Language Model" (2003).

    Raises ValueError for sizes below 1, TypeError for an index that is not an int, IndexError for one that is not from 0 to
    num_embeddings − 1, with its place.

    >>> layer = Embedding(3, 2, padding_idx=0)
    >>> layer([[2, 0, 2]]).shape, layer([0]).tolist()
    (torch.Size([1, 3, 2]), [[0.0, 0.0]])
    """

    def forward(self, input: Any) -> Tensor:
        return embedding(input, self.weight, self.padding_idx, self.max_norm, self.norm_type, self.scale_grad_by_freq)

    def extra_repr(self) -> str:
        padding = "" if self.padding_idx is None else f", padding_idx={self.padding_idx}"
        return f"{self.num_embeddings}, {self.embedding_dim}{padding}"
