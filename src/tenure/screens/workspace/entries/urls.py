"""Addresses of entries, under `/w/<slug>/`."""

from django.urls import path

from tenure.screens.workspace.entries import completion, files, search, views
from tenure.screens.workspace.settings import timeline

urlpatterns = [
    path("timeline/", search.timeline_search, name="timeline"),
    path("timeline/tags", completion.tag_names, name="tag-names"),
    path("accounts/<int:account>/entries/", views.entries, name="account-entries"),
    path("accounts/<int:account>/entries/new/", views.entry_new, name="account-entry-new"),
    path("accounts/<int:account>/entries/<int:entry>/", views.entry, name="account-entry"),
    path("accounts/<int:account>/entries/<int:entry>/pins/", views.entry_pins, name="entry-pins"),
    path("accounts/<int:account>/names", completion.account_names, name="account-names"),
    path("attachments/<int:attachment>/", files.attachment, name="attachment"),
    path("attachments/<int:attachment>/removals/", files.attachment_removals, name="attachment-removals"),
    path("settings/timeline/", timeline.timeline_settings, name="timeline-settings"),
    path("settings/timeline/tags/", timeline.tags, name="timeline-tags"),
    path("settings/timeline/tags/<int:tag>/retirements/", timeline.tag_retirements, name="tag-retirements"),
    path("settings/timeline/templates/", timeline.templates, name="timeline-templates"),
    path("settings/timeline/templates/new/", timeline.template_new, name="timeline-template-new"),
    path("settings/timeline/templates/<int:template>/", timeline.entry_template, name="timeline-template"),
    path(
        "settings/timeline/templates/<int:template>/retirements/",
        timeline.template_retirements,
        name="template-retirements",
    ),
]
