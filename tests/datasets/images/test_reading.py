"""Reading image files: the first bytes decide the format; any content gives an image or a ValueError."""

import io
import random
import struct
import tracemalloc
import zlib

import pytest

from backprop import Matrix, Tensor
from backprop.datasets import Image, read_image
from backprop.nn import Conv2d
from tests.datasets.images.writers import KINDS, expected, png, pnm

ROWS = [[(0,), (1,), (2,)], [(3,), (2,), (1,)]]


@pytest.mark.parametrize("content", [pnm(ROWS, 3, True), pnm(ROWS, 3, False), png(ROWS, 0, 2)], ids=["P2", "P5", "PNG"])
@pytest.mark.parametrize("name", ["image.png", "image.pgm", "image"])
def test_the_first_bytes_say_what_it_is(tmp_path, content, name):
    (tmp_path / name).write_bytes(content)
    for path in (tmp_path / name, str(tmp_path / name)):
        image = read_image(path)
        assert isinstance(image, Image)
        assert (image.channels, image.height, image.width) == (1, 2, 3)
        assert image.pixels == Matrix([expected(ROWS, 3)])


def test_what_it_reads_is_what_a_convolution_takes(tmp_path):
    """The kernel that takes red from the left and blue from the right pixel of a pair."""
    (tmp_path / "image").write_bytes(pnm([[(255, 1, 2), (3, 4, 51)]], 255, False))
    image = read_image(tmp_path / "image")
    layer = Conv2d(image.channels, 1, (1, 2), bias=False)
    layer.load_state_dict({"weight": Tensor([[[[1, 0]], [[0, 0]], [[0, 10]]]])})
    pixels = Tensor(image.pixels).view(1, image.channels, image.height, image.width)
    assert layer(pixels).matrix == Matrix([[3.0]])


@pytest.mark.parametrize("content", [b"", b"P", b"P0 1 1\n0", b"P7\n", b"GIF89a", b"\x89PNG\r\n\x1a\r", b"BM"])
def test_other_files_are_refused(tmp_path, content):
    (tmp_path / "image.png").write_bytes(content)
    with pytest.raises(ValueError, match=r"^read_image: image.png begins with b'.*'; PNG, and PBM, PGM and PPM"):
        read_image(tmp_path / "image.png")


def test_what_is_wrong_is_said_with_the_name_of_the_file(tmp_path):
    (tmp_path / "image.png").write_bytes(png(ROWS, 0, 2)[:-5])
    with pytest.raises(ValueError, match=r"^read_image: image.png: it ends within the chunk that begins at byte \d+$"):
        read_image(tmp_path / "image.png")
    with pytest.raises(FileNotFoundError):
        read_image(tmp_path / "missing.png")


# -------------------------------------------------------------------- files that nobody meant


def some_pnm(rng):
    samples, maxval = rng.choice([1, 3]), rng.choice([1, 255, 256, 65535])
    return pnm(some_rows(rng, samples, maxval), maxval, rng.random() < 0.5)


def some_png(rng):
    colour, samples, depths = rng.choice(KINDS)
    depth = rng.choice(depths)
    rows = some_rows(rng, samples, 2**depth - 1)
    palette = bytes(rng.randrange(256) for _ in range(3 * 2**depth)) if colour == 3 else None
    transparent = bytes(rng.randrange(256) for _ in range(2 * samples)) if rng.random() < 0.2 else None
    return png(rows, colour, depth, (0, 1, 2, 3, 4), rng.random() < 0.5, palette, transparent, rng.randint(1, 3))


def some_rows(rng, samples, maxval):
    height, width = rng.randint(1, 6), rng.randint(1, 6)
    return [[tuple(rng.randint(0, maxval) for _ in range(samples)) for _ in range(width)] for _ in range(height)]


def mutated(content, rng):
    """Bytes changed, lost, doubled, put in, or cut off."""
    content = bytearray(content)
    for _ in range(rng.choice([1, 1, 1, 2, 5])):
        place, length = rng.randrange(len(content) + 1), rng.choice([1, 1, 4, 20])
        piece = content[place : place + length]
        content[place : place + length] = rng.choice(
            [
                bytes(x ^ 1 << rng.randrange(8) for x in piece),
                bytes(rng.choice(b"\0\1\x7f\x80\xff0 #\n") for _ in piece),
                b"",
                piece * 2,
                rng.randbytes(length) + piece,
                piece[: rng.randrange(length + 1)],
            ]
        )
        if rng.random() < 0.1:
            del content[rng.randrange(len(content) + 1) :]
    return bytes(content)


def reached(content, rng):
    """A mutated PNG whose checksums fit again, so that it comes as far as what they protect."""
    chunks, start = [], 8
    while start + 12 <= len(content):
        end = start + 12 + int.from_bytes(content[start : start + 4], "big")
        chunks.append((content[start + 4 : start + 8], content[start + 8 : end - 4]))
        start = end
    where = rng.randrange(len(chunks))
    name, inside = chunks[where]
    if name == b"IDAT" and len([1 for other, _ in chunks if other == b"IDAT"]) == 1 and rng.random() < 0.7:
        inside = zlib.compress(mutated(zlib.decompress(inside), rng))
    else:
        inside = mutated(inside, rng)
    chunks[where] = (name, inside)
    if rng.random() < 0.1:
        rng.shuffle(chunks)
    return content[:8] + b"".join(
        struct.pack(">I", len(inside)) + name + inside + struct.pack(">I", zlib.crc32(name + inside))
        for name, inside in chunks
    )


HOSTILE = {
    "pnm": lambda rng: mutated(some_pnm(rng), rng),
    "png": lambda rng: mutated(some_png(rng), rng),
    "png with right checksums": lambda rng: reached(some_png(rng), rng),
    "noise": lambda rng: (
        rng.choice([b"P2", b"P3 1 1 9 ", b"P5 2 2 255 ", b"P6", b"\x89PNG\r\n\x1a\n", b""])
        + rng.randbytes(rng.choice([0, 1, 10, 100]))
    ),
}


def check_hostile(kind, path, count, rng):
    """How many of ``count`` files are refused; the others are images, and none takes much memory."""
    refused = 0
    for _ in range(count):
        content = HOSTILE[kind](rng)
        path.write_bytes(content)
        tracemalloc.start()
        try:
            image = read_image(path)
        except ValueError as error:
            size, refused = 0, refused + 1
            assert str(error).startswith("read_image: image")
        else:
            size = image.channels * image.height * image.width
            assert image.channels in (1, 2, 3, 4) and image.pixels.shape == (1, size)
            assert all(0.0 <= x <= 1.0 for x in image.pixels.rows[0])
        finally:
            peak = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
        # 65,536 levels of 32 bytes are made for the larger maxvals; else the bytes and samples count, a hundred each.
        assert peak < 2_500_000 + 2 * io.DEFAULT_BUFFER_SIZE + 100 * (len(content) + size)
    return refused


@pytest.mark.parametrize("kind", HOSTILE)
def test_any_file_is_an_image_or_a_value_error(kind, tmp_path):
    refused = check_hostile(kind, tmp_path / "image", 200, random.Random(0))
    # Were all refused at once, or none, this would show little of what comes later.
    assert 0.3 * 200 < refused <= 200
