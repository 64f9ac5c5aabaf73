"""microGPT, a step of training on a scalar engine, one Python object a number, against the library's: how many times as long.

The engine is that of examples/scalar_engine.py, the network that of examples/microgpt.py, written out below number by
number as Andrej Karpathy's microgpt has it. Both sides start from the same weights, read the same names and must have the same
loss at each step, to 1e-9; a step is forward, backward and Adam on the 4192 weights.
Nothing needs to be installed: python3 benchmarks/microgpt.py
"""

from __future__ import annotations

import runpy
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from backprop import manual_seed, randperm
from report import program
from timing import clock, row

EXAMPLE = runpy.run_path(str(ROOT / "examples" / "microgpt.py"))
END, HEADS, LETTERS, NAMES, WIDTH = (EXAMPLE[name] for name in ("END", "HEADS", "LETTERS", "NAMES", "WIDTH"))
Value = runpy.run_path(str(ROOT / "examples" / "scalar_engine.py"))["Value"]
SIZE = WIDTH // HEADS


def dot(p, q):
    return sum(a * b for a, b in zip(p, q))


def linear(x, weight):
    return [dot(row, x) for row in weight]


def normed(x):
    scale = (dot(x, x) / len(x) + 1e-5) ** -0.5
    return [a * scale for a in x]


def softmax(scores):
    largest = max(score.data for score in scores)
    powers = [(score - largest).exp() for score in scores]
    total = sum(powers)
    return [power / total for power in powers]


def scores(p, token, position, keys, values):
    """Scores for what follows the token at its position; its key and value are put to those of the tokens before it."""
    x = normed([a + b for a, b in zip(p["wte"][token], p["wpe"][position])])
    attended, between = [], normed(x)
    query, key, value = (linear(between, p["attn_qkv"][k * WIDTH : (k + 1) * WIDTH]) for k in range(3))
    keys.append(key)
    values.append(value)
    for head in (slice(start, start + SIZE) for start in range(0, WIDTH, SIZE)):
        shares = softmax([dot(query[head], key[head]) / SIZE**0.5 for key in keys])
        attended += [dot(shares, column) for column in zip(*(value[head] for value in values))]
    x = [a + b for a, b in zip(x, linear(attended, p["attn_wo"]))]
    hidden = [h.relu() for h in linear(normed(x), p["mlp_fc1"])]
    return linear([a + b for a, b in zip(x, linear(hidden, p["mlp_fc2"]))], p["lm_head"])


def loss_of(p, name):
    """The mean of −log of the probability of what follows each token."""
    tokens = [END, *map(LETTERS.index, name), END]
    keys, values, losses = [], [], []
    for position, (token, following) in enumerate(zip(tokens, tokens[1:])):
        losses.append(-softmax(scores(p, token, position, keys, values))[following].log())
    return sum(losses) * (1 / len(losses))


def values_of(model):
    """{name: rows of Values} of the model's weights."""
    return {
        name.split(".")[0]: [[Value(x) for x in row] for row in weight.tolist()]
        for name, weight in model.named_parameters()
    }


def train(p, names, steps):
    """What ``train`` of the example does, number by number: the loss of each step."""
    weights = [weight for rows in p.values() for row in rows for weight in row]
    m, v = [0.0] * len(weights), [0.0] * len(weights)
    for step in range(steps):
        loss = loss_of(p, names[step % len(names)])
        loss.backward()
        lr = 0.01 * (1 - step / steps)
        for i, weight in enumerate(weights):
            m[i] = 0.85 * m[i] + 0.15 * weight.grad
            v[i] = 0.99 * v[i] + 0.01 * weight.grad**2
            mean, square = m[i] / (1 - 0.85 ** (step + 1)), v[i] / (1 - 0.99 ** (step + 1))
            weight.data -= lr * mean / (square**0.5 + 1e-8)
            weight.grad = 0.0
        value = loss.data
        del loss  # with its graph, which would be alive while the next is made, and go through garbage collection
        yield value


def begin(side, steps):
    """Have in this process the ``training`` of one side, whose next value is a loss."""
    global training
    manual_seed(42)
    model, names = EXAMPLE["MicroGPT"](), [NAMES[k] for k in randperm(len(NAMES))]
    training = EXAMPLE["train"](model, names, steps) if side == "library" else train(values_of(model), names, steps)


def timed_steps(count):
    """The loss and the time of each of the next steps."""
    steps = []
    for _ in range(count):
        started = clock()
        loss = next(training)
        steps.append((loss, clock() - started))
    return steps


def measure(quick):
    steps, turn = (3, 1) if quick else (50, 10)
    # Each side in a process of its own and for some steps in a row, as it runs for a user: with turns of a step, in one
    # process, the library takes a quarter longer among what the scalar engine has left in the memory and the caches.
    sides = {side: ProcessPoolExecutor(1, None, begin, (side, steps)) for side in ("scalar engine", "library")}
    losses, times = ({side: [] for side in sides} for _ in range(2))
    for _ in range(0, steps, turn):
        for side, process in sides.items():
            for loss, seconds in process.submit(timed_steps, turn).result():
                losses[side].append(loss)
                times[side].append(seconds)
    for process in sides.values():
        process.shutdown()
    for step, (one, other) in enumerate(zip(*losses.values())):
        assert abs(one - other) <= 1e-9, f"the two have other losses at step {step}: {one}, {other}"
    together = {
        side: [sum(own[start : start + turn]) for start in range(0, steps, turn)] for side, own in times.items()
    }
    rows = {"a step, one name": times, f"{turn} steps": together}
    return {
        name: row([engine / library for engine, library in zip(*own.values())], "25", own) for name, own in rows.items()
    }


if __name__ == "__main__":
    program(__doc__, measure)
