"""Five small networks with a loss, ready to be explained: what people draw on blackboards."""

from backprop import manual_seed, nn, optim, randn, tensor


def mlp():
    model = nn.Sequential(nn.Linear(4, 5), nn.Tanh(), nn.Linear(5, 3))
    loss = nn.CrossEntropyLoss()(model(randn(2, 4)), tensor([2, 0]))
    return loss, model, optim.SGD(model.parameters(), lr=0.1)


def convolution():
    model = nn.Sequential(nn.Conv2d(1, 2, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(8, 3))
    loss = nn.CrossEntropyLoss()(model(randn(1, 1, 4, 4)), tensor([1]))
    return loss, model, optim.SGD(model.parameters(), lr=0.1, momentum=0.9)


class Recurrent(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(2, 3, batch_first=True)
        self.head = nn.Linear(3, 1)

    def forward(self, x):
        output, _ = self.lstm(x)
        return self.head(output[:, -1])


def recurrent():
    model = Recurrent()
    loss = nn.MSELoss()(model(randn(2, 3, 2)), tensor([[1.0], [0.0]]))
    return loss, model, optim.RMSprop(model.parameters(), lr=0.01)


def transformer():
    layer = nn.TransformerEncoderLayer(4, 2, dim_feedforward=8, dropout=0.25, batch_first=True)
    model = nn.Sequential(nn.TransformerEncoder(layer, 2), nn.Linear(4, 2))
    loss = nn.CrossEntropyLoss()(model(randn(1, 3, 4)).flatten(0, 1), tensor([0, 1, 1]))
    return loss, model, optim.AdamW(model.parameters(), lr=0.01)


def dropout():
    model = nn.Sequential(nn.Linear(4, 6), nn.LayerNorm(6), nn.ReLU(), nn.Dropout(0.25), nn.Linear(6, 2))
    loss = nn.CrossEntropyLoss()(model(randn(2, 4)), tensor([1, 0]))
    return loss, model, optim.Adam(model.parameters(), lr=0.01)


NETWORKS = {network.__name__: network for network in (mlp, convolution, recurrent, transformer, dropout)}


def network(name):
    """(loss, model, optimizer), the same every time."""
    manual_seed(0)
    return NETWORKS[name]()
