"""The geometry of a lineage's drawing, lying and upright. Pure numbers and words; a template draws them."""

from typing import Final, Literal
from urllib.parse import quote

import msgspec

from promotion.domain.approvals import Verdict
from promotion.domain.assets import AssetKind, AssetRef, Registry
from promotion.domain.origins import Origin, read_origin
from promotion.domain.request import Request, State
from promotion.usecases.lineage import Edge, Lineage, Node
from promotion.web import text

#: Pixels of the page: a box, and what is left free from one to the next.
_WIDE: Final = 206
_HIGH: Final = 64
_ALONG: Final = 168
_ASIDE: Final = 48
#: Upright, boxes are as wide as a telephone.
_WIDE_UPRIGHT: Final = 320
_DOWN: Final = 96
#: More boxes in a row than this are drawn upright alone: lying, nobody could read them.
_MOST_LYING: Final = 5
#: How far words stand from the line: three of them lying, and from one to the next upright.
_ABOVE: Final = (-27, -9, 21)
_TOP: Final = 8
_NEXT: Final = 18


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """A node with the place of its box."""

    node: Node
    #: Where it is, and what it is called there.
    where: str
    what: str
    looks: str
    x: int
    y: int


class Word(msgspec.Struct, frozen=True):
    """A line of text and where it stands."""

    text: str
    x: int
    y: int


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """An edge from one box to the next, with its words beside it."""

    edge: Edge
    path: str
    tip: str
    words: tuple[Word, ...]


class Drawing(msgspec.Struct, frozen=True, kw_only=True):
    """Everything of one drawing."""

    form: Literal["lying", "upright"]
    width: int
    height: int
    box: int
    places: tuple[Place, ...]
    lines: tuple[Line, ...]


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """An edge in words, for the table beneath."""

    edge: Edge
    source: Place
    target: Place


class Picture(msgspec.Struct, frozen=True, kw_only=True):
    """A lineage as it is drawn and told."""

    drawings: tuple[Drawing, ...]
    steps: tuple[Step, ...]
    #: The whole in a sentence, for who does not see it.
    description: str


def picture(found: Lineage) -> Picture:
    """Return the drawings of a lineage and their words."""
    ranks = _ranks(found)
    upright = _drawing(found, ranks, "upright")
    lying = max(ranks.values(), default=0) < _MOST_LYING
    drawings = (_drawing(found, ranks, "lying"), upright) if lying else (upright,)
    at = {place.node.id: place for place in upright.places}
    steps = tuple(
        Step(edge=edge, source=at[edge.source], target=at[edge.target])
        for edge in sorted(found.edges, key=lambda each: (ranks[each.source], ranks[each.target]))
    )
    told = [f"{each.source.what} {_told(each)}" for each in steps]
    return Picture(drawings=drawings, steps=steps, description=". ".join(told) or "It stands alone")


def address(asset: AssetRef) -> str:
    """Return the address of a version's lineage; empty for what has no page of its own."""
    if not isinstance(asset.home, Registry) or asset.kind is not AssetKind.MODELS:
        return ""
    parts = (asset.home.name, asset.name, asset.version)
    return "/lineage/" + "/".join(quote(part, safe="") for part in parts)


def address_of(request: Request) -> str:
    """Return the address of the lineage that a request belongs to; empty when there is none to show yet."""
    arrived = request.state in {State.PROMOTED, State.WITHDRAWN}
    return address(request.target if arrived else request.asset)


def words_of(edge: Edge) -> tuple[str, ...]:
    """Return what stands on an edge: what happened, who decided, on which files."""
    request = edge.request
    if request is None:
        return (edge.kind,)
    happened = "promoted, withdrawn" if request.state is State.WITHDRAWN else edge.kind
    approvals = sum(each.verdict is Verdict.APPROVE for each in request.decisions)
    return (
        happened,
        text.counted(approvals, "approval"),
        text.short_digest(request.digest.removeprefix("sha256:")),
    )


def _told(step: Step) -> str:
    how = ", ".join(words_of(step.edge))
    return f"in {step.source.where} led to {step.target.what} in {step.target.where} ({how})"


