"""Schemas: what the columns of small tables are taken for, what a user may say instead, and the numbers they become."""

import io
import json
import math
import random
from dataclasses import asdict

import pytest

from backprop.datasets import Schema, read_table

NAN = math.nan


def read(text, target="y", **settings):
    return read_table(io.StringIO(text), target, **settings)


def table(**columns):
    """The text of a table of these columns, and a target of two classes at its end."""
    count = len(next(iter(columns.values())))
    columns = {**columns, "y": ["uvv"[k % 3] for k in range(count)]}
    rows = [columns, *zip(*columns.values())]
    return "".join(";".join(map(str, row)) + "\n" for row in rows)


TWENTY = range(20)

# A column of cells, and how it is told.
COLUMNS = {
    "numbers": ([f"{k % 7}.5" for k in TWENTY], "number from 0.5 to 6.5"),
    "whole numbers": ([k * k % 11 for k in TWENTY], "number from 0 to 9"),
    "money": ([f"${k},000.50" for k in range(1, 21)], "number from 1000.5 to 20000.5"),
    "percent": ([f"{k % 6} %" for k in TWENTY], "number from 0 to 5"),
    "missing numbers": (["", "N/A", *range(3, 21)], "number from 3 to 20  2 missing"),
    "one is no number": (
        ["two", *range(31, 50)],
        "number from 31 to 49  1 missing; 1 is not a number, taken as missing: 'two' in line 2",
    ),
    "category": ([f"c{k % 4}" for k in TWENTY], "category of 4: c0, c1, c2, c3"),
    "category with gaps": (["?", *(f"c{k % 4}" for k in range(19))], "category of 4: c0, c1, c2, c3  1 missing"),
    "many values": ([f"c{k // 2:02}" for k in TWENTY], "category of 10: c00, c01, c02, c03, c04 and 5 more"),
    "one value and gaps": (["", "new"] * 10, "category of 1: new  10 missing"),
    "yes and no": (["yes", "No"] * 10, "yes/no: no, yes"),
    "true and false": (["True", "False", "", "True"] * 5, "yes/no: false, true  5 missing"),
    "dates": ([f"2024-0{1 + k % 9}-1{k % 10}" for k in TWENTY], "date as %Y-%m-%d"),
    "American dates": ([f"{1 + k % 9}/{k + 1}/2024" for k in TWENTY], "date as %m/%d/%Y"),
    "British dates": ([f"{k + 1}/{1 + k % 9}/2024" for k in TWENTY], "date as %d/%m/%Y"),
    "open dates": (
        [f"{1 + k % 9}/{1 + k % 8}/2024" for k in TWENTY],
        "date as %m/%d/%Y  month and day may be the other way round",
    ),
    "times": ([f"2024-01-1{k % 10} 1{k % 10}:30" for k in TWENTY], "date as %Y-%m-%d %H:%M"),
    "counted from 0": (list(TWENTY), "an id, left out  counts the rows"),
    "counted from 1": ([k + 1 for k in TWENTY], "an id, left out  counts the rows"),
    "customer_id": ([k * 7919 % 1000 for k in TWENTY], "an id, left out  its name says so, and all differ"),
    "different words": ([f"x{k * 7919 % 1000}" for k in TWENTY], "an id, left out  all differ"),
    "constant": (["7"] * 20, "constant, left out  everywhere '7'"),
    "constant number": (["7", "7.0"] * 10, "constant, left out  everywhere '7'"),
    "empty": ([""] * 20, "constant, left out  nothing in it"),
    "free text": ([f"this is the {k}th remark" for k in TWENTY], "free text, left out  20 different"),
    "years": (list(range(1990, 2010)), "number from 1990 to 2009"),
}


@pytest.mark.parametrize("name", COLUMNS)
def test_a_column_is_understood(name):
    cells, told = COLUMNS[name]
    schema = read(table(other=[k * k % 7 + 0.5 for k in TWENTY], **{name: cells})).schema
    column = schema.columns[1]
    assert (column.name, "  ".join(filter(None, column.describe()[1:]))) == (name, told)
    assert column.describe()[1] in str(schema)


