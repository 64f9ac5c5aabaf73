"""Cells: numbers, dates and missing values as people write them."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop.datasets.cells import FORMATS, is_missing, is_number, number, numbers, parsed_date


@pytest.mark.parametrize(
    ("cell", "decimal", "value"),
    [
        ("-1.5e3", ".", -1500.0),
        ("1,234", ".", 1234.0),
        ("1,234,567.25", ".", 1234567.25),
        ("1.234.567,25", ",", 1234567.25),
        ("1.234", ",", 1234.0),
        ("0,5", ",", 0.5),
        ("1 234,5", ",", 1234.5),
        ("1\xa0234", ".", 1234.0),
        ("1'234.5", ".", 1234.5),
        ("$12.50", ".", 12.5),
        ("-$1,000", ".", -1000.0),
        ("£ 3", ".", 3.0),
        ("12,50 €", ",", 12.5),
        ("45 %", ".", 45.0),
        ("45%", ".", 45.0),
        ("−3", ".", -3.0),
        ("007", ".", 7.0),
    ],
)
def test_a_number_is_read_as_it_is_written(cell, decimal, value):
    assert number(cell, decimal) == value and numbers([cell, "1"], decimal) == [value, 1.0]


@pytest.mark.parametrize(
    "cell", ["", "two", "1,23", "1_000", "inf", "-Infinity", "nan", "1e999", "12-3", "1 2", "$", "%", "0x1"]
)
def test_what_is_no_number_is_none(cell):
    assert math.isnan(number(cell)) and not is_number(cell) and math.isnan(numbers([cell])[0])


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_comes_back_to_the_last_bit(x):
    assert number(repr(x)) == x == number(repr(x).replace(".", ","), ",")
    if abs(x) < 1e15:
        assert number(f"{x:,.6f}") == float(f"{x:.6f}") == number(f"€{x:,.6f}")


@pytest.mark.parametrize(
    "word", ["", "?", "NA", "N/A", "n/a", "NaN", "null", "NULL", "None", "-", "--", ".", "missing"]
)
def test_nothing_has_many_words(word):
    assert is_missing(word)


@pytest.mark.parametrize("word", ["0", "no", "unknown", "_", "+", "Nan Goldin"])
def test_a_word_is_not_nothing(word):
    assert not is_missing(word)


@pytest.mark.parametrize(
    ("cell", "form", "year_month_day"),
    [
        ("2024-02-29", "%Y-%m-%d", (2024, 2, 29)),
        ("2024-02-29 13:45", "%Y-%m-%d %H:%M", (2024, 2, 29)),
        ("2024-02-29T13:45:10.5+02:00", "%Y-%m-%dT%H:%M:%S.%f%z", (2024, 2, 29)),
        ("2024-02-29T13:45:10Z", "%Y-%m-%dT%H:%M:%S%z", (2024, 2, 29)),
        ("29.2.2024", "%d.%m.%Y", (2024, 2, 29)),
        ("2/29/24", "%m/%d/%y", (2024, 2, 29)),
        ("29/02/2024", "%d/%m/%Y", (2024, 2, 29)),
        ("29-Feb-2024", "%d-%b-%Y", (2024, 2, 29)),
        ("29 February 2024", "%d %B %Y", (2024, 2, 29)),
        ("Feb 29, 2024", "%b %d, %Y", (2024, 2, 29)),
        ("2024-02", "%Y-%m", (2024, 2, 1)),
    ],
)
def test_a_date_is_read_in_its_format(cell, form, year_month_day):
    found = parsed_date(cell)
    assert form in FORMATS and (found[form].year, found[form].month, found[form].day) == year_month_day


@pytest.mark.parametrize("cell", ["30.2.2024", "1.5", "20-29", "2024", "12:30", "Main St 12", "", "2024-13-01"])
def test_what_is_no_date_is_none(cell):
    assert parsed_date(cell) == {}
