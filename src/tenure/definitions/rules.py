"""The difference between two bodies."""

from collections.abc import Iterator, Mapping, Sequence

from tenure.definitions.contracts import Change

_NOTHING = object()
IDENTITIES = ("key", "name", "measure", "column", "file", "id")
"""What tells the items of a list apart, where all of them have it: the first that fits."""


def difference(before: object, after: object) -> list[Change]:
    """What changed, by path; equal bodies give an empty list.

    Mappings are compared by name, lists of mappings by what identifies their items (`dimensions.usage.weight`), other
    lists by position (`steps.1`). Items that only changed places are one change of the list.
    """
    return list(_walk("", before, after))


def _walk(path: str, before: object, after: object) -> Iterator[Change]:
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        yield from _by_name(path, before, after)
    elif _is_list(before) and _is_list(after):
        assert isinstance(before, Sequence)
        assert isinstance(after, Sequence)
        identity = _identity(before, after)
        if identity:
            yield from _by_identity(path, identity, before, after)
        else:
            yield from _by_name(path, _numbered(before), _numbered(after))
    elif before != after or isinstance(before, bool) != isinstance(after, bool):
        yield Change(path, None if before is _NOTHING else before, None if after is _NOTHING else after)


def _by_name(path: str, before: Mapping[str, object], after: Mapping[str, object]) -> Iterator[Change]:
    for name in [*before, *(n for n in after if n not in before)]:
        yield from _walk(_join(path, name), before.get(name, _NOTHING), after.get(name, _NOTHING))


def _numbered(items: Sequence[object]) -> dict[str, object]:
    return {str(at): item for at, item in enumerate(items)}


def _by_identity(path: str, identity: str, before: Sequence[object], after: Sequence[object]) -> Iterator[Change]:
    was, now = _named(identity, before), _named(identity, after)
    yield from _by_name(path, was, now)
    stayed = [name for name in now if name in was]
    if stayed != [name for name in was if name in now]:
        yield Change(path, list(was), list(now))


def _named(identity: str, items: Sequence[object]) -> dict[str, object]:
    return {str(item[identity]): item for item in items if isinstance(item, Mapping)}


def _identity(before: Sequence[object], after: Sequence[object]) -> str | None:
    """The name whose values tell the items of both lists apart; None when there is none."""
    items = [*before, *after]
    if not items or not all(isinstance(item, Mapping) for item in items):
        return None
    return next((name for name in IDENTITIES if _tells_apart(name, before) and _tells_apart(name, after)), None)


def _tells_apart(name: str, items: Sequence[object]) -> bool:
    values = [item.get(name) for item in items if isinstance(item, Mapping)]
    return all(isinstance(value, str) for value in values) and len(set(map(str, values))) == len(values)


def _is_list(value: object) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)


def _join(path: str, part: str) -> str:
    return f"{path}.{part}" if path else str(part)
