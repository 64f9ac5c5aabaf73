"""What the REPL and a notebook show of everything public: a few lines, never an address in memory, never a flood."""

import math
import random
import re
from html.parser import HTMLParser

import pytest

import backprop
from backprop import Callback, Epoch, History, Matrix, Tensor, explain, linalg, metrics, no_grad, pictures
from backprop.datasets import BufferedShuffleDataset, CSVStream, Image, load_digits, load_iris
from backprop.nn import LazyLinear, Linear, MSELoss, Parameter, ReLU, Sequential
from backprop.optim import SGD, Adam
from backprop.optim.lr_scheduler import ChainedScheduler, ExponentialLR, SequentialLR, StepLR
from backprop.storage import safe_open, save_file
from backprop.utils.data import DataLoader, LabeledDataset
from tests import tables
from tests.test_refusals import CLASSES, made

LINES, CHARACTERS = 25, 1500
POINTS = [[0.0, 1.0], [1.0, 0.0]]


def stream(folder):
    path = folder / "table.csv"
    path.write_text("a,b,answer\n1,2,0\n3,4,1\n")
    return CSVStream(path, "answer")


def opened(folder):
    save_file({"a": Matrix([[1.5, -2.0]])}, folder / "w.safetensors")
    with safe_open(folder / "w.safetensors") as file:
        return file


def explanation():
    model = Linear(2, 1, rng=random.Random(0))
    loss = MSELoss()(model(Matrix([[1.0, 2.0]])), Matrix([[0.5]]))
    return explain(loss, model=model, optimizer=SGD(model.parameters(), lr=0.1))


def history(epochs):
    return History([Epoch(n, 1 / n, None, None, None, 100.0) for n in range(1, epochs + 1)])


def two_schedules():
    optimizer = SGD([Parameter([[1.0]])], lr=0.5)
    return [StepLR(optimizer, 1), ExponentialLR(optimizer, 0.5)]


def sequence():
    schedulers = two_schedules()
    return SequentialLR(schedulers[0].optimizer, schedulers, [3])


def wide_network():
    return Sequential(Linear(784, 128, rng=random.Random(0)), ReLU(), Linear(128, 10, rng=random.Random(0)))


# How to make one of each public class, the larger the better; layers, optimizers and schedulers are made by their settings.
MAKERS = {
    **{
        name: lambda folder, name=name: made(name)
        for name in CLASSES
        if name not in ("ChainedScheduler", "SequentialLR")
    },
    "dtype": lambda folder: backprop.int64,
    "layout": lambda folder: backprop.strided,
    "memory_format": lambda folder: backprop.contiguous_format,
    "iinfo": lambda folder: backprop.iinfo(backprop.int64),
    "Matrix": lambda folder: tables.uniform(1797, 64),
    "Tensor": lambda folder: Tensor(tables.uniform(1797, 64)).sum(axis=1) * 2,
    "Parameter": lambda folder: Parameter(tables.uniform(128, 784)),
    "Buffer": lambda folder: backprop.nn.Buffer(tables.uniform(128, 784)),
    "device": lambda folder: backprop.device("cpu"),
    "set_grad_enabled": lambda folder: backprop.set_grad_enabled(True),
    "no_grad": lambda folder: no_grad(),
    "GradcheckError": lambda folder: backprop.autograd.GradcheckError(0, (0,), 0.5, 1.0, 2.0),
    "Module": lambda folder: backprop.nn.Module(),
    "Sequential": lambda folder: wide_network(),
    "Optimizer": lambda folder: backprop.optim.Optimizer([Parameter([[1.0]])], {"lr": 0.1}),
    "LRScheduler": lambda folder: StepLR(Adam(wide_network().parameters()), 3),
    "ChainedScheduler": lambda folder: ChainedScheduler(two_schedules()),
    "SequentialLR": lambda folder: sequence(),
    "CSVStream": stream,
    "DataLoader": lambda folder: DataLoader(load_digits(), batch_size=32, shuffle=True),
    "Dataset": lambda folder: load_digits(),
    "Image": lambda folder: Image(tables.uniform(1, 3 * 28 * 28), 3, 28, 28),
    "safe_open": opened,
    "Callback": lambda folder: Callback(),
    "Epoch": lambda folder: history(1)[0],
    "History": lambda folder: history(500),
    "Explanation": lambda folder: explanation(),
    "metrics.Report": lambda folder: metrics.report(list(range(100)), list(range(100))),
    "pictures.LineChart": lambda folder: history(500).chart(),
    "pictures.Group": lambda folder: pictures.Group("layer", [0, 1]),
    "pictures.Graph": lambda folder: (Tensor([[1.0]], requires_grad=True) * 2).graph(),
    "pictures.Images": lambda folder: pictures.Images(tables.uniform(10, 784), 28, 28),
    "pictures.Histograms": lambda folder: pictures.Histograms({"weights": [1.0, 2.0, 4.0]}),
    "pictures.ConfusionMatrix": lambda folder: pictures.ConfusionMatrix([[3, 1], [0, 4]]),
    "pictures.DecisionBoundary": lambda folder: pictures.DecisionBoundary(lambda xs: [0] * len(xs), POINTS, [0, 1]),
    "pictures.Contours": lambda folder: pictures.Contours(lambda x, y: x * y, (-1, 1), (-1, 1)),
    "pictures.Node": lambda folder: pictures.Node("x"),
    "linalg.LinAlgError": lambda folder: linalg.LinAlgError("singular"),
}


