# SPDX-License-Identifier: Apache-2.0
"""What a KIE callback is processed into: the entry, its `history` record and one `track` record per track."""

import re
import time
from datetime import datetime, timezone

import pytest

from callbacks import KIE_FIELDS

ISO = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")
PLAIN = {"id": "audio-1", "title": "Test Song", "model_name": "chirp-v4", "tags": "test, demo", "duration": 120.5,
         "prompt": "A prompt\nof two lines"}
AUDIO = {"generated": "audio_url", "source": "source_audio_url", "stream": "stream_audio_url",
         "source_stream": "source_stream_audio_url"}
IMAGES = {"generated": "image_url", "source": "source_image_url"}
URLS = {name: "https://example.com/" + name for name in [*AUDIO.values(), *IMAGES.values()]}
SENT = {**PLAIN, **URLS, "createTime": "2025-01-01 00:00:00"}
PROCESSED = {**PLAIN, "track_number": 1, "create_time": "2025-01-01 00:00:00",
             "audio_urls": {place: URLS[name] for place, name in AUDIO.items()},
             "image_urls": {place: URLS[name] for place, name in IMAGES.items()}}


def deliver(receiver, task, stage, tracks, code=200, message="All generated successfully."):
    """Posts a callback to KIE's first route. Returns the task's entry."""
    data = {"callbackType": stage, "task_id": task, "data": tracks}
    answer = receiver.post("/callback", {"code": code, "msg": message, "data": data}, KIE_FIELDS)
    assert answer.status_code == 200
    return receiver.entry(task)


def tracks_of(receiver, task, tracks, stage="complete"):
    return deliver(receiver, task, stage, tracks)["records"]["track"]


@pytest.mark.feature("S0.1", "S0.4", "S0.15")
def test_every_documented_member_of_a_track_is_in_its_record_and_no_other(receiver):
    (track,) = tracks_of(receiver, "processed-whole", [SENT])
    assert track == PROCESSED
    assert isinstance(track["track_number"], int) and isinstance(track["duration"], float)


@pytest.mark.feature("S0.4", "S0.15")
@pytest.mark.parametrize("name", sorted(set(SENT) - {"id"}))
def test_a_member_that_is_not_sent_is_null_and_the_others_stay(receiver, name):
    (track,) = tracks_of(receiver, "less-" + name, [{key: value for key, value in SENT.items() if key != name}])
    urls = {**track["audio_urls"], **{"image " + place: url for place, url in track["image_urls"].items()}}
    values = [value for value in [*track.values(), *urls.values()] if not isinstance(value, dict)]
    assert values.count(None) == 1 and len(values) == len(SENT) + 1


@pytest.mark.feature("S0.16")
@pytest.mark.parametrize("place, name", [*((f"audio_urls.{p}", n) for p, n in AUDIO.items()),
                                         *((f"image_urls.{p}", n) for p, n in IMAGES.items()),
                                         ("create_time", "createTime")])
def test_each_member_of_a_track_is_mapped_from_the_senders_name(receiver, place, name):
    """One member is sent, so it can stand at one place only."""
    (track,) = tracks_of(receiver, "mapped-" + place, [{"id": "a", name: "https://example.com/it"}])
    group, _, member = place.partition(".")
    assert (track[group][member] if member else track[group]) == "https://example.com/it"
    assert str(track).count("example.com") == 1


@pytest.mark.feature("S0.1", "S0.14", "S0.16")
@pytest.mark.parametrize("stage, code, status", [
    ("text", 200, "success"), ("first", 200, "success"), ("complete", 200, "success"),
    ("error", 531, "server_error_refunded")])
def test_a_processed_callback_has_type_code_message_status_task_time_and_tracks(receiver, stage, code, status):
    task, tracks = "shape-" + stage, [{"id": "a"}] if stage in ("first", "complete") else None
    entry = deliver(receiver, task, stage, tracks, code, "message of " + stage)
    told = entry["records"]["history"]
    assert (told["callback_type"], told["status_code"], told["status"]) == (stage, code, status)
    assert (told["status_message"], entry["task_id"]) == ("message of " + stage, task)
    assert ISO.fullmatch(entry["timestamp"])
    assert [track["id"] for track in entry["records"]["track"]] == ["a"] * len(tracks or [])


@pytest.mark.feature("S0.15")
def test_tracks_are_numbered_from_one_in_the_order_in_which_they_came(receiver):
    tracks = tracks_of(receiver, "numbered", [{"id": name} for name in ("c", "a", "b")])
    assert [(track["track_number"], track["id"]) for track in tracks] == [(1, "c"), (2, "a"), (3, "b")]


@pytest.mark.feature("S0.17")
@pytest.mark.parametrize("sent", ["2025-01-01 00:00:00", "2026-02-30 25:61:00"])
def test_times_are_iso_8601_with_microseconds_and_creation_times_are_as_they_were_sent(receiver, sent):
    entry = deliver(receiver, "times-" + sent, "complete", [{"id": "a", "createTime": sent}])
    assert entry["records"]["track"][0]["create_time"] == sent
    for text in (entry["timestamp"], entry["last_callback_time"], entry["timeline"][0]["timestamp"]):
        assert ISO.fullmatch(text)
        at = datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=timezone.utc)
        assert abs(at.timestamp() - time.time()) < 60


