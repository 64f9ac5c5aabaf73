"""The confusion matrix: counts in their cells, as dark as their share of the row, and names that fit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop import Matrix
from backprop.pictures import ConfusionMatrix
from tests.pictures.drawings import Drawing

SVG = "{http://www.w3.org/2000/svg}"


def shares(svg):
    """How much of the colour is in each cell."""
    return [float(rect.get("fill-opacity")) for rect in Drawing(svg).root.iter(f"{SVG}rect") if rect.get("fill")]


def test_every_count_stands_in_its_cell():
    counts = [[50, 0, 0], [1, 47, 3], [0, 2, 48]]
    drawing = Drawing(ConfusionMatrix(counts, ["a", "b", "c"]).svg())
    cells = [(x, y, r, b) for (x, y), (r, b) in drawing.of("rect")[1:]]
    for i, row in enumerate(counts):
        for j, n in enumerate(row):
            left, top, right, bottom = cells[3 * i + j]
            inside = [
                t.words
                for t in drawing.texts
                if left < t.left and t.right < right and top < t.top and t.bottom < bottom
            ]
            assert inside == ([str(n)] if n else [])


def test_a_cell_is_as_dark_as_its_share_of_the_row():
    """A class of 4 shows as well as one of 4,000; a class without examples is light throughout."""
    assert shares(ConfusionMatrix([[4, 0], [0, 4000]]).svg()) == [0.5, 0.06, 0.06, 0.5]
    assert shares(ConfusionMatrix([[3, 1], [0, 0]]).svg()) == [0.39, 0.17, 0.06, 0.06]


@given(
    st.integers(1, 8).flatmap(
        lambda n: st.lists(st.lists(st.integers(0, 10**6), min_size=n, max_size=n), min_size=n, max_size=n)
    )
)
def test_every_count_can_be_read_and_stands_alone(counts):
    svg = ConfusionMatrix(counts).svg()
    assert all(0.06 <= share <= 0.5 for share in shares(svg))
    words = [text.words for text in Drawing(svg).texts]
    assert all(words.count(str(n)) >= sum(counts, []).count(n) for n in sum(counts, []) if n)
    lines = str(ConfusionMatrix(counts)).split("\n")[2:]
    read = [[0 if n == "." else int(n) for n in line.split("|")[1].split()] for line in lines]
    assert read == counts


def test_short_names_are_level_and_long_ones_turned():
    assert "rotate" not in ConfusionMatrix([[1, 2], [3, 4]], ["cat", "dog"]).svg().split("predicted class")[0]
    assert ConfusionMatrix([[1, 2], [3, 4]], ["a cat of any colour", "dog"]).svg().count("rotate") == 3


def test_in_characters():
    """As ``examples/digits.py`` prints it."""
    counts = [[0] * 10 for _ in range(10)]
    counts[1][1], counts[1][2], counts[0][9] = 2, 1, 1
    lines = str(ConfusionMatrix(Matrix(counts))).split("\n")
    assert lines[:4] == [
        "      0   1   2   3   4   5   6   7   8   9",
        "  +----------------------------------------",
        "0 |   .   .   .   .   .   .   .   .   .   1",
        "1 |   .   2   1   .   .   .   .   .   .   .",
    ]
    assert str(ConfusionMatrix([[1234, 0], [0, 1]], ["setosa", "versicolor"])).split("\n") == [
        "             setosa vers…lor",
        "         +------------------",
        "  setosa |     1234        .",
        "vers…lor |        .        1",
    ]


@pytest.mark.parametrize(
    ("counts", "classes", "sentence"),
    [
        ([[1, 2]], None, "^ConfusionMatrix needs the same number of rows and columns, got 1×2$"),
        ([[1, 0.5], [0, 1]], None, r"^ConfusionMatrix: counts\[0\]\[1\] is an int from 0 up, got 0.5$"),
        ([[1, 0], [-1, 1]], None, r"^ConfusionMatrix: counts\[1\]\[0\] is an int from 0 up, got -1$"),
        ([[1, 0], [0]], None, r"^Matrix: part 1 has the shape \[1\] and part 0 \[2\]"),
        ([[1]], ["a", "b"], "^ConfusionMatrix got 2 names for 1 classes$"),
    ],
)
def test_what_is_no_confusion_matrix_is_refused(counts, classes, sentence):
    with pytest.raises(ValueError, match=sentence):
        ConfusionMatrix(counts, classes)
