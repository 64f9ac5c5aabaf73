"""Groups in a graph: each is laid out by itself, and stands as one box in the group around it.

An edge into a group or out of it passes its frame at a port, one for each value that comes in or goes out.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from backprop.pictures.graph_layout import Edge, Layered, coordinates, layered
from backprop.pictures.text_metrics import text_width

TITLE = 12  # the size of the letters of a group's name
_PAD = 12  # between a frame and what is in it
_HEAD = 24  # above what is in a frame, for its name
_BETWEEN, _NEAR = 40, 18  # two layers, and one of labels alone and the next


class Group(NamedTuple):
    """What belongs together in a graph: a ``name``, and the positions of its ``members`` among the nodes."""

    name: str
    members: Sequence[int]


class Stop(NamedTuple):
    """Where the line of an edge is upright: at ``x``, from ``top`` to ``bottom``."""

    x: float
    top: float
    bottom: float


@dataclass
class Arrangement:
    """Where everything stands: the items and their stand-ins as (item, its middle, its top), the frames of the groups as
    (left, top, width, height), the way of each edge, and the size of the whole."""

    boxes: list[tuple[int, float, float]]
    frames: list[tuple[float, float, float, float]]
    ways: list[list[Stop]]
    width: float
    height: float


@dataclass
class _Scope:
    """A group, or what is around all groups, laid out from (0, 0) on.

    Its vertices are its ``children``, (True, group) or (False, item), then its ports, then bends and stand-ins.
    """

    children: list[tuple[bool, int]] = field(default_factory=list)
    incoming: dict[int, int] = field(default_factory=dict)  # from an item outside to the vertex of its port
    outgoing: dict[int, int] = field(default_factory=dict)  # from an item inside to the vertex of its port
    links: dict[tuple[int, int, int], int] = field(default_factory=dict)  # (from, to, whose value) to the path
    graph: Layered = field(default_factory=lambda: Layered([], []))
    sizes: list[tuple[float, float]] = field(default_factory=list)
    x: list[float] = field(default_factory=list)
    layers: list[Stop] = field(default_factory=list)  # from where to where each layer reaches
    width: float = 0.0
    height: float = 0.0
    room: float = 0.0

    def stand_ins(self) -> Iterator[tuple[int, int]]:
        """(vertex, the child that it stands in for)."""
        of = self.graph.of
        return ((vertex, i) for vertex, i in enumerate(of) if i is not None and i < len(self.children) <= vertex)


def nested(count: int, groups: Sequence[Group]) -> tuple[list[int], list[int]]:
    """(the innermost group of each of ``count`` items, the group around each group); −1 is the whole.

    Raises ValueError for two groups that overlap, neither of which is in the other; its arguments are their names.

    >>> nested(3, [Group("inner", [1]), Group("outer", [0, 1])])
    ([1, 0, -1], [1, -1])
    """
    innermost, around = [-1] * count, [-1] * len(groups)
    for i in sorted(range(len(groups)), key=lambda i: -len(set(groups[i].members))):
        outer = {innermost[member] for member in groups[i].members}
        if len(outer) > 1:
            raise ValueError(groups[i].name, groups[max(outer)].name)
        around[i] = max(outer, default=-1)
        for member in groups[i].members:
            innermost[member] = i
    return innermost, around


class Arranger:
    """Lays out items of about these ``widths``, as far as that can be in a given ``room``; ``labels`` need less room above
    and below.

    ``repeated`` are the items that have stand-ins, in their order. Raises ValueError where groups cannot stand one below
    the other, as each is computed from the other; its argument is the name of one.
    """

    def __init__(
        self,
        widths: Sequence[float],
        edges: Sequence[Edge],
        groups: Sequence[Group] = (),
        *,
        labels: Collection[int] = (),
        room: float,
    ) -> None:
        self._edges, self._groups, self._widths = edges, groups, widths
        self._slim = {(False, label) for label in labels}
        innermost, self._around = nested(len(widths), groups)
        self._chains = [self._chain(group) for group in innermost]
        self._scopes = {group: _Scope() for group in (*range(len(groups)), -1)}
        self._place: dict[tuple[bool, int], int] = {}  # of a child in its scope
        for item, group in enumerate(innermost):
            self._add(group, (False, item))
        for group, outer in enumerate(self._around):
            self._add(outer, (True, group))
        self._open_ports()
        found: dict[int, None] = {}
        for group, scope in self._scopes.items():
            scope.room = room - 2 * _PAD * (len(self._chain(group)) - 1 if group >= 0 else 0)
            self._put_in_layers(scope)
            found.update(dict.fromkeys(scope.children[of][1] for _, of in scope.stand_ins()))
        self.repeated = sorted(found)

    def _chain(self, group: int) -> list[int]:
        """The group and those around it, out to the whole."""
        chain = [group]
        while chain[-1] >= 0:
            chain.append(self._around[chain[-1]])
        return chain

    def _add(self, group: int, child: tuple[bool, int]) -> None:
        children = self._scopes[group].children
        self._place[child] = len(children)
        children.append(child)

    def arrange(self, sizes: Sequence[tuple[float, float]]) -> Arrangement:
        """From the innermost groups, whose sizes their surroundings need, outwards; then all positions inwards. ``sizes``
        are the (width, height) of the items."""
        order = sorted(self._scopes, key=lambda group: -len(self._chain(group)) if group >= 0 else 0)
        for group in order:
            self._lay_out(group, sizes)
        origin = {-1: (0.0, 0.0)}
        boxes: dict[int, tuple[float, float]] = {}
        stand_ins = []
        for group in reversed(order):
            scope, (left, top) = self._scopes[group], origin[group]
            places = [(left + x, top + scope.layers[level].top) for x, level in zip(scope.x, scope.graph.level)]
            for (is_group, child), (x, y) in zip(scope.children, places):
                if is_group:
                    origin[child] = x - self._scopes[child].width / 2, y
                else:
                    boxes[child] = x, y
            stand_ins += [(scope.children[of][1], *places[vertex]) for vertex, of in scope.stand_ins()]
        return Arrangement(
            [*((item, *boxes[item]) for item in range(len(sizes))), *stand_ins],
            [(*origin[i], self._scopes[i].width, self._scopes[i].height) for i in range(len(self._groups))],
            [self._way(edge, origin) for edge in self._edges],
            self._scopes[-1].width,
            self._scopes[-1].height,
        )

    # ---------------------------------------------------------------- the links of each scope

    def _scopes_on_the_way(self, edge: Edge) -> list[int]:
        """Out of the groups that only the source is in, and into those that only the target is in."""
        out, into = self._chains[edge[0]], self._chains[edge[1]]
        common = next(group for group in out if group in into)
        return [*out[: out.index(common) + 1], *reversed(into[: into.index(common)])]

    def _open_ports(self) -> None:
        for edge in self._edges:
            source, target = edge
            for group in self._scopes_on_the_way(edge):
                scope = self._scopes[group]
                if group not in self._chains[source]:
                    scope.incoming.setdefault(source, len(scope.incoming))
                elif group not in self._chains[target]:
                    scope.outgoing.setdefault(source, len(scope.outgoing))
        for scope in self._scopes.values():
            count = len(scope.children)
            scope.incoming = {source: count + i for source, i in scope.incoming.items()}
            scope.outgoing = {source: count + len(scope.incoming) + i for source, i in scope.outgoing.items()}
        for edge in self._edges:
            for group in self._scopes_on_the_way(edge):
                links = self._scopes[group].links
                links.setdefault(self._link(edge, group), len(links))

    def _link(self, edge: Edge, group: int) -> tuple[int, int, int]:
        """(from, to, whose value): the part of the edge that lies in the scope, from vertex to vertex."""
        source, target = edge
        scope = self._scopes[group]
        start = scope.incoming[source] if source in scope.incoming else self._child_with(source, group)
        end = self._child_with(target, group) if group in self._chains[target] else scope.outgoing[source]
        return start, end, source

    def _child_with(self, item: int, group: int) -> int:
        """The vertex of the item in the scope, or of the group there that has it."""
        depth = self._chains[item].index(group)
        return self._place[(True, self._chains[item][depth - 1]) if depth else (False, item)]

    # ---------------------------------------------------------------- one scope

    def _put_in_layers(self, scope: _Scope) -> None:
        groups = [i for i, (is_group, _) in enumerate(scope.children) if is_group]
        incoming, outgoing = list(scope.incoming.values()), list(scope.outgoing.values())
        count = len(scope.children) + len(incoming) + len(outgoing)
        edges = [(start, end) for start, end, _ in scope.links]
        # How wide a group will be is not known yet; it gets a layer.
        widths = [scope.room if is_group else self._widths[child] for is_group, child in scope.children]
        widths += [0.0] * (count - len(widths))
        try:
            scope.graph = layered(
                count, edges, first=incoming, last=outgoing, once=groups, widths=widths, room=scope.room
            )
        except ValueError:
            raise ValueError(self._groups[scope.children[groups[0]][1]].name) from None

    def _lay_out(self, group: int, items: Sequence[tuple[float, float]]) -> None:
        scope = self._scopes[group]
        scope.sizes = [self._size(scope, of, items) for of in scope.graph.of]
        widths = [width for width, _ in scope.sizes]
        scope.x = coordinates(scope.graph, widths, self._shifts(scope), scope.room)
        scope.width = max(x + width / 2 for x, width in zip(scope.x, widths))
        self._stack_layers(scope, is_whole=group < 0)
        if group >= 0:
            name = text_width(self._groups[group].name, TITLE)
            room = max(name - scope.width, 0.0) / 2 + _PAD
            scope.x = [x + room for x in scope.x]
            scope.width += 2 * room

    def _size(self, scope: _Scope, of: int | None, items: Sequence[tuple[float, float]]) -> tuple[float, float]:
        if of is None or of >= len(scope.children):
            return 0.0, 0.0
        is_group, child = scope.children[of]
        return (self._scopes[child].width, self._scopes[child].height) if is_group else items[child]

    def _shifts(self, scope: _Scope) -> dict[Edge, float]:
        """For the links from and to groups: they end at ports, not in the middle."""
        wanted: dict[Edge, list[float]] = {}
        for (start, end, source), path in zip(scope.links, scope.graph.paths):
            out, into = self._port(scope, start, source, out=True), self._port(scope, end, source, out=False)
            if len(path) == 2:
                wanted.setdefault((path[0], path[1]), []).append(out - into)
            else:
                wanted.setdefault((path[0], path[1]), []).append(out)
                wanted.setdefault((path[-2], path[-1]), []).append(-into)
        return {link: sum(offsets) / len(offsets) for link, offsets in wanted.items() if any(offsets)}

    def _port(self, scope: _Scope, vertex: int, source: int, out: bool) -> float:
        """How far from the middle of a group its port for the value is; 0 unless it is a group."""
        if vertex >= len(scope.children) or not scope.children[vertex][0]:
            return 0.0
        inner = self._scopes[scope.children[vertex][1]]
        return inner.x[(inner.outgoing if out else inner.incoming)[source]] - inner.width / 2

    def _stack_layers(self, scope: _Scope, is_whole: bool) -> None:
        """From where to where each layer reaches, and the height of all; a frame has its ports on its edges."""
        layers: list[list[int]] = [[] for _ in range(max(scope.graph.level) + 1)]
        for vertex, level in enumerate(scope.graph.level):
            layers[level].append(vertex)
        ports = len(scope.children), len(scope.children) + len(scope.incoming) + len(scope.outgoing)
        scope.layers = []
        y = 0.0 if is_whole or scope.incoming else float(_HEAD)
        slim_above = False
        for level, layer in enumerate(layers):
            kinds = {scope.graph.of[vertex] for vertex in layer} - {None}
            is_port = any(ports[0] <= of < ports[1] for of in kinds if of is not None)
            slim = all(of is not None and of < ports[0] and scope.children[of] in self._slim for of in kinds)
            if level:
                y += (
                    _HEAD
                    if scope.incoming and level == 1
                    else _PAD
                    if is_port
                    else _NEAR
                    if slim or slim_above
                    else _BETWEEN
                )
            height = max(scope.sizes[vertex][1] for vertex in layer)
            scope.layers.append(Stop(0.0, y, y + height))
            y, slim_above = y + height, slim
        scope.height = y if is_whole or scope.outgoing else y + _PAD

    # ---------------------------------------------------------------- the way of an edge

    def _way(self, edge: Edge, origin: dict[int, tuple[float, float]]) -> list[Stop]:
        """Through all scopes from the source, or from its stand-in, to the target."""
        stops: list[Stop] = []
        for group in self._scopes_on_the_way(edge):
            scope, (left, top) = self._scopes[group], origin[group]
            start, end, source = link = self._link(edge, group)
            path = scope.graph.paths[scope.links[link]]
            part = []
            for vertex in path:
                x = left + scope.x[vertex]
                layer = scope.layers[scope.graph.level[vertex]]
                part.append(Stop(x, top + layer.top, top + layer.bottom))
            height = scope.sizes[path[0]][1]
            x, upper, lower = part[0]
            part[0] = Stop(x + self._port(scope, start, source, out=True), upper + height, lower)
            x, upper, lower = part[-1]
            part[-1] = Stop(x + self._port(scope, end, source, out=False), upper, upper)
            if stops and group in self._chains[edge[0]]:
                stops.pop()  # the port is on the frame, whose foot the line leaves
            elif stops:
                part = part[1:]
            stops += part
        return stops
