"""Definitions as files: what would change, all or nothing, and back out again."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tenure.base import tenancy
from tenure.cli.main import tenure
from tenure.definitions import actions, queries, yamlio
from tenure.definitions.contracts import Change, WrongDocument
from tenure.definitions.tests.recipes import Recipe, registered
from tenure.tenants.models import AuditEntry, Workspace


@pytest.fixture(autouse=True)
def _kinds() -> Iterator[None]:
    with registered():
        yield


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path, "recipe/soup.yaml", "title: Soup\nservings: 4\n")
    write(tmp_path, "menu/monday.yaml", "dishes: [soup]\n")
    return tmp_path


def write(folder: Path, name: str, text: str) -> None:
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")


def actions_of(plan: yamlio.Plan) -> dict[str, str]:
    return {f"{each.kind} {each.key}": each.action for each in plan.definitions}


def in_force() -> dict[str, int]:
    return {f"{kind} {each.key}": each.version for kind in ("recipe", "menu") for each in queries.published(kind)}


def test_a_plan_changes_nothing(workspace: Workspace, folder: Path) -> None:
    plan = yamlio.plan(folder)
    assert actions_of(plan) == {"recipe soup": "created", "menu monday": "created"}
    assert (plan.changes_anything, in_force(), AuditEntry.objects.count()) == (True, {}, 0)


def test_applied_twice_the_second_changes_nothing(workspace: Workspace, folder: Path) -> None:
    yamlio.apply(folder, by=None)
    again = yamlio.apply(folder, by=None)
    assert actions_of(again) == {"recipe soup": "unchanged", "menu monday": "unchanged"}
    assert (again.changes_anything, in_force()) == (False, {"recipe soup": 1, "menu monday": 1})


def test_a_change_is_told_field_by_field(workspace: Workspace, folder: Path) -> None:
    yamlio.apply(folder, by=None)
    write(folder, "recipe/soup.yaml", "title: Stew\ningredients:\n  - name: leek\n    grams: 200\n")
    (menu, soup) = sorted(yamlio.plan(folder).definitions, key=lambda each: each.kind)
    assert (menu.action, soup.action) == ("unchanged", "changed")
    assert soup.changes == (
        Change("title", "Soup", "Stew"),
        Change("servings", 4, None),
        Change("ingredients", None, [{"name": "leek", "grams": 200.0}]),
    )
    yamlio.apply(folder, by=None)
    assert in_force() == {"recipe soup": 2, "menu monday": 1}


def test_what_the_folder_has_not_is_kept_unless_pruned(workspace: Workspace, folder: Path) -> None:
    yamlio.apply(folder, by=None)
    write(folder, "recipe/stew.yaml", "title: Stew\n")
    write(folder, "menu/monday.yaml", "dishes: [stew]\n")
    (folder / "recipe/soup.yaml").unlink()
    assert actions_of(yamlio.plan(folder)) == {
        "recipe soup": "kept",
        "recipe stew": "created",
        "menu monday": "changed",
    }
    pruned = yamlio.apply(folder, by=None, prune=True)
    assert actions_of(pruned)["recipe soup"] == "removed"
    assert in_force() == {"recipe stew": 1, "menu monday": 2}
    assert [each.state for each in queries.versions("recipe", "soup")] == ["archived"]


def test_pruning_leaves_kinds_without_a_folder_alone(workspace: Workspace, folder: Path) -> None:
    yamlio.apply(folder, by=None)
    (folder / "menu/monday.yaml").unlink()
    (folder / "menu").rmdir()
    assert actions_of(yamlio.apply(folder, by=None, prune=True)) == {"recipe soup": "unchanged", "menu monday": "kept"}


def test_what_is_still_used_is_not_pruned(workspace: Workspace, folder: Path) -> None:
    yamlio.apply(folder, by=None)
    (folder / "recipe/soup.yaml").unlink()
    with pytest.raises(WrongDocument) as refused:
        yamlio.apply(folder, by=None, prune=True)
    assert refused.value.message == "1 definition is wrong; nothing was changed."
    assert [str(problem) for problem in refused.value.problems] == [
        "menu/monday.yaml:1:10: dishes.0: there is no recipe 'soup'"
    ]
    assert in_force() == {"recipe soup": 1, "menu monday": 1}


def test_all_or_nothing_with_every_problem_of_every_file(workspace: Workspace, folder: Path) -> None:
    write(
        folder,
        "recipe/bad.yaml",
        "title: Bad\nservngs: 3\nvegan: yes\nsteps:\n  - what: bake\n  - what: boil\n    minutes: 0\n",
    )
    write(folder, "recipe/worse.yaml", "title: [\n")
    write(folder, "menu/monday.yaml", "dishes:\n  - soup\n  - 12\n")
    write(folder, "menu/tuesday.yaml", "dishes: [cake]\n")
    with pytest.raises(WrongDocument) as refused:
        yamlio.apply(folder, by=None)
    assert refused.value.message == "3 definitions are wrong; nothing was changed."
    assert [str(problem) for problem in refused.value.problems] == [
        "recipe/worse.yaml:2:1: the file ends in the middle of something; a bracket or a value is missing",
        "recipe/bad.yaml:3:8: vegan: expected true or false, found 'yes'",
        "recipe/bad.yaml:5:5: steps.0: what: expected 'boil', 'chop', found 'bake'",
        "recipe/bad.yaml:7:14: steps.1.minutes: expected more than 0, found 0",
        "recipe/bad.yaml:2:1: servngs: 'servngs' is not known here; did you mean 'servings'?",
        "menu/monday.yaml:3:5: dishes.1: expected text, found 12",
    ]
    assert (in_force(), AuditEntry.objects.count()) == ({}, 0)


@pytest.mark.parametrize(
    ("name", "text", "problem"),
    [
        ("recipes/soup.yaml", "", "recipes: there is no kind of definition called 'recipes'; did you mean 'recipe'?"),
        ("soup.yaml", "a: 1", "soup.yaml: expected in a folder named after its kind, as in measure/logins_28d.yaml"),
        ("recipe/A!.yaml", "", "recipe/A!.yaml: the name 'A!' is no key: small letters, digits, - and _, at most 80"),
        ("recipe/soup.yml", "title: Soup", "recipe/soup.yml: 'soup' stands here twice, as .yaml and .yml"),
    ],
)  # fmt: skip
def test_files_in_the_wrong_place_are_named(
    workspace: Workspace, folder: Path, name: str, text: str, problem: str
) -> None:
    write(folder, name, text)
    with pytest.raises(WrongDocument) as refused:
        yamlio.plan(folder)
    assert [str(each) for each in refused.value.problems] == [problem]


def test_other_files_are_left_alone(workspace: Workspace, folder: Path) -> None:
    for name in ("README.md", "recipe/README.md", "recipe/.soup.yaml.swp", "recipe/_draft.yaml", ".git/config"):
        write(folder, name, "nothing of ours")
    assert yamlio.plan(folder).count("created") == 2


def test_a_folder_without_definitions_is_refused(workspace: Workspace, tmp_path: Path) -> None:
    with pytest.raises(WrongDocument, match="expected folders called recipe, menu"):
        yamlio.plan(tmp_path, prune=True)
    with pytest.raises(WrongDocument, match="There is no folder"):
        yamlio.plan(tmp_path / "elsewhere")


def test_a_draft_stays_a_draft(workspace: Workspace, folder: Path) -> None:
    actions.save_draft(kind="recipe", key="soup", body={"title": "Half done"}, by=None)
    yamlio.apply(folder, by=None)
    assert [(each.version, each.state, each.body["title"]) for each in queries.versions("recipe", "soup")] == [
        (2, "draft", "Half done"),
        (1, "published", "Soup"),
    ]


def test_an_export_applies_without_a_change(workspace: Workspace, folder: Path, tmp_path: Path) -> None:
    body = {
        "title": "Pie",
        "since": "2024-01-31",
        "ingredients": [{"name": "apple", "from": "the garden"}],
        "notes": {"1": "a\nb"},
    }
    actions.publish_body(kind="recipe", key="pie", body=body, by=None)
    yamlio.apply(folder, by=None)
    out = tmp_path / "out"
    assert [(each.path.relative_to(out).as_posix(), each.written) for each in yamlio.export(out)] == [
        ("recipe/pie.yaml", True),
        ("recipe/soup.yaml", True),
        ("menu/monday.yaml", True),
    ]
    assert (out / "recipe/pie.yaml").read_text(encoding="utf-8") == (
        "title: Pie\nsince: '2024-01-31'\ningredients:\n  - name: apple\n    from: the garden\n"
        "notes:\n  '1': |-\n    a\n    b\n"
    )
    assert yamlio.plan(out, prune=True).changes_anything is False
    assert [each.written for each in yamlio.export(out)] == [False, False, False]
    assert sorted(path.name for path in out.rglob("*.*")) == ["monday.yaml", "pie.yaml", "soup.yaml"]


def test_an_export_keeps_the_comments_of_files_that_say_the_same(workspace: Workspace, folder: Path) -> None:
    text = "# Grandmother's\ntitle: Soup\nservings: 4  # hungry ones\nvegan: false\n"
    write(folder, "recipe/soup.yaml", text)
    yamlio.apply(folder, by=None)
    yamlio.export(folder)
    assert (folder / "recipe/soup.yaml").read_text(encoding="utf-8") == text


def test_another_workspace_is_not_touched(workspace: Workspace, globex: Workspace, folder: Path) -> None:
    yamlio.apply(folder, by=None)
    with tenancy.workspace(globex.pk):
        assert in_force() == {}
        assert yamlio.export(folder / "out") == ()


def run(*arguments: str) -> Result:
    with tenancy.no_workspace():
        return CliRunner().invoke(tenure, [*arguments, "--workspace", "acme"])


def test_the_command_line_plans_applies_and_exports(workspace: Workspace, folder: Path) -> None:
    planned = run("plan", str(folder), "--json")
    assert (planned.exit_code, json.loads(planned.stdout)) == (
        2,
        {
            "definitions": [
                {
                    "kind": "recipe", "key": "soup", "action": "created",
                    "changes": [
                        {"path": "title", "before": None, "after": "Soup"},
                        {"path": "servings", "before": None, "after": 4},
                    ],
                },
                {
                    "kind": "menu", "key": "monday", "action": "created",
                    "changes": [{"path": "dishes", "before": None, "after": ["soup"]}],
                },
            ],
            "created": 2, "changed": 0, "removed": 0, "kept": 0, "unchanged": 0,
        },
    )  # fmt: skip
    applied = run("apply", str(folder))
    assert (applied.exit_code, applied.stdout) == (
        0,
        "+ recipe soup: created\n+ menu monday: created\nApplied: 2 created, 0 changed, 0 removed, 0 unchanged.\n",
    )
    write(folder, "recipe/soup.yaml", "title: Stew\n")
    again = run("plan", str(folder))
    assert (again.exit_code, again.stdout) == (
        2,
        '~ recipe soup: changed\n    title: "Soup" → "Stew"\n    servings: 4 → (nothing)\n'
        "Would apply: 0 created, 1 changed, 0 removed, 1 unchanged.\n",
    )
    assert run("apply", str(folder)).exit_code == 0
    assert run("plan", str(folder)).exit_code == 0
    exported = run("export", str(folder / "out"), "--json")
    assert json.loads(exported.stdout) == {
        "files": [
            {"kind": "recipe", "key": "soup", "file": "recipe/soup.yaml", "written": True},
            {"kind": "menu", "key": "monday", "file": "menu/monday.yaml", "written": True},
        ]
    }
    assert queries.published_one("recipe", "soup") is not None
    assert [each.body for each in queries.published("recipe")] == [Recipe(title="Stew")]


def test_the_command_line_names_file_line_and_what_is_expected(workspace: Workspace, folder: Path) -> None:
    write(folder, "recipe/soup.yaml", "title: Soup\nservings: many\n")
    refused = run("apply", str(folder))
    assert (refused.exit_code, refused.stdout, refused.stderr) == (
        1,
        "",
        "tenure: 1 definition is wrong; nothing was changed.\n"
        "  recipe/soup.yaml:2:11: servings: expected a whole number, found 'many'\n",
    )
    told = json.loads(run("plan", str(folder), "--json").stdout)
    assert told["error"]["errors"] == [
        {
            "detail": "servings: expected a whole number, found 'many'",
            "where": "recipe/soup.yaml", "line": 2, "column": 11,
        }
    ]  # fmt: skip
