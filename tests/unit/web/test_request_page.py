"""The page of one request: what is asked, on what evidence, who agreed, what happened."""

import datetime as dt

import msgspec
import pytest

from promotion.domain.actors import EVENT_GRID, PROMOTION, Person
from promotion.domain.approvals import Verdict
from promotion.domain.assets import AssetKind, AssetRef
from promotion.domain.lifecycle import Opening, start_copy
from promotion.domain.policy import StageSpec
from promotion.domain.progress import Progress
from promotion.domain.request import State
from promotion.usecases.decide import decide
from promotion.usecases.open_request import announce
from promotion.usecases.promote import promote
from promotion.usecases.validate import validate
from promotion.web import words as words_of
from tests.building import WORKSPACE, ballot, description, model, policy
from tests.lineages import waiting_after_a_share
from tests.surfing import (
    ABSENT,
    APPROVER,
    OPERATOR,
    READER,
    REQUESTER,
    SECOND,
    SECURITY,
    Surfer,
    attributes,
    said,
    somebody,
    words,
)


def test_the_headline_says_what_is_asked() -> None:
    surfer = Surfer()
    request = surfer.pending(reason="Better on short trips.")

    page = surfer.page(f"/promotions/{request.id}")

    assert words(page, "h1") == "May taxi-fare:1 go from dev-mlops-registry to prod-mlops-registry?"
    assert words(page, ".badge") == "Waiting for approval"
    assert words(page, "title") == "Waiting for approval: taxi-fare:1 · Promotions"
    assert "Better on short trips." in words(page, "aside")


def test_checks_show_what_they_looked_at() -> None:
    surfer = Surfer()

    page = surfer.page(f"/promotions/{surfer.pending().id}")

    titles = [said(each) for each in page.query("li.check h3")]
    assert titles == [
        "Required tags passed",
        "Metric threshold: r2 passed",
        "Version rule passed",
    ]
    assert "r2 is 0.93, and the policy asks for at least 0.8." in words(page, "main")
    assert '"at_least": 0.8' in words(page, "li.check:nth-child(2) pre")
    (scale,) = page.query("figure.scale svg")
    assert attributes(scale)["aria-label"] == "0.93, allowed: at least 0.8"


def test_a_failed_check_is_told_with_the_others() -> None:
    surfer = Surfer()
    request = surfer.pending(r2="0.5", owner="")

    page = surfer.page(f"/promotions/{request.id}")

    assert words(page, "h1") == "taxi-fare:1 does not meet the policy for prod-mlops-registry"
    outcomes = [said(each) for each in page.query(".check .outcome")]
    assert outcomes == ["failed", "failed", "passed"]
    assert len(page.query(".scale-value.outside")) == 1
    assert "1 of 3 checks passed" in words(page, "main")


def test_files_are_listed_with_sizes_and_hashes() -> None:
    surfer = Surfer()

    page = surfer.page(f"/promotions/{surfer.pending().id}")

    cells = [said(cell) for cell in page.query("tbody td")]
    assert (cells[:2], cells[3:5]) == (["MLmodel", "12 B"], ["model.pkl", "4 B"])
    (first, *_) = page.query("tbody td code")
    assert attributes(first)["title"].startswith(said(first).removesuffix("…"))


def test_many_files_are_counted_after_the_first_fifty() -> None:
    surfer = Surfer()
    asset = model("large")
    surfer.stage.registries.put(
        description(asset), {f"part-{number:03d}": b"x" * 1500 for number in range(53)}
    )
    request = validate(surfer.stage.world, surfer.asked(asset).id)

    page = surfer.page(f"/promotions/{request.id}")

    assert len(page.query("tbody tr")) == 50
    assert "And 3 files more" in words(page, ".main")
    (size,) = page.query('section[aria-labelledby="files"] header span')
    assert (said(size), attributes(size)["title"]) == ("77.6 KiB", "79,500 bytes")


