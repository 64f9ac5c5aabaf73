"""Images made up, cropped and flipped at random by two workers, and a linear model that learns them, with torchvision."""
import torch
import torch.nn as nn
import torchvision
import torchvision.transforms.functional as TF
from torch.utils.data import ConcatDataset, DataLoader, Subset, random_split
from torchvision import datasets, transforms

torch.manual_seed(0)
transform = transforms.Compose(
    [transforms.RandomCrop(6, padding=1), transforms.RandomHorizontalFlip(), transforms.ToTensor(), transforms.Normalize(0.5, 0.25)]
)
data = datasets.FakeData(40, (1, 6, 6), num_classes=3, transform=transform)
train, test = random_split(data, [0.75, 0.25])
loader = DataLoader(train, batch_size=8, shuffle=True, num_workers=2, drop_last=True)
model = nn.Sequential(nn.Flatten(), nn.Linear(36, 3))
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
for epoch in range(3):
    for images, labels in loader:
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(images), labels)
        loss.backward()
        optimizer.step()
    print(f"epoch {epoch}: {loss.item():.5f} {tuple(images.shape)} {labels.dtype}")
with torch.no_grad():
    images, labels = next(iter(DataLoader(ConcatDataset([test, Subset(data, [3, 5])]), batch_size=12)))
    print(model(images).argmax(1).tolist(), labels.tolist(), f"{images.mean():.5f}")
print(transform)
print(TF.resize(TF.to_pil_image(torch.linspace(0, 1, 16).view(1, 4, 4)), 2).getpixel((1, 1)), torchvision.__version__.split("+")[0])
