"""train: it learns what it should, reports what is true, writes all or nothing, and refuses in one line."""

import errno
import gzip
import json
import math
import os
import random
import signal
import struct

import pytest
from hypothesis import settings

from backprop import Callback, Matrix, Tensor, cat, metrics
from backprop.command_line.learning import CheckpointGuard, Splits, TrainConfig, evaluate, learn, split
from backprop.command_line.model_file import load
from backprop.datasets import load_breast_cancer, load_iris, read_table
from backprop.datasets.columns import KINDS
from backprop.storage import save_model
from backprop.utils.data import LabeledDataset
from tests.command_line.conftest import IRIS, QUICK, ROOT
from tests.values import values


def table(path, rows, header=""):
    path.write_text(header + "".join(",".join(map(str, row)) + "\n" for row in rows), "utf-8")
    return path


def bytes_of(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


# ------------------------------------------------------------------ what it learns


def test_with_the_default_settings_it_learns(call):
    """Ten seeds, each with its own division and start, are ``pytest tests/command_line --hypothesis-profile=deep``."""
    shares = []
    for seed in range(10 if settings.default.max_examples > 60 else 1):
        came = call("train", IRIS, "--target", "species", "--seed", seed, "--json", "--overwrite")
        assert came.code == 0 and came.err == ""
        shares.append(json.loads(came.out)["held_out"]["accuracy"])
    assert shares[0] >= 0.95 and sum(shares) / len(shares) >= 0.94


def test_with_the_default_settings_it_learns_to_tell_masses_apart():
    """In the first of the five divisions alone, as all would take long."""
    splits = split(load_breast_cancer(), TrainConfig())[0]
    assert evaluate([(splits, learn(splits, TrainConfig(), progress=False))])["accuracy"] >= 0.95


def test_a_quantity_is_learned_in_its_own_units(call, tmp_path):
    """y = 5·10⁶ + 10⁵·(2a − b), and a column that is everywhere the same."""
    rng = random.Random(0)
    points = [(rng.gauss(0, 1), rng.gauss(7, 0.01)) for _ in range(120)]
    rows = [(a, b, 3, 5e6 + 1e5 * (2 * a - 100 * (b - 7))) for a, b in points]
    came = call("train", table(tmp_path / "t.csv", rows), "--target", 3, "--json", "--lr", 0.02)
    held_out = json.loads(came.out)["held_out"]
    assert held_out["r2"] > 0.98
    # The standard deviation of y is 10⁵·√5: a tenth of it is 22,361.
    assert held_out["root_mean_squared_error"] < 0.15 * 1e5 * 5**0.5
    came = call("predict", "model.safetensors", tmp_path / "t.csv")
    for line, row in zip(came.out.splitlines(), rows):
        assert abs(float(line) - row[3]) < 2e5


def test_what_is_reported_is_what_predict_gives_for_the_rows_held_out(call, tmp_path):
    """The rows are written into a table of their own, and its answers held to the report. Of a thousand and more examples
    a fifth is held out, and one training evaluated."""
    rng = random.Random(0)
    rows = [(rng.gauss(k % 3, 1), rng.gauss(0, 1), "abc"[k % 3]) for k in range(1000)]
    words = [table(tmp_path / "t.csv", rows, "x,y,kind\n"), "--target", "kind"]
    reported = json.loads(call("train", *words, "--json", *QUICK).out)
    (splits,) = split(read_table(tmp_path / "t.csv", "kind"), TrainConfig())
    assert (reported["training"]["trainings"], len(splits.test)) == (1, 200)
    held_out = [[*row, splits.test.classes[k]] for row, k in zip(*map(Tensor.tolist, splits.test.tensors))]
    table(tmp_path / "held_out.csv", held_out, "x,y,kind\n")
    answers = json.loads(call("predict", "model.safetensors", "held_out.csv", "--json").out)["predictions"]
    predicted = [splits.test.classes.index(answer) for answer in answers]
    assert len(answers) == 200
    assert metrics.report(splits.test.targets, predicted, classes=splits.test.classes) == reported["held_out"]


def test_few_examples_are_all_held_out_once_and_evaluated_together(call):
    """By one model for each split, of which the first is the one that is saved."""
    came = call("train", IRIS, "--target", "species", *QUICK)
    assert "105 to learn from, 15 to know when to stop, 30 held out, and so 4 times more until each was\n" in came.out
    assert (
        "training 5 of 5: 3 epochs\n" in came.out and "held out, 150 examples, each from one of 5 trainings" in came.out
    )
    config = TrainConfig(epochs=3, layers=(4,))
    divisions = split(load_iris(), config)
    learned = [learn(splits, config, progress=False, fills=True) for splits in divisions]
    model, description = load("model.safetensors")
    assert values(model.state_dict()) == values(learned[0].model.state_dict())
    true = cat([splits.test.targets for splits in divisions])
    predicted = [row.index(max(row)) for one in learned for row in one.outputs.matrix]
    assert metrics.report(true, predicted, classes=load_iris().classes) == description.held_out


def test_a_quantity_of_few_examples_is_evaluated_in_turn_too(call, tmp_path):
    rows = [(k, k % 7, 0.5 * k) for k in range(30)]
    made = json.loads(
        call("train", table(tmp_path / "t.csv", rows), "--target", 2, "--test", 0.3, "--json", *QUICK).out
    )
    config = TrainConfig(epochs=3, layers=(4,), test=0.3)
    trainings = [(p, learn(p, config, progress=False)) for p in split(read_table(tmp_path / "t.csv", 2), config)]
    assert len(trainings) == 3 and evaluate(trainings) == made["held_out"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("inside", [False, True])
def test_ctrl_c_in_a_later_training_leaves_the_report_to_those_before(call, monkeypatch, inside, number):
    """Be it in ``fit``, which ends with what it has, or outside of it."""

    class AtAStep(Callback):
        def on_step_end(self, run):
            signal.raise_signal(number)

    def broken_off(splits, config, callbacks, **options):
        calls.append(splits)
        now = len(calls) == 3
        if now and not inside:
            signal.raise_signal(number)
        return learn(splits, config, callbacks=[*callbacks, AtAStep()] if now and inside else callbacks, **options)

    calls = []
    monkeypatch.setattr("backprop.command_line.train.learn", broken_off)
    came = call("train", IRIS, "--target", "species", *QUICK)
    assert came.code == 128 + number and len(calls) == 3
    assert "training 3 of 5: interrupted, so the report is about the ones before\n" in came.out
    assert "held out, 60 examples, each from one of 2 trainings" in came.out
    assert load("model.safetensors")[1].training["trainings"] == 2
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


@pytest.mark.parametrize("json_too", [[], ["--json"]])
def test_ctrl_c_while_the_model_is_written_waits_for_its_end(call, monkeypatch, json_too):
    def interrupted(*arguments):
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGINT)
        save_model(*arguments)

    monkeypatch.setattr("backprop.command_line.model_file.save_model", interrupted)
    came = call("train", IRIS, "--target", "species", *QUICK, *json_too)
    assert came.code == 130 and load("model.safetensors")[1].training["trainings"] == 1
    assert json.loads(came.out)["interrupted"] if json_too else "saved as model.safetensors\n" in came.out


def test_ctrl_c_before_the_first_step_leaves_a_model_that_has_learned_nothing_and_says_so(call, monkeypatch):
    def interrupted(splits, config, **options):
        signal.raise_signal(signal.SIGINT)
        return learn(splits, config, **options)

    monkeypatch.setattr("backprop.command_line.train.learn", interrupted)
    came = call("train", IRIS, "--target", "species", *QUICK)
    assert came.code == 130 and "\nstopped after epoch 0: interrupted\n" in came.out
    assert load("model.safetensors")[1].training["epochs"] == 0


def test_what_goes_wrong_in_a_later_training_does_not_cost_the_model(call, monkeypatch):
    def fails(splits, config, **options):
        calls.append(splits)
        if len(calls) == 2:
            raise FloatingPointError("fit: the loss is nan in epoch 1, batch 1")
        return learn(splits, config, **options)

    calls = []
    monkeypatch.setattr("backprop.command_line.train.learn", fails)
    came = call("train", IRIS, "--target", "species", *QUICK)
    assert (came.code, came.err) == (1, "backprop: train: the loss is nan in epoch 1, batch 1\n")
    assert load("model.safetensors")[1].training["trainings"] == 1


@pytest.mark.parametrize("count", [3, 4, 5, 7, 11, 999, 1000])
@pytest.mark.parametrize("share", [0.05, 0.1, 0.2, 0.3, 0.5, 0.7])
def test_the_divisions_hold_each_example_out_once(count, share):
    data = LabeledDataset(Matrix([[float(k)] for k in range(count)]), [k % 2 for k in range(count)], ["a", "b"])
    try:
        divisions = split(data, TrainConfig(test=share))
    except ValueError as error:
        assert count < 7 and "that leaves none to learn from" in str(error)
        return
    for splits in divisions:
        assert all(map(len, splits))
        assert sorted(row for part in splits for row in part.inputs.tolist()) == data.inputs.tolist()
    tested = sorted(row for splits in divisions for row in splits.test.inputs.tolist())
    if count == 1000 or share in (0.05, 0.7):
        assert len(divisions) == 1 and len(tested) == math.ceil(share * count)
    else:
        assert tested == data.inputs.tolist()


def test_each_part_has_its_duty_and_no_other():
    """Nothing is learned from what is held out, and from what says when to stop only that."""
    config = TrainConfig(epochs=3)
    splits = split(load_iris(), config)[0]

    def learned(**others):
        return learn(splits._replace(**others), config, progress=False)

    def other(part):
        return LabeledDataset(part.inputs * 1e3, 2 - part.targets, part.classes)

    asked_other = splits._replace(test=other(splits.test))
    plain, asked, stopped = learned(), learned(test=asked_other.test), learned(validation=other(splits.validation))
    assert values(asked.model.state_dict()) == values(plain.model.state_dict())
    assert evaluate([(asked_other, asked)]) != evaluate([(splits, plain)])
    assert [epoch.loss for epoch in stopped.history] == [epoch.loss for epoch in plain.history]
    assert all(one.validation_loss != two.validation_loss for one, two in zip(stopped.history, plain.history))


def test_the_parts_are_all_of_the_data_and_have_the_shares_that_were_asked_for():
    """Exactly where there are many; of few the next 1/n is held out."""
    data = load_iris()
    many = LabeledDataset(cat([data.inputs] * 8), cat([data.targets] * 8), data.classes)
    (splits,) = split(many, TrainConfig(validation=0.1, test=0.3))
    assert list(map(len, splits)) == [720, 120, 360]
    assert sorted(row for part in splits for row in part.inputs.tolist()) == sorted(many.inputs.tolist())
    assert [part.targets.bincount().tolist() for part in splits] == [[240] * 3, [40] * 3, [120] * 3]
    for splits in split(data, TrainConfig(validation=0.1, test=0.3)):
        assert list(map(len, splits)) == [85, 15, 50]
        assert sorted(row for part in splits for row in part.inputs.tolist()) == sorted(data.inputs.tolist())


def test_the_same_command_writes_the_same_bytes(call, tmp_path):
    for name in ("one", "two"):
        assert call("train", IRIS, "--target", "species", "--out", name, *QUICK).code == 0
    assert call("train", IRIS, "--target", "species", "--out", "three", *QUICK, "--seed", 1).code == 0
    files = bytes_of(tmp_path)
    assert files["one"] == files["two"] != files["three"]


def test_the_weights_are_those_of_the_best_epoch(call):
    """With a learning rate far too large the loss rises again: a patient training ends with what a brief one had."""
    # With so few held out there is one training instead of five.
    words = ["train", IRIS, "--target", "species", "--json", "--lr", 0.3, "--test", 0.05]
    long = json.loads(call(*words, "--patience", 12, "--out", "a").out)
    assert long["training"]["epochs"] < 200
    best = long["training"]["epochs"] - 12
    call(*words, "--epochs", best, "--out", "b")
    assert values(load("a")[0].state_dict()) == values(load("b")[0].state_dict())


# ------------------------------------------------------------------ what it reads


def test_columns_may_be_ignored_and_numbers_be_classes_or_quantities(call, tmp_path):
    rows = [(f"n{i}", i % 7, i * i % 11, "", 10 + i % 3) for i in range(30)]
    table(tmp_path / "t.csv", rows, 'id,a,b,"note, long",y\n')
    for flag, classes in ((), ["10", "11", "12"]), (("--classes",), ["10", "11", "12"]), (("--quantity",), []):
        words = ["--target", "y", "--ignore", 'id,"note, long"', *flag, *QUICK, "--json", "--overwrite"]
        made = json.loads(call("train", "t.csv", *words).out)
        assert (names(made["schema"]), made["classes"]) == (["a", "b"], classes)
    said = call("train", "t.csv", "--target", "y", "--ignore", 'id,"note, long"', *QUICK, "--overwrite").out
    assert "\n\n30 examples of 2 numbers; 3 classes in 'y'; --quantity if it is one\n21 to learn from, " in said


def names(schema):
    """Those of the columns that are inputs."""
    return [column["name"] for column in schema["columns"] if column["kind"] in KINDS]


MESSY = ROOT / "examples" / "visitors.csv"
TOLD = """semicolons between the cells, decimal commas, a header, lines with # left out, UTF-8

column   taken for                         note
no       an id, left out                   counts the rows
date     date as %d.%m.%Y
ticket   number from 0 to 1112.5
age      number from 9 to 84               20 missing
member   yes/no: no, yes                   6 missing
weather  category of 3: clouds, rain, sun  15 missing
remark   free text, left out               99 different
museum   constant, left out                everywhere 'Old Mill'
back     target, 2 classes: no, yes        13 rows without it left out
"""
FILLED = """backprop: predict: 'age': 20 missing cells filled
backprop: predict: 'member': 6 missing cells filled
backprop: predict: 'weather': 15 missing cells filled
"""


def test_a_messy_table_is_understood_told_and_learned(call):
    came = call("train", MESSY, "--target", "back", *QUICK)
    assert came.code == 0 and came.out.startswith(TOLD)
    asked = call("predict", "model.safetensors", MESSY)
    assert asked.code == 0 and asked.out.startswith("back\n") and asked.err == FILLED
    assert TOLD.partition("\n\n")[2] in call("info", "model.safetensors").out


def test_what_a_column_is_can_be_said(call, tmp_path):
    rows = [(i % 3, f"x{i}", i * i % 7, i % 2) for i in range(30)]
    table(tmp_path / "t.csv", rows, "zip,code,size,y\n")
    words = ["--target", 3, "--as", "zip=category,1=category", "--as", "size=ignore", *QUICK, "--json"]
    kinds = [column["kind"] for column in json.loads(call("train", "t.csv", *words).out)["schema"]["columns"]]
    assert kinds == ["category", "category", "ignored"]
    came = call("train", "t.csv", "--target", "y", "--as", "zip=word", "--out", "other")
    assert came.refused("train: argument --as: it is COLUMN=number|category|date|ignore, got 'zip=word'")


def test_what_is_filled_is_learned_from_the_training_rows_alone():
    """The medians of two halves with other numbers, each saved with the model of that half."""
    rows = [[float(k % 5), math.nan if k % 4 else 1000.0 * (k < 30)] for k in range(60)]
    data = LabeledDataset(rows, [k % 2 for k in range(60)], ["a", "b"])
    for own, other, middle in ((range(30), range(30, 60), 1000.0), (range(30, 60), range(30), 0.0)):
        splits = Splits(data.select(list(own)), data.select(list(other)), data.select(list(other)))
        model = learn(splits, TrainConfig(epochs=1), progress=False, fills=True).model
        assert model[0].median.tolist() == [2.0, middle]


def test_missing_cells_are_refused_where_that_is_asked_for(call, tmp_path):
    rows = [(i * i % 7, "" if i % 5 == 0 else i % 4, i % 2) for i in range(20)]
    words = ["train", table(tmp_path / "t.csv", rows, "a,b,y\n"), "--target", "y", "--missing", "refuse", *QUICK]
    assert call(*words).refused(
        "train: t.csv: column 'b' has 4 missing cells; fill them, or leave it out by --ignore 'b'"
    )
    assert call(*words, "--ignore", "b").code == 0
    table(tmp_path / "new.csv", [("", 1)], "a,b\n")
    assert call("predict", "model.safetensors", "new.csv").refused("predict: new.csv: column 'a' has 1 missing cell")


def test_a_category_that_is_only_held_out_has_no_say():
    """Its weights are 0, and not those that it began with."""
    data = LabeledDataset([[float(k % 2), float(k >= 40)] for k in range(60)], [k % 2 for k in range(60)], ["a", "b"])
    splits = Splits(data.select(slice(0, 30)), data.select(slice(30, 40)), data.select(slice(40, 60)))
    first = learn(splits, TrainConfig(epochs=2), progress=False).model[1]
    assert not any(row[1] for row in first.weight.tolist())


@pytest.mark.parametrize(
    ("column", "leak"),
    [
        (lambda i, k: 1000 * k + 3 * i, True),
        (lambda i, k: f"of {'abc'[k]}", True),
        (lambda i, k: k + 0.4 * (i * i % 7), False),
        (lambda i, k: i * 7919 % 101, False),
    ],
)
def test_a_leak_is_warned_of(call, tmp_path, column, leak):
    rows = [(column(i, i // 20), i * i % 11, "uvw"[i // 20]) for i in range(60)]
    said = call("train", table(tmp_path / "t.csv", rows, "tell,b,y\n"), "--target", "y", *QUICK).out
    warning = "\nwarning: 'tell' alone tells the target of nearly every example; if it is not known when the model is"
    assert (warning in said) is leak and said.count("warning") == leak


def test_a_leak_of_a_quantity_is_warned_of(call, tmp_path):
    rows = [(2.54 * (i * i % 31), i % 7, f"{(i * i % 31) / 10:.2f}") for i in range(60)]
    said = call("train", table(tmp_path / "t.csv", rows, "cm,b,inches\n"), "--target", "inches", *QUICK).out
    assert "\nwarning: 'cm' alone tells" in said and said.count("warning") == 1


def test_a_table_without_a_header_has_numbered_columns(call, tmp_path):
    (tmp_path / "t.tsv").write_text("".join(f"{i * i % 7}\tx{i % 2}\t{i % 5}\n" for i in range(20)))
    made = json.loads(call("train", "t.tsv", "--target", "-2", "--delimiter", r"\t", "--json", *QUICK).out)
    assert (names(made["schema"]), made["schema"]["target"], made["classes"]) == (["0", "2"], "1", ["x0", "x1"])


def idx(path, dimensions, numbers, opened=open):
    with opened(path, "wb") as file:
        file.write(
            bytes([0, 0, 8, len(dimensions)]) + struct.pack(f">{len(dimensions)}I", *dimensions) + bytes(numbers)
        )


@pytest.mark.parametrize("opened", [open, gzip.open])
def test_images_and_their_labels_are_learned_and_predicted(call, tmp_path, opened):
    """Images of 2×2 pixels of which one is bright: that is the label."""
    labels = [i % 4 for i in range(80)]
    pixels = [200 if place == label else 7 * i % 50 for i, label in enumerate(labels) for place in range(4)]
    idx(tmp_path / "images", (80, 2, 2), pixels, opened)
    idx(tmp_path / "labels", (80,), labels, opened)
    made = json.loads(call("train", "images", "--labels", "labels", "--json", "--lr", 0.1).out)
    assert made["held_out"]["accuracy"] == 1.0
    assert (made["schema"], made["layers"]) == (None, [4, 32, 4])
    assert call("predict", "model.safetensors", "images").out.split() == list(map(str, labels))
    idx(tmp_path / "other", (80, 3), pixels[:240])
    assert call("predict", "model.safetensors", "other").refused(
        "predict: the images have 3 numbers each, and the model needs 4"
    )


# ------------------------------------------------------------------ what it writes


def test_a_model_that_is_there_is_not_replaced_by_accident(call, tmp_path):
    (tmp_path / "model.safetensors").write_bytes(b"of great worth")
    words = ["train", IRIS, "--target", "species", *QUICK]
    assert call(*words).refused("train: model.safetensors is there already; --overwrite replaces it")
    assert bytes_of(tmp_path) == {"model.safetensors": b"of great worth"}
    assert call(*words, "--overwrite").code == 0
    assert load(tmp_path / "model.safetensors")[1].classes == ["setosa", "versicolor", "virginica"]
    assert list(bytes_of(tmp_path)) == ["model.safetensors"]


def test_two_runs_at_a_time_do_not_replace_each_other(call, monkeypatch, tmp_path):
    """Neither was there when the other began; each saves a model, and says where."""

    def meanwhile(splits, config, **options):
        for name in ("m.x.safetensors", "m.x-2.safetensors"):
            (tmp_path / name).write_bytes(b"of another run")
        return learn(splits, config, **options)

    monkeypatch.setattr("backprop.command_line.train.learn", meanwhile)
    came = call("train", IRIS, "--target", "species", "--out", "m.x.safetensors", *QUICK)
    assert came.code == 0
    assert came.out.endswith("saved as m.x-3.safetensors, as m.x.safetensors was made by another run meanwhile\n")
    files = bytes_of(tmp_path)
    assert files.pop("m.x-3.safetensors")
    assert files == {name: b"of another run" for name in ("m.x.safetensors", "m.x-2.safetensors")}
    assert load("m.x-3.safetensors")[1].training["trainings"] == 5
    (tmp_path / "m.x.safetensors").unlink()
    made = json.loads(call("train", IRIS, "--target", "species", "--out", "m.x.safetensors", *QUICK, "--json").out)
    assert made["model"] == "m.x-4.safetensors"


@pytest.mark.skipif(os.name != "posix", reason="links are those of POSIX")
def test_no_file_is_written_over_another_of_the_same_command(call, tmp_path):
    """The same file by the same name, another spelling, a link to it, a second name of it, there or not yet."""
    table(tmp_path / "t.csv", [(i, i % 2) for i in range(20)], "a,y\n")
    (tmp_path / "folder").mkdir()
    (tmp_path / "there").write_bytes(b"of great worth")
    os.link(tmp_path / "there", tmp_path / "hard")
    (tmp_path / "soft").symlink_to("there")
    (tmp_path / "early").symlink_to("new")
    before = bytes_of_files(tmp_path)
    train = ["train", "t.csv", "--target", "y", *QUICK, "--overwrite"]
    for one, other in [
        ("new", "new"),
        ("new", "folder/../new"),
        ("new", tmp_path / "new"),
        ("new", "early"),
        ("early", "new"),
        ("there", "hard"),
        ("there", "soft"),
    ]:
        came = call(*train, "--checkpoint", one, "--out", other)
        assert came.refused(f"train: --checkpoint and --out are one file, {other}, which would be lost\n")
    for option in ("--checkpoint", "--out"):
        assert call(*train, option, "./t.csv").refused(f"train: TABLE and {option} are one file, ./t.csv, which")
        came = call("train", "t.csv", "--labels", "there", "--overwrite", option, "soft")
        assert came.refused(f"train: --labels and {option} are one file, soft, which")
    assert bytes_of_files(tmp_path) == before


def bytes_of_files(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


@pytest.mark.parametrize("option", ["--out", "--checkpoint"])
@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("nowhere/m", "train: nowhere/m cannot be written: No such file or directory"),
        ("file/m", "train: file/m cannot be written: Not a directory"),
        ("m" * 250, f"train: {'m' * 250} cannot be written: File name too long"),
        ("folder", "train: folder is not a file that could be replaced\n"),
        ("", "train:  is not a file that could be replaced\n"),
    ],
)
def test_what_cannot_be_written_is_said_before_the_table_is_read(call, tmp_path, option, path, sentence):
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("")
    assert call("train", "no table", "--target", "y", option, path).refused(sentence)
    assert sorted(os.listdir(tmp_path)) == ["file", "folder"]


def full_after(monkeypatch, count):
    """A disk that has room for so many files."""
    left = iter(range(count))

    def synced(descriptor):
        if next(left, None) is None:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", synced)


@pytest.mark.parametrize("option", [[], ["--overwrite"]])
def test_a_full_disk_leaves_no_half_of_a_model(call, tmp_path, monkeypatch, option):
    if option:
        (tmp_path / "model.safetensors").write_bytes(b"of great worth")
    before = bytes_of(tmp_path)
    full_after(monkeypatch, 0)
    came = call("train", IRIS, "--target", "species", *QUICK, *option)
    assert (came.code, came.err) == (1, "backprop: train: model.safetensors: No space left on device\n")
    assert bytes_of(tmp_path) == before


def test_a_full_disk_costs_no_earlier_checkpoint(call, tmp_path, monkeypatch):
    """It has room for the checkpoint at the beginning and those of two epochs; with more room the training goes on."""
    words = ["train", IRIS, "--target", "species", "--epochs", 5, "--layers", 4]
    call(*words, "--out", "at once")
    with monkeypatch.context() as patch:
        full_after(patch, 3 * 2)  # each is followed by its folder
        came = call(*words, "--out", "ended", "--checkpoint", "run")
    assert (came.code, came.err) == (1, "backprop: train: run: No space left on device\n")
    assert sorted(os.listdir(tmp_path)) == ["at once", "run"]
    assert "going on from run, after epoch 2\n" in call(*words, "--out", "ended", "--checkpoint", "run").out
    assert (tmp_path / "ended").read_bytes() == (tmp_path / "at once").read_bytes()


def test_a_checkpoint_is_gone_on_from_to_the_same_model(call, tmp_path):
    words = ["train", IRIS, "--target", "species", "--layers", 4]
    call(*words, "--epochs", 5, "--out", "at once")
    call(*words, "--epochs", 2, "--out", "begun", "--checkpoint", "run")
    came = call(*words, "--epochs", 5, "--out", "ended", "--checkpoint", "run")
    assert came.code == 0 and "\n\ngoing on from run, after epoch 2\n\nepoch 3 " in came.out
    assert "\nepoch 2 " not in came.out
    assert (tmp_path / "ended").read_bytes() == (tmp_path / "at once").read_bytes()


def test_a_checkpoint_of_another_training_is_refused(call, tmp_path):
    words = ["train", IRIS, "--target", "species", *QUICK, "--checkpoint", "run", "--json"]
    call(*words)
    before = bytes_of(tmp_path)
    refused = "train: run does not fit: it is of a training with another "
    assert call(*words, "--out", "a", "--lr", 0.1, "--seed", 1).refused(
        refused + "lr and another seed and another table\n"
    )
    assert "going on" not in call(*words[:-1], "--out", "a", "--lr", 0.1).out
    lines = (ROOT / "backprop" / "datasets" / "iris.csv").read_text().splitlines(True)
    (tmp_path / "t.csv").write_text("".join(lines[:-1] + lines[1:2]))
    assert call("train", "t.csv", *words[2:], "--out", "a").refused(refused + "table\n")
    (tmp_path / "t.csv").unlink()
    assert bytes_of(tmp_path) == before


@pytest.mark.parametrize("changed", [{"inputs": [[1.0], [2.5]]}, {"targets": [0, 0]}])
def test_one_other_number_makes_another_table(changed):
    table = {"inputs": [[1.0], [2.0]], "targets": [0, 1]}
    data = LabeledDataset(**table)
    state = CheckpointGuard(data, {"lr": 0.1}).state_dict()
    CheckpointGuard(data, {"lr": 0.1}).load_state_dict(state)
    with pytest.raises(ValueError, match="it is of a training with another table"):
        CheckpointGuard(LabeledDataset(**{**table, **changed}), {"lr": 0.1}).load_state_dict(state)


# ------------------------------------------------------------------ what it refuses


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("a,b,c\n1,2,u\n", "t.csv: it has no column 'y'; it has 'a', 'b', 'c'"),
        ("", "t.csv is empty"),
        ("a,b,y\n", "t.csv: it has no examples below its header"),
        ("a,b,y\n1,2,u\n", "t.csv: it has no column to learn from but the target: 'a' is constant, 'b' is constant"),
        ("a,b,y\n1,2,u\n3,4,v\n", "of 2 examples 1 validate and 1 test"),
        ("a,b,y\n1,2,u\n3,4,u\n5,6,u\n", "all 3 examples have the same target; there is nothing to learn"),
        ("a,b,y\n1,2,0.5\n3,4,0.5\n5,6,0.5\n", "all 3 examples have the same target; there is nothing to learn"),
        ("y\nu\nv\n", "t.csv: it has no column to learn from but the target"),
        ("\0\1\2\xff,y\n", "t.csv"),
        ("a,y\n1e200,u\n1,v\n2,u\n3,v\n", "the inputs have numbers beyond ±1e100, too large to learn from"),
        (",".join(map(str, range(100_000))) + "\n", "t.csv: it has no column 'y'; it has '0', '1', "),
    ],
)
def test_a_table_that_nothing_can_be_learned_from_is_refused(call, tmp_path, content, sentence):
    (tmp_path / "t.csv").write_text(content, "latin-1")
    assert call("train", "t.csv", "--target", "y").refused(f"train: {sentence}")
    assert os.listdir(tmp_path) == ["t.csv"]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["t.csv"], "one of the arguments --target --labels is required"),
        (["t.csv", "--target", "y", "--labels", "l"], "argument --labels: not allowed with argument --target"),
        (
            ["t.csv", "--target", "y", "--classes", "--quantity"],
            "argument --quantity: not allowed with argument --classes",
        ),
        (["t.csv", "--target", "y", "--layers", "8,x"], "argument --layers: it is a whole number from 1 up, got 'x'"),
        (["t.csv", "--target", "y", "--layers", ""], "argument --layers: it is a whole number from 1 up, got ''"),
        (["t.csv", "--target", "y", "--epochs", "0"], "argument --epochs: it is a whole number from 1 up, got '0'"),
        (["t.csv", "--target", "y", "--lr", "nan"], "argument --lr: it is a number from 0 up, got 'nan'"),
        (["t.csv", "--target", "y", "--lr", "-1"], "argument --lr: it is a number from 0 up, got '-1'"),
        (["t.csv", "--target", "y", "--test", "1"], "argument --test: it is a number between 0 and 1, got '1'"),
        (
            ["t.csv", "--target", "y", "--validation", "0"],
            "argument --validation: it is a number between 0 and 1, got '0'",
        ),
        (["t.csv", "--target", "y", "--validation", "0.5", "--test", "0.5"], "of 3 examples 2 validate and 2 test"),
        (["t.csv", "--target", "y", "--seed", "one"], "argument --seed: invalid int value: 'one'"),
        (["t.csv", "--target", "y", "--activation", "step"], "argument --activation: invalid choice: 'step'"),
        (["t.csv", "--target", "y", "--delimiter", ", "], "the delimiter is a single character, got ', '"),
        (["t.csv", "--target", "y", "--ignore", "c"], "t.csv: it has no column 'c'; it has 'a', 'y'"),
        (
            ["t.csv", "--target", "y", "--ignore", "a"],
            "t.csv: it has no column to learn from but the target: 'a' is to be",
        ),
        (["t.csv", "--target", "2"], "t.csv: it has no column 2; it has 'a', 'y'"),
        (["t.csv", "--target", "y", "--quantity"], "t.csv: column 'y', the target, has 'u' in line 2, which is not a"),
        (["t.csv", "--target", "y", "--missing", "drop"], "argument --missing: invalid choice: 'drop'"),
        (["t.csv", "--target", "y", "--header", "maybe"], "argument --header: invalid choice: 'maybe'"),
        (
            ["t.csv", "--target", "y", "--encoding", "klingon"],
            "t.csv: 'klingon' is not an encoding; write one as utf-8",
        ),
        (["t.csv", "--target", "y", "--epoch", "3"], "unrecognized arguments: --epoch 3"),
        (["nowhere.csv", "--target", "y"], "nowhere.csv: No such file or directory"),
        ([".", "--target", "y"], ".: Is a directory"),
        (["t.csv", "--labels", "t.csv"], "t.csv is not an IDX file"),
        (["t.csv", "--labels", "t.csv", "--quantity"], "--ignore, --as and --quantity are for tables; images"),
    ],
)
def test_bad_usage_is_refused(call, tmp_path, words, sentence):
    (tmp_path / "t.csv").write_text("a,y\n1,u\n2,v\n3,u\n")
    came = call("train", *words)
    if "unrecognized" in sentence:  # the words that no command knows are those of the whole
        came = came._replace(err=came.err.replace("backprop: ", "backprop: train: "))
    assert came.refused(f"train: {sentence}"), came
    assert os.listdir(tmp_path) == ["t.csv"]


