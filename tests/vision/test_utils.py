"""Images in files: what is written is read again."""

import io

import pytest

from backprop import ones, rand, tensor, uint8, zeros
from backprop.datasets import read_image
from backprop.vision.transforms.functional import pil_to_tensor
from backprop.vision.utils import make_grid, save_image


@pytest.mark.parametrize("shape", [(3, 4, 5), (1, 4, 5), (4, 1, 3, 2), (5, 3, 2, 2), (2, 2)])
def test_what_is_saved_is_the_grid(tmp_path, shape):
    images = rand(*shape) * 1.2 - 0.1  # beyond black and white, too
    save_image(images, tmp_path / "grid.png", nrow=3)
    expected = (make_grid(images, nrow=3) * 255 + 0.5).clamp(0, 255).to(uint8)
    assert pil_to_tensor(read_image(tmp_path / "grid.png")).equal(expected)
    stream = io.BytesIO()
    save_image(images, stream, nrow=3)
    assert stream.getvalue() == (tmp_path / "grid.png").read_bytes()


def test_a_grid_leaves_its_images_and_their_graph():
    images = ones(2, 1, 1, 1).requires_grad_()
    grid = make_grid(images * 2, padding=0, normalize=True, value_range=(0, 4))
    assert grid.tolist() == [[[0.5, 0.5]]] * 3 and not grid.requires_grad and images.tolist() == [[[[1.0]]]] * 2


@pytest.mark.parametrize(
    ("make", "error", "sentence"),
    [
        (lambda: make_grid(tensor(1.0)), TypeError, r"needs a Tensor \(batch, channels, height, width\)"),
        (lambda: make_grid(3), TypeError, "or a list of them, got 3"),
        (lambda: save_image(zeros(3, 2, 2), "a.jpg"), ValueError, "save_image: PNG is written, got 'a.jpg'"),
        (lambda: save_image(zeros(3, 2, 2), io.BytesIO(), "gif"), ValueError, "PNG is written, got 'gif'"),
    ],
)
def test_what_does_not_fit_is_refused(make, error, sentence):
    with pytest.raises(error, match=sentence):
        make()
