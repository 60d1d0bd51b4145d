"""The address of tasks in the JSON API: `POST /api/v1/tasks`."""

from django.http import HttpRequest, HttpResponse
from ninja import Router

from tenure.base.refusals import Problem
from tenure.ingest.facts import api as facts
from tenure.ingest.facts.contracts import Answer, ProblemDetails
from tenure.ingest.facts.reading import Sent
from tenure.ingest.facts.refusals import WrongBatch
from tenure.ingest.facts.senders import BasicKey, BearerKey
from tenure.tasks import arriving

router = Router(auth=[BearerKey(), BasicKey()], tags=["Tasks"])


@router.post(
    "",
    response={200: Answer, **dict.fromkeys(facts.REFUSED, ProblemDetails)},
    operation_id="upsert_tasks",
    summary="Tasks and promises",
    description=f"Up to {arriving.MOST_ROWS} rows, each an upsert by `external_id`; a new one needs title. The answer"
    " is 200 also when rows are rejected: each row has its result.",
    url_name="tasks",
    openapi_extra=facts.described(arriving.TaskBatch, title="Batch of TaskRow", about=str(arriving.TaskBatch.__doc__)),
)
def upsert_tasks(request: HttpRequest) -> HttpResponse:
    """Take tasks in; a row that cannot be read is rejected by itself."""
    return facts.answered(request, "tasks", _work)


def _work(sent: Sent) -> Answer:
    if sent.history:
        raise WrongBatch("Tasks have no history: leave `history` out.", [Problem("is not known here", where="history")])
    if len(sent.rows) > arriving.MOST_ROWS:
        told = f"There are {len(sent.rows):,} tasks; a request may have {arriving.MOST_ROWS}. Send several requests."
        raise WrongBatch(told, [Problem(f"more than {arriving.MOST_ROWS} rows", where="rows")])
    return arriving.take_in(sent.rows)