@pytest.mark.feature("S0.18")
def test_an_entry_has_everything_that_a_history_needs(receiver):
    deliver(receiver, "entry-whole", "first", [SENT], message="First track generated")
    entry = deliver(receiver, "entry-whole", "complete", [SENT, {"id": "b"}])
    assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", entry["id"])
    assert (entry["task_id"], entry["status_code"]) == ("entry-whole", 200)
    assert (entry["status_message"], entry["callback_progress"]) == ("All generated successfully.", "complete")
    assert entry["last_callback_type"] == "complete" and entry["timestamp"] < entry["last_callback_time"]
    told = entry["records"]["history"]
    assert told == {
        "callback_type": "complete", "status_code": 200, "status_message": "All generated successfully.",
        "status": "success", "tracks_count": 2, "has_audio_urls": True, "has_image_urls": True,
        "callback_progress": "complete"}
    listed = next(e for e in receiver.history(limit=500) if e["task_id"] == "entry-whole")
    assert listed["records"] == {"history": told}, "the list tells of it, too, but not of every track"
    assert len(entry["records"]["track"]) == 2 and entry["raw_data"]["data"]["data"] == [SENT, {"id": "b"}]


@pytest.mark.feature("S0.20")
@pytest.mark.parametrize("name", list(URLS))
def test_one_address_of_any_track_is_enough_for_its_flag(receiver, name):
    counted = deliver(receiver, "flag-" + name, "complete", [{"id": "a"}, {"id": "b", name: URLS[name]}])
    told = counted["records"]["history"]
    assert told["tracks_count"] == 2
    assert (told["has_audio_urls"], told["has_image_urls"]) == (name in AUDIO.values(), name in IMAGES.values())


FLAGS = ("tracks_count", "has_audio_urls", "has_image_urls")


@pytest.mark.feature("S0.20")
@pytest.mark.parametrize("stage, tracks", [
    ("text", None), ("text", []), ("complete", [{"id": "a"}]),
    ("first", [{"id": "a", "audio_url": "", "image_url": None}])], ids=str)
def test_an_entry_without_addresses_says_so_and_counts_what_is_there(receiver, stage, tracks):
    told = deliver(receiver, f"flagless-{stage}-{tracks}", stage, tracks)["records"]["history"]
    assert tuple(told[name] for name in FLAGS) == (len(tracks or []), False, False)


@pytest.mark.feature("S0.20")
@pytest.mark.parametrize("stage", ["error", "complete"])
@pytest.mark.parametrize("tracks", [None, []], ids=str)
def test_a_callback_without_tracks_takes_none_from_the_count(receiver, stage, tracks):
    """The tracks that came are still there, and the entry says so."""
    task = f"counted-{stage}-{tracks}"
    assert deliver(receiver, task, "text", None)["records"]["history"]["tracks_count"] == 0
    before = deliver(receiver, task, "first", [SENT])["records"]
    after = deliver(receiver, task, stage, tracks, 501 if stage == "error" else 200)["records"]
    assert after["track"] == before["track"] and len(after["track"]) == 1
    assert tuple(after["history"][name] for name in FLAGS) == (1, True, True)
    assert after["history"]["callback_progress"] == stage


@pytest.mark.feature("S0.20")
def test_a_task_that_never_had_a_track_nor_a_text_has_no_count(receiver):
    told = deliver(receiver, "countless", "error", None, 400)["records"]["history"]
    assert [told[name] for name in FLAGS] == [None, None, None]


@pytest.mark.feature("S0.18")
@pytest.mark.parametrize("store", ["sqlite", "memory"])
def test_the_list_tells_of_each_task_what_its_entry_does_except_what_there_may_be_many_of(serve, store):
    receiver = serve(store=store)
    for task, stage, tracks in (("a", "text", None), ("b", "complete", [SENT, SENT]), ("c", "error", None)):
        deliver(receiver, task, stage, tracks)
    receiver.post("/callback", b"no JSON", KIE_FIELDS)
    whole = receiver.history()
    assert [entry["task_id"] for entry in whole] == [None, "c", "b", "a"]
    assert "records" not in whole[0]
    for listed in whole[1:]:
        entry = receiver.entry(listed["task_id"])
        assert listed["records"] == {"history": entry["records"]["history"]}
        assert {**entry, **listed, "records": entry["records"]} == entry


@pytest.mark.feature("S0.1", "S0.4", "S0.42")
def test_an_odd_track_costs_neither_itself_nor_the_others(receiver):
    """No id, an id that is no text, other members of a wrong type: what is wrong is left out, its track stays."""
    sent = [{"id": "good", "title": "Good"}, {"title": "No id"}, {"id": 7, "title": "A number"},
            {"id": "x" * 129, "title": "Too long"}, {"id": "", "title": "Empty"}, {"id": "odd", "title": 7, "duration": "long"}]
    entry = deliver(receiver, "odd-tracks", "complete", sent)
    assert [(t["track_number"], t["id"], t["title"]) for t in entry["records"]["track"]] == [
        (1, "good", "Good"), (2, None, "No id"), (3, None, "A number"), (4, None, "Too long"), (5, None, "Empty"),
        (6, "odd", None)]
    assert entry["records"]["history"]["tracks_count"] == 6
    assert entry["raw_data"]["data"]["data"] == sent


@pytest.mark.feature("S0.1", "S0.4", "S0.42")
@pytest.mark.parametrize("count", [17, 64])
def test_many_tracks_are_all_there(receiver, count):
    tracks = tracks_of(receiver, f"many-{count}", [{"id": str(number)} for number in range(count)])
    assert [(track["track_number"], track["id"]) for track in tracks] == [(n + 1, str(n)) for n in range(count)]


@pytest.mark.feature("S0.4", "S0.42")
@pytest.mark.parametrize("name, length", [("prompt", 150_000), ("title", 2048), ("tags", 8192), ("audio_url", 8192)])
def test_long_members_of_a_track_are_kept_whole(receiver, name, length):
    (track,) = tracks_of(receiver, "long-" + name, [{"id": "a", name: "\u0444" * length}])
    assert (track["audio_urls"]["generated"] if name == "audio_url" else track[name]) == "\u0444" * length
