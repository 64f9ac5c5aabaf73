"""The pictures of the README's theory, each drawn from numbers that the library has computed.

python3 examples/theory_pictures.py                 writes all of them into examples/pictures/, in some seconds
python3 examples/theory_pictures.py --out FOLDER    writes them into another folder
"""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Callable, NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from backprop import (
    Tensor,
    add,
    linspace,
    manual_seed,
    maximum,
    mul,
    nn,
    no_grad,
    optim,
    randn,
    relu,
    sigmoid,
    sin,
    tanh,
    tensor,
)
from backprop.autograd import grad
from backprop.files import replacing
from backprop.pictures import Contours, LineChart
from backprop.pictures.svg import WIDTH, element, line, number, polyline, sheet, words

PICTURES = Path(__file__).resolve().parent / "pictures"
VALUE, GRADIENT = "c0", "c1"  # values are blue and gradients red

Point = tuple[float, float]


def leaf(value: float) -> Tensor:
    return tensor(value, requires_grad=True)


def short(value: Tensor | float) -> str:
    """A number as one writes it, with four digits and a true minus."""
    return f"{float(value):.4g}".replace("-", "−")


# ------------------------------------------------------------------ shapes


def arrow(start: Point, end: Point, colour: str = "soft") -> str:
    """A straight arrow from one point to the other."""
    (x1, y1), (x2, y2) = start, end
    length = math.dist(start, end)
    dx, dy = 8 * (x2 - x1) / length, 8 * (y2 - y1) / length
    head = [end, (x2 - dx - dy / 2, y2 - dy + dx / 2), (x2 - dx + dy / 2, y2 - dy - dx / 2)]
    points = " ".join(f"{number(x)},{number(y)}" for x, y in head)
    shaft = line(x1, y1, x2 - dx, y2 - dy, colour, stroke_width=1.5)
    return shaft + element("polygon", points=points, class_=colour, fill="currentColor")


def outline(tag: str, colour: str, fill: float, **place: float) -> str:
    return element(
        tag, class_=colour, stroke="currentColor", fill="currentColor", fill_opacity=fill, stroke_width=1.2, **place
    )


def box(x: float, y: float, width: float, height: float, colour: str = "soft", fill: float = 0.0) -> str:
    return outline("rect", colour, fill, x=x, y=y, width=width, height=height, rx=6)


def circle(x: float, y: float, r: float, colour: str = "soft", fill: float = 0.0) -> str:
    return outline("circle", colour, fill, cx=x, cy=y, r=r)


def centred(x: float, y: float, text: str, colour: str = "ink", size: float = 14) -> str:
    return words(x, y, text, colour, "middle", size=size)


# ------------------------------------------------------------------ one training step


def appearing(parts: Sequence[tuple[float, str]], seconds: float) -> str:
    """Each part from its second on, again and again. It begins with all of them, and stays so where motion is unwelcome."""
    rules, groups = {}, []
    for second, part in parts:
        name = f"at{100 * second:.0f}"
        start, shown = number(100 * second / seconds), number(100 * (second + 0.4) / seconds)
        rules[name] = f"@keyframes {name}{{0%,{start}%{{opacity:.1}}{shown}%,100%{{opacity:1}}}}"
        groups.append(element("g", part, style=f"animation-name:{name}"))
    every = f".backprop g[style]{{animation:{number(seconds)}s -{number(seconds / 2)}s infinite}}"
    still = "@media (prefers-reduced-motion:reduce){.backprop g[style]{animation:none!important}}"
    return element("style", every, *rules.values(), still) + "".join(groups)


