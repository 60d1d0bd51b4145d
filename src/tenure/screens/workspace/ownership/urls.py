"""Addresses of ownership, under `/w/<slug>/`."""

from django.urls import path

from tenure.screens.workspace.ownership import absences, book, handoff, handoffs
from tenure.screens.workspace.settings import assignment, ownership
from tenure.screens.workspace.settings import handoff as checklist

urlpatterns = [
    path("book/", book.business, name="book"),
    path("absences/", absences.absences, name="absences"),
    path("absences/<int:absence>/ends/", absences.absence_ends, name="absence-ends"),
    path("handoffs/", handoffs.handoffs, name="handoffs"),
    path("handoffs/new/", handoffs.handoff_new, name="handoff-new"),
    path("handoffs/<int:handoff>/", handoff.handoff, name="handoff"),
    path("handoffs/<int:handoff>/checks/", handoff.checks, name="handoff-checks"),
    path("handoffs/<int:handoff>/promises/", handoff.promises, name="handoff-promises"),
    path("handoffs/<int:handoff>/acceptances/", handoff.acceptances, name="handoff-acceptances"),
    path("handoffs/<int:handoff>/returns/", handoff.returns, name="handoff-returns"),
    path("handoffs/<int:handoff>/proposals/", handoff.proposals, name="handoff-proposals"),
    path("handoffs/<int:handoff>/withdrawals/", handoff.withdrawals, name="handoff-withdrawals"),
    path("handoffs/<int:handoff>/completions/", handoff.completions, name="handoff-completions"),
    path("settings/ownership/", ownership.ownership, name="ownership-settings"),
    path("settings/ownership/roles/", ownership.owner_roles, name="owner-roles"),
    path("settings/ownership/roles/<slug:owner_role>/", ownership.owner_role, name="owner-role"),
    path("settings/ownership/pools/new/", ownership.pool_new, name="pool-new"),
    path("settings/ownership/pools/<int:pool>/", ownership.pool, name="pool"),
    path("settings/ownership/pools/<int:pool>/retirements/", ownership.pool_retirements, name="pool-retirements"),
    path("settings/assignment/", assignment.assignment, name="assignment-settings"),
    path("settings/assignment/rules/", assignment.rules, name="assignment-rules"),
    path("settings/assignment/rules/<int:assignment_rule>/", assignment.rule, name="assignment-rule"),
    path("settings/handoff/", checklist.handoff, name="handoff-settings"),
    path("settings/handoff/items/", checklist.items, name="checklist-items"),
    path("settings/handoff/items/<int:checklist_item>/", checklist.item, name="checklist-item"),
]
