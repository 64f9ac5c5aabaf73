"""The recurrent layers: RNN, LSTM and GRU, which read sequences step by step and remember; and each of them as a cell,
for a single step."""

from __future__ import annotations

import random
import warnings
from itertools import groupby
from reprlib import repr as short
from typing import TYPE_CHECKING, Any, overload

from backprop.autograd import Tensor, TensorLike, as_tensor
from backprop.dtypes import DType
from backprop.nn.functional.dropout import dropout as dropped
from backprop.nn.functional.linear import linear
from backprop.nn.functional.recurrence import gru, lstm, rnn
from backprop.nn.module import Module, validated_input
from backprop.nn.parameters import Parameter, uniform_parameter
from backprop.nn.utils.rnn import PackedSequence
from backprop.tensors.concatenation import cat, stack
from backprop.tensors.filled import zeros
from backprop.tensors.labels import labelled
from backprop.tensors.shaping import transpose, view
from backprop.validation import ArgumentError, SettingError, check_bool, check_choice, check_number, check_positive_int

Pair = tuple[TensorLike, TensorLike]


class Recurrent(Module):
    """What RNN, LSTM and GRU have in common: a stack of layers, each of one direction or two, and its parameters.

    The input is (T, N, input_size): T steps of N sequences, or (N, T, input_size) with ``batch_first``, or (T, input_size)
    for a single sequence, or a ``PackedSequence``, as the output then is too. The output has hidden_size·directions numbers for each of its rows: hₜ of the last layer, both
    directions side by side. States are (num_layers·directions, N, hidden_size), for a single sequence without N: one for
    each layer and direction, in this order.

    Layer k has weight_ih_lk (gates·hidden_size, inputs), weight_hh_lk (gates·hidden_size, hidden_size), and with
    ``bias`` bias_ih_lk and bias_hh_lk (gates·hidden_size); with ``bidirectional`` all once more for the direction
    from the last step to the first, each name ending in _reverse. The inputs are those of the rows for layer 0, then
    hidden_size times directions. All start uniform in ±1/√hidden_size, as in PyTorch. ``dropout`` is the probability
    of a ``dropout`` between the layers; one layer has none, and a warning says so.
    """

    gates: int
    proj_size = 0

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        device: Any = None,
        dtype: DType | None = None,
        *,
        rng: random.Random | None = None,
    ) -> None:
        super().__init__()
        name = self._get_name()
        check_positive_int(name, input_size=input_size, hidden_size=hidden_size, num_layers=num_layers)
        check_number(name, "dropout", dropout, 0, 1)
        check_bool(name, bias=bias, batch_first=batch_first, bidirectional=bidirectional)
        if dropout and num_layers == 1:
            warnings.warn(
                f"{name}: dropout={dropout} is between layers; with num_layers=1 it does nothing", stacklevel=2
            )
        self.input_size, self.hidden_size, self.num_layers = input_size, hidden_size, num_layers
        self.bias, self.batch_first, self.bidirectional = bias, batch_first, bidirectional
        width = self.proj_size or hidden_size
        for k in range(num_layers):
            inputs = width * len(self.directions) if k else input_size
            for direction in self.directions:
                sizes = self.gates, inputs, hidden_size, self.proj_size
                _add_parameters(self, *sizes, bias, f"_l{k}{direction}", rng, device, dtype)
        self.dropout, self.rng = dropout, rng

    @property
    def directions(self) -> tuple[str, ...]:
        """The ending of the parameters' names for each direction."""
        return ("", "_reverse") if self.bidirectional else ("",)

    def over_time(self, *inputs: Tensor | None, reverse: bool) -> tuple[Tensor, ...]:
        """All h of one direction of one layer, and what else it remembers after the last step; subclasses write this.

        ``inputs`` are a, weight_hh, bias_hh, the first states, and weight_hr where there is one, as the operations of
        ``functional.recurrence`` take them.
        """
        raise NotImplementedError(f"{self._get_name()} needs an over_time method")

    if TYPE_CHECKING:  # the output is of the kind of the input

        @overload
        def __call__(self, input: PackedSequence, hx: TensorLike | None = None) -> tuple[PackedSequence, Tensor]: ...
        @overload
        def __call__(self, input: TensorLike, hx: TensorLike | None = None) -> tuple[Tensor, Tensor]: ...
        def __call__(self, input: Any, hx: Any = None) -> Any: ...

    def run(self, input: TensorLike | PackedSequence, start: dict[str, TensorLike | None]) -> tuple[Any, list[Tensor]]:
        """The last layer's h of all steps, both directions side by side, and each kind of state after its last step."""
        if isinstance(input, PackedSequence):
            return self._run_packed(input, start)
        output = validated_input(self, input, self.input_size, self.hidden_size)
        if len(output.shape) not in (2, 3):
            raise SettingError(
                f"{self._get_name()}: an input is (T, N, {self.input_size}), or (T, {self.input_size}) for one sequence, "
                f"got {list(output.shape)}"
            )
        turned = self.batch_first and len(output.shape) == 3
        if turned:
            output = transpose(output, 0, 1)
        output, ends = self._layers(output, self._checked(output.shape[1:-1], start), None)
        return transpose(output, 0, 1) if turned else output, ends

    def _run_packed(
        self, input: PackedSequence, start: dict[str, TensorLike | None]
    ) -> tuple[PackedSequence, list[Tensor]]:
        """As ``run``; the states stand in the order that the sequences had before they were packed."""
        data = validated_input(self, input.data, self.input_size, self.hidden_size)
        sizes = input.batch_sizes.tolist()
        states: list[Any] = self._checked((sizes[0],), start)
        for i, state in enumerate(states):
            if state is None:
                width = self.hidden_size if i else self.proj_size or self.hidden_size
                count = self.num_layers * len(self.directions)
                states[i] = zeros(count, sizes[0], width, dtype=data.dtype)
            elif input.sorted_indices is not None:
                states[i] = state[:, input.sorted_indices]
        data, ends = self._layers(data, states, sizes)
        if input.unsorted_indices is not None:
            ends = [end[:, input.unsorted_indices] for end in ends]
        return input._replace(data=data), ends

    def _layers(self, output: Tensor, states: list[Any], sizes: list[int] | None) -> tuple[Tensor, list[Tensor]]:
        """The output of the last layer and the last states of all; ``sizes`` are those of the batch at each step where the
        sequences are packed."""
        ends: list[list[Tensor]] = [[] for _ in states]
        for k in range(self.num_layers):
            if k and self.dropout:
                output = dropped(output, self.dropout, self.training, rng=self.rng)
            sides = []
            for direction in self.directions:
                suffix = f"_l{k}{direction}"
                own = [None if state is None else state[len(ends[0])] for state in states]
                names = ("weight_ih", "bias_ih", "weight_hh", "bias_hh")
                parts: list[Any] = [getattr(self, name + suffix, None) for name in names]
                a, weights = linear(output, *parts[:2]), parts[2:]
                last = [getattr(self, "weight_hr" + suffix)] if self.proj_size else []
                side, found = self._sweep(a, weights, own, last, bool(direction), sizes)
                for end, state in zip(ends, found):
                    end.append(state)
                sides.append(side)
            output = cat(sides, -1) if len(sides) > 1 else sides[0]
        return output, [stack(end) for end in ends]

    def _sweep(
        self,
        a: Tensor,
        weights: list[Any],
        states: list[Any],
        last: list[Any],
        reverse: bool,
        sizes: list[int] | None,
    ) -> tuple[Tensor, list[Tensor]]:
        """All h of one direction of one layer, and the states of each sequence after its last step.

        Packed sequences are run a stretch at a time, over all steps with the same number of them: those that are at an end
        drop out, and in reverse those that begin come in."""
        if sizes is None:
            side, *others = self.over_time(a, *weights, *states, *last, reverse=reverse)
            return side, [side[0 if reverse else -1], *others]
        stretches, begin = [], 0
        for size, steps in groupby(sizes):
            length = len(list(steps))
            stretches.append((size, begin, length))
            begin += size * length
        sides: list[Tensor] = []
        ended: list[list[Tensor]] = [[] for _ in states]
        now, present = states, sizes[0]
        if reverse:
            stretches.reverse()
            now, present = [state[:0] for state in states], 0
        for size, begin, length in stretches:
            for i, state in enumerate(now):
                if size < present:
                    ended[i].append(state[size:])
                now[i] = cat([state, states[i][present:size]]) if size > present else state[:size]
            present = size
            rows = view(a[begin : begin + size * length], length, size, a.shape[-1])
            side, *others = self.over_time(rows, *weights, *now, *last, reverse=reverse)
            sides.append(view(side, length * size, side.shape[-1]))
            now = [side[0 if reverse else -1], *others]
        if reverse:
            return cat(sides[::-1]), now
        return cat(sides), [cat([state, *parts[::-1]]) for state, parts in zip(now, ended)]

    def _checked(self, batch: tuple[int, ...], start: dict[str, TensorLike | None]) -> list[Tensor | None]:
        """The start states as Tensors, once all fits."""
        name = f"{self._get_name()}({self.input_size}, {self.hidden_size})"
        states = [None if s is None else as_tensor(s) for s in start.values()]
        for state, value in zip(start, states):
            width = self.hidden_size if state == "c_0" else self.proj_size or self.hidden_size
            shape = (self.num_layers * len(self.directions), *batch, width)
            if value is not None and value.shape != shape:
                raise ArgumentError(
                    f"{name} got {state} of the shape {list(value.shape)}; it needs {list(shape)}, "
                    f"a state for each of {shape[0]} layers and directions"
                )
        return states

    def flatten_parameters(self) -> None:
        """Nothing, as in PyTorch on the CPU; on other devices it lays the weights side by side."""

    def extra_repr(self) -> str:
        settings = [f"{self.input_size}, {self.hidden_size}"]
        if self.proj_size:
            settings.append(f"proj_size={self.proj_size}")
        if self.num_layers > 1:
            settings.append(f"num_layers={self.num_layers}")
        settings += [
            f"{name}={getattr(self, name)}"
            for name, default in (("bias", True), ("batch_first", False), ("dropout", 0.0), ("bidirectional", False))
            if getattr(self, name) != default
        ]
        return ", ".join(settings)


