"""Files as people have them: however a table is written, the same table is read."""

import gzip
import io

import pytest

from backprop.datasets import read_table
from backprop.datasets.dialect import sniff
from tests.tables import contents

ROWS = [("weight", "height", "kind"), ("1.5", "1200.25", "cat"), ("2.25", "30.5", "dog"), ("3.75", "4.25", "cat")]
TABLE = "".join(",".join(row) + "\n" for row in ROWS)


def written(delimiter, end="\n", rows=ROWS):
    return "".join(delimiter.join(row) + end for row in rows)


EUROPEAN = written(";", rows=[[cell.replace(".", ",") for cell in row] for row in ROWS])

# The bytes of a file, and the line that tells how it was understood.
FILES = {
    "commas": (TABLE.encode(), "commas between the cells, a header, UTF-8"),
    "semicolons": (written(";").encode(), "semicolons between the cells, a header, UTF-8"),
    "tabs": (written("\t").encode(), "tabs between the cells, a header, UTF-8"),
    "bars": (written("|").encode(), "bars between the cells, a header, UTF-8"),
    "blanks": (written("  ").encode(), "blanks between the cells, a header, UTF-8"),
    "blanks and tabs": (
        b"weight height  kind\n1.5\t1200.25 cat \n 2.25 30.5\tdog\n3.75  4.25 cat\n",
        "blanks between the cells, a header, UTF-8",
    ),
    "blanks behind commas": (written(", ").encode(), "commas between the cells, a header, UTF-8"),
    "quotes": (written('","', '"\n"').encode().join([b'"', b""])[:-1], "commas between the cells, a header, UTF-8"),
    "Windows": (written(",", "\r\n").encode(), "commas between the cells, a header, UTF-8"),
    "old Macintosh": (written(",", "\r").encode(), "commas between the cells, a header, UTF-8"),
    "byte order mark": (b"\xef\xbb\xbf" + TABLE.encode(), "commas between the cells, a header, UTF-8"),
    "UTF-16": (TABLE.encode("utf-16"), "commas between the cells, a header, UTF-16"),
    "UTF-16 unmarked": (TABLE.encode("utf-16-le"), "commas between the cells, a header, UTF-16-LE"),
    "gzip": (gzip.compress(TABLE.encode()), "commas between the cells, a header, UTF-8"),
    "decimal commas": (EUROPEAN.encode(), "semicolons between the cells, decimal commas, a header, UTF-8"),
    "thousands": (
        TABLE.replace("1200.25", '"$1,200.25"').encode(),
        "commas between the cells, a header, UTF-8",
    ),
    "European thousands": (
        EUROPEAN.replace("1200,25", "1.200,25 €").encode(),
        "semicolons between the cells, decimal commas, a header, UTF-8",
    ),
    "trailing delimiters": (written(",", ",\n").encode(), "commas between the cells, a header, UTF-8"),
    "trailing in the rows": (
        TABLE.replace("t\n", "t,\n").replace("g\n", "g,\n").replace("height,", "height,").encode(),
        "commas between the cells, a header, UTF-8",
    ),
    "empty rows at the end": ((TABLE + ",,\n\n,,\n").encode(), "commas between the cells, a header, UTF-8"),
    "comments": (
        ("# by hand\n" + TABLE + "# the end\n").encode(),
        "commas between the cells, a header, lines with # left out, UTF-8",
    ),
    "a title": (
        ("Animals of the farm\n\n" + TABLE).encode(),
        "commas between the cells, a header, 1 line above it left out, UTF-8",
    ),
}


@pytest.mark.parametrize("name", FILES)
def test_however_a_table_is_written_it_is_the_same(tmp_path, name):
    content, layout = FILES[name]
    (tmp_path / "t.csv").write_bytes(content)
    expected = ([[1.5, 1200.25], [2.25, 30.5], [3.75, 4.25]], [0, 1, 0], ["cat", "dog"], ["weight", "height"])
    for target in ("kind", 2):
        data = read_table(tmp_path / "t.csv", target)
        assert contents(data) == expected and data.schema.layout == layout
    assert contents(read_table(io.BytesIO(content), "kind")) == expected


def test_latin_1_is_said(tmp_path):
    (tmp_path / "t.csv").write_bytes("größe,preis\n1,2 €\n2,3 €\n4,7 €\n".encode("cp1252"))
    data = read_table(tmp_path / "t.csv", "preis", classes=False)
    assert data.features == ["größe"] and data.targets.tolist() == [[2.0], [3.0], [7.0]]
    assert data.schema.layout.endswith("a header, not UTF-8, so taken for Latin-1 (Windows-1252)")
    with pytest.raises(ValueError, match="t.csv, line 1: byte 0xf6 is not utf-8 text"):
        read_table(tmp_path / "t.csv", "preis", encoding="utf-8")
    with pytest.raises(ValueError, match="'klingon' is not an encoding"):
        read_table(tmp_path / "t.csv", "preis", encoding="klingon")


@pytest.mark.parametrize(
    ("text", "header"),
    [
        ("a,b\n1,2\n", True),
        ("1,2\n3,4\n", False),
        ("country,1990,1991\nMali,3.5,4.5\nChad,2.5,1.5\n", True),
        ("1990,1991,1992\n3.5,4.5,1\n2,2,2\n", True),
        ("1990,1.5\n1991,2.5\n", False),
        ("color,size\nred,big\nblue,big\nred,small\n", True),
        ("red,big\nblue,big\nred,small\n", False),
        ("id,when\na,2020-01-05\nb,2020-01-06\n", True),
        ("a,2020-01-05\nb,2020-01-06\n", False),
        ("?,x\n2,y\n3,x\n", False),
    ],
)
def test_a_header_is_told_from_an_example(text, header):
    assert sniff(text).header is header
    assert sniff(text, header=not header).header is not header


def test_what_is_given_is_not_looked_for():
    assert sniff("a;b\n1,5;2\n", delimiter=",", decimal=".").delimiter == ","
    data = read_table(io.StringIO("1.234;1\n2.345;2\n3.456;1\n"), 1, decimal=",")
    assert data.inputs.tolist() == [[1234.0], [2345.0], [3456.0]]
    data = read_table(io.StringIO("x,y\nb,a\nc,b\nb,a\n"), -1, header=False)
    assert len(data) == 4


def test_names_are_made_where_they_lack_or_are_the_same():
    data = read_table(io.StringIO("a,a,,y\n5,7,1,u\n6,9,1,v\n8,8,2,u\n"), "y")
    assert data.features == ["a", "a (2)", "column 2"]
    # R leaves out the name of the row names.
    data = read_table(io.StringIO("a b y\nr1 5 7 u\nr2 6 9 v\nr3 8 8 u\n"), "y")
    assert data.features == ["a", "b"] and data.schema.columns[0].kind == "id"


def test_an_unnamed_index_is_an_id():
    data = read_table(io.StringIO(",a,y\n0,5,u\n1,6,v\n2,6,u\n"), "y")
    assert data.features == ["a"] and [column.name for column in data.schema.columns] == ["column 0", "a"]
