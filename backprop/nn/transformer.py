"""The Transformer: attention with several heads, the positions that it does not see by itself, the layers of encoder and
decoder, their stacks, and both together."""

from __future__ import annotations

import copy
import math
import random
from typing import Any, Callable, Union

from backprop.autograd import Tensor, TensorLike, constant
from backprop.dtypes import DType
from backprop.matrix import Matrix, trusted
from backprop.nn import functional as F
from backprop.nn.containers import ModuleList, check_modules
from backprop.nn.dropout import Dropout
from backprop.nn.functional.attention import multi_head_attention_forward
from backprop.nn.init import xavier_normal_, xavier_uniform_, zeros_
from backprop.nn.linear import Linear
from backprop.nn.module import Module, validated_input
from backprop.nn.normalization import LayerNorm
from backprop.nn.parameters import Parameter, uniform_parameter
from backprop.tensors.filled import empty, zeros
from backprop.tensors.shaping import transpose
from backprop.validation import ArgumentError, check_bool, check_choice, check_number, check_positive_int

Activation = Union[str, Callable[[Tensor], Tensor]]


class MultiheadAttention(Module):
    """Y = [O₁ … Oₕ]·W_outᵀ + b_out for Oᵢ = softmax(Qᵢ·Kᵢᵀ/√d + M)·Vᵢ, where Q, K, V = X·W_inᵀ + b_in, cut into h heads.

    ``layer(query, key, value)`` takes (T, N, E) and (S, N, E), E = ``embed_dim``, or (N, T, E) with ``batch_first``, or all
    without N, and gives (Y, weights): Y of the shape of the query, and the weights of the averages, (N, T, S), the mean over
    the heads, or (N, heads, T, S) unless ``average_attn_weights``, or None unless ``need_weights``, which is faster.
    d = E / ``num_heads``.

    - ``attn_mask``, (T, S) or (N·heads, T, S): bools, True for what is not looked at, or floats, M;
    - ``key_padding_mask``, (N, S): the same for a key as a whole, which only fills its sequence up;
    - ``is_causal``: rows look at no later ones. In PyTorch an ``attn_mask`` must say so besides, here it is enough.

    A row that may look at nothing gives NaN, or without ``need_weights`` 0. While training, ``dropout`` is the probability of
    a weight of the average to be 0.

    W_in, ``in_proj_weight``, (3E, E), has the weights for Q, K and V below each other, ``in_proj_bias`` (3E) too; with
    ``kdim`` or ``vdim``, the widths of key and value, they are apart: ``q_proj_weight`` (E, E), ``k_proj_weight`` (E, kdim),
    ``v_proj_weight`` (E, vdim). W_out and b_out are ``out_proj``, a Linear. ``add_bias_kv`` puts a learned row behind the keys
    and the values, ``bias_k`` and ``bias_v``, ``add_zero_attn`` a row of zeros. The weights start uniform in ±√(6/n) for n
    inputs and outputs (Xavier), W_out in ±1/√E, the biases at 0, as in PyTorch.

    Vaswani et al., "Attention Is All You Need" (2017), section 3.2.2.

    Raises ValueError for a ``num_heads`` that does not divide ``embed_dim`` and other settings that make no sense, and
    when called for shapes that do not fit.

    >>> layer = MultiheadAttention(4, 2)
    >>> x = Tensor([[[1.0] * 4] * 2] * 3)
    >>> output, weights = layer(x, x, x, is_causal=True)
    >>> output.shape, weights[0].tolist()[1]
    (torch.Size([3, 2, 4]), [0.5, 0.5, 0.0])
    """

    in_proj_weight: Parameter | None
    in_proj_bias: Parameter | None

    def __init__(
        self,
        embed_dim: int,
        num_heads: int,
        dropout: float = 0.0,
        bias: bool = True,
        add_bias_kv: bool = False,
        add_zero_attn: bool = False,
        kdim: int | None = None,
        vdim: int | None = None,
        batch_first: bool = False,
        device: Any = None,
        dtype: DType | None = None,
        *,
        rng: random.Random | None = None,
    ) -> None:
        super().__init__()
        name = self._get_name()
        check_positive_int(name, embed_dim=embed_dim, num_heads=num_heads)
        if embed_dim % num_heads:
            raise ArgumentError(f"{name}: num_heads={num_heads} does not divide embed_dim={embed_dim}")
        check_number(name, "dropout", dropout, 0, 1)
        check_bool(name, bias=bias, add_bias_kv=add_bias_kv, add_zero_attn=add_zero_attn, batch_first=batch_first)
        self.embed_dim, self.num_heads, self.dropout, self.rng = embed_dim, num_heads, dropout, rng
        self.kdim, self.vdim = (embed_dim if width is None else width for width in (kdim, vdim))
        check_positive_int(name, kdim=self.kdim, vdim=self.vdim)
        self.add_zero_attn, self.batch_first = add_zero_attn, batch_first
        start = rng, device, dtype
        out_proj = NonDynamicallyQuantizableLinear(embed_dim, embed_dim, bias, device, dtype, rng=rng)  # it draws first
        separate = not self.kdim == self.vdim == embed_dim
        widths = {"q_proj_weight": embed_dim, "k_proj_weight": self.kdim, "v_proj_weight": self.vdim}
        self.register_parameter("in_proj_weight", None if separate else _xavier(3 * embed_dim, embed_dim, *start))
        for part, width in widths.items():
            self.register_parameter(part, _xavier(embed_dim, width, *start) if separate else None)
        in_proj_bias = Parameter(zeros(3 * embed_dim, device=device, dtype=dtype)) if bias else None
        self.register_parameter("in_proj_bias", in_proj_bias)
        for part in ("bias_k", "bias_v"):
            row = Parameter(empty(1, 1, embed_dim, device=device, dtype=dtype)) if add_bias_kv else None
            self.register_parameter(part, None if row is None else xavier_normal_(row, generator=rng))
        self.out_proj = out_proj
        if out_proj.bias is not None:
            zeros_(out_proj.bias)

    def forward(
        self,
        query: TensorLike,
        key: TensorLike,
        value: TensorLike,
        key_padding_mask: TensorLike | None = None,
        need_weights: bool = True,
        attn_mask: TensorLike | None = None,
        average_attn_weights: bool = True,
        is_causal: bool = False,
    ) -> tuple[Tensor, Tensor | None]:
        inputs = []
        named = (("query", query, self.embed_dim), ("key", key, self.kdim), ("value", value, self.vdim))
        for role, rows, width in named:
            tensor = validated_input(self, rows, width, self.num_heads, role=f" as {role}")
            inputs.append(tensor)
        if self.batch_first:  # what is the same stays the same, which self-attention makes use of
            turned = {id(x): transpose(x, 0, 1) if len(x.shape) == 3 else x for x in inputs}
            inputs = [turned[id(x)] for x in inputs]
        arguments: tuple[Any, ...] = (
            *inputs,
            self.embed_dim,
            self.num_heads,
            *[getattr(self, part) for part in ("in_proj_weight", "in_proj_bias", "bias_k", "bias_v")],
            self.add_zero_attn,
            self.dropout,
            self.out_proj.weight,
            self.out_proj.bias,
            self.training,
            key_padding_mask,
            need_weights,
            attn_mask,
            self.in_proj_weight is None,
            *[getattr(self, part) for part in ("q_proj_weight", "k_proj_weight", "v_proj_weight")],
        )
        options: dict[str, Any] = {
            "average_attn_weights": average_attn_weights,
            "is_causal": is_causal,
            "rng": self.rng,
        }
        output, weights = multi_head_attention_forward(*arguments, **options)
        return (transpose(output, 0, 1) if self.batch_first and len(output.shape) == 3 else output), weights


