"""What a workspace keeps ready for its entries: tags that members may use, and texts to begin with."""

from django.db import transaction

from tenure.base import clock
from tenure.base.refusals import Invalid, NotFound, Problem
from tenure.tenants.actions import TagSet, record_audit
from tenure.tenants.contracts import MemberView
from tenure.work.contracts import Flow, Kind, TemplateView, WorkType
from tenure.work.models import EntryTemplate, Tag
from tenure.work.rules import LONGEST_BODY, LONGEST_SUBJECT

LONGEST_NAME = 60
USUAL_TAGS = (
    "Adoption", "Competitor", "Executive", "Feature request", "Pricing", "Reference", "Risk", "Training",
)  # fmt: skip
"""Offered where there is none yet."""

READY = (
    TemplateView(
        None, "Kick-off", Kind.MEETING, Flow.ONBOARDING, WorkType.ONBOARDING, "Kick-off",
        "**Who is who**\n- \n\n**What they want to reach, and by when**\n- \n\n**What done means to them**\n- \n\n"
        "**Risks they see**\n- \n\n**Next steps, who and when**\n- ",
    ),
    TemplateView(
        None, "Check-in call", Kind.CALL, Flow.ADOPTION, None, "Check-in",
        "**How it goes**\n\n**What changed at their side**\n\n**What stands in the way**\n\n"
        "**Next steps, who and when**\n- ",
    ),
    TemplateView(
        None, "Business review (QBR)", Kind.MEETING, Flow.RELATIONSHIP, WorkType.RELATIONSHIP, "Business review",
        "**Goals of the last quarter, and what came of them**\n- \n\n**Value in numbers**\n- \n\n"
        "**What they want next quarter**\n- \n\n**Open problems**\n- \n\n**Decisions and next steps**\n- ",
    ),
    TemplateView(
        None, "Training", Kind.MEETING, Flow.ADOPTION, WorkType.TRAINING, "Training",
        "**Who took part**\n- \n\n**What was shown**\n- \n\n**What they could do alone at the end**\n- \n\n"
        "**Questions left open**\n- ",
    ),
    TemplateView(
        None, "Renewal talk", Kind.CALL, Flow.RENEWAL, WorkType.COMMERCIAL, "Renewal",
        "**Who decides, and how**\n\n**What speaks for it**\n- \n\n**What speaks against it**\n- \n\n"
        "**Terms talked about**\n- \n\n**Next step and date**\n- ",
    ),
    TemplateView(
        None, "Escalation", Kind.NOTE, Flow.SUPPORT, WorkType.SUPPORT, "Escalation",
        "**What happened, since when**\n\n**What it costs them**\n\n**What we promised, and by when**\n- \n\n"
        "**Who is told**\n- ",
    ),
    TemplateView(
        None, "Handover", Kind.NOTE, Flow.RELATIONSHIP, None, "Handover",
        "**Why they bought, in their words**\n\n**Who decides, who uses it, who doubts**\n- \n\n"
        "**What we promised**\n- \n\n**What they should never be asked again**\n- \n\n"
        "**How they like to be talked to**\n",
    ),
)  # fmt: skip
"""Ready-made texts, offered until the workspace has its own."""


def templates(*, retired: bool = False) -> list[TemplateView]:
    """The workspace's own by name, retired ones only when asked for; the ready-made where it never had any. One
    query."""
    rows = [_view(row) for row in EntryTemplate.objects.order_by("name", "id")]
    if not rows:
        return list(READY)
    return sorted(
        (row for row in rows if retired or not row.retired), key=lambda row: (row.retired, row.name.casefold())
    )


def template(template: int) -> TemplateView:
    """One of the workspace's own; refuses with `NotFound`. One query."""
    row = EntryTemplate.objects.filter(pk=template).first()
    if row is None:
        raise NotFound("There is no such template.")
    return _view(row)


@transaction.atomic
def take_up_templates(*, by: MemberView) -> int:
    """Make the ready-made ones the workspace's own, to be changed; how many. Those of a name that is taken stay out."""
    taken = {name.casefold() for name in EntryTemplate.objects.values_list("name", flat=True)}
    made = [
        EntryTemplate(
            name=each.name, kind=each.kind.value, flow=each.flow or "", work_type=each.work_type or "",
            subject=each.subject, body=each.body,
        )
        for each in READY
        if each.name.casefold() not in taken
    ]  # fmt: skip
    EntryTemplate.objects.bulk_create(made)
    record_audit(by=by, action="templates.taken_up", object="templates", after={"names": [row.name for row in made]})
    return len(made)


@transaction.atomic
def keep_template(*, template: int | None, view: TemplateView, by: MemberView) -> int:
    """Make a template, or change one; its id. Refuses with `Invalid` one without name or text."""
    name, body = " ".join(view.name.split()), view.body.replace("\r\n", "\n").strip("\n")
    problems = []
    if not 0 < len(name) <= LONGEST_NAME:
        problems.append(Problem(f"Give it a name of at most {LONGEST_NAME} characters.", "name"))
    if not body.strip() or len(body) > LONGEST_BODY:
        problems.append(Problem(f"Write the text to begin with, at most {LONGEST_BODY:,} characters.", "body"))
    if len(view.subject) > LONGEST_SUBJECT:
        problems.append(Problem(f"A subject has at most {LONGEST_SUBJECT} characters.", "subject"))
    others = EntryTemplate.objects.filter(name__iexact=name)
    if (others if template is None else others.exclude(pk=template)).exists():
        problems.append(Problem(f"There is a template {name} already.", "name"))
    if problems:
        raise Invalid(" ".join(problem.message for problem in problems), problems)
    row = EntryTemplate() if template is None else EntryTemplate.objects.select_for_update().filter(pk=template).first()
    if row is None:
        raise NotFound("There is no such template.")
    row.name, row.body, row.subject = name, body, view.subject.strip()
    row.kind, row.flow, row.work_type = view.kind.value, view.flow or "", view.work_type or ""
    row.save()
    action = "template.made" if template is None else "template.changed"
    record_audit(by=by, action=action, object=f"template {name}", after={"body": body})
    return row.pk


@transaction.atomic
def retire_template(*, template: int, by: MemberView, retired: bool = True) -> None:
    """Offer it no more, or again. Audited."""
    row = EntryTemplate.objects.select_for_update().filter(pk=template).first()
    if row is None:
        raise NotFound("There is no such template.")
    row.retired_at = clock.now() if retired else None
    row.save(update_fields=["retired_at"])
    record_audit(
        by=by, action="template.retired" if retired else "template.brought_back", object=f"template {row.name}"
    )


_SET = TagSet(Tag, audit="tag", usual=USUAL_TAGS)
add_tag, add_usual_tags, retire_tag = _SET.add, _SET.add_usual, _SET.retire


def _view(row: EntryTemplate) -> TemplateView:
    return TemplateView(
        row.pk, row.name, Kind(row.kind), Flow(row.flow) if row.flow else None,
        WorkType(row.work_type) if row.work_type else None, row.subject, row.body, row.retired_at is not None,
    )  # fmt: skip
