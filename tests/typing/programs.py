"""What a user writes, read by pyright and mypy: each right line has its type, each wrong one, marked, is an error.

Nothing here is run. A ``type: ignore`` on a line that is no error to them is an error itself.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import backprop as torch
import backprop.nn.functional as F
from backprop import Matrix, Tensor, fit, nn, optim
from backprop.datasets import load_iris
from backprop.optim import lr_scheduler
from backprop.utils.data import DataLoader, LabeledDataset

if TYPE_CHECKING:
    from typing_extensions import assert_type


class Net(nn.Module):
    """Annotated."""

    def __init__(self, hidden: int) -> None:
        super().__init__()
        self.first = nn.Linear(4, hidden)
        self.second = nn.Linear(hidden, 3)

    def forward(self, x: Tensor) -> Tensor:
        assert_type(self.first(x), Tensor)
        return self.second(F.relu(self.first(x)))


class Pair(nn.Module):
    def forward(self, x: Tensor, scale: float, *, shift: float = 0.0) -> tuple[Tensor, float]:
        return x * scale + shift, scale


def layers(x: Tensor) -> None:
    layer = nn.Linear(4, 3, bias=False)
    assert_type(layer, nn.Linear)
    assert_type(layer(x), Tensor)
    assert_type(layer(Matrix([[1.0, 2.0, 3.0, 4.0]])), Tensor)
    assert_type(layer.weight, nn.Parameter)
    assert_type(layer.weight.matrix, Matrix)
    nn.init.xavier_uniform_(layer.weight, gain=2.0, generator=random.Random(0))
    assert_type(nn.init.zeros_(layer.weight), nn.Parameter)
    layer.bias.data, nn.LayerNorm(3).weight.data = torch.zeros(3), torch.ones(3)
    assert_type(nn.Parameter([[1.0]]), nn.Parameter)
    nn.Linear(4, 3, dtype="float")  # type: ignore[arg-type]
    assert_type(nn.Linear(4, 3, device="cpu", dtype=torch.float64), nn.Linear)
    nn.Linear("4", 3)  # type: ignore[arg-type]
    nn.Linear(4)  # type: ignore[call-arg]
    nn.init.xavier_uniform_(layer.weight.matrix)  # type: ignore[type-var]
    layer(x, x)  # type: ignore[call-arg]
    layer("x")  # type: ignore[arg-type]
    nn.Liner(4, 3)  # type: ignore[attr-defined]


def containers(x: Tensor) -> None:
    model = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 3))
    assert_type(model, nn.Sequential)
    assert_type(model[0], nn.Module)
    assert_type(model[0:2], nn.Sequential)
    assert_type(model(x), Tensor)
    assert_type([layer for layer in model], list[nn.Module])
    assert_type(nn.Sequential(*model, nn.Softmax(dim=1)).eval(), nn.Sequential)
    assert_type(nn.Residual(model)(x), Tensor)
    nn.Sequential(nn.ReLU)  # type: ignore[arg-type]
    nn.Sequential([nn.ReLU()])  # type: ignore[arg-type]


def recurrent(x: Tensor) -> None:
    lstm = nn.LSTM(4, 8, num_layers=2, bidirectional=True)
    output, (h, c) = lstm(x)
    assert_type((output, h, c), tuple[Tensor, Tensor, Tensor])
    output, h = nn.GRU(4, 8, batch_first=True)(x, h)
    assert_type((output, h), tuple[Tensor, Tensor])
    assert_type(lstm(x, (h, c))[0], Tensor)
    packed = nn.utils.rnn.pack_sequence([x, x])
    assert_type(nn.GRU(4, 8)(packed), tuple[nn.utils.rnn.PackedSequence, Tensor])
    assert_type(lstm(packed)[1][1], Tensor)
    lstm(x, h)  # type: ignore[call-overload]
    lstm(x, sequence_length=5)  # type: ignore[call-overload]
    lstm(x).sum()  # type: ignore[attr-defined]


def modules_of_ones_own(x: Tensor) -> None:
    net = Net(16)
    assert_type(net(x), Tensor)
    assert_type(net.train(), Net)
    assert_type(net.eval()(x), Tensor)
    assert_type(Pair()(x, 2.0, shift=1.0), tuple[Tensor, float])
    assert_type(list(net.parameters()), list[nn.Parameter])
    assert_type(net.state_dict(), dict[str, Tensor])
    net(x, x)  # type: ignore[call-arg]
    Pair()(x)  # type: ignore[call-arg]
    Pair()(x, 2.0, shfit=1.0)  # type: ignore[call-arg]
    Net(hiden=16)  # type: ignore[call-arg]
    net.train("yes")  # type: ignore[arg-type]


def any_module(module: nn.Module, x: Tensor) -> Any:
    return module(x, length=3)


def operations(x: Tensor) -> None:
    assert_type(F.relu(x), Tensor)
    assert_type(F.softmax(Matrix([[1.0, 2.0]]), dim=1), Tensor)
    assert_type(F.cross_entropy(x, [0, 2, 1]), Tensor)
    assert_type(F.leaky_relu(x, negative_slope=0.1), Tensor)
    assert_type(F.linear(x, Tensor([[1.0]]), None), Tensor)
    assert_type(torch.exp(x), Tensor)
    assert_type(torch.cat((x, x), dim=1), Tensor)
    torch.cat(x, x)  # type: ignore[arg-type]
    assert_type(torch.slogdet(x)[1], Tensor)
    assert_type((x @ x.T).mean() * 2 + 1, Tensor)
    F.relu(1, True, foo=4)  # type: ignore[call-arg]
    F.softmax(x, axis=1)  # type: ignore[call-arg]
    F.mse_loss(x)  # type: ignore[call-arg]
    F.linear(x, [[1.0]])  # type: ignore[arg-type]
    F.rleu(x)  # type: ignore[attr-defined]
    torch.exp("x")  # type: ignore[arg-type]


def methods(x: Tensor) -> None:
    assert_type(x.size(), torch.Size)
    assert_type(x.size(0), int)
    assert_type(x.max(), Tensor)
    assert_type(x.max(1).indices, Tensor)
    assert_type(torch.max(x, dim=0).values, Tensor)
    assert_type(x.min(other=x), Tensor)
    assert_type(x.nonzero(as_tuple=True), tuple[Tensor, ...])
    assert_type(x.type(), str)
    assert_type(x.clamp_(min=0.0).t_(), Tensor)
    assert_type(x.T.where(x > 0, 1.0), Tensor)
    x[0, 1:] = 1.0
    x += 1
    x.add_()  # type: ignore[call-arg]
    x.clamp_(low=0.0)  # type: ignore[call-arg]
    x.size("0")  # type: ignore[call-overload]
    torch.zeros(2, 3, requires_grad="no")  # type: ignore[arg-type]


def images(x: Tensor, classes: Tensor) -> None:
    """(N, C, H, W) and what PyTorch's programs do with it."""
    convolution = nn.Conv2d(3, 8, 3, padding=1)
    assert_type(convolution(x), Tensor)
    assert_type(nn.AvgPool2d(2)(convolution(x)).flatten(1), Tensor)
    assert_type(x.permute(0, 2, 3, 1).shape, torch.Size)
    assert_type(x.view(x.shape[0], -1), Tensor)
    assert_type(x[:, 0], Tensor)
    assert_type(x[x > 0], Tensor)
    assert_type(torch.tensor([[1, 2], [3, 4]], dtype=torch.float64).unsqueeze(0), Tensor)
    assert_type(F.one_hot(classes, num_classes=10).float(), Tensor)
    assert_type(F.cross_entropy(x.mean((2, 3)), classes), Tensor)
    assert_type((x.argmax(dim=1) == classes).float().mean(), Tensor)
    assert_type(torch.stack([x, x], dim=0), Tensor)
    assert_type(torch.einsum("nchw->nc", x), Tensor)
    assert_type(torch.arange(10).long().tolist(), Any)
    nn.Conv2d(3, 8)  # type: ignore[call-arg]
    nn.Conv2d(3, 8, 3, padding=None)  # type: ignore[arg-type]
    torch.ones(2, 3, dtype="float32")  # type: ignore[arg-type]
    torch.stack(x, x)  # type: ignore[arg-type]
    x.unsqueeze()  # type: ignore[call-arg]
    x.unsqueze(0)  # type: ignore[attr-defined]


