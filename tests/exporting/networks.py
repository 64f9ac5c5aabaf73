"""Networks of every layer that can be exported, each with the shape of one example."""

from backprop import manual_seed, nn, rand

NETWORKS = {
    "a table": (
        lambda: nn.Sequential(
            nn.Impute(3).fit(rand(9, 3)), nn.Standardize(3).fit(rand(9, 3)), nn.Linear(3, 5), nn.Tanh(), nn.Linear(5, 2)
        ),
        (3,),
    ),
    "activations": (
        lambda: nn.Sequential(
            nn.Linear(4, 6, bias=False),
            nn.ELU(0.5),
            nn.GELU(),
            nn.Linear(6, 6),
            nn.GELU(approximate="tanh"),
            nn.SiLU(),
            nn.LeakyReLU(0.2),
            nn.Sequential(nn.Linear(6, 6), nn.Dropout(0.9), nn.Hardtanh(-0.5, 0.75), nn.Identity()),
            nn.ReLU6(),
            nn.Sigmoid(),
            nn.Linear(6, 3),
            nn.Softmax(dim=1),
        ),
        (4,),
    ),
    "normalized": (
        lambda: nn.Sequential(
            nn.BatchNorm1d(4), nn.Linear(4, 3), nn.BatchNorm1d(3, affine=False), nn.LogSoftmax(dim=-1)
        ),
        (4,),
    ),
    "images": (
        lambda: nn.Sequential(
            nn.Unflatten(1, (2, 6, 7)),
            nn.Conv2d(2, 3, (2, 3), stride=(1, 2), padding=(1, 0)),
            nn.BatchNorm2d(3),
            nn.ReLU(),
            nn.MaxPool2d(2, padding=1),
            nn.Conv2d(3, 4, 2, bias=False),
            nn.AvgPool2d((2, 1), stride=1),
            nn.Flatten(),
            nn.Linear(8, 2),
        ),
        (84,),
    ),
    "an image": (lambda: nn.Sequential(nn.Conv2d(1, 2, 3), nn.Flatten(), nn.Linear(8, 2)), (1, 4, 4)),
    "words": (lambda: nn.Sequential(nn.Embedding(5, 3), nn.Flatten(), nn.Linear(6, 2)), None),
}


def network(name):
    """The network after a few batches in training mode, so that what is normalized has a mean; and six examples."""
    make, shape = NETWORKS[name]
    manual_seed(0)
    model = make()
    if shape is None:
        return model.eval(), [[0, 4], [3, 3], [1, 2]]
    for _ in range(3):
        model(rand(8, *shape) * 2 - 0.5)
    return model.eval(), (rand(6, *shape) * 4 - 2).tolist()
