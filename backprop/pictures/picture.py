"""Picture: what every drawing can do, which is to be SVG, to show itself in a notebook and to be saved."""

from __future__ import annotations

from backprop.files import PathLike, replacing


class Picture:
    """A drawing: ``svg()`` is its text, which notebooks show by themselves, and ``save(path)`` writes it to a file.

    The same numbers give the same text, byte for byte. It shows as light or dark as the reader's system is set,
    and has a description for screen readers.
    """

    def __repr__(self) -> str:
        return f"{type(self).__name__}(shown by a notebook, written by save(path))"

    def svg(self) -> str:
        """The drawing as one ``<svg>`` element, which a page in HTML may hold as it is."""
        raise NotImplementedError(f"{type(self).__name__} needs an svg method")

    def _repr_svg_(self) -> str:
        return self.svg()

    def save(self, path: PathLike) -> None:
        """Write ``svg()`` to a file, which is replaced only when all of it is written.

        >>> import os, tempfile
        >>> from backprop.pictures import LineChart
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     LineChart({"loss": [3.0, 2.0, 1.5]}).save(os.path.join(folder, "loss.svg"))
        ...     os.listdir(folder)
        ['loss.svg']
        """
        with replacing(path, encoding="utf-8") as file:
            file.write(self.svg() + "\n")
