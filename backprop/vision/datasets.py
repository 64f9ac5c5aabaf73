"""Image datasets: those of MNIST's format from files that are there, and made-up ones. Nothing is downloaded."""

from __future__ import annotations

import os
import warnings
from functools import cached_property
from pathlib import Path
from typing import Any, Callable, ClassVar

from backprop.autograd import Tensor, constant
from backprop.datasets.idx import read_bytes
from backprop.datasets.images.image import Image, levels
from backprop.dtypes import int64, uint8
from backprop.files import PathLike
from backprop.matrix import flatten, trusted
from backprop.random import Generator, drawing_from
from backprop.tensors import randint, randn
from backprop.utils.data.dataset import Dataset
from backprop.validation import check_bool, check_positive_int
from backprop.vision.transforms.functional import to_pil_image

Transform = Callable[[Any], Any]


class StandardTransform:
    """A transform of an image and one of its target, either of which may be None."""

    def __init__(self, transform: Transform | None = None, target_transform: Transform | None = None) -> None:
        self.transform, self.target_transform = transform, target_transform

    def __call__(self, input: Any, target: Any) -> tuple[Any, Any]:
        return (
            input if self.transform is None else self.transform(input),
            target if self.target_transform is None else self.target_transform(target),
        )

    def __repr__(self) -> str:
        lines = [type(self).__name__]
        for name, transform in (("Transform: ", self.transform), ("Target transform: ", self.target_transform)):
            if transform is not None:
                lines.append(name + repr(transform).replace("\n", "\n" + " " * len(name)))
        return "\n".join(lines)


class VisionDataset(Dataset[Any]):
    """Images with targets: a subclass has ``__getitem__`` and ``__len__``, and may have ``extra_repr``.

    Raises ValueError for ``transforms``, a function of both, beside a transform of the one or the other.
    """

    def __init__(
        self,
        root: PathLike | None = None,
        transforms: Callable[[Any, Any], Any] | None = None,
        transform: Transform | None = None,
        target_transform: Transform | None = None,
    ) -> None:
        self.root = os.path.expanduser(root) if isinstance(root, str) else root
        self.transform, self.target_transform = transform, target_transform
        if transform is not None or target_transform is not None:
            if transforms is not None:
                raise ValueError(f"{type(self).__name__}: give transforms, or transform and target_transform")
            transforms = StandardTransform(transform, target_transform)
        self.transforms = transforms

    def __len__(self) -> int:
        raise NotImplementedError(f"{type(self).__name__}: a subclass of VisionDataset has a __len__(self)")

    def __repr__(self) -> str:
        lines = [f"Number of datapoints: {len(self)}"]
        lines += [] if self.root is None else [f"Root location: {self.root}"]
        lines += self.extra_repr().splitlines()
        lines += [] if self.transforms is None else [repr(self.transforms)]
        return "\n".join([f"Dataset {type(self).__name__}", *(f"    {line}" for line in lines)])

    def extra_repr(self) -> str:
        """More lines of the repr."""
        return ""


def _renamed(old: str, new: str) -> Any:
    """A property by its old name, with a UserWarning."""

    def value(self: Any) -> Any:
        warnings.warn(f"{old} has been renamed {new}", stacklevel=2)
        return getattr(self, new)

    return property(value, doc=f"What ``{new}`` was called before.")


