"""What a browser key may not say: public keys are in everybody's hands, so money, terms and names of records are not
theirs to set."""

import re

PROTECTED: dict[str, frozenset[str]] = {
    "money": frozenset(
        "mrr arr revenue mrrminor arrminor mrrcents arrcents monthlyspend annualspend totalspend ltv lifetimevalue"
        " contractvalue acv tcv monthlyrevenue annualrevenue billingamount balance currency".split()
    ),
    "plan": frozenset("plan planname planid tier subscription subscriptionplan edition product billing".split()),
    "seats": frozenset("seats licenses licences seatcount licensecount licencecount quota".split()),
    "owner": frozenset(
        "owner owneremail ownerid csm csmemail accountowner accountmanager accountexecutive successmanager".split()
    ),
    "status": frozenset(
        "status customerstatus accountstatus lifecycle lifecyclestage stage churned ischurned istrial ispaying"
        " iscustomer paying customer churnreason".split()
    ),
    "dates": frozenset(
        "createdat startedon startedat signedupat signupdate createddate renewaldate renewalon renewson termend"
        " termstart contractend contractstart trialend trialendsat trialstart churnedat churnedon cancelledat"
        " canceledat customersince expireson expiresat".split()
    ),
    "external id": frozenset(
        "externalid userid groupid accountid customerid personid stripecustomerid stripeid salesforceid hubspotid"
        " crmid parent parentid parentexternalid".split()
    ),
}
"""Names without case and punctuation, by what they would set."""

_KINDS = {name: kind for kind, names in PROTECTED.items() for name in names}
_NOT_A_LETTER = re.compile(r"[^a-z0-9]")


def protected(name: str) -> str | None:
    """What a trait of this name would set that a browser key may not; None when it may."""
    return _KINDS.get(_NOT_A_LETTER.sub("", name.lower()))


def detail(kind: str, name: str) -> str:
    """The sentence for who sent it."""
    return (
        f"`{name}` sets {'an external id' if kind == 'external id' else kind}, which a browser key may not do: "
        "anybody can read it in the page. Send it with a server key. The rest of the event was taken."
    )
