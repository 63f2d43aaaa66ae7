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
    assert (told["message"], entry["task_id"]) == ("message of " + stage, task)
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
    assert entry["records"]["history"] == {
        "callback_type": "complete", "status_code": 200, "status": "success", "message": "All generated successfully.",
        "tracks_count": 2, "has_audio_urls": True, "has_image_urls": True}
    assert len(entry["records"]["track"]) == 2 and entry["raw_data"]["data"]["data"] == [SENT, {"id": "b"}]


@pytest.mark.feature("S0.20")
@pytest.mark.parametrize("name", list(URLS))
def test_one_address_of_any_track_is_enough_for_its_flag(receiver, name):
    counted = deliver(receiver, "flag-" + name, "complete", [{"id": "a"}, {"id": "b", name: URLS[name]}])
    told = counted["records"]["history"]
    assert told["tracks_count"] == 2
    assert (told["has_audio_urls"], told["has_image_urls"]) == (name in AUDIO.values(), name in IMAGES.values())


@pytest.mark.feature("S0.20")
@pytest.mark.parametrize("tracks", [
    None, [], [{"id": "a"}], [{"id": "a", "audio_url": "", "image_url": None}]], ids=str)
def test_an_entry_without_addresses_says_so_and_counts_what_is_there(receiver, tracks):
    told = deliver(receiver, f"flagless-{tracks}", "complete", tracks)["records"]["history"]
    assert (told["has_audio_urls"], told["has_image_urls"]) == (False, False)
    assert told["tracks_count"] == len(tracks or [])
