"""A program for PyTorch, of the kind that a lecture begins with: a network learns whether two signs are equal.

python3 -m backprop run examples/lecture.py     runs it with this library
python3 examples/lecture.py                     runs it with PyTorch, where that is installed
"""

import torch
from torch import nn, optim

torch.manual_seed(0)
X = torch.randn(200, 2)
y = (X[:, 0] * X[:, 1] > 0).long()  # class 1 where both have the same sign
model = nn.Sequential(nn.Linear(2, 16), nn.ReLU(), nn.Linear(16, 2))
loss_fn = nn.CrossEntropyLoss()
optimizer = optim.Adam(model.parameters(), lr=0.05)

for epoch in range(5):
    for batch in torch.randperm(200).split(20):
        loss = loss_fn(model(X[batch]), y[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        accuracy = (model(X).argmax(dim=1) == y).float().mean()
    print(f"epoch {epoch + 1}  loss {loss.item():.4f}  accuracy {accuracy:.3f}")
print(model(X[:3]))