def test_a_lost_list_of_files_is_told_and_keeps_nothing_else_from_being_shown() -> None:
    surfer = Surfer()
    request = surfer.pending()
    surfer.stage.evidence.kept.clear()

    page = surfer.page(f"/promotions/{request.id}")

    assert "The list of files cannot be shown." in words(page, ".main")
    assert len(page.query("li.check")) == 3


def test_a_damaged_list_of_files_is_told() -> None:
    surfer = Surfer()
    request = surfer.pending()
    surfer.stage.evidence.kept[request.manifest] = b'{"files": 7}'

    page = surfer.page(f"/promotions/{request.id}")

    assert "cannot be read" in words(page, ".main")


def test_stages_show_who_decided_and_what_they_said() -> None:
    surfer = Surfer()
    request = surfer.pending()
    decide(surfer.stage.world, request.id, ballot(request, APPROVER, comment="Numbers agree."))

    page = surfer.page(f"/promotions/{request.id}")

    stages = [said(each) for each in page.query(".stages > li")]
    assert stages[0].startswith("business open 2 of those who hold Promotion.Approver Approving")
    assert stages[0].endswith("approved just now Numbers agree.")
    assert stages[1].startswith("security waiting 1 of those who hold")


def test_the_timeline_tells_every_fact_newest_first() -> None:
    surfer = Surfer()
    request = surfer.approved()
    promote(surfer.stage.world, request.id)

    page = surfer.page(f"/promotions/{request.id}")

    assert [said(each) for each in page.query(".timeline h3")] == [
        "Promoted",
        "Copy began",
        "Approved in stage security: everyone needed agreed",
        "Approved in stage business",
        "Approved in stage business",
        "Approval asked for",
        "Checks began",
        "Promotion asked for",
    ]
    (first, *_) = page.query(".timeline time")
    assert attributes(first)["datetime"] == "2026-03-01T12:00:00Z"
    assert said(first) == "2026-03-01 12:00:00 UTC (just now)"


def test_the_way_is_told_to_who_does_not_see_it() -> None:
    surfer = Surfer()
    request = surfer.approved()
    before = surfer.page(f"/promotions/{request.id}").query("svg.way")
    promote(surfer.stage.world, request.id)
    after = surfer.page(f"/promotions/{request.id}").query("svg.way")

    told = "From dev-mlops-registry over 3 of 3 checks passed and 3 of 3 approvals"
    assert attributes(before[0])["aria-label"] == (
        f"{told} to prod-mlops-registry. It has not arrived."
    )
    assert attributes(after[1])["aria-label"] == f"{told} to prod-mlops-registry. It has arrived."


def test_the_way_begins_where_the_version_was_shared_from() -> None:
    surfer = Surfer()
    page = surfer.page(f"/promotions/{waiting_after_a_share(surfer).id}")

    for drawing in page.query("svg.way"):
        assert said(drawing).startswith("Workspace in westeurope taxi-fare:1 shared dev-mlops")
        told = attributes(drawing)["aria-label"] or ""
        assert told.startswith("Shared from taxi-fare:1 (Workspace in westeurope). From dev-mlops-")


def test_the_way_begins_at_the_source_where_nothing_is_known_of_before() -> None:
    surfer = Surfer()
    page = surfer.page(f"/promotions/{surfer.pending().id}")

    assert [said(each).split()[0] for each in page.query("svg.way")] == ["dev-mlops-registry"] * 2
    assert page.query(".way-card .led") == []


