"""What a scorecard's schema cannot see, and its check does."""

from tenure.health.kind import problems
from tenure.health.scorecard import Scorecard
from tenure.health.tests.facts import CATALOGUE

LINE = {"kind": "linear", "knots": [{"at": 0, "points": 0}, {"at": 1, "points": 100}]}


def found(**body: object) -> list[tuple[str, str]]:
    whole = {"dimensions": [{"key": "use", "measures": [{"measure": "logins", "curve": LINE}]}], **body}
    return [(p.where, p.message) for p in problems(Scorecard.model_validate(whole), CATALOGUE)]


def measures(*each: dict[str, object]) -> dict[str, object]:
    return {"dimensions": [{"key": "use", "measures": list(each)}]}


def test_a_right_card_has_no_problems() -> None:
    rules = [{"key": "urgent", "when": "urgent > 0 and contains(trait.industry, 'tech')", "cap": 40}]
    assert found(exceptions=rules) == []


def test_fields_must_exist_and_fit_their_curve() -> None:
    wrong = found(
        **measures(
            {"measure": "loginz", "curve": LINE},
            {"measure": "plan", "curve": LINE},
            {"measure": "renewal_on", "curve": LINE},
            {"measure": "mrr", "of": "change", "curve": LINE},
        )
    )
    assert [where for where, _ in wrong] == [
        "dimensions.0.measures.0.measure",
        "dimensions.0.measures.1.curve.kind",
        "dimensions.0.measures.2.measure",
        "dimensions.0.measures.3.of",
    ]


def test_expressions_are_read_and_the_word_is_named() -> None:
    ((where, message),) = found(exceptions=[{"key": "urgent", "when": "urgnt > 0", "cap": 40}])
    assert where == "exceptions.0.when"
    assert message == "No measure, field or trait is called ‘urgnt’. Did you mean urgent? (at ‘urgnt’)"


def test_a_profile_that_nothing_reaches_is_named() -> None:
    use = [{"key": "use", "measures": [{"measure": "logins", "curve": LINE}]}]
    ((where, _),) = found(profiles=[{"key": "all", "dimensions": use}])
    assert where == "profiles.0"
