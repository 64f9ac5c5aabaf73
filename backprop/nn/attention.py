"""MultiheadAttention: every row of a sequence looks at the rows of a sequence, in several ways at once."""

from __future__ import annotations

import random

from backprop.autograd import Tensor, TensorLike
from backprop.matrix import Matrix
from backprop.nn.functional.attention import Padding, scaled_dot_product_attention
from backprop.nn.functional.linear import linear
from backprop.nn.linear import Linear
from backprop.nn.module import Module, of_length
from backprop.nn.parameters import Parameter
from backprop.validation import check_bool, check_number, check_positive_int


class MultiheadAttention(Module):
    """Y = [O₁ … Oₕ]·W_outᵀ + b_out for Oᵢ = softmax(Qᵢ·Kᵢᵀ/√d)·Vᵢ, where Q, K, V = X·W_inᵀ + b_in, cut into h heads.

    ``layer(query, key, value, sequence_length=T)`` takes rows of E = ``embed_dim`` numbers, sequences of T rows
    stacked (``batch_first`` in PyTorch), and gives one row of E for each row of ``query``. d = E / ``num_heads``.
    Sequences of ``key`` and ``value`` have ``key_length`` rows, T if left out. The masks are those of
    ``functional.attention.scaled_dot_product_attention``: ``is_causal`` for rows that look at no later ones (in
    PyTorch it goes with an ``attn_mask``, here it is enough), ``key_padding_mask`` for what only fills sequences up,
    ``attn_mask``, a Matrix (T, key_length), for what else is added to the scores. While training, ``dropout`` is the
    probability of a weight of the average to be 0.

    W_in, ``in_proj_weight``, (3E, E), has the weights for Q, K and V below each other, ``in_proj_bias`` (1, 3E) too;
    W_out and b_out are ``out_proj``, a Linear. W_in starts uniform in ±√(6/4E) (Xavier), W_out in ±1/√E, the biases
    at 0, as in PyTorch. PyTorch gives the weights of the averages too (need_weights, average_attn_weights), this layer
    Y alone; kdim, vdim, add_bias_kv and add_zero_attn are left out.

    Vaswani et al., "Attention Is All You Need" (2017), section 3.2.2.

    Raises ValueError for a ``num_heads`` that does not divide ``embed_dim`` and other settings that make no sense, and
    when called for rows of another length than embed_dim, lengths that do not divide them, masks that do not fit, and
    a row left with nothing to look at.

    >>> layer = MultiheadAttention(4, 2)
    >>> x = Matrix.ones(2 * 3, 4)
    >>> layer(x, x, x, sequence_length=3, is_causal=True).shape
    (6, 4)
    """

    def __init__(
        self,
        embed_dim: int,
        num_heads: int,
        dropout: float = 0.0,
        bias: bool = True,
        *,
        rng: random.Random | None = None,
    ) -> None:
        check_positive_int("MultiheadAttention", embed_dim=embed_dim, num_heads=num_heads)
        if embed_dim % num_heads:
            raise ValueError(f"MultiheadAttention: num_heads={num_heads} does not divide embed_dim={embed_dim}")
        check_number("MultiheadAttention", "dropout", dropout, 0, 1)
        check_bool("MultiheadAttention", bias=bias)
        self.embed_dim, self.num_heads, self.dropout, self.rng = embed_dim, num_heads, dropout, rng
        bound = (6 / (4 * embed_dim)) ** 0.5
        self.in_proj_weight = Parameter(Matrix.uniform(3 * embed_dim, embed_dim, -bound, bound, rng=rng))
        zeros = Matrix.full(1, 3 * embed_dim, 0.0)
        self.in_proj_bias = Parameter(zeros, tensor_shape=(3 * embed_dim,)) if bias else None
        self.out_proj = Linear(embed_dim, embed_dim, bias=bias, rng=rng)
        if self.out_proj.bias is not None:
            self.out_proj.bias.data = Matrix.full(1, embed_dim, 0.0)

    def forward(  # type: ignore[override]
        self,
        query: TensorLike,
        key: TensorLike,
        value: TensorLike,
        key_padding_mask: Padding | None = None,
        *,
        sequence_length: int,
        key_length: int | None = None,
        attn_mask: Matrix | None = None,
        is_causal: bool = False,
    ) -> Tensor:
        size = self.embed_dim
        projected = []
        for i, (name, rows) in enumerate((("query", query), ("key", key), ("value", value))):
            tensor = of_length("MultiheadAttention", rows, size, self.num_heads, role=f" as {name}")
            part = slice(i * size, (i + 1) * size)
            bias = None if self.in_proj_bias is None else self.in_proj_bias[:, part]
            projected.append(linear(tensor, self.in_proj_weight[part], bias))
        output = scaled_dot_product_attention(
            *projected,
            sequence_length=sequence_length,
            key_length=key_length,
            heads=self.num_heads,
            attn_mask=attn_mask,
            key_padding_mask=key_padding_mask,
            dropout_p=self.dropout if self.training else 0.0,
            is_causal=is_causal,
            rng=self.rng,
        )
        return self.out_proj(output)

    def extra_repr(self) -> str:
        settings = f"embed_dim={self.embed_dim}, num_heads={self.num_heads}"
        return f"{settings}, dropout={self.dropout}, bias={self.in_proj_bias is not None}"
