"""What a state holds, to be compared: Tensors are compared entry by entry, and a state is live."""

from backprop import Tensor


def values(state):
    """The state with the shape and the entries in place of each Tensor, however deep."""
    if isinstance(state, Tensor):
        return tuple(state.shape), state.matrix
    if isinstance(state, dict):
        return {name: values(value) for name, value in state.items()}
    return list(map(values, state)) if isinstance(state, list) else state
