"""What a state holds, to be compared: Tensors are compared entry by entry, and a state is live."""


def values(state):
    """The shape and the entries of each Tensor, by its name."""
    return {name: (tuple(tensor.shape), tensor.matrix) for name, tensor in state.items()}
