"""The lessons: named experiments, each with what there is to see and why."""

from __future__ import annotations

from typing import Any, NamedTuple


class Preset(NamedTuple):
    """An experiment by what differs from the default one."""

    name: str
    goal: str
    why: str
    experiment: dict[str, Any]


PRESETS = (
    Preset(
        "Too small to bend",
        "Without a hidden layer the boundary stays a straight line, and a third of the points stay wrong. Add one "
        "layer of 4 neurons with the + above the network, and train again.",
        "A weighted sum of x₁ and x₂ is the same along lines. Only an activation between two layers bends them.",
        {"data": "circles", "layers": [], "lr": 0.03},
    ),
    Preset(
        "The right feature instead of a layer",
        "One product, x₁x₂, separates the four quarters without any hidden layer.",
        "What is no straight line in x₁ and x₂ may be one in other features. Networks find such features by themselves.",
        {"data": "xor", "layers": [], "features": ["x1", "x2", "x1*x2"], "lr": 0.03},
    ),
    Preset(
        "The spiral solved",
        "Two layers wind the boundary into both arms within some sixty epochs.",
        "The first layer cuts the plane by lines, the second joins the pieces; look at the neurons' maps.",
        {"data": "spirals", "layers": [16, 16], "activation": "SiLU", "lr": 0.02, "noise": 0.02, "points": 300},
    ),
    Preset(
        "Dead ReLU",
        "After the first steps whole neurons say 0 everywhere: their squares are dashed, and their gradients are 0.",
        "ReLU passes no gradient below 0. A large step may push a neuron there for all examples, and it never comes "
        "back. A smaller rate, or LeakyReLU, keeps them alive.",
        {"data": "circles", "layers": [8, 8], "activation": "ReLU", "optimizer": "SGD", "lr": 3.0, "batch": 5},
    ),
    Preset(
        "A rate too high",
        "The loss jumps up and down and never settles. Set the rate to 0.1 while it runs.",
        "Each step follows the slope at one place. A step that is too long lands on the other side, and often higher.",
        {"data": "circles", "layers": [8], "optimizer": "SGD", "lr": 10.0},
    ),
    Preset(
        "An explosion",
        "Within one epoch the loss is larger than any float. Rewind, set the rate to 0.1, and the same network learns.",
        "Each overshoot makes the slope steeper and the next step longer: the numbers grow by powers, not by sums.",
        {"task": "regression", "data": "plane", "layers": [8], "activation": "ReLU", "optimizer": "SGD", "lr": 1.5},
    ),
    Preset(
        "Noise learned by heart",
        "The loss of the learned points falls, that of the test rises: watch the two lines part. Then choose L2 with "
        "the rate 0.003.",
        "Forty noisy points are few for a thousand weights: the network bends around each of them. Regularization keeps "
        "the weights small, and the boundary smooth.",
        {"data": "moons", "points": 80, "test": 50, "noise": 0.45, "layers": [32, 32], "lr": 0.01},
    ),
    Preset(
        "Gradients that vanish",
        "With four layers of Sigmoid the gradients of the first are a ten-thousandth of those of the last (the chart below), "
        "and nothing is learned for long. Choose Tanh or ReLU.",
        "The slope of Sigmoid is 1/4 at most, and backpropagation multiplies one for each layer.",
        {"data": "circles", "layers": [8, 8, 8, 8], "activation": "Sigmoid", "optimizer": "SGD", "lr": 0.1},
    ),
    Preset(
        "Weights that regularization takes away",
        "L1 drives the weights that are of no use to nearly nothing: the lines fade, and a few neurons are left.",
        "L1 pulls every weight towards 0 with the same force, however small it is; L2 pulls small ones less.",
        {"data": "xor", "layers": [8, 8], "regularization": "L1", "rate": 0.005, "lr": 0.01},
    ),
    Preset(
        "Three classes",
        "Each class has its own output neuron; their scores become probabilities by softmax.",
        "Classes need no order and no number of their own: the largest score wins.",
        {"data": "pinwheel", "layers": [12, 12], "lr": 0.01, "points": 300},
    ),
    Preset(
        "A surface instead of classes",
        "The network learns the height of hills and hollows: the loss is the mean square of the error.",
        "For regression the output is the number itself, without softmax.",
        {"task": "regression", "data": "hills", "layers": [16, 16], "noise": 0.0, "points": 500, "lr": 0.01},
    ),
)
