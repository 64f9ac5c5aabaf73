"""The recurrent layers: RNN, LSTM and GRU, which read sequences step by step and remember."""

from __future__ import annotations

import random
import warnings
from math import prod
from reprlib import repr as short
from typing import Any

from backprop.autograd import Tensor, TensorLike, as_tensor, constant
from backprop.matrix import Matrix, format_shape
from backprop.nn.dropout import Dropout
from backprop.nn.functional.linear import linear
from backprop.nn.functional.recurrence import gru, lstm, rnn, sequences_in
from backprop.nn.module import Module, validated_input
from backprop.nn.parameters import Parameter
from backprop.tensors.concatenation import cat
from backprop.validation import check_bool, check_choice, check_number, check_positive_int


class Recurrent(Module):
    """What RNN, LSTM and GRU have in common: a stack of layers, each of one direction or two, and its parameters.

    The rows are a batch of sequences, each of ``sequence_length`` rows, stacked: all rows of sequence 0, then all of
    sequence 1, … That is ``batch_first`` in PyTorch, a setting there; the settings that come after it are by keyword
    here. PyTorch's proj_size is left out.

    Layer k has weight_ih_lk (gates·hidden_size, inputs), weight_hh_lk (gates·hidden_size, hidden_size), and with
    ``bias`` bias_ih_lk and bias_hh_lk (1, gates·hidden_size); with ``bidirectional`` all once more for the direction
    from the last row to the first, each name ending in _reverse. The inputs are those of the rows for layer 0, then
    hidden_size times directions. All start uniform in ±1/√hidden_size, as in PyTorch. ``dropout`` is the probability
    of a ``Dropout`` between the layers; one layer has none, and a warning says so.
    """

    gates: int

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        bias: bool = True,
        *,
        dropout: float = 0.0,
        bidirectional: bool = False,
        rng: random.Random | None = None,
    ) -> None:
        name = self._get_name()
        check_positive_int(name, input_size=input_size, hidden_size=hidden_size, num_layers=num_layers)
        check_number(name, "dropout", dropout, 0, 1)
        check_bool(name, bias=bias, bidirectional=bidirectional)
        if dropout and num_layers == 1:
            warnings.warn(
                f"{name}: dropout={dropout} is between layers; with num_layers=1 it does nothing", stacklevel=2
            )
        self.input_size, self.hidden_size, self.num_layers = input_size, hidden_size, num_layers
        self.bias, self.directions = bias, ("", "_reverse") if bidirectional else ("",)
        bound, rows = hidden_size**-0.5, self.gates * hidden_size
        for k in range(num_layers):
            inputs = hidden_size * len(self.directions) if k else input_size
            for direction in self.directions:
                shapes: dict[str, tuple[int, ...]] = {"weight_ih": (rows, inputs), "weight_hh": (rows, hidden_size)}
                if bias:
                    shapes.update(bias_ih=(rows,), bias_hh=(rows,))
                for part, shape in shapes.items():
                    value = Matrix.uniform(1, prod(shape), -bound, bound, rng=rng)
                    setattr(self, f"{part}_l{k}{direction}", Parameter(constant(value, shape)))
        self.dropout = Dropout(dropout, rng=rng) if dropout and num_layers > 1 else None

    def over_time(self, *inputs: Tensor | None, **steps: Any) -> tuple[Tensor, ...]:
        """Each kind of state (h, or h and c) after every step of one direction of one layer; subclasses write this.

        ``inputs`` are a, weight_hh, bias_hh and the first states, ``steps`` sequence_length and reverse, all as the
        operations of ``functional.recurrence`` take them.
        """
        raise NotImplementedError(f"{self._get_name()} needs an over_time method")

    def run(
        self, input: TensorLike, start: dict[str, TensorLike | None], sequence_length: int
    ) -> tuple[Tensor, list[Tensor]]:
        """The last layer's h of all steps, both directions side by side, and each kind of state after its last step."""
        output = validated_input(self, input, self.input_size, self.hidden_size)
        states = self._checked(output.shape[0], start, sequence_length)
        batch = output.shape[0] // sequence_length
        ends: list[list[Tensor]] = [[] for _ in states]
        parameters = vars(self)
        for k in range(self.num_layers):
            if k and self.dropout is not None:
                output = self.dropout(output)
            sides = []
            for direction in self.directions:
                suffix = f"_l{k}{direction}"
                block = slice(len(ends[0]) * batch, (len(ends[0]) + 1) * batch)
                own = [None if state is None else state[block] for state in states]
                a = linear(output, parameters["weight_ih" + suffix], parameters.get("bias_ih" + suffix))
                recurrent = parameters["weight_hh" + suffix], parameters.get("bias_hh" + suffix)
                steps = {"sequence_length": sequence_length, "reverse": bool(direction)}
                results = self.over_time(a, *recurrent, *own, **steps)
                last = slice(0 if direction else sequence_length - 1, None, sequence_length)
                for end, result in zip(ends, results):
                    end.append(result[last])
                sides.append(results[0])
            output = cat(sides, dim=1) if len(sides) > 1 else sides[0]
        return output, [cat(end) if len(end) > 1 else end[0] for end in ends]

    def _checked(self, rows: int, start: dict[str, TensorLike | None], sequence_length: int) -> list[Tensor | None]:
        """The start states as Tensors, once all fits."""
        name = f"{self._get_name()}({self.input_size}, {self.hidden_size})"
        blocks = self.num_layers * len(self.directions)
        shape = (blocks * sequences_in(name, rows, sequence_length), self.hidden_size)
        states = [None if s is None else as_tensor(s) for s in start.values()]
        for state, value in zip(start, states):
            if value is not None and value.shape != shape:
                raise ValueError(
                    f"{name} got {state} of {format_shape(value.shape)}; it needs {format_shape(shape)}, "
                    f"a row for each of {shape[0] // blocks} sequences in each of {blocks} layers and directions"
                )
        return states

    def extra_repr(self) -> str:
        settings = [f"{self.input_size}, {self.hidden_size}"]
        if self.num_layers > 1:
            settings.append(f"num_layers={self.num_layers}")
        if not self.bias:
            settings.append("bias=False")
        if len(self.directions) > 1:
            settings.append("bidirectional=True")
        return ", ".join(settings)