class NonDynamicallyQuantizableLinear(Linear):
    """A Linear, by the name that PyTorch prints for the one behind the heads."""


def _xavier(rows: int, columns: int, rng: random.Random | None, device: Any, dtype: DType | None) -> Parameter:
    return uniform_parameter((rows, columns), (6 / (rows + columns)) ** 0.5, rng, device, dtype)


class PositionalEncoding(Module):
    """y = x + P, for every sequence the same, with P[t, 2i] = sin(t/10000²ⁱᐟᵈ) and P[t, 2i+1] = cos(t/10000²ⁱᐟᵈ).

    The input is (T, N, d_model), or (N, T, d_model) with ``batch_first``, or (T, d_model), T at most ``max_len``; so is the
    output. An odd d ends with a sine. Each pair of columns turns at a speed of its own, and a step forward turns each by a
    fixed angle, so that P[t + k] is a linear function of P[t].

    P is no Parameter and not part of the state: it is computed, up to the longest T that came. PyTorch has no such
    layer; names and default are those of its tutorial, where there is a dropout besides.

    Vaswani et al., "Attention Is All You Need" (2017), section 3.5.

    Raises ValueError for sizes below 1, and when called for an input of another width or of more than max_len steps.

    >>> PositionalEncoding(2)(Tensor([[0.0, 0.0], [0.0, 0.0]]))
    tensor([[0.0000, 1.0000],
            [0.8415, 0.5403]])
    """

    def __init__(self, d_model: int, max_len: int = 5000, batch_first: bool = False) -> None:
        super().__init__()
        check_positive_int(self._get_name(), d_model=d_model, max_len=max_len)
        check_bool(self._get_name(), batch_first=batch_first)
        self.d_model, self.max_len, self.batch_first = d_model, max_len, batch_first
        self.encoding = sinusoids(1, d_model)

    def forward(self, input: TensorLike) -> Tensor:
        input = validated_input(self, input, self.d_model)
        if len(input.shape) not in (2, 3):
            raise ArgumentError(
                f"{self._get_name()}: an input is (T, N, {self.d_model}) or (T, {self.d_model}), got {list(input.shape)}"
            )
        unbatched = len(input.shape) == 2
        length = input.shape[0 if unbatched or not self.batch_first else 1]
        if length > self.max_len:
            raise ArgumentError(
                f"{self._get_name()}: a sequence has {length} steps, which is above max_len={self.max_len}"
            )
        # Not all max_len rows from the start: 5000 rows of 512 would take 80 megabytes for what few sequences need.
        if length > len(self.encoding):
            self.encoding = sinusoids(length, self.d_model)
        shape = (length, self.d_model) if unbatched or self.batch_first else (length, 1, self.d_model)
        return input + constant(self.encoding[:length], shape)

    def extra_repr(self) -> str:
        return f"{self.d_model}, max_len={self.max_len}" + (", batch_first=True" if self.batch_first else "")


