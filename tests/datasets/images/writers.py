"""Writers of PNG, PGM and PPM files for the tests, made from the specifications and not from the readers.

A picture is a list of rows, a row a list of pixels, a pixel a tuple of samples.
"""

from __future__ import annotations

import struct
import zlib

from hypothesis import strategies as st

# Samples a pixel, and the bits of one, for each colour type of PNG.
KINDS = [(0, 1, (1, 2, 4, 8, 16)), (2, 3, (8, 16)), (3, 1, (1, 2, 4, 8)), (4, 2, (8, 16)), (6, 4, (8, 16))]
# In which pass of an interlaced PNG a pixel comes, repeated every eight pixels across and down.
ADAM7 = [
    [1, 6, 4, 6, 2, 6, 4, 6],
    [7, 7, 7, 7, 7, 7, 7, 7],
    [5, 6, 5, 6, 5, 6, 5, 6],
    [7, 7, 7, 7, 7, 7, 7, 7],
    [3, 6, 4, 6, 3, 6, 4, 6],
    [7, 7, 7, 7, 7, 7, 7, 7],
    [5, 6, 5, 6, 5, 6, 5, 6],
    [7, 7, 7, 7, 7, 7, 7, 7],
]


def expected(rows, maxval):
    """The numbers that an image of these pixels has: channel after channel, line after line."""
    return [pixel[c] / maxval for c in range(len(rows[0][0])) for row in rows for pixel in row]


def pictures(samples, maxval, size=9):
    """Pictures of up to ``size``×``size`` pixels."""
    pixel = st.tuples(*[st.integers(0, maxval) | st.sampled_from([0, maxval])] * samples)
    return st.integers(1, size).flatmap(
        lambda width: st.lists(st.lists(pixel, min_size=width, max_size=width), min_size=1, max_size=size)
    )


# -------------------------------------------------------------------- PGM and PPM


def pnm(rows, maxval, text, comment="# made for a test", gap="\n"):
    """A P2, P3, P5 or P6 file."""
    samples = [sample for row in rows for pixel in row for sample in pixel]
    magic = {(1, True): "P2", (3, True): "P3", (1, False): "P5", (3, False): "P6"}[len(rows[0][0]), text]
    header = f"{magic}{gap}{comment}\n{len(rows[0])}{gap}{len(rows)} {comment}\n{maxval}\n".encode("latin-1")
    if text:
        return header + gap.join(map(str, samples)).encode("latin-1")
    return header + b"".join(sample.to_bytes(1 if maxval < 256 else 2, "big") for sample in samples)


# -------------------------------------------------------------------- PNG


def chunk(name, data=b""):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def header(width, height, depth, colour, compression=0, filtering=0, interlace=0):
    return chunk(b"IHDR", struct.pack(">2I5B", width, height, depth, colour, compression, filtering, interlace))


def file(*chunks):
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def png(rows, colour, depth, filters=(0,), interlace=False, palette=None, transparent=None, pieces=1):
    """A PNG file; the lines take the ``filters`` by turns, and IDAT is cut into ``pieces``."""
    compressed = zlib.compress(lines(rows, depth, filters, interlace))
    cuts = [len(compressed) * k // pieces for k in range(pieces + 1)]
    return file(
        header(len(rows[0]), len(rows), depth, colour, interlace=int(interlace)),
        chunk(b"gAMA", struct.pack(">I", 45455)),
        b"" if palette is None else chunk(b"PLTE", bytes(palette)),
        b"" if transparent is None else chunk(b"tRNS", bytes(transparent)),
        *[chunk(b"IDAT", compressed[start:end]) for start, end in zip(cuts, cuts[1:])],
        chunk(b"tEXt", b"Comment\0made for a test"),
        chunk(b"IEND"),
    )


def lines(rows, depth, filters, interlace):
    """The bytes before compression: all lines of all passes, each with the number of its filter before it."""
    number, result = 0, b""
    for turn in range(1, 8) if interlace else [None]:
        above = None
        for y, row in enumerate(rows):
            chosen = [p for x, p in enumerate(row) if turn is None or ADAM7[y % 8][x % 8] == turn]
            if chosen:
                line = packed([sample for pixel in chosen for sample in pixel], depth)
                above = above or bytes(len(line))
                kind = filters[number % len(filters)]
                result += bytes([kind]) + filtered(kind, line, above, max(1, len(row[0]) * depth // 8))
                number, above = number + 1, line
    return result


def packed(samples, depth):
    """The samples as one long number in binary, filled up to whole bytes."""
    bits = "".join(f"{sample:0{depth}b}" for sample in samples)
    bits += "1" * (-len(bits) % 8)  # what fills up may be anything
    return bytes(int(bits[k : k + 8], 2) for k in range(0, len(bits), 8))


def filtered(kind, line, above, bpp):
    """Section 9.2 of the specification, byte by byte: Filt(x) = Orig(x) − …"""
    result = []
    for i, x in enumerate(line):
        a = line[i - bpp] if i >= bpp else 0
        b = above[i]
        c = above[i - bpp] if i >= bpp else 0
        guess = {0: 0, 1: a, 2: b, 3: (a + b) // 2, 4: paeth_predictor(a, b, c)}[kind]
        result.append((x - guess) % 256)
    return bytes(result)


def paeth_predictor(a, b, c):
    """Section 9.4, nearly word for word."""
    p = a + b - c
    pa, pb, pc = abs(p - a), abs(p - b), abs(p - c)
    if pa <= pb and pa <= pc:
        return a
    if pb <= pc:
        return b
    return c
