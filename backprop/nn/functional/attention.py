"""Attention: every row takes an average of the rows of its sequence, weighted by how well they match."""

from __future__ import annotations

import math
import random
from bisect import bisect_right
from collections.abc import Sequence
from itertools import chain, zip_longest
from operator import add, mul
from reprlib import repr as short
from typing import Any, Union

from backprop.autograd import Result, operation
from backprop.kernel import Rows, dot, float_product, float_products, row_products, transposed
from backprop.matrix import Matrix, format_shape, trusted, unflatten
from backprop.nn.functional.recurrence import sequences_in
from backprop.sampling import dropout_mask
from backprop.tensors.probability import exponentials
from backprop.validation import check_bool, check_number, check_positive_int, is_positive_int

Mask = Matrix  # a constant: no gradient flows to it
Padding = Union[Sequence[int], Sequence[bool]]
_NAME = "scaled_dot_product_attention"


@operation
def scaled_dot_product_attention(
    query: Matrix,
    key: Matrix,
    value: Matrix,
    attn_mask: Mask | None = None,
    dropout_p: float = 0.0,
    is_causal: bool = False,
    scale: float | None = None,
    *,
    sequence_length: int,
    key_length: int | None = None,
    heads: int = 1,
    key_padding_mask: Padding | None = None,
    rng: random.Random | None = None,
) -> Result:
    """O = P·V for P = softmax(S), row by row, S = s·Q·Kᵀ, s = 1/√d: one block for each sequence and head.

    ∂L/∂V = Pᵀ·∂L/∂O;  with D = ∂L/∂O·Vᵀ and G = ∂L/∂S = P∘(D − the sums of the rows of D∘P):
    ∂L/∂Q = s·G·K,  ∂L/∂K = s·Gᵀ·Q.

    ``query`` is (batch·T, heads·d) for T = ``sequence_length``, sequences stacked; ``key`` (batch·S, heads·d) and
    ``value`` (batch·S, heads·d′) for S = ``key_length``, which is T if left out; O is (batch·T, heads·d′). Head i has
    the i-th block of columns of each. ``scale`` replaces s. What a row does not attend to is not computed:

    - ``is_causal``: row t attends to rows 0 to t only;
    - ``key_padding_mask``: batch·S bools, True for a row of ``key`` that no row attends to, as in PyTorch, or batch
      ints, the number of rows at the start of each sequence that are attended to.

    ``attn_mask``, a Matrix (T, S), is added to S, −∞ to hide a row; PyTorch also takes one of bools. Its enable_gqa is
    left out. With ``dropout_p`` entries of P become 0 with this probability, the others are divided by
    1 − dropout_p.

    Vaswani et al., "Attention Is All You Need" (2017), section 3.2.

    Raises ValueError for shapes that do not fit, for an ``attn_mask`` of ints or bools, and where a row would have
    nothing to attend to (PyTorch gives 0 there).

    >>> x = Matrix([[1.0, 0.0], [0.0, 1.0]])
    >>> scaled_dot_product_attention(x * 2000, x, x, sequence_length=2)
    Tensor([[1.0, 0.0], [0.0, 1.0]])
    >>> scaled_dot_product_attention(x * 0, x, x, sequence_length=2, is_causal=True)
    Tensor([[1.0, 0.0], [0.5, 0.5]])
    """
    length = sequence_length if key_length is None else key_length
    batch = _check_shapes(query, key, value, sequence_length, length, heads)
    _check_settings(attn_mask, dropout_p, scale, sequence_length, length)
    check_bool(_NAME, is_causal=is_causal)
    visible = _visible_rows(key_padding_mask, batch, length)
    factor = (len(query.rows[0]) // heads) ** -0.5 if scale is None else scale
    scaled = [[x * factor for x in row] for row in query.rows]
    blocks, output = [], []
    for b in range(batch):
        indices = visible[b]
        counts = _visible_counts(indices, sequence_length, is_causal, b)
        added = None if attn_mask is None else [[row[j] for j in indices] for row in attn_mask.rows]
        sides = []
        for queries, keys, values in zip(
            _split_heads(scaled, range(b * sequence_length, (b + 1) * sequence_length), heads),
            _split_heads(key.rows, [b * length + j for j in indices], heads),
            _split_heads(value.rows, [b * length + j for j in indices], heads),
        ):
            weights = _softmaxes(_products_to(counts, queries, keys), added, b)
            factors = None
            used = weights
            if dropout_p:
                masks = unflatten(dropout_mask(sequence_length * length, dropout_p, rng=rng), length)
                factors = [[mask[j] for j in indices[:n]] for mask, n in zip(masks, counts)]
                used = [list(map(mul, ws, fs)) for ws, fs in zip(weights, factors)]
            sides.append(_averages(used, values))
            blocks.append((counts, queries, keys, values, weights, factors, used))
        output.extend(_join_heads(sides))

    def pullback(d: Matrix) -> tuple[Matrix, ...]:
        to_query: Rows = []
        to_key: Rows = []
        to_value: Rows = []
        remaining = iter(blocks)
        for b in range(batch):
            sides: list[tuple[Rows, Rows, Rows]] = []
            for ds in _split_heads(d.rows, range(b * sequence_length, (b + 1) * sequence_length), heads):
                counts, queries, keys, values, weights, factors, used = next(remaining)
                to_weights = _products_to(counts, ds, values)
                if factors is not None:
                    to_weights = [list(map(mul, row, fs)) for row, fs in zip(to_weights, factors)]
                sums = map(dot, to_weights, weights)
                slopes = [[p * (g - s) for p, g in zip(ps, gs)] for ps, gs, s in zip(weights, to_weights, sums)]
                sides.append(
                    (
                        [[x * factor for x in row] for row in _averages(slopes, keys)],
                        _transposed_averages(counts, slopes, queries),
                        _transposed_averages(counts, used, ds),
                    )
                )
            of_queries, of_keys, of_values = map(_join_heads, zip(*sides))
            to_query.extend(of_queries)
            to_key.extend(_scatter(visible[b], of_keys, length))
            to_value.extend(_scatter(visible[b], of_values, length))
        return trusted(to_query), trusted(to_key), trusted(to_value)

    return trusted(output), pullback


def _softmaxes(scores: Rows, added: Rows | None, sequence: int) -> Rows:
    """The weights P of one block: softmax of each row of scores, to which a row of the mask is added."""
    if added is not None:
        scores = [list(map(add, row, extra)) for row, extra in zip(scores, added)]
        for t, row in enumerate(scores):
            if max(row) == -math.inf:
                raise _nothing_visible(t, sequence)
    weights = []
    for row in scores:
        powers = exponentials(row)
        total = sum(powers)
        weights.append([power / total for power in powers])
    return weights


def _products_to(counts: list[int], left: Rows, right: Rows) -> Rows:
    """Row t: leftₜ·rightⱼ for the first countsₜ rows of ``right`` only."""
    if counts[0] == len(right):
        return float_products(left, right)
    return [row_products([row], right[:n])[0] for row, n in zip(left, counts)]


def _averages(weights: Rows, rows: Rows) -> Rows:
    """Row t: Σⱼ weightsₜⱼ·rowsⱼ for each j that has a weight."""
    if len(weights[0]) == len(rows):
        return float_product(weights, rows)
    columns = transposed(rows)
    return [row_products([ws], [column[: len(ws)] for column in columns])[0] for ws in weights]


def _transposed_averages(counts: list[int], weights: Rows, rows: Rows) -> Rows:
    """Row j: Σₜ weightsₜⱼ·rowsₜ over the t that attend to j, which are all from some first one on."""
    if counts[0] == counts[-1]:
        return float_product(transposed(weights), rows)
    columns = transposed(rows)
    gathered = []
    for j, column in enumerate(zip_longest(*weights, fillvalue=0.0)):
        first = bisect_right(counts, j)
        gathered.append(row_products([column[first:]], [entries[first:] for entries in columns])[0])
    return gathered


def _split_heads(rows: Rows, indices: Sequence[int], heads: int) -> list[Rows]:
    """The rows at these indices, split into blocks of columns, one for each head."""
    width = len(rows[0]) // heads
    return [[rows[i][h * width : (h + 1) * width] for i in indices] for h in range(heads)]


def _join_heads(sides: Sequence[Rows]) -> Rows:
    """The blocks of all heads as whole rows again."""
    return [list(chain.from_iterable(parts)) for parts in zip(*sides)]


def _scatter(indices: Sequence[int], rows: Rows, length: int) -> Rows:
    """The rows at these indices of ``length``, 0 at the others, through which no gradient flows."""
    spread: Rows = [[0.0] * len(rows[0]) for _ in range(length)]
    for index, row in zip(indices, rows):
        spread[index] = row
    return spread


def _visible_counts(indices: Sequence[int], sequence_length: int, is_causal: bool, sequence: int) -> list[int]:
    """How many of the ``indices``, from the first on, each row of a query attends to: a rising sequence."""
    counts = [bisect_right(indices, t) if is_causal else len(indices) for t in range(sequence_length)]
    if not counts[0]:
        raise _nothing_visible(0, sequence)
    return counts


def _visible_rows(padding: Any, batch: int, length: int) -> Sequence[Sequence[int]]:
    """The indices of the rows that are not padding, for each sequence."""
    if padding is None:
        return [range(length)] * batch
    kinds = set(map(type, padding)) if isinstance(padding, (list, tuple)) else None
    if kinds == {bool} and len(padding) == batch * length:
        return [[j for j in range(length) if not padding[b * length + j]] for b in range(batch)]
    if kinds == {int} and len(padding) == batch and all(0 <= n <= length for n in padding):
        return list(map(range, padding))
    raise ValueError(
        f"{_NAME}: key_padding_mask is a list of {batch * length} bools, one for each row of the key, or of {batch} "
        f"ints, lengths from 1 to {length}, got {short(padding)}"
    )


def _nothing_visible(row: int, sequence: int) -> ValueError:
    return ValueError(
        f"{_NAME}: row {row} of sequence {sequence} has nothing to attend to; the masks leave out every row of the key"
    )


def _check_settings(attn_mask: Any, dropout_p: float, scale: float | None, sequence_length: int, length: int) -> None:
    if attn_mask is not None and (not isinstance(attn_mask, Matrix) or attn_mask.shape != (sequence_length, length)):
        came = format_shape(attn_mask.shape) if isinstance(attn_mask, Matrix) else short(attn_mask)
        raise ValueError(
            f"{_NAME}: attn_mask is a Matrix of {sequence_length}×{length}, numbers added to the scores, got {came}"
        )
    if attn_mask is not None and any(type(x) is int and x for row in attn_mask.rows for x in row):  # True, in a Matrix
        raise ValueError(
            f"{_NAME}: attn_mask holds numbers added to the scores, this one holds ints, which True and False are in a "
            "Matrix; write 0.0 for what is seen and -math.inf for what is not"
        )
    check_number(_NAME, "dropout_p", dropout_p, 0, 1)
    if scale is not None:
        check_number(_NAME, "scale", scale)


def _check_shapes(query: Matrix, key: Matrix, value: Matrix, sequence_length: Any, length: Any, heads: Any) -> int:
    """The number of sequences, or the ValueError that says what fits."""
    batch = sequences_in(_NAME, len(query.rows), sequence_length)
    check_positive_int(_NAME, key_length=length)
    for role, matrix in (("key", key), ("value", value)):
        if len(matrix.rows) != batch * length:
            raise ValueError(
                f"{_NAME} got {len(matrix.rows)} rows of {role}; {batch} sequences of {length} rows are {batch * length}"
            )
    if key.shape[1] != query.shape[1]:
        raise ValueError(f"{_NAME} got rows of {query.shape[1]} numbers as query and of {key.shape[1]} as key")
    if not is_positive_int(heads) or query.shape[1] % heads or value.shape[1] % heads:
        raise ValueError(
            f"{_NAME}: heads is an int that divides the {query.shape[1]} columns of the query and the "
            f"{value.shape[1]} of the value, got {heads!r}"
        )
    return batch