def _check_settings(
    name: str,
    d_model: int,
    nhead: int,
    dim_feedforward: int,
    dropout: float,
    activation: Activation,
    layer_norm_eps: float,
    batch_first: bool,
    norm_first: bool,
    bias: bool,
) -> None:
    """What a layer is made of, for the layer itself or for the Transformer that makes it."""
    check_positive_int(name, d_model=d_model, nhead=nhead, dim_feedforward=dim_feedforward)
    if d_model % nhead:
        raise ArgumentError(f"{name}: nhead={nhead} does not divide d_model={d_model}")
    check_number(name, "dropout", dropout, 0, 1)
    check_bool(name, batch_first=batch_first, norm_first=norm_first, bias=bias)
    if not callable(activation):
        check_choice(name, "activation", activation, ("relu", "gelu"))
    check_number(name, "layer_norm_eps", layer_norm_eps, 0)


class _Layer(Module):
    """What a layer of the encoder and one of the decoder have in common: self-attention, and a network for each row."""

    def __init__(
        self,
        d_model: int,
        nhead: int,
        dim_feedforward: int = 2048,
        dropout: float = 0.1,
        activation: Activation = "relu",
        layer_norm_eps: float = 1e-5,
        batch_first: bool = False,
        norm_first: bool = False,
        bias: bool = True,
        device: Any = None,
        dtype: DType | None = None,
        *,
        rng: random.Random | None = None,
    ) -> None:
        super().__init__()
        own = d_model, nhead, dim_feedforward, dropout, activation, layer_norm_eps, batch_first, norm_first, bias
        _check_settings(self._get_name(), *own)
        self.d_model, self.norm_first, self.activation = d_model, norm_first, activation
        factory: dict[str, Any] = {"device": device, "dtype": dtype}
        drawn = {"bias": bias, "rng": rng, **factory}
        self.self_attn = MultiheadAttention(d_model, nhead, dropout, batch_first=batch_first, **drawn)
        if self.attends_to_memory:
            self.multihead_attn = MultiheadAttention(d_model, nhead, dropout, batch_first=batch_first, **drawn)
        self.linear1 = Linear(d_model, dim_feedforward, **drawn)
        self.dropout = Dropout(dropout, rng=rng)
        self.linear2 = Linear(dim_feedforward, d_model, **drawn)
        numbers = range(1, 4 if self.attends_to_memory else 3)
        for i in numbers:
            setattr(self, f"norm{i}", LayerNorm(d_model, eps=layer_norm_eps, bias=bias, **factory))
        for i in numbers:
            setattr(self, f"dropout{i}", Dropout(dropout, rng=rng))

    attends_to_memory = False

    def in_turn(self, x: Tensor, *parts: Callable[[Tensor], Tensor]) -> Tensor:
        """x = Nᵢ(x + fᵢ(x)) for each part fᵢ, or with ``norm_first`` x = x + fᵢ(Nᵢ(x)); Dᵢ drops what is added."""
        own = vars(self)
        for i, part in enumerate(parts, 1):
            norm, drop = own[f"norm{i}"], own[f"dropout{i}"]
            x = x + drop(part(norm(x))) if self.norm_first else norm(x + drop(part(x)))
        return x

    def feed_forward(self, x: Tensor) -> Tensor:
        """W₂·φ(W₁·x + b₁) + b₂."""
        activation = self.activation if callable(self.activation) else getattr(F, self.activation)
        return self.linear2(self.dropout(activation(self.linear1(x))))


