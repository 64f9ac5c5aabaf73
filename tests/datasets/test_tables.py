"""Tables: a written table is read, with its classes or numbers; any other is refused with line and column."""

import csv
import io
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop.datasets import CSVStream, read_csv, read_inputs
from backprop.utils.data import train_test_split
from tests.datasets.mutations import damaged
from tests.tables import contents

FLOWERS = "length,width,species\n5.1,3.5,setosa\n7.0,3.2,versicolor\n4.9,3.0,setosa\n"

finite = st.floats(allow_nan=False, allow_infinity=False)
texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=5).filter(
    lambda text: text == text.strip() and text not in ("?", "NA", "nan", "NaN")
)


def read(text, target, **settings):
    return read_csv(io.StringIO(text, newline=""), target, **settings)


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
    text = mark + written([] if by_number else names, rows, answers, place, **dialect)
    data = read(text, place if by_number else names[place], classes=True, delimiter=dialect["delimiter"])
    assert data.inputs.tolist() == rows
    assert [data.classes[k] for k in data.targets.tolist()] == answers
    assert sorted(data.classes) == sorted(set(answers))
    assert list(data.features) == ([] if by_number else names[:place] + names[place + 1 :])


@given(tables(finite))
def test_quantities_come_back_to_the_last_bit(table):
    names, rows, answers, place = table
    data = read(written(names, rows, answers, place), names[place], classes=False)
    assert repr(data.inputs.tolist()) == repr(rows)
    assert repr(data.targets.tolist()) == repr([[answer] for answer in answers])
    assert list(data.classes) == []


@given(st.lists(st.integers(-200, 200), min_size=1))
def test_whole_numbers_are_classes_in_the_order_of_their_values(answers):
    data = read(written([], [[0.5]] * len(answers), answers, 1), -1)
    assert list(data.classes) == [str(n) for n in sorted(set(answers))]
    assert [int(data.classes[k]) for k in data.targets.tolist()] == answers


@given(st.lists(st.integers(0, 20), min_size=1), finite.filter(lambda x: not float(x).is_integer()), st.data())
def test_one_number_that_is_not_whole_makes_quantities_of_all(answers, x, data):
    answers.insert(data.draw(st.integers(0, len(answers))), x)
    targets = read(written([], [[0.5]] * len(answers), answers, 0), 0).targets
    assert targets.tolist() == [[answer] for answer in answers]


def test_the_choice_can_be_made():
    text = "1,3\n2,10\n3,10\n"
    assert read(text, 1).classes == read(text, 1, classes=True).classes == ["3", "10"]
    assert read(text, 1, classes=False).targets.tolist() == [[3.0], [10.0], [10.0]]
    given_classes = read(text, 1, classes=["10", "3", "never"])
    assert (given_classes.targets.tolist(), given_classes.classes) == ([1, 0, 0], ["10", "3", "never"])
    assert read("1,b\n2,2.5\n", 1, classes=True).classes == ["2.5", "b"]


def test_targets_may_stand_in_any_column():
    data = read("a,b,c\n1,x,2\n3,y,4\n", "b")
    assert data.inputs.tolist() == [[1, 2], [3, 4]] and data.features == ["a", "c"]
    assert read("1,x,2\n3,y,4\n", -2).targets.tolist() == [0, 1]


def test_ignored_columns_may_hold_anything():
    data = read("id,a,note,b,y\nx1,1,,2,u\nx2,3,?,4,v\n", "y", ignore=["note", "id"])
    assert (data.inputs.tolist(), data.features, data.classes) == ([[1, 2], [3, 4]], ["a", "b"], ["u", "v"])
    with pytest.raises(ValueError, match="line 3, column 'b': 'x' is not a finite number"):
        read("id,a,b,y\n1,1,2,u\n2,3,x,v\n", "y", ignore=["id"])
    with pytest.raises(ValueError, match="has no column but the target and those to ignore"):
        read("id,y\n1,u\n", "y", ignore=["id"])
    with pytest.raises(ValueError, match="has no column 'name'; it has 'id', 'y'"):
        read("id,y\n1,u\n", "y", ignore=["name"])


@given(tables(texts), st.data())
def test_inputs_alone_are_found_by_their_names(table, data):
    """In whatever order they are asked for, whatever else stands in the table, and with or without the targets."""
    names, rows, answers, place = table
    text = written(names, rows, answers, place)
    features = names[:place] + names[place + 1 :]
    order = data.draw(
        st.permutations(range(len(features))).flatmap(lambda p: st.integers(1, len(p)).map(lambda n: p[:n]))
    )
    inputs = read_csv(io.StringIO(text, newline=""), names[place], classes=True).inputs
    asked = [features[i] for i in order]
    assert read_inputs(io.StringIO(text, newline=""), asked).equal(inputs[:, list(order)])
    without = io.StringIO(newline="")
    csv.writer(without).writerows([features, *rows])
    without.seek(0)
    assert read_inputs(without, asked).equal(inputs[:, list(order)])


