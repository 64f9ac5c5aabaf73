"""How much memory a call takes."""

import pytest


def peak_memory(call):
    """The most bytes that are allocated while it runs. What other threads allocate meanwhile is counted, as the list of
    tests that pytest-xdist receives: so it is the least of three times."""
    tracemalloc = pytest.importorskip("tracemalloc", reason="CPython's alone")
    peaks = []
    for _ in range(3):
        tracemalloc.start()
        try:
            call()
            peaks.append(tracemalloc.get_traced_memory()[1])
        finally:
            tracemalloc.stop()
    return min(peaks)
