"""Views: the graph of an explanation in pieces that are seen at once, the whole and each layer that it opens."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from backprop.explanation.notation import Plain
from backprop.explanation.outline import Group, Part, Passage
from backprop.explanation.steps import Step
from backprop.matrix import Matrix
from backprop.pictures import Graph, Node
from backprop.pictures import Group as Frame

_MOST = 20  # values that are drawn together, with the layers as frames; of more, a layer is one box
_WIDTH = 352  # of a drawing, as much as a telephone has
_ROUNDED = Plain(3)  # digits on the graph, where there is little room
_MAX_NUMBERS = 2


@dataclass
class View:
    """What is seen of the graph under a ``title``; ``around`` is the view from which it is opened, and ``prefix`` is what the
    names in it begin with.

    ``shown`` are the steps at each node of the ``graph``, first the one whose numbers stand there, and ``opens`` is the
    view behind it, if it is a layer."""

    title: str
    around: int | None
    prefix: str
    shown: list[list[Step]] = field(default_factory=list)
    opens: list[int | None] = field(default_factory=list)
    nodes: list[Node] = field(default_factory=list)
    edges: Sequence[tuple[int, int]] = ()
    frames: Sequence[Frame] = ()

    @property
    def graph(self) -> Graph:
        """The drawing."""
        return Graph(self.nodes, self.edges, self.frames, width=_WIDTH)

    def add(self, node: Node, steps: Sequence[Step], opens: int | None = None) -> None:
        """A node that shows these steps."""
        self.nodes.append(node)
        self.shown.append(list(steps))
        self.opens.append(opens)


def views_of(title: str, parts: Sequence[Part], steps: Sequence[Step]) -> list[View]:
    """The views of all ``steps``, whose forward pass has these ``parts``; the first is the whole."""
    users: dict[Step, list[Step]] = {step: [] for step in steps}
    for step in steps:
        for source in step.inputs:
            if source in users:
                users[source].append(step)
    views: list[View] = []
    _open(Group(title, parts), None, users, views)
    return views


def _open(group: Group, around: int | None, users: Mapping[Step, Sequence[Step]], views: list[View]) -> int:
    """Add the view of a group, and those of the groups in it; the position of its own."""
    outer = "" if around is None else views[around].prefix
    prefix = "" if around is None else f"{group.name}."
    position, view = len(views), View(group.title.removeprefix(outer), around, prefix)
    views.append(view)
    members = _members(group.parts, users) if around is not None else list(users)
    together = len(members) <= _MOST
    for part in group.parts:
        if together or isinstance(part, Passage):
            for step in _operations([part]):
                view.add(node_of(step, prefix), [step])
        else:
            *before, last = _operations([part])
            own = [last, *before, *(leaf for leaf in _members([part], users) if not leaf.operation)]
            title = part.title.removeprefix(prefix)
            view.add(node_of(last)._replace(name=title, kind="layer"), own, _open(part, position, users, views))
    covered = {step for own in view.shown for step in own}
    around_it = [x for step in members for x in (step, *step.inputs) if x is not None and x.name]
    for step in dict.fromkeys(x for x in around_it if x not in covered):
        node = node_of(step, prefix)
        view.add(node if step in members else node._replace(kind="input"), [step])
    place = {step: i for i, own in enumerate(view.shown) for step in own}
    uses = [(place[x], place[step]) for step in members for x in step.inputs if x is not None and x.name]
    view.edges = list(dict.fromkeys(edge for edge in uses if edge[0] != edge[1]))
    view.frames = list(_frames(group.parts, prefix, users, place)) if together else []
    return position


def _operations(parts: Sequence[Part]) -> Iterator[Step]:
    for part in parts:
        if isinstance(part, Group):
            yield from _operations(part.parts)
        elif part.step is not None:
            yield part.step


def _members(parts: Sequence[Part], users: Mapping[Step, Sequence[Step]]) -> list[Step]:
    """What is computed there, and the leaves that are used nowhere else."""
    own = dict.fromkeys(_operations(parts))
    return [step for step in users if step in own or (not step.operation and own.keys() >= set(users[step]))]


def _frames(
    parts: Sequence[Part], prefix: str, users: Mapping[Step, Sequence[Step]], place: Mapping[Step, int]
) -> Iterator[Frame]:
    for part in parts:
        if isinstance(part, Group):
            members = [place[step] for step in _members([part], users) if step in place]
            yield Frame(part.title.removeprefix(prefix), members)
            yield from _frames(part.parts, f"{part.name}.", users, place)


def node_of(step: Step, prefix: str = "") -> Node:
    """What stands for a value in the graph: its first numbers, and those of its gradient."""
    name = step.name.removeprefix(prefix)
    if step.operation and not step.name.startswith(step.operation):
        name = f"{name} = {step.operation}"
    kind = "operation" if step.operation else "constant" if step.gradient is None else "parameter"
    gradient = "" if step.gradient is None else f"∂ {summary(step.gradient.matrix)}"
    return Node(name, summary(step.value.matrix), kind, gradient)


def summary(matrix: Matrix) -> str:
    """The first few numbers, to three digits."""
    numbers = [_ROUNDED.number(x) for row in matrix.rows for x in row]
    return ", ".join(numbers[:_MAX_NUMBERS] + ["…"] * (len(numbers) > _MAX_NUMBERS))
