"""PNG: files of an independent writer and of Pillow are read sample by sample, and an invalid file is refused."""

import base64
import zlib
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop import Matrix
from backprop.datasets.images.png import decode, unfilter
from tests.datasets.images.writers import (
    KINDS,
    chunk,
    expected,
    file,
    filtered,
    header,
    pictures,
    png,
)
from tests.memory import peak_memory


@st.composite
def written(draw):
    """(file, rows, colour type, bits) without palette, of every kind."""
    colour, samples, depths = draw(st.sampled_from([kind for kind in KINDS if kind[0] != 3]))
    depth = draw(st.sampled_from(depths))
    rows = draw(pictures(samples, 2**depth - 1))
    filters = draw(st.lists(st.integers(0, 4), min_size=1, max_size=6))
    content = png(rows, colour, depth, filters, draw(st.booleans()), pieces=draw(st.integers(1, 3)))
    return content, rows, colour, depth


@given(written())
def test_every_kind_of_picture_comes_back(case):
    content, rows, _, depth = case
    image = decode(content)
    assert (image.channels, image.height, image.width) == (len(rows[0][0]), len(rows), len(rows[0]))
    assert image.pixels == Matrix([expected(rows, 2**depth - 1)])


@given(st.data())
def test_a_palette_is_looked_up(data):
    depth = data.draw(st.sampled_from([1, 2, 4, 8]))
    colours = data.draw(st.lists(st.tuples(*[st.integers(0, 255)] * 3), min_size=1, max_size=2**depth))
    indices = data.draw(pictures(1, len(colours) - 1))
    flat = [sample for colour in colours for sample in colour]
    interlace = data.draw(st.booleans())
    image = decode(png(indices, 3, depth, (0, 1, 2, 3, 4), interlace, palette=flat))
    assert image.channels == 3
    assert image.pixels == Matrix([expected([[colours[k] for (k,) in row] for row in indices], 255)])
    # With tRNS the first colours have an alpha, and the others are opaque.
    alphas = data.draw(st.lists(st.integers(0, 255), max_size=len(colours)))
    image = decode(png(indices, 3, depth, (0, 1, 2, 3, 4), interlace, palette=flat, transparent=alphas))
    full = [(*colour, *alpha) for colour, alpha in zip(colours, [[a] for a in alphas] + [[255]] * len(colours))]
    assert image.channels == 4
    assert image.pixels == Matrix([expected([[full[k] for (k,) in row] for row in indices], 255)])


@given(st.sampled_from([(0, 1, 1), (0, 1, 4), (0, 1, 8), (0, 1, 16), (2, 3, 8), (2, 3, 16)]), st.data())
def test_a_transparent_colour_has_the_alpha_0(kind, data):
    colour, samples, depth = kind
    rows = data.draw(pictures(samples, 2**depth - 1, size=4))
    chosen = data.draw(st.sampled_from([pixel for row in rows for pixel in row]))
    # Bits above the depth do not count.
    high = data.draw(st.booleans()) * (2**16 - 2**depth)
    transparent = b"".join((sample | high).to_bytes(2, "big") for sample in chosen)
    image = decode(png(rows, colour, depth, transparent=transparent))
    alphas = [float(pixel != chosen) for row in rows for pixel in row]
    assert image.channels == samples + 1
    assert image.pixels == Matrix([expected(rows, 2**depth - 1) + alphas])


@given(st.integers(0, 4), st.integers(1, 8), st.data())
def test_every_filter_is_undone(kind, step, data):
    length = step * data.draw(st.integers(1, 6))
    line, above = (data.draw(st.binary(min_size=length, max_size=length)) for _ in range(2))
    assert unfilter(kind, filtered(kind, line, above, step), above, step) == line


@pytest.mark.parametrize(
    ("a", "b", "c", "nearest"),
    [(1, 9, 9, 1), (9, 1, 9, 1), (4, 6, 5, 5), (3, 6, 5, 3), (6, 3, 5, 3)],
    ids=["left", "above", "upper left", "left as near as upper left", "above as near as upper left"],
)
def test_paeth_takes_the_nearest_and_of_equals_the_first(a, b, c, nearest):
    # What is stored as 0 is the prediction itself; the byte before it is stored as a − c, and so is a.
    assert unfilter(4, bytes([(a - c) % 256, 0]), bytes([c, b]), 1) == bytes([a, nearest])