class MNIST(VisionDataset):
    """Handwritten digits as grey images of 28×28: 60,000 to learn from, and 10,000 to test with ``train=False``.

    They are read from the files of LeCun, Cortes and Burges in ``root``/MNIST/raw, as ``train-images-idx3-ubyte``, with
    or without ``.gz``. An example is an Image, or what ``transform`` makes of it, and an int; ``data`` is a Tensor of all
    pixels, bytes in (images, 28, 28), and ``targets`` of all digits. Where ``data`` is assigned to, the images are those.

    Raises RuntimeError where a file is missing; ``download=True`` changes nothing.
    """

    classes: ClassVar[list[str]] = [
        *("0 - zero", "1 - one", "2 - two", "3 - three", "4 - four"),
        *("5 - five", "6 - six", "7 - seven", "8 - eight", "9 - nine"),
    ]

    def __init__(
        self,
        root: PathLike,
        train: bool = True,
        transform: Transform | None = None,
        target_transform: Transform | None = None,
        download: bool = False,
    ) -> None:
        name = type(self).__name__
        check_bool(name, train=train, download=download)
        super().__init__(root, transform=transform, target_transform=target_transform)
        self.train = train
        images, labels = (self._read(f"{part}-ubyte") for part in ("images-idx3", "labels-idx1"))
        (self._dimensions, self._pixels), (count, answers) = images, labels
        if len(self._dimensions) != 3 or count != self._dimensions[:1]:
            raise ValueError(f"{name}: {self._dimensions} images do not fit {count} labels")
        self.targets = constant(trusted([list(answers)]), count, int64)

    def _read(self, part: str) -> tuple[tuple[int, ...], bytes]:
        """Dimensions and bytes of a file."""
        stem = f"{'train' if self.train else 't10k'}-{part}"
        for path in (self.raw_folder / stem, self.raw_folder / f"{stem}.gz"):
            if path.exists():
                (_, dtype), dimensions, content = read_bytes(f"{type(self).__name__}: {path.name}", path)
                if dtype is not uint8:
                    raise ValueError(f"{type(self).__name__}: {path.name} holds bytes, got {dtype}")
                return dimensions, content
        raise RuntimeError(
            f"{type(self).__name__}: nothing is downloaded here; put {stem} or {stem}.gz into {self.raw_folder.absolute()}"
        )

    train_data, test_data = _renamed("train_data", "data"), _renamed("test_data", "data")
    train_labels, test_labels = _renamed("train_labels", "targets"), _renamed("test_labels", "targets")

    @property
    def raw_folder(self) -> Path:
        """Where the files are."""
        return Path(self.root or ".") / type(self).__name__ / "raw"

    @property
    def class_to_idx(self) -> dict[str, int]:
        """The index of each class by its name."""
        return {name: i for i, name in enumerate(self.classes)}

    @cached_property
    def data(self) -> Tensor:
        """The pixels of all images, made when they are asked for: as ints they take eight times the bytes of the file."""
        count, height, width = self._dimensions
        size = height * width
        rows = [list(self._pixels[start : start + size]) for start in range(0, count * size, size)]
        return constant(trusted(rows), self._dimensions, uint8)

    def __getitem__(self, index: Any) -> tuple[Any, Any]:
        i = range(len(self))[int(index)]
        if "data" in vars(self):
            pixels: Any = self.data[i]
            (height, width), pixels = pixels.shape, flatten(pixels._matrix.rows)
        else:
            _, height, width = self._dimensions
            pixels = self._pixels[i * height * width : (i + 1) * height * width]
        values = levels(255)
        image: Any = Image(trusted([[values[pixel] for pixel in pixels]]), 1, height, width)
        target = int(self.targets[i])
        return (image, target) if self.transforms is None else self.transforms(image, target)

    def __len__(self) -> int:
        return len(self.data) if "data" in vars(self) else self._dimensions[0]

    def extra_repr(self) -> str:
        return f"Split: {'Train' if self.train else 'Test'}"


class FashionMNIST(MNIST):
    """Clothes in MNIST's format: Xiao, Rasul and Vollgraf, "Fashion-MNIST" (2017); in ``root``/FashionMNIST/raw."""

    classes: ClassVar[list[str]] = [
        *("T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot")
    ]


class KMNIST(MNIST):
    """Handwritten hiragana in MNIST's format: Clanuwat et al., "Deep Learning for Classical Japanese Literature" (2018); in
    ``root``/KMNIST/raw."""

    classes: ClassVar[list[str]] = ["o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo"]


class FakeData(VisionDataset):
    """Images and classes drawn at random, each from a seed of its own: its index, plus ``random_offset``.

    >>> data = FakeData(2, (3, 2, 2))
    >>> image, target = data[0]
    >>> image.mode, image.getpixel((0, 1)), target
    ('RGB', (213, 102, 104), 4)
    """

    def __init__(
        self,
        size: int = 1000,
        image_size: tuple[int, int, int] = (3, 224, 224),
        num_classes: int = 10,
        transform: Transform | None = None,
        target_transform: Transform | None = None,
        random_offset: int = 0,
    ) -> None:
        check_positive_int("FakeData", size=size, num_classes=num_classes)
        super().__init__(transform=transform, target_transform=target_transform)
        self.size, self.image_size, self.num_classes = size, image_size, num_classes
        self.random_offset = random_offset

    def __getitem__(self, index: int) -> tuple[Any, Any]:
        if index >= self.size:
            raise IndexError(f"FakeData: an index is below {self.size}, got {index}")
        with drawing_from(Generator().manual_seed(index + self.random_offset)):
            image: Any = to_pil_image(randn(*self.image_size))
            target: Any = randint(0, self.num_classes, (1,))[0]
        if self.transforms is not None:
            image, target = self.transforms(image, target)
        return image, target.item()

    def __len__(self) -> int:
        return self.size
