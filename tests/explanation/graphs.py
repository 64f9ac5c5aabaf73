"""Computations of all kinds, made by chance from a seed: shared values, broadcasting, layers, losses, fractions."""

import math
import random
from fractions import Fraction

import backprop
from backprop import Matrix, Tensor
from backprop.autograd import Function, Size, as_tensor
from backprop.derivatives.packing import stacked
from backprop.nn import Dropout, LayerNorm, Linear, Parameter, PReLU, RMSNorm, Sequential
from backprop.nn import functional as F
from tests import tables
from tests.nn.functional.test_every_operation import CALLS
from tests.nn.functional.test_gradients import CASES as PLAIN
from tests.public import OPERATIONS
from tests.strategies import random_tensor
from tests.tensors.test_functions import OF_ONE, OF_TWO, named

CURVES = [
    F.sigmoid,
    F.tanh,
    F.relu,
    lambda a: F.softmax(a, -1),
    lambda a: F.log_softmax(a, -1),
    F.gelu,
    F.silu,
    F.softplus,
    F.elu,
    F.logsigmoid,
    F.hardswish,
]
RATIONAL = {
    "add": lambda rng, a, b: a + b,
    "sub": lambda rng, a, b: a - b,
    "mul": lambda rng, a, b: a * b,
    "div": lambda rng, a, b: a / (b * b + 1),
    "square": lambda rng, a, b: a**2,
    "neg": lambda rng, a, b: -a,
    "abs": lambda rng, a, b: abs(a),
    "matmul": lambda rng, a, b: a @ b.T if a.shape[1] == b.shape[1] else a @ a.T,
    "reshape": lambda rng, a, b: a.reshape(-1, 1),
    "getitem": lambda rng, a, b: a[:1] if rng.random() < 0.5 else a[[0, -1, 0]],
    "sum": lambda rng, a, b: a.sum(rng.choice([0, 1]), keepdim=True),
    "mean": lambda rng, a, b: a.mean(rng.choice([None, 0, 1]), keepdim=True),
    "cat": lambda rng, a, b: backprop.cat([a, b]) if a.shape[1] == b.shape[1] else backprop.cat([a, a], dim=1),
    "relu": lambda rng, a, b: F.relu(a),
}
REAL = {
    **RATIONAL,
    "curve": lambda rng, a, b: rng.choice(CURVES)(a),
    "exp": lambda rng, a, b: backprop.exp(F.tanh(a)),
    "log": lambda rng, a, b: backprop.log(a * a + 0.5),
    "sqrt": lambda rng, a, b: backprop.sqrt(a * a + 0.5),
    "pow": lambda rng, a, b: (F.sigmoid(a) + 0.5) ** F.tanh(b[0, 0]),
    "dropout": lambda rng, a, b: F.dropout(a, 0.5, rng=rng),
}
LAYERS = [
    lambda n, rng: Linear(n, 3, rng=rng),
    lambda n, rng: Linear(n, 2, bias=False, rng=rng),
    lambda n, rng: LayerNorm(n),
    lambda n, rng: RMSNorm(n),
    lambda n, rng: PReLU(),
    lambda n, rng: Dropout(0.3, rng=rng),
]


def computation(seed, exact=False):
    """(loss, its parameters by name, a model that some of them belong to); the same again for the same seed."""
    rng = random.Random(seed)
    entry = (lambda: Fraction(rng.randint(-9, 9), rng.randint(1, 5))) if exact else (lambda: rng.gauss(0.0, 1.0))
    rows, columns = rng.randint(1, 3), rng.randint(1, 3)

    def table(height, width):
        return Matrix([[entry() for _ in range(width)] for _ in range(height)])

    shapes = [(rows, columns), (rows, columns), rng.choice([(1, columns), (rows, 1), (1, 1)])]
    learned = {f"w{k}": Parameter(table(*shape)) for k, shape in enumerate(shapes)}
    values = [*learned.values(), Tensor(table(rows, columns))]
    layers = []
    for _ in range(rng.randint(1, 6)):
        a, b = rng.choice(values), rng.choice(values)
        if not exact and rng.random() < 0.3:
            layers.append(rng.choice(LAYERS)(a.shape[1], rng))
            values.append(layers[-1](a))
            continue
        name = rng.choice(sorted(RATIONAL if exact else REAL))
        if name in ("add", "sub", "mul", "div") and not fits(a.shape, b.shape):
            b = a
        values.append((RATIONAL if exact else REAL)[name](rng, a, b))
    # Whatever came last, and something that all that is learned is sure to be in.
    loss = ending(rng, values[-1], exact) + sum((w * w).sum() for w in learned.values())
    return loss, learned, Sequential(*layers)


