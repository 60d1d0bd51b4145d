"""The dialect on bodies of our own: times, ids, and everything hostile, bounded and explained."""

import json
import time
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenure.ingest.dialects.segment import Unreadable, check, read
from tenure.ingest.messages import REASONS, Message, Reading, Refused

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def _read(*events: dict[str, Any] | bytes, kind: str = "batch", **beside: object) -> Reading:
    """A batch of these events; bytes go in as they are."""
    listed = b",".join(e if isinstance(e, bytes) else json.dumps(e).encode() for e in events)
    top = "".join(f"{json.dumps(k)}:{json.dumps(v)}," for k, v in beside.items()).encode()
    body = b"{" + top + b'"batch":[' + listed + b"]}"
    assert check(body, kind).events == len(events)
    return read(body, kind=kind, received_at=NOON, message_id_seed="42")


def _track(**fields: object) -> dict[str, Any]:
    return {"type": "track", "event": "Report Exported", "userId": "u1", "messageId": "m1", **fields}


def _one(**fields: object) -> Message:
    reading = _read(_track(**fields))
    assert reading.refused == ()
    return reading.messages[0]


def _refused(event: dict[str, Any] | bytes) -> Refused:
    """The refusal of this event, between two good ones that are taken."""
    reading = _read(_track(messageId="before"), event, _track(messageId="after"))
    assert [m.message_id for m in reading.messages] == ["before", "after"]
    assert [m.index for m in reading.messages] == [0, 2]
    assert len(reading.refused) == 1
    assert reading.refused[0].index == 1
    assert reading.refused[0].reason in REASONS
    return reading.refused[0]


def test_the_clock_of_the_client_is_corrected() -> None:
    """receivedAt − (sentAt − timestamp): a client an hour behind, an event a minute before sending."""
    reading = _read(_track(timestamp="2026-03-01T10:59:00Z"), sentAt="2026-03-01T11:00:00Z")
    assert reading.messages[0].at == datetime(2026, 3, 1, 11, 59, tzinfo=UTC)


def test_an_event_sent_at_another_time_than_its_batch_is_corrected_by_its_own() -> None:
    event = _track(originalTimestamp="2026-03-01T10:59:00Z", sentAt="2026-03-01T11:30:00Z")
    assert _read(event, sentAt="2026-03-01T11:00:00Z").messages[0].at == datetime(2026, 3, 1, 11, 29, tzinfo=UTC)


def test_a_time_that_was_given_is_believed_before_the_time_of_the_call() -> None:
    """rudder-sdk-node says both: `timestamp` is its caller's, `originalTimestamp` its own."""
    assert _one(timestamp="2026-02-01T08:00:00Z", originalTimestamp="2026-03-01T12:00:00Z").at == datetime(
        2026, 2, 1, 8, tzinfo=UTC
    )


def test_history_is_not_corrected() -> None:
    event = _track(timestamp="2024-03-01T10:59:00Z")
    reading = _read(event, kind="import", sentAt="2026-03-01T11:00:00Z")
    assert reading.messages[0].at == datetime(2024, 3, 1, 10, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    ("said", "at"),
    [
        ("2026-03-01T11:00:00.123456Z", datetime(2026, 3, 1, 11, 0, 0, 123456, tzinfo=UTC)),
        ("2026-03-01T11:00:00+02:00", datetime(2026, 3, 1, 9, tzinfo=UTC)),
        ("2026-03-01T11:00:00", datetime(2026, 3, 1, 11, tzinfo=UTC)),
        ("2026-03-01T11:00:00.1234567Z", datetime(2026, 3, 1, 11, 0, 0, 123456, tzinfo=UTC)),
        ("2026-02-28", datetime(2026, 2, 28, tzinfo=UTC)),
        (1772362800, datetime(2026, 3, 1, 11, tzinfo=UTC)),
        (1772362800123, datetime(2026, 3, 1, 11, 0, 0, 123000, tzinfo=UTC)),
        (None, NOON),
        ("", NOON),
    ],
)
def test_times(said: object, at: datetime) -> None:
    assert _one(timestamp=said).at == at


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("0001-01-01T00:00:00Z", "out_of_range"),
        ("0001-01-01T00:00:00+14:00", "out_of_range"),
        ("9999-12-31T23:59:59Z", "out_of_range"),
        ("9999-12-31T23:59:59-14:00", "out_of_range"),
        ("1989-12-31T23:59:59Z", "out_of_range"),
        ("2026-03-02T12:00:01Z", "out_of_range"),
        (1e300, "out_of_range"),
        ("yesterday", "bad_timestamp"),
        (True, "bad_timestamp"),
        ({}, "bad_timestamp"),
    ],
)
def test_times_that_are_refused(said: object, reason: str) -> None:
    refused = _refused(_track(timestamp=said))
    assert (refused.reason, refused.path) == (reason, "timestamp")


