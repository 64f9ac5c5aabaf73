"""Other packages on the same training step and the same product: how many times as long as this library they take.

The step is that of a 64-32-10 network with tanh and cross-entropy on 32 examples, SGD without momentum; the product is
of 128×128. All start from the same numbers and must come to the same ones. gradient-wave clips each gradient, which is
its default and changes none here. micrograd has neither tanh nor a logarithm: it is compared on relu and the mean
squared error, where the library does the same.

gradient-wave, ft-tensorlib, kerze, micrograd, matrixa and mola are plain Python, as this library is; NumPy and PyTorch,
both with 64-bit floats on one thread, are the distance to compiled code. What is not installed is listed as that:
pip install --no-deps gradient-wave ft-tensorlib kerze micrograd matrixa mola numpy
Then: python3 benchmarks/peers.py
"""

from __future__ import annotations

import importlib
import os
import random
import sys
from functools import partial
from itertools import chain
from operator import matmul, mul
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import tables
from backprop import Matrix
from backprop.kernel import BY_DISTANCE
from backprop.matrix import unflatten
from backprop.nn import CrossEntropyLoss, Linear, MSELoss, ReLU, Sequential, Tanh
from backprop.optim import SGD
from report import program
from timing import TURN, compared, row

LEARNING_RATE = 0.1
os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"


# ---------------------------------------------------------------- a training step each, and the parameters after it


def library(weights, x, targets, activation, loss_function):
    (w1, _, w2, _), x = weights, Matrix(x)
    model = Sequential(Linear(len(w1[0]), len(w1)), activation, Linear(len(w2[0]), len(w2)))
    for parameter, rows in zip(model.parameters(), weights):
        parameter.data = Matrix(rows)
    optimizer = SGD(model.parameters(), lr=LEARNING_RATE)

    def step():
        optimizer.zero_grad()
        loss_function(model(x), targets).backward()
        optimizer.step()

    return step, lambda: [parameter.matrix.rows for parameter in model.parameters()]


def gradient_wave(gradwave, weights, x, targets):
    w1, (b1,), w2, (b2,) = weights
    net = gradwave.NeuralNetwork(
        [len(w1)], len(w1[0]), len(w2), "tanh", output_activation="softmax", cost_function="cross-entropy"
    )
    layers = net.hidden_layers[0], net.output_layer
    for neurons, rows, biases in zip(layers, (w1, w2), (b1, b2)):
        for neuron, neuron.weights, neuron.bias in zip(neurons, map(list, rows), biases):
            pass
    wanted = one_hot(targets, len(w2))

    def step():
        for inputs, outputs in zip(x, wanted):
            net.forward(inputs)
            net.compute_output_node_values(outputs)
            net.compute_hidden_node_values()
            net.accumulate_gradients()
        net.apply_gradient_accumulations_sgd(LEARNING_RATE, len(x), momentum=0.0)
        net.reset_accumulated_gradients()

    def parameters():
        for neurons in layers:
            yield [neuron.weights for neuron in neurons]
            yield [[neuron.bias for neuron in neurons]]

    return step, parameters


def ft_tensorlib(tensorlib, weights, x, targets):
    nn, optim = (importlib.import_module(f"tensorlib.{part}") for part in ("nn", "optim"))
    w1, _, w2, _ = weights
    model = nn.Sequential(nn.Linear(len(w1[0]), len(w1)), nn.Tanh(), nn.Linear(len(w2[0]), len(w2)))
    parameters = [tensor for layer in (model.layers[0], model.layers[2]) for tensor in (layer.weight, layer.bias)]
    for k, (parameter, rows) in enumerate(zip(parameters, weights)):
        parameter.data = list(chain.from_iterable(zip(*rows) if k % 2 == 0 else rows))
    optimizer, loss_function = optim.SGD(parameters, lr=LEARNING_RATE), nn.CrossEntropyLoss()
    x, targets = tensorlib.Tensor(x), tensorlib.Tensor(targets)

    def step():
        optimizer.zero_grad()
        loss_function(model(x), targets).backward()
        optimizer.step()

    def read():
        for k, parameter in enumerate(parameters):
            rows = parameter.to_list()
            yield list(zip(*rows)) if k % 2 == 0 else rows

    return step, read