class RNN(Recurrent):
    """hₜ = tanh(W_ih·xₜ + b_ih + W_hh·hₜ₋₁ + b_hh), or max(·, 0) for ``nonlinearity`` "relu".

    ``layer(input, hx)`` gives (output, h_n): hₜ of the last layer for every step, and the last state of each layer and
    direction. ``hx`` is the first state, of the shape of h_n, or 0. Shapes, parameters and start values are those of
    ``Recurrent``, gradients those of ``functional.recurrence.rnn``.

    Elman, "Finding Structure in Time" (1990).

    Raises ValueError for settings that make no sense, and when called for an input or an ``hx`` that does not fit.

    >>> layer = RNN(1, 1, nonlinearity="relu", bias=False)
    >>> _ = layer.load_state_dict({"weight_ih_l0": Tensor([[1.0]]), "weight_hh_l0": Tensor([[10.0]])})
    >>> output, h_n = layer(Tensor([[1.0], [2.0], [3.0]]))
    >>> output.tolist(), h_n.tolist()
    ([[1.0], [12.0], [123.0]], [[123.0]])
    """

    gates = 1

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        nonlinearity: str = "tanh",
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        device: Any = None,
        dtype: DType | None = None,
        *,
        rng: random.Random | None = None,
    ) -> None:
        check_choice(self._get_name(), "nonlinearity", nonlinearity, ("tanh", "relu"))
        settings = num_layers, bias, batch_first, dropout, bidirectional
        super().__init__(input_size, hidden_size, *settings, device, dtype, rng=rng)
        self.nonlinearity = nonlinearity

    def over_time(self, *inputs: Tensor | None, reverse: bool) -> tuple[Tensor, ...]:
        return (rnn(*inputs, nonlinearity=self.nonlinearity, reverse=reverse),)  # type: ignore[arg-type]

    def forward(self, input: TensorLike | PackedSequence, hx: TensorLike | None = None) -> tuple[Any, Tensor]:
        output, (h_n,) = self.run(input, {"hx": hx})
        return output, h_n


