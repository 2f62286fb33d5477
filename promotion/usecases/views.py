"""What people look at: lists, one request, its facts, the overview. Reads only; changes nothing, ever."""

import datetime as dt
from typing import Final

import msgspec

from promotion.domain.actors import Person
from promotion.domain.errors import DamagedError, NotFoundError
from promotion.domain.facts import Fact
from promotion.domain.manifest import Manifest
from promotion.domain.progress import Progress
from promotion.domain.ready import ready
from promotion.domain.request import Request, State
from promotion.domain.trail import require_whole
from promotion.ports import Damage, Query, World
from promotion.usecases.options import open_stages

#: States in which the app is at work, or an operator is needed.
UNDER_WAY: Final = (
    State.FAILED,
    State.PROMOTING,
    State.APPROVED,
    State.VALIDATING,
    State.RECEIVED,
)

#: States in which nothing more happens, and nobody needs to know by themselves.
DONE: Final = tuple(
    state for state in State if state.terminal and state not in {State.FAILED, State.BYPASSED}
)

#: Of each state under way, and of what is done, an overview shows so many.
_FEW: Final = 20
#: So long an overview shows a bypass; the list by state shows every one.
_BYPASS_SHOWN: Final = dt.timedelta(days=30)


class View(msgspec.Struct, frozen=True, kw_only=True):
    """A request and how far its copy is."""

    request: Request
    progress: Progress


class Listing(msgspec.Struct, frozen=True, kw_only=True):
    """One page of requests, newest first; `next_cursor` is empty on the last."""

    items: tuple[View, ...]
    next_cursor: str
    damaged: tuple[Damage, ...]


class Trail(msgspec.Struct, frozen=True, kw_only=True):
    """Facts of one request in their order; `next_after` is where the next page begins, 0 on the last."""

    items: tuple[Fact, ...]
    next_after: int = 0


class Dossier(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that is known of one request."""

    request: Request
    progress: Progress
    facts: tuple[Fact, ...]
    #: The approved files; none before they were read, or when their record cannot be read back.
    manifest: Manifest | None
    #: Why there is no manifest although there should be one.
    manifest_problem: str = ""


class Overview(msgspec.Struct, frozen=True, kw_only=True):
    """What waits for one person, what is under way, what was done lately."""

    mine: tuple[Request, ...]
    others: tuple[Request, ...]
    #: Where the pending requests go on, when there are more than were looked at.
    more_pending: str
    under_way: tuple[View, ...]
    done: tuple[Request, ...]
    #: Versions found lately in a target without a request.
    bypassed: tuple[Request, ...]
    damaged: tuple[Damage, ...]

    @property
    def empty(self) -> bool:
        """Whether there is nothing at all to show."""
        shown = (self.mine, self.others, self.under_way, self.done, self.bypassed, self.damaged)
        return not any(shown)


def show(world: World, request_id: str) -> View:
    """Return one request.

    Raises:
        NotFoundError: there is none of that id.
    """
    return view(world, world.requests.get(request_id).request)


def view(world: World, request: Request) -> View:
    """Return the request with its progress, which is read only where a copy may have begun."""
    match request.state:
        case State.VALIDATING if request.plan:
            progress = world.requests.progress(request.id)
            return View(request=request, progress=progress)
        case State.PROMOTING | State.FAILED:
            progress = world.requests.progress(request.id)
        case State.PROMOTED | State.WITHDRAWN:
            progress = Progress(files_done=request.all_files, bytes_done=request.all_bytes)
        case _:
            progress = Progress()
    return View(
        request=request,
        progress=msgspec.structs.replace(
            progress, files=request.all_files, bytes=request.all_bytes
        ),
    )


def browse(world: World, query: Query, *, cursor: str = "", limit: int = 50) -> Listing:
    """Return a page of the requests that match.

    Raises:
        InvalidError: the cursor did not come from an earlier page.
    """
    page = world.requests.page(query, cursor=cursor, limit=limit)
    return Listing(
        items=tuple(view(world, request) for request in page.items),
        next_cursor=page.next_cursor,
        damaged=page.damaged,
    )


def audit(world: World, request_id: str, *, after: int = 0, limit: int = 200) -> Trail:
    """Return facts of a request with a sequence above `after`.

    Raises:
        NotFoundError: there is no such request.
        DamagedError: a fact cannot be read back, or one is missing.
    """
    request = world.requests.get(request_id).request
    facts = _whole(world, request, after=after)
    items = facts[:limit]
    return Trail(items=items, next_after=items[-1].sequence if len(facts) > limit else 0)


def dossier(world: World, request_id: str) -> Dossier:
    """Return everything about a request.

    Raises:
        NotFoundError: there is no such request.
        DamagedError: a fact cannot be read back, or one is missing.
    """
    shown = show(world, request_id)
    manifest, problem = _manifest(world, shown.request)
    return Dossier(
        request=shown.request,
        progress=shown.progress,
        facts=_whole(world, shown.request),
        manifest=manifest,
        manifest_problem=problem,
    )


def overview(world: World, person: Person, *, limit: int = 50) -> Overview:
    """Return what a person should see first."""
    pending = world.requests.page(Query(state=State.PENDING), limit=limit)
    moving = [world.requests.page(Query(state=state), limit=_FEW) for state in UNDER_WAY]
    # By state: versions that travel with a migration are not listed so, the migration itself is.
    ended = [world.requests.page(Query(state=state), limit=_FEW) for state in DONE]
    bypassed = world.requests.page(Query(state=State.BYPASSED), limit=_FEW)
    told_since = world.clock.now() - _BYPASS_SHOWN
    mine = tuple(request for request in pending.items if open_stages(request, person))
    done = (request for page in ended for request in page.items)
    damaged = {
        each.request_id: each
        for page in (pending, *moving, *ended, bypassed)
        for each in page.damaged
    }
    return Overview(
        mine=mine,
        others=tuple(request for request in pending.items if request not in mine),
        more_pending=pending.next_cursor,
        under_way=tuple(view(world, request) for page in moving for request in page.items),
        done=tuple(sorted(done, key=lambda each: each.updated_at, reverse=True)[:_FEW]),
        bypassed=tuple(each for each in bypassed.items if each.created_at >= told_since),
        damaged=tuple(damaged.values()),
    )


def _whole(world: World, request: Request, *, after: int = 0) -> tuple[Fact, ...]:
    facts = world.requests.facts(request.id, after=after)
    require_whole(facts, request, after=after)
    return facts


def _manifest(world: World, request: Request) -> tuple[Manifest | None, str]:
    if not request.manifest:
        return None, ""
    try:
        content = world.evidence.get(request.manifest)
        return msgspec.json.decode(content, type=ready(Manifest)), ""
    except (NotFoundError, DamagedError) as error:
        return None, str(error)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        return None, f"The kept manifest cannot be read: {error}."
