"""The recurrences: a whole run over time as one operation, its gradient as backpropagation through time.

The first axis is time, the next one the batch, if there is one. What a step needs of the input is one ``linear`` over all
steps, A = X·W_ihᵀ + b_ih; the operations here take it from there, where a step needs the step before. Written ₜ is the
step, ₋ the step before it (``reverse``: after it), H the number of hidden values; before the first step stands ``h0``, or 0.

The backward pass visits the steps from last to first (Werbos, "Backpropagation Through Time" (1990)): the gradient of hₜ is
what comes from the output plus what the next step passes back, and the weights, used in every step, get their gradient
from one product over all steps at the end.
"""

from __future__ import annotations

from itertools import chain
from operator import add, mul
from typing import Any

from backprop.autograd import Result, Tensor, TensorLike, as_tensor, operation, trusted_size
from backprop.kernel import Operand, Rows, float_product, float_products, scaled, transposed
from backprop.matrix import Matrix, flatten, kept_scaled, trusted, unflatten
from backprop.numbers import math, named
from backprop.tensors.activations import logistic
from backprop.tensors.labels import labelled
from backprop.tensors.products import blocks
from backprop.tensors.shaping import view
from backprop.validation import ArgumentError, check_bool, check_choice


def rnn(
    a: TensorLike,
    weight_hh: TensorLike,
    bias_hh: TensorLike | None = None,
    h0: TensorLike | None = None,
    *,
    nonlinearity: str = "tanh",
    reverse: bool = False,
) -> Tensor:
    """hₜ = φ(aₜ + W·h₋ + b) for φ = tanh, or max(·, 0) for ``nonlinearity`` "relu": all hₜ, (T, N, H).

    ∂L/∂aₜ = φ′∘(∂L/∂hₜ + what step t passes back), φ′ = 1 − hₜ² or [hₜ > 0];  passed back to h₋ is Wᵀ·∂L/∂aₜ;
    ∂L/∂W = Σₜ ∂L/∂aₜ·h₋ᵀ,  ∂L/∂b = Σₜ ∂L/∂aₜ,  summed over the batch too.

    a is (T, N, H), W (H, H), b (H), h0 (N, H); for a single sequence a is (T, H), h0 (H) and the result (T, H).

    Elman, "Finding Structure in Time" (1990). Raises ValueError for shapes that do not fit.

    >>> rnn(Tensor([[1.0], [2.0], [3.0]]), Tensor([[10.0]]), nonlinearity="relu")
    tensor([[  1.],
            [ 12.],
            [123.]])
    """
    a, *others, shape = _validated("rnn", 1, a, weight_hh, bias_hh, reverse, h0=h0)
    check_choice("rnn", "nonlinearity", nonlinearity, ("tanh", "relu"))
    return _rnn(a, *others, steps=shape[0], nonlinearity=nonlinearity, reverse=reverse)