class RNN(Recurrent):
    """hₜ = tanh(W_ih·xₜ + b_ih + W_hh·hₜ₋₁ + b_hh), or max(·, 0) for ``nonlinearity`` "relu".

    ``layer(input, hx, sequence_length=T)`` takes (batch·T, input_size) and gives two Tensors: the output
    (batch·T, hidden_size·directions), hₜ of the last layer for every row, and h_n
    (num_layers·directions·batch, hidden_size), the last state of each layer and direction, in the order of PyTorch.
    ``hx`` is the first state, of the shape of h_n, or 0. Parameters, start values and stacking are those of
    ``Recurrent``, gradients those of ``functional.recurrence.rnn``.

    Elman, "Finding Structure in Time" (1990).

    Raises ValueError for settings that make no sense, and when called for rows of another length than input_size,
    a ``sequence_length`` that does not divide them, and an ``hx`` that does not fit.

    >>> layer = RNN(1, 1, nonlinearity="relu", bias=False)
    >>> layer.load_state_dict({"weight_ih_l0": Matrix([[1]]), "weight_hh_l0": Matrix([[10]])})
    >>> output, h_n = layer(Matrix([[1], [2], [3], [4]]), sequence_length=2)
    >>> output.matrix, h_n.matrix
    (Matrix([[1], [12], [3], [34]]), Matrix([[12], [34]]))
    """

    gates = 1

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        nonlinearity: str = "tanh",
        bias: bool = True,
        *,
        dropout: float = 0.0,
        bidirectional: bool = False,
        rng: random.Random | None = None,
    ) -> None:
        check_choice(self._get_name(), "nonlinearity", nonlinearity, ("tanh", "relu"))
        super().__init__(
            input_size, hidden_size, num_layers, bias, dropout=dropout, bidirectional=bidirectional, rng=rng
        )
        self.nonlinearity = nonlinearity

    def over_time(self, *inputs: Tensor | None, **steps: Any) -> tuple[Tensor, ...]:
        return (rnn(*inputs, nonlinearity=self.nonlinearity, **steps),)

    def forward(
        self, input: TensorLike, hx: TensorLike | None = None, *, sequence_length: int
    ) -> tuple[Tensor, Tensor]:
        output, (h_n,) = self.run(input, {"hx": hx}, sequence_length)
        return output, h_n

    def extra_repr(self) -> str:
        return super().extra_repr() + (", nonlinearity='relu'" if self.nonlinearity == "relu" else "")


