"""Refusals: what the product will not do, said as a type with a code, a status and the way out.

Everything else that is raised is a bug. One handler (`tenure.screens.refusals`) renders a refusal as
problem+json (RFC 9457) for machines and as a notice for people.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with an input: where it is and what was expected there."""

    message: str
    where: str = ""
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.where, self.line, self.column) if part not in ("", None))
        return f"{place}: {self.message}" if place else self.message


class Refusal(Exception):
    """Base of all refusals. `message` says what is wrong and what to do next."""

    status: ClassVar[int] = 400
    code: ClassVar[str] = "refused"

    def __init__(self, message: str, problems: Sequence[Problem] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.problems = tuple(problems)

    def as_problem(self) -> Mapping[str, object]:
        """The body of an `application/problem+json` answer."""
        body: dict[str, object] = {
            "type": f"urn:tenure:refusal:{self.code}",
            "title": self.code.replace("_", " ").capitalize(),
            "status": self.status,
            "detail": self.message,
        }
        if self.problems:
            body["errors"] = [
                {"detail": p.message, "where": p.where, "line": p.line, "column": p.column} for p in self.problems
            ]
        return body


class NotFound(Refusal):
    """The object does not exist, or not in this workspace: the caller is not told which."""

    status, code = 404, "not_found"


class Forbidden(Refusal):
    """The member's role does not allow it."""

    status, code = 403, "forbidden"


class Invalid(Refusal):
    """The input is wrong; `problems` says where."""

    status, code = 422, "invalid"


class Conflict(Refusal):
    """Somebody else changed it first, or it exists already."""

    status, code = 409, "conflict"
