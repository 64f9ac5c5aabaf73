"""The parts of a Transformer: attention, the positions that it does not see by itself, and a layer of an encoder."""

from __future__ import annotations

import math
import random

from backprop.autograd import Tensor, TensorLike, constant
from backprop.matrix import Matrix, trusted
from backprop.nn.dropout import Dropout
from backprop.nn.functional.attention import Padding, scaled_dot_product_attention
from backprop.nn.functional.gated import gelu
from backprop.nn.functional.linear import linear
from backprop.nn.functional.rectifiers import relu
from backprop.nn.functional.recurrence import sequences_in
from backprop.nn.linear import Linear
from backprop.nn.module import Module, validated_input
from backprop.nn.normalization import LayerNorm
from backprop.nn.parameters import Parameter
from backprop.validation import check_bool, check_choice, check_number, check_positive_int


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
        name = self._get_name()
        check_positive_int(name, embed_dim=embed_dim, num_heads=num_heads)
        if embed_dim % num_heads:
            raise ValueError(f"{name}: num_heads={num_heads} does not divide embed_dim={embed_dim}")
        check_number(name, "dropout", dropout, 0, 1)
        check_bool(name, bias=bias)
        self.embed_dim, self.num_heads, self.dropout, self.rng = embed_dim, num_heads, dropout, rng
        out_proj = Linear(embed_dim, embed_dim, bias=bias, rng=rng)  # PyTorch draws it first
        bound = (6 / (4 * embed_dim)) ** 0.5
        self.in_proj_weight = Parameter(Matrix.uniform(3 * embed_dim, embed_dim, -bound, bound, rng=rng))
        zeros = Matrix.full(1, 3 * embed_dim, 0.0)
        self.in_proj_bias = Parameter(constant(zeros, (3 * embed_dim,))) if bias else None
        self.out_proj = out_proj
        if self.out_proj.bias is not None:
            self.out_proj.bias.data = Matrix.full(1, embed_dim, 0.0)

    def forward(
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
            tensor = validated_input(self, rows, size, self.num_heads, role=f" as {name}")
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


class PositionalEncoding(Module):
    """y = x + P, to every sequence the same, with P[t, 2i] = sin(t/10000²ⁱᐟᵈ) and P[t, 2i+1] = cos(t/10000²ⁱᐟᵈ).

    ``layer(input, sequence_length=T)`` takes rows of d = ``d_model`` numbers, sequences of T rows stacked, T at most
    ``max_len``, and gives a row for each. An odd d ends with a sine. Each pair of columns turns at a speed of its own, and a
    step forward turns each by a fixed angle, so that P[t + k] is a linear function of P[t].

    P is no Parameter and not part of the state: it is computed, up to the longest T that came. PyTorch has no such
    layer; names and default are those of its tutorial, where there is a dropout besides.

    Vaswani et al., "Attention Is All You Need" (2017), section 3.5.

    Raises ValueError for sizes below 1, and when called for rows of another length than d_model, a
    ``sequence_length`` that does not divide them or is above max_len.

    >>> PositionalEncoding(2)(Matrix([[0.0, 0.0], [0.0, 0.0]]), sequence_length=2)
    Tensor([[0.0, 1.0], [0.8414709848078965, 0.5403023058681398]])
    """

    def __init__(self, d_model: int, max_len: int = 5000) -> None:
        check_positive_int(self._get_name(), d_model=d_model, max_len=max_len)
        self.d_model, self.max_len = d_model, max_len
        self.encoding = sinusoids(1, d_model)

    def forward(self, input: TensorLike, *, sequence_length: int) -> Tensor:
        input = validated_input(self, input, self.d_model)
        batch = sequences_in(self._get_name(), input.shape[0], sequence_length)
        if sequence_length > self.max_len:
            raise ValueError(f"{self._get_name()}: sequence_length={sequence_length} is above max_len={self.max_len}")
        # Not all max_len rows from the start: 5000 rows of 512 would take 80 megabytes for what few sequences need.
        if sequence_length > len(self.encoding):
            self.encoding = sinusoids(sequence_length, self.d_model)
        return input + self.encoding[:sequence_length].tile(batch, 1)

    def extra_repr(self) -> str:
        return f"{self.d_model}, max_len={self.max_len}"


class TransformerEncoderLayer(Module):
    """z = N₁(x + A(x)),  y = N₂(z + F(z)),  F(z) = W₂·φ(W₁·z + b₁) + b₂, or with ``norm_first``
    z = x + A(N₁(x)),  y = z + F(N₂(z)).

    A is self-attention with ``nhead`` heads (``self_attn``), N₁ and N₂ are ``norm1`` and ``norm2``, each a LayerNorm,
    W₁ (``linear1``) goes from ``d_model`` to ``dim_feedforward`` numbers and W₂ (``linear2``) back, φ = relu or gelu,
    as ``activation`` says. While training, ``dropout`` is the probability of a weight of the attention, a φ, and an
    entry of what is added to x and to z, to be 0. All parts start as they do alone, as in PyTorch.

    ``layer(src, sequence_length=T)`` takes rows of d_model numbers, sequences of T rows stacked (``batch_first`` in
    PyTorch, a setting there; the settings after it are by keyword here), and gives a row for each. The masks are those of
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
        name = self._get_name()
        check_positive_int(name, d_model=d_model, nhead=nhead, dim_feedforward=dim_feedforward)
        if d_model % nhead:
            raise ValueError(f"{name}: nhead={nhead} does not divide d_model={d_model}")
        check_number(name, "dropout", dropout, 0, 1)
        check_bool(name, norm_first=norm_first, bias=bias)
        check_choice(name, "activation", activation, ("relu", "gelu"))
        check_number(name, "layer_norm_eps", layer_norm_eps, 0)
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
        src = validated_input(self, src, self.d_model, self.self_attn.num_heads)
        sequences_in(self._get_name(), src.shape[0], sequence_length)

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


def sinusoids(length: int, d_model: int) -> Matrix:
    """The first ``length`` rows of P.

    >>> sinusoids(2, 3)
    Matrix([[0.0, 1.0, 0.0], [0.8414709848078965, 0.5403023058681398, 0.0021544330233656045]])
    """
    speeds = [10000.0 ** (-(j - j % 2) / d_model) for j in range(d_model)]
    functions = [math.cos if j % 2 else math.sin for j in range(d_model)]
    return trusted([[f(t * speed) for f, speed in zip(functions, speeds)] for t in range(length)])
