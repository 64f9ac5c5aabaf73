"""From examples to batches: datasets of one's own, samplers, collate functions, splits and their order for a seed."""
import torch
from torch.nn.utils.rnn import pad_sequence
from torch.utils.data import (BatchSampler, ConcatDataset, DataLoader, Dataset, IterableDataset, RandomSampler, SequentialSampler, Subset, TensorDataset,
                              WeightedRandomSampler, default_collate, random_split)


class Words(Dataset):
    words = "the way a seed grows into tall green trees is slow but sure".split()

    def __init__(self, transform=None):
        self.transform = transform

    def __len__(self):
        return len(self.words)

    def __getitem__(self, i):
        word = self.words[i]
        ids = torch.tensor([ord(c) - 96 for c in word])
        item = {"ids": ids, "length": len(word), "word": word}
        return self.transform(item) if self.transform else item


class Countdown(IterableDataset):
    def __init__(self, start):
        self.start = start

    def __iter__(self):
        for k in range(self.start, 0, -1):
            yield torch.tensor([k, k * k]), k % 2 == 0


def collate(items):
    items = sorted(items, key=lambda item: -item["length"])
    ids = pad_sequence([item["ids"] for item in items], batch_first=True, padding_value=0)
    return ids, torch.tensor([item["length"] for item in items]), [item["word"] for item in items]


torch.manual_seed(3)
words = Words()
loader = DataLoader(words, batch_size=4, shuffle=True, collate_fn=collate)
print(len(words), len(loader), len(DataLoader(words, batch_size=4, drop_last=True)))
for epoch in range(2):
    for ids, lengths, names in loader:
        mask = ids != 0
        print(epoch, names, tuple(ids.shape), lengths.tolist(), mask.sum().item(), ids[:, 0].tolist())

x = torch.arange(20.0).reshape(10, 2)
y = torch.arange(10) % 3
pairs = TensorDataset(x, y)
print(pairs[3], len(pairs), pairs[2:4][1])
generator = torch.Generator().manual_seed(42)
train, valid, test = random_split(pairs, [6, 2, 2], generator=generator)
print(list(train.indices), list(valid.indices), list(test.indices), type(train).__name__)
print([len(part) for part in random_split(range(11), [0.5, 0.3, 0.2], generator=torch.Generator().manual_seed(0))])
for features, labels in DataLoader(train, batch_size=4, shuffle=True, generator=torch.Generator().manual_seed(7)):
    print(features.tolist(), labels)
both = ConcatDataset([Subset(pairs, [9, 0]), valid])
print(len(both), both[-1][0], [int(label) for _, label in both])
print(list(BatchSampler(SequentialSampler(range(7)), batch_size=3, drop_last=False)))
print(list(RandomSampler(range(6), generator=torch.Generator().manual_seed(5))))
print(list(WeightedRandomSampler([0.1, 0.7, 0.2], 8, generator=torch.Generator().manual_seed(5))))
print(list(RandomSampler(range(3), replacement=True, num_samples=7, generator=torch.Generator().manual_seed(9))))
for squares, even in DataLoader(Countdown(5), batch_size=2):
    print(squares, even)
for batch in DataLoader(Words(lambda item: (item["length"], item["word"][0])), batch_size=5):
    print(batch)
print(default_collate([(1, 2.5, "a"), (2, 3.5, "b")]), default_collate([{"k": torch.ones(2)}, {"k": torch.zeros(2)}]))
for batch in DataLoader(list(range(5)), batch_sampler=[[0, 4], [1], [3, 2]]):
    print(batch)
print([tuple(b) for b in DataLoader(["a", "b", "c"], batch_size=2)], [b for b in DataLoader(torch.arange(3), batch_size=None)])
first = next(iter(DataLoader(pairs, batch_size=3, num_workers=0, pin_memory=False)))
print(type(first).__name__, [t.dtype for t in first], first[0].mean(0))
order = torch.randperm(len(pairs), generator=torch.Generator().manual_seed(1))
print(order, x[order][:2], torch.randint(0, 5, (6,), generator=torch.Generator().manual_seed(1)))
