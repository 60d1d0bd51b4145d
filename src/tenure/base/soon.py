"""Ask now, need later: a question to the lake is answered beside the other work of a page."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context

ASKED_AT_ONCE = 8
_asked = ThreadPoolExecutor(ASKED_AT_ONCE, thread_name_prefix="soon")


def soon[Answer](question: Callable[[], Answer]) -> Callable[[], Answer]:
    """Begin to answer; the call of what this returns waits for the answer, or raises what the question did.

    The question may not ask the operational database: a connection belongs to its thread.
    """
    return _asked.submit(copy_context().run, question).result