def training_step() -> str:
    """One neuron and one example: forward, backward, and the step."""
    w, b = leaf(0.5), leaf(-2.0)
    optimizer = optim.SGD([w, b], lr=1.0)

    def forward() -> tuple[Tensor, Tensor, Tensor]:
        z = w * 2 + b
        y = sigmoid(z)
        return z, y, (y - 1) ** 2

    z, y, loss = forward()
    numbers = {"w": w.item(), "b": b.item(), "z": z.item(), "y": y.item(), "L": loss.item()}
    for value in (z, y, loss):
        value.retain_grad()
    loss.backward()
    gradients = {name: value.grad for name, value in zip("wbzyL", (w, b, z, y, loss))}
    optimizer.step()
    after = {"w": w.item(), "b": b.item(), "L": forward()[2].item()}

    width, height = 98.0, 66.0
    left = {"w": (10.0, 14.0), "b": (10.0, 138.0)}
    chain = {"z": (124.0, 76.0), "y": (239.0, 76.0), "L": (354.0, 76.0)}
    titles = {"w": "weight w", "b": "bias b", "z": "z = w·x + b", "y": "y = σ(z)", "L": "L = (y − 1)²"}
    drawn = [box(10, 95, width, 28, "soft", 0.12), centred(59, 114, "input x = 2")]
    for name, (x, top) in [*left.items(), *chain.items()]:
        drawn += [box(x, top, width, height, *((VALUE, 0.12) if name in left else ()))]
        drawn += [centred(x + width / 2, top + 19, titles[name])]
    drawn += [arrow((108, 47), (124, 88)), arrow((108, 109), (124, 109)), arrow((108, 171), (124, 130))]
    drawn += [arrow((222, 109), (239, 109)), arrow((337, 109), (354, 109))]
    drawn += [
        centred(x, y, text, "soft", 12)
        for x, y, text in (
            (173, 160, "∂z/∂w = x"),
            (173, 176, "∂z/∂b = 1"),
            (288, 160, "∂y/∂z = y(1 − y)"),
            (403, 160, "∂L/∂y = 2(y − 1)"),
        )
    ]

    def value_of(name: str) -> str:
        x, top = {**left, **chain}[name]
        return centred(x + width / 2, top + 38, short(numbers[name]), VALUE)

    def gradient_of(name: str) -> str:
        x, top = {**left, **chain}[name]
        return centred(x + width / 2, top + 56, f"∂L/∂{name} {short(gradients[name])}", GRADIENT, 11)

    drawn += [value_of("w"), value_of("b")]
    forward_line = words(10, 232, "1  Forward: every box computes its value.", VALUE)
    backward_line = words(10, 254, "2  Backward: the gradient times the slope of every box.", GRADIENT)
    moves = [f"{name} ← {short(numbers[name])} − lr·({short(gradients[name])}) = {short(after[name])}" for name in "wb"]
    fall = f"L: {numbers['L']:.2f} → {after['L']:.2f}"
    step_lines = words(10, 276, f"3  Step:  {moves[0]}  for lr = 1") + words(10, 298, f"{moves[1]},  {fall}")
    moving = [
        (0.5, forward_line + value_of("z")),
        (1.5, value_of("y")),
        (2.5, value_of("L")),
        (3.5, backward_line + gradient_of("L")),
        (4.5, gradient_of("y")),
        (5.5, gradient_of("z")),
        (6.5, gradient_of("w") + gradient_of("b")),
        (7.5, step_lines),
    ]
    description = "One training step of one neuron: values forward, gradients backward, and the new weight and bias."
    return sheet(WIDTH, 312, "", description, *drawn, appearing(moving, 18))


# ------------------------------------------------------------------ neurons and layers


def neuron() -> str:
    """A weighted sum and an activation, with numbers."""
    x, w, b = tensor([1.0, 0.5, -1.0]), tensor([2.0, -1.0, 0.5]), -0.5
    z = x @ w + b
    y = sigmoid(z)
    drawn = []
    for k, (entry, weight) in enumerate(zip(x, w)):
        top = 44 + 66 * k
        drawn += [circle(46, top, 24, VALUE, 0.12), centred(46, top - 3, f"x{'₁₂₃'[k]}", "soft", 12)]
        drawn += [centred(46, top + 14, short(entry), VALUE), arrow((70, top), (197, 110 + 14 * (k - 1)))]
        label = f"w{'₁₂₃'[k]} = {short(weight)}"
        drawn.append(centred(118, (30, 98, 190)[k], label))
    drawn += [circle(228, 110, 32), centred(228, 107, "Σ + b", "soft", 12), centred(228, 124, short(z), VALUE)]
    drawn += [centred(228, 40, f"b = {short(b)}"), arrow((228, 46), (228, 78))]
    drawn += [arrow((260, 110), (316, 110)), centred(288, 100, "z")]
    drawn += [circle(348, 110, 32), centred(348, 107, "σ(z)", "soft", 12), centred(348, 124, f"{y.item():.3f}", VALUE)]
    drawn += [arrow((380, 110), (436, 110)), centred(408, 100, "y")]
    drawn.append(words(12, 226, "z = 2·1 − 1·0.5 + 0.5·(−1) − 0.5 = 0.5"))
    description = "A neuron: three inputs times their weights, their sum with the bias, the sigmoid of it."
    return sheet(WIDTH, 240, "", description, *drawn)