class LSTM(Recurrent):
    """cₜ = f∘cₜ₋₁ + i∘g,  hₜ = o∘tanh cₜ,  for i, f, g, o = σ, σ, tanh, σ of W_ih·xₜ + b_ih + W_hh·hₜ₋₁ + b_hh.

    The cell state c is added to and not multiplied through a matrix, so a gradient can survive many steps. The four
    gates stand below each other in the weights, in this order, as in PyTorch.

    ``layer(input, hx, sequence_length=T)`` takes (batch·T, input_size) and gives (output, (h_n, c_n)): the output
    (batch·T, hidden_size·directions), hₜ of the last layer for every row, and h_n and c_n
    (num_layers·directions·batch, hidden_size), the last states of each layer and direction, in the order of PyTorch.
    ``hx`` is the pair of the first states (h_0, c_0), of the shapes of h_n and c_n, or 0. Parameters, start values and
    stacking are those of ``Recurrent``, gradients those of ``functional.recurrence.lstm``.

    Hochreiter and Schmidhuber, "Long Short-Term Memory" (1997); Gers, Schmidhuber and Cummins, "Learning to Forget:
    Continual Prediction with LSTM" (2000).

    Raises ValueError for settings that make no sense, and when called for rows of another length than input_size,
    a ``sequence_length`` that does not divide them, and an ``hx`` that does not fit.

    >>> layer = LSTM(3, 5, num_layers=2, bidirectional=True)
    >>> output, (h_n, c_n) = layer(Matrix.zeros(2 * 7, 3), sequence_length=7)
    >>> output.shape, h_n.shape, c_n.shape
    ((14, 10), (8, 5), (8, 5))
    """

    gates = 4

    def over_time(self, *inputs: Tensor | None, **steps: Any) -> tuple[Tensor, ...]:
        states = lstm(*inputs, **steps)
        return states[:, : self.hidden_size], states[:, self.hidden_size :]

    def forward(
        self, input: TensorLike, hx: tuple[TensorLike, TensorLike] | None = None, *, sequence_length: int
    ) -> tuple[Tensor, tuple[Tensor, Tensor]]:
        if hx is not None and (not isinstance(hx, (tuple, list)) or len(hx) != 2):
            raise TypeError(f"{self._get_name()}: hx is the pair (h_0, c_0), got {short(hx)}")
        h_0, c_0 = (None, None) if hx is None else hx
        output, (h_n, c_n) = self.run(input, {"h_0": h_0, "c_0": c_0}, sequence_length)
        return output, (h_n, c_n)


class GRU(Recurrent):
    """hₜ = (1 − z)∘n + z∘hₜ₋₁,  for r, z = σ of a + u and n = tanh(a + r∘u), a = W_ih·xₜ + b_ih, u = W_hh·hₜ₋₁ + b_hh.

    Each of r, z and n has its own third of a and u, in this order in the weights, as in PyTorch: z says how much of the
    state stays, r how much of it goes into what is new.

    ``layer(input, hx, sequence_length=T)`` takes (batch·T, input_size) and gives two Tensors: the output
    (batch·T, hidden_size·directions), hₜ of the last layer for every row, and h_n
    (num_layers·directions·batch, hidden_size), the last state of each layer and direction, in the order of PyTorch.
    ``hx`` is the first state, of the shape of h_n, or 0. Parameters, start values and stacking are those of
    ``Recurrent``, gradients those of ``functional.recurrence.gru``.

    Cho et al., "Learning Phrase Representations using RNN Encoder–Decoder for Statistical Machine Translation" (2014).

    Raises ValueError for settings that make no sense, and when called for rows of another length than input_size,
    a ``sequence_length`` that does not divide them, and an ``hx`` that does not fit.

    >>> layer = GRU(3, 5)
    >>> output, h_n = layer(Matrix.ones(2 * 7, 3), sequence_length=7)
    >>> h_n.matrix == output.matrix[[6, 13]]
    True
    """

    gates = 3

    def over_time(self, *inputs: Tensor | None, **steps: Any) -> tuple[Tensor, ...]:
        return (gru(*inputs, **steps),)

    def forward(
        self, input: TensorLike, hx: TensorLike | None = None, *, sequence_length: int
    ) -> tuple[Tensor, Tensor]:
        output, (h_n,) = self.run(input, {"hx": hx}, sequence_length)
        return output, h_n
