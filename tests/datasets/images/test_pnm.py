"""PBM, PGM and PPM: every picture is read exactly, comments are skipped, and an invalid file is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop import Matrix
from backprop.datasets.images.pnm import decode
from tests.datasets.images.writers import expected, pictures, pnm
from tests.memory import peak_memory

maxvals = st.sampled_from([1, 2, 15, 254, 255, 256, 65534, 65535]) | st.integers(1, 65535)


@given(st.sampled_from([1, 3]), maxvals, st.booleans(), st.sampled_from([" ", "\n", "\r\n", "\t # 9 9 9\r"]), st.data())
def test_every_picture_comes_back(samples, maxval, text, gap, data):
    rows = data.draw(pictures(samples, maxval, size=5))
    image = decode(pnm(rows, maxval, text, gap=gap))
    assert (image.channels, image.height, image.width) == (samples, len(rows), len(rows[0]))
    assert image.pixels == Matrix([expected(rows, maxval)])


def test_the_example_of_the_netpbm_manual():
    """The word FEEP, 24×7, from the page "pgm": only its first lines here, 15 is white."""
    content = b"""P2
# feep.pgm
24 3
15
0  0  0  0  0  0  0  0  0  0  0  0  0  0  0  0  0  0  0  0  0  0  0  0
0  3  3  3  3  0  0  7  7  7  7  0  0 11 11 11 11  0  0 15 15 15 15  0
0  3  0  0  0  0  0  7  0  0  0  0  0 11  0  0  0  0  0 15  0  0 15  0
"""
    image = decode(content)
    assert (image.channels, image.height, image.width) == (1, 3, 24)
    assert image.pixels[:, range(24, 48)] * 15 == Matrix(
        [[0, *[3] * 4, 0, 0, *[7] * 4, 0, 0, *[11] * 4, 0, 0, *[15] * 4, 0]]
    )


@pytest.mark.parametrize(
    ("content", "pixels"),
    [
        # A byte that looks like a space or a comment is a sample all the same, once the header has ended.
        (b"P5 2 1 255\n#\n", [35, 10]),
        (b"P5 2 1 255   ", [32, 32]),
        # The end of a comment ends the header, too.
        (b"P5 2 1 255# one more\n#\n", [35, 10]),
        (b"P5#\n2#\n1\t255\n#\n", [35, 10]),
        (b"P2 2 1 255 007 # no more\n8#", [7, 8]),
    ],
)
def test_where_the_header_ends(content, pixels):
    assert decode(content).pixels == Matrix([[sample / 255 for sample in pixels]])


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"P5", "header needs width, height and maxval, three numbers"),
        (b"P5 1 1", "three numbers"),
        (b"P5 1 1 255", "three numbers"),
        (b"P51 1 255\n0", "three numbers"),
        (b"P5 1 1 # 255\n", "three numbers"),
        (b"P5 -1 1 255\n0", "three numbers"),
        (b"P5 1.5 1 255\n0", "three numbers"),
        (b"P5 1 1 9999999999\n0", "three numbers"),
        (b"P5 1 1 \xb2\xb2\n0", "three numbers"),
        (b"P5 0 1 255\n", "0×1 pixels from 0 to 255"),
        (b"P5 1 0 255\n", "1×0 pixels"),
        (b"P5 1 1 0\n0", "from 0 to 0; they go from 0 to 1 up to 65535"),
        (b"P5 1 1 65536\n00", "from 0 to 65536"),
        (b"P5 2 2 255\nabc", "3 bytes follow its header, which says 4 samples of 1"),
        (b"P6 1 1 256\nabcde", "5 bytes follow its header, which says 3 samples of 2"),
        (b"P2 2 2 255\n1 2 3", "it has 3 samples; its header says 4"),
        (b"P2 1 1 255\n", "it has 0 samples"),
        (b"P2 1 1 255\n-1", "b'-1' is not a sample"),
        (b"P2 2 1 255\n1 1_0", "b'1_0' is not a sample"),
        (b"P2 1 1 255\n" + b"1" * 10**6, "is not a sample"),
        (b"P2 2 1 7\n8 7", "a sample is 8, above its maxval 7"),
        (b"P6 1 1 7\n\7\7\x08", "a sample is 8, above its maxval 7"),
        (b"P5 1 1 999\n\3\xe8", "a sample is 1000, above its maxval 999"),
        (b"P1 3", "header needs width and height, two numbers"),
        (b"P1 3 2", "two numbers"),
        (b"P4 0 1\n", "0×1 pixels from 0 to 1"),
        (b"P1 3 2\n01110", "it has 5 samples; its header says 6"),
        (b"P1 3 2\n011120", "b'2' is not a sample; they are 0 and 1"),
        (b"P1 3 2\n# 0\n0111x0", "b'x' is not a sample"),
        (b"P4 9 2\nabc", "3 bytes follow its header, which says 4 samples of 1"),
    ],
)
def test_an_invalid_file_is_refused(content, sentence):
    with pytest.raises(ValueError, match=sentence):
        decode(content)


@pytest.mark.parametrize(
    ("content", "samples"),
    [
        (b"P1 3 2\n0 1 1\n1 0 0\n", [0, 1, 1, 1, 0, 0]),
        (b"P1\n# made for a test\n3 2\n0111# 1 1\n00", [0, 1, 1, 1, 0, 0]),
        (b"P4 3 2\n\x60\x80", [0, 1, 1, 1, 0, 0]),
        (b"P4 3 2\n\x7f\x9f", [0, 1, 1, 1, 0, 0]),  # what fills up a byte may be anything
        (b"P4 9 2\n\x80\x80\x00\x80", [1, *[0] * 7, 1, *[0] * 8, 1]),
        (b"P4 1 1\n#", [0]),
        (b"P4 1 1#\n#", [0]),
    ],
)
def test_in_a_bitmap_1_is_black(content, samples):
    """The numbers are those that Pillow 13.0 reads from the same bytes, 255 for 0 and 0 for 1."""
    assert decode(content).pixels == Matrix([[1.0 - sample for sample in samples]])


@pytest.mark.parametrize(
    "content",
    [
        b"P1 3 1\n011",
        b"P2 3 1 9\n0 7 8",
        b"P3 1 1 9\n0 7 8",
        b"P4 3 1\n\x60",
        b"P5 3 1 255\nabc",
        b"P6 1 1 999\n\0a\0b\0c",
    ],
)
@pytest.mark.parametrize("more", [b"\n", b"\n0 1 1", b"\nP5 1 1 255\na", b"\n no image"])
def test_what_follows_the_image_is_not_read(content, more):
    assert decode(content + more) == decode(content)


@pytest.mark.parametrize("magic", [b"P1", b"P2", b"P3", b"P4", b"P5", b"P6"])
def test_a_promise_takes_no_memory(magic):
    def refused():
        with pytest.raises(ValueError):
            decode(magic + b" 999999999 999999999 65535\n" + b"1 " * 500)

    # 500 samples as bytes objects of 34 bytes each in a list, and a few copies of the file.
    assert peak_memory(refused) < 100_000