def of_five(samples, count=15):
    """``count`` samples in three lines of five pixels."""
    pixels = list(zip(*[iter(samples)] * (count // 15)))
    return [pixels[k : k + 5] for k in (0, 5, 10)]


COLOURS = [(255, 0, 0, 0), (0, 255, 0, 102), (0, 0, 255, 255), (255, 255, 51, 255)]
# What Pillow 13.0.0 saves with optimize=True of these 5×3 pixels, and the largest sample.
PILLOW = {
    "grey": (
        "iVBORw0KGgoAAAANSUhEUgAAAAUAAAADCAAAAAB+XZokAAAAG0lEQVR42mNkMKg6wsd85cslgz6GR99C/rwDAEFoCO/KcPkcAAAAAElFTkSuQmCC",
        of_five([(37 * k * k + 11 * k) % 256 for k in range(15)]),
        255,
    ),
    "grey and alpha": (
        (
            "iVBORw0KGgoAAAANSUhEUgAAAAUAAAADCAQAAADxPw1zAAAAKklEQVR42mNmMFgVpj7X4kfsc4ZH30L+vNPa0DDrH7O1ZtqiOKkwoXNc"
            "APrIDps78ToMAAAAAElFTkSuQmCC"
        ),
        of_five([(37 * k * k + 11 * k) % 256 for k in range(30)], 30),
        255,
    ),
    "colour": (
        (
            "iVBORw0KGgoAAAANSUhEUgAAAAUAAAADCAIAAADUVFKvAAAAO0lEQVR42gEwAM//AQAwqm5MKgjmxKKAXjwa+AQqgNYsTgIK6Nowgtwy"
            "HPoENIrgNtoODOrk3pDmPB78zMcVJrIvs0UAAAAASUVORK5CYII="
        ),
        of_five([(37 * k * k + 11 * k) % 256 for k in range(45)], 45),
        255,
    ),
    "colour and alpha": (
        (
            "iVBORw0KGgoAAAANSUhEUgAAAAUAAAADCAYAAABbNsX4AAAASklEQVR42gE/AMD/AwAwqm58vCErWq6nxQjwfa+GAiPpBKx0PASclCgk"
            "CLR8RAzULGQs9MyEBEwU3KQINAw0XFQc5PwkPARIxCgkFZsYANVP+KYAAAAASUVORK5CYII="
        ),
        of_five([(37 * k * k + 11 * k) % 256 for k in range(60)], 60),
        255,
    ),
    "16 bits": (
        (
            "iVBORw0KGgoAAAANSUhEUgAAAAUAAAADEAAAAAAuzUZnAAAAHUlEQVR42mNkYJB7L/9e/r38e8ZZq+VhTNMwGBMA3qcOe75TQPIAAAAA"
            "SUVORK5CYII="
        ),
        of_five([7919 * k % 65536 for k in range(15)]),
        65535,
    ),
    "1 bit": (
        "iVBORw0KGgoAAAANSUhEUgAAAAUAAAADAQAAAABzTfhVAAAADklEQVR42mOYwMzA/AcAA+QBk9fLiekAAAAASUVORK5CYII=",
        of_five([int(k % 3 == 0) for k in range(15)]),
        1,
    ),
    "palette with alpha": (
        (
            "iVBORw0KGgoAAAANSUhEUgAAAAUAAAADAgMAAAAmWC1rAAAADFBMVEX/AAAA/wAAAP///zNp0u5tAAAAAnRSTlMAZtJCCVUAAAARSURBVHja"
            "Y5BmYI7nYnEVAQADoADlpBDhFQAAAABJRU5ErkJggg=="
        ),
        of_five([sample for k in range(15) for sample in COLOURS[k % 4]], 60),
        255,
    ),
}


@pytest.mark.parametrize("kind", PILLOW)
def test_what_pillow_wrote(kind):
    text, rows, maxval = PILLOW[kind]
    image = decode(base64.b64decode(text))
    assert (image.channels, image.height, image.width) == (len(rows[0][0]), 3, 5)
    assert image.pixels == Matrix([expected(rows, maxval)])


# -------------------------------------------------------------------- what is refused

END = chunk(b"IEND")


def data(content=b"\0\7", level=0):
    """An IDAT, by default of a single grey pixel; at level 0 its length is the same with every zlib."""
    return chunk(b"IDAT", zlib.compress(content, level))


ONE = header(1, 1, 8, 0)
INDEXED = header(1, 1, 8, 3)
GOOD = file(ONE, data(), END)


def test_the_smallest_file_is_valid():
    assert decode(GOOD).pixels == Matrix([[7 / 255]])


@pytest.mark.parametrize(
    "content",
    [
        GOOD + b"\n",
        GOOD + GOOD,
        file(ONE, chunk(b"IDAT", zlib.compress(b"\0\7", 0) + b"\0"), END),
        file(ONE, data(b"\0\7\7"), END),
        file(ONE, data(), data(), END),
        file(ONE, data(), chunk(b"IDAT", b"no zlib"), END),
    ],
)
def test_what_follows_the_image_is_not_read(content):
    """Neither behind IEND nor behind the pixels; Pillow 13.0 reads the same."""
    assert decode(content).pixels == Matrix([[7 / 255]])


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (file(), "ends within the chunk that begins at byte 8"),
        (GOOD[:-1], "ends within the chunk that begins at byte 58"),
        (GOOD[:40], "ends within the chunk that begins at byte 33"),
        (file(ONE, data()), "ends within the chunk"),
        (GOOD.replace(b"\x08\0\0", b"\x08\4\0", 1), "chunk 'IHDR' at byte 8 does not fit its checksum"),
        (GOOD[:-1] + b"\0", "chunk 'IEND' at byte 58 does not fit its checksum"),
        (file(END), "chunks are 'IEND '"),
        (file(ONE, END), "chunks are 'IHDR IEND '"),
        (file(data(), ONE, END), "in this order"),
        (file(ONE, ONE, data(), END), "in this order"),
        (file(ONE, data(), chunk(b"tIME"), data(), END), "in this order"),
        (file(ONE, chunk(b"tRNS", b"\0\0"), chunk(b"PLTE", b"abc"), data(), END), "in this order"),
        (file(ONE, data(), chunk(b"tRNS", b"\0\0"), END), "in this order"),
        (file(ONE, chunk(b"NEWS"), data(), END), "in this order"),
        (file(ONE, chunk(b"a b "), data(), END), "in this order"),
        (file(chunk(b"IHDR", b"\0" * 12), data(), END), "IHDR has 12 bytes; they are 13"),
        (file(header(0, 1, 8, 0), data(), END), "0×1 pixels of 1 samples; read are 1 to 67,108,864"),
        (file(header(1, 0, 8, 2), data(), END), "1×0 pixels of 3 samples"),
        (file(header(2**31 - 1, 2**31 - 1, 8, 0), data(), END), "2147483647×2147483647 pixels"),
        (file(header(2**13, 2**13 + 1, 1, 0), data(), END), "8192×8193 pixels of 1 samples"),
        (file(header(1, 1, 8, 5), data(), END), "colour type 5 with 8 bits"),
        (file(header(1, 1, 4, 2), data(), END), "colour type 2 with 4 bits"),
        (file(header(1, 1, 3, 0), data(), END), "colour type 0 with 3 bits"),
        (file(header(1, 1, 16, 3), data(), END), "colour type 3 with 16 bits"),
        (file(header(1, 1, 8, 0, compression=1), data(), END), "compression 1"),
        (file(header(1, 1, 8, 0, filtering=64), data(), END), "filter 64"),
        (file(header(1, 1, 8, 0, interlace=2), data(), END), "interlace 2"),
        (file(ONE, data(b"\0"), END), "ends after 1 bytes of pixels; its header asks for 2"),
        (file(ONE, data(b""), END), "ends after 0 bytes"),
        (file(ONE, chunk(b"IDAT"), END), "ends after 0 bytes"),
        (file(ONE, chunk(b"IDAT", zlib.compress(b"\0\7", 0)[:-1]), END), "ends after 2 bytes"),
        (file(ONE, chunk(b"IDAT", b"no zlib"), END), "IDAT cannot be inflated"),
        (file(ONE, chunk(b"IDAT", zlib.compress(b"\0\7", 0)[:-1] + b"\0"), END), "IDAT cannot be inflated"),
        (file(ONE, data(b"\5\7"), END), "filter 5; they are 0 to 4"),
        (file(INDEXED, data(), END), "no PLTE"),
        (file(INDEXED, chunk(b"PLTE"), data(), END), "PLTE has 0 bytes"),
        (file(INDEXED, chunk(b"PLTE", b"abcd"), data(), END), "PLTE has 4 bytes"),
        (file(header(1, 1, 1, 3), chunk(b"PLTE", b"abcabcabc"), data(b"\0\0"), END), "for each of 1 to 2 colours"),
        (file(INDEXED, chunk(b"PLTE", b"abc" * 7), data(), END), "index 7 of a palette of 7 colours"),
        (file(INDEXED, chunk(b"PLTE", b"abc" * 8), chunk(b"tRNS", b"a" * 9), data(), END), "tRNS has 9 bytes"),
        (file(ONE, chunk(b"tRNS", b"\0"), data(), END), "tRNS of 1 bytes does not fit"),
        (file(header(1, 1, 8, 4), chunk(b"tRNS", b"\0" * 4), data(b"\0\7\7"), END), "tRNS of 4 bytes does not fit"),
    ],
)
def test_an_invalid_file_is_refused(content, sentence):
    with pytest.raises(ValueError, match=sentence):
        decode(content)


@pytest.mark.parametrize(
    "content",
    [
        # Ten million bytes of pixels where the header asks for two.
        file(ONE, data(bytes(10**7), 9), END),
        # 64 million pixels in a few bytes, at once and interlaced.
        file(header(2**13, 2**13, 8, 0), data(), END),
        file(header(2**13, 2**13, 8, 0, interlace=1), data(), END),
        file(header(2**31 - 1, 2**31 - 1, 16, 6), data(), END),
        # A chunk that says that it is 4 GB long.
        GOOD[:33] + b"\xff\xff\xff\xff" + GOOD[37:],
    ],
    ids=["inflates to more", "promises much", "promises much in passes", "promises too much", "long chunk"],
)
def test_a_bomb_takes_no_memory(content):
    """Whether it is refused or, as the first, read."""

    def read_or_refused():
        with suppress(ValueError):
            decode(content)

    # Twice the file, as its chunks and as its compressed picture, and what zlib itself needs, 2**15 bytes and more.
    assert peak_memory(read_or_refused) < 3 * len(content) + 200_000