def activations() -> str:
    return over_z("Activations", lambda function, x: function(x))


def slopes() -> str:
    return over_z("Their slopes", lambda function, x: grad(function(x).sum(), x)[0])


def over_z(title: str, values: Callable[[Callable[[Tensor], Tensor], Tensor], Tensor]) -> str:
    """The activations by the numbers that ``values`` finds for them, as far as they are below 1.2."""
    functions: tuple[Callable[[Tensor], Tensor], ...] = (sigmoid, tanh, relu)
    lines = {}
    for function in functions:
        x = linspace(-4, 4, 161).requires_grad_()
        lines[function.__name__] = [y if y < 1.2 else math.nan for y in values(function, x).tolist()]
    return LineChart(lines, linspace(-4, 4, 161), x_label="z", title=title).svg()


class Table(NamedTuple):
    """A matrix in a picture: from ``x`` on, a letter above it, some of its cells full."""

    x: float
    rows: int
    columns: int
    letter: str
    full: list[tuple[int, int]]

    def drawn(self, centre: float) -> str:
        colour = GRADIENT if self.letter[0] in "G∂" else VALUE
        top, middle = centre - 8.5 * self.rows, self.x + 8.5 * self.columns
        cells = [
            outline("rect", colour, 0.75 if (i, j) in self.full else 0.08, x=self.x + 17 * j, y=top + 17 * i, **CELL)
            for i in range(self.rows)
            for j in range(self.columns)
        ]
        size = centred(middle, top + 17 * self.rows + 15, f"{self.rows}×{self.columns}", "soft", 12)
        return "".join(cells) + centred(middle, top - 8, self.letter, colour) + size


CELL = {"width": 17.0, "height": 17.0}


def layer_flow() -> str:
    """The four products of a layer, and which entries one entry of each comes from."""
    n, q, r = 4, 3, 2
    one = [(1, 1)]

    def row(length: int) -> list[tuple[int, int]]:
        return [(1, k) for k in range(length)]

    def column(length: int) -> list[tuple[int, int]]:
        return [(k, 1) for k in range(length)]

    forward = [Table(40, n, q, "X", row(q)), Table(140, q, r, "Wᵀ", column(q)), Table(230, 1, r, "b", [(0, 1)])]
    equations = {
        "Forward:  Z = X Wᵀ + b": (forward, Table(340, n, r, "Z", one)),
        "To the inputs:  ∂L/∂X = G W": (
            [Table(40, n, r, "G", row(r)), Table(140, r, q, "W", column(r))],
            Table(340, n, q, "∂L/∂X", one),
        ),
        "To the weights, over all examples:  ∂L/∂W = Gᵀ X": (
            [Table(40, r, n, "Gᵀ", row(n)), Table(140, n, q, "X", column(n))],
            Table(340, r, q, "∂L/∂W", one),
        ),
        "To the biases:  ∂L/∂b = the sum of the rows of G": (
            [Table(40, n, r, "G", column(n))],
            Table(340, 1, r, "∂L/∂b", [(0, 1)]),
        ),
    }
    drawn, top = [], 8.0
    for title, (factors, result) in equations.items():
        half = 8.5 * max(table.rows for table in (*factors, result))
        centre = top + 48 + half
        drawn.append(words(12, top + 16, title))
        drawn += [table.drawn(centre) for table in (*factors, result)]
        drawn += [centred(x, centre + 5, sign) for x, sign in zip((122, 206), "·+"[: len(factors) - 1])]
        drawn.append(centred(306, centre + 5, "="))
        top = centre + half + 26
    description = "A layer forward and backward: which row and which column each entry of a product comes from."
    return sheet(WIDTH, top, "", description, *drawn)


