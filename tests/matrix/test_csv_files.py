"""CSV files: every number is read as it was written, and what is not a table of numbers is refused with its line."""

import math
import tempfile
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop import Matrix
from tests.strategies import fractions, matrices

any_float = st.floats(allow_nan=False)


@given(matrices(entries=st.one_of(fractions, any_float, st.integers())), st.sampled_from(",;\t| "), st.booleans())
def test_what_is_written_is_read_again_to_the_last_bit(m, delimiter, header):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "m.csv")
        names = [f'column "{j}"{delimiter}' for j in range(m.shape[1])] if header else None
        m.to_csv(path, delimiter=delimiter, header=names)
        back = Matrix.from_csv(path, delimiter=delimiter, header=header)
        assert repr(back) == repr(m)
        assert [p.name for p in Path(folder).iterdir()] == ["m.csv"]


def test_nan_comes_back(tmp_path):
    Matrix([[math.nan, -math.inf]]).to_csv(tmp_path / "m.csv")
    back = Matrix.from_csv(tmp_path / "m.csv")
    assert math.isnan(back[0, 0]) and back[0, 1] == -math.inf


def test_what_spreadsheets_write(tmp_path):
    """A byte order mark, Windows line ends, quotes, blanks around numbers, an empty line at the end."""
    path = tmp_path / "m.csv"
    path.write_bytes('\ufeff"a";"b"\r\n"1"; 2.5\r\n-3;1e3\r\n\r\n'.encode())
    assert repr(Matrix.from_csv(path, delimiter=";", header=True)) == "Matrix([[1, 2.5], [-3, 1000.0]])"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("1,2\n3,x\n", "from_csv: m.csv, line 2, column 2: 'x' is not a number"),
        ("1,2\n\n3\n", "from_csv: m.csv, line 3 has 1 entries and the first row 2"),
        ("1,2\n3,\n", "line 2, column 2: '' is not a number"),
        ("1/0\n", "line 1, column 1: '1/0' is not a number"),
        ("__import__('os')\n", "is not a number"),
        ("", "m.csv has no numbers in it"),
        ("\n\n", "m.csv has no numbers in it"),
        ('1,2\n3,"4\n', "line 2: unexpected end of data"),
    ],
)
def test_what_is_no_table_of_numbers_is_refused_with_its_place(tmp_path, content, sentence):
    path = tmp_path / "m.csv"
    path.write_text(content)
    with pytest.raises(ValueError) as caught:
        Matrix.from_csv(path)
    assert sentence in str(caught.value)


def test_bytes_that_are_no_text_are_refused_with_their_line(tmp_path):
    path = tmp_path / "m.csv"
    path.write_bytes(b"1,2\n" * 5000 + b"3,\xe9\n" + b"1,2\n" * 5000)
    with pytest.raises(ValueError) as caught:
        Matrix.from_csv(path)
    assert str(caught.value) == "from_csv: m.csv, line 5001: byte 0xe9 is not utf-8 text"


def test_a_delimiter_is_one_character(tmp_path):
    with pytest.raises(ValueError, match="from_csv: the delimiter is a single character, got ', '"):
        Matrix.from_csv(tmp_path / "m.csv", delimiter=", ")


def test_a_failed_writing_leaves_the_file_that_was_there(tmp_path, monkeypatch):
    path = tmp_path / "m.csv"
    Matrix([[1]]).to_csv(path)

    def fail(x):
        raise OSError("disk full")

    monkeypatch.setattr("backprop.matrix.csv_files._text", fail)
    with pytest.raises(OSError, match="disk full"):
        Matrix([[2]]).to_csv(path)
    assert path.read_text() == "1\n" and list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("header", ["ab", ["a"], ["a", "b", "c"]])
def test_a_header_names_every_column(tmp_path, header):
    with pytest.raises(ValueError, match="the header is a list of 2 names"):
        Matrix([[1, 2]]).to_csv(tmp_path / "m.csv", header=header)
    assert not list(tmp_path.iterdir())


def test_fractions_that_are_whole_stay_fractions(tmp_path):
    Matrix([[Fraction(3), 3]]).to_csv(tmp_path / "m.csv")
    assert [type(x) for x in Matrix.from_csv(tmp_path / "m.csv").tolist()[0]] == [Fraction, int]