def _ranks(found: Lineage) -> dict[str, int]:
    """Return each node's distance from where everything began; circles, which only lies draw, end."""
    entered = {edge.target for edge in found.edges}
    begins = [node.id for node in found.nodes if node.id not in entered] or [found.root]
    ranks = dict.fromkeys(begins, 0)
    rank = 0
    while reached := [node for node, at in ranks.items() if at == rank]:
        rank += 1
        for edge in found.edges:
            if edge.source in reached:
                ranks.setdefault(edge.target, rank)
    # What only a circle leads to.
    return {node.id: ranks.get(node.id, 0) for node in found.nodes}


def _drawing(found: Lineage, ranks: dict[str, int], form: Literal["lying", "upright"]) -> Drawing:
    wide = _WIDE if form == "lying" else _WIDE_UPRIGHT
    taken: dict[int, int] = {}
    places: dict[str, Place] = {}
    for node in found.nodes:
        rank = ranks[node.id]
        lane = taken[rank] = taken.get(rank, -1) + 1
        along, aside = (rank, lane) if form == "lying" else (lane, rank)
        places[node.id] = _place(node, found.root, _corner(form, along, aside))
    lines = tuple(_line(form, edge, places) for edge in found.edges)
    return Drawing(
        form=form,
        width=max(place.x for place in places.values()) + wide + 1,
        height=max(place.y for place in places.values()) + _HIGH + 1,
        box=wide,
        places=tuple(places.values()),
        lines=lines,
    )


def _corner(form: str, column: int, row: int) -> tuple[int, int]:
    if form == "lying":
        return 1 + column * (_WIDE + _ALONG), _TOP + row * (_HIGH + _ASIDE)
    return 1 + column * (_WIDE_UPRIGHT + _ASIDE), 1 + row * (_HIGH + _DOWN)


def _place(node: Node, root: str, corner: tuple[int, int]) -> Place:
    looks = [node.kind, "root" if node.id == root else "", "" if node.seen else "gone"]
    return Place(
        node=node,
        where=_where(node),
        what=node.asset.label if node.asset else _origin(node).what,
        looks=" ".join(filter(None, looks)),
        x=corner[0],
        y=corner[1],
    )


def _origin(node: Node) -> Origin:
    found = read_origin(node.id)
    if found is None:
        raise ValueError(f"{node.id} is neither an asset nor what led to one")
    return found


def _where(node: Node) -> str:
    if node.asset is None:
        return _origin(node).where
    said = "archived in " if node.archived else "" if node.seen else "not found in "
    return f"{said}{node.asset.home.name}"


def _line(form: str, edge: Edge, places: dict[str, Place]) -> Line:
    start, end = places[edge.source], places[edge.target]
    told = words_of(edge)
    if form == "lying":
        x1, y1, x2, y2 = start.x + _WIDE, start.y + _HIGH // 2, end.x, end.y + _HIGH // 2
        above = _ABOVE if len(told) == len(_ABOVE) else _ABOVE[1:]
        return Line(
            edge=edge,
            path=f"M{x1} {y1}C{x1 + 24} {y1} {x1 + 4} {y2} {x1 + 28} {y2}H{x2 - 9}",
            tip=f"M{x2 - 10} {y2 - 7}l10 7-10 7z",
            words=tuple(
                Word(word, (x1 + x2) // 2, y2 + dy) for word, dy in zip(told, above, strict=False)
            ),
        )
    x1, y1, x2, y2 = start.x + 33, start.y + _HIGH, end.x + 33, end.y
    first = (y1 + y2) // 2 + 5 - (len(told) - 1) * _NEXT // 2
    return Line(
        edge=edge,
        path=f"M{x1} {y1}C{x1} {y1 + 24} {x2} {y1 + 4} {x2} {y1 + 28}V{y2 - 9}",
        tip=f"M{x2 - 7} {y2 - 10}l7 10 7-10z",
        words=tuple(Word(word, x2 + 22, first + at * _NEXT) for at, word in enumerate(told)),
    )
