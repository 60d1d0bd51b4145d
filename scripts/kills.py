"""`scripts/kills.py [--kills 200] [--seed 1]`: is every acknowledged event in the log exactly once, whatever dies?

A server and a worker run as users start them, in a home of their own in a temporary folder, under a steady load of
events over HTTP. Again and again one of them is killed with -9 at a random moment and started again at once. Clients
behave as SDKs do: without an answer, or after 429 or 5xx, they send the same batch with the same message ids again;
some give up, and some send again what was acknowledged. At the end the log is compared with what was acknowledged.

Exit code 1 when an acknowledged event is lost or one is stored twice; the folder is kept then.
"""

import argparse
import http.client
import json
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from base64 import b64encode
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

CLIENTS = 8
BATCH = 50
BATCHES_PER_S = 40.0
USERS, ACCOUNTS = 200, 20
VISIT = 10
"""Batches in which a visitor is anonymous; the last of them says who it is."""
GIVES_UP, REPEATS = 0.05, 0.03
"""Shares of batches whose client gives up at the first failure, or repeats them though they were acknowledged."""
ANSWER_S, PAUSE_S = 10.0, 0.25
READY_S, DRAINED_S = 60.0, 180.0
SERVER_LIVES_S, WORKER_LIVES_S = 1.5, 4.0
AT_START = 0.15
"""Share of kills that come while the process starts, within `STARTING_S`."""
STARTING_S = 2.0
WORKSPACE = "kills"


@dataclass(slots=True)
class Home:
    """Where it all happens: the folder, the environment of what is started in it, the port."""

    folder: Path
    port: int
    environment: dict[str, str]

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "tenure.cli", *arguments]

    def init(self) -> str:
        """Make the workspace as users do; its server key."""
        made = subprocess.run(
            self.command("init", "--workspace", WORKSPACE, "--email", "kills@example.org", "--json"),
            env=self.environment,
            stdout=subprocess.PIPE,
            check=True,
        )
        return str(json.loads(made.stdout)["secret_key"])


