"""What each page shows, in a sentence or two, and where the documentation tells more."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Topic:
    """`reads` are documents of the help, perhaps with the anchor of a section, and what stands in the link."""

    shows: str
    reads: tuple[tuple[str, str], ...]


_LISTS = ("lists", "Lists and saved views")
_WORDS = ("expressions", "Expressions")
_HEALTH = ("health", "Scores and their reasons")
_MISSES = ("health#misses-and-scores-set-by-hand", "Misses, and scores set by hand")
_STUDIO = ("scorecard-studio", "The scorecard studio")
_ACCOUNT = ("accounts", "The pages of an account")
_TIMELINE = ("timeline", "The timeline")
_TASKS = ("tasks", "Tasks and promises")
_SETTINGS = ("settings", "Settings")
_MEASURES = ("measures", "Measures")
_STRIPE = ("stripe", "Stripe")
_EVENTS = ("sending-events", "Sending events")
_PEOPLE = ("people", "People of an account")
_PERMISSIONS = ("permissions", "Permissions")
_DEFINITIONS = ("definitions", "Definitions")
_SUBSCRIPTIONS = ("lists#subscriptions", "The list of subscriptions")
_USAGE = ("accounts#usage", "Usage")
_SUPPORT = ("accounts#support", "Support")
_FILES = ("accounts#links-and-files", "Links and files")
_RETENTION = ("retention", "Retention")
_EXECUTIVE = ("executive", "The executive page")
_FIT = ("retention#fit-which-kinds-stay", "Fit")
_POOLS = ("ownership#roles-and-pools", "Roles and pools")
_OWNERSHIP = ("ownership", "Ownership and handoff")
_SEGMENTS = ("segments", "Segments")
_INBOX = ("alerts#the-inbox", "The inbox")
_WORTH = ("alerts#what-an-alert-is-worth", "What an alert is worth")
_RULES = ("alerts#rules", "Alert rules")
_MEETINGS = ("meetings", "Meetings")
_DUE = ("meetings#due-for-a-call", "Due for a call")

TOPICS: Mapping[str, Topic] = {
    "home": Topic(
        "What your day needs: the inbox, who came into the worst band or left it, meetings, tasks, promises, calls "
        "that are due. Each line leads on.",
        (("home#your-home", "Your home"), _INBOX),
    ),
    "team": Topic(
        "What the team carries and what waits for a decision: load, money by band, renewals, moves, how alerts were "
        "closed.",
        (("home#the-home-of-the-team", "The home of the team"), ("home#like-for-like", "Like for like")),
    ),
    "inbox": Topic(
        "What waits for you, the most valuable first, an account at a time: alerts, and tasks that are due. A press "
        "opens an alert in place.",
        (_INBOX, _WORTH),
    ),
    "inbox-alert": Topic("Why we think so, what to do, and why it stands where it does.", (_INBOX, _WORTH)),
    "account-alerts": Topic("The alerts that stand of the account.", (_INBOX,)),
    "alert-rules": Topic(
        "What opens alerts: which rules are on, what they bring, and how often each was right.", (_RULES,)
    ),
    "alert-rule": Topic(
        "When the rule speaks and to whom, how often it was right, and what it would have done.", (_RULES, _WORDS)
    ),
    "alert-rule-new": Topic(
        "Say when an alert opens and what is to be done then. Try it on the past first.", (_RULES,)
    ),
    "alert-rule-edit": Topic("Another version of the rule. It begins with whoever is under it by then.", (_RULES,)),
    "accounts": Topic(
        "Your accounts with their scores, as the filter, the columns and the order say. The address holds all of it: "
        "copy it, or save it as a view.",
        (_LISTS, _WORDS),
    ),
    "tasks": Topic(
        "What you, your team or everybody has to do, by its day: e finishes the row in focus, x selects it.",
        (_TASKS,),
    ),
    "task": Topic("One task: its text, its checklist, who has it until when, and what was done to it.", (_TASKS,)),
    "task-new": Topic("Something to do, or a promise to a customer.", (_TASKS,)),
    "task-settings": Topic(
        "On which days the team works, its holidays, and tasks that are made together.",
        (("tasks#working-days-and-holidays", "Working days"), ("tasks#templates", "Templates")),
    ),
    "people": Topic(
        "The people of your accounts. The filter knows everything of a person and, after “account.”, of their account.",
        (("lists#people", "The list of people"), _PEOPLE, _WORDS),
    ),
    "subscriptions": Topic(
        "The subscriptions of all accounts by renewal or by MRR, each in the currency it is billed in.",
        (_SUBSCRIPTIONS,),
    ),
    "timeline": Topic(
        "What the team wrote on all accounts. Every word has to be there, as a word or as its beginning; quotation "
        "marks keep words together.",
        (("timeline#search", "Search"), _TIMELINE),
    ),
    "meetings": Topic("Meetings to come, and those that are over and have no notes yet.", (_MEETINGS,)),
    "meetings-due": Topic(
        "The accounts whose last call or meeting is longer ago than their touch tier says, those never called first.",
        (_DUE, _SEGMENTS),
    ),
    "meetings-held": Topic("Meetings that took place, newest first.", (_MEETINGS,)),
    "meeting": Topic("When, where and with whom, and what is to be talked of.", (_MEETINGS,)),
    "meeting-new": Topic("Choose whom to meet.", (("meetings#planning", "Planning"),)),
    "account-meeting-new": Topic(
        "Say when and who comes. The agenda is filled from what is known; it stays inside.",
        (("meetings#planning", "Planning"),),
    ),
    "meeting-edit": Topic(
        "What the invited see of a change goes out to them.", (("meetings#invitations", "Invitations"),)
    ),
    "meeting-notes": Topic("What was said. It goes on the timeline.", (("meetings#notes", "Notes"), _TIMELINE)),
    "population": Topic(
        "How all customers are: how many stand in each band, how that moved, and who rose or fell most.",
        (("health#all-customers-together", "All customers together"),),
    ),
    "board-packs": Topic(
        "Months as documents: figures with their targets, what changed and why, cohorts, who left and who grew. Each "
        "stays as it was made.",
        (("board-packs", "Board packs"), ("board-packs#what-a-pack-is-made-of", "What a pack is made of")),
    ),
    "board-pack": Topic(
        "A pack page by page: j and k turn pages, d downloads the PDF.",
        (("board-packs#what-a-pack-is-made-of", "What a pack is made of"), ("board-packs#letters", "Letters")),
    ),
    "board-pack-schedule": Topic(
        "When packs are made and mailed, and to whom. Only an owner lets them out of the house.",
        (("board-packs#every-month-by-mail", "Every month by mail"),),
    ),
    "executive": Topic(
        "A month on one page: what stays, what grows, what others bring; what changed beyond the usual, and why; each "
        "metric with its target and who answers for it. Every number opens.",
        (_EXECUTIVE, ("executive#targets-and-owners", "Targets and owners"), _RETENTION),
    ),
    "retention": Topic(
        "What share of customers and money stayed in twelve months, and how recurring revenue moved month by month. "
        "Each amount leads to the accounts it is made of.",
        (_RETENTION,),
    ),
    "fit": Topic(
        "Which kinds of customers stay and pay: what is more than chance, then the groups of a field side by side. "
        "Each group leads to its accounts.",
        (_FIT, ("retention#more-than-chance", "More than chance")),
    ),
    "fit-standing": Topic(
        "Who stayed since a day about a year ago, by the band and the segments of that day.",
        (("retention#by-band-and-segment", "By band and segment"), _HEALTH, _SEGMENTS),
    ),
    "fit-best": Topic(
        "The tenth that has paid most beside the others: what is more frequent among them.",
        (("retention#best-customers", "Best customers"),),
    ),
    "fit-sources": Topic(
        "Who left within twelve months, by where they came from, and what that means in money.",
        (("retention#churn-by-source", "Churn by source"),),
    ),
    "fit-accounts": Topic(
        "The accounts behind a figure: how long each has paid, what it pays now and all that it has paid.", (_FIT,)
    ),
    "retention-condition": Topic(
        "Put who fits a condition beside all others: in lines or as text, with who fits counted while you type.",
        (("retention#groups", "Groups"), _WORDS),
    ),
    "retention-worth": Topic(
        "The value of a customer over its life, what churn costs in a year, what one point less of it is worth, and "
        "what winning a customer costs, by month and source. Begins with your own figures.",
        (("retention#what-it-is-worth", "What it is worth"),),
    ),
    "cohorts": Topic(
        "Customers by when they first paid: what is left of them at each age, how long they stay as seen, and how it "
        "may go on. Each cell leads to its accounts.",
        (("retention#cohorts", "Cohorts"), _RETENTION),
    ),
    "segments": Topic(
        "The segments there are, how many belong to each, and starters that your data can fill.", (_SEGMENTS,)
    ),
    "segment": Topic("Who is in the segment on this day, why, and who entered or left.", (_SEGMENTS, _WORDS)),
    "segment-new": Topic("Say who belongs together: by a condition, by hand, or by chance.", (_SEGMENTS, _WORDS)),
    "segment-edit": Topic(
        "Change who belongs to the segment. Until it is published nothing follows from it.", (_SEGMENTS, _WORDS)
    ),
    "measures": Topic("What is counted from the events, how fresh it is, and who uses it.", (_MEASURES,)),
    "measure": Topic("What the measure counts, in which window, and how its values are spread.", (_MEASURES,)),
    "scorecard": Topic(
        "What makes the score: measures with their weights and curves, caps and floors, and the bands.",
        (_HEALTH, _STUDIO),
    ),
    "scorecard-record": Topic(
        "What the scorecard said in the past, by what was known then, against who left afterwards.",
        (("health#the-record", "The record"),),
    ),
    "studio": Topic("A draft of the scorecard. Nothing follows from it until you publish it.", (_STUDIO, _HEALTH)),
    "studio-measure": Topic("How a measure becomes points: its curve and its weight.", (_STUDIO,)),
    "what-if": Topic("What the draft would change: today, in the last weeks, and on history.", (_STUDIO,)),
    "scorecard-versions": Topic(
        "What was in force when, who published it, and how to go back.", (_STUDIO, _DEFINITIONS)
    ),
    "event-sources": Topic("What arrives, how much of it, and what was refused and why.", (_EVENTS,)),
    "event-source": Topic("What this source sends, message by message.", (_EVENTS,)),
    "connectors": Topic("Connect Stripe: customers, subscriptions and invoices come by themselves.", (_STRIPE,)),
    "connector": Topic("How Stripe is connected, what came, what was refused, and the back-fill.", (_STRIPE,)),
    "imports": Topic("Files that were imported, and the way to bring more.", (("importing", "Importing"),)),
    "settings": Topic("Who is in the workspace, with which role.", (_PERMISSIONS, _SETTINGS)),
    "digest": Topic(
        "When you hear by mail what your day or week brings, and what that would be now.", (("digests", "Digests"),)
    ),
    "labels": Topic("What your workspace calls things.", (_SETTINGS,)),
    "timeline-settings": Topic("Tags and templates for entries.", (_TIMELINE,)),
    "tag-settings": Topic(
        "The tags that there are for accounts. One that is retired stays where it is and is offered no more.",
        (("accounts#traits-and-tags", "Traits and tags"), _SETTINGS),
    ),
    "layouts": Topic(
        "Which tabs and sections of an account stand there for whom, in which order.",
        (("accounts#layouts", "Layouts"), _DEFINITIONS),
    ),
    "layout": Topic("Whose the layout is, and what it shows.", (("accounts#layouts", "Layouts"),)),
    "layout-new": Topic("Whose the layout is, and what it shows.", (("accounts#layouts", "Layouts"),)),
    "keys": Topic("Keys for servers and web pages that send events.", (_EVENTS, _SETTINGS)),
    "audit": Topic("What was changed by hand, by whom and when.", (_PERMISSIONS,)),
    "account": Topic(
        "What one wants to know on the way to a call: who they are, why the score is what it is, what moved it, what "
        "happened last and what to ask.",
        (_ACCOUNT, _HEALTH),
    ),
    "account-timeline": Topic(
        "Everything that happened with the account, newest first, and the place to write.", (_TIMELINE,)
    ),
    "account-tasks": Topic("What is to be done for the account, and what was done last.", (_TASKS, _TIMELINE)),
    "account-people": Topic(
        "Who is who at the account, how close you are to them, and what stands out.",
        (_PEOPLE,),
    ),
    "account-usage": Topic("What they use, how often, and how many of the seats they pay for.", (_USAGE,)),
    "account-support": Topic("Open and closed tickets, and what they answered in surveys.", (_SUPPORT,)),
    "account-money": Topic("What they pay, how it moved, and their invoices.", (_SUBSCRIPTIONS,)),
    "account-records": Topic(
        "What was said of the account's subscriptions, each record as its source sent it: what moved its MRR.",
        (("executive#from-a-number-to-the-record", "From a number to the record"), _EVENTS),
    ),
    "account-segments": Topic("The segments the account is in, and why.", (_SEGMENTS,)),
    "account-files": Topic(
        "Links of the account, and every file of its timeline.",
        (_FILES, _TIMELINE),
    ),
    "account-facts": Topic("Every measure, attribute and trait of the account on this day.", (_MEASURES, _WORDS)),
    "account-measure": Topic("Where this number comes from: the events that were counted.", (_MEASURES,)),
    "account-pulses": Topic("What the team thinks of the account, and until when that counts.", (_HEALTH,)),
    "account-score": Topic("A score set by hand, with a reason and a day on which it ends.", (_HEALTH,)),
    "person": Topic(
        "Who they are and where, what they use, and what was said with them and of them.",
        (_PEOPLE,),
    ),
    "pulses": Topic("What the team thinks of its accounts, and where it differs from the score.", (_HEALTH,)),
    "overrides": Topic("Scores that a member set by hand, until when, and how often the hand was right.", (_MISSES,)),
    "miss-reviews": Topic("Customers who left although their score was good: what did it not see?", (_MISSES,)),
    "account-changes": Topic("Changes of many accounts at once, and their undoing.", (_LISTS,)),
    "book": Topic(
        "What each member looks after: accounts and money, bands, what is at risk and what renews, with the room that "
        "pools leave.",
        (("ownership#book-of-business", "Book of business"),),
    ),
    "handoffs": Topic("Accounts on their way from one member to another.", (("ownership#handoff", "Handoff"),)),
    "handoff-new": Topic("Who takes the accounts over, in which role.", (("ownership#handoff", "Handoff"),)),
    "handoff": Topic(
        "What the handoff waits for, and all that the new owner has to know.", (("ownership#handoff", "Handoff"),)
    ),
    "absences": Topic("Who is away when, and who covers.", (("ownership#absence", "Absence"),)),
    "ownership-settings": Topic(
        "What members are to accounts, and who takes accounts up to which capacity.",
        (_POOLS, _OWNERSHIP),
    ),
    "pool": Topic("Who is in the pool, and how much each takes.", (_POOLS,)),
    "pool-new": Topic("Who is in the pool, and how much each takes.", (_POOLS,)),
    "owner-role": Topic("What the role is called.", (_POOLS,)),
    "assignment-settings": Topic(
        "Which accounts without an owner go to which pool, and those that found nobody.",
        (("ownership#assignment", "Assignment"), _SEGMENTS),
    ),
    "assignment-rule": Topic(
        "Who would get which account by this rule now. Nothing is written by looking.",
        (("ownership#assignment", "Assignment"),),
    ),
    "handoff-settings": Topic(
        "What has to be done before an account has its new owner.", (("ownership#handoff", "Handoff"),)
    ),
    "help": Topic("The documentation of the product, and a search over it.", ()),
    "help-page": Topic("A page of the documentation.", ()),
}


def topic_of(name: str | None) -> Topic | None:
    """The topic of the page with this name of an address; None where the page says enough by itself."""
    return TOPICS.get(name or "")
