"""The history: printed as a table, written to files that say the same, drawn in one line."""

import csv
import json
import math

import pytest

from backprop import Epoch, History

HISTORY = History(
    [
        Epoch(1, 0.1 + 0.2, 0.5, math.nan, 1 / 3, 12345.678),
        Epoch(2, 1e-300, 0.75, math.inf, 1.0, 1.0),
    ]
)


def test_it_prints_as_a_table_of_what_was_measured():
    assert str(HISTORY).splitlines() == [
        "epoch      loss  accuracy  validation loss  validation accuracy",
        "    1  0.300000   50.00 %              nan              33.33 %",
        "    2  0.000000   75.00 %              inf             100.00 %",
    ]
    assert str(History([Epoch(1, 0.5, None, None, None, 1.0)])) == "epoch      loss\n    1  0.500000"
    assert str(History()) == "no epochs"


def test_a_column_that_an_epoch_lacks_is_blank_there():
    text = str(History([Epoch(1, 0.5, None, None, None, 1.0), Epoch(2, 0.5, 0.5, None, None, 1.0)]))
    assert text.splitlines() == ["epoch      loss  accuracy", "    1  0.500000          ", "    2  0.500000   50.00 %"]


def test_the_csv_file_has_every_value_to_the_last_bit(tmp_path):
    HISTORY.to_csv(tmp_path / "h.csv")
    with open(tmp_path / "h.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [repr(Epoch(int(row.pop("number")), *map(float, row.values()))) for row in rows] == list(map(repr, HISTORY))


def test_the_json_file_has_every_value_to_the_last_bit(tmp_path):
    HISTORY.to_json(tmp_path / "h.json")
    came = json.loads((tmp_path / "h.json").read_text())
    assert [repr(Epoch(**values)) for values in came] == list(map(repr, HISTORY))


@pytest.mark.parametrize("write", [History.to_csv, History.to_json])
def test_a_file_is_replaced_only_when_all_is_written(write, tmp_path):
    (tmp_path / "h").write_text("old")
    broken = History([*HISTORY, None])
    with pytest.raises(TypeError):
        write(broken, tmp_path / "h")
    assert (tmp_path / "h").read_text() == "old" and len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize(
    ("values", "error", "sentence"),
    [
        ((0, 0.5, None, None, None, 1.0), ValueError, "Epoch: number is an int from 1 up, got 0"),
        ((1, None, None, None, None, 1.0), TypeError, "Epoch: loss is a number, got None"),
        ((1, 0.5, "all", None, None, 1.0), TypeError, "Epoch: accuracy is a number or None, got 'all'"),
        ((1, 0.5, None, [], None, 1.0), TypeError, "Epoch: validation_loss is a number or None, got"),
        ((1, 0.5, None, None, None, None), TypeError, "Epoch: examples_per_second is a number, got None"),
    ],
)
def test_what_is_no_epoch(values, error, sentence):
    with pytest.raises(error, match=sentence):
        Epoch(*values)


def test_it_draws_each_of_its_values():
    history = History([Epoch(n, 8.0 - n, None, float(n), None, 1.0) for n in range(1, 9)])
    assert history.sparkline() == "█▇▆▅▄▃▂▁" and history.sparkline("validation_loss") == "▁▂▃▄▅▆▇█"
    assert history.sparkline("accuracy") == " " * 8
    with pytest.raises(ValueError, match="sparkline: name is 'number', 'loss', .* got 'speed'"):
        history.sparkline("speed")


def test_its_picture_has_a_curve_for_each_kind_of_loss():
    alone = History([Epoch(n, 8.0 - n, None, None, None, 1.0) for n in range(1, 9)])
    validated = History([Epoch(n, 8.0 - n, None, 0.0, None, 1.0) for n in range(1, 9)])
    assert "validation" not in alone._repr_svg_() and "validation" in validated.chart().svg()
    assert History()._repr_svg_().startswith("<svg")


def test_an_exploded_loss_is_printed_in_few_digits():
    history = History([Epoch(1, 1e300, None, 12345678.0, None, 1.0)])
    assert str(history).splitlines() == [
        "epoch           loss  validation loss",
        "    1  1.000000e+300  12345678.000000",
    ]
    assert str(history[0]) == "epoch 1  loss 1.000000e+300  validation loss 12345678.000000"
