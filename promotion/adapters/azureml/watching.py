"""What passes between azure-ai-ml and the service: the app's token to known hosts only, and no endless waiting.

azure-ai-ml sleeps through whatever wait it is asked for, and polls an operation until it ends (1.35.2). A
function has no such time: the queue waits instead, and the next call finds how far it is. Knows requests
and answers; not what they are about.
"""

import datetime as dt
import threading
import time
from http import HTTPStatus
from typing import Any, Final, override

from azure.core.pipeline import PipelineRequest, PipelineResponse
from azure.core.pipeline.policies import SansIOHTTPPolicy

from promotion.adapters.azureml.hosts import KnownHosts
from promotion.adapters.azureml.http import LONGEST_WAIT
from promotion.adapters.azureml.operations import UnderWayError
from promotion.domain.errors import RetryableError
from promotion.wire import answers


class Watching(SansIOHTTPPolicy[Any, Any]):
    """A step of the SDK's pipelines; safe to use from several threads.

    Raises:
        BrokenError: a request would go to a host that is none of this cloud's.
        UnderWayError: an operation is asked about for too long.
        RetryableError: the service asks for a wait that the queue should do.
    """

    def __init__(self, hosts: KnownHosts, *, seconds: float, interval: float) -> None:
        """Let requests pass to `hosts`, and ask about one operation for `seconds`, so often."""
        self.interval: Final = interval
        self._hosts = hosts
        self._seconds: Final = seconds
        self._asked_since: dict[str, float] = {}
        self._lock = threading.Lock()

    @override
    def on_request(self, request: PipelineRequest[Any]) -> None:
        self._hosts.on_request(request)

    @override
    def on_response(
        self, request: PipelineRequest[Any], response: PipelineResponse[Any, Any]
    ) -> None:
        answer = response.http_response
        if request.http_request.method == "GET":
            self._watch(request.http_request.url, ended=answer.status_code != HTTPStatus.ACCEPTED)
        # While it works the service says when to ask again; that is no refusal.
        longest = LONGEST_WAIT if answer.status_code >= HTTPStatus.BAD_REQUEST else self._seconds
        wait = answers.retry_after(answer.headers, now=dt.datetime.now(dt.UTC))
        if wait is not None and wait.total_seconds() > longest:
            told = f"Azure ML answered {answer.status_code} and asked to come back in {wait}."
            raise RetryableError(told, "It is tried again.", after=wait)

    def _watch(self, operation: str, *, ended: bool) -> None:
        now = time.monotonic()
        with self._lock:
            since = self._asked_since.setdefault(operation, now)
            over = now - since > self._seconds
            if ended or over:
                del self._asked_since[operation]
        if over and not ended:
            raise UnderWayError("Azure ML is not done creating yet.", "It is asked again.")
