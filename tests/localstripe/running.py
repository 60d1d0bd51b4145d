"""localstripe as a process, and a small endpoint that is served by the thread that asks for it."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

import urllib3

_SERVER = Path(__file__).with_name("server.py")


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        pass


class Local:
    """A running localstripe. Its webhooks come to `app`, in the thread that calls `at`."""

    def __init__(self, port: int, app: Callable[..., Any], path: str, secret: str) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self._http = urllib3.PoolManager(maxsize=1)
        self._thread = ThreadPoolExecutor(1)
        self._endpoint = WSGIServer(("127.0.0.1", 0), _Quiet)
        self._endpoint.set_app(app)
        self._endpoint.timeout = 0.01
        address = f"http://127.0.0.1:{self._endpoint.server_port}{path}"
        self._ask("/_config/webhooks/tenure", {"url": address, "secret": secret})

    def at[T](self, moment: int, work: Callable[[], T]) -> T:
        """Do something at a moment (seconds since 1970), and take in the webhooks that it brings."""
        self._meanwhile(lambda: self._ask("/_config/clock", {"now": moment}))
        done = self._meanwhile(work)
        self._meanwhile(lambda: self._ask("/_config/clock", {"now": moment}))
        return done

    def _ask(self, path: str, body: dict[str, Any]) -> None:
        answer = self._http.request("POST", self.url + path, json=body)
        assert answer.status == 200, answer.data

    def _meanwhile[T](self, work: Callable[[], T]) -> T:
        doing = self._thread.submit(work)
        while not doing.done():
            self._endpoint.handle_request()
        return doing.result()

    def close(self) -> None:
        self._thread.shutdown()
        self._endpoint.server_close()
        self._http.clear()


@contextmanager
def running(app: Callable[..., Any], *, path: str, secret: str) -> Iterator[Local]:
    """A fresh localstripe that sends its webhooks to `app` under `path`, signed with `secret`."""
    with subprocess.Popen([sys.executable, str(_SERVER)], stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            local = Local(int(process.stdout.readline()), app, path, secret)
            try:
                yield local
            finally:
                local.close()
        finally:
            process.kill()
