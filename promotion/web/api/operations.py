"""What each call takes and answers: read by the dispatcher at run time and told by the API's document."""

from typing import Any, Final

from promotion.usecases.submit_evidence import MAX_DATA
from promotion.web import inputs, lineage_shapes, shapes
from promotion.web.conditions import OPTIONAL, REQUIRED
from promotion.web.routing import Operation

_EXAMPLE_DIGEST: Final = f"sha256:{'3f' * 32}"
_ETAG: Final = {"ETag": "The request's revision, in quotes; what `If-Match` names."}

LIST: Final = Operation(
    id="listPromotions",
    summary="List requests, newest first",
    description="Filters narrow the list; `next_cursor` leads to the next page.",
    query=inputs.ListQuery,
    answers={200: (shapes.PromotionList,)},
)

ASK: Final = Operation(
    id="askForPromotion",
    summary="Ask for an asset to be promoted",
    description=(
        "Opens a request, or answers the one there is for this asset on this route: asking twice is "
        "asking once. After a no, asking again is a new attempt. With `dry_run` nothing is written and "
        "the answer tells what would happen: the asset's files are read and checked as a request's would be. "
        "Takes the role Promotion.Requester or Promotion.Operator, as a dry run does."
    ),
    body=inputs.NewPromotion,
    answers={200: (shapes.Promotion, shapes.Forecast), 201: (shapes.Promotion,)},
    problems=(409,),
    sends={**_ETAG, "Location": "With 201: the new request."},
    example={
        "asset": "azureml://registries/dev-mlops-registry/models/taxi-fare/versions/3",
        "reason": "Trained on the new quarter.",
    },
)

SHOW: Final = Operation(
    id="showPromotion",
    summary="Show one request",
    answers={200: (shapes.Promotion,)},
    sends=_ETAG,
)

DECIDE: Final = Operation(
    id="decide",
    summary="Approve or reject",
    description=(
        "A decision counts once, for the revision that `If-Match` names and the digest in the body. The "
        "same decision again is answered with what the first one led to. Who may decide is said by the "
        "request's stages; nobody decides on what they made or asked for."
    ),
    body=inputs.NewDecision,
    if_match=REQUIRED,
    answers={200: (shapes.Promotion,)},
    problems=(409,),
    sends=_ETAG,
    example={"verdict": "approve", "digest": _EXAMPLE_DIGEST, "comment": "Looks right."},
)

EVIDENCE: Final = Operation(
    id="postEvidence",
    summary="Post what a pipeline found out",
    description=(
        "For evidence that the request's route requires (`required_evidence`), about exactly the files of "
        "`digest`. A request waits for it, and is looked at again at once; the same evidence again changes "
        "nothing. Takes the role Promotion.Evidence."
    ),
    body=inputs.NewEvidence,
    # The data, and as much again for its escapes and what is around it.
    max_body=2 * MAX_DATA,
    answers={201: (shapes.Promotion,)},
    problems=(409, 412),
    sends=_ETAG,
    example={
        "name": "performance-test",
        "outcome": "passed",
        "digest": _EXAMPLE_DIGEST,
        "data": {"p99_ms": 41.5, "requests": 10_000},
        "url": "https://ci.example/runs/4711",
    },
)


def _wish(operation_id: str, summary: str, description: str, example: dict[str, Any]) -> Operation:
    return Operation(
        id=operation_id,
        summary=summary,
        description=description,
        body=inputs.NewWish,
        if_match=OPTIONAL,
        answers={200: (shapes.Promotion,)},
        problems=(409,),
        sends=_ETAG,
        example=example,
    )


CANCEL: Final = _wish(
    "cancelPromotion",
    "Take a request back",
    "For whoever asked, and for Promotion.Operator, until it is decided, or once it has failed.",
    {"reason": "Version 4 follows tomorrow."},
)

RETRY: Final = _wish(
    "retryPromotion",
    "Have a failed promotion tried again",
    "For Promotion.Operator. The approval still holds; the same digest is copied.",
    {"reason": "The target's network rule was corrected."},
)

ACKNOWLEDGE: Final = _wish(
    "acknowledgeBypass",
    "Take note of a version that came past every request",
    "For Promotion.Operator, with a reason; it then shows on the overview no more.",
    {"reason": "Created by hand during the outage; its files were compared."},
)

AUDIT: Final = Operation(
    id="listFacts",
    summary="List a request's facts",
    description=(
        "Each fact carries the hash of the one before. A fact's hash is the SHA-256 of the RFC 8785 form "
        "of all its other fields, exactly as they are answered here."
    ),
    query=inputs.FactQuery,
    answers={200: (shapes.FactList,)},
)

EXPORT: Final = Operation(
    id="exportTrail",
    summary="Export a request's trail as a sealed file",
    description=(
        "JSON Lines: every fact as it was hashed, the evidence that facts refer to, and a signed seal. "
        "`python -m promotion audit verify` takes it, offline; docs/audit.md describes the form."
    ),
    answers={200: ()},
    media="application/jsonl",
)

LINEAGE: Final = Operation(
    id="showLineage",
    summary="Show where a model came from and where it went",
    description=(
        "Training run, workspace, registries, both ways; decisions and digests stand on the edges. "
        "With `format=openlineage` the answer holds OpenLineage run events."
    ),
    query=inputs.LineageQuery,
    answers={200: (lineage_shapes.Lineage, lineage_shapes.LineageEvents)},
)

OPENAPI: Final = Operation(
    id="describeApi",
    summary="This document",
    answers={200: ()},
)

HEALTH: Final = Operation(
    id="health",
    summary="Whether policy and storage can be read",
    answers={200: (shapes.Health,), 503: (shapes.Health,)},
)
