"""The recurrences: a whole run over time as one operation, its gradient as backpropagation through time.

A batch of sequences is stacked rows: all T rows of sequence 0, then all of sequence 1, …; so every T-th row, from row
t on, is step t of all of them. What a step needs of the input is one ``linear`` over the rows of all steps,
A = X·W_ihᵀ + b_ih; the operations here take it from there, where a step needs the step before. Written ₜ is the step,
₋ the step before it (``reverse``: after it), H the number of hidden values; before the first step stands ``h0``, or 0.

The backward pass visits the steps from last to first (Werbos, "Backpropagation Through Time" (1990)): the gradient of hₜ is
what comes from the output plus what the next step passes back, and the weights, used in every step, get their gradient
from one product over all steps at the end.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from itertools import chain
from operator import add, mul
from typing import Any

from backprop.autograd import Result, operation
from backprop.kernel import Operand, Rows, float_product, float_products, scaled, transposed
from backprop.matrix import Matrix, format_shape, kept_scaled, trusted
from backprop.tensors.activations import logistic
from backprop.validation import check_bool, check_choice, check_positive_int


@operation
def rnn(
    a: Matrix,
    weight_hh: Matrix,
    bias_hh: Matrix | None = None,
    h0: Matrix | None = None,
    *,
    sequence_length: int,
    nonlinearity: str = "tanh",
    reverse: bool = False,
) -> Result:
    """hₜ = φ(aₜ + W·h₋ + b) for φ = tanh, or max(·, 0) for ``nonlinearity`` "relu".

    ∂L/∂aₜ = φ′∘(∂L/∂hₜ + what step t passes back), φ′ = 1 − hₜ² or [hₜ > 0];  passed back to h₋ is Wᵀ·∂L/∂aₜ;
    ∂L/∂W = Σₜ ∂L/∂aₜ·h₋ᵀ,  ∂L/∂b = Σₜ ∂L/∂aₜ,  summed over the sequences too.

    a is (batch·T, H) for T = ``sequence_length``, W (H, H), b (1, H), h0 (batch, H), the result (batch·T, H) all hₜ.

    Elman, "Finding Structure in Time" (1990). Raises ValueError for shapes that do not fit.

    >>> rnn(Matrix([[1], [2], [3]]), Matrix([[10]]), sequence_length=3, nonlinearity="relu")
    Tensor([[1], [12], [123]])
    """
    _check_shapes("rnn", 1, a, weight_hh, bias_hh, sequence_length, h0=h0)
    check_choice("rnn", "nonlinearity", nonlinearity, ("tanh", "relu"))
    tanh = math.tanh
    steps = _Steps("rnn", sequence_length, reverse)
    h = _start(h0, a, weight_hh, sequence_length)
    weights = kept_scaled(weight_hh, len(a.rows))
    previous, hidden = [], []
    for rows in steps.of(a.rows):
        previous.append(h)
        sums = [list(map(add, xs, ys)) for xs, ys in zip(rows, _recurrent(h, weights, bias_hh))]
        if nonlinearity == "tanh":
            h = [list(map(tanh, row)) for row in sums]
        else:
            h = [[0 if x <= 0 else x for x in row] for row in sums]
        hidden.append(h)

    def pullback(d: Matrix) -> tuple[Matrix, ...]:
        columns = scaled(transposed(weight_hh.rows), len(a.rows))
        back: Rows = [[0] * len(weight_hh.rows[0]) for _ in previous[0]]
        slopes: list[Rows] = []
        for h, rows in zip(reversed(hidden), reversed(steps.of(d.rows))):
            if nonlinearity == "tanh":
                slope = [[(d + b) * (1.0 - h * h) for d, b, h in zip(ds, bs, hs)] for ds, bs, hs in zip(rows, back, h)]
            else:
                slope = [[d + b if h > 0 else h for d, b, h in zip(ds, bs, hs)] for ds, bs, hs in zip(rows, back, h)]
            slopes.append(slope)
            back = float_products(slope, columns)
        slopes.reverse()
        return (trusted(steps.stacked(slopes)), *_weight_gradients(slopes, previous), trusted(back))

    return trusted(steps.stacked(hidden)), pullback


@operation
def lstm(
    a: Matrix,
    weight_hh: Matrix,
    bias_hh: Matrix | None = None,
    h0: Matrix | None = None,
    c0: Matrix | None = None,
    *,
    sequence_length: int,
    reverse: bool = False,
) -> Result:
    """i, f, g, o = σ, σ, tanh, σ of the four quarters of aₜ + W·h₋ + b;  cₜ = f∘c₋ + i∘g,  hₜ = o∘tanh cₜ.

    With h′ for ∂L/∂hₜ and c′ for ∂L/∂cₜ, each with what step t passes back, and c′ with h′∘o∘(1 − tanh² cₜ) besides:
    ∂L/∂aₜ = (c′∘g∘i∘(1 − i), c′∘c₋∘f∘(1 − f), c′∘i∘(1 − g²), h′∘tanh cₜ∘o∘(1 − o));  passed back to h₋ is Wᵀ·∂L/∂aₜ,
    to c₋ c′∘f;  ∂L/∂W = Σₜ ∂L/∂aₜ·h₋ᵀ,  ∂L/∂b = Σₜ ∂L/∂aₜ,  summed over the sequences too.

    a is (batch·T, 4H) for T = ``sequence_length``, W (4H, H), b (1, 4H), h0 and c0 (batch, H). The result is
    (batch·T, 2H): hₜ, and from column H on cₜ beside it, as both go on to be used.

    Hochreiter and Schmidhuber, "Long Short-Term Memory" (1997); the forget gate f is of Gers, Schmidhuber and Cummins,
    "Learning to Forget: Continual Prediction with LSTM" (2000). Raises ValueError for shapes that do not fit.

    >>> gates = Matrix([[1000.0, 0.0, 1000.0, 1000.0], [-1000.0, 1000.0, 0.0, 1000.0]])  # put 1 in, then keep it
    >>> lstm(gates, Matrix([[0.0]] * 4), sequence_length=2)[:, 1]
    Tensor([[1.0], [1.0]])
    """
    _check_shapes("lstm", 4, a, weight_hh, bias_hh, sequence_length, h0=h0, c0=c0)
    tanh = math.tanh
    steps = _Steps("lstm", sequence_length, reverse)
    size = len(weight_hh.rows[0])
    h, c = _start(h0, a, weight_hh, sequence_length), _start(c0, a, weight_hh, sequence_length)
    weights = kept_scaled(weight_hh, len(a.rows))
    previous, kept, results = [], [], []
    for rows in steps.of(a.rows):
        previous.append(h)
        gates, cells = [], []
        for xs, ys, cs in zip(rows, _recurrent(h, weights, bias_hh), c):
            sums = list(map(add, xs, ys))
            i, f, o = logistic([sums[:size], sums[size : 2 * size], sums[3 * size :]])
            g = list(map(tanh, sums[2 * size : 3 * size]))
            cells.append([f * c + i * g for f, c, i, g in zip(f, cs, i, g)])
            gates.append((i, f, g, o, cs, list(map(tanh, cells[-1]))))
        kept.append(gates)
        h = [list(map(mul, o, tanh_c)) for _, _, _, o, _, tanh_c in gates]
        c = cells
        results.append([hs + cs for hs, cs in zip(h, c)])

    def pullback(d: Matrix) -> tuple[Matrix, ...]:
        columns = scaled(transposed(weight_hh.rows), len(a.rows))
        back_h: Rows = [[0] * size for _ in previous[0]]
        back_c = back_h
        slopes: list[Rows] = []
        for gates, rows in zip(reversed(kept), reversed(steps.of(d.rows))):
            slope, passed_back = [], []
            for ds, bhs, bcs, (i, f, g, o, cs, tanh_c) in zip(rows, back_h, back_c, gates):
                dh = list(map(add, ds[:size], bhs))
                dc = [d + b + dh * o * (1.0 - t * t) for d, b, dh, o, t in zip(ds[size:], bcs, dh, o, tanh_c)]
                slope.append(
                    [
                        *[d * g * i * (1.0 - i) for d, g, i in zip(dc, g, i)],
                        *[d * c * f * (1.0 - f) for d, c, f in zip(dc, cs, f)],
                        *[d * i * (1.0 - g * g) for d, i, g in zip(dc, i, g)],
                        *[d * t * o * (1.0 - o) for d, t, o in zip(dh, tanh_c, o)],
                    ]
                )
                passed_back.append([d * f for d, f in zip(dc, f)])
            slopes.append(slope)
            back_h, back_c = float_products(slope, columns), passed_back
        slopes.reverse()
        gradients = _weight_gradients(slopes, previous)
        return (trusted(steps.stacked(slopes)), *gradients, trusted(back_h), trusted(back_c))

    return trusted(steps.stacked(results)), pullback


@operation
def gru(
    a: Matrix,
    weight_hh: Matrix,
    bias_hh: Matrix | None = None,
    h0: Matrix | None = None,
    *,
    sequence_length: int,
    reverse: bool = False,
) -> Result:
    """hₜ = (1 − z)∘n + z∘h₋ for r = σ(aʳ + uʳ), z = σ(aᶻ + uᶻ), n = tanh(aⁿ + r∘uⁿ), the thirds of aₜ and u = W·h₋ + b.

    With h′ for ∂L/∂hₜ and what step t passes back, and n′ = h′∘(1 − z)∘(1 − n²):
    ∂L/∂aₜ = (n′∘uⁿ∘r∘(1 − r), h′∘(h₋ − n)∘z∘(1 − z), n′), and ∂L/∂u the same but for its last third n′∘r;
    passed back to h₋ is h′∘z + Wᵀ·∂L/∂u;  ∂L/∂W = Σₜ ∂L/∂u·h₋ᵀ,  ∂L/∂b = Σₜ ∂L/∂u,  summed over the sequences too.

    a is (batch·T, 3H) for T = ``sequence_length``, W (3H, H), b (1, 3H), h0 (batch, H), the result (batch·T, H) all hₜ.

    Cho et al., "Learning Phrase Representations using RNN Encoder–Decoder for Statistical Machine Translation" (2014),
    in PyTorch's form: there r∘(W·h₋ + b) stands for W·(r∘h₋) + b. Raises ValueError for shapes that do not fit.

    >>> keep = Matrix([[0.0, 1000.0, 0.0]] * 2)  # z = 1: the state stays
    >>> gru(keep, Matrix([[0.0]] * 3), None, Matrix([[0.25]]), sequence_length=2)
    Tensor([[0.25], [0.25]])
    """
    _check_shapes("gru", 3, a, weight_hh, bias_hh, sequence_length, h0=h0)
    tanh = math.tanh
    steps = _Steps("gru", sequence_length, reverse)
    size = len(weight_hh.rows[0])
    h = _start(h0, a, weight_hh, sequence_length)
    weights = kept_scaled(weight_hh, len(a.rows))
    previous, kept, hidden = [], [], []
    for rows in steps.of(a.rows):
        previous.append(h)
        gates = []
        for xs, ys in zip(rows, _recurrent(h, weights, bias_hh)):
            sums = list(map(add, xs[: 2 * size], ys))
            r, z = logistic([sums[:size], sums[size:]])
            u = ys[2 * size :]
            gates.append((r, z, [tanh(x + r * u) for x, r, u in zip(xs[2 * size :], r, u)], u))
        kept.append(gates)
        h = [[(1.0 - z) * n + z * h for z, n, h in zip(z, n, hs)] for (_, z, n, _), hs in zip(gates, h)]
        hidden.append(h)

    def pullback(d: Matrix) -> tuple[Matrix, ...]:
        columns = scaled(transposed(weight_hh.rows), len(a.rows))
        back: Rows = [[0] * size for _ in previous[0]]
        to_a: list[Rows] = []
        to_u: list[Rows] = []
        for gates, before, rows in zip(reversed(kept), reversed(previous), reversed(steps.of(d.rows))):
            slope_a, slope_u, passed_back = [], [], []
            for ds, bs, hs, (r, z, n, u) in zip(rows, back, before, gates):
                dh = list(map(add, ds, bs))
                dn = [d * (1.0 - z) * (1.0 - n * n) for d, z, n in zip(dh, z, n)]
                shared = [
                    *[d * u * r * (1.0 - r) for d, u, r in zip(dn, u, r)],
                    *[d * (h - n) * z * (1.0 - z) for d, h, n, z in zip(dh, hs, n, z)],
                ]
                slope_a.append(shared + dn)
                slope_u.append(shared + [d * r for d, r in zip(dn, r)])
                passed_back.append([d * z for d, z in zip(dh, z)])
            to_a.append(slope_a)
            to_u.append(slope_u)
            back = [list(map(add, xs, ys)) for xs, ys in zip(passed_back, float_products(slope_u, columns))]
        to_a.reverse()
        to_u.reverse()
        return (trusted(steps.stacked(to_a)), *_weight_gradients(to_u, previous), trusted(back))

    return trusted(steps.stacked(hidden)), pullback


def sequences_in(name: str, rows: int, sequence_length: int) -> int:
    """How many sequences of ``sequence_length`` rows there are in ``rows``, or the ValueError that says what fits.

    >>> sequences_in("rnn", 12, 4)
    3
    """
    check_positive_int(name, sequence_length=sequence_length)
    if rows % sequence_length:
        raise ValueError(f"{name} got {rows} rows; sequence_length={sequence_length} does not divide them")
    return rows // sequence_length


class _Steps:
    """Stacked sequences split into steps, in the order of their visit, each the rows of all sequences; and stacked again."""

    def __init__(self, name: str, sequence_length: int, reverse: bool) -> None:
        check_bool(name, reverse=reverse)
        self.length, self.direction = sequence_length, -1 if reverse else 1

    def of(self, rows: Rows) -> list[Rows]:
        return [rows[t :: self.length] for t in range(self.length)][:: self.direction]

    def stacked(self, steps: list[Rows]) -> Rows:
        return list(chain.from_iterable(zip(*steps[:: self.direction])))


def _start(h0: Matrix | None, a: Matrix, weight_hh: Matrix, sequence_length: int) -> Rows:
    """The state before the first step, 0 where none is given: a float among floats, else the int, which is exact."""
    if h0 is not None:
        return h0.rows
    zero = 0.0 if type(a.rows[0][0]) is float else 0
    return [[zero] * len(weight_hh.rows[0]) for _ in range(len(a.rows) // sequence_length)]


def _recurrent(h: Rows, weights: Operand, bias_hh: Matrix | None) -> Rows:
    """W·h₋ + b, for each sequence one row."""
    rows = float_products(h, weights)
    if bias_hh is None:
        return rows
    biases = bias_hh.rows[0]
    return [list(map(add, row, biases)) for row in rows]


def _weight_gradients(slopes: list[Rows], previous: list[Rows]) -> tuple[Matrix, Matrix]:
    """∂L/∂W = Σ ∂L/∂u·h₋ᵀ and ∂L/∂b = Σ ∂L/∂u, over all steps and sequences at once."""
    columns = transposed(list(chain.from_iterable(slopes)))
    states = list(chain.from_iterable(previous))
    return trusted(float_product(columns, states)), trusted([list(map(sum, columns))])


def _check_shapes(
    name: str,
    gates: int,
    a: Matrix,
    weight_hh: Matrix,
    bias_hh: Matrix | None,
    sequence_length: Any,
    **states: Matrix | None,
) -> None:
    batch = sequences_in(name, len(a.rows), sequence_length)
    size = weight_hh.shape[1]
    fitting: Iterable[tuple[str, Matrix | None, tuple[int, int]]] = [
        ("weight_hh", weight_hh, (gates * size, size)),
        ("a", a, (len(a.rows), gates * size)),
        ("bias_hh", bias_hh, (1, gates * size)),
        *[(state, value, (batch, size)) for state, value in states.items()],
    ]
    for argument, value, shape in fitting:
        if value is not None and value.shape != shape:
            raise ValueError(
                f"{name}: {argument} is {format_shape(shape)} for {batch} sequences and {size} hidden values, "
                f"got {format_shape(value.shape)}"
            )