def ending(rng, y, exact):
    """One number from the table y: a loss of regression or of classification, or a sum."""
    rows, columns = y.shape
    target = Matrix([[rng.randint(0, 3) for _ in range(columns)] for _ in range(rows)])
    choices = [lambda: F.mse_loss(y, target), lambda: (y * target).sum(), lambda: y.mean()]
    if not exact:
        classes = [rng.randrange(columns) for _ in range(rows)]
        choices += [lambda: F.cross_entropy(y, classes), lambda: F.huber_loss(y, target, delta=0.5)]
        choices += [lambda: F.binary_cross_entropy_with_logits(y, (Tensor(target) > 1).float())]
    return rng.choice(choices)()


# Each on a Tensor of two axes or more, from a seeded generator; those of images and sequences make the axes they need.
SEVERAL_AXES = {
    "broadcast": lambda rng, x: x * draw(rng, *[n if rng.random() < 0.5 else 1 for n in x.shape]),
    "matmul": lambda rng, x: x @ draw(rng, x.shape[-1], rng.randint(1, 3)),
    "scores": lambda rng, x: x @ x.transpose(-1, -2),
    "linear": lambda rng, x: F.linear(x, draw(rng, 3, x.shape[-1]), draw(rng, 3)),
    "permute": lambda rng, x: x.permute(*rng.sample(range(x.ndim), x.ndim)),
    "view": lambda rng, x: x.reshape(-1, x.shape[-1], 1),
    "new axis": lambda rng, x: x[:, None] if x.ndim < 4 else x[0],
    "part": lambda rng, x: x[..., :1, :],
    "sum": lambda rng, x: x.sum(rng.randrange(x.ndim), keepdim=True),
    "mean": lambda rng, x: x.mean((0, -1), keepdim=True),
    "largest": lambda rng, x: x.amax(rng.randrange(x.ndim), keepdim=True),
    "stack": lambda rng, x: backprop.stack([x, x * 2.0], 1) if x.ndim < 4 else x,
    "softmax": lambda rng, x: F.softmax(x, rng.randrange(x.ndim)),
    "curve": lambda rng, x: rng.choice([F.sigmoid, F.tanh, F.relu, F.gelu])(x),
    "layer_norm": lambda rng, x: F.layer_norm(x, x.shape[-1:], draw(rng, x.shape[-1])),
    "dropout": lambda rng, x: F.dropout(x, 0.5, rng=rng),
    "convolution": lambda rng, x: F.conv2d(
        x.reshape(1, 1, x.shape[0], -1), draw(rng, 2, 1, 2, 2), draw(rng, 2), padding=1
    ),
    "pooling": lambda rng, x: F.max_pool2d(x.reshape(1, 1, x.shape[0], -1), 2, padding=1),
    "lstm": lambda rng, x: F.lstm(
        F.linear(x.reshape(x.shape[0], -1, 1), draw(rng, 8, 1)), draw(rng, 8, 2), draw(rng, 8)
    )[0],
    "attention": lambda rng, x: F.scaled_dot_product_attention(x, x, x, is_causal=rng.random() < 0.5),
}


def computation_of_several_axes(seed):
    """(loss, the Tensor it begins with) of three or four axes; the same again for the same seed."""
    rng = random.Random(seed)
    start = draw(rng, *[rng.randint(1, 3) for _ in range(rng.choice([3, 4]))])
    x = start
    for _ in range(rng.randint(1, 4)):
        x = SEVERAL_AXES[rng.choice(sorted(SEVERAL_AXES))](rng, x)
    return (x * draw(rng, *x.shape).detach()).sum() + (start * start).sum(), start


def fits(a, b):
    return all(m == n or 1 in (m, n) for m, n in zip(a, b))


def draw(rng, *shape):
    return random_tensor(math.prod(shape), 1, rng, kink=0.0).detach().view(shape).requires_grad_()


def _plain(name):
    def output(rng):
        function, inputs = PLAIN[name](2, 3, rng, draw(rng, 2, 3), draw(rng, 2, 3))
        return function(*inputs)

    return output


def _regular(rng):
    return draw(rng, 3, 3) + 4 * tables.identity(3)


def _called(name):
    """The operation of networks on the inputs that other laws call it with."""

    def leaf(x):
        return Tensor(x.tolist(), requires_grad=True) if as_tensor(x).dtype.is_floating_point else x

    def output(rng):
        inputs, named = CALLS[name]
        learned = {} if inputs else {"weight": leaf(named["weight"])}  # of an embedding
        result = getattr(F, name)(*map(leaf, inputs), **{**named, **learned})
        return result[0] if isinstance(result, tuple) else result

    return output