@pytest.mark.parametrize(
    ("option", "smallest", "below"),
    [
        ("--epochs", "1", "0"),
        ("--batch-size", "1", "0"),
        ("--patience", "1", "0"),
        ("--layers", "1", "0"),
        ("--layers", "1,1", "1,0"),
        ("--lr", "0", "-5e-324"),
        ("--weight-decay", "0", "-5e-324"),
        ("--validation", "5e-324", "0"),
        ("--test", "5e-324", "0"),
        ("--seed", "-9", "0.5"),
        ("--ignore", "c", "d"),
    ],
)
def test_each_option_has_a_smallest_value(call, tmp_path, option, smallest, below):
    table(tmp_path / "t.csv", [(i, i * i % 7, i % 2) for i in range(12)], "a,c,y\n")
    words = ["train", "t.csv", "--target", "y", "--epochs", 2, "--layers", 2]
    assert call(*words, option, smallest).code == 0
    assert call(*words, option, below, "--out", "other").code == 2
    assert sorted(os.listdir(tmp_path)) == ["model.safetensors", "t.csv"]


def test_a_loss_without_bounds_is_a_failure(call, tmp_path):
    came = call("train", IRIS, "--target", "species", "--lr", 1e300, "--json")
    assert (came.code, came.out) == (1, "")
    assert came.err.startswith("backprop: train: the loss is ") and came.err.count("\n") == 1
    assert os.listdir(tmp_path) == []