def test_a_schema_is_told_in_a_table():
    text = table(nr=range(12), size=[*range(11), ""], color=["red", "blue", "blue"] * 4, note=["a remark"] * 12)
    assert str(read(text + ";;;;\n12;5;red;;\n").schema) == (
        "column  taken for                 note\n"
        "nr      an id, left out           counts the rows\n"
        "size    number from 0 to 10       1 missing\n"
        "color   category of 2: blue, red\n"
        "note    category of 1: a remark   1 missing\n"
        "y       target, 2 classes: u, v   1 row without it left out"
    )


def test_the_numbers_that_a_row_becomes():
    text = "when;color;warm;size;y\n2000-01-02;red;yes;3;u\n2000-03-01;;;;v\n1999-12-31;blue;no;5;u\n2000-01-01;red;No;3;v\n"
    data = read(text)
    assert data.features == [
        *(f"when: {part}" for part in ("year", "month", "weekday", "days")),
        *("color=blue", "color=red", "color is missing"),
        *("warm", "warm is missing", "size", "size is missing"),
    ]
    expected = [
        [2000, 1, 7, 1, 0, 1, 0, 1, 0, 3, 0],
        [2000, 3, 3, 60, 0, 0, 1, NAN, 1, NAN, 1],
        [1999, 12, 5, -1, 1, 0, 0, 0, 0, 5, 0],
        [2000, 1, 6, 0, 0, 1, 0, 0, 0, 3, 0],
    ]
    assert repr(data.inputs.tolist()) == repr([[float(x) for x in row] for row in expected])


def test_a_user_may_say_otherwise():
    text = table(zip=[k % 3 for k in TWENTY], code=[f"x{k}" for k in TWENTY], when=["2024-01-05", "2023-07-09"] * 10)
    schema = read(text, kinds={"zip": "category", 1: "category", "when": "ignore"}).schema
    assert [column.kind for column in schema.columns] == ["category", "category", "ignored"]
    assert len(schema.features) == 23
    assert read(text, ignore=[0, "code"]).features == ["when: year", "when: month", "when: weekday", "when: days"]
    mixed = table(size=["<5"] * 10 + [7, 8] * 5)
    assert read(mixed).schema.columns[0].kind == "category"
    assert read(mixed, kinds={"size": "number"}).schema.columns[0].missing == 10


def test_columns_are_given_by_number_without_a_header_too():
    text = "".join(f"{k % 5},x{k % 2},{k % 3}.5,{'uv'[k % 2]}\n" for k in TWENTY)
    schema = read(text, -1, ignore=[1], kinds={0: "category"}).schema
    assert [(column.name, column.kind) for column in schema.columns] == [
        ("0", "category"),
        ("1", "ignored"),
        ("2", "number"),
    ]
    assert schema.target == "3" and not schema.header


def test_years_in_a_header_are_names():
    text = "country,1990,1991\nMali,3.5,4.5\nChad,2.5,1.5\nMali,2.5,1.25\n"
    assert read(text, 1991).features == read(text, "1991").features == read(text, 2).features


def test_what_only_counts_is_better_than_nothing():
    assert read("x,y\n1,2.5\n2,4.5\n3,6.5\n").features == ["x"]


# Targets, and the classes they are taken for; none is a quantity.
TARGETS = [
    (["a", "b"] * 10, ["a", "b"]),
    (["10", "9"] * 10, ["9", "10"]),
    (["True", "False"] * 10, ["False", "True"]),
    (["0.0", "1.0"] * 10, ["0", "1"]),
    (["1", "1.0", "2"] * 7, ["1", "2"]),
    ([str(k % 10) for k in range(50)], [str(k) for k in range(10)]),
    ([str(k) for k in range(50)], []),
    ([str(k % 25) for k in range(500)], []),
    (["0.5", "1.5"] * 10, []),
    (["1,250.5", "3,000.0"] * 5, []),
    (["$1.50", "$2.75", "$3.25"] * 5, []),
    (["+", "-"] * 10, ["+", "-"]),
    (["1", "2", "other"] * 10, ["1", "2", "other"]),
]