def lstm(
    a: TensorLike,
    weight_hh: TensorLike,
    bias_hh: TensorLike | None = None,
    h0: TensorLike | None = None,
    c0: TensorLike | None = None,
    weight_hr: TensorLike | None = None,
    *,
    reverse: bool = False,
) -> tuple[Tensor, Tensor]:
    """i, f, g, o = σ, σ, tanh, σ of the four quarters of aₜ + W·h₋ + b;  cₜ = f∘c₋ + i∘g,  hₜ = o∘tanh cₜ: all hₜ,
    (T, N, H), and the c after the last step, (N, H).

    With h′ for ∂L/∂hₜ and c′ for ∂L/∂cₜ, each with what step t passes back, and c′ with h′∘o∘(1 − tanh² cₜ) besides:
    ∂L/∂aₜ = (c′∘g∘i∘(1 − i), c′∘c₋∘f∘(1 − f), c′∘i∘(1 − g²), h′∘tanh cₜ∘o∘(1 − o));  passed back to h₋ is Wᵀ·∂L/∂aₜ,
    to c₋ c′∘f;  ∂L/∂W = Σₜ ∂L/∂aₜ·h₋ᵀ,  ∂L/∂b = Σₜ ∂L/∂aₜ,  summed over the batch too.

    a is (T, N, 4H), W (4H, H), b (4H), h0 and c0 (N, H); for a single sequence there is no N. With ``weight_hr`` R, (P, H),
    hₜ = R·(o∘tanh cₜ) has P numbers, h0 too, and W is (4H, P): Sak, Senior and Beaufays, "Long Short-Term Memory Based
    Recurrent Neural Network Architectures for Large Vocabulary Speech Recognition" (2014).

    Hochreiter and Schmidhuber, "Long Short-Term Memory" (1997); the forget gate f is of Gers, Schmidhuber and Cummins,
    "Learning to Forget: Continual Prediction with LSTM" (2000). Raises ValueError for shapes that do not fit.

    >>> gates = Tensor([[1000.0, 0.0, 1000.0, 1000.0], [-1000.0, 1000.0, 0.0, 1000.0]])  # put 1 in, then keep it
    >>> h, c = lstm(gates, Tensor([[0.0]] * 4)); c
    tensor([1.])
    """
    a, *others, shape = _validated("lstm", 4, a, weight_hh, bias_hh, reverse, h0=h0, c0=c0, weight_hr=weight_hr)
    if weight_hr is None:
        others.pop()
    states = _lstm(a, *others, steps=shape[0], reverse=reverse)
    of_c = (*shape[1:-1], others[0]._shape[0] // 4)
    h, c = view(states[: shape.numel()], *shape), view(states[shape.numel() :], *of_c)
    return labelled(h, "lstm"), labelled(c, "lstm")


def gru(
    a: TensorLike,
    weight_hh: TensorLike,
    bias_hh: TensorLike | None = None,
    h0: TensorLike | None = None,
    *,
    reverse: bool = False,
) -> Tensor:
    """hₜ = (1 − z)∘n + z∘h₋ for r = σ(aʳ + uʳ), z = σ(aᶻ + uᶻ), n = tanh(aⁿ + r∘uⁿ), the thirds of aₜ and u = W·h₋ + b:
    all hₜ, (T, N, H).

    With h′ for ∂L/∂hₜ and what step t passes back, and n′ = h′∘(1 − z)∘(1 − n²):
    ∂L/∂aₜ = (n′∘uⁿ∘r∘(1 − r), h′∘(h₋ − n)∘z∘(1 − z), n′), and ∂L/∂u the same but for its last third n′∘r;
    passed back to h₋ is h′∘z + Wᵀ·∂L/∂u;  ∂L/∂W = Σₜ ∂L/∂u·h₋ᵀ,  ∂L/∂b = Σₜ ∂L/∂u,  summed over the batch too.

    a is (T, N, 3H), W (3H, H), b (3H), h0 (N, H); for a single sequence there is no N.

    Cho et al., "Learning Phrase Representations using RNN Encoder–Decoder for Statistical Machine Translation" (2014),
    in PyTorch's form: there r∘(W·h₋ + b) stands for W·(r∘h₋) + b. Raises ValueError for shapes that do not fit.

    >>> keep = Tensor([[0.0, 1000.0, 0.0]] * 2)  # z = 1: the state stays
    >>> gru(keep, Tensor([[0.0]] * 3), h0=Tensor([0.25]))
    tensor([[0.2500],
            [0.2500]])
    """
    a, *others, shape = _validated("gru", 3, a, weight_hh, bias_hh, reverse, h0=h0)
    return _gru(a, *others, steps=shape[0], reverse=reverse)


@operation(cut=-1)
def _rnn(
    a: Matrix,
    weight_hh: Matrix,
    bias_hh: Matrix | None = None,
    h0: Matrix | None = None,
    *,
    steps: int,
    nonlinearity: str,
    reverse: bool,
) -> Result:
    """hₜ = φ(aₜ + W·h₋ + b), the rows of all steps one after the other."""
    tanh = math.tanh
    h = _start(h0, a, len(weight_hh.rows[0]), steps)
    weights = kept_scaled(weight_hh, len(a.rows))
    previous, hidden = [], []
    for rows in _in_order(blocks(a.rows, steps), reverse):
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
        for h, rows in zip(reversed(hidden), _in_order(blocks(d.rows, steps), not reverse)):
            if nonlinearity == "tanh":
                slope = [[(d + b) * (1.0 - h * h) for d, b, h in zip(ds, bs, hs)] for ds, bs, hs in zip(rows, back, h)]
            else:
                slope = [[d + b if h > 0 else h for d, b, h in zip(ds, bs, hs)] for ds, bs, hs in zip(rows, back, h)]
            slopes.append(slope)
            back = float_products(slope, columns)
        slopes.reverse()
        return (_stacked(slopes, reverse), *_weight_gradients(slopes, previous), trusted(back))

    return _stacked(hidden, reverse), pullback


@operation(cut=-1)
def _lstm(
    a: Matrix,
    weight_hh: Matrix,
    bias_hh: Matrix | None = None,
    h0: Matrix | None = None,
    c0: Matrix | None = None,
    weight_hr: Matrix | None = None,
    *,
    steps: int,
    reverse: bool,
) -> Result:
    """hₜ = o∘tanh cₜ, or R·(o∘tanh cₜ), for cₜ = f∘c₋ + i∘g: all hₜ, and behind them the last cₜ, in a single row."""
    tanh = math.tanh
    size = len(weight_hh.rows) // 4
    h, c = _start(h0, a, len(weight_hh.rows[0]), steps), _start(c0, a, size, steps)
    weights = kept_scaled(weight_hh, len(a.rows))
    previous, kept, unprojected, hidden = [], [], [], []
    for rows in _in_order(blocks(a.rows, steps), reverse):
        previous.append(h)
        gates, cells = [], []
        for xs, ys, cs in zip(rows, _recurrent(h, weights, bias_hh), c):
            sums = list(map(add, xs, ys))
            i, f, o = logistic([sums[:size], sums[size : 2 * size], sums[3 * size :]])
            g = list(map(tanh, sums[2 * size : 3 * size]))
            named(i=i, f=f, g=g, o=o)
            cells.append([f * c + i * g for f, c, i, g in zip(f, cs, i, g)])
            named(c=cells[-1])
            gates.append((i, f, g, o, cs, list(map(tanh, cells[-1]))))
        kept.append(gates)
        h = [list(map(mul, o, tanh_c)) for _, _, _, o, _, tanh_c in gates]
        c = cells
        if weight_hr is not None:
            unprojected.append(h)
            h = float_products(h, weight_hr.rows)
        hidden.append(h)

    def pullback(d: Matrix) -> tuple[Matrix, ...]:
        columns = scaled(transposed(weight_hh.rows), len(a.rows))
        (entries,), last = d.rows, len(c) * size
        back_c = unflatten(entries[-last:], size)
        of_hidden = blocks(unflatten(entries[:-last], len(h[0])), steps)
        back_h: Rows = [[0] * len(row) for row in h]
        slopes: list[Rows] = []
        of_projected: list[Rows] = []
        for gates, rows in zip(reversed(kept), _in_order(of_hidden, not reverse)):
            slope, passed_back = [], []
            dhs = [list(map(add, ds, bhs)) for ds, bhs in zip(rows, back_h)]
            if weight_hr is not None:
                of_projected.append(dhs)
                dhs = float_product(dhs, weight_hr.rows)
            for dh, bcs, (i, f, g, o, cs, tanh_c) in zip(dhs, back_c, gates):
                dc = [b + d * o * (1.0 - t * t) for b, d, o, t in zip(bcs, dh, o, tanh_c)]
                named(**{"h′": dh, "c′": dc})
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
        of_projected.reverse()
        return (
            _stacked(slopes, reverse),
            *_weight_gradients(slopes, previous),
            trusted(back_h),
            trusted(back_c),
            *(_weight_gradients(of_projected, unprojected)[:1] if unprojected else ()),
        )

    results = trusted([flatten([*_stacked(hidden, reverse).rows, *c])])
    return results, pullback, results.shape[1:]


@operation(cut=-1)
def _gru(
    a: Matrix,
    weight_hh: Matrix,
    bias_hh: Matrix | None = None,
    h0: Matrix | None = None,
    *,
    steps: int,
    reverse: bool,
) -> Result:
    """hₜ = (1 − z)∘n + z∘h₋, the rows of all steps one after the other."""
    tanh = math.tanh
    size = len(weight_hh.rows[0])
    h = _start(h0, a, len(weight_hh.rows[0]), steps)
    weights = kept_scaled(weight_hh, len(a.rows))
    previous, kept, hidden = [], [], []
    for rows in _in_order(blocks(a.rows, steps), reverse):
        previous.append(h)
        gates = []
        for xs, ys in zip(rows, _recurrent(h, weights, bias_hh)):
            sums = list(map(add, xs[: 2 * size], ys))
            r, z = logistic([sums[:size], sums[size:]])
            u = ys[2 * size :]
            n = [tanh(x + r * u) for x, r, u in zip(xs[2 * size :], r, u)]
            named(r=r, z=z, n=n)
            gates.append((r, z, n, u))
        kept.append(gates)
        h = [[(1.0 - z) * n + z * h for z, n, h in zip(z, n, hs)] for (_, z, n, _), hs in zip(gates, h)]
        hidden.append(h)

    def pullback(d: Matrix) -> tuple[Matrix, ...]:
        columns = scaled(transposed(weight_hh.rows), len(a.rows))
        back: Rows = [[0] * size for _ in previous[0]]
        to_a: list[Rows] = []
        to_u: list[Rows] = []
        for gates, before, rows in zip(
            reversed(kept), reversed(previous), _in_order(blocks(d.rows, steps), not reverse)
        ):
            slope_a, slope_u, passed_back = [], [], []
            for ds, bs, hs, (r, z, n, u) in zip(rows, back, before, gates):
                dh = list(map(add, ds, bs))
                dn = [d * (1.0 - z) * (1.0 - n * n) for d, z, n in zip(dh, z, n)]
                named(**{"h′": dh, "n′": dn})
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
        return (_stacked(to_a, reverse), *_weight_gradients(to_u, previous), trusted(back))

    return _stacked(hidden, reverse), pullback


def _in_order(steps: list[Rows], reverse: bool) -> list[Rows]:
    """The steps in the order in which they are visited, or those that were visited so in the order of time."""
    return steps[::-1] if reverse else steps


def _stacked(visited: list[Rows], reverse: bool) -> Matrix:
    """The rows of all steps, in the order of time."""
    return trusted(list(chain.from_iterable(_in_order(visited, reverse))))


def _start(h0: Matrix | None, a: Matrix, size: int, steps: int) -> Rows:
    """The state before the first step, 0 where none is given: a float among floats, else the int, which is exact."""
    if h0 is not None:
        return h0.rows
    zero = 0.0 if type(a.rows[0][0]) is float else 0
    return [[zero] * size for _ in range(len(a.rows) // steps)]


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


def _validated(
    name: str,
    gates: int,
    a: TensorLike,
    weight_hh: TensorLike,
    bias_hh: TensorLike | None,
    reverse: bool,
    **states: TensorLike | None,
) -> list[Any]:
    """All inputs as Tensors, once their shapes fit, and behind them the shape of the result."""
    check_bool(name, reverse=reverse)
    over_time, weight = as_tensor(a, name), as_tensor(weight_hh, name)
    shape = over_time._shape
    if len(shape) not in (2, 3) or 0 in shape:
        raise ArgumentError(f"{name}: a is (T, N, {gates}·H), or (T, {gates}·H) for one sequence, got {list(shape)}")
    size = weight._shape[0] // gates if weight._shape else 0
    width = weight._shape[-1] if states.get("weight_hr") is not None else size
    wanted: list[tuple[str, Any, tuple[int, ...]]] = [
        ("weight_hh", weight, (gates * size, width)),
        ("a", over_time, (*shape[:-1], gates * size)),
        ("bias_hh", bias_hh, (gates * size,)),
        *[
            (state, value, (width, size) if state == "weight_hr" else (*shape[1:-1], width if state == "h0" else size))
            for state, value in states.items()
        ],
    ]
    inputs = [None if value is None else as_tensor(value, name) for _, value, _ in wanted]
    for x, (argument, _, needed) in zip(inputs, wanted):
        if x is not None and x._shape not in (needed, (1, *needed)[-2:]):
            raise ArgumentError(
                f"{name}: {argument} has the shape {list(needed)} for {size} hidden values and a of {list(shape)}, "
                f"got {list(x._shape)}"
            )
    return [inputs[1], inputs[0], *inputs[2:], trusted_size((*shape[:-1], width))]
