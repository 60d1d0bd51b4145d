"""The difference between two bodies."""

from collections.abc import Iterator, Mapping, Sequence

from tenure.definitions.contracts import Change


def difference(before: object, after: object) -> list[Change]:
    """What changed, by path: mappings by name, lists by position; equal bodies give an empty list."""
    return list(_walk("", before, after))


def _walk(path: str, before: object, after: object) -> Iterator[Change]:
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for name in [*before, *(n for n in after if n not in before)]:
            yield from _walk(f"{path}.{name}" if path else str(name), before.get(name), after.get(name))
    elif _is_list(before) and _is_list(after):
        assert isinstance(before, Sequence)
        assert isinstance(after, Sequence)
        for at in range(max(len(before), len(after))):
            yield from _walk(
                f"{path}.{at}" if path else str(at),
                before[at] if at < len(before) else None,
                after[at] if at < len(after) else None,
            )
    elif before != after:
        yield Change(path, before, after)


def _is_list(value: object) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)
