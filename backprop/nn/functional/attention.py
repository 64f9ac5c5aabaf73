"""Attention: every row takes an average of the rows of its sequence, weighted by how well they match."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from operator import add as plus
from operator import mul as times
from typing import Any, Callable, NamedTuple

from backprop import dtypes
from backprop.autograd import Result, Size, Tensor, TensorLike, as_tensor, constant, operation, trusted_size
from backprop.autograd.size import broadcast_shapes
from backprop.kernel import Rows, dot, float_product, float_products, transposed
from backprop.matrix import Matrix, trusted, unflatten
from backprop.nn.functional.dropout import dropout
from backprop.nn.functional.linear import linear
from backprop.numbers import named
from backprop.sampling import dropout_mask
from backprop.tensors.arithmetic import add, mul
from backprop.tensors.concatenation import cat
from backprop.tensors.probability import exponentials, softmax
from backprop.tensors.products import blocks, matmul
from backprop.tensors.reductions import mean
from backprop.tensors.shapes import expanded_shape
from backprop.tensors.shaping import expand, permute, transpose, view
from backprop.validation import ArgumentError, check_bool, check_number, check_positive_int

_NAME = "scaled_dot_product_attention"
_MULTI_HEAD = "multi_head_attention_forward"


def scaled_dot_product_attention(
    query: TensorLike,
    key: TensorLike,
    value: TensorLike,
    attn_mask: TensorLike | None = None,
    dropout_p: float = 0.0,
    is_causal: bool = False,
    scale: float | None = None,
    enable_gqa: bool = False,
    *,
    rng: random.Random | None = None,
) -> Tensor:
    """O = P·V for P = softmax(S), row by row, S = s·Q·Kᵀ + M, s = 1/√d: for each place of the leading axes.

    ∂L/∂V = Pᵀ·∂L/∂O;  with D = ∂L/∂O·Vᵀ and G = ∂L/∂S = P∘(D − the sums of the rows of D∘P):
    ∂L/∂Q = s·G·K,  ∂L/∂K = s·Gᵀ·Q,  ∂L/∂M = G, and with dropout m∘P stands for P, and m∘D for D.

    Q is (…, T, d), K (…, S, d), V (…, S, e), O (…, T, e); the leading axes are broadcast. ``scale`` replaces s. With
    ``is_causal`` row t attends to rows 0 to t only. ``attn_mask``, which is broadcast to (…, T, S), is M, or bools: True
    where a row attends to another. A row that attends to nothing gives 0. With ``dropout_p`` an entry of m is 0 with
    this probability, and else 1/(1 − dropout_p). With ``enable_gqa`` the third axis from the end counts the
    heads, and each head of K and V serves as many heads of Q as there are more of them, one beside the other.

    Vaswani et al., "Attention Is All You Need" (2017), section 3.2.

    Raises ValueError for shapes that do not fit, for an ``attn_mask`` of ints, and for one beside ``is_causal``.

    >>> x = Tensor([[1.0, 0.0], [0.0, 1.0]])
    >>> scaled_dot_product_attention(x * 2000, x, x)
    tensor([[1., 0.],
            [0., 1.]])
    >>> scaled_dot_product_attention(x * 0, x, x, is_causal=True)
    tensor([[1.0000, 0.0000],
            [0.5000, 0.5000]])
    """
    check_bool(_NAME, is_causal=is_causal, enable_gqa=enable_gqa)
    q, k, v = (as_tensor(x, _NAME) for x in (query, key, value))
    if enable_gqa:
        k, v = (_repeated_heads(x, q._shape) for x in (k, v))
    if attn_mask is not None and is_causal:
        raise ArgumentError(f"{_NAME}: is_causal is a mask already; give it or attn_mask")
    mask = None if attn_mask is None else additive_mask(_NAME, "attn_mask", attn_mask)
    check_number(_NAME, "dropout_p", dropout_p, 0, 1)
    left, right, values = q._shape, k._shape, v._shape
    if min(map(len, (left, right, values))) < 2 or left[-1] != right[-1] or right[-2] != values[-2]:
        raise ArgumentError(
            f"{_NAME} got the shapes {list(left)}, {list(right)} and {list(values)}; query, key and value are "
            "(…, T, d), (…, S, d) and (…, S, e)"
        )
    if scale is not None:
        check_number(_NAME, "scale", scale)
    leading = broadcast_shapes(_NAME, left[:-2], right[:-2], values[:-2])
    shape = trusted_size((*leading, left[-2], right[-2]))
    if mask is not None:
        mask = expand(mask, *expanded_shape(f"{_NAME}: attn_mask", mask._shape, shape))
    if 0 in (*shape, left[-1], values[-1]):  # nothing is multiplied
        return matmul(matmul(q, transpose(k, -2, -1)), v)
    q, k, v = (expand(x, *leading, *x._shape[-2:]) for x in (q, k, v))
    factor = left[-1] ** -0.5 if scale is None else scale
    return _attended((q, k, v), mask, factor, is_causal, dropout_p, rng, shape, values[-1])


class _Weighing(NamedTuple):
    """How P is made of S: ``dropped`` are the factors of its entries with dropout, ``batch`` counts the blocks of rows."""

    scale: float
    is_causal: bool
    dropout_p: float
    dropped: Rows | None
    batch: int


def _attended(
    inputs: tuple[Tensor, ...],
    mask: Tensor | None,
    scale: float,
    is_causal: bool,
    dropout_p: float,
    rng: random.Random | None,
    shape: Size,
    width: int,
) -> Tensor:
    """O for weights of this shape, from (Q, K, V), or from one Tensor that has the three one after the other."""
    dropped = unflatten(dropout_mask(shape.numel(), dropout_p, rng=rng), shape[-1]) if dropout_p else None
    how = _Weighing(scale, is_causal, dropout_p, dropped, shape[:-2].numel())
    rule = _attention if len(inputs) == 3 else _packed_attention
    return rule(*inputs, mask, how=how, shape=trusted_size((*shape[:-1], width)))


@operation(cut=-1, name=_NAME)
def _attention(
    query: Matrix, key: Matrix, value: Matrix, mask: Matrix | None = None, *, how: _Weighing, shape: Size
) -> Result:
    """As the function of its name says."""
    output, pullback = _block_by_block([query.rows, key.rows, value.rows], mask, how)
    return trusted(output), lambda d: tuple(map(trusted, pullback(d))), shape


@operation(cut=-1, name=_NAME)
def _packed_attention(query_key_value: Matrix, mask: Matrix | None = None, *, how: _Weighing, shape: Size) -> Result:
    """The same, from the rows of Q, then those of K, then those of V."""
    rows = query_key_value.rows
    third = len(rows) // 3
    output, pullback = _block_by_block([rows[start : start + third] for start in (0, third, 2 * third)], mask, how)

    def to_inputs(d: Matrix) -> tuple[Matrix, Matrix]:
        to_query, to_key, to_value, to_mask = pullback(d)
        return trusted(to_query + to_key + to_value), trusted(to_mask)

    return trusted(output), to_inputs, shape


def _block_by_block(
    parts: Sequence[Rows], mask: Matrix | None, how: _Weighing
) -> tuple[Rows, Callable[[Matrix], tuple[Rows, ...]]]:
    """O, a block of rows of Q, K and V at a time, so that of all blocks P alone is kept; and ∂L/∂ of Q, K, V and M."""
    scale, batch = how.scale, how.batch
    nothing = [None] * batch
    output, kept = [], []
    for queries, keys, values, added, factors in zip(
        blocks([[x * scale for x in row] for row in parts[0]], batch),
        blocks(parts[1], batch),
        blocks(parts[2], batch),
        nothing if mask is None else blocks(mask.rows, batch),
        nothing if how.dropped is None else blocks(how.dropped, batch),
    ):
        weights = used = _softmaxes(float_products(queries, keys), added, how.is_causal)
        if factors is not None:
            used = [list(map(times, ws, fs)) for ws, fs in zip(weights, factors)]
            for row in used:
                named(**{"m∘P": row})
        output += float_product(used, values)
        kept.append((queries, keys, values, weights, factors, used))

    def pullback(d: Matrix) -> tuple[Rows, ...]:
        to_query: Rows = []
        to_key: Rows = []
        to_value: Rows = []
        to_mask: Rows = []
        for ds, (queries, keys, values, weights, factors, used) in zip(blocks(d.rows, batch), kept):
            to_weights = float_products(ds, values)
            if factors is not None:
                to_weights = [list(map(times, row, fs)) for row, fs in zip(to_weights, factors)]
            sums = map(dot, to_weights, weights)
            slopes = [[p * (g - s) for p, g in zip(ps, gs)] for ps, gs, s in zip(weights, to_weights, sums)]
            for row in slopes:
                named(G=row)
            to_query += [[x * scale for x in row] for row in float_product(slopes, keys)]
            to_key += float_product(transposed(slopes), queries)
            to_value += float_product(transposed(used), ds)
            if mask is not None:
                to_mask += slopes
        return to_query, to_key, to_value, to_mask

    return output, pullback


def _softmaxes(scores: Rows, added: Rows | None, is_causal: bool) -> Rows:
    """The softmax of each row of scores, to which a row of the mask is added; causal rows end at the diagonal. A row that
    sees nothing has weights of 0."""
    weights = []
    for t, row in enumerate(scores):
        count = len(row)
        if is_causal:
            row = row[: t + 1]
        if added is not None:
            row = list(map(plus, row, added[t]))
            if max(row) == -math.inf:
                weights.append([0.0] * count)
                continue
        named(S=row)
        powers = exponentials(row)
        total = sum(powers)
        weights.append([power / total for power in powers] + [0.0] * (count - len(row)))
        named(P=weights[-1])
    return weights


def additive_mask(name: str, setting: str, mask: TensorLike, *, hides: bool = False) -> Tensor:
    """What is added to the scores, −∞ to hide: the mask itself, or for bools 0 or −∞; True hides where ``hides``.

    >>> additive_mask("f", "attn_mask", [[True, False]])
    tensor([[0., -inf]])
    """
    tensor = as_tensor(mask, name)
    if tensor.dtype is dtypes.bool:
        numbers = [[-math.inf if x is hides else 0.0 for x in row] for row in tensor._matrix.rows]
        return constant(trusted(numbers), tensor._shape)
    if not tensor.dtype.is_floating_point:
        raise ArgumentError(
            f"{name}: {setting} holds bools or floats that are added to the scores, got {tensor.dtype}; write mask.bool()"
        )
    return tensor


def _repeated_heads(x: Tensor, of_query: Size) -> Tensor:
    """Each head of a key or value as often as needed to have as many as the query."""
    shape = x._shape
    if len(shape) < 3 or len(of_query) < 3 or not shape[-3] or of_query[-3] % shape[-3]:
        raise ArgumentError(
            f"{_NAME}: with enable_gqa the heads, (…, heads, T, d), divide those of the query, "
            f"got {list(shape)} for a query of {list(of_query)}"
        )
    times = of_query[-3] // shape[-3]
    wide = expand(view(x, *shape[:-2], 1, *shape[-2:]), *shape[:-2], times, *shape[-2:])
    return view(wide, *shape[:-3], of_query[-3], *shape[-2:])


def multi_head_attention_forward(
    query: TensorLike,
    key: TensorLike,
    value: TensorLike,
    embed_dim_to_check: int,
    num_heads: int,
    in_proj_weight: TensorLike | None,
    in_proj_bias: TensorLike | None,
    bias_k: TensorLike | None,
    bias_v: TensorLike | None,
    add_zero_attn: bool,
    dropout_p: float,
    out_proj_weight: TensorLike,
    out_proj_bias: TensorLike | None,
    training: bool = True,
    key_padding_mask: TensorLike | None = None,
    need_weights: bool = True,
    attn_mask: TensorLike | None = None,
    use_separate_proj_weight: bool = False,
    q_proj_weight: TensorLike | None = None,
    k_proj_weight: TensorLike | None = None,
    v_proj_weight: TensorLike | None = None,
    *,
    average_attn_weights: bool = True,
    is_causal: bool = False,
    rng: random.Random | None = None,
) -> tuple[Tensor, Tensor | None]:
    """What ``nn.MultiheadAttention`` computes, from its parameters; it is described there.

    PyTorch's static_k and static_v are left out. Raises ValueError for shapes that do not fit.
    """
    check_bool(_MULTI_HEAD, training=training, need_weights=need_weights, average_attn_weights=average_attn_weights)
    check_bool(_MULTI_HEAD, use_separate_proj_weight=use_separate_proj_weight, is_causal=is_causal)
    itself = query is key is value and not use_separate_proj_weight and bias_k is None
    q, k, v = inputs = [as_tensor(x, _MULTI_HEAD) for x in (query, key, value)]
    unbatched = len(q._shape) == 2
    if unbatched:
        q, k, v = inputs = [view(x, *x._shape[:1], 1, *x._shape[1:]) for x in inputs]
    if any(len(x._shape) != 3 for x in inputs) or q._shape[1] != k._shape[1] or k._shape[:2] != v._shape[:2]:
        raise ArgumentError(
            f"{_MULTI_HEAD}: query is (T, N, E), key and value are (S, N, …), or all without N, got the shapes "
            f"{', '.join([str(list(x._shape)) for x in inputs])}"
        )
    check_positive_int(_MULTI_HEAD, num_heads=num_heads)
    check_number(_MULTI_HEAD, "dropout_p", dropout_p, 0, 1)
    length, batch, size = q._shape
    value_rows = v._shape[0]
    if size != embed_dim_to_check or size % num_heads:
        raise ArgumentError(
            f"{_MULTI_HEAD}: the query has {embed_dim_to_check} columns, which {num_heads} heads divide, got {size}"
        )
    heads, head_size = batch * num_heads, size // num_heads
    packed: Tensor | None = None
    if itself:  # one product for all three, and their axis moved to the front
        three = view(linear(q, in_proj_weight, in_proj_bias), length, batch, 3, num_heads, head_size)  # type: ignore[arg-type]
        packed = view(permute(three, 2, 1, 3, 0, 4), 3, heads, length, head_size)
    else:
        projections: list[Any] = (
            [q_proj_weight, k_proj_weight, v_proj_weight] if use_separate_proj_weight else _thirds(in_proj_weight, size)
        )
        q, k, v = map(linear, (q, k, v), projections, _thirds(in_proj_bias, size))
        if bias_k is not None and bias_v is not None:
            k, v = (cat([x, expand(as_tensor(b), 1, batch, size)]) for x, b in ((k, bias_k), (v, bias_v)))
        q, k, v = (view(transpose(view(x, -1, heads, head_size), 0, 1), heads, -1, head_size) for x in (q, k, v))
    if packed is not None and (need_weights or add_zero_attn):
        q, k, v = packed
    if add_zero_attn:
        row = constant(trusted([[0.0] * size * batch]), (heads, 1, head_size))
        k, v = cat([k, row], 1), cat([v, row], 1)
    keys = length if packed is not None and not (need_weights or add_zero_attn) else k._shape[1]
    added = keys - value_rows
    if is_causal and not need_weights and not added:
        attn_mask = None  # is_causal says what it holds
    elif is_causal:
        attn_mask = _later(length, keys - added) if attn_mask is None else attn_mask
        is_causal = False
    mask = _merged_mask(attn_mask, key_padding_mask, length, batch, num_heads, keys, added)
    dropout_p, scale = dropout_p if training else 0.0, head_size**-0.5
    weights = None
    if need_weights:
        scores = matmul(mul(q, scale), transpose(k, -2, -1))
        weights = dropout(softmax(scores if mask is None else add(scores, mask), -1), dropout_p, rng=rng)
        averages = matmul(weights, v)
    else:
        shape = trusted_size((heads, length, keys))
        mask = None if mask is None else expand(mask, *shape)
        sources: tuple[Any, ...] = (q, k, v) if packed is None or add_zero_attn else (packed,)
        averages = _attended(sources, mask, scale, is_causal, dropout_p, rng, shape, head_size)
    output = linear(view(transpose(averages, 0, 1), length, batch, size), out_proj_weight, out_proj_bias)
    if unbatched:
        output = view(output, length, size)
    if weights is None:
        return output, None
    weights = view(weights, *([num_heads] if unbatched else [batch, num_heads]), length, keys)
    return output, mean(weights, -3) if average_attn_weights else weights


def _later(length: int, keys: int) -> Tensor:
    """True for each key that is later than the row that looks."""
    return constant(trusted([[j > t for j in range(keys)] for t in range(length)]), (length, keys), dtypes.bool)


def _thirds(packed: TensorLike | None, size: int) -> list[Any]:
    """The parts for query, key and value of a weight or bias that has them below each other."""
    if packed is None:
        return [None] * 3
    whole = as_tensor(packed, _MULTI_HEAD)
    return [whole[start : start + size] for start in (0, size, 2 * size)]


def _merged_mask(
    attn_mask: TensorLike | None,
    key_padding_mask: TensorLike | None,
    length: int,
    batch: int,
    heads: int,
    keys: int,
    added: int,
) -> Tensor | None:
    """Both masks as one that is added to the scores, of three axes; the last ``added`` keys are always seen."""
    masks = []
    for name, given, shapes in (
        ("attn_mask", attn_mask, [(length, keys - added), (batch * heads, length, keys - added)]),
        ("key_padding_mask", key_padding_mask, [(batch, keys - added)] + [(keys - added,)] * (batch == 1)),
    ):
        if given is None:
            continue
        mask = additive_mask(_MULTI_HEAD, name, given, hides=True)
        if mask._shape not in shapes:
            allowed = " or ".join([str(list(shape)) for shape in shapes])
            raise ArgumentError(f"{_MULTI_HEAD}: {name} has the shape {allowed}, got {list(mask._shape)}")
        if added:
            shape = trusted_size((*mask._shape[:-1], added))
            mask = cat([mask, constant(trusted([[0.0] * shape.numel()]), shape)], -1)
        if name == "key_padding_mask":
            mask = view(expand(view(mask, batch, 1, 1, keys), batch, heads, 1, keys), batch * heads, 1, keys)
        masks.append(mask)
    return add(*masks) if len(masks) == 2 else masks[0] if masks else None
