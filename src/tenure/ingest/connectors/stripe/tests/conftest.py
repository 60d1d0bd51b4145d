from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tenure.ingest.connectors.models import Connector
    from tenure.tenants.models import Member, Workspace

SECRET = "whsec_test_secret"


@pytest.fixture
def connector(workspace: "Workspace", ana: "Member") -> "Connector":
    """Stripe, connected to `acme`."""
    from tenure.ingest.connectors import actions
    from tenure.ingest.connectors.models import Connector
    from tenure.tenants import queries

    by = queries.members_by_id([ana.pk])[ana.pk]
    made = actions.connect(source="stripe", by=by)
    actions.change(connector=made, wanted=actions.Settings(secret=SECRET), edition=1, by=by)
    return Connector.objects.get(pk=made)
