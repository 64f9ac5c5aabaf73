"""Damaged files: a few bytes of a good one cut out, doubled, exchanged, and between them what readers stumble over."""


def damaged(content, pieces, rng):
    """``content`` with one to three places replaced by nothing, by other bytes or a piece; rarely random bytes alone."""
    if rng.random() < 0.05:
        return rng.randbytes(rng.randrange(200))
    data = bytearray(content)
    for _ in range(rng.randint(1, 3)):
        start, own = rng.randrange(len(data) + 1), rng.randrange(len(data) + 1)
        stop = start + rng.choice([0, 0, 1, 1, 4, rng.randrange(40)])
        data[start:stop] = rng.choice([b"", rng.randbytes(1), data[own : own + rng.randrange(9)], rng.choice(pieces)])
    return bytes(data)
