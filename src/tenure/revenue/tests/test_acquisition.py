"""What winning customers cost: written, loaded all or none, divided by who was won, with and without referrals."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from tenure.base.money import Money
from tenure.base.refusals import Invalid
from tenure.revenue import actions
from tenure.revenue.acquisition import Won, costs, referrals
from tenure.revenue.costs import Cost, read_file, read_one
from tenure.revenue.models import AcquisitionCost
from tenure.subscriptions.actions import set_rates
from tenure.subscriptions.contracts import Rate
from tenure.tenants.contracts import MemberView
from tenure.tenants.models import Member, Workspace
from tenure.tenants.queries import audit_trail, members_by_id

MARCH, APRIL = date(2026, 3, 1), date(2026, 4, 1)
FILE = "month,source,amount,currency\n2026-03,Ads,1200.50,USD\n2026-03-15,,300,usd\n2026-04,Ads,900,USD\n"


def test_s1_10_referrals_bring_the_cost_of_a_customer_down() -> None:
    march = Won("March", MARCH, spent=150_000, won=5, referred=2, mrr=50_000)
    assert (march.cac, march.cac_without_referrals) == (Fraction(30_000), Fraction(50_000))
    assert march.payback(Fraction(3, 4)) == 4
    nobody = Won("April", APRIL, spent=90_000, won=0, referred=0, mrr=0)
    assert (nobody.cac, nobody.cac_without_referrals, nobody.payback(1)) == (None, None, None)
    unknown = Won("May", APRIL, spent=None, won=3, referred=None, mrr=10)
    assert (unknown.cac, unknown.cac_without_referrals, unknown.payback(1)) == (None, None, None)


def test_a_file_is_read_as_it_is_written() -> None:
    assert read_file(FILE) == [
        Cost(MARCH, "Ads", Money(120_050, "USD")), Cost(MARCH, "", Money(30_000, "USD")),
        Cost(APRIL, "Ads", Money(90_000, "USD")),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("2026-13,Ads,5,USD", "is not a month such as 2026-03"),
        ("2026-03,=cmd(),5,USD", "begins with none of = + - @"),
        ("2026-03,Ads,five,USD", "is not an amount such as"),
        ("2026-03,Ads,-5,USD", "is not an amount from 0 up"),
        ("2026-03,Ads,NaN,USD", "is not an amount from 0 up"),
        ("2026-03,Ads,5,dollars", "is not a currency of three letters"),
        ("2026-03,Ads,5,USD\n2026-03,ads,6,USD", "is there twice"),
    ],
)
def test_a_wrong_line_is_named_and_nothing_is_taken(line: str, says: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_file(f"month,source,amount,currency\n2026-01,Ads,5,USD\n{line}\n")
    assert says in " ".join(map(str, refused.value.problems))


@pytest.mark.parametrize(
    ("text", "says"), [("month,amount\n", "lacks source, currency"), ("month,source,amount,currency\n", "has 0 costs")]
)
def test_a_file_without_its_columns_or_lines_is_refused(text: str, says: str) -> None:
    with pytest.raises(Invalid, match=says):
        read_file(text)


def written() -> list[tuple[str, str, str]]:
    return [(f"{each.month:%Y-%m}", each.source, each.written) for each in costs()]


@pytest.mark.django_db
class TestWriting:
    @pytest.fixture
    def by(self, workspace: Workspace, ana: Member) -> MemberView:
        return members_by_id([ana.pk])[ana.pk]

    def test_a_file_takes_the_place_of_the_same_months_and_sources(self, by: MemberView) -> None:
        assert actions.import_costs(text=FILE, by=by) == 3
        again = "month,source,amount,currency\n2026-03,ads,50,USD\n2026-04,Ads,0,USD\n"
        assert actions.import_costs(text=again, by=by) == 2
        assert written() == [("2026-03", "", "300.00 USD"), ("2026-03", "Ads", "50.00 USD")]
        assert [each.action for each in audit_trail(limit=2).rows] == ["acquisition_costs.set"] * 2

    def test_what_was_written_meanwhile_is_not_overwritten(self, by: MemberView) -> None:
        cost = read_one(month="2026-03", source="Ads", amount="100", currency="USD")
        actions.keep_cost(cost=cost, began="", by=by)
        with pytest.raises(actions.CostChanged, match=r"100.00 USD stands there"):
            actions.keep_cost(cost=cost, began="", by=by)
        actions.keep_cost(cost=read_one(month="2026-03", source="ads", amount="0", currency="USD"),
                          began="100.00 USD", by=by)  # fmt: skip
        assert written() == []

    def test_money_without_a_rate_is_refused_and_with_one_taken(self, by: MemberView) -> None:
        text = "month,source,amount,currency\n2026-03,Ads,100,EUR\n2026-03,,5,USD\n"
        with pytest.raises(Invalid, match="set the rates of these currencies first"):
            actions.import_costs(text=text, by=by)
        assert not AcquisitionCost.objects.exists()
        set_rates(rates=[Rate("EUR", date(2026, 1, 1), Decimal("1.1"))], by=None)
        assert actions.import_costs(text=text, by=by) == 2

    def test_what_a_referral_is_can_be_said(self, by: MemberView) -> None:
        assert (referrals().trait, "referral" in referrals().values) == ("source", True)
        actions.set_referrals(trait="trait.channel", values=["Friend", " ", "Friend", "Partner"], by=by)
        assert (referrals().trait, referrals().values) == ("channel", ("Friend", "Partner"))
        with pytest.raises(Invalid, match="one to 20 values"):
            actions.set_referrals(trait="channel", values=[" "], by=by)
