"""The export that auditors download from the running app."""

from promotion.usecases.promote import promote
from promotion.usecases.verify_audit import Verification
from promotion.wire.public_keys import PublicKey
from tests.surfing import ABSENT, NOBODY, Surfer


def test_a_downloaded_trail_verifies() -> None:
    surfer = Surfer()
    request = surfer.approved()
    promote(surfer.stage.world, request.id)

    answer = surfer.call("GET", f"/api/promotions/{request.id}/audit/export")

    assert answer.headers["Content-Type"] == "application/jsonl"
    key = PublicKey(surfer.stage.signer.public_key.encode())
    verification = Verification(verifier=key)
    assert list(verification.run(answer.body.splitlines(keepends=True))) == []
    assert verification.report.facts == len(surfer.stage.requests.facts(request.id))


def test_a_request_that_is_not_there_is_404() -> None:
    assert Surfer().call("GET", f"/api/promotions/{ABSENT}/audit/export").status == 404


def test_people_without_a_role_download_nothing() -> None:
    surfer = Surfer()
    url = f"/api/promotions/{surfer.pending().id}/audit/export"

    assert surfer.call("GET", url, NOBODY).status == 403
    assert surfer.call("GET", url, None).status == 401


def test_reading_a_trail_changes_nothing() -> None:
    surfer = Surfer()
    request = surfer.pending()
    before = (surfer.stage.requests.facts(request.id), dict(surfer.stage.evidence.kept))

    surfer.call("GET", f"/api/promotions/{request.id}/audit/export")

    assert (surfer.stage.requests.facts(request.id), surfer.stage.evidence.kept) == before