# ------------------------------------------------------------------ losses


def blue(depth: float) -> str:
    """From a light blue at 0 to a dark one at 1, which hides what is behind it on light paper and on dark."""
    return "#" + "".join(f"{round(high + depth * (low - high)):02X}" for high, low in ((190, 0), (222, 62), (242, 110)))


def loss_surface() -> str:
    """L(w, v) = (v·tanh(w) − 1)² with two valleys, a saddle between them, and the path of gradient descent."""
    reach, steps = 2.0, 24

    def height(first: float, second: float) -> float:
        return min((second * math.tanh(first) - 1) ** 2, 4.0)

    def at(first: float, second: float, high: float) -> Point:
        """Seen from the front and from above."""
        return 230 + 52 * (first - second), 190 + 26 * (first + second) - 38 * high

    marks = [-reach + 2 * reach * i / steps for i in range(steps + 1)]
    heights = [[height(first, second) for second in marks] for first in marks]
    drawn = []
    for total in range(2 * steps - 1):  # from the back to the front
        for i in range(max(0, total - steps + 1), min(steps, total + 1)):
            j = total - i
            corners = [(i, j), (i + 1, j), (i + 1, j + 1), (i, j + 1)]
            points = " ".join(",".join(map(number, at(marks[a], marks[b], heights[a][b]))) for a, b in corners)
            level = sum(heights[a][b] for a, b in corners) / 4
            fill = blue(1 - math.sqrt(level / 4))
            drawn.append(element("polygon", points=points, fill=fill, stroke=fill, stroke_width=0.5))
    w, v = leaf(-0.35), leaf(0.45)
    optimizer = optim.SGD([w, v], lr=0.05)
    path = []
    for _ in range(120):
        path.append((w.item(), v.item()))
        optimizer.zero_grad()
        ((v * tanh(w) - 1) ** 2).backward()
        optimizer.step()
    seen = [at(first, second, height(first, second)) for first, second in path]
    drawn.append(polyline(seen, GRADIENT, stroke_width=3))
    for x, y in (seen[0], seen[-1]):
        drawn.append(element("circle", cx=x, cy=y, r=5, class_=f"{GRADIENT} edged", fill="currentColor"))
    drawn += [words(96, 286, "w₂", "soft"), words(350, 286, "w₁", "soft")]
    drawn += [centred(230, 44, "saddle"), arrow((230, 50), (230, 148), "ink")]
    drawn += [centred(400, 272, "valley"), arrow((376, 267), (236, 271), "ink")]
    drawn += [centred(60, 90, "valley"), arrow((82, 88), (196, 110), "ink")]
    description = "The loss over two weights: two valleys, a saddle, and the path of gradient descent into one valley."
    return sheet(WIDTH, 310, "L(w₁, w₂) = (w₂ tanh w₁ − 1)²", description, *drawn)


def difference_errors() -> str:
    """How wrong finite differences of 1/x at 1, where its slope is −1, are for each h."""
    hs = [0.1 * 0.75**i for i in range(100)]
    lines = {
        "(f(x + h) − f(x))/h": [abs((1 / (1 + h) - 1) / h + 1) for h in hs],
        "(f(x + h) − f(x − h))/2h": [abs((1 / (1 + h) - 1 / (1 - h)) / (2 * h) + 1) for h in hs],
    }
    title = "Error of the slope of 1/x at 1"
    return LineChart(lines, hs, x_label="h", y_label="error", x_scale="log", y_scale="log", title=title).svg()


# ------------------------------------------------------------------ graphs


def graph() -> str:
    """y = (c + d) + c·d of c = x + w and d = x·w, with the gradient that goes along every edge."""
    x, w = leaf(2.0), leaf(3.0)
    c, d = x + w, x * w
    total, product = c + d, c * d
    y = total + product
    names = {"x": x, "w": w, "c = x + w": c, "d = x·w": d, "c + d": total, "c·d": product, "y = (c + d) + c·d": y}
    return y.graph(names, gradients=True).svg()


