"""What members do with connectors: connect, give secrets and keys, choose how accounts are found, disconnect."""

import re
import secrets as random
from dataclasses import dataclass

from django.db import IntegrityError, transaction

from tenure.base import clock, vault
from tenure.base.refusals import Conflict, Invalid, NotFound, Problem
from tenure.ingest.connectors.models import Connector, ConnectorState
from tenure.tenants.actions import record_audit
from tenure.tenants.contracts import MemberView

MOST_SECRETS = 5
_SOURCE = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_SECRET = re.compile(r"whsec_[A-Za-z0-9_]{4,200}")
_API_KEY = re.compile(r"[rs]k_(test|live)_[A-Za-z0-9_]{4,250}")
_ACCOUNT_KEY = re.compile(r"[A-Za-z0-9_.-]{1,40}")


class ChangedMeanwhile(Conflict):
    """Somebody else changed the connector while this was being typed."""

    code = "connector_changed"


@dataclass(frozen=True, slots=True)
class Settings:
    """What is typed in. Empty `secret` and `api_key` leave what is known."""

    account_key: str = "account_id"
    secret: str = ""
    api_key: str = ""


@transaction.atomic
def connect(*, source: str, by: MemberView) -> int:
    """Make the address to which Stripe sends. Refuses a name that is taken or is none."""
    if not _SOURCE.fullmatch(source):
        told = "Give it a name of up to 40 small letters, digits and -, such as stripe or stripe-eu."
        raise Invalid(told, [Problem("a name such as stripe-eu", "source")])
    row = Connector(kind="stripe", source=source, token=random.token_urlsafe(24), made_at=clock.now())
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise Conflict(f"There is a connector {source} already: open it, or choose another name.") from None
    record_audit(by=by, action="connector.made", object=source, after={"kind": "stripe"})
    return row.pk


@transaction.atomic
def change(*, connector: int, wanted: Settings, edition: int, by: MemberView) -> None:
    """Change what is typed in, if nobody changed it since `edition`. A secret that is given works beside the others."""
    row = _locked(connector)
    if row.edition != edition:
        told = "Somebody else changed this connector meanwhile. You see theirs now; say yours again if it still holds."
        raise ChangedMeanwhile(told)
    secret, api_key, account_key = wanted.secret.strip(), wanted.api_key.strip(), wanted.account_key.strip()
    if secret and not _SECRET.fullmatch(secret):
        told = "A signing secret begins with whsec_. Copy it from the endpoint's page in Stripe."
        raise Invalid(told, [Problem("whsec_…", "secret")])
    if api_key and not _API_KEY.fullmatch(api_key):
        told = "A key of Stripe's API begins with rk_live_, rk_test_, sk_live_ or sk_test_. Best is a restricted one."
        raise Invalid(told, [Problem("rk_…", "api_key")])
    if not _ACCOUNT_KEY.fullmatch(account_key):
        told = "Name the entry of a customer's metadata that holds your id of the account, such as account_id."
        raise Invalid(told, [Problem("a metadata entry", "account_key")])
    _add_secret(row, secret, by)
    if api_key:
        row.api_key = vault.seal(api_key)
        record_audit(by=by, action="connector.api_key_given", object=row.source, after={"key": _shown(api_key)})
    if account_key != row.account_key:
        if ConnectorState.objects.filter(connector=row, kind="customer").exists():
            told = f"Customers have come already and were found by {row.account_key}. Disconnect, and connect again."
            raise Invalid(told, [Problem("it cannot change any more", "account_key")])
        record_audit(
            by=by, action="connector.changed", object=row.source, before={"account_key": row.account_key},
            after={"account_key": account_key},
        )  # fmt: skip
        row.account_key = account_key
    row.edition += 1
    row.save(update_fields=["secrets", "api_key", "account_key", "edition"])


def _add_secret(row: Connector, secret: str, by: MemberView) -> None:
    if not secret:
        return
    if secret in vault.opened(each["sealed"] for each in row.secrets):
        raise Invalid("This signing secret is in force already.", [Problem("another secret", "secret")])
    if len(row.secrets) >= MOST_SECRETS:
        raise Invalid(f"At most {MOST_SECRETS} secrets are in force at once. Remove one that Stripe has expired.")
    made = {
        "name": random.token_hex(4),
        "end": secret[-4:],
        "since": clock.now().isoformat(),
        "sealed": vault.seal(secret),
    }
    row.secrets = [*row.secrets, made]
    record_audit(by=by, action="connector.secret_given", object=row.source, after={"ends_with": secret[-4:]})


@transaction.atomic
def remove_secret(*, connector: int, name: str, by: MemberView) -> None:
    """Let a signing secret go, at once; twice changes nothing."""
    row = _locked(connector)
    gone = [each for each in row.secrets if each["name"] == name]
    if gone:
        row.secrets = [each for each in row.secrets if each["name"] != name]
        row.edition += 1
        row.save(update_fields=["secrets", "edition"])
        record_audit(by=by, action="connector.secret_removed", object=row.source, before={"ends_with": gone[0]["end"]})


@transaction.atomic
def disconnect(*, connector: int, by: MemberView) -> None:
    """Forget the address, secrets, key and the raw events. What was learned of customers stays."""
    row = _locked(connector)
    record_audit(by=by, action="connector.disconnected", object=row.source, before={"kind": row.kind})
    row.delete()


def _locked(connector: int) -> Connector:
    row = Connector.objects.select_for_update().filter(pk=connector).first()
    if row is None:
        raise NotFound("There is no such connector.")
    return row


def _shown(key: str) -> str:
    """The start of an API key, enough to recognise its kind, and its end."""
    return f"{key[:8]}…{key[-4:]}"