@pytest.mark.parametrize(("cells", "classes"), TARGETS)
def test_a_target_is_understood(cells, classes):
    text = "x;y\n" + "".join(f"{k * k % 13};{cell}\n" for k, cell in enumerate(cells))
    data = read(text)
    assert data.classes == classes and len(data) == len(cells)


def test_the_choice_can_be_made():
    text = "x,y\n" + "".join(f"{k * k % 13},{k % 3}\n" for k in TWENTY)
    assert read(text).classes == ["0", "1", "2"] and read(text, classes=False).classes == []
    assert read(text, classes=["2", "1", "0"]).classes == ["2", "1", "0"]
    many = "x,y\n" + "".join(f"{k * k % 13},{k}\n" for k in TWENTY)
    assert read(many).classes == [] and len(read(many, classes=True).classes) == 20


def test_rows_without_a_target_are_left_out_and_counted():
    text = "x,y\n1,u\n2,\n3,N/A\n4,v\n5,null\n6,u\n7,None\n"
    data = read(text)
    assert (len(data), data.schema.without_target) == (3, 4)
    numbers = "x,y\n" + "".join(f"{k},{k}.5\n" for k in TWENTY) + "7,-\n8,?\n"
    assert len(read(numbers)) == 20


# ------------------------------------------------------------------ another table, by the same schema


def by_schema(text, schema, **dialect):
    inputs, notes = schema.read_inputs(io.StringIO(text), **dialect)
    return inputs.tolist(), notes


def test_another_table_is_read_by_the_same_schema():
    """In any order and any dialect, with other columns and without the target."""
    text = "size,color,warm,y\n3,red,yes,u\n5,blue,no,v\n4,red,no,u\n"
    data = read(text)
    other = "color;extra;warm;size\nred;?;yes;3,0\nblue;!;no;5,0\nred;;no;4,0\n"
    assert by_schema(other, data.schema) == (data.inputs.tolist(), [])
    without_header = read("3,u,red\n5,v,blue\n4,u,red\n", 1)
    assert by_schema("3,u,red\n5,v,blue\n4,,red\n", without_header.schema)[0] == without_header.inputs.tolist()
    assert by_schema("3,red\n5,blue\n4,red\n", without_header.schema)[0] == without_header.inputs.tolist()


def test_a_value_that_was_not_learned_gets_a_word():
    data = read("size,color,warm,when,y\n3,red,yes,2024-01-05,u\n5,blue,no,2024-02-05,v\n4,red,no,2024-03-09,u\n")
    other = "size,color,warm,when\n9,green,maybe,soon\n,red,yes,2024-01-05\n4,,no,\n"
    rows, notes = by_schema(other, data.schema)
    assert notes == [
        "'size': 1 cell not among what was learned, from 3 to 5, as '9'",
        "'size': 1 missing cell filled",
        "'color': 1 cell not among what was learned, blue, red, as 'green'",
        "'color': 1 missing cell filled",
        "'warm': 1 cell not among what was learned, no, yes, as 'maybe'",
        "'warm': 1 missing cell filled",
        "'when': 1 cell not among what was learned, as %Y-%m-%d, as 'soon'",
        "'when': 2 missing cells filled",
    ]
    assert rows[0][:3] == [9.0, 0.0, 0.0] and all(map(math.isnan, rows[0][3:]))


def test_missing_cells_may_be_refused():
    text = "size,color,y\n3,red,u\n,blue,v\n4,,u\n5,red,v\n"
    with pytest.raises(ValueError) as caught:
        read(text, missing="refuse")
    assert str(caught.value) == (
        "read_table: the open file: (1) column 'size' has 1 missing cell; fill them, or leave it out by ignore=['size']; "
        "(2) column 'color' has 1 missing cell; fill them, or leave it out by ignore=['color']"
    )
    schema = read(text.replace(",,", ",red,").replace("\n,", "\n3,"), missing="refuse").schema
    with pytest.raises(ValueError, match="read_inputs: the open file: column 'size' has 2 missing cells; fill them"):
        by_schema("size,color\n,red\n,red\n", schema)