class Explodes(Callback):
    """After three epochs the learning rate is far too large."""

    def on_epoch_end(self, run):
        if len(run.history) == 3:
            run.optimizer.param_groups[0]["lr"] = 1e300


@pytest.mark.filterwarnings("ignore:fit. the loss has grown")
@pytest.mark.parametrize("nth", [1, 2])
def test_a_loss_that_explodes_after_good_epochs_leaves_the_best_model_so_far(call, monkeypatch, nth):
    """In the training whose model is saved, and in one of those that are for the report alone."""

    def exploding(splits, config, callbacks, **options):
        calls.append(splits)
        more = [Explodes()] if len(calls) == nth else []
        return learn(splits, config, callbacks=[*callbacks, *more], **options)

    calls = []
    monkeypatch.setattr("backprop.command_line.train.learn", exploding)
    came = call("train", IRIS, "--target", "species", "--layers", 4, "--epochs", 6)
    config = TrainConfig(layers=(4,), epochs=3)
    best = learn(split(load_iris(), config)[0], config, progress=False, fills=True)
    model, description = load("model.safetensors")
    if nth == 1:
        assert came.code == 1 and "\nsaved as model.safetensors\n" in came.out
        assert came.err.startswith("backprop: train: the ") and " in epoch 4, batch " in came.err
        assert came.err.endswith("; what is saved as model.safetensors is the best model so far\n")
        assert description.training["epochs"] == 3 and values(model.state_dict()) == values(best.model.state_dict())
    else:
        assert (came.code, came.err) == (0, "")
        assert "training 2 of 5: 3 epochs, then the " in came.out and description.training["trainings"] == 5
