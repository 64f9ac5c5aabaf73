"""TransformerEncoderLayer: attention, then a small network for each row, each added to what it was given."""

from __future__ import annotations

import random

from backprop.autograd import Tensor, TensorLike
from backprop.matrix import Matrix
from backprop.nn.attention import MultiheadAttention
from backprop.nn.dropout import Dropout
from backprop.nn.functional.attention import Padding
from backprop.nn.functional.gated import gelu
from backprop.nn.functional.rectifiers import relu
from backprop.nn.functional.recurrence import sequences_in
from backprop.nn.linear import Linear
from backprop.nn.module import Module, of_length
from backprop.nn.normalization import LayerNorm
from backprop.validation import check_bool, check_choice, check_number, check_positive_int


class TransformerEncoderLayer(Module):
    """z = N₁(x + A(x)),  y = N₂(z + F(z)),  F(z) = W₂·φ(W₁·z + b₁) + b₂, or with ``norm_first``
    z = x + A(N₁(x)),  y = z + F(N₂(z)).

    A is self-attention with ``nhead`` heads (``self_attn``), N₁ and N₂ are ``norm1`` and ``norm2``, each a LayerNorm,
    W₁ (``linear1``) goes from ``d_model`` to ``dim_feedforward`` numbers and W₂ (``linear2``) back, φ = relu or gelu,
    as ``activation`` says. While training, ``dropout`` is the probability of a weight of the attention, a φ, and an
    entry of what is added to x and to z, to be 0. All parts start as they do alone, as in PyTorch.

    ``layer(src, sequence_length=T)`` takes rows of d_model numbers, sequences of T rows stacked (``batch_first`` in
    PyTorch, a setting there; the settings after it are by keyword here), and gives as many. The masks are those of
    MultiheadAttention: ``src_mask``, a Matrix (T, T) that is added to the scores, ``src_key_padding_mask``,
    ``is_causal``. A causal one is what language models are made of.

    Vaswani et al., "Attention Is All You Need" (2017), section 3.1; ``norm_first``: Xiong et al., "On Layer
    Normalization in the Transformer Architecture" (2020), who show that it learns without a warm-up.

    Raises ValueError for settings that make no sense, and when called for rows of another length than d_model, a
    ``sequence_length`` that does not divide them, masks that do not fit, and a row left with nothing to look at.

    >>> layer = TransformerEncoderLayer(4, 2, dim_feedforward=8, dropout=0.0)
    >>> layer(Matrix.zeros(2 * 3, 4), sequence_length=3, is_causal=True).shape
    (6, 4)
    """

    def __init__(
        self,
        d_model: int,
        nhead: int,
        dim_feedforward: int = 2048,
        dropout: float = 0.1,
        activation: str = "relu",
        layer_norm_eps: float = 1e-5,
        *,
        norm_first: bool = False,
        bias: bool = True,
        rng: random.Random | None = None,
    ) -> None:
        check_positive_int("TransformerEncoderLayer", d_model=d_model, nhead=nhead, dim_feedforward=dim_feedforward)
        if d_model % nhead:
            raise ValueError(f"TransformerEncoderLayer: nhead={nhead} does not divide d_model={d_model}")
        check_number("TransformerEncoderLayer", "dropout", dropout, 0, 1)
        check_bool("TransformerEncoderLayer", norm_first=norm_first, bias=bias)
        check_choice("TransformerEncoderLayer", "activation", activation, ("relu", "gelu"))
        check_number("TransformerEncoderLayer", "layer_norm_eps", layer_norm_eps, 0)
        self.d_model, self.norm_first, self.activation = d_model, norm_first, activation
        self.self_attn = MultiheadAttention(d_model, nhead, dropout, bias, rng=rng)
        self.linear1 = Linear(d_model, dim_feedforward, bias=bias, rng=rng)
        self.dropout = Dropout(dropout, rng=rng)
        self.linear2 = Linear(dim_feedforward, d_model, bias=bias, rng=rng)
        self.norm1 = LayerNorm(d_model, eps=layer_norm_eps, bias=bias)
        self.norm2 = LayerNorm(d_model, eps=layer_norm_eps, bias=bias)
        self.dropout1 = Dropout(dropout, rng=rng)
        self.dropout2 = Dropout(dropout, rng=rng)

    def forward(
        self,
        src: TensorLike,
        src_mask: Matrix | None = None,
        src_key_padding_mask: Padding | None = None,
        is_causal: bool = False,
        *,
        sequence_length: int,
    ) -> Tensor:
        src = of_length("TransformerEncoderLayer", src, self.d_model, self.self_attn.num_heads)
        sequences_in("TransformerEncoderLayer", src.shape[0], sequence_length)

        def attended(x: Tensor) -> Tensor:
            output = self.self_attn(
                x,
                x,
                x,
                sequence_length=sequence_length,
                is_causal=is_causal,
                key_padding_mask=src_key_padding_mask,
                attn_mask=src_mask,
            )
            return self.dropout1(output)

        def fed_forward(x: Tensor) -> Tensor:
            hidden = self.linear1(x)
            return self.dropout2(self.linear2(self.dropout((relu if self.activation == "relu" else gelu)(hidden))))

        if self.norm_first:
            between = src + attended(self.norm1(src))
            return between + fed_forward(self.norm2(between))
        between = self.norm1(src + attended(src))
        return self.norm2(between + fed_forward(between))

    def extra_repr(self) -> str:
        return f"activation={self.activation!r}, norm_first={self.norm_first}"
