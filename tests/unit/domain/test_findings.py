"""What looking after a deployment finds: each judgement says what it was about and what to do."""

from promotion.domain.findings import Finding, Level, bad, ok, unknown, warn


def test_a_finding_is_about_the_one_there_is_unless_told_which() -> None:
    assert ok("policy", "It is sound.") == Finding(
        probe="policy", subject="", level=Level.OK, found="It is sound.", remedy=""
    )
    assert [each("queue", "It is full.", "Look.").subject for each in (warn, bad, unknown)] == [
        ""
    ] * 3


def test_a_finding_keeps_what_it_was_about_and_what_to_do() -> None:
    found = [each("queue", "It is full.", "Look.", "promotions") for each in (warn, bad, unknown)]

    assert found == [
        Finding(
            probe="queue",
            subject="promotions",
            level=level,
            found="It is full.",
            remedy="Look.",
        )
        for level in (Level.WARN, Level.BAD, Level.UNKNOWN)
    ]
    assert ok("queue", "It is empty.", "promotions").subject == "promotions"
