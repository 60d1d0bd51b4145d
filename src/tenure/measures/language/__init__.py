"""The expression language: one SQL condition over measures, traits and fields, everywhere the same.

`parse` types a text against a catalogue; the expression gives SQL for the list, `holds` for one row and
`explain` for the reasons, and the three agree. `complete` serves the filter bar.
"""

from tenure.measures.language.completion import Completion, complete
from tenure.measures.language.errors import ExpressionError
from tenure.measures.language.explanation import Explanation, Reading, explain
from tenure.measures.language.expression import Expression, parse

__all__ = ["Completion", "Explanation", "Expression", "ExpressionError", "Reading", "complete", "explain", "parse"]