def public_classes():
    for prefix, module in (("", backprop), ("linalg.", linalg), ("metrics.", metrics), ("pictures.", pictures)):
        for name in module.__all__:
            if isinstance(getattr(module, name), type):
                yield prefix + name


@pytest.mark.parametrize("name", sorted(public_classes()))
def test_everything_public_shows_itself_in_a_few_lines(name, tmp_path):
    if name not in MAKERS:
        pytest.fail(f"say in MAKERS how a {name} is made")
    shown = repr(MAKERS[name](tmp_path))
    assert "object at 0x" not in shown and len(shown) <= CHARACTERS and len(shown.splitlines()) <= LINES, shown


@pytest.mark.parametrize("rows, columns", [(1, 1), (1000, 1), (1, 1000), (40, 25)])
def test_up_to_1000_entries_of_a_matrix_are_shown_exactly(rows, columns):
    matrix = tables.normal(rows, columns, rng=random.Random(0))
    assert eval(repr(matrix)) == matrix


@pytest.mark.parametrize(
    "tensor",
    [
        backprop.tensor(0.5),
        backprop.tensor([1.0, 2.0]),
        backprop.tensor([[-0.25, 1.5], [math.inf, 0.0]], dtype=backprop.float64),
        backprop.tensor([[[1], [2]]]),
        backprop.tensor([1, 2], dtype=backprop.uint8),
        backprop.tensor([True, False]),
        backprop.tensor([]),
        backprop.arange(1000).reshape(5, 10, 20),
        backprop.ones(2, requires_grad=True),
    ],
    ids=repr,
)
def test_what_is_shown_of_a_tensor_makes_it_again(tensor):
    """As in PyTorch, by whose name a program may import the library: its entries to four digits, its shape and dtype."""
    again = eval(repr(tensor), {"torch": backprop, "tensor": backprop.tensor, "inf": math.inf})
    assert backprop.equal(again, tensor)
    assert (again.shape, again.dtype, again.requires_grad) == (tensor.shape, tensor.dtype, tensor.requires_grad)


