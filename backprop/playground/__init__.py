"""The playground: a page in the browser on which one watches this library learn."""

from backprop.playground.server import Playground, serve

__all__ = ["Playground", "serve"]
