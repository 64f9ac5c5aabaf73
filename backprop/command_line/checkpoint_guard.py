"""A checkpoint belongs to one table and one recipe: a training of others does not go on from it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from backprop.training import Callback
from backprop.utils.data import Dataset


class SameTraining(Callback):
    """Puts ``settings`` and a fingerprint of ``data`` into the checkpoint, and refuses one that has others."""

    def __init__(self, data: Dataset, settings: Mapping[str, Any]) -> None:
        fingerprint = hashlib.sha256()
        for row, target in zip(data.inputs, data.targets):
            fingerprint.update(repr((row, target)).encode())
        self._own = {**settings, "table": fingerprint.hexdigest()}

    def state_dict(self) -> dict[str, Any]:
        return self._own

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        other = [name for name, value in self._own.items() if state.get(name) != value]
        if other:
            raise ValueError(f"it is of a training with another {' and another '.join(other)}")
