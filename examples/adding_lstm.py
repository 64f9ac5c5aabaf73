"""The adding problem: remember two numbers of a long sequence and give their sum. An RNN and an LSTM, side by side.

Each step shows a random number and a mark; exactly two steps are marked, and the target is the sum of their numbers.
What counts may be many steps ago, so the gradient must reach as far. In an RNN it is multiplied by the same weights and a
slope of tanh at each step, and fades; in an LSTM the cell's state is added to, so that it comes through.
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
    """A recurrent network that reads the sequence, and a Linear on its last output."""

    def __init__(self, recurrent: nn.RNN | nn.LSTM) -> None:
        super().__init__()
        self.recurrent = recurrent
        self.head = nn.Linear(recurrent.hidden_size, 1)

    def forward(self, input: Tensor) -> Tensor:
        output, _ = self.recurrent(input)
        return self.head(output[:, -1])


def sequences(count: int, length: int) -> tuple[Tensor, Tensor]:
    """``count`` sequences of a pair (number, mark) for each step, (count, length, 2), and the sums, (count, 1)."""
    numbers, marks = rand(count, length), zeros(count, length)
    for low, high in ((0, length // 2), (length // 2, length)):
        marks[arange(count), randint(low, high, (count,))] = 1
    return stack([numbers, marks], dim=2), (numbers * marks).sum(dim=1, keepdim=True)


def reach(model: nn.Module, inputs: Tensor, sums: Tensor) -> float:
    """How long the loss's gradient by the first step's input is, for a length of 1 by the last step's."""
    inputs = inputs.clone().requires_grad_()
    nn.functional.mse_loss(model(inputs), sums).backward()
    return float(inputs.grad[:, 0].norm() / inputs.grad[:, -1].norm())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="short sequences and few steps")
    parser.add_argument("--seed", type=int, default=0, help="of the start and the sequences (0)")
    arguments = parser.parse_args()
    manual_seed(arguments.seed)

    length, steps = (5, 240) if arguments.quick else (20, 1000)
    models = {"RNN": Adder(nn.RNN(2, 16, batch_first=True)), "LSTM": Adder(nn.LSTM(2, 16, batch_first=True))}
    optimizers = {name: optim.Adam(model.parameters(), lr=0.01) for name, model in models.items()}
    loss_function = nn.MSELoss()
    test_inputs, test_sums = sequences(200, length)
    # Always guessing 1, the mean of a sum of two such numbers, is wrong by their variance, 2/12.
    print(f"sequences of {length} steps; always guessing 1 has the error {((test_sums - 1) ** 2).mean():.4f}\n")
    before = {name: reach(model, test_inputs, test_sums) for name, model in models.items()}
    print("error on new sequences")
    print("            RNN     LSTM")
    for step in range(1, steps + 1):
        inputs, sums = sequences(20, length)
        for name, model in models.items():
            loss = loss_function(model(inputs), sums)
            optimizers[name].zero_grad()
            loss.backward()
            clip_grad_norm_(model.parameters(), 1.0)  # one steep place must not throw the weights far away
            optimizers[name].step()
        if step % (steps // 10) == 0:
            with no_grad():
                errors = [loss_function(model(test_inputs), test_sums).item() for model in models.values()]
            print(f"step {step:4}  {errors[0]:.4f}  {errors[1]:.4f}", flush=True)

    print("\ngradient by the first step, for 1 by the last: before and after training")
    for name, model in models.items():
        print(f"  {name:4}  {before[name]:.1e}  {reach(model, test_inputs, test_sums):.1e}")
    with no_grad():
        predictions = {name: model(test_inputs) for name, model in models.items()}
    print()
    for k in range(3):
        first, second = test_inputs[k][test_inputs[k, :, 1] == 1, 0]
        said = ", ".join(f"{name} {prediction[k, 0]:.3f}" for name, prediction in predictions.items())
        print(f"{first:.3f} + {second:.3f} = {first + second:.3f}   {said}")


if __name__ == "__main__":
    main()