class TransformerEncoderLayer(_Layer):
    """z = N₁(x + A(x)),  y = N₂(z + F(z)),  F(z) = W₂·φ(W₁·z + b₁) + b₂, or with ``norm_first``
    z = x + A(N₁(x)),  y = z + F(N₂(z)).

    A is self-attention with ``nhead`` heads (``self_attn``), N₁ and N₂ are ``norm1`` and ``norm2``, each a LayerNorm,
    W₁ (``linear1``) goes from ``d_model`` to ``dim_feedforward`` numbers and W₂ (``linear2``) back, φ = relu or gelu,
    as ``activation`` says, or any function of a Tensor. While training, ``dropout`` is the probability of a weight of the
    attention, a φ, and an entry of what is added to x and to z, to be 0. All parts start as they do alone, as in PyTorch.

    ``layer(src)`` takes (T, N, d_model), or (N, T, d_model) with ``batch_first``, or (T, d_model), and gives as much. The masks
    are those of MultiheadAttention: ``src_mask`` (T, T), ``src_key_padding_mask`` (N, T), ``is_causal``. A causal layer is
    what language models are made of.

    Vaswani et al., "Attention Is All You Need" (2017), section 3.1; ``norm_first``: Xiong et al., "On Layer
    Normalization in the Transformer Architecture" (2020), who show that it learns without a warm-up.

    Raises ValueError for settings that make no sense, and when called for shapes that do not fit.

    >>> layer = TransformerEncoderLayer(4, 2, dim_feedforward=8, dropout=0.0)
    >>> layer(Tensor([[[0.0] * 4] * 2] * 3), is_causal=True).shape
    torch.Size([3, 2, 4])
    """

    def forward(
        self,
        src: TensorLike,
        src_mask: TensorLike | None = None,
        src_key_padding_mask: TensorLike | None = None,
        is_causal: bool = False,
    ) -> Tensor:
        src = validated_input(self, src, self.d_model, self.self_attn.num_heads)
        return self.in_turn(
            src,
            lambda x: self.self_attn(x, x, x, src_key_padding_mask, False, src_mask, True, is_causal)[0],
            self.feed_forward,
        )


class TransformerDecoderLayer(_Layer):
    """z = N₁(x + A(x)),  u = N₂(z + B(z, m)),  y = N₃(u + F(u)), or with ``norm_first`` z = x + A(N₁(x)), and so on.

    B (``multihead_attn``) looks with the rows of z at those of m, ``memory``, what an encoder made of another sequence; the
    rest is as in ``TransformerEncoderLayer``. ``layer(tgt, memory)`` takes (T, N, d_model) and (S, N, d_model), and gives as
    much as ``tgt`` is. ``tgt_mask`` (T, T), ``tgt_key_padding_mask`` (N, T) and ``tgt_is_causal`` are the masks of A,
    ``memory_mask`` (T, S), ``memory_key_padding_mask`` (N, S) and ``memory_is_causal`` those of B.

    Vaswani et al., "Attention Is All You Need" (2017), section 3.1.

    Raises ValueError for settings that make no sense, and when called for shapes that do not fit.

    >>> layer = TransformerDecoderLayer(4, 2, dim_feedforward=8, dropout=0.0)
    >>> layer(Tensor([[[0.0] * 4] * 2] * 3), Tensor([[[1.0] * 4] * 2] * 5), tgt_is_causal=True).shape
    torch.Size([3, 2, 4])
    """

    attends_to_memory = True

    def forward(
        self,
        tgt: TensorLike,
        memory: TensorLike,
        tgt_mask: TensorLike | None = None,
        memory_mask: TensorLike | None = None,
        tgt_key_padding_mask: TensorLike | None = None,
        memory_key_padding_mask: TensorLike | None = None,
        tgt_is_causal: bool = False,
        memory_is_causal: bool = False,
    ) -> Tensor:
        tgt = validated_input(self, tgt, self.d_model, self.self_attn.num_heads)
        of_tgt = tgt_key_padding_mask, False, tgt_mask, True, tgt_is_causal
        of_memory = memory_key_padding_mask, False, memory_mask, True, memory_is_causal
        return self.in_turn(
            tgt,
            lambda x: self.self_attn(x, x, x, *of_tgt)[0],
            lambda x: self.multihead_attn(x, memory, memory, *of_memory)[0],
            self.feed_forward,
        )


