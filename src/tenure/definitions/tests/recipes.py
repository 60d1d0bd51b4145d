"""Two kinds of documents for tests: recipes, and menus that speak of recipes."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from tenure.base.refusals import Problem
from tenure.definitions import contracts, queries
from tenure.definitions.contracts import Kind


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Boil(_Part):
    what: Literal["boil"]
    minutes: Annotated[int, Field(gt=0, le=600)] = 10


class Chop(_Part):
    what: Literal["chop"]
    pieces: float = 1


class Ingredient(_Part):
    name: str
    grams: float | None = None
    start: Annotated[str | None, Field(alias="from")] = None


class Recipe(_Part):
    title: Annotated[str, Field(min_length=1, max_length=40)]
    servings: int = 2
    vegan: bool = False
    course: Literal["starter", "main", "dessert"] = "main"
    since: date | None = None
    ingredients: tuple[Ingredient, ...] = ()
    steps: tuple[Annotated[Boil | Chop, Field(discriminator="what")], ...] = ()
    notes: dict[str, str] = {}


class Menu(_Part):
    dishes: tuple[str, ...] = ()


def _known_dishes(key: str, body: BaseModel) -> Sequence[Problem]:
    assert isinstance(body, Menu)
    known = {each.key for each in queries.published("recipe")}
    return [
        Problem(f"there is no recipe {dish!r}", f"dishes.{at}")
        for at, dish in enumerate(body.dishes)
        if dish not in known
    ]


@contextmanager
def registered() -> Iterator[None]:
    """The two kinds and nothing else."""
    before = dict(contracts._kinds)
    contracts._kinds.clear()
    contracts.register(Kind("recipe", Recipe))
    contracts.register(Kind("menu", Menu, _known_dishes))
    try:
        yield
    finally:
        contracts._kinds.clear()
        contracts._kinds.update(before)