def kerze(kerze, weights, x, targets):
    nn, optim = (importlib.import_module(f"kerze.{part}") for part in ("nn", "optim"))
    w1, _, w2, _ = weights
    model = nn.Sequential(nn.Linear(len(w1[0]), len(w1)), nn.Tanh(), nn.Linear(len(w2[0]), len(w2)))
    parameters = [tensor for layer in (model[0], model[2]) for tensor in (layer.weight, layer.bias)]
    for parameter, rows in zip(parameters, weights):
        parameter.data = kerze.Array(list(chain.from_iterable(rows)), shape=parameter.shape)
    optimizer, loss_function, x = optim.SGD(parameters, lr=LEARNING_RATE), nn.CrossEntropyLoss(), kerze.Tensor(x)

    def step():
        optimizer.zero_grad()
        loss_function(model(x), targets).backward()
        optimizer.step()

    return step, lambda: [
        [
            parameter.data.data[start : start + len(rows[0])]
            for start in range(0, len(parameter.data.data), len(rows[0]))
        ]
        for parameter, rows in zip(parameters, weights)
    ]


def micrograd(micrograd, weights, x, targets):
    w1, (b1,), w2, (b2,) = weights
    model = importlib.import_module("micrograd.nn").MLP(len(w1[0]), [len(w1), len(w2)])
    for layer, rows, biases in zip(model.layers, (w1, w2), (b1, b2)):
        for neuron, weights_of_neuron, bias in zip(layer.neurons, rows, biases):
            for value, number in zip(neuron.parameters(), [*weights_of_neuron, bias]):
                value.data = number
    wanted = one_hot(targets, len(w2))

    def step():
        outputs = map(model, x)
        errors = [(y - t) ** 2 for ys, ts in zip(outputs, wanted) for y, t in zip(ys, ts)]
        loss = sum(errors) * (1.0 / len(errors))
        model.zero_grad()
        loss.backward()
        for value in model.parameters():
            value.data -= LEARNING_RATE * value.grad

    def parameters():
        for layer in model.layers:
            yield [[value.data for value in neuron.w] for neuron in layer.neurons]
            yield [[neuron.b.data for neuron in layer.neurons]]

    return step, parameters


def numpy(np, weights, x, targets):
    w1, b1, w2, b2 = map(np.array, weights)
    x, places = np.array(x), (np.arange(len(x)), np.array(targets))

    def step():
        hidden = np.tanh(x @ w1.T + b1)
        scores = hidden @ w2.T + b2
        powers = np.exp(scores - scores.max(axis=1, keepdims=True))
        slopes = powers / powers.sum(axis=1, keepdims=True)
        slopes[places] -= 1.0
        slopes /= len(x)
        back = slopes @ w2 * (1.0 - hidden * hidden)
        for parameter, gradient in (
            (w1, back.T @ x),
            (b1, back.sum(axis=0)),
            (w2, slopes.T @ hidden),
            (b2, slopes.sum(axis=0)),
        ):
            parameter -= LEARNING_RATE * gradient

    return step, lambda: [parameter.tolist() for parameter in (w1, b1, w2, b2)]


def torch(torch, weights, x, targets):
    w1, _, w2, _ = weights
    nn = torch.nn
    model = nn.Sequential(nn.Linear(len(w1[0]), len(w1)), nn.Tanh(), nn.Linear(len(w2[0]), len(w2))).double()
    for parameter, rows in zip(model.parameters(), weights):
        parameter.data = torch.tensor(rows, dtype=torch.float64).reshape(parameter.shape)
    optimizer, loss_function = torch.optim.SGD(model.parameters(), lr=LEARNING_RATE), nn.CrossEntropyLoss()
    x, targets = torch.tensor(x, dtype=torch.float64), torch.tensor(targets)

    def step():
        optimizer.zero_grad()
        loss_function(model(x), targets).backward()
        optimizer.step()

    return step, lambda: [
        parameter.tolist() if parameter.dim() == 2 else [parameter.tolist()] for parameter in model.parameters()
    ]


def one_hot(targets, classes):
    return [[float(k == t) for k in range(classes)] for t in targets]


# ---------------------------------------------------------------- what is compared