class TransformerEncoder(Module):
    """``num_layers`` copies of a layer one after the other, each with weights of its own, and behind them a ``norm``.

    ``encoder(src, mask, src_key_padding_mask, is_causal)`` gives the masks to each of its ``layers``. With
    ``enable_nested_tensor`` and ``mask_check`` PyTorch may compute it otherwise; here they change nothing.

    >>> encoder = TransformerEncoder(TransformerEncoderLayer(4, 2, 8), num_layers=2)
    >>> encoder.eval()(Tensor([[[0.0] * 4] * 2] * 3)).shape
    torch.Size([3, 2, 4])
    """

    def __init__(
        self,
        encoder_layer: Module,
        num_layers: int,
        norm: Module | None = None,
        enable_nested_tensor: bool = True,
        mask_check: bool = True,
    ) -> None:
        super().__init__()
        check_positive_int(self._get_name(), num_layers=num_layers)
        check_bool(self._get_name(), enable_nested_tensor=enable_nested_tensor, mask_check=mask_check)
        check_modules(self._get_name(), encoder_layer=encoder_layer)
        check_modules(self._get_name(), optional=True, norm=norm)
        self.layers = _copies(encoder_layer, num_layers)
        self.norm = norm

    def forward(
        self,
        src: TensorLike,
        mask: TensorLike | None = None,
        src_key_padding_mask: TensorLike | None = None,
        is_causal: bool | None = None,
    ) -> Tensor:
        output: Any = src
        for layer in self.layers:
            output = layer(output, mask, src_key_padding_mask, bool(is_causal))
        return output if self.norm is None else self.norm(output)  # type: ignore[no-any-return]


class TransformerDecoder(Module):
    """``num_layers`` copies of a layer one after the other, each with weights of its own, and behind them a ``norm``.

    ``decoder(tgt, memory, …)`` gives memory and masks to each of its ``layers``, as ``TransformerDecoderLayer`` takes them.

    >>> decoder = TransformerDecoder(TransformerDecoderLayer(4, 2, 8), num_layers=2)
    >>> decoder.eval()(Tensor([[[0.0] * 4] * 2] * 3), Tensor([[[1.0] * 4] * 2] * 5)).shape
    torch.Size([3, 2, 4])
    """

    def __init__(self, decoder_layer: Module, num_layers: int, norm: Module | None = None) -> None:
        super().__init__()
        check_positive_int(self._get_name(), num_layers=num_layers)
        check_modules(self._get_name(), decoder_layer=decoder_layer)
        check_modules(self._get_name(), optional=True, norm=norm)
        self.layers = _copies(decoder_layer, num_layers)
        self.norm = norm

    def forward(
        self,
        tgt: TensorLike,
        memory: TensorLike,
        tgt_mask: TensorLike | None = None,
        memory_mask: TensorLike | None = None,
        tgt_key_padding_mask: TensorLike | None = None,
        memory_key_padding_mask: TensorLike | None = None,
        tgt_is_causal: bool | None = None,
        memory_is_causal: bool = False,
    ) -> Tensor:
        masks = tgt_mask, memory_mask, tgt_key_padding_mask, memory_key_padding_mask
        output: Any = tgt
        for layer in self.layers:
            output = layer(output, memory, *masks, bool(tgt_is_causal), memory_is_causal)
        return output if self.norm is None else self.norm(output)  # type: ignore[no-any-return]