class LSTM(Recurrent):
    """cₜ = f∘cₜ₋₁ + i∘g,  hₜ = o∘tanh cₜ,  for i, f, g, o = σ, σ, tanh, σ of W_ih·xₜ + b_ih + W_hh·hₜ₋₁ + b_hh.

    The cell state c is added to and not multiplied through a matrix, so a gradient can survive many steps. The four
    gates stand below each other in the weights, in this order, as in PyTorch.

    ``layer(input, hx)`` gives (output, (h_n, c_n)): hₜ of the last layer for every step, and the last states of each
    layer and direction. ``hx`` is the pair of the first states (h_0, c_0), of the shapes of h_n and c_n, or 0. Shapes,
    parameters and start values are those of ``Recurrent``, gradients those of ``functional.recurrence.lstm``. With
    ``proj_size`` P, below hidden_size, a further weight_hr_lk (P, hidden_size) brings each h to P numbers.

    Hochreiter and Schmidhuber, "Long Short-Term Memory" (1997); Gers, Schmidhuber and Cummins, "Learning to Forget:
    Continual Prediction with LSTM" (2000).

    Raises ValueError for settings that make no sense, and when called for an input or an ``hx`` that does not fit.

    >>> layer = LSTM(3, 5, num_layers=2, bidirectional=True)
    >>> output, (h_n, c_n) = layer(Tensor([[[0.0] * 3] * 2] * 7))
    >>> output.shape, h_n.shape, c_n.shape
    (torch.Size([7, 2, 10]), torch.Size([4, 2, 5]), torch.Size([4, 2, 5]))
    """

    gates = 4

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        proj_size: int = 0,
        device: Any = None,
        dtype: DType | None = None,
        *,
        rng: random.Random | None = None,
    ) -> None:
        check_positive_int(self._get_name(), 0, proj_size=proj_size)
        settings = input_size, hidden_size, num_layers, bias, batch_first, dropout, bidirectional
        self.proj_size = proj_size
        super().__init__(*settings, device, dtype, rng=rng)
        if proj_size >= hidden_size:
            raise ArgumentError(f"{self._get_name()}: proj_size is below hidden_size={hidden_size}, got {proj_size}")

    def over_time(self, *inputs: Tensor | None, reverse: bool) -> tuple[Tensor, ...]:
        return lstm(*inputs, reverse=reverse)  # type: ignore[arg-type]

    if TYPE_CHECKING:  # the output is of the kind of the input

        @overload  # type: ignore[override]
        def __call__(
            self, input: PackedSequence, hx: Pair | None = None
        ) -> tuple[PackedSequence, tuple[Tensor, Tensor]]: ...
        @overload
        def __call__(self, input: TensorLike, hx: Pair | None = None) -> tuple[Tensor, tuple[Tensor, Tensor]]: ...
        def __call__(self, input: Any, hx: Any = None) -> Any: ...

    def forward(self, input: TensorLike | PackedSequence, hx: Pair | None = None) -> tuple[Any, tuple[Tensor, Tensor]]:
        h_0, c_0 = _pair(self, hx)
        output, (h_n, c_n) = self.run(input, {"h_0": h_0, "c_0": c_0})
        return output, (h_n, c_n)


