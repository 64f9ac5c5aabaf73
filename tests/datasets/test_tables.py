"""Tables: a written table is read, with its classes or numbers, at once and as a stream; any other is refused."""

import csv
import gzip
import io
import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop.datasets import CSVStream, read_table, schema
from backprop.datasets.cells import is_missing, is_number
from backprop.utils.data import train_test_split
from tests.datasets.mutations import damaged
from tests.datasets.test_dialect import FILES
from tests.tables import contents

FLOWERS = "length,width,species\n5.1,3.5,setosa\n7.0,3.2,versicolor\n4.9,3.0,setosa\n"

finite = st.floats(allow_nan=False, allow_infinity=False)
texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=5).filter(
    lambda text: text == text.strip() and not is_missing(text) and text[0] != "#"
)


def read(text, target, **settings):
    return read_table(io.StringIO(text, newline=""), target, **settings)


def exactly(names, rows, place, **settings):
    """What to say so that nothing is found out, and each column but the target is a number."""
    kinds = {k: "number" for k in range(len(rows[0]) + 1) if k != place}
    return {"header": bool(names), "kinds": kinds, "decimal": ".", "delimiter": ",", **settings}


@st.composite
def tables(draw, targets):
    """(names of the columns, rows of numbers, a target for each, the target's place)."""
    width = draw(st.integers(1, 4))
    names = draw(st.lists(texts, min_size=width + 1, max_size=width + 1, unique=True))
    rows = draw(st.lists(st.lists(finite, min_size=width, max_size=width), min_size=1, max_size=6))
    answers = draw(st.lists(targets, min_size=len(rows), max_size=len(rows)))
    return names, rows, answers, draw(st.integers(0, width))


def written(names, rows, answers, place, **dialect):
    file = io.StringIO(newline="")
    writer = csv.writer(file, **dialect)
    if names:
        writer.writerow(names)
    writer.writerows(row[:place] + [answer] + row[place:] for row, answer in zip(rows, answers))
    return file.getvalue()


dialects = st.fixed_dictionaries(
    {
        "delimiter": st.sampled_from(",;\t|"),
        "lineterminator": st.sampled_from(["\n", "\r\n", "\r", "\n\n"]),
        "quoting": st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    }
)


@given(tables(texts), dialects, st.sampled_from(["", "\ufeff"]), st.booleans())
def test_classes_come_back_under_any_dialect(table, dialect, mark, by_number):
    names, rows, answers, place = table
    names = [] if by_number else names
    text = mark + written(names, rows, answers, place, **dialect)
    data = read(text, place, **exactly(names, rows, place, classes=True, delimiter=dialect["delimiter"]))
    assert data.inputs.tolist() == rows
    assert [data.classes[k] for k in data.targets.tolist()] == [label(answer, answers) for answer in answers]
    names = names or [str(k) for k in range(len(rows[0]) + 1)]
    assert data.features == names[:place] + names[place + 1 :]


def label(answer, answers):
    """Where all are numbers, however written, these are the classes."""
    return schema.label(answer, ".") if all(map(is_number, answers)) else answer


@given(tables(finite))
def test_quantities_come_back_to_the_last_bit(table):
    names, rows, answers, place = table
    data = read(written(names, rows, answers, place), place, **exactly(names, rows, place, classes=False))
    assert repr(data.inputs.tolist()) == repr(rows)
    assert repr(data.targets.tolist()) == repr([[answer] for answer in answers])
    assert list(data.classes) == []


def test_parts_keep_the_names():
    for part in (*train_test_split(read(FLOWERS, "species"), 1), read(FLOWERS, "species").select(0)):
        assert (part.features, part.classes) == (["length", "width"], ["setosa", "versicolor"])


