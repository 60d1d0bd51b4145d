"""Packs by mail: to members, and to addresses outside, each of which can say that it wants no more."""

from datetime import date

from django.conf import settings
from django.utils.text import slugify

from tenure.base import mail
from tenure.packs import rules
from tenure.packs.models import PackSchedule
from tenure.packs.queries import leaving, readers
from tenure.tenants.queries import here, members_by_id

LARGEST = 10 * 1024 * 1024
"""Many mail servers take no more; a larger pack is linked to instead."""


def queue(pack: int, month: date, pdf: bytes, headline: str) -> None:
    """Send the pack of a month to all its readers, each once: the key is the month and the reader."""
    view = here()
    title = f"Board pack of {rules.named(month)}"
    name = f"{slugify(view.name) or view.slug}-board-pack-{month:%Y-%m}.pdf"
    files = [mail.Attachment(name, "application/pdf", pdf)] if len(pdf) <= LARGEST else []
    for reader in readers():
        if reader.left_at is not None:
            continue
        outside = reader.member is None
        leave = leaving(view.id, reader.id) if outside else ""
        text, html = mail.composed(
            "board_pack", workspace=view.name, title=title, headline=headline, attached=bool(files),
            href="" if outside else address(view.slug, pack), leave=leave, allowed_by=reader.by,
        )  # fmt: skip
        mail.queue(
            reader.address, f"{view.name}: {title}", text, html, key=f"board-pack:{month:%Y-%m}:{reader.id}",
            attachments=files, unsubscribe=leave,
        )  # fmt: skip


def tell_of_failure(pack: int, month: date, problem: str) -> None:
    """Tell who set the schedule that there is no pack."""
    row, view = PackSchedule.objects.first(), here()
    by = members_by_id([row.by_id]).get(row.by_id) if row and row.by_id else None
    if by is None or not by.active:
        return
    title = f"The board pack of {rules.named(month)} could not be made"
    text, html = mail.composed(
        "notice", workspace=view.name, title=title, paragraphs=(problem, "Nobody was sent anything."),
        label="Open the packs", href=address(view.slug, pack),
    )  # fmt: skip
    mail.queue(by.email, f"{view.name}: {title}", text, html, key=f"board-pack-failed:{pack}")


def address(slug: str, pack: int) -> str:
    """Where a pack is shown."""
    return f"{settings.TENURE_BASE_URL}/w/{slug}/executive/pack/{pack}/"