class GRU(Recurrent):
    """hₜ = (1 − z)∘n + z∘hₜ₋₁,  for r, z = σ of a + u and n = tanh(a + r∘u), a = W_ih·xₜ + b_ih, u = W_hh·hₜ₋₁ + b_hh.

    Each of r, z and n has its own third of a and u, in this order in the weights, as in PyTorch: z says how much of the
    state stays, r how much of it goes into what is new.

    ``layer(input, hx)`` gives (output, h_n): hₜ of the last layer for every step, and the last state of each layer and
    direction. ``hx`` is the first state, of the shape of h_n, or 0. Shapes, parameters and start values are those of
    ``Recurrent``, gradients those of ``functional.recurrence.gru``.

    Cho et al., "Learning Phrase Representations using RNN Encoder–Decoder for Statistical Machine Translation" (2014).

    Raises ValueError for settings that make no sense, and when called for an input or an ``hx`` that does not fit.

    >>> layer = GRU(3, 5, batch_first=True)
    >>> output, h_n = layer(Tensor([[[1.0] * 3] * 7] * 2))
    >>> h_n[0].tolist() == output[:, -1].tolist()
    True
    """

    gates = 3

    def over_time(self, *inputs: Tensor | None, reverse: bool) -> tuple[Tensor, ...]:
        return (gru(*inputs, reverse=reverse),)  # type: ignore[arg-type]

    def forward(self, input: TensorLike | PackedSequence, hx: TensorLike | None = None) -> tuple[Any, Tensor]:
        output, (h_n,) = self.run(input, {"hx": hx})
        return output, h_n


# ---------------------------------------------------------------- a single step


class RecurrentCell(Module):
    """What RNNCell, LSTMCell and GRUCell have in common: a step of N sequences, (N, input_size), or of one, (input_size),
    with states (N, hidden_size) or (hidden_size), which are 0 where none are given.

    The parameters are weight_ih (gates·hidden_size, input_size), weight_hh (gates·hidden_size, hidden_size), and with
    ``bias`` bias_ih and bias_hh (gates·hidden_size). All start uniform in ±1/√hidden_size, as in PyTorch.
    """

    gates: int
    weight_ih: Parameter
    weight_hh: Parameter

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        bias: bool = True,
        device: Any = None,
        dtype: DType | None = None,
        *,
        rng: random.Random | None = None,
    ) -> None:
        super().__init__()
        check_positive_int(self._get_name(), input_size=input_size, hidden_size=hidden_size)
        check_bool(self._get_name(), bias=bias)
        self.input_size, self.hidden_size, self.bias = input_size, hidden_size, bias
        _add_parameters(self, self.gates, input_size, hidden_size, 0, bias, "", rng, device, dtype)

    def inputs(self, input: TensorLike, **states: TensorLike | None) -> list[Any]:
        """What an operation of ``functional.recurrence`` is given for this single step."""
        x = validated_input(self, input, self.input_size, self.hidden_size)
        if len(x.shape) not in (1, 2):
            raise ArgumentError(
                f"{self._get_name()}: an input is (N, {self.input_size}) or ({self.input_size}), got {list(x.shape)}"
            )
        shape = (*x.shape[:-1], self.hidden_size)
        given = [None if state is None else as_tensor(state) for state in states.values()]
        for name, state in zip(states, given):
            if state is not None and state.shape != shape:
                raise ArgumentError(f"{self._get_name()}: {name} has the shape {list(shape)}, got {list(state.shape)}")
        a = linear(x, self.weight_ih, getattr(self, "bias_ih", None))
        return [view(a, 1, *a.shape), self.weight_hh, getattr(self, "bias_hh", None), *given]

    def extra_repr(self) -> str:
        return f"{self.input_size}, {self.hidden_size}" + ("" if self.bias else ", bias=False")


