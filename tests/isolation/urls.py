"""Every address of the product, read from the URLconf."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.urls import URLResolver, get_resolver

from tenure.tenants.permissions import Permission


@dataclass(frozen=True)
class Address:
    """One address: its full name, the names of its parameters, its view."""

    name: str
    params: tuple[str, ...]
    view: Callable[..., object]

    @property
    def opens(self) -> Permission | None:
        """What a member needs to open it; None outside of workspaces."""
        return getattr(self.view, "permission", None)

    @property
    def writes(self) -> Permission | None:
        """What a member needs to write to it."""
        return getattr(self.view, "writes", None)


def addresses() -> list[Address]:
    """All of them, in the URLconf's order."""
    return list(_walk(get_resolver(), "", ()))


def workspace_addresses() -> list[Address]:
    """Those under `/w/<slug>/`."""
    return [address for address in addresses() if "slug" in address.params]


def _walk(resolver: URLResolver, namespace: str, params: tuple[str, ...]) -> Iterator[Address]:
    for pattern in resolver.url_patterns:
        here = (*params, *pattern.pattern.converters)
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from _walk(pattern, inner, here)
        elif pattern.name:
            yield Address(f"{namespace}{pattern.name}", here, pattern.callback)
