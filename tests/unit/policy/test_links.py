"""What a policy can get wrong about links for people who cannot sign in."""

import pytest

from promotion.adapters.policy_file import check_policy
from tests.unit.policy.test_soundness import BASE, PERSON

GUEST = f"{{person: {PERSON}, name: Guest, mail: g@x.org, roles: [Promotion.Approver]}}"
OTHER = GUEST.replace("6666", "7777").replace("g@x", "h@x")
LINKS = f"links: {{people: [{GUEST}]}}\n"


def told(text: str) -> list[tuple[str, str]]:
    return [(each.path, each.problem) for each in check_policy(text.encode()).problems]


def test_a_policy_has_no_links_unless_it_says_so() -> None:
    found = check_policy(BASE.encode()).policy

    assert found is not None
    assert found.links is None


def test_links_for_people_whom_a_stage_asks_are_sound() -> None:
    assert told(BASE + LINKS) == []
    assert told(BASE + LINKS.replace(GUEST, f"{GUEST}, {OTHER}")) == []


@pytest.mark.parametrize(
    ("old", "new", "path", "problem"),
    [
        (f"[{GUEST}]", "[]", "links.people", "made for nobody"),
        (PERSON, "g@x.org", "people[0].person", "names no person"),
        ("g@x.org", "G <g@x.org>", "people[0].mail", "no plain mail address"),
        ("[Promotion.Approver]", "[Promotion.Approver.Legal]", "people[0]", "no stage asks"),
        ("[Promotion.Approver]", "[Promotion.Approver, '']", "people[0].roles[1]", "is no role"),
        ("{people", "{expires_after: P8D, people", "links.expires_after", "is more than"),
        ("{people", "{expires_after: PT0S, people", "links.expires_after", "above zero"),
        (GUEST, f"{GUEST}, {OTHER.replace('h@x', 'G@x')}", "links.people", "mailbox 'g@x.org'"),
        (GUEST, f"{GUEST}, {OTHER.replace('7777', '6666')}", "links.people", "the person"),
    ],
)
def test_links_that_cannot_be_safe_are_told(old: str, new: str, path: str, problem: str) -> None:
    assert old in LINKS

    found = told(BASE + LINKS.replace(old, new, 1))

    assert [path in where and problem in what for where, what in found] == [True]


def test_a_person_named_in_a_stage_or_asked_by_an_escalation_may_have_a_link() -> None:
    without = LINKS.replace(", roles: [Promotion.Approver]", "")
    named = BASE.replace("roles: [Promotion.Approver]", f"people: [{PERSON}]")
    escalating = f"{BASE}    escalate_after: P1D\n    escalate_to: [Head]\n"

    assert told(named + without) == []
    assert told(escalating + LINKS.replace("Promotion.Approver", "Head")) == []