class RNNCell(RecurrentCell):
    """h′ = tanh(W_ih·x + b_ih + W_hh·h + b_hh), or max(·, 0) for ``nonlinearity`` "relu": one step of an ``RNN``.

    ``cell(input, hx)`` takes the state h, or 0, and gives h′. Shapes and parameters are those of ``RecurrentCell``.

    >>> RNNCell(3, 5)(Tensor([[0.0] * 3] * 2)).shape
    torch.Size([2, 5])
    """

    gates = 1

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        bias: bool = True,
        nonlinearity: str = "tanh",
        device: Any = None,
        dtype: DType | None = None,
        *,
        rng: random.Random | None = None,
    ) -> None:
        check_choice(self._get_name(), "nonlinearity", nonlinearity, ("tanh", "relu"))
        super().__init__(input_size, hidden_size, bias, device, dtype, rng=rng)
        self.nonlinearity = nonlinearity

    def forward(self, input: TensorLike, hx: TensorLike | None = None) -> Tensor:
        return labelled(rnn(*self.inputs(input, hx=hx), nonlinearity=self.nonlinearity)[0], "rnn_cell")

    def extra_repr(self) -> str:
        return super().extra_repr() + (", nonlinearity=relu" if self.nonlinearity == "relu" else "")


class LSTMCell(RecurrentCell):
    """One step of an ``LSTM``: ``cell(input, (h, c))`` gives (h′, c′); both start as 0 where they are left out.

    >>> h, c = LSTMCell(3, 5)(Tensor([0.0, 1.0, 2.0]))
    >>> h.shape, c.shape
    (torch.Size([5]), torch.Size([5]))
    """

    gates = 4

    def forward(self, input: TensorLike, hx: Pair | None = None) -> tuple[Tensor, Tensor]:
        h_0, c_0 = _pair(self, hx)
        h, c = lstm(*self.inputs(input, h_0=h_0, c_0=c_0))
        return labelled(h[0], "lstm_cell"), labelled(c, "add")


class GRUCell(RecurrentCell):
    """One step of a ``GRU``: ``cell(input, hx)`` takes the state h, or 0, and gives h′.

    >>> GRUCell(3, 5)(Tensor([[0.0] * 3] * 2), Tensor([[0.0] * 5] * 2)).shape
    torch.Size([2, 5])
    """

    gates = 3

    def forward(self, input: TensorLike, hx: TensorLike | None = None) -> Tensor:
        return labelled(gru(*self.inputs(input, hx=hx))[0], "gru_cell")


def _add_parameters(
    module: Module,
    gates: int,
    inputs: int,
    size: int,
    proj_size: int,
    bias: bool,
    suffix: str,
    rng: random.Random | None,
    device: Any,
    dtype: DType | None,
) -> None:
    """Weights and biases of one layer in one direction, uniform in ±1/√size."""
    rows = gates * size
    shapes: dict[str, tuple[int, ...]] = {"weight_ih": (rows, inputs), "weight_hh": (rows, proj_size or size)}
    if bias:
        shapes.update(bias_ih=(rows,), bias_hh=(rows,))
    if proj_size:
        shapes["weight_hr"] = proj_size, size
    for part, shape in shapes.items():
        setattr(module, part + suffix, uniform_parameter(shape, size**-0.5, rng, device, dtype))


def _pair(module: Module, hx: Any) -> tuple[Any, Any]:
    if hx is None:
        return None, None
    if not isinstance(hx, (tuple, list)) or len(hx) != 2:
        raise TypeError(f"{module._get_name()}: hx is the pair (h_0, c_0), got {short(hx)}")
    return hx[0], hx[1]
