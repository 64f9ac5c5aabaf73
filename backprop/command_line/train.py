"""Learn from a table to tell classes apart or to predict a quantity; the model is saved in one file.

The inputs are all columns but the target: numbers, categories, yes or no, dates; a table tells what each was taken for,
and --as says otherwise. A missing cell is filled with the median, and a number says that it was. A fifth of the examples is held out: nothing is learned
from them, and the report at the end is about them alone. Of fewer than a thousand examples that is too few to evaluate on:
there the same is done again without each other fifth, and the report is about all. A tenth says when to stop. The loss
of a quantity is its mean squared error over its variance. The same table and the same settings give the same model.

examples:
  python3 -m backprop train backprop/datasets/iris.csv --target species --out iris.safetensors
  python3 -m backprop train backprop/datasets/iris.csv --target "petal width (cm)" --ignore species --out width.safetensors
  python3 -m backprop train backprop/datasets/iris.csv --target species --layers 16,8 --json
  tail -n 150 backprop/datasets/iris.csv | python3 -m backprop train - --target -1 --out plain.safetensors
  python3 -m backprop train images-idx3-ubyte.gz --labels labels-idx1-ubyte.gz --checkpoint run --out images.safetensors

Ctrl-C or a plain kill ends it early, and the best model so far is saved; where nobody reads on, as behind "| head", it
goes on and saves as well. A training that was killed goes on from its --checkpoint when the same command is given again.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from contextlib import redirect_stdout
from dataclasses import asdict, fields
from itertools import combinations
from pathlib import Path

from backprop.command_line.arguments import (
    add_dialect,
    column,
    columns,
    count,
    counts,
    dialect,
    kinds,
    number,
    share,
    table,
)
from backprop.command_line.description import ACTIVATIONS, Description
from backprop.command_line.interruption import Interruption
from backprop.command_line.leaks import leaks
from backprop.command_line.learning import Splits, TrainConfig, TrainedModel, evaluate, learn, split
from backprop.command_line.model_file import check_writable, is_same_file, save, save_new
from backprop.command_line.output import printable
from backprop.datasets import read_idx_dataset, read_table
from backprop.datasets.columns import ASKED
from backprop.datasets.schema import Schema
from backprop.training import Callback, History, Run
from backprop.utils.data import LabeledDataset

_WIDEST = 60  # characters of a curve
_MOST_LINES = 40  # on the columns


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    add = parser.add_argument
    add("table", metavar="TABLE", help='a CSV file, "-" for standard input, or the IDX file of images')
    answers = parser.add_mutually_exclusive_group(required=True)
    answers.add_argument(
        "--target",
        type=column,
        metavar="NAME|NUMBER",
        help="the column to predict, or its number, from 0 up or from -1 down",
    )
    answers.add_argument("--labels", metavar="FILE", help="the IDX file of the images' labels")
    kind = parser.add_mutually_exclusive_group()
    kind.add_argument(
        "--classes", action="store_true", help="the target is a class (as texts and a few whole numbers are)"
    )
    kind.add_argument("--quantity", action="store_true", help="the target is a quantity (as other numbers are)")
    add("--ignore", type=columns, action="extend", default=[], metavar="COLUMN,…", help="columns to leave out")
    add(
        "--as",
        type=kinds,
        action="extend",
        default=[],
        dest="kinds",
        metavar="COLUMN=KIND,…",
        help=f"what a column is: {', '.join(ASKED)}",
    )
    add("--missing", choices=("fill", "refuse"), default="fill", help="what to do with missing cells (%(default)s)")
    add("--out", default="model.safetensors", metavar="FILE", help="the model (%(default)s)")
    add("--overwrite", action="store_true", help="replace a model that is there")
    add("--checkpoint", metavar="FILE", help="save the training itself there after each epoch, and go on from it")
    add("--json", action="store_true", help="print one JSON object and nothing else")
    layers = ",".join(map(str, TrainConfig.layers))
    add(
        "--layers",
        type=counts,
        default=TrainConfig.layers,
        metavar="N,…",
        help=f"sizes of the hidden layers ({layers})",
    )
    words = tuple(ACTIVATIONS)
    add("--activation", choices=words, default=TrainConfig.activation, help="of the hidden layers (%(default)s)")
    for name, meaning, text in (
        ("epochs", count, "passes over the examples, at most"),
        ("batch-size", count, "examples of one step"),
        ("lr", number, "learning rate of AdamW"),
        ("weight-decay", number, "pull of the weights to 0"),
        ("patience", count, "epochs without a better validation loss until it stops"),
        ("validation", share, "share of the examples that says when to stop"),
        ("test", share, "share of the examples that is held out for the report; of few the next 1/n"),
    ):
        default = getattr(TrainConfig, name.replace("-", "_"))
        add(f"--{name}", type=meaning, default=default, metavar="N", help=f"{text} (%(default)s)")
    add("--seed", type=int, default=TrainConfig.seed, metavar="N", help="of all that is random (%(default)s)")
    add_dialect(parser)


def run(arguments: argparse.Namespace) -> int:
    """Train, save, report."""
    _check_files(arguments)
    config = TrainConfig(**{field.name: getattr(arguments, field.name) for field in fields(TrainConfig)})
    data = _read(arguments)
    schema: Schema | None = data.schema
    fills = schema is not None and schema.missing == "fill"
    splits, *others = split(data, config)
    with Interruption() as interruption, redirect_stdout(None if arguments.json else sys.stdout):
        _announce(arguments, data, splits, others)
        callbacks = [_Resumed(arguments.checkpoint), interruption]
        trained = learn(
            splits, config, progress=True, fills=fills, checkpoint=arguments.checkpoint, callbacks=callbacks
        )
        trainings = [(splits, trained)]
        description = _description(arguments, config, schema, trainings)
        # The other trainings are for the report alone; whatever becomes of them, the model is safe by then.
        path = (save if arguments.overwrite else save_new)(trained.model, description, arguments.out)
        if not interruption.exit_code and not trained.failure:
            trainings += _learn_others(others, config, fills, interruption)
        if len(trainings) > 1:
            description = _description(arguments, config, schema, trainings)
            save(trained.model, description, path)
    if arguments.json:
        interrupted = interruption.exit_code > 0
        print(json.dumps({"model": str(path), "interrupted": interrupted, **asdict(description)}))
    else:
        _print_report(arguments.out, path, description, trained.history)
    if trained.failure:
        raise ArithmeticError(f"{trained.failure}; what is saved as {path} is the best model so far")
    return interruption.exit_code


def _learn_others(
    others: Sequence[Splits], config: TrainConfig, fills: bool, interruption: Interruption
) -> list[tuple[Splits, TrainedModel]]:
    """The trainings that hold out the other examples, one after the other, until they are interrupted."""
    trainings = []
    for nth, splits in enumerate(others, 2):
        trained = learn(splits, config, progress=False, fills=fills, callbacks=[interruption])
        epochs = f"{len(trained.history)} epochs" + (f", then {trained.failure}" if trained.failure else "")
        came_to = "interrupted, so the report is about the ones before" if interruption.exit_code else epochs
        print(f"training {nth} of {1 + len(others)}: {came_to}", flush=True)
        if interruption.exit_code:
            break
        trainings.append((splits, trained))
    return trainings


def _print_report(asked: str, path: Path, description: Description, history: History) -> None:
    print(f"\nloss             {_curve(history, 'loss')}")
    print(f"validation loss  {_curve(history, 'validation_loss')}\n")
    examples, trainings = description.training["test_examples"], description.training["trainings"]
    each = f", each from one of {trainings} trainings" if trainings > 1 else ""
    print(f"held out, {examples} examples{each}:\n\n{description.report()}\n")
    meanwhile = "" if path == Path(asked) else f", as {asked} was made by another run meanwhile"
    print(f"saved as {printable(f'{path}{meanwhile}')}")


def _check_files(arguments: argparse.Namespace) -> None:
    """ValueError where a file would be lost, or cannot be written."""
    written = ("--checkpoint", "--out")
    asked = {
        "--labels": arguments.labels,
        "TABLE": None if arguments.table == "-" else arguments.table,
        "--checkpoint": arguments.checkpoint,
        "--out": arguments.out,
    }
    files = {word: path for word, path in asked.items() if path is not None}
    for word, other in combinations(files, 2):
        if other in written and is_same_file(files[word], files[other]):
            raise ValueError(f"{word} and {other} are one file, {files[other]}, which would be lost")
    for path in (arguments.out, arguments.checkpoint):
        if path is not None:
            check_writable(path)
    if os.path.exists(arguments.out) and not arguments.overwrite:
        raise ValueError(f"{arguments.out} is there already; --overwrite replaces it")


class _Resumed(Callback):
    """Says that a training goes on from a checkpoint, once that was read and fits."""

    def __init__(self, checkpoint: str | None) -> None:
        self._checkpoint = checkpoint

    def on_fit_begin(self, run: Run) -> None:
        if run.step:
            print(f"going on from {printable(str(self._checkpoint))}, {run.position}\n", flush=True)


def _read(arguments: argparse.Namespace) -> LabeledDataset:
    if arguments.labels is not None:
        if arguments.ignore or arguments.kinds or arguments.quantity:
            raise ValueError("--ignore, --as and --quantity are for tables; images have labels")
        return read_idx_dataset(arguments.table, arguments.labels)
    return read_table(
        table(arguments.table),
        arguments.target,
        ignore=arguments.ignore,
        kinds=dict(arguments.kinds),
        classes=True if arguments.classes else False if arguments.quantity else None,
        missing=arguments.missing,
        **dialect(arguments),
    )


def _announce(arguments: argparse.Namespace, data: LabeledDataset, splits: Splits, others: Sequence[Splits]) -> None:
    """What the table was taken for, what is learned from, and whether numbers were taken for classes."""
    name = ""
    if data.schema:
        lines = str(data.schema).splitlines()
        more = (
            [f"… and {len(lines) - _MOST_LINES:,} more", lines[-1]]
            if len(lines) > _MOST_LINES + 1
            else lines[_MOST_LINES:]
        )
        print("\n".join(map(printable, [data.schema.layout, "", *lines[:_MOST_LINES], *more, ""])))
        name = f" in {data.schema.target!r}"
    what = f"{len(data.classes)} classes" if data.classes else "a quantity"
    guessed = data.classes and not (arguments.labels or arguments.classes)
    doubt = "; --quantity if it is one" if guessed and data.classes[0].lstrip("-").isdecimal() else ""
    print(f"{len(data)} examples of {data.inputs.shape[1]} numbers; {what}{name}{doubt}")
    train, validation, test = map(len, splits)
    in_turn = f", and so {len(others)} times more until each was" if others else ""
    print(f"{train} to learn from, {validation} to know when to stop, {test} held out{in_turn}")
    for sentence in leaks(data):
        print(printable(f"warning: {sentence}"))
    print(flush=True)


def _description(
    arguments: argparse.Namespace,
    config: TrainConfig,
    schema: Schema | None,
    trainings: Sequence[tuple[Splits, TrainedModel]],
) -> Description:
    splits, trained = trainings[0]
    train = splits.train
    training = {
        "table": "standard input" if arguments.table == "-" else printable(Path(arguments.table).name),
        "train_examples": len(train),
        "validation_examples": len(splits.validation),
        "test_examples": sum(len(own.test) for own, _ in trainings),
        "trainings": len(trainings),
        "epochs": len(trained.history),
        **{setting: getattr(config, setting) for setting in ("batch_size", "lr", "weight_decay", "patience", "seed")},
    }
    return Description(
        task="classification" if train.classes else "regression",
        layers=[train.inputs.shape[1], *config.layers, len(train.classes) or 1],
        activation=config.activation,
        schema=schema,
        classes=list(train.classes),
        training=training,
        held_out=evaluate(trainings),
    )


def _curve(history: History, name: str) -> str:
    """A curve of one line that a terminal has room for."""
    return History(history[:: -(-len(history) // _WIDEST) or 1]).sparkline(name)
