"""Work on the data, away from the screen: a request to the desk, and its answer.

Only worker threads touch the desk, and only the thread that draws touches screens. An answer
carries its request, and is dropped if nobody waits for that request any longer.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from kpitui.model.issues import Issue, create_message
from kpitui.tui.desk_protocol import Desk


@dataclass(frozen=True, slots=True, eq=False)
class DeskRequest:
    """Work to be done on the desk; two requests are the same only if they are one object.

    `description` names the thread that does it.
    """

    description: str
    work: Callable[[Desk], Any]


@dataclass(frozen=True, slots=True)
class RequestFailure:
    """Why there is no answer: issues in files, and advice."""

    issues: tuple[Issue, ...]
    advice: str


@dataclass(frozen=True, slots=True)
class UnexpectedError:
    """An error that nobody expected."""

    error: BaseException


@dataclass(frozen=True, slots=True, eq=False)
class DeskAnswer:
    """The result of a request, which may be a failure or an unexpected error."""

    request: DeskRequest
    result: Any


def run_request(desk: Desk, request: DeskRequest) -> DeskAnswer:
    """Run a request; what can be put right in a file comes back as a failure."""
    try:
        return DeskAnswer(request, request.work(desk))
    except OSError as error:
        file_name = str(error.filename or "a file")
        issue = Issue(create_message("file-not-readable", reason=error.strerror or type(error).__name__), file_name)
        return DeskAnswer(request, RequestFailure((issue,), "Correct the file"))
    except BaseException as error:  # a panic in polars is not an Exception, and must be answered too
        # Several modules raise errors with issues; this one must not import them all.
        issues = getattr(error, "issues", None)
        if issues:
            return DeskAnswer(request, RequestFailure(tuple(issues), "Correct the lines above"))
        # Our own ValueErrors carry words for the user; one of a library is a bug.
        if isinstance(error, ValueError) and type(error).__module__.startswith("kpitui."):
            return DeskAnswer(request, RequestFailure((), str(error)))
        return DeskAnswer(request, UnexpectedError(error))


def start_request(desk: Desk, request: DeskRequest, post_answer: Callable[[DeskAnswer], object]) -> None:
    """Run a request on a thread of its own, which never keeps the program from ending.

    `post_answer` is called on that thread with the answer.
    """
    # No executor: Python waits for the threads of one before it ends, however long they read.
    threading.Thread(
        target=lambda: post_answer(run_request(desk, request)), name=f"kpitui {request.description}", daemon=True
    ).start()
