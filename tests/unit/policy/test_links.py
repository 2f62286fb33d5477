"""For whom a policy may have links made. What it can get wrong about them is in `mistakes.txt`."""

from promotion.adapters.policy_file import check_policy
from tests.unit.policy.mistakes import BASE, PERSON, told

GUEST = f"{{person: {PERSON}, name: Guest, mail: g@x.org, roles: [Promotion.Approver]}}"
OTHER = GUEST.replace("6666", "7777").replace("g@x", "h@x")
LINKS = f"links: {{people: [{GUEST}]}}\n"


def test_a_policy_has_no_links_unless_it_says_so() -> None:
    found = check_policy(BASE.encode()).policy

    assert found is not None
    assert found.links is None


def test_links_for_people_whom_a_stage_asks_are_sound() -> None:
    assert told(BASE + LINKS) == []
    assert told(BASE + LINKS.replace(GUEST, f"{GUEST}, {OTHER}")) == []


def test_a_person_named_in_a_stage_or_asked_by_an_escalation_may_have_a_link() -> None:
    without = LINKS.replace(", roles: [Promotion.Approver]", "")
    named = BASE.replace("roles: [Promotion.Approver]", f"people: [{PERSON}]")
    escalating = f"{BASE}    escalate_after: P1D\n    escalate_to: [Head]\n"

    assert told(named + without) == []
    assert told(escalating + LINKS.replace("Promotion.Approver", "Head")) == []