def test_a_copy_shows_how_far_it_is_and_looks_again_by_itself() -> None:
    surfer = Surfer()
    stored = surfer.stage.requests.get(surfer.approved().id)
    step = start_copy(stored.request, actor=PROMOTION, now=surfer.stage.clock.now())
    surfer.stage.requests.save(stored, step)
    progress = Progress(files=2, files_done=1, bytes=16, bytes_done=12)
    surfer.stage.requests.save_progress(stored.request.id, progress)
    url = f"/promotions/{stored.request.id}"

    answer = surfer.call("GET", url)
    page = surfer.page(url)
    stopped = surfer.call("GET", f"{url}?refresh=off")

    assert "1 of 2 files, 12 B of 16 B" in words(page, ".notice")
    (bar,) = page.query("progress")
    assert (attributes(bar)["max"], attributes(bar)["value"]) == ("16", "12")
    assert answer.headers["Refresh"] == "5"
    assert "Refresh" not in stopped.headers


def test_what_stands_still_does_not_look_again() -> None:
    surfer = Surfer()

    answer = surfer.call("GET", f"/promotions/{surfer.pending().id}")

    assert "Refresh" not in answer.headers


def test_an_awaited_asset_is_told_with_what_to_do() -> None:
    surfer = Surfer()
    asset = AssetRef(home=WORKSPACE, kind=AssetKind.MODELS, name="late", version="1")
    (opened,) = announce(surfer.stage.world, asset, Opening(actor=EVENT_GRID))
    validate(surfer.stage.world, opened.request.id)

    page = surfer.page(f"/promotions/{opened.request.id}")

    assert "az ml model share --name late" in words(page, ".notice")
    assert "No check has run yet" in words(page, ".main")


def test_a_failure_says_why_and_offers_operators_to_try_again() -> None:
    surfer = Surfer()
    url = f"/promotions/{surfer.failed().id}"

    for_operator = surfer.page(url, OPERATOR)
    for_reader = surfer.page(url, READER)

    assert "The storage refuses." in words(for_operator, ".notice")
    assert [attributes(form)["action"] for form in for_operator.query("form")] == [
        f"{url}/retry",
        f"{url}/cancel",
    ]
    assert for_reader.query("form") == []


def test_the_form_is_shown_to_who_may_decide_alone() -> None:
    surfer = Surfer()
    url = f"/promotions/{surfer.pending().id}"
    form = f'form[action="{url}/decision"]'

    assert len(surfer.page(url, APPROVER).query(form)) == 1
    for person in (READER, REQUESTER, SECURITY, OPERATOR):
        assert surfer.page(url, person).query(form) == []


@pytest.mark.parametrize(
    ("person", "why"),
    [
        (READER, "Deciding here takes a role that you do not hold."),
        (SECURITY, "Stage 'security' is not open"),
        (
            msgspec.structs.replace(REQUESTER, roles=frozenset({"Promotion.Approver"})),
            "Requesting made or requested this asset and may not decide on it.",
        ),
        (somebody("Author", "Promotion.Approver"), "Author made or requested this asset"),
    ],
)
def test_who_may_not_decide_reads_why(person: Person, why: str) -> None:
    surfer = Surfer()
    request = surfer.pending()

    page = surfer.page(f"/promotions/{request.id}", person)

    assert why in words(page, "#decide")


def test_who_has_decided_reads_that_it_counts_once() -> None:
    surfer = Surfer()
    request = surfer.pending()
    decide(surfer.stage.world, request.id, ballot(request, APPROVER))

    page = surfer.page(f"/promotions/{request.id}", APPROVER)

    assert "a decision counts once" in words(page, "#decide")


@pytest.mark.parametrize(("query", "chosen"), [("approve", "approve"), ("reject", "reject")])
def test_a_link_may_fill_in_the_verdict_and_nothing_else(query: str, chosen: str) -> None:
    surfer = Surfer()
    request = surfer.pending()

    page = surfer.page(f"/promotions/{request.id}?verdict={query}", APPROVER)

    (checked,) = page.query("input[checked]")
    assert attributes(checked)["value"] == chosen
    assert surfer.stage.requests.get(request.id).request == request


