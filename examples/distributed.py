"""One training on one core, on more than one, and on more than one machine: the times, and the same weights.

A 64-128-10 network learns the digits, at first here, by the loop that one writes by hand. Then ``fit`` is the same loop with
an executor: each batch is cut into a part for each worker, which computes its gradient, and the gradients are added up. What
is learned is the same, whoever the workers are, but for the roundings of that sum. A step takes some milliseconds here, so that
sending weights and gradients costs as much as is gained; the larger the network and the batch, the more it pays.

python3 examples/distributed.py            processes of this machine
python3 examples/distributed.py --dask     workers of Dask, which may be anywhere; here they are on this machine too

Dask has to be installed for the second (pip install distributed), in an environment of its own if you like. For a
cluster that is running already, write its address into ``Client("tcp://…")``. MPI is served likewise, by
``mpi4py.futures.MPIPoolExecutor``.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib
import signal
import sys
import time
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
# Not from this file's own folder, where it would hide the package of the same name.
sys.path = [str(HERE.parent), *(entry for entry in sys.path if Path(entry).resolve() != HERE)]

from backprop import fit, manual_seed, nn, optim
from backprop.datasets import load_digits
from backprop.utils.data import DataLoader, LabeledDataset


@contextmanager
def processes(workers: int) -> Iterator[Executor]:
    """Workers on this machine. Ctrl-C is for this process alone, which then ends them in good order."""
    with ProcessPoolExecutor(workers, initializer=signal.signal, initargs=(signal.SIGINT, signal.SIG_IGN)) as pool:
        yield pool


@contextmanager
def dask(workers: int) -> Iterator[Executor]:
    """Workers of a Dask cluster that is started for this training, and can be reached from this machine only."""
    try:
        distributed = importlib.import_module("distributed")
    except ImportError:
        sys.exit("Dask is not installed; get it with: pip install distributed")
    settings: dict[str, Any] = {"host": "127.0.0.1", "dashboard_address": None, "threads_per_worker": 1}
    with distributed.LocalCluster(n_workers=workers, **settings) as cluster, distributed.Client(cluster) as client:
        yield client.get_executor()


def start() -> tuple[nn.Module, optim.Optimizer, DataLoader[Any]]:
    """The network, its optimizer and the batches, the same each time."""
    manual_seed(0)
    digits = load_digits()
    model = nn.Sequential(nn.Linear(64, 128), nn.ReLU(), nn.Linear(128, 10))
    batches = DataLoader(LabeledDataset(digits.inputs / 16, digits.targets), batch_size=256, shuffle=True)
    return model, optim.Adam(model.parameters(), lr=0.01), batches


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dask", action="store_true", help="workers of Dask instead of a pool of processes")
    parser.add_argument("--workers", type=int, default=2, help="how many (2)")
    parser.add_argument("--epochs", type=int, default=5, help="how often it sees all digits (5)")
    arguments = parser.parse_args()
    loss_function = nn.CrossEntropyLoss()

    alone, optimizer, batches = start()
    started = time.perf_counter()
    for _ in range(arguments.epochs):
        for inputs, targets in batches:
            loss = loss_function(alone(inputs), targets)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    # Times go to standard error, so that every run writes the same to standard output.
    print(f"one process: {time.perf_counter() - started:.1f} s", file=sys.stderr)

    together, optimizer, batches = start()
    with (dask if arguments.dask else processes)(arguments.workers) as executor:
        settings = {"epochs": arguments.epochs, "executor": executor, "shards": arguments.workers}
        executor.submit(int).result()  # which starts the workers
        started = time.perf_counter()
        fit(together, loss_function, optimizer, batches, **settings)
        print(f"{arguments.workers} workers: {time.perf_counter() - started:.1f} s", file=sys.stderr)
    differences = [(a - b).abs().max().item() for a, b in zip(alone.parameters(), together.parameters())]
    print(f"the largest difference of a weight, one process and {arguments.workers} workers: {max(differences):.0e}")
    weights = hashlib.sha256(repr(together.state_dict()).encode()).hexdigest()
    print(f"the weights that the workers learned: {weights[:16]}")


if __name__ == "__main__":
    main()
