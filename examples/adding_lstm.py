"""The adding problem: remember two numbers of a long sequence and give their sum.

Each step shows a random number and a mark; exactly two steps are marked, and the target is the sum of their numbers.
What counts may be many steps ago, so the gradient must reach as far: this is what LSTMs were invented for.
Hochreiter and Schmidhuber, "Long Short-Term Memory" (1997), section 5.4.

python3 examples/adding_lstm.py            sequences of 20 steps, about a minute
python3 examples/adding_lstm.py --quick    sequences of 5 steps, some seconds
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from backprop import Tensor, arange, manual_seed, nn, no_grad, optim, rand, randint, stack, zeros
from backprop.nn.utils import clip_grad_norm_


class Adder(nn.Module):
    """An LSTM that reads the sequence, and a Linear on its last state."""

    def __init__(self, hidden_size: int) -> None:
        super().__init__()
        self.lstm = nn.LSTM(2, hidden_size, batch_first=True)
        self.head = nn.Linear(hidden_size, 1)

    def forward(self, input: Tensor) -> Tensor:
        _, (last, _) = self.lstm(input)
        return self.head(last[0])


def sequences(count: int, length: int) -> tuple[Tensor, Tensor]:
    """``count`` sequences of a pair (number, mark) for each step, (count, length, 2), and the sums, (count, 1)."""
    numbers, marks = rand(count, length), zeros(count, length)
    for low, high in ((0, length // 2), (length // 2, length)):
        marks[arange(count), randint(low, high, (count,))] = 1
    return stack([numbers, marks], dim=2), (numbers * marks).sum(dim=1, keepdim=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="short sequences and few steps")
    parser.add_argument("--seed", type=int, default=0, help="of the start and the sequences (0)")
    arguments = parser.parse_args()
    manual_seed(arguments.seed)

    length, steps = (5, 300) if arguments.quick else (20, 1000)
    model = Adder(16)
    loss_function = nn.MSELoss()
    optimizer = optim.Adam(model.parameters(), lr=0.01)
    test_inputs, test_sums = sequences(200, length)
    # Always guessing 1, the mean of a sum of two such numbers, is wrong by their variance, 2/12.
    print(f"sequences of {length} steps; always guessing 1 has the error {((test_sums - 1) ** 2).mean():.4f}\n")
    print(model)
    for step in range(1, steps + 1):
        inputs, sums = sequences(20, length)
        loss = loss_function(model(inputs), sums)
        optimizer.zero_grad()
        loss.backward()
        clip_grad_norm_(model.parameters(), 1.0)  # one steep place must not throw the weights far away
        optimizer.step()
        if step % (steps // 10) == 0:
            with no_grad():
                error = loss_function(model(test_inputs), test_sums).item()
            print(f"step {step:4}  error on new sequences {error:.4f}", flush=True)

    with no_grad():
        predictions = model(test_inputs)
    print()
    for k in range(3):
        first, second = test_inputs[k][test_inputs[k, :, 1] == 1, 0]
        print(f"{first:.3f} + {second:.3f} = {predictions[k, 0]:.3f}")


if __name__ == "__main__":
    main()
