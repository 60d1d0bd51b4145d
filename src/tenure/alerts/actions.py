"""What can be done with alerts (`answering`) and with their rules (`ruling`)."""

from tenure.alerts.answering import close, delegate, make_tasks, snooze, take_back, take_up
from tenure.alerts.ruling import (
    archive,
    create,
    end_mute,
    let_go_on,
    mute,
    publish,
    roll_back,
    set_budget,
    switch,
    take_up_starter,
)

__all__ = [
    "archive", "close", "create", "delegate", "end_mute", "let_go_on", "make_tasks", "mute", "publish", "roll_back",
    "set_budget", "snooze", "switch", "take_back", "take_up", "take_up_starter",
]  # fmt: skip
