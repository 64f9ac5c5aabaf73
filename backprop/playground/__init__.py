"""The playground: a page in the browser on which one watches this library learn."""

from typing import TYPE_CHECKING

from backprop.lazy_names import lazy_names

if TYPE_CHECKING:
    from backprop.playground.server import Playground as Playground
    from backprop.playground.server import serve as serve
else:
    __all__, __getattr__, __dir__ = lazy_names(__name__, {"server": "Playground serve"})
