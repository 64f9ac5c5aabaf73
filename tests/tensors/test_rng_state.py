"""The state of a Generator as a Tensor: PyTorch's bytes, taken back, and nothing else."""

from hashlib import sha256

import pytest

import backprop
from backprop import Generator, Tensor, get_rng_state, manual_seed, rand, randn, set_rng_state


@pytest.mark.parametrize(
    ("seed", "counts", "digest"),
    [(0, (), "1ccf17250133dec5"), (5, (1, 3), "ab4034fc7bbee0af"), (-3, (0, 1000), "9a0abe6816472d69")],
)
def test_the_bytes_are_pytorchs(seed, counts, digest):
    """Of PyTorch 2.13, after torch.manual_seed(seed), and randn and rand of so many numbers: sha256 of get_rng_state()."""
    manual_seed(seed)
    for draw, count in zip((randn, rand), counts):
        draw(count)
    state = get_rng_state()
    assert state.shape == (5056,) and state.dtype is backprop.uint8
    assert sha256(bytes(state.tolist())).hexdigest()[:16] == digest


@pytest.mark.parametrize("count", [0, 1, 2, 623, 624, 625])
def test_a_state_that_was_set_gives_the_same_numbers(count):
    rng = Generator().manual_seed(3)
    randn(1, generator=rng)
    rand(count, generator=rng)
    state, other = rng.get_state(), Generator()
    other.set_state(state)
    assert other.initial_seed() == 3
    for draw in (randn, rand):
        assert draw(5, generator=rng).equal(draw(5, generator=other))
    set_rng_state(state)
    assert get_rng_state().equal(state)


def test_what_is_no_state_is_refused_and_changes_nothing():
    rng = Generator().manual_seed(3)
    before = rng.getstate()
    broken = rng.get_state()
    broken[8:12] = 0  # as many words are left
    for state, kind, message in [
        (rng.getstate(), TypeError, "set_state: a state is the uint8 Tensor that get_state.. gave, got a tuple"),
        (Tensor([0.0]), TypeError, "set_state: a state is the uint8 Tensor"),
        (
            backprop.zeros(10, dtype=backprop.uint8),
            RuntimeError,
            r"a state has 5056 bytes, got a Tensor of shape \[10\]",
        ),
        (backprop.zeros(5056, dtype=backprop.uint8), RuntimeError, "these bytes are not the state of a generator"),
        (broken, RuntimeError, "these bytes are not the state of a generator"),
    ]:
        with pytest.raises(kind, match=message):
            rng.set_state(state)
        assert rng.getstate() == before