def test_inputs_alone_are_found_by_their_numbers():
    assert read_inputs(io.StringIO("1,x,2\n3,,4\n"), [2, 0]).tolist() == [[2, 1], [4, 3]]
    assert read_inputs(io.StringIO("1;x;2\n"), [-1], delimiter=";").tolist() == [[2]]
    with pytest.raises(ValueError, match="read_inputs: the open file has no column 3; they are numbered 0 to 2"):
        read_inputs(io.StringIO("1,x,2\n"), [0, 3])
    with pytest.raises(ValueError, match=r"line 2, column 3: '\?' is a missing value"):
        read_inputs(io.StringIO("1,x,2\n3,,?\n"), [2, 0])


@pytest.mark.parametrize("features", [[], "ab", ["a", "a"], ["a", 0], [0, 0], [True], None])
def test_features_are_names_or_numbers(features):
    with pytest.raises(ValueError, match="read_inputs: features are a list of names or a list of numbers"):
        read_inputs(io.StringIO("a,b\n1,2\n"), features)


def test_of_very_many_columns_a_message_names_a_few():
    with pytest.raises(ValueError, match=r"has no column 'y'; it has 'c0', .* 'c19' and 99,980 more$"):
        read(",".join(f"c{i}" for i in range(100_000)) + "\n", "y")


def test_parts_keep_the_names():
    for part in (*train_test_split(read(FLOWERS, "species"), 1), read(FLOWERS, "species").select(0)):
        assert (part.features, part.classes) == (["length", "width"], ["setosa", "versicolor"])


def test_a_path_and_an_open_file_give_the_same(tmp_path):
    path = tmp_path / "flowers.csv"
    path.write_bytes(("\ufeff" + FLOWERS.replace("\n", "\r\n")).encode())
    with open(path, encoding="utf-8") as file:
        assert (
            contents(read_csv(path, "species"))
            == contents(read_csv(str(path), "species"))
            == contents(read_csv(file, "species"))
        )


def test_another_encoding_is_opened_by_the_caller(tmp_path):
    path = tmp_path / "t.csv"
    path.write_bytes("höhe,name\n1,é\n".encode("latin-1"))
    with open(path, encoding="latin-1") as file:
        assert read_csv(file, "name").classes == ["é"]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"a,b,y\n1,2,x\n\n1,,y\n", "line 4, column 'b': '' is a missing value"),
        (b"a,b,y\n1,2,x\n1, ? ,y\n", "line 3, column 'b': ' ? ' is a missing value"),
        (b"a,b,y\n1,NA,x\n", "line 2, column 'b': 'NA' is a missing value"),
        (b"a,b,y\n1,nan,x\n", "line 2, column 'b': 'nan' is a missing value"),
        (b"a,b,y\n1,2,\n", "line 2, column 'y': '' is a missing value"),
        (b"a,b,y\n1,2,?\n", "line 2, column 'y': '?' is a missing value"),
        (b"a,b,y\n1,2,x\n1,two,y\n", "line 3, column 'b': 'two' is not a finite number"),
        (b"a,b,y\n1,1e999,x\n", "line 2, column 'b': '1e999' is not a finite number"),
        (b"a,b,y\n1,2,0.5\n1,2,x\n", "line 3, column 'y': 'x' is not a finite number"),
        (b"a,b,y\n1,2,0.5\n1,2,inf\n", "line 3, column 'y': 'inf' is not a finite number"),
        (b"a,b,y\n1,2,x\n1,2,3\n", "line 3, column 'y': '3' and 'x' before it are a number and a text; classes=True"),
        (b"a,b,y\n1,2,x\n1,2\n", "line 3 has 2 cells, the first 3"),
        (b"a,b,y\n1,2,x\n1,2,x,\n", "line 3 has 4 cells, the first 3"),
        (b"a,b,c\n1,2,x\n", " has no column 'y'; it has 'a', 'b', 'c'"),
        (b"a;b;y\n1;2;x\n", " has no column 'y'; it has 'a;b;y'"),
        (b"y\n1\n", " has no column but the target"),
        (b"a,a,y\n1,2,x\n", " has 2 columns of the name 'a'"),
        (b",a,y\n1,2,x\n", ", column 1 has no name"),
        (b"", " is empty"),
        (b"\n\r\n", " is empty"),
        (b"a,b,y\n", " has no examples below its header"),
        (b'a,b,y\n1,2,"x\n1,2,y\n', "unexpected end of data"),
        (b"a,b,y\n1,2,x\n1,2,\xe9\n", "line 3: byte 0xe9 is not utf-8 text"),
        (b"a,b,y\n" + b"1,2,x\n" * 5000 + b"1,2,\xe9\n", "line 5002: byte 0xe9 is not utf-8 text"),
        (b"\xff\xfea,b,y\n", "line 1: byte 0xff is not utf-8 text"),
        (b"a,b,y\n1,2," + b"x" * 200_000, "line 2: field larger than field limit"),
    ],
)
def test_an_invalid_table_is_refused_with_line_and_column(tmp_path, content, sentence):
    path = tmp_path / "t.csv"
    path.write_bytes(content)
    for reader, file in ((read_csv, path), (lambda *a: list(CSVStream(*a)), path)):
        with pytest.raises(ValueError) as caught:
            reader(file, "y")
        assert type(caught.value) is ValueError
        assert str(caught.value).startswith(("read_csv: t.csv", "CSVStream: t.csv")) and sentence in str(caught.value)


