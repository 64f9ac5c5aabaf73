"""Checkpoints: a training in a file, from which it goes on to the same end, bit for bit.

The file is a safetensors file. Its tensors are the weights ("model.0.weight"), what the optimizer remembers
("optimizer.state.0.exp_avg") and the best weights of early stopping; all else stands as JSON in its metadata. It is written
beside the last one, which it replaces when it is whole and on the disk.
"""

from __future__ import annotations

import json
import os
from typing import Any

from backprop.autograd import Tensor
from backprop.files import PathLike
from backprop.matrix import Matrix
from backprop.storage import safe_open, save_file
from backprop.storage.strict_json import check_nesting
from backprop.training.encoding import decoded, encoded
from backprop.training.run import Callback, Run


class Checkpoint(Callback):
    """Writes the run to ``path``: at the beginning, at the end, and after each epoch or every ``every`` steps."""

    def __init__(self, path: PathLike, every: int | None) -> None:
        self._path, self._every = path, every

    def on_fit_begin(self, run: Run) -> None:
        # What cannot be written is an error now and not in an hour.
        self._write(run)

    def on_step_end(self, run: Run) -> None:
        if self._every and run.step % self._every == 0:
            self._write(run)

    def on_epoch_end(self, run: Run) -> None:
        if not self._every:
            self._write(run)

    def on_fit_end(self, run: Run) -> None:
        self._write(run)

    def _write(self, run: Run) -> None:
        tensors: dict[str, Matrix | Tensor] = {}
        texts = {part: json.dumps(encoded(state, part, tensors)) for part, state in run.state_dict().items()}
        save_file(tensors, self._path, texts)


def resume_from(path: PathLike, run: Run) -> None:
    """Resume ``run`` from the checkpoint at ``path``.

    Raises ValueError, and nothing is changed, where the file is damaged or of another training.
    """
    try:
        run.load_state_dict(_read(path))
        if run.batch:
            run.skip_seen()
    except (TypeError, ValueError, OverflowError) as error:
        run.roll_back()
        raise ValueError(f"fit: {os.fspath(path)} does not fit: {error}") from error
    except BaseException:
        run.roll_back()
        raise
    run.snapshot()


def _read(path: PathLike) -> dict[str, Any]:
    with safe_open(path) as file:
        texts = file.metadata() or {}
        for text in texts.values():
            check_nesting(text)
        return {part: decoded(json.loads(text), file.get_tensor) for part, text in texts.items()}
