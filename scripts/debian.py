"""Debian packages, when we may install them. Standard library only, Python 3.8 or newer."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence


def say(line: str) -> None:
    """One line of progress, on standard error: standard output belongs to answers."""
    print(line, file=sys.stderr, flush=True)


def _prefix() -> list[str] | None:
    """What to put before `apt-get`; None when this user may not install."""
    if not shutil.which("apt-get"):
        return None
    if os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    if sudo and subprocess.run([sudo, "-n", "true"], capture_output=True, check=False).returncode == 0:
        return [sudo, "-n"]
    return None


def install(packages: Sequence[str], *, why: str) -> bool:
    """Install Debian packages; False when we may not or cannot, after one line that says what to do."""
    prefix = _prefix()
    if prefix is None:
        say(f"{why}: install {', '.join(packages)} (on Debian: apt-get install {' '.join(packages)}).")
        return False
    say(f"{why}: apt-get install {' '.join(packages)}")
    apt = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q"]
    for arguments in (["update"], ["install", "-y", "--no-install-recommends", *packages]):
        done = subprocess.run([*apt, *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        say(f"apt-get could not install {', '.join(packages)}:\n{done.stderr[-2000:]}")
    return done.returncode == 0
