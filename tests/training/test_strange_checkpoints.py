"""Checkpoints from strangers: whatever stands in their JSON, it is loaded or refused in a ValueError, and nothing runs."""

import json
from itertools import cycle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop.optim.lr_scheduler import LinearLR, SequentialLR, StepLR
from backprop.storage import safe_open, save_file
from tests.training.small_run import Breaks, SmallRun

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.just(10**400),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["", "a", "$tensor", "$tuple", "$matrix", "$numbered", "$epoch"]), inner, max_size=2
        )
    ),
    max_leaves=6,
)


def sequence(optimizer):
    return SequentialLR(optimizer, [LinearLR(optimizer, total_iters=2), StepLR(optimizer, 2)], [2])


def fresh(seed=7):
    return SmallRun(seed, make_scheduler=sequence)


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory):
    """The tensors and the values in the texts of a checkpoint in the midst of the third epoch."""
    path = tmp_path_factory.mktemp("strange") / "run"
    fresh(0).fit(epochs=3, checkpoint=path, patience=9, callbacks=[Breaks(after=14)])
    with safe_open(path) as file:
        names = file.keys()
        tensors = {name: file.get_tensor(name) for name in names}
        return tensors, {part: json.loads(text) for part, text in file.metadata().items()}


def places(value, path=()):
    """The paths of everything in a JSON value."""
    yield path
    if isinstance(value, (dict, list)):
        # Of the long states of generators and the like the ends are enough.
        items = list(value.items() if isinstance(value, dict) else enumerate(value))
        for key, item in items if isinstance(value, dict) else items[:1] + items[1:][-1:]:
            yield from places(item, (*path, key))


def changed(value, path, new):
    if not path:
        return new
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = changed(value[path[0]], path[1:], new)
    return copy


def is_loaded(parts, path, tensors, texts):
    """Whether ``parts`` go on from a checkpoint with these texts; if not, nothing has changed."""
    save_file(tensors, path, texts)
    before = parts.state()
    try:
        # Nothing is learned any more: what is asked is only what loading does.
        parts.fit(epochs=1, checkpoint=path, patience=9, resume=True)
    except ValueError as error:
        assert str(error).startswith(f"fit: {path} does not fit: ")
        assert parts.state() == before
        return False
    return True


def dumped(values):
    return {part: json.dumps(value) for part, value in values.items()}


def test_as_it_is_it_is_loaded(checkpoint, tmp_path):
    tensors, values = checkpoint
    assert is_loaded(fresh(), tmp_path / "run", tensors, dumped(values))


def test_another_kind_of_thing_is_refused_at_every_place(checkpoint, tmp_path):
    tensors, values = checkpoint
    _, *paths = places(values)
    assert len(paths) > 100
    parts = fresh()
    for path, thing in zip(paths, cycle([{"wrong": "kind"}, [[["wrong"]]]])):
        changed_values = changed(values, path, thing)
        assert not is_loaded(parts, tmp_path / "run", tensors, dumped(changed_values)), (path, thing)


@given(st.integers(0, 10**6), anything)
def test_anything_at_any_place_is_loaded_or_refused(checkpoint, tmp_path_factory, number, thing):
    tensors, values = checkpoint
    _, *paths = places(values)
    changed_values = changed(values, paths[number % len(paths)], thing)
    is_loaded(fresh(), tmp_path_factory.getbasetemp() / "run", tensors, dumped(changed_values))


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000, "9" * 10_000, '"\\ud800"', "import os"])
def test_what_is_no_json_is_refused(text, checkpoint, tmp_path):
    tensors, values = checkpoint
    parts = fresh()
    for part in values:
        assert not is_loaded(parts, tmp_path / "run", tensors, {**dumped(values), part: text})


def test_a_part_or_a_tensor_that_is_missing_is_named(checkpoint, tmp_path):
    tensors, values = checkpoint
    texts = dumped(values)
    del texts["now"]
    save_file(tensors, tmp_path / "run", texts)
    with pytest.raises(ValueError, match="run does not fit: it has no now"):
        fresh().fit(checkpoint=tmp_path / "run", patience=9, resume=True)
    others = {name: tensor for name, tensor in tensors.items() if name != "model.0.weight"}
    save_file(others, tmp_path / "run", dumped(values))
    with pytest.raises(ValueError, match="run does not fit: .*model.0.weight"):
        fresh().fit(checkpoint=tmp_path / "run", patience=9, resume=True)