@dataclass(slots=True)
class Load:
    """Clients that send, and what became of each message id. Only the clients' own threads write their share."""

    port: int
    key: str
    seed: int
    stopped: threading.Event = field(default_factory=threading.Event)
    sent: set[str] = field(default_factory=set)
    acknowledged: set[str] = field(default_factory=set)
    requests: Counter[str] = field(default_factory=Counter)
    guard: threading.Lock = field(default_factory=threading.Lock)
    last_answer: float = 0.0

    def client(self, number: int) -> None:
        """One client: a batch when it is due, until told to stop; then it names the visitor it has."""
        chance = random.Random(f"{self.seed}-client-{number}")
        turn = 0
        while not self.stopped.wait(chance.uniform(0, 2 * CLIENTS / BATCHES_PER_S)):
            self.deliver(*self._batch(number, turn, chance), chance)
            turn += 1
        self._post([_identify(number, visit) for visit in range(turn // VISIT + 1)], (), patient=True)

    def deliver(self, messages: list[dict[str, object]], ids: tuple[str, ...], chance: random.Random) -> None:
        """Send one batch as an SDK does, and perhaps once more."""
        patient, again = chance.random() >= GIVES_UP, chance.random() < REPEATS
        self._post(messages, ids, patient=patient)
        if again:
            self._post(messages, ids, patient=patient)

    def _batch(self, client: int, turn: int, chance: random.Random) -> tuple[list[dict[str, object]], tuple[str, ...]]:
        """Events of known people and one visitor, and their ids."""
        events: list[dict[str, object]] = []
        for number in range(BATCH):
            said: dict[str, object] = {
                "type": "track",
                "event": "Report Exported",
                "messageId": f"kills-{self.seed}-{client}-{turn}-{number}",
                "properties": {"format": "csv", "rows": number},
            }
            if number < 2:
                said["anonymousId"] = f"visitor-{client}-{turn // VISIT}"
            else:
                user = chance.randrange(USERS)
                said |= {"userId": f"user-{user}", "context": {"groupId": f"account-{user % ACCOUNTS}"}}
            events.append(said)
        ids = tuple(str(each["messageId"]) for each in events)
        return events + ([_identify(client, turn // VISIT)] if turn % VISIT == VISIT - 1 else []), ids

    def _post(self, messages: list[dict[str, object]], ids: tuple[str, ...], *, patient: bool) -> None:
        """Send until it is acknowledged, or once."""
        body = json.dumps({"batch": messages}).encode()
        while True:
            with self.guard:
                self.sent.update(ids)
            status = self._once(body)
            with self.guard:
                self.requests[status] += 1
                if status == "200":
                    self.acknowledged.update(ids)
                    self.last_answer = time.monotonic()
            if status == "200" or not patient:
                return
            if status != "no answer" and status != "429" and not status.startswith("5"):
                raise RuntimeError(f"The server answered {status} to a batch that is sound.")
            time.sleep(PAUSE_S)

    def _once(self, body: bytes) -> str:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=ANSWER_S)
        secret = b64encode(f"{self.key}:".encode()).decode()
        try:
            connection.request(
                "POST", "/v1/batch", body, {"Content-Type": "application/json", "Authorization": f"Basic {secret}"}
            )
            answer = connection.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException):
            return "no answer"
        finally:
            connection.close()
        return str(answer.status)


def _identify(client: int, visit: int) -> dict[str, object]:
    """Who the visitor was: a person of one account."""
    user = (client * 31 + visit) % USERS
    return {
        "type": "identify",
        "userId": f"user-{user}",
        "anonymousId": f"visitor-{client}-{visit}",
        "messageId": f"identify-{client}-{visit}",
        "context": {"groupId": f"account-{user % ACCOUNTS}"},
    }


@dataclass(slots=True)
class Victim:
    """A process that is killed and started again. `ready` says whether what was started last is at work."""

    home: Home
    name: str
    arguments: tuple[str, ...]
    lives_s: float
    ready: "Callable[[Victim], bool]"
    kills: int = 0
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    said_before: int = 0

    @property
    def log(self) -> Path:
        return self.home.folder / f"{self.name}.log"

    def start(self) -> None:
        with self.log.open("ab") as out:
            self.started, self.said_before = time.monotonic(), out.tell()
            self.process = subprocess.Popen(
                self.home.command(*self.arguments),
                env=self.home.environment,
                stdout=out,
                stderr=out,
                start_new_session=True,
            )

    def said(self) -> str:
        """What it has logged since it was started last."""
        with self.log.open("rb") as log:
            log.seek(self.said_before)
            return log.read().decode(errors="replace")

    def wait_ready(self) -> None:
        while not self.ready(self):
            if time.monotonic() - self.started > READY_S:
                raise RuntimeError(f"The {self.name} did not come up in {READY_S:.0f} s; see {self.log}.")
            time.sleep(0.02)

    def end(self, number: signal.Signals) -> None:
        """Send the signal to the whole group, and wait until it is gone."""
        if self.process is not None:
            os.killpg(self.process.pid, number)
            self.process.wait(timeout=READY_S)

    def kill_in_turn(self, budget: threading.Semaphore, chance: random.Random) -> None:
        """Kill and start again for as long as kills are left."""
        while budget.acquire(blocking=False):
            if chance.random() < AT_START:
                time.sleep(chance.uniform(0, STARTING_S))
            else:
                self.wait_ready()
                time.sleep(chance.uniform(0, self.lives_s))
            self.end(signal.SIGKILL)
            self.kills += 1
            self.start()

    def complaints(self) -> Counter[str]:
        """The errors in its log, each by its last line."""
        text = self.log.read_text(errors="replace")
        ends = re.findall(r"Traceback \(most recent call last\):\n(?:[ ].*\n|\n)+(\S.*)", text)
        return Counter(each[:150] for each in ends)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", action="store_true", help="Keep the folder.")
    given = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="tenure-kills-"))
    home = _home(folder)
    key = home.init()
    load = Load(home.port, key, given.seed)
    begun = time.monotonic()
    victims = _torment(home, load, given.kills, given.seed)
    seconds = time.monotonic() - begun
    sound = _tell(load, victims, seconds)
    if sound and not given.keep:
        shutil.rmtree(folder)
    else:
        print(f"Kept: {folder}")
    return 0 if sound else 1


def _home(folder: Path) -> Home:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    kept = {k: v for k, v in os.environ.items() if not k.startswith("TENURE_") and k != "PYTHONDONTWRITEBYTECODE"}
    # Compiled once, in the folder: otherwise most of the time would go into starting.
    made = {"TENURE_HOME": str(folder / "home"), "PYTHONPYCACHEPREFIX": str(folder / "compiled")}
    (folder / "home").mkdir()
    os.environ.update(made, DJANGO_SETTINGS_MODULE="tenure.config.settings")
    return Home(folder, port, {**kept, **made, "LOG_LEVEL": "INFO"})


def _torment(home: Home, load: Load, kills: int, seed: int) -> tuple[Victim, Victim]:
    """Load and kills, then peace until all is drained."""
    server = Victim(
        home, "server", ("serve", "--no-worker", "--port", str(home.port)), SERVER_LIVES_S,
        ready=lambda one: load.last_answer > one.started,
    )  # fmt: skip
    worker = Victim(home, "worker", ("worker",), WORKER_LIVES_S, ready=lambda one: "The worker starts" in one.said())
    victims = server, worker
    clients = [threading.Thread(target=load.client, args=(number,)) for number in range(CLIENTS)]
    budget = threading.Semaphore(kills)
    killers = [
        threading.Thread(target=each.kill_in_turn, args=(budget, random.Random(f"{seed}-{each.name}")))
        for each in victims
    ]
    try:
        for victim in victims:
            victim.start()
        for thread in (*clients, *killers):
            thread.start()
        for thread in killers:
            thread.join()
        load.stopped.set()
        for thread in clients:
            thread.join()
        _wait_until_drained()
    finally:
        load.stopped.set()
        for victim in victims:
            victim.end(signal.SIGTERM)
    return victims


def _wait_until_drained() -> None:
    """Until the inbox is empty and the last run is done."""
    import django

    django.setup()
    from tenure.base import tenancy
    from tenure.ingest import inbox
    from tenure.ingest.drain.models import DrainState
    from tenure.tenants import queries

    view = queries.workspace(WORKSPACE)
    deadline = time.monotonic() + DRAINED_S
    with tenancy.workspace(view.id):
        while inbox.waiting(view.id).batches or any(row.run > row.done for row in DrainState.objects.all()):
            if time.monotonic() > deadline:
                print(f"After {DRAINED_S:.0f} s of peace {inbox.waiting(view.id).batches} batches still wait.")
                return
            time.sleep(0.5)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the log holds: how often each message, and how many events the product has counted itself."""

    stored: Counter[str]
    counted: int
    parked: int


def _outcome() -> Outcome:
    from django.db.models import F, Sum

    from tenure.base import tenancy
    from tenure.events import queries as events
    from tenure.ingest.drain.models import ParkedEvent, SourceHour
    from tenure.tenants import queries

    table = events.engine().query(
        "select message_id, count(*) as times from e group by message_id",
        relations={"e": events.open_lake(WORKSPACE).relation("events")},
    )
    stored = Counter(dict(zip(*(column.to_pylist() for column in table.columns), strict=True)))
    with tenancy.workspace(queries.workspace(WORKSPACE).id):
        counted = SourceHour.objects.aggregate(n=Sum(F("events") + F("released")))["n"] or 0
        return Outcome(stored, counted, ParkedEvent.objects.count())


def _tell(load: Load, victims: tuple[Victim, Victim], seconds: float) -> bool:
    """Print what came of it; whether every acknowledged event is there once."""
    found = _outcome()
    stored = set(found.stored)
    doubled = sum(times - 1 for times in found.stored.values())
    lost, strange = load.acknowledged - stored, stored - load.sent
    miscounted = found.counted - found.stored.total()
    server, worker = victims
    for name, value in (
        ("sent", len(load.sent)),
        ("acknowledged", len(load.acknowledged)),
        ("stored", len(stored)),
        ("duplicates (stored more than once)", doubled),
        ("lost (acknowledged, not stored)", len(lost)),
        ("unacknowledged yet stored (allowed)", len(stored - load.acknowledged)),
        ("stored, never sent", len(strange)),
        ("counted by the product, less stored", miscounted),
        ("still parked", found.parked),
        ("kills of the server", server.kills),
        ("kills of the worker", worker.kills),
        ("seconds", round(seconds)),
    ):
        print(f"{name:<38}{value:>10,}")
    told = ", ".join(f"{status}: {count:,}" for status, count in load.requests.most_common())
    print(f"{'requests by answer':<38}{told}")
    for victim in victims:
        for complaint, count in victim.complaints().most_common():
            print(f"{victim.name} {count} ×: {complaint}")
    for name, ids in (("lost", lost), ("never sent", strange)):
        if ids:
            print(f"{name}: {', '.join(sorted(ids)[:5])}")
    return not (doubled or lost or strange or miscounted)


if __name__ == "__main__":
    sys.exit(main())