@pytest.mark.parametrize(
    "rows, columns, shown",
    [
        (1001, 1, "[[0], [1], [2], ..., [998], [999], [1000]], shape=(1001, 1)"),
        (1, 1001, "[[0, 1, 2, ..., 998, 999, 1000]], shape=(1, 1001)"),
        (
            6,
            200,
            ", ".join(f"[{n}, {n + 1}, {n + 2}, ..., {n + 197}, {n + 198}, {n + 199}]" for n in range(0, 1200, 200)),
        ),
        (200, 6, "[0, 1, 2, 3, 4, 5], [6, 7, 8, 9, 10, 11], [12, 13, 14, 15, 16, 17], ..., "),
    ],
)
def test_more_are_shown_by_both_ends_and_the_shape(rows, columns, shown):
    matrix = tables.reshaped(range(rows * columns), rows, columns)
    assert shown in repr(matrix) and repr(matrix).endswith(f"]], shape=({rows}, {columns}))")
    # As PyTorch a Tensor shows the ends of each axis.
    edges = [n for n in range(rows) if rows <= 6 or n < 3 or n >= rows - 3]
    assert len(repr(backprop.arange(rows * columns).view(rows, columns)).splitlines()) == len(edges) + (rows > 6)


def test_an_optimizer_prints_as_in_pytorch():
    w, b = Parameter([[1.0]]), Parameter([[2.0]])
    optimizer = SGD([{"params": [w], "lr": 0.5}, {"params": [b]}], lr=0.1, momentum=0.9)
    # As PyTorch 2.13 prints it.
    assert repr(optimizer) == (
        "SGD (\nParameter Group 0\n    dampening: 0\n    differentiable: False\n    foreach: None\n    fused: None\n    lr: 0.5\n"
        "    maximize: False\n    momentum: 0.9\n    nesterov: False\n    weight_decay: 0\n"
        "\nParameter Group 1\n    dampening: 0\n    differentiable: False\n    foreach: None\n    fused: None\n    lr: 0.1\n"
        "    maximize: False\n    momentum: 0.9\n    nesterov: False\n    weight_decay: 0\n)"
    )


def test_a_line_says_what_it_is_made_of(tmp_path):
    optimizer = SGD([Parameter([[1.0]])], lr=0.5)
    assert repr(StepLR(optimizer, 10)) == "StepLR(SGD, step_size=10, gamma=0.1, last_epoch=0, last_lr=[0.5])"
    iris = "LabeledDataset(150 examples of 4 features, 3 classes: setosa, versicolor, virginica)"
    assert repr(load_iris()) == iris
    assert repr(DataLoader(load_iris(), batch_size=40, shuffle=True)) == (
        f"DataLoader({iris}, batch_size=40, drop_last=False)"
    )
    assert (
        repr(LabeledDataset(Matrix([[1.0]]), Matrix([[1.0, 2.0]])))
        == "LabeledDataset(1 example of 1 feature, 2 numbers as target)"
    )
    assert (
        repr(LabeledDataset(Matrix([[1.0], [2.0]]), [1, 3]))
        == "LabeledDataset(2 examples of 1 feature, classes 1 to 3)"
    )
    name = str(tmp_path / "table.csv")
    assert repr(DataLoader(BufferedShuffleDataset(stream(tmp_path), 100), 8)) == (
        f"DataLoader(BufferedShuffleDataset(CSVStream({name!r}, 'answer'), 100), batch_size=8, drop_last=False)"
    )
    assert repr(opened(tmp_path)) == "safe_open('w.safetensors')  # 1 tensors, closed"


def test_a_history_is_its_table_and_a_long_one_is_cut():
    assert repr(history(20 - 1)) == str(history(20 - 1))
    lines = repr(history(500)).splitlines()
    assert len(lines) == 21 and lines[10] == "..." and lines[9].split()[0] == "9" and lines[-1].split()[0] == "500"
    assert len(str(history(500)).splitlines()) == 501


def test_the_steps_of_an_explanation_do_not_print_the_graph_again_and_again():
    x = y = Tensor([[1.0]], requires_grad=True)
    for _ in range(40):
        y = y + y
    assert len(repr(explain(y * x).steps)) < 5000


# ---------------------------------------------------------------- notebooks


class Cells(HTMLParser):
    """The texts of a table's cells, and the tags that are open at its end."""

    def __init__(self, page):
        super().__init__()
        self.texts, self.open = [], []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, text):
        self.texts.append(text)


