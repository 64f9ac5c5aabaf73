"""Streams, samplers and batches of one's own, as PyTorch orders and collates them."""
from collections import namedtuple

import torch
from torch.utils.data import (
    BatchSampler,
    ChainDataset,
    DataLoader,
    Dataset,
    IterableDataset,
    RandomSampler,
    Sampler,
    SubsetRandomSampler,
    TensorDataset,
    WeightedRandomSampler,
    get_worker_info,
)

Pair = namedtuple("Pair", "word length")


class Words(Dataset):
    def __init__(self, text):
        self.words = text.split()

    def __len__(self):
        return len(self.words)

    def __getitem__(self, index):
        word = self.words[index]
        return Pair(torch.tensor([ord(c) - 96 for c in word]), len(word))


class Lines(IterableDataset):
    def __init__(self, first, last):
        self.first, self.last = first, last

    def __iter__(self):
        for n in range(self.first, self.last):
            yield {"n": n, "half": n / 2, "name": f"line {n}", "place": (n, [n, -n])}


class ByLength(Sampler):
    """Batches of words of one length, in random order."""

    def __init__(self, data, size):
        self.data, self.size = data, size

    def __iter__(self):
        by_length = {}
        for i in torch.randperm(len(self.data)).tolist():
            by_length.setdefault(self.data[i].length, []).append(i)
        for length in sorted(by_length):
            yield from BatchSampler(by_length[length], self.size, False)


def padded(batch):
    longest = max(pair.length for pair in batch)
    rows = torch.zeros(len(batch), longest, dtype=torch.long)
    for row, pair in zip(rows, batch):
        row[: pair.length] = pair.word
    return rows, torch.tensor([pair.length for pair in batch])


torch.manual_seed(3)
words = Words("a stream of short and of rather long words that come one after the other")
for rows, lengths in DataLoader(words, batch_size=4, shuffle=True, collate_fn=padded):
    print(rows.shape, lengths.tolist(), rows.sum().item())
for batch in DataLoader(words, batch_sampler=ByLength(words, 3)):
    print(type(batch).__name__, batch.word.tolist(), batch.length.tolist())
for batch in DataLoader(ChainDataset([Lines(0, 3), Lines(10, 12)]), batch_size=2):
    print(batch)
print(get_worker_info(), [item["n"] for item in DataLoader(Lines(0, 3), batch_size=None)])

x = torch.randn(20, 2)
y = (x.sum(1) > 1).long()
share = torch.bincount(y).float() / len(y)
balanced = WeightedRandomSampler((1 / share)[y], 40)
counts = torch.zeros(2)
for _, labels in DataLoader(TensorDataset(x, y), batch_size=8, sampler=balanced):
    counts += torch.bincount(labels, minlength=2)
print(share, counts)
print(list(RandomSampler(range(6), replacement=True, num_samples=9)), list(SubsetRandomSampler([2, 4, 8])))
generator = torch.Generator().manual_seed(9)
loader = DataLoader(TensorDataset(x, y), batch_size=7, shuffle=True, generator=generator, drop_last=True)
print(len(loader), len(loader.dataset), [labels.tolist() for _, labels in loader], torch.rand(1), torch.rand(1, generator=generator))