@pytest.mark.parametrize("target", [2, -3])
def test_a_column_is_there(target):
    with pytest.raises(ValueError, match=f"has no column {target}; they are numbered 0 to 1"):
        read("1,2\n", target)


def test_a_header_is_not_taken_for_an_example():
    with pytest.raises(ValueError, match=r"line 1, column 1: 'length' is not a finite number; where there is a header"):
        read(FLOWERS, -1)


def test_a_class_that_was_not_named_is_refused():
    with pytest.raises(
        ValueError, match=r"line 3, column 'species': 'versicolor' is not one of the classes \['setosa'\]"
    ):
        read(FLOWERS, "species", classes=["setosa"])


@pytest.mark.parametrize(
    ("arguments", "settings", "error", "sentence"),
    [
        ((io.BytesIO(b"1,2\n"), 1), {}, TypeError, "a path or an open text file, got <_io.BytesIO"),
        (([[1, 2]], 1), {}, TypeError, r"a path or an open text file, got \[\[1, 2\]\]"),
        ((io.StringIO("1,2\n"), None), {}, TypeError, "the name of a column or its number, got None"),
        ((io.StringIO("1,2\n"), True), {}, TypeError, "the name of a column or its number, got True"),
        ((io.StringIO("1,2\n"), 1), {"classes": "12"}, ValueError, "True, False, None or a list of names, got '12'"),
        ((io.StringIO("1,2\n"), 1), {"classes": [1, 2]}, ValueError, r"a list of names, got \[1, 2\]"),
        ((io.StringIO("1,2\n"), 1), {"classes": ["2", "2"]}, ValueError, r"a list of names, got \['2', '2'\]"),
        ((io.StringIO("1,2\n"), 1), {"classes": []}, ValueError, r"a list of names, got \[\]"),
        (
            (io.StringIO("1,2\n"), 1),
            {"ignore": ["a"]},
            ValueError,
            r"a list of names, for a target with a name, got \['a'\]",
        ),
        ((io.StringIO("a,b\n"), "a"), {"ignore": "b"}, ValueError, "ignore is a list of names, .*, got 'b'"),
        ((io.StringIO("a,b\n"), "a"), {"ignore": [1]}, ValueError, r"ignore is a list of names, .*, got \[1\]"),
        ((io.StringIO("1,2\n"), 1), {"delimiter": ", "}, ValueError, "the delimiter is a single character, got ', '"),
        ((io.StringIO("1,2\n"), 1), {"delimiter": '"'}, ValueError, "the delimiter is a single character"),
    ],
)
def test_what_does_not_fit_is_refused(arguments, settings, error, sentence):
    with pytest.raises(error, match=sentence):
        read_csv(*arguments, **settings)


def test_a_file_that_is_not_there_is_missed_by_its_name(tmp_path):
    with pytest.raises(FileNotFoundError, match="nowhere.csv"):
        read_csv(tmp_path / "nowhere.csv", -1)


# ------------------------------------------------------------------ damaged files

WHOLE = [
    (FLOWERS.encode(), "species", {}),
    (FLOWERS.encode(), -1, {"classes": True}),
    (b"1.5,2,0\n-3,4e2,1\n0,0,1\n" * 3, -1, {}),
    (b"1.5,2,0\n-3,4e2,1\n0,0,1\n" * 3, 1, {"classes": False}),
    ('\ufeff"höhe";"y"\r\n"1";"a b"\r\n2;"c;""d"\r\n'.encode(), "y", {"delimiter": ";", "classes": True}),
    (b"x,y\n1,0.5\n2,1e-3\n3,7\n", "y", {}),
    (b"x,y\n1,no\n2,yes\n3,no\n", "y", {"classes": ["no", "yes"]}),
]
PIECES = [b'"', b",", b";", b"\n", b"\r", b"\0", b"\xff", b"\xc3", b"\xef\xbb\xbf", b"?", b"NA", b"nan", b"inf", b"_"]
PIECES += [b"1e999", b"9" * 5000, b"0", b"y", b"x" * 140_000, b"1\n" * 50, b'"\n"', b"\xe2\x80\xa8"]


def at_once(*arguments, **settings):
    return contents(read_csv(*arguments, **settings))


def as_stream(*arguments, **settings):
    stream = CSVStream(*arguments, **settings)
    rows, targets = zip(*stream)
    return (
        [row.tolist() for row in rows],
        [t if isinstance(t, int) else t.tolist() for t in targets],
        stream.classes,
        stream.features,
    )


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