@pytest.mark.parametrize("sent", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"])
def test_a_wild_sent_at_never_breaks(sent: str) -> None:
    reading = _read(_track(timestamp="2026-03-01T11:00:00Z"), sentAt=sent)
    assert [r.reason for r in reading.refused] == ["out_of_range"]


def test_an_unreadable_sent_at_is_left_out() -> None:
    assert _read(_track(timestamp="2026-03-01T11:00:00Z"), sentAt="soon").messages[0].at.hour == 11


def test_events_without_an_id_get_one_from_their_place() -> None:
    event = _track()
    del event["messageId"]
    assert [m.message_id for m in _read(event, event).messages] == ["42:0", "42:1"]


@pytest.mark.parametrize(
    ("given", "read_as"), [("u1", "u1"), (" u1 ", "u1"), (17, "17"), (17.0, "17"), (10**30, str(10**30))]
)
def test_ids(given: object, read_as: str) -> None:
    assert _one(userId=given).user_id == read_as


@pytest.mark.parametrize("given", [True, 1.5, ["u1"], {"id": 1}, "u" * 256])
def test_ids_that_are_refused(given: object) -> None:
    refused = _refused(_track(userId=given))
    assert (refused.reason, refused.path) == ("bad_id", "userId")


@pytest.mark.parametrize("key", ["groupId", "group_id"])
def test_the_account_of_a_call_is_in_its_context(key: str) -> None:
    assert _one(context={key: "acct-1"}).group_id == "acct-1"


def test_a_path_says_the_type_of_a_single_event() -> None:
    body = b'{"userId":"u1","traits":{"email":" Ana@Example.com "}}'
    reading = read(body, kind="identify", received_at=NOON, message_id_seed="7")
    message = reading.messages[0]
    assert (message.type, message.message_id, message.email) == ("identify", "7:0", "ana@example.com")


def test_traits_said_twice_are_joined_and_the_nearer_one_counts() -> None:
    event = {"type": "identify", "userId": "u", "traits": {"a": 1}, "context": {"traits": {"a": 2, "b": 3}}}
    assert _read(event).messages[0].traits == {"a": 1, "b": 3}


@pytest.mark.parametrize(
    ("event", "reason", "path"),
    [
        ({"type": "track", "event": "X"}, "no_identity", "userId"),
        ({"type": "track", "userId": "u"}, "no_event_name", "event"),
        ({"type": "track", "userId": "u", "event": "x" * 201}, "bad_name", "event"),
        ({"type": "track", "userId": "u", "event": ["x"]}, "bad_name", "event"),
        ({"type": "group", "userId": "u"}, "no_group", "groupId"),
        ({"type": "alias", "userId": "u"}, "no_previous_id", "previousId"),
        ({"type": "alias", "previousId": "u"}, "no_identity", "userId"),
        ({"type": "delete", "userId": "u"}, "unknown_type", "type"),
        ({"type": None, "userId": "u"}, "unknown_type", "type"),
        ({"type": "identify", "userId": "u", "traits": []}, "bad_properties", "traits"),
        (_track(properties="none"), "bad_properties", "properties"),
        (_track(properties={str(n): n for n in range(5_000)}, context={}), "too_large", ""),
        (_track(properties={str(n): 1 for n in range(2_500)}), "too_many_names", "properties"),
        (_track(properties={"a": [{str(n): 1 for n in range(300)}]}), "too_many_names", "properties"),
        (_track(properties={"note": "x" * 33_000}), "too_large", ""),
        (b"17", "not_an_object", ""),
        (b'"x"', "not_an_object", ""),
        (b"null", "not_an_object", ""),
        (b"[1,2]", "not_an_object", ""),
        (b'{"type":"track","userId":"u","event":"x","properties":{"sum":NaN}}', "not_a_number", "properties.sum"),
        (b'{"type":"track","userId":"u","event":"x","properties":{"a":[-Infinity]}}', "not_a_number", "properties.a"),
        (b'{"type":"track","userId":"u","event":"x","properties":{"a":1e400}}', "not_a_number", "properties"),
        (b'{"type":"track" "userId":"u"}', "bad_json", ""),
        (b'{"type":"track","event":"\xff\xfe","userId":"u"}', "bad_utf8", ""),
    ],
)
def test_one_bad_event_never_sinks_a_batch(event: dict[str, Any] | bytes, reason: str, path: str) -> None:
    refused = _refused(event)
    assert (refused.reason, refused.path) == (reason, path)


def _nested(levels: int) -> bytes:
    inner = b'{"a":' * levels + b"1" + b"}" * levels
    return b'{"type":"track","userId":"u","event":"x","properties":' + inner + b"}"


_WORD = st.sampled_from(["u1", " u1 ", "", " ", "é", "x" * 200, "x" * 256])
_ANY = st.one_of(_WORD, st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False))
_SAID = st.one_of(st.dictionaries(_WORD, _ANY, max_size=3), _ANY)
_TIME = st.sampled_from(
    ["2026-03-01T11:00:00Z", "2026-03-01T11:00:00.1234567+02:00", " 2026-03-01 ", "2026-03-01T11:00:00", "", "soon",
     "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-03-02T12:00:00Z", 1772362800, None]
)  # fmt: skip


