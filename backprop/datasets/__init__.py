"""Built-in datasets, generated ones, and readers of tables, images, IDX files and streams."""

from typing import TYPE_CHECKING

from backprop.lazy_names import lazy_names

if TYPE_CHECKING:
    from backprop.datasets.builtin import load_breast_cancer as load_breast_cancer
    from backprop.datasets.builtin import load_digits as load_digits
    from backprop.datasets.builtin import load_iris as load_iris
    from backprop.datasets.generators import blobs as blobs
    from backprop.datasets.generators import circles as circles
    from backprop.datasets.generators import moons as moons
    from backprop.datasets.generators import spirals as spirals
    from backprop.datasets.generators import xor as xor
    from backprop.datasets.idx import read_idx as read_idx
    from backprop.datasets.idx import read_idx_dataset as read_idx_dataset
    from backprop.datasets.images import Image as Image
    from backprop.datasets.images import read_image as read_image
    from backprop.datasets.schema import Schema as Schema
    from backprop.datasets.streams import BufferedShuffleDataset as BufferedShuffleDataset
    from backprop.datasets.streams import CSVStream as CSVStream
    from backprop.datasets.tables import read_table as read_table
else:
    __all__, __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "builtin": "load_breast_cancer load_digits load_iris",
            "generators": "blobs circles moons spirals xor",
            "idx": "read_idx read_idx_dataset",
            "images": "Image read_image",
            "streams": "BufferedShuffleDataset CSVStream",
            "schema": "Schema",
            "tables": "read_table",
        },
    )