def _at_figures(name, numbers):
    """The function entry by entry where its figures are."""
    return lambda rng: named(name)(*[Tensor(row, requires_grad=True) for row in numbers])


def _definite(rng):
    a = draw(rng, 3, 3)
    return a @ a.T + tables.identity(3)


def _changed(rng, change):
    x = draw(rng, 2, 3) * 2.0
    change(x)
    return x


class _Twice(Function):
    @staticmethod
    def forward(ctx, x):
        return x * 2.0, x * 3.0

    @staticmethod
    def backward(ctx, twice, thrice):
        return twice * 2.0 + thrice * 3.0


METHODS = "abs angle ceil clone expm1 floor max min nansum prod round sign trunc tril"
ALONG_AN_AXIS = "amax cumprod cumsum logcumsumexp logsumexp mean norm"

# The output of each rule, and of each operation of ``functional``, on random inputs.
CASES = {
    **{name: _called(name) for name in CALLS.keys() & OPERATIONS.keys()},
    **{name: _plain(name) for name in PLAIN if name not in ("inv", "solve")},
    **{name: _at_figures(name, [numbers]) for name, (numbers, *_) in OF_ONE.items()},
    **{name: _at_figures(name, [[-1.5, 0.6], [0.8, 2.0]]) for name in OF_TWO},
    "inv": lambda rng: backprop.linalg.inv(_regular(rng)),
    "solve": lambda rng: backprop.linalg.solve(_regular(rng), draw(rng, 3, 2)),
    "gelu of tanh": lambda rng: F.gelu(draw(rng, 2, 3), approximate="tanh"),
    "prelu": lambda rng: F.prelu(draw(rng, 2, 3), draw(rng, 1)),
    "scaled_dot_product_attention": lambda rng: F.scaled_dot_product_attention(
        *(draw(rng, 2, 3, 4) for _ in range(3)), is_causal=True
    ),
    "conv1d": lambda rng: F.conv1d(draw(rng, 1, 2, 5), draw(rng, 2, 2, 3)),
    "conv2d": lambda rng: F.conv2d(draw(rng, 1, 1, 3, 3), draw(rng, 2, 1, 3, 3), draw(rng, 2), padding=1),
    "conv_transpose2d": lambda rng: F.conv_transpose2d(draw(rng, 1, 1, 2, 2), draw(rng, 1, 1, 2, 2), stride=2),
    "dropout": lambda rng: F.dropout(draw(rng, 2, 3), 0.5, rng=rng),
    "embedding": lambda rng: F.embedding([1, 0, 1], draw(rng, 3, 2)) * 2.0,
    "binary_cross_entropy": lambda rng: F.binary_cross_entropy(F.sigmoid(draw(rng, 1, 3)), Matrix([[0.0, 1.0, 0.5]])),
    "cosine_embedding_loss": lambda rng: F.cosine_embedding_loss(draw(rng, 2, 3), draw(rng, 2, 3), Tensor([1, -1])),
    "kl_div": lambda rng: F.kl_div(F.log_softmax(draw(rng, 2, 3), 1), F.softmax(draw(rng, 2, 3), 1)),
    "nll_loss": lambda rng: F.nll_loss(draw(rng, 2, 3), [1, 0]),
    "soft cross_entropy": lambda rng: F.cross_entropy(draw(rng, 2, 3), F.softmax(draw(rng, 2, 3), 1)),
    "triplet_margin_loss": lambda rng: F.triplet_margin_loss(*(draw(rng, 2, 3) for _ in range(3))),
    "batch_norm": lambda rng: F.batch_norm(draw(rng, 2, 2, 2), None, None, draw(rng, 2), training=True),
    "group_norm": lambda rng: F.group_norm(draw(rng, 2, 4, 2), 2, draw(rng, 4)),
    "layer_norm": lambda rng: F.layer_norm(draw(rng, 1, 2, 3), (3,), draw(rng, 3), draw(rng, 3)),
    "rms_norm": lambda rng: F.rms_norm(draw(rng, 2, 3), (3,), draw(rng, 3)),
    "max_pool2d": lambda rng: F.max_pool2d(draw(rng, 1, 1, 4, 4), 2) * 2.0,
    "avg_pool2d": lambda rng: F.avg_pool2d(draw(rng, 1, 1, 4, 4), 2),
    "adaptive_avg_pool2d": lambda rng: F.adaptive_avg_pool2d(draw(rng, 1, 3, 3), 2),
    "cat": lambda rng: backprop.cat([draw(rng, 1, 3), draw(rng, 2, 3)]) * 2.0,
    "rnn": lambda rng: F.rnn(draw(rng, 2, 2, 2), draw(rng, 2, 2), draw(rng, 2)),
    "gru": lambda rng: F.gru(draw(rng, 2, 2, 6), draw(rng, 6, 2), draw(rng, 6)),
    "lstm": lambda rng: F.lstm(draw(rng, 2, 2, 8), draw(rng, 8, 2), draw(rng, 8))[0],
    "det": lambda rng: backprop.det(_regular(rng)),
    "slogdet": lambda rng: backprop.slogdet(_regular(rng))[1],
    "cholesky_ex": lambda rng: backprop.linalg.cholesky_ex(_definite(rng))[0],
    "cholesky_solve": lambda rng: backprop.cholesky_solve(draw(rng, 3, 2), backprop.cholesky(_definite(rng))),
    "eigh": lambda rng: backprop.linalg.eigvalsh(_definite(rng)),
    "inv_ex": lambda rng: backprop.linalg.inv_ex(_regular(rng))[0],
    "lstsq": lambda rng: backprop.linalg.lstsq(draw(rng, 3, 2), draw(rng, 3, 1))[0],
    "lu_factor": lambda rng: backprop.linalg.lu_factor(_regular(rng))[0],
    "matrix_exp": lambda rng: backprop.matrix_exp(draw(rng, 2, 2)),
    "pinv": lambda rng: backprop.linalg.pinv(draw(rng, 3, 2)),
    "qr": lambda rng: backprop.linalg.qr(_regular(rng))[0],
    "solve_ex": lambda rng: backprop.linalg.solve_ex(_regular(rng), draw(rng, 3, 2))[0],
    "solve_triangular": lambda rng: backprop.linalg.solve_triangular(_regular(rng), draw(rng, 3, 2), upper=True),
    "svd": lambda rng: backprop.linalg.svdvals(_regular(rng)),
    "sub": lambda rng: draw(rng, 2, 3) - draw(rng, 3),
    "div": lambda rng: draw(rng, 2, 3) / draw(rng, 3),
    "neg": lambda rng: -draw(rng, 2, 3),
    "pow": lambda rng: F.sigmoid(draw(rng, 2, 3)) ** draw(rng, 3),
    "igamma": lambda rng: backprop.special.gammainc(1.5, draw(rng, 2, 3).exp()),
    "igammac": lambda rng: backprop.special.gammaincc(1.5, draw(rng, 2, 3).exp()),
    "fmod": lambda rng: draw(rng, 2, 3).fmod(draw(rng, 3)),
    "remainder": lambda rng: draw(rng, 2, 3) % draw(rng, 3),
    "nextafter": lambda rng: draw(rng, 2, 3).nextafter(draw(rng, 3)),
    **{name: lambda rng, name=name: getattr(draw(rng, 2, 3), name)() for name in METHODS.split()},
    **{name: lambda rng, name=name: getattr(draw(rng, 2, 3), name)(1) for name in ALONG_AN_AXIS.split()},
    "clamp": lambda rng: draw(rng, 2, 3).clamp(-0.5, 0.5),
    "to": lambda rng: draw(rng, 2, 3).double().float(),
    "vecdot": lambda rng: backprop.linalg.vecdot(draw(rng, 2, 3), draw(rng, 2, 3)),
    "where": lambda rng: draw(rng, 2, 3).where(draw(rng, 3) > 0, draw(rng, 2, 3)),
    "scatter": lambda rng: draw(rng, 2, 3).scatter_add(1, Tensor([[0, 0], [1, 2]]).long(), draw(rng, 2, 2)),
    "copy": lambda rng: _changed(rng, lambda x: x.fill_(2.0)),
    "copy_slices": lambda rng: _changed(rng, lambda x: x[0].mul_(3.0)),
    "setitem": lambda rng: _changed(rng, lambda x: x.__setitem__((0, slice(2)), draw(rng, 2))),
    "no entries": lambda rng: Tensor([[], []], requires_grad=True).prod(1),
    "part": lambda rng: _Twice.apply(draw(rng, 2, 3))[1],
    "linear of one": lambda rng: F.linear(draw(rng, 3), draw(rng, 2, 3), draw(rng, 2)),
    "stack": lambda rng: stacked(draw(rng, 2), draw(rng, 3), shape=Size((5,))) * 2.0,
    "hinge": lambda rng: F.hinge_embedding_loss(draw(rng, 2), Tensor([1.0, -1.0])),
}