class Transformer(Module):
    """An ``encoder``, which reads ``src``, and a ``decoder``, which reads ``tgt`` and looks at what the encoder made of ``src``.

    ``model(src, tgt)`` takes (S, N, d_model) and (T, N, d_model), or the batch first with ``batch_first``, and gives as much as
    ``tgt`` is: rows of d_model numbers, of which a Linear makes scores. Both end with a LayerNorm. All weights of more than
    one axis start uniform by Xavier's rule, as in PyTorch. ``custom_encoder`` and ``custom_decoder`` stand for the stacks.

    Vaswani et al., "Attention Is All You Need" (2017).

    >>> model = Transformer(4, 2, 1, 1, 8).eval()
    >>> mask = Transformer.generate_square_subsequent_mask(3)
    >>> model(Tensor([[[0.0] * 4] * 2] * 5), Tensor([[[1.0] * 4] * 2] * 3), tgt_mask=mask).shape
    torch.Size([3, 2, 4])
    """

    def __init__(
        self,
        d_model: int = 512,
        nhead: int = 8,
        num_encoder_layers: int = 6,
        num_decoder_layers: int = 6,
        dim_feedforward: int = 2048,
        dropout: float = 0.1,
        activation: Activation = "relu",
        custom_encoder: Module | None = None,
        custom_decoder: Module | None = None,
        layer_norm_eps: float = 1e-5,
        batch_first: bool = False,
        norm_first: bool = False,
        bias: bool = True,
        device: Any = None,
        dtype: DType | None = None,
        *,
        rng: random.Random | None = None,
    ) -> None:
        super().__init__()
        check_modules(self._get_name(), optional=True, custom_encoder=custom_encoder, custom_decoder=custom_decoder)
        own = d_model, nhead, dim_feedforward, dropout, activation, layer_norm_eps, batch_first, norm_first, bias
        _check_settings(self._get_name(), *own)
        check_positive_int(
            self._get_name(), num_encoder_layers=num_encoder_layers, num_decoder_layers=num_decoder_layers
        )

        def norm() -> LayerNorm:
            return LayerNorm(d_model, eps=layer_norm_eps, bias=bias, device=device, dtype=dtype)

        self.encoder = custom_encoder or TransformerEncoder(
            TransformerEncoderLayer(*own, device, dtype, rng=rng), num_encoder_layers, norm()
        )
        self.decoder = custom_decoder or TransformerDecoder(
            TransformerDecoderLayer(*own, device, dtype, rng=rng), num_decoder_layers, norm()
        )
        for parameter in self.parameters():
            if len(parameter.shape) > 1:
                xavier_uniform_(parameter, generator=rng)
        self.d_model, self.nhead, self.batch_first = d_model, nhead, batch_first

    def forward(
        self,
        src: TensorLike,
        tgt: TensorLike,
        src_mask: TensorLike | None = None,
        tgt_mask: TensorLike | None = None,
        memory_mask: TensorLike | None = None,
        src_key_padding_mask: TensorLike | None = None,
        tgt_key_padding_mask: TensorLike | None = None,
        memory_key_padding_mask: TensorLike | None = None,
        src_is_causal: bool | None = None,
        tgt_is_causal: bool | None = None,
        memory_is_causal: bool = False,
    ) -> Tensor:
        memory = self.encoder(src, src_mask, src_key_padding_mask, src_is_causal)
        masks = tgt_mask, memory_mask, tgt_key_padding_mask, memory_key_padding_mask
        return self.decoder(tgt, memory, *masks, tgt_is_causal, memory_is_causal)  # type: ignore[no-any-return]

    @staticmethod
    def generate_square_subsequent_mask(sz: int) -> Tensor:
        """The mask of a causal sequence: −∞ above the diagonal, where later rows are, and 0 elsewhere.

        >>> Transformer.generate_square_subsequent_mask(2)
        tensor([[0., -inf],
                [0., 0.]])
        """
        check_positive_int("Transformer.generate_square_subsequent_mask", sz=sz)
        return Tensor(trusted([[0.0] * (t + 1) + [-math.inf] * (sz - t - 1) for t in range(sz)]))


def _copies(layer: Module, count: int) -> ModuleList:
    """With values of their own, but all draw from the generator that the layer was given, and so not the same."""
    generators = [vars(module).get("rng") for module in layer.modules()]
    return ModuleList([copy.deepcopy(layer, {id(rng): rng for rng in generators}) for _ in range(count)])


def sinusoids(length: int, d_model: int) -> Matrix:
    """The first ``length`` rows of P.

    >>> sinusoids(2, 3)
    Matrix([[0.0, 1.0, 0.0], [0.8414709848078965, 0.5403023058681398, 0.0021544330233656045]])
    """
    speeds = [10000.0 ** (-(j - j % 2) / d_model) for j in range(d_model)]
    functions = [math.cos if j % 2 else math.sin for j in range(d_model)]
    return trusted([[f(t * speed) for f, speed in zip(functions, speeds)] for t in range(length)])