def training() -> float:
    iris = load_iris()
    model = nn.Sequential(nn.Linear(4, 8), nn.Tanh(), nn.Linear(8, 3))
    loss_function = nn.CrossEntropyLoss(label_smoothing=0.1)
    optimizer = optim.Adam(model.parameters(), lr=0.01)
    scheduler = lr_scheduler.StepLR(optimizer, step_size=10)
    batches = DataLoader(iris, batch_size=16, shuffle=True, generator=random.Random(0))
    assert_type(optimizer, optim.Adam)
    assert_type(scheduler, lr_scheduler.StepLR)
    assert_type(batches, DataLoader[Any])
    assert_type(LabeledDataset(Matrix([[1.0]]), [0]), LabeledDataset)
    for inputs, targets in batches:
        loss = loss_function(model(inputs), targets)
        assert_type(loss, Tensor)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        scheduler.step()
    fit(model, loss_function, optimizer, batches, epochs=1)
    fit(model, F.cross_entropy, optimizer, batches, epochs=1)
    optim.Adam(model.parameters(), learning_rate=0.01)  # type: ignore[call-arg]
    optim.SGD(model.parameters(), lr="fast")  # type: ignore[arg-type]
    optim.Adam(model)  # type: ignore[arg-type]
    lr_scheduler.StepLR(optimizer)  # type: ignore[call-arg]
    DataLoader(iris, batchsize=16)  # type: ignore[call-arg]
    LabeledDataset(X=iris.inputs)  # type: ignore[call-arg]
    nn.CrossEntropyLoss(reduction=1)  # type: ignore[arg-type]
    return loss_function(model(iris.inputs), iris.targets).item()


def by_hand(w: nn.Parameter, x: Tensor) -> None:
    loss = ((w * x) ** 2).sum()
    loss.backward()
    with torch.no_grad():
        w -= 0.1 * w.grad
    w.data = w.data - 0.1 * torch.ones_like(w)
    w.grad = None
    w.data = 0.5  # type: ignore[assignment]
    loss.backwards()  # type: ignore[attr-defined]
