"""The layers of a network as functions of plain lists, from which an exported program takes those that it needs.

``x`` is one example: a list of numbers, or of a list of rows for each channel of an image. Only what MicroPython has is used,
and sums are added up from left to right, as not every Python's ``sum`` does, so that all come to the same digits.
"""
# mypy: allow-untyped-defs, allow-untyped-calls

import math


def total(numbers):
    """The sum of the numbers, from left to right."""
    y = 0
    for number in numbers:
        y += number
    return y


def linear(x, weight, bias):
    """For each row of weights a number: all of x, each times its weight, and the bias."""
    return [total(w * v for w, v in zip(row, x)) + b for row, b in zip(weight, bias)]


def impute(x, median):
    """A number that is not one, NaN, becomes the median."""
    return [m if v != v else v for v, m in zip(x, median)]


def standardize(x, mean, std):
    """How many standard deviations each number lies above its mean."""
    return [(v - m) / s for v, m, s in zip(x, mean, std)]


def batch_norm(x, mean, std, weight, bias):
    """Standardized by the mean and deviation seen in training, then times the weight, and the bias."""
    return [scaled(v, m, w / s, b) for v, m, s, w, b in zip(x, mean, std, weight, bias)]


def scaled(x, mean, factor, bias):
    """(x − mean)·factor + bias, for a number or for each number of a list."""
    return [scaled(v, mean, factor, bias) for v in x] if isinstance(x, list) else (x - mean) * factor + bias


def embedding(x, weight):
    """For each index its row of the table."""
    return [weight[index] for index in x]


def flatten(x):
    """All numbers of a list of lists one after the other."""
    return [v for part in x for v in flatten(part)] if isinstance(x, list) else [x]


def unflatten(x, sizes):
    """The numbers as lists of lists of these sizes."""
    if len(sizes) < 2:
        return x
    size = len(x) // sizes[0]
    return [unflatten(x[i * size : (i + 1) * size], sizes[1:]) for i in range(sizes[0])]


def each(function, x):
    """The function of a number, or of each number of a list."""
    return [each(function, v) for v in x] if isinstance(x, list) else function(x)


def relu(x):
    """Negative numbers become 0."""
    return each(lambda v: 0.0 if v <= 0.0 else v, x)


def leaky_relu(x, slope):
    """Negative numbers become smaller by a factor."""
    return each(lambda v: v if v > 0.0 else slope * v, x)


def elu(x, alpha):
    """Negative numbers bend towards −alpha."""
    return each(lambda v: v if v > 0.0 else alpha * math.expm1(v), x)


def hardtanh(x, low, high):
    """Numbers below and above these two become these."""
    return each(lambda v: low if v < low else high if v > high else v, x)


def tanh(x):
    """From −1 to 1, an S around 0."""
    return each(math.tanh, x)


def sigmoid(x):
    """1/(1 + e⁻ˣ): from 0 to 1, an S around 0."""
    return each(lambda v: 1.0 / (1.0 + math.exp(-v)) if v > -700.0 else math.exp(v), x)


def silu(x):
    """x·sigmoid(x)."""
    return each(lambda v: v * sigmoid(v), x)


def gelu(x):
    """x times the share of the normal distribution that lies below x."""
    return each(lambda v: v * (0.5 * math.erfc(-math.sqrt(0.5) * v)), x)


def gelu_by_tanh(x):
    """gelu, approximately."""
    c = math.sqrt(2.0 / math.pi)
    return each(lambda v: 0.5 * v * (1.0 + math.tanh(c * v * (1.0 + 0.044715 * v * v))), x)


def softmax(x):
    """eˣ of each number over the sum of them: probabilities."""
    largest = max(x)
    powers = [math.exp(v - largest) for v in x]
    whole = total(powers)
    return [p / whole for p in powers]


def log_softmax(x):
    """The logarithms of the probabilities that softmax gives."""
    largest = max(x)
    whole = math.log(total(math.exp(v - largest) for v in x))
    return [v - largest - whole for v in x]


def padded(image, padding, value):
    """The image, a list of rows, in a frame of this value: rows above and below, columns left and right."""
    rows, columns = padding
    width = len(image[0]) + 2 * columns
    frame = [[value] * width for _ in range(rows)]
    return frame + [[value] * columns + row + [value] * columns for row in image] + frame


def windows(image, size, stride):
    """The numbers below a window at each of its places on the image, as a list of rows of lists."""
    (height, width), (down, right) = size, stride
    return [
        [
            [v for row in image[i : i + height] for v in row[j : j + width]]
            for j in range(0, len(image[0]) - width + 1, right)
        ]
        for i in range(0, len(image) - height + 1, down)
    ]


def conv2d(x, weight, bias, size, stride, padding):
    """At each place of the image what linear makes of the numbers below a window, those of all channels together."""
    channels = [windows(padded(channel, padding, 0), size, stride) for channel in x]
    y = [[linear(flatten(list(place)), weight, bias) for place in zip(*line)] for line in zip(*channels)]
    return [[[place[k] for place in line] for line in y] for k in range(len(bias))]


def max_pool2d(x, size, stride, padding):
    """The largest number below a window at each of its places."""
    images = [windows(padded(channel, padding, -math.inf), size, stride) for channel in x]
    return [[[max(seen) for seen in line] for line in image] for image in images]


def avg_pool2d(x, size, stride, padding):
    """The mean of the numbers below a window at each of its places."""
    images = [windows(padded(channel, padding, 0), size, stride) for channel in x]
    return [[[total(seen) / len(seen) for seen in line] for line in image] for image in images]