@pytest.mark.parametrize(
    "query", ["", "?verdict=", "?verdict=maybe", "?verdict=%22%3E%3Cscript%3E"]
)
def test_without_a_known_verdict_nothing_is_filled_in(query: str) -> None:
    surfer = Surfer()

    page = surfer.page(f"/promotions/{surfer.pending().id}{query}", APPROVER)

    assert page.query("input[checked]") == []


def test_the_consequence_of_an_approval_is_told() -> None:
    surfer = Surfer()
    request = surfer.pending()
    url = f"/promotions/{request.id}"

    first = words(surfer.page(url, APPROVER), ".choice")
    for person in (APPROVER, SECOND):
        request = decide(surfer.stage.world, request.id, ballot(request, person))
    last = words(surfer.page(url, SECURITY), ".choice")

    assert "2 more approvals are needed after yours." in first
    assert "Yours is the last approval needed" in last


def test_someone_in_two_open_stages_chooses_one() -> None:
    surfer = Surfer()
    request = surfer.pending()
    stages = tuple(
        msgspec.structs.replace(stage, roles=("Promotion.Approver",)) for stage in request.stages
    )
    stored = surfer.stage.requests.get(request.id)
    row = surfer.stage.requests._rows[request.id]  # type: ignore[attr-defined]  # a state no rule leads to yet
    row.request = msgspec.structs.replace(stored.request, stages=stages)

    page = surfer.page(f"/promotions/{request.id}", APPROVER)

    # Stages open one after the other, so there is one choice at a time.
    assert [attributes(each)["value"] for each in page.query('input[name="stage"]')] == ["business"]


HOSTILE = "<img src=x onerror=alert(1)>**b**{{DATE(2026)}}\u202egpj.exe\u200b\"'"


@pytest.mark.parametrize(
    "name", [HOSTILE, "א" * 120 + "\u2067", "n" * 255, "&lt;b&gt;", "{{ 7*7 }}"]
)
def test_a_hostile_name_is_text_everywhere(name: str) -> None:
    surfer = Surfer()
    request = surfer.pending(model(name), reason=name)

    for path in (
        "/",
        f"/promotions/{request.id}?verdict=approve",
        f"/promotions/{request.id}/audit",
    ):
        page = surfer.page(path, APPROVER)
        text = page.to_text(separator="", strip=False)
        assert (
            name.replace("\u202e", "U+202E").replace("\u200b", "U+200B").replace("\u2067", "U+2067")
            in text
        )
        assert not set(text) & {"\u202e", "\u200b", "\u2067"}
        assert page.query("img") == page.query("script") == page.query("b") == []


def test_a_comment_with_markup_is_text_with_its_lines() -> None:
    surfer = Surfer()
    request = surfer.pending()
    comment = "<script>alert(1)</script>\nsecond \u202eline"
    decide(
        surfer.stage.world,
        request.id,
        ballot(request, APPROVER, Verdict.REJECT, comment=comment),
    )

    page = surfer.page(f"/promotions/{request.id}")

    (quote, *_) = page.query("blockquote")
    text = quote.to_text(separator="", strip=False)
    assert text == "<script>alert(1)</script>\nsecond U+202Eline"
    assert page.query("script") == []


def test_pages_have_no_inline_style_script_or_handler() -> None:
    surfer = Surfer()
    request = surfer.pending()

    for path in ("/", f"/promotions/{request.id}", f"/promotions/{request.id}/audit", "/nowhere"):
        body = surfer.call("GET", path, APPROVER)
        page = surfer.page(path, APPROVER, status=body.status)
        assert page.query("script, style, iframe, base, meta[http-equiv]") == []
        for element in page.query("*"):
            names = set(attributes(element))
            assert not {name for name in names if name.startswith("on") or name == "style"}