def gates() -> str:
    """What three operations do with a gradient of 2."""
    drawn = []
    for left, sign, rule in ((10, "+", "add distributes"), (160, "×", "multiply swaps"), (310, "max", "max routes")):
        inputs = leaf(3.0), leaf(4.0)
        y = {"+": add, "×": mul, "max": maximum}[sign](*inputs)
        y.backward(tensor(2.0))
        drawn += [centred(left + 70, 24, rule), circle(left + 74, 92, 20), centred(left + 74, 97, sign)]
        for entry, top, end in zip(inputs, (60, 130), (82, 102)):
            assert entry.grad is not None
            drawn += [centred(left + 14, top + 1, short(entry), VALUE), arrow((left + 30, top), (left + 57, end))]
            drawn.append(centred(left + 14, top + 19, short(entry.grad), GRADIENT))
        drawn += [arrow((left + 94, 92), (left + 118, 92)), centred(left + 130, 88, short(y), VALUE)]
        drawn.append(centred(left + 130, 106, "2", GRADIENT))
    drawn += [words(10, 176, "values", VALUE), words(64, 176, "and gradients", GRADIENT)]
    description = "Gates: an addition passes a gradient on to both, a product swaps factors, a maximum takes one way."
    return sheet(WIDTH, 190, "", description, *drawn)


# ------------------------------------------------------------------ steps


CURVATURES = (1.0, 20.0)


def descent(lr: float, momentum: float = 0.0, steps: int = 30) -> list[Point]:
    """The way of gradient descent in the valley (θ₁² + 20 θ₂²)/2."""
    theta = tensor([-10.0, 1.0], requires_grad=True)
    optimizer = optim.SGD([theta], lr=lr, momentum=momentum)
    path = []
    for _ in range(steps + 1):
        path.append((theta[0].item(), theta[1].item()))
        optimizer.zero_grad()
        (tensor(CURVATURES) * theta**2 / 2).sum().backward()
        optimizer.step()
    return path


def valley_with(title: str, paths: dict[str, list[Point]]) -> str:
    def height(x: float, y: float) -> float:
        return (CURVATURES[0] * x * x + CURVATURES[1] * y * y) / 2

    return Contours(height, (-11, 11), (-3, 3), paths=paths, x_label="θ₁", y_label="θ₂", title=title).svg()


def valley() -> str:
    return valley_with(
        "Gradient descent in a narrow valley", {"lr = 0.095": descent(0.095), "lr = 0.01": descent(0.01)}
    )


def momentum() -> str:
    return valley_with("The same with momentum", {"lr = 0.01": descent(0.01), "lr = 0.01, μ = 0.8": descent(0.01, 0.8)})


def generalisation() -> str:
    """The loss of a large network on twenty noisy points, and on new ones, step after step."""
    manual_seed(0)
    x, new_x = linspace(-1, 1, 20).view(-1, 1), linspace(-1, 1, 201).view(-1, 1)
    t, new_t = (sin(3 * points) + 0.3 * randn(len(points), 1) for points in (x, new_x))
    model = nn.Sequential(nn.Linear(1, 50), nn.Tanh(), nn.Linear(50, 50), nn.Tanh(), nn.Linear(50, 1))
    optimizer, loss_fn = optim.Adam(model.parameters(), lr=0.01), nn.MSELoss()
    seen, new, steps = [], [], range(0, 501, 10)
    for step in range(501):
        loss = loss_fn(model(x), t)
        if step in steps:
            seen.append(loss.item())
            with no_grad():
                new.append(loss_fn(model(new_x), new_t).item())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    lines = {"its twenty points": seen, "new points": new, "the noise": [0.09] * len(new)}
    return LineChart(lines, steps, x_label="step", y_label="loss", y_scale="log", title="Loss of a large network").svg()


# ------------------------------------------------------------------ all of them

DRAWINGS = (
    training_step,
    neuron,
    activations,
    slopes,
    layer_flow,
    loss_surface,
    difference_errors,
    graph,
    gates,
    valley,
    momentum,
    generalisation,
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", metavar="FOLDER", type=Path, default=PICTURES, help="where to write them")
    folder = parser.parse_args().out
    folder.mkdir(parents=True, exist_ok=True)
    for draw in DRAWINGS:
        with replacing(folder / f"{draw.__name__}.svg", encoding="utf-8") as file:
            file.write(draw() + "\n")
        print(folder / f"{draw.__name__}.svg")


if __name__ == "__main__":
    main()
