"""PositionalEncoding: tells the rows of a sequence where they stand, which attention alone does not know."""

from __future__ import annotations

import math

from backprop.autograd import Tensor, TensorLike
from backprop.matrix import Matrix, trusted
from backprop.nn.functional.recurrence import sequences_in
from backprop.nn.module import Module, of_length
from backprop.validation import check_positive_int


class PositionalEncoding(Module):
    """y = x + P, to every sequence the same, with P[t, 2i] = sin(t/10000²ⁱᐟᵈ) and P[t, 2i+1] = cos(t/10000²ⁱᐟᵈ).

    ``layer(input, sequence_length=T)`` takes rows of d = ``d_model`` numbers, sequences of T rows stacked, T at most
    ``max_len``, and gives as many. An odd d ends with a sine. Each pair of columns turns at a speed of its own, and a
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
        check_positive_int("PositionalEncoding", d_model=d_model, max_len=max_len)
        self.d_model, self.max_len = d_model, max_len
        self.encoding = sinusoids(1, d_model)

    def forward(self, input: TensorLike, *, sequence_length: int) -> Tensor:
        input = of_length("PositionalEncoding", input, self.d_model)
        batch = sequences_in("PositionalEncoding", input.shape[0], sequence_length)
        if sequence_length > self.max_len:
            raise ValueError(f"PositionalEncoding: sequence_length={sequence_length} is above max_len={self.max_len}")
        # Not all max_len rows from the start: 5000 rows of 512 would take 80 megabytes for what few sequences need.
        if sequence_length > len(self.encoding):
            self.encoding = sinusoids(sequence_length, self.d_model)
        return input + self.encoding[:sequence_length].tile(batch, 1)

    def extra_repr(self) -> str:
        return f"{self.d_model}, max_len={self.max_len}"


def sinusoids(length: int, d_model: int) -> Matrix:
    """The first ``length`` rows of P.

    >>> sinusoids(2, 3)
    Matrix([[0.0, 1.0, 0.0], [0.8414709848078965, 0.5403023058681398, 0.0021544330233656045]])
    """
    speeds = [10000.0 ** (-(j - j % 2) / d_model) for j in range(d_model)]
    functions = [math.cos if j % 2 else math.sin for j in range(d_model)]
    return trusted([[f(t * speed) for f, speed in zip(functions, speeds)] for t in range(length)])