# The name to import for that on PyPI; ft-tensorlib first, as it must not find NumPy.
MODULES = {
    "ft-tensorlib": "tensorlib",
    "gradient-wave": "gradwave",
    "kerze": "kerze",
    "micrograd": "micrograd",
    "matrixa": "matrixa",
    "mola": "mola.matrix",
    "NumPy": "numpy",
    "PyTorch": "torch",
}
# The step, and how many times as long as the library's it should take at least: by distances, or by sumprod.
STEPS = {
    "gradient-wave": (gradient_wave, "≥ 3.4" if BY_DISTANCE else "≥ 3.5"),
    "ft-tensorlib": (ft_tensorlib, "≥ 6" if BY_DISTANCE else "≥ 7"),
    "kerze": (kerze, "≥ 60" if BY_DISTANCE else "≥ 50"),
    "micrograd": (micrograd, "≥ 1000" if BY_DISTANCE else "≥ 500"),
    "NumPy": (numpy, ""),
    "PyTorch": (torch, ""),
}
# What makes a matrix of rows, multiplies two and gives the rows again, and the same bound.
PRODUCTS = {
    "ft-tensorlib": (lambda m: m.Tensor, matmul, lambda c: c.to_list(), ""),
    "kerze": (lambda m: m.Tensor, matmul, lambda c: unflatten(list(c.data.data), c.shape[1]), ""),
    "matrixa": (lambda m: m.Matrix, matmul, lambda c: c.data, "≥ 4.5"),
    "mola": (lambda m: m.Matrix, mul, lambda c: c.data, "≥ 3"),
    "NumPy": (lambda m: m.array, matmul, lambda c: c.tolist(), ""),
    "PyTorch": (lambda m: partial(m.tensor, dtype=m.float64), matmul, lambda c: c.tolist(), ""),
}


def installed():
    """{name on PyPI: module} of those that there are."""
    found = {}
    for name, module in MODULES.items():
        if name == "ft-tensorlib":
            sys.modules["numpy"] = None  # which makes its import fail
        try:
            found[name] = importlib.import_module(module)
        except ImportError:
            pass
        if name == "ft-tensorlib":
            del sys.modules["numpy"]
    if "PyTorch" in found:
        found["PyTorch"].set_num_threads(1)
    return found


def steps(modules, sizes, batch, rounds, turn):
    rng = random.Random(0)
    inputs, hidden, outputs = sizes
    shapes = (hidden, inputs), (1, hidden), (outputs, hidden), (1, outputs)
    weights = [tables.uniform(*shape, -0.15, 0.15, rng=rng).tolist() for shape in shapes]
    x = tables.uniform(batch, inputs, rng=rng).tolist()
    targets = [rng.randrange(outputs) for _ in range(batch)]
    for name, (make, bound) in STEPS.items():
        if name not in modules:
            yield f"{name}, step", row([], bound)
            continue
        if name == "micrograd":
            own, ours = library(weights, x, Matrix(one_hot(targets, outputs)), ReLU(), MSELoss())
        else:
            own, ours = library(weights, x, targets, Tanh(), CrossEntropyLoss())
        peer, theirs = make(modules[name], weights, x, targets)
        own()
        peer()
        for mine, other in zip(ours(), theirs()):
            assert Matrix(mine).allclose(Matrix(other), 1e-9, 1e-12), f"{name}: the two do not learn the same weights"
        yield f"{name}, step", compared({"peer": peer, "library": own}, bound, rounds, turn)


def products(modules, size, rounds, turn):
    rng = random.Random(0)
    a, b = (tables.normal(size, size, rng=rng) for _ in range(2))
    for name, (kind, times, read, bound) in PRODUCTS.items():
        if name not in modules:
            yield f"{name}, product", row([], bound)
            continue
        p, q = (kind(modules[name])(m.tolist()) for m in (a, b))
        assert Matrix(read(times(p, q))).allclose(a @ b, 1e-9, 1e-10), f"{name}: the two do not come to the same"
        yield (
            f"{name}, product",
            compared({"peer": partial(times, p, q), "library": lambda: a @ b}, bound, rounds, turn),
        )


def measure(quick):
    sys.setrecursionlimit(10_000)  # for micrograd, which goes through its graph by recursion
    modules = installed()
    if quick:
        return {**dict(steps(modules, (8, 4, 3), 4, 3, 0.001)), **dict(products(modules, 8, 3, 0.001))}
    return {**dict(steps(modules, (64, 32, 10), 32, 9, TURN)), **dict(products(modules, 128, 9, TURN))}


if __name__ == "__main__":
    program(__doc__, measure)