def test_a_path_and_an_open_file_give_the_same(tmp_path):
    path = tmp_path / "flowers.csv"
    path.write_bytes(("\ufeff" + FLOWERS.replace("\n", "\r\n")).encode())
    with open(path, encoding="utf-8") as file:
        assert (
            contents(read_table(path, "species"))
            == contents(read_table(str(path), "species"))
            == contents(read_table(file, "species"))
        )


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b'a,b,y\n1,2,"x\n1,2,y\n', "unexpected end of data"),
        (b"a,b,y\n1,2," + b"x" * 200_000, "field larger than field limit"),
        (b"a,b,y\n1,2,x\n\0\0\0\n", "is not text: it has bytes that are 0"),
        (b"\x1f\x8b not packed", "is a damaged gzip file"),
        (gzip.compress(b"a,y\n1,u\n" * 1000, mtime=0)[:-9], "is a damaged gzip file"),
        (b"PK\x03\x04", "is a zip archive, as Excel's .xlsx is, not text; save the table as CSV"),
        (b"", "t.csv is empty"),
        (b"\n\r\n", "t.csv is empty"),
    ],
)
def test_what_is_no_table_is_refused(tmp_path, content, sentence):
    path = tmp_path / "t.csv"
    path.write_bytes(content)
    for reader in (read_table, lambda *a: list(CSVStream(*a))):
        with pytest.raises(ValueError) as caught:
            reader(path, "y")
        assert type(caught.value) is ValueError
        assert str(caught.value).startswith(("read_table: t.csv", "CSVStream: t.csv")) and sentence in str(caught.value)


def test_of_very_many_columns_a_message_names_a_few():
    with pytest.raises(ValueError, match=r"has no column 'y'; it has 'c0', .* 'c19' and 99,980 more"):
        read(",".join(f"c{i}" for i in range(100_000)) + "\n", "y")


@pytest.mark.parametrize("target", [2, -3])
def test_a_column_is_there(target):
    with pytest.raises(ValueError, match=f"has no column {target}; without a header they are numbered 0 to 1"):
        read("1,2\n", target)


def test_a_class_that_was_not_named_is_refused():
    with pytest.raises(
        ValueError, match=r"line 3, column 'species': 'versicolor' is not one of the classes \['setosa', 'x'\]"
    ):
        read(FLOWERS, "species", classes=["setosa", "x"])


@pytest.mark.parametrize(
    ("arguments", "settings", "error", "sentence"),
    [
        (([[1, 2]], 1), {}, TypeError, r"a path or an open file, got \[\[1, 2\]\]"),
        ((io.StringIO("1,2\n"), None), {}, TypeError, "a column is given by its name or its number, got None"),
        ((io.StringIO("1,2\n"), True), {}, TypeError, "a column is given by its name or its number, got True"),
        ((io.StringIO("1,2\n"), 1), {"ignore": "a"}, TypeError, "ignore is a list of names or numbers, got 'a'"),
        ((io.StringIO("1,2\n"), 1), {"ignore": [1.5]}, TypeError, "given by its name or its number, got 1.5"),
        ((io.StringIO("1,2\n"), 1), {"classes": "12"}, ValueError, "True, False, None or a list of names, got '12'"),
        ((io.StringIO("1,2\n"), 1), {"classes": [1, 2]}, ValueError, r"a list of names, got \[1, 2\]"),
        ((io.StringIO("1,2\n"), 1), {"classes": ["2", "2"]}, ValueError, r"a list of names, got \['2', '2'\]"),
        ((io.StringIO("1,2\n"), 1), {"classes": []}, ValueError, r"a list of names, got \[\]"),
        (
            (io.StringIO("1,2\n"), 1),
            {"kinds": {0: "word"}},
            ValueError,
            "kind is 'number', 'category', 'date' or 'ignore'",
        ),
        ((io.StringIO("1,2\n"), 1), {"missing": "drop"}, ValueError, "missing is 'fill' or 'refuse', got 'drop'"),
        ((io.StringIO("1,2\n"), 1), {"decimal": "'"}, ValueError, "the decimal is '.' or ','"),
        ((io.StringIO("1,2\n"), 1), {"delimiter": ", "}, ValueError, "the delimiter is a single character, got ', '"),
        ((io.StringIO("1,2\n"), 1), {"delimiter": '"'}, ValueError, "the delimiter is a single character"),
    ],
)
def test_what_does_not_fit_is_refused(arguments, settings, error, sentence):
    with pytest.raises(error, match=sentence):
        read_table(*arguments, **settings)


