"""Transforms: the same for an image as for its Tensor, and the sentences for what does not fit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop import Tensor, arange, float64, int32, manual_seed, ones, uint8, zeros
from backprop.vision.transforms import (
    CenterCrop,
    Compose,
    ConvertImageDtype,
    InterpolationMode,
    Lambda,
    Normalize,
    Pad,
    PILToTensor,
    RandomCrop,
    RandomHorizontalFlip,
    RandomVerticalFlip,
    Resize,
    ToPILImage,
    ToTensor,
    functional,
)
from tests.strategies import seeds
from tests.test_foreign_arrays import Array

sizes = st.integers(1, 5)
TRANSFORMS = [CenterCrop(3), Pad((1, 2)), RandomCrop((2, 1), padding=2), RandomHorizontalFlip(), RandomVerticalFlip()]


@st.composite
def pixels(draw):
    channels, height, width = draw(st.integers(1, 4)), draw(sizes), draw(sizes)
    count = channels * height * width
    entries = draw(st.lists(st.integers(0, 255), min_size=count, max_size=count))
    return Tensor([float(n) for n in entries]).view(channels, height, width).to(uint8)


@given(pixels())
def test_bytes_come_back(x):
    image = ToPILImage()(x)
    assert PILToTensor()(image).equal(x)
    assert ToTensor()(image).mul(255).round().equal(x.float())
    assert image.size == (x.shape[2], x.shape[1])


@given(pixels(), st.sampled_from(TRANSFORMS), seeds)
def test_an_image_is_transformed_as_its_tensor_is(x, transform, seed):
    manual_seed(seed)
    expected = transform(x)
    manual_seed(seed)
    assert PILToTensor()(transform(ToPILImage()(x))).equal(expected)


@given(pixels())
def test_a_flip_undoes_itself(x):
    for flip in (functional.hflip, functional.vflip):
        assert flip(flip(x)).equal(x)


@given(pixels())
def test_a_frame_is_cut_off_again(x):
    height, width = x.shape[1:]
    assert CenterCrop((height, width))(Pad((2, 1), fill=7)(x)).equal(x)
    assert functional.crop(Pad((3, 1, 0, 2))(x), 1, 3, height, width).equal(x)


def test_arrays_are_rows_of_pixels():
    assert functional.to_tensor(Array([[0.0, 1.0]])).tolist() == [[[0.0, 1.0]]]
    assert functional.to_tensor(Array([[[0.0, 1.0]], [[2.0, 3.0]]])).tolist() == [[[0.0], [2.0]], [[1.0], [3.0]]]


def test_a_normalized_batch_and_in_place():
    x = ones(2, 1, 2, 2)
    assert Normalize((0.5,), (0.25,))(x).flatten().tolist() == [2.0] * 8
    assert Normalize((0.5,), (0.25,), inplace=True)(x) is x and x.sum() == 16


def test_a_composition_in_its_order():
    compose = Compose([Lambda(lambda x: x + 1), Lambda(lambda x: x * 2)])
    assert compose(3) == 8 and repr(compose) == "Compose(\n    Lambda()\n    Lambda()\n)"


@pytest.mark.parametrize(
    ("make", "error", "sentence"),
    [
        (lambda: ToTensor()(zeros(2)), TypeError, "to_tensor: pic is an image or an array, got tensor"),
        (lambda: ToTensor()(Array([1.0])), ValueError, r"pic has 2 axes or 3, got the shape \[1\]"),
        (lambda: PILToTensor()(zeros(2)), TypeError, "pil_to_tensor: pic is an image"),
        (lambda: ToPILImage()([1]), TypeError, r"to_pil_image: pic is a Tensor, got \[1\]"),
        (lambda: ToPILImage()(zeros(5, 1, 1)), ValueError, r"1 to 4 channels of rows, got the shape \[5, 1, 1\]"),
        (lambda: Normalize(0.5, 1.0)(arange(3)), TypeError, r"needs a Tensor of floats, as ToTensor\(\) gives"),
        (lambda: Normalize((0.5,), (1.0,))(zeros(2, 2)), ValueError, r"\(channels, height, width\), got the shape"),
        (lambda: Normalize((0.5,), (0.0,))(zeros(1, 2, 2)), ValueError, r"std is not 0, got \(0.0,\)"),
        (lambda: ConvertImageDtype(int32)(zeros(2)), RuntimeError, "float32 has too few digits for torch.int32"),
        (lambda: ConvertImageDtype(int32)(zeros(2).to(uint8)), TypeError, "one of the dtypes is floating"),
        (lambda: CenterCrop(0), ValueError, "CenterCrop: size is an int from 1 up, or two of them"),
        (lambda: CenterCrop(2)([1]), TypeError, r"center_crop: needs an image or a Tensor .*, got \[1\]"),
        (lambda: Pad((1, 2, 3))(zeros(1, 2, 2)), ValueError, r"an int, or 2 or 4 of them, got \(1, 2, 3\)"),
        (lambda: Pad(1, padding_mode="symmetric")(zeros(1, 2, 2)), ValueError, "'edge' or 'reflect', got 'symmetric'"),
        (lambda: RandomCrop(3)(zeros(1, 2, 4)), ValueError, r"the size \(3, 3\) is larger than the image, \(2, 4\)"),
        (lambda: Resize((1, 2, 3)), ValueError, "Resize: size is an int from 1 up, or two of them"),
        (
            lambda: Resize(2, "linear")(zeros(1, 3, 3)),
            TypeError,
            "an InterpolationMode, as BILINEAR or NEAREST, got 'linear'",
        ),
        (lambda: Resize(4, max_size=4)(zeros(1, 3, 6)), ValueError, "max_size is above the size 4, got 4"),
        (lambda: Resize((4, 4), max_size=4)(zeros(1, 3, 6)), ValueError, "max_size is for a size that is one int"),
        (lambda: RandomHorizontalFlip(1.5), ValueError, "RandomHorizontalFlip: p is a finite number from 0 to 1"),
        (lambda: Lambda(3), TypeError, "Lambda: lambd is a function, got 3"),
    ],
)
def test_what_does_not_fit_is_refused(make, error, sentence):
    with pytest.raises(error, match=sentence):
        make()


def test_floats_stay_floats_of_another_size():
    assert ConvertImageDtype(float64)(ones(2)).dtype is float64


@given(pixels(), sizes, sizes)
def test_a_constant_image_stays_constant(x, height, width):
    """The weights of each new pixel sum to 1, and in bytes to nearly that."""
    for mode in InterpolationMode:
        flat = x[:, :1, :1].expand(x.shape)
        resized = Resize((height, width), mode)(ToPILImage()(flat))
        assert PILToTensor()(resized).equal(x[:, :1, :1].expand(-1, height, width))
        assert Resize((height, width), mode)(flat.float()).allclose(x[:, :1, :1].float(), rtol=1e-12)


@given(pixels(), sizes, sizes)
def test_in_bytes_it_is_the_same_to_a_rounding(x, height, width):
    """Half a level after the rows, which weights that sum to 1 carry on, half after the columns, and what 22 bits lose."""
    in_bytes = PILToTensor()(Resize((height, width))(ToPILImage()(x))).float()
    assert (in_bytes - Resize((height, width))(x.float())).abs().max() <= 1.0 + 1e-3


def test_gradients_go_through_a_resized_tensor():
    x = ones(1, 2, 2).requires_grad_()
    Resize(1)(x).sum().backward()
    assert x.grad.tolist() == [[[0.25, 0.25], [0.25, 0.25]]]
