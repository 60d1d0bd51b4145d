"""Definitions as YAML files `<folder>/<kind>/<key>.yaml`: plan what they would change, apply them, write them out.

A file that is wrong is refused with its name, line, column and what is expected there, and then nothing is applied.
"""

from tenure.definitions.yamlio.folder import export
from tenure.definitions.yamlio.planning import Plan, Planned, apply, plan
from tenure.definitions.yamlio.reading import Document, read_text

__all__ = ["Document", "Plan", "Planned", "apply", "export", "plan", "read_text"]
