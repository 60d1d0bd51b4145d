"""What stands is worth what the day and the answers make of it."""

from datetime import timedelta

from tenure.alerts import standing
from tenure.alerts.models import Alert
from tenure.alerts.rules import Answers
from tenure.alerts.tests.defining import alert
from tenure.customers.actions import upsert_accounts
from tenure.customers.contracts import AccountUpsert
from tenure.health.tests.company import AS_OF
from tenure.tenants.models import Workspace


def test_what_stands_is_ranked_again_when_the_day_or_the_answers_changed(workspace: Workspace) -> None:
    account = upsert_accounts([AccountUpsert("A-1")]).ids["A-1"]
    alert(account, due_on=AS_OF, chance=0.2, urgency=1.0)
    assert standing.rank_again({}, AS_OF) == 0
    assert standing.rank_again({"quiet": Answers(right=8)}, AS_OF) == 1
    assert Alert.objects.values_list("chance", "urgency", "value_minor").get() == (0.556, 1.0, 66_720)
    assert standing.rank_again({"quiet": Answers(right=8)}, AS_OF + timedelta(days=14)) == 1
    assert Alert.objects.values_list("urgency", "value_minor").get() == (2.0, 133_440)
    assert standing.rank_again({"quiet": Answers(right=8)}, AS_OF + timedelta(days=14)) == 0