def test_pages_can_be_walked_by_keyboard_and_ear() -> None:
    surfer = Surfer()
    request = surfer.pending()

    for path in ("/", f"/promotions/{request.id}", f"/promotions/{request.id}/audit", "/nowhere"):
        status = surfer.call("GET", path, APPROVER).status
        page = surfer.page(path, APPROVER, status=status)
        (root,) = page.query("html")
        assert attributes(root)["lang"] == "en"
        assert len(page.query("h1")) == len(page.query("main")) == 1
        (skip, *_) = page.query("body a")
        assert attributes(skip)["href"] == "#content"
        ids = [attributes(each)["id"] for each in page.query("[id]")]
        assert len(ids) == len(set(ids))
        labelled = {attributes(each).get("for") for each in page.query("label")}
        for control in page.query("input, select, textarea"):
            known = attributes(control)
            wrapped = known.get("type") in {"radio", "checkbox", "hidden"}
            assert wrapped or known["id"] in labelled


def test_an_unknown_request_is_a_page_that_says_so() -> None:
    page = Surfer().page(f"/promotions/{ABSENT}", status=404)

    assert words(page, "h1") == "There is nothing here"
    assert "There is no request" in words(page, "main")


def test_every_state_has_its_words() -> None:
    assert set(words_of.STATES) == set(State)


def test_the_audit_page_tells_every_fact_and_that_the_chain_holds() -> None:
    surfer = Surfer()
    request = surfer.approved()

    page = surfer.page(f"/promotions/{request.id}/audit")

    facts = surfer.stage.requests.facts(request.id)
    assert "The chain of 6 facts holds." in words(page, ".notice")
    text = words(page, "main")
    for fact in facts:
        assert fact.hash in text
        assert fact.id in text
    assert APPROVER.oid in text
    assert request.policy_hash in text


def test_the_audit_page_says_where_a_chain_is_broken() -> None:
    surfer = Surfer()
    request = surfer.approved()
    row = surfer.stage.requests._rows[request.id]  # type: ignore[attr-defined]  # tampering is not in the port
    row.facts[2] = msgspec.structs.replace(row.facts[2], data={"forged": True})

    page = surfer.page(f"/promotions/{request.id}/audit")

    (line,) = [said(each) for each in page.query(".notice.bad li")]
    assert line.startswith(f"Fact {request.id}-3 has the hash")


def test_times_are_told_from_now_with_the_exact_one_beside() -> None:
    surfer = Surfer()
    request = surfer.pending()
    surfer.stage.clock.move(dt.timedelta(hours=3))

    page = surfer.page(f"/promotions/{request.id}")

    (asked,) = page.query('section[aria-labelledby="identity"] time')
    assert said(asked) == "3 hours ago"
    assert attributes(asked)["title"] == "2026-03-01 12:00:00 UTC"


def test_the_page_says_whom_each_stage_asks_and_what_a_rejection_does() -> None:
    surfer = Surfer()
    surfer.stage.policy.policy = policy(
        StageSpec(name="business", roles=("Promotion.Approver",), quorum=2, rejections=2),
        StageSpec(name="owners", people=("t/a", "t/b"), alongside=True),
    )
    request = surfer.pending()

    page = surfer.page(f"/promotions/{request.id}", APPROVER)

    stages = words(page, ".stages")
    assert "2 of those who hold Promotion.Approver" in stages
    assert "1 of 2 named in the policy; open side by side with the stage above" in stages
    assert "It takes the rejections of 2 people to end the request." in words(page, "#decide")


def test_a_rejection_that_ends_nothing_is_told_as_one() -> None:
    surfer = Surfer()
    two = StageSpec(name="business", roles=("Promotion.Approver",), rejections=2)
    surfer.stage.policy.policy = policy(two)
    request = surfer.pending()
    no = ballot(request, APPROVER, Verdict.REJECT, comment="Not yet.")

    decide(surfer.stage.world, request.id, no)

    page = surfer.page(f"/promotions/{request.id}")
    assert "Rejected in stage business: it takes more to end the request" in words(
        page, ".timeline"
    )