def test_a_notebook_shows_a_dataset_as_a_table_of_its_ends():
    cells = Cells(load_iris()._repr_html_())
    assert cells.open == [] and cells.texts.count("...") == 5
    assert cells.texts[1:11] == [*load_iris().features, "target", "5.1", "3.5", "1.4", "0.2", "setosa"]
    wide = Cells(load_digits()._repr_html_())
    assert wide.texts[1:11] == [
        *map(str, range(4)),
        "...",
        *map(str, range(60, 64)),
        "target",
    ]
    unnamed = Cells(LabeledDataset(Matrix([[1, 2]]), Matrix([[3, 4]]))._repr_html_())
    assert unnamed.texts[1:] == ["feature 0", "feature 1", "target 0", "target 1", "1", "2", "3", "4"]


def test_what_a_notebook_shows_is_escaped():
    data = LabeledDataset(Matrix([[1.0]]), [0], classes=["<script>"], features=["a & b"])
    page = data._repr_html_()
    assert "<script>" not in page and Cells(page).texts[1:] == ["a & b", "target", "1", "<script>"]

    class Quoted(Linear):
        def extra_repr(self):
            return "'<b>'"

    page = Quoted(2, 1)._repr_html_()
    assert "<b>" not in page and Cells(page).texts == ["Quoted('<b>') ", "3 parameters"]


def test_a_notebook_shows_a_module_as_a_tree_with_the_numbers_of_parameters():
    tree = Cells(Sequential(wide_network(), LazyLinear(3))._repr_html_())
    assert tree.open == [] and tree.texts == [
        *("Sequential ", "101,770 parameters"),
        *("(0): Sequential ", "101,770 parameters"),
        *("(0): Linear(in_features=784, out_features=128, bias=True) ", "100,480 parameters"),
        "(1): ReLU()",
        *("(2): Linear(in_features=128, out_features=10, bias=True) ", "1,290 parameters"),
        "(1): LazyLinear(in_features=0, out_features=3, bias=True)",
    ]


def test_a_notebook_shows_a_small_table_of_floats_in_colours():
    table = Tensor([[0.5, -1.0, 0.0], [math.nan, math.inf, -0.25]], requires_grad=True)
    page = table._repr_html_()
    assert Cells(page).texts == [
        "tensor 2×3, requires_grad=True",
        *("0.5000", "-1.0000", "0.0000"),
        *("nan", "inf", "-0.2500"),
    ]
    # Orange above 0, blue below, and for the largest half of it.
    tints = ["#BC4B0040", "#0072B280", "#BC4B0000", "#BC4B0000", "#BC4B0000", "#0072B220"]
    assert re.findall('background:(#.*?)"', page) == tints
    assert "grad_fn=&lt;MulBackward0&gt;" in (table * 2)._repr_html_()


@pytest.mark.parametrize(
    "tensor",
    [
        Tensor(1.0),
        Tensor([1.0]),
        backprop.tensor([[1, 2]]),
        backprop.ones(13, 1),
        backprop.ones(0, 3),
        backprop.ones(1, 2, 3),
    ],
    ids=lambda tensor: str(tuple(tensor.shape)),
)
def test_of_other_tensors_it_shows_the_text(tensor):
    assert tensor._repr_html_() is None


def test_a_notebook_shows_a_report_as_a_table():
    classes = metrics.report([0, 1, 1], [0, 1, 0], classes=["cat", "<dog>"])
    assert Cells(classes._repr_html_()).texts == [*str(classes).split()[:4], *re.findall(r"\S+", str(classes))[4:]]
    numbers = metrics.report([1.0, 2.0], [1.0, 2.5])
    assert Cells(numbers._repr_html_()).texts == str(numbers).split()


def test_a_notebook_shows_an_explanation_with_mathematics():
    """In dollar signs, the number of which is even."""
    text = explanation()._repr_markdown_()
    assert "```" not in text and text.count("$$\n") == 2 * explanation().markdown().count("```math")
    assert text.replace("$$\n", "") == re.sub("```(math)?\n", "", explanation().markdown())