@given(
    st.fixed_dictionaries(
        {"type": st.sampled_from(["identify", "track", "page", "screen", "group", "alias", "other", None])},
        optional={
            **dict.fromkeys(["messageId", "userId", "anonymousId", "previousId", "groupId", "event"], _ANY),
            **dict.fromkeys(["name", "category"], _ANY),
            **dict.fromkeys(["timestamp", "originalTimestamp", "sentAt"], _TIME),
            **dict.fromkeys(["traits", "properties"], _SAID),
            "context": st.one_of(
                _ANY,
                st.fixed_dictionaries({}, optional={"groupId": _ANY, "group_id": _ANY, "traits": _SAID}),
                st.just({"traits": {"email": " Ana@Example.com"}}),
            ),
        },
    ),
    st.sampled_from(["batch", "import"]),
)
def test_the_quick_way_reads_the_same(event: dict[str, Any], kind: str) -> None:
    """A body with a NUL somewhere is never read the quick way; its other events come out the same."""
    quick, slow = (
        _read(event, kind=kind, sentAt="2026-03-01T11:59:00Z"),
        _read(event, {"type": "\0"}, kind=kind, sentAt="2026-03-01T11:59:00Z"),
    )
    assert quick.messages == slow.messages
    assert quick.refused == slow.refused[:-1]


def test_nesting_is_bounded() -> None:
    assert _read(_nested(12)).refused == ()
    assert _refused(_nested(13)).reason == "too_deep"
    assert _refused(_nested(4_000)).reason == "too_deep"


def test_an_event_nested_beyond_what_any_parser_follows_sinks_only_itself() -> None:
    assert _refused(_nested(60_000)).reason == "too_large"


def test_nul_and_half_characters_are_left_out() -> None:
    event = b'{"type":"track","userId":"u\\u0000","event":"x","properties":{"a\\u0000":"b\\u0000c"}}'
    message = _read(event).messages[0]
    assert (message.user_id, message.properties) == ("u", {"a": "bc"})
    cut = _read(b'{"type":"track","userId":"u","event":"x","properties":{"a":"b\\ud83d"}}').messages[0]
    assert cut.properties == {"a": "b�"}


def test_what_is_kept_of_a_refused_event_is_bounded() -> None:
    refused = _refused({"type": "track", "userId": "u", "properties": {"note": "x" * 20_000}})
    assert len(refused.raw) == 4_096
    assert refused.raw.startswith(b'{"type": "track"')


@pytest.mark.parametrize(
    ("body", "kind", "code"),
    [
        (b"", "batch", "bad_json"),
        (b"hello", "batch", "bad_json"),
        (b'{"batch":[{"type":"track"}', "batch", "bad_json"),
        (b'{"batch":[}]', "batch", "bad_json"),
        (b"[]", "batch", "no_batch"),
        (b"{}", "batch", "no_batch"),
        (b'{"batch":{"type":"track"}}', "batch", "no_batch"),
        (b"[1]", "track", "not_an_object"),
        (b'"x"', "track", "not_an_object"),
        (b'{"api_key":"k","batch":[{"event":"x","distinct_id":"u"}]}', "batch", "wrong_dialect"),
        (b'{"api_key":"k","events":[{"event_type":"x"}]}', "track", "wrong_dialect"),
    ],
)
def test_bodies_of_which_nothing_can_be_kept(body: bytes, kind: str, code: str) -> None:
    with pytest.raises(Unreadable) as refused:
        check(body, kind)
    assert (refused.value.status, refused.value.code) == (400, code)


def test_words_of_other_dialects_inside_events_are_no_reason_to_refuse() -> None:
    assert _one(properties={"api_key": "k", "distinct_id": "d", "$lib": "x"}).user_id == "u1"


def test_a_batch_has_at_most_2500_events() -> None:
    assert check(b'{"batch":[' + b",".join([b"{}"] * 2_500) + b"]}", "batch").events == 2_500
    with pytest.raises(Unreadable) as refused:
        check(b'{"batch":[' + b",".join([b"{}"] * 2_501) + b"]}", "batch")
    assert (refused.value.status, refused.value.code) == (413, "too_many_events")


def test_the_key_may_be_in_the_body() -> None:
    assert check(b'{"writeKey":"wk_1","batch":[]}', "batch").write_key == "wk_1"
    assert check(b'{"writeKey":"wk_1","event":"x"}', "track").write_key == "wk_1"
    assert check(b'{"writeKey":"wk_1","sentAt":"x","batch":[NaN]}', "batch").write_key == "wk_1"


@pytest.mark.parametrize(
    "body",
    [b'{"batch":["' + b'\\"' * 200_000, b"[" * 400_000, b'{"batch":[' + b"{" * 400_000, b'{"' + b"\\" * 400_001],
)
def test_hostile_bodies_are_looked_at_in_a_moment(body: bytes) -> None:
    started = time.perf_counter()
    with pytest.raises(Unreadable):
        check(body, "batch")
    assert time.perf_counter() - started < 5