def test_a_file_that_is_not_there_is_missed_by_its_name(tmp_path):
    with pytest.raises(FileNotFoundError, match="nowhere.csv"):
        read_table(tmp_path / "nowhere.csv", -1)


# ------------------------------------------------------------------ damaged files

VISITORS = (Path(__file__).resolve().parents[2] / "examples" / "visitors.csv").read_bytes().splitlines(True)

WHOLE = [
    (FLOWERS.encode(), "species", {}),
    (FLOWERS.encode(), -1, {"classes": True}),
    (b"1.5,2,0\n-3,4e2,1\n0,0,1\n" * 3, -1, {}),
    (b"1.5,2,0\n-3,4e2,1\n0,0,1\n" * 3, 1, {"classes": False}),
    ('\ufeff"höhe";"y"\r\n"1";"a b"\r\n2;"c;""d"\r\n'.encode(), "y", {"delimiter": ";", "classes": True}),
    (b"x,y\n1,0.5\n2,1e-3\n3,7\n", "y", {}),
    (b"x,y\n1,no\n2,yes\n3,no\n", "y", {"classes": ["no", "yes"]}),
    *((content, "kind", {}) for content, _ in FILES.values()),
    *((b"".join(VISITORS[:rows]), "back", {}) for rows in (6, 30)),
    (b"".join(VISITORS[2:30]), -1, {"kinds": {2: "category", -2: "ignore"}, "missing": "refuse"}),
]
PIECES = [b'"', b",", b";", b"\n", b"\r", b"\0", b"\xff", b"\xc3", b"\xef\xbb\xbf", b"?", b"NA", b"nan", b"inf", b"_"]
PIECES += [
    b"N/A",
    b"-",
    b"1.234,5",
    b"$5",
    b"5 %",
    b"2020-01-05",
    b"31.12.1999",
    b"yes",
    b"\t",
    b"|",
    b" ",
    b"#",
    b",,,",
]
PIECES += [b"1e999", b"9" * 5000, b"0", b"y", b"x" * 140_000, b"1\n" * 50, b'"\n"', b"\xe2\x80\xa8"]


def at_once(*arguments, **settings):
    data = read_table(*arguments, **settings)
    path, *_ = arguments
    if settings.get("missing") != "refuse":
        data.schema.read_inputs(path)  # as predict does
    return repr(contents(data))


def as_stream(*arguments, **settings):
    stream = CSVStream(*arguments, **settings)
    rows, targets = zip(*stream)
    answers = [t if isinstance(t, int) else t.tolist() for t in targets]
    return repr(([row.tolist() for row in rows], answers, stream.classes, stream.features))  # as NaN is not NaN


def outcome(read, *arguments, **settings):
    """What is read, or None where a sentence refuses the file."""
    try:
        return read(*arguments, **settings)
    except ValueError as error:
        assert type(error) is ValueError and " t.csv" in str(error)
        return None


def fuzzed(count, path, rng):
    """The share of ``count`` damaged files that are valid; at once and as a stream each gives the same."""
    valid = 0
    for _ in range(count):
        content, target, settings = rng.choice(WHOLE)
        path.write_bytes(damaged(content, PIECES, rng))
        one = outcome(at_once, path, target, **settings)
        assert outcome(as_stream, path, target, **settings) == one
        valid += one is not None
    return valid / count


def test_a_damaged_file_is_read_or_refused_in_a_sentence(tmp_path):
    # Were all of them refused, or none, this would test little.
    assert 0.05 < fuzzed(400, tmp_path / "t.csv", random.Random(0)) < 0.95


def test_the_list_of_classes_that_was_given_stays_as_it_is():
    names = ["versicolor", "setosa"]
    read(FLOWERS, "species", classes=names).classes.append("more")
    assert names == ["versicolor", "setosa"]


def test_a_stream_keeps_the_classes_that_it_was_given(tmp_path):
    names = ["versicolor", "setosa"]
    (tmp_path / "flowers.csv").write_text(FLOWERS, "utf-8")
    stream = CSVStream(tmp_path / "flowers.csv", "species", classes=names)
    before = [target for _, target in stream]
    names.reverse()
    assert [target for _, target in stream] == before and stream.classes == ["versicolor", "setosa"]
