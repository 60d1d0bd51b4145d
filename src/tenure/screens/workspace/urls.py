"""A workspace's pages, `/w/<slug>/…`."""

from django.urls import URLPattern, URLResolver, path

from tenure.screens.workspace.accounts import hand, pulse
from tenure.screens.workspace.accounts.urls import urlpatterns as accounts
from tenure.screens.workspace.alerts.urls import urlpatterns as alerts
from tenure.screens.workspace.changes.urls import urlpatterns as changes
from tenure.screens.workspace.components import views as components
from tenure.screens.workspace.connectors import views as connectors
from tenure.screens.workspace.entries.urls import urlpatterns as entries
from tenure.screens.workspace.executive.urls import urlpatterns as executive
from tenure.screens.workspace.fit.urls import urlpatterns as fit
from tenure.screens.workspace.help import views as help_pages
from tenure.screens.workspace.home import mine, team
from tenure.screens.workspace.imports import uploads
from tenure.screens.workspace.imports import views as imports
from tenure.screens.workspace.inbox.urls import urlpatterns as inbox
from tenure.screens.workspace.measures import views as measures
from tenure.screens.workspace.meetings.urls import urlpatterns as meetings
from tenure.screens.workspace.ownership.urls import urlpatterns as ownership
from tenure.screens.workspace.packs.urls import urlpatterns as packs
from tenure.screens.workspace.palette import views as palette
from tenure.screens.workspace.people.urls import urlpatterns as people
from tenure.screens.workspace.population import views as population
from tenure.screens.workspace.retention.urls import urlpatterns as retention
from tenure.screens.workspace.reviews import views as reviews
from tenure.screens.workspace.scorecard import editing, record, versions
from tenure.screens.workspace.scorecard import views as scorecard
from tenure.screens.workspace.segments.urls import urlpatterns as segments
from tenure.screens.workspace.settings import audit, digest, keys, layouts, members, words
from tenure.screens.workspace.sources import views as sources
from tenure.screens.workspace.start import views as start
from tenure.screens.workspace.subscriptions import listing as subscriptions
from tenure.screens.workspace.tasks.urls import urlpatterns as tasks
from tenure.screens.workspace.traits.urls import urlpatterns as traits

app_name = "workspace"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", start.front, name="front"),
    path("start/", start.start, name="start"),
    path("home/", mine.home, name="home"),
    path("team/", team.team, name="team"),
    path("palette/", palette.palette, name="palette"),
    path("components/", components.components, name="components"),
    path("help/", help_pages.pages, name="help"),
    path("help/<slug:document>/", help_pages.document, name="help-page"),
    *accounts,
    *alerts,
    *changes,
    *entries,
    *executive,
    *ownership,
    *inbox,
    *meetings,
    *packs,
    *people,
    *fit,
    *retention,
    *segments,
    *tasks,
    *traits,
    path("subscriptions/", subscriptions.subscriptions, name="subscriptions"),
    path("subscriptions/export.csv", subscriptions.export, name="subscriptions-export"),
    path("measures/", measures.measures, name="measures"),
    path("measures/<slug:key>/", measures.measure, name="measure"),
    path("health/", population.population_health, name="population"),
    path("pulses/", pulse.pulses, name="pulses"),
    path("overrides/", hand.overrides, name="overrides"),
    path("overrides/<int:override>/ends/", hand.override_ends, name="override-ends"),
    path("reviews/", reviews.miss_reviews, name="miss-reviews"),
    path("reviews/<int:review>/", reviews.miss_review, name="miss-review"),
    path("scorecard/", scorecard.scorecard, name="scorecard"),
    path("scorecard/record/", record.scorecard_record, name="scorecard-record"),
    path("scorecard/tests/", record.scorecard_tests, name="scorecard-tests"),
    path("scorecard/edit/", editing.studio, name="studio"),
    path("scorecard/edit/measures/", editing.measures, name="studio-measures"),
    path("scorecard/edit/<slug:profile>/<str:card_measure>/", editing.measure, name="studio-measure"),
    path("scorecard/what-if/", versions.what_if, name="what-if"),
    path("scorecard/versions/", versions.versions, name="scorecard-versions"),
    path("scorecard/publications/", versions.publications, name="scorecard-publications"),
    path("scorecard/discards/", versions.discards, name="scorecard-discards"),
    path("scorecard/rollbacks/", versions.rollbacks, name="scorecard-rollbacks"),
    path("sources/", sources.event_sources, name="event-sources"),
    path("sources/<slug:source>/", sources.event_source, name="event-source"),
    path("sources/<slug:source>/replays/", sources.event_replays, name="event-replays"),
    path("connectors/", connectors.connectors, name="connectors"),
    path("connectors/<int:connector>/", connectors.connector, name="connector"),
    path("connectors/<int:connector>/secret-removals/", connectors.secret_removals, name="connector-secret-removals"),
    path("connectors/<int:connector>/fills/", connectors.fills, name="connector-fills"),
    path("connectors/<int:connector>/disconnections/", connectors.disconnections, name="connector-disconnections"),
    path("imports/", imports.imports, name="imports"),
    path("imports/<int:run>/", imports.import_, name="import"),
    path("imports/<int:run>/rejects.csv", uploads.rejects, name="import-rejects"),
    path("uploads/", uploads.uploads, name="uploads"),
    path("uploads/<int:upload>/", uploads.upload, name="upload"),
    path("uploads/<int:upload>/maps/", uploads.upload_map, name="upload-map"),
    path("uploads/<int:upload>/imports/", uploads.upload_imports, name="upload-imports"),
    path("uploads/<int:upload>/discards/", uploads.upload_discards, name="upload-discards"),
    path("settings/", members.members, name="settings"),
    path("settings/invitations/", members.invitations, name="invitations"),
    path(
        "settings/invitations/<int:invitation>/revocations/",
        members.invitation_revocations,
        name="invitation-revocations",
    ),
    path("settings/members/<int:member>/changes/", members.member_changes, name="member-changes"),
    path("settings/words/", words.words, name="labels"),
    path("settings/digest/", digest.digest, name="digest"),
    path("settings/digest/mails/", digest.digest_mails, name="digest-mails"),
    path("settings/layouts/", layouts.layouts, name="layouts"),
    path("settings/layouts/new/", layouts.layout_new, name="layout-new"),
    path("settings/layouts/<slug:layout>/", layouts.layout, name="layout"),
    path("settings/layouts/<slug:layout>/archivals/", layouts.layout_archivals, name="layout-archivals"),
    path("settings/layouts/<slug:layout>/rollbacks/", layouts.layout_rollbacks, name="layout-rollbacks"),
    path("settings/keys/", keys.keys, name="keys"),
    path("settings/keys/<int:api_key>/revocations/", keys.key_revocations, name="key-revocations"),
    path("settings/keys/<int:api_key>/rotations/", keys.key_rotations, name="key-rotations"),
    path("settings/audit/", audit.audit, name="audit"),
]