def test_a_schema_is_json():
    text = table(
        nr=range(12), size=[*range(11), ""], color=["red", "blue", "blue"] * 4, when=["2024-01-05", "2023-07-09"] * 6
    )
    schema = read(text).schema
    assert Schema.from_json(json.loads(json.dumps(asdict(schema)))) == schema


# ------------------------------------------------------------------ what it refuses


@pytest.mark.parametrize(
    ("text", "settings", "sentence"),
    [
        ("a,b\n1,2\n", {}, "it has no column 'y'; it has 'a', 'b'"),
        (
            "age,height,price,color,weight,kind\n1,2,3,4,5,6\n",
            {"target": "pirce"},
            "'weight', 'kind'; did you mean 'price'?",
        ),
        ("a,y\n1,u\n2,v\n", {"ignore": ["b", 7]}, "(1) it has no column 'b'; it has 'a', 'y'; (2) it has no column 7"),
        ("a,y\n1,u\n2,v\n", {"ignore": ["y"]}, "column 'y' is the target, and cannot be of another kind"),
        ("a,y\n1,u\n2,v\n", {"ignore": ["a"]}, "no column to learn from but the target: 'a' is to be ignored"),
        ("a,b,y\n1,x,u\n1,x,v\n", {}, "no column to learn from but the target: 'a' is constant, 'b' is constant"),
        ("y\nu\nv\n", {}, "it has no column to learn from but the target"),
        (
            "a,y\nx,u\ny,v\nx,v\n",
            {"kinds": {"a": "number"}},
            "no cell of column 'a' is a number; leave it out by ignore=",
        ),
        (
            "a,y\nx,u\ny,v\nx,v\n",
            {"kinds": {"a": "date"}},
            "no cell of column 'a' is a date; leave it out by ignore=['a']",
        ),
        ("a,y\n1,\n2,NA\n3,?\n", {}, "column 'y', the target, has nothing in it; choose another"),
        (
            "a,y\n1,u\n2,v\n3,3\n",
            {"classes": False},
            "'u' in line 2, which is not a number, and 1 more; classes=True makes",
        ),
        ("a,y\n" + "".join(f"{k},t{k}\n" for k in range(30)), {}, "the target, has a different text in each row"),
        ("a,y\n" + "".join(f"{k},{k}.5\n" for k in range(2000)), {"classes": True}, "1,000 different values, too many"),
        ("a,y\n1,u\n2\n3,v\n4,u,7\n", {}, "line 3 has 1 cells, the first line has 2, and so have 1 more; give each as"),
        ("a,b,y\n1,,u\n2\n3,5,v\n", {"missing": "refuse"}, "(2) column 'b' has 1 missing cell; fill them"),
        ("a,y\n", {}, "it has no examples below its header"),
        ("", {}, "the open file is empty"),
        ("a,y\n1,u\n2,v\n", {"classes": ["u", "w"]}, "line 3, column 'y': 'v' is not one of the classes ['u', 'w']"),
    ],
)
def test_what_cannot_be_learned_from_is_refused_in_one_message(text, settings, sentence):
    with pytest.raises(ValueError) as caught:
        read(text, **settings)
    assert str(caught.value).startswith("read_table: the open file") and sentence in str(caught.value)


def test_of_very_many_problems_a_message_has_a_few():
    text = table(**{f"c{k}": ["", *range(3, 9)] for k in range(30)})
    with pytest.raises(ValueError, match=r"\(5\) column 'c4' has 1 missing cell; .*; and 25 more$"):
        read(text, missing="refuse")


def test_texts_that_differ_are_no_numbers():
    with pytest.raises(ValueError, match="no column to learn from but the target: 'a' is an id"):
        read("a,y\nabc,1.5\nbcd,2.5\ncde,3.5\n")


def test_a_number_that_an_id_might_be_is_asked_for():
    rng = random.Random(0)
    text = table(id=[rng.randrange(10**6) for _ in TWENTY], size=[k * k % 7 for k in TWENTY])
    assert read(text).features == ["size"] and read(text, kinds={"id": "number"}).features == ["id", "size"]
