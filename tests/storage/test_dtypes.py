"""Each dtype against its definition, over all its bit patterns where there are few, and against PyTorch's file."""

import math
import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop.storage import safe_open
from backprop.storage.dtypes import decoded, encoded

DTYPES = Path(__file__).resolve().parents[1] / "reference" / "storage" / "dtypes.safetensors"


def floating(bits, exponent_bits, fraction_bits):
    """The number that IEEE 754, section 3.4, gives a bit pattern; all steps are exact in float64."""
    sign = -1.0 if bits >> (exponent_bits + fraction_bits) else 1.0
    exponent = bits >> fraction_bits & (1 << exponent_bits) - 1
    fraction = (bits & (1 << fraction_bits) - 1) / (1 << fraction_bits)
    bias = (1 << exponent_bits - 1) - 1
    if exponent == (1 << exponent_bits) - 1:
        return math.nan if fraction else sign * math.inf
    return sign * math.ldexp(1 + fraction, exponent - bias) if exponent else sign * math.ldexp(fraction, 1 - bias)


def same(came, expected):
    """Equal with the sign of zero, NaN for NaN."""
    return repr(came) == repr(expected)


@pytest.mark.parametrize(("dtype", "exponent_bits", "fraction_bits"), [("F16", 5, 10), ("BF16", 8, 7)])
def test_every_pattern_of_16_bits_is_the_number_of_its_definition(dtype, exponent_bits, fraction_bits):
    patterns = range(1 << 16)
    row = decoded(struct.pack("<65536H", *patterns), dtype)
    assert same(row, [floating(bits, exponent_bits, fraction_bits) for bits in patterns])


@given(st.lists(st.integers(0, 2**32 - 1), min_size=1, max_size=50))
def test_patterns_of_32_bits(patterns):
    row = decoded(struct.pack(f"<{len(patterns)}I", *patterns), "F32")
    assert same(row, [floating(bits, 8, 23) for bits in patterns])


@given(st.lists(st.integers(0, 2**64 - 1), min_size=1, max_size=50))
def test_patterns_of_64_bits_and_back_to_the_last_bit(patterns):
    data = struct.pack(f"<{len(patterns)}Q", *patterns)
    row = decoded(data, "F64")
    assert same(row, [floating(bits, 11, 52) for bits in patterns])
    assert encoded(row, "F64") == data


@pytest.mark.parametrize("dtype", ["BOOL", "U8", "I8", "U16", "I16", "U32", "I32", "U64", "I64"])
def test_ints_are_twos_complement_and_the_first_byte_is_the_least(dtype):
    size = 1 if dtype == "BOOL" else int(dtype[1:]) // 8
    least = -(1 << 8 * size - 1) if dtype[0] == "I" else 0
    most = 1 if dtype == "BOOL" else least + (1 << 8 * size) - 1
    numbers = sorted({least, 0, 1, most, *(x for x in (-2, 5, 0x1234, 2**40 + 1) if least <= x <= most)})
    data = b"".join(x.to_bytes(size, "little", signed=least < 0) for x in numbers)
    if dtype == "BOOL":
        numbers = list(map(bool, numbers))
    assert repr(decoded(data, dtype)) == repr(numbers)
    assert encoded(numbers, dtype) == data


# What safetensors.torch.save_file was given: torch.tensor(these numbers, dtype=its name) in this shape.
GIVEN = {
    "F64": ((2, 2), [[1.5, -0.0], [math.inf, 5e-324]]),
    "F32": ((2, 1, 2), [[1.5, -2.5], [3.5, 2.0**-149]]),
    "F16": ((3,), [[1.5, 2.0**-24, -math.inf]]),
    "BF16": ((3,), [[1.5, 2.0**-133, 226 * 2.0**120]]),
    "I64": ((), [[-(2**63)]]),
    "I32": ((2, 1), [[-(2**31)], [7]]),
    "I16": ((1,), [[-(2**15)]]),
    "I8": ((2,), [[-128, 127]]),
    "U8": ((2,), [[0, 255]]),
    "U16": ((1,), [[2**16 - 1]]),
    "U32": ((1,), [[2**32 - 1]]),
    "U64": ((1,), [[2**64 - 1]]),
    "BOOL": ((1, 2), [[True, False]]),
    'a "long"\n näme\x7f\u2028': ((1,), [[1.0]]),
}


# The dtype of the Tensor; what has none is read as the least that holds it.
DTYPES_OF = {
    "F64": "float64",
    "F32": "float32",
    "F16": "float32",
    "BF16": "float32",
    "BOOL": "bool",
    "U8": "uint8",
    "I8": "int8",
    "I16": "int16",
    "U16": "int32",
    "I32": "int32",
    "U32": "int64",
    "I64": "int64",
    "U64": "int64",
    'a "long"\n näme\x7f\u2028': "float64",
}


@pytest.mark.parametrize("name", GIVEN)
def test_the_file_of_pytorch(name):
    shape, rows = GIVEN[name]
    with safe_open(DTYPES) as file:
        assert file.get_shape(name) == shape
        assert file.get_dtype(name) == (name if name in GIVEN and len(name) < 5 else "F64")
        tensor = file.get_tensor(name)
    assert tensor.shape == shape and repr(tensor.matrix.rows) == repr(rows)
    assert str(tensor.dtype) == f"torch.{DTYPES_OF[name]}"


def test_the_file_of_pytorch_has_a_tensor_without_numbers_too():
    with safe_open(DTYPES) as file:
        assert file.keys() == sorted([*GIVEN, "empty"]) and file.metadata() == {"key": "välue"}
        assert file.get_shape("empty") == (0, 3)
        assert file.get_tensor("empty").shape == (0, 3) and file.get_tensor("empty").tolist() == []
