"""Source maps: the schema of the documents that say what a stranger's files are (kind `source_map`)."""

from tenure.ingest.maps.document import ROLES, Entry, SourceMap
from tenure.ingest.maps.files import WrongMap, parse_map, read_map

__all__ = ["ROLES", "Entry", "SourceMap", "WrongMap", "parse_map", "read_map"]
