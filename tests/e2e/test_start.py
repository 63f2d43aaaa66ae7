# SPDX-License-Identifier: Apache-2.0
"""Starting, refusing to start, ending, and coming back."""

import os
import signal
import socket
import sqlite3
import subprocess
import time

import pytest

from callbacks import JOB, JOB_FIELDS, SUNO, TTS, job, register, signed, suno
from raw_http import Connection, request
from receiver import SECRETS, clean_environment, program, run, until

EXAMPLES = {"suno": "text_stage", "kie": "complete_stage", "tts_error": "full",
            "job_worker": "wan_video"}


def refused(done, *words):
    """One line on stderr that names cause and remedy; exit 2."""
    lines = done.stderr.splitlines()
    assert (done.returncode, len(lines)) == (2, 1), done.stderr
    assert lines[0].startswith("callgate: "), lines[0]
    for word in words:
        assert word in lines[0], (word, lines[0])


@pytest.mark.parametrize("args, words", [
    (["serve", "--prot", "1"], ["--prot", "--help"]),
    (["serve", "--port", "99999"], ["port", "--help"]),
    (["serve", "--port", "x"], ["port", "--help"]),
    (["serve", "--store", "postgres"], ["postgres", "sqlite", "--help"]),
    (["serve", "--threads", "-1"], ["threads", "--help"]),
    (["serve", "--once"], ["--samples"]),
    (["serve", "--listen", "localhost", "--port", "0", "--store", "memory"],
     ["localhost", "--listen"]),
    (["serve", "--listen", "192.0.2.1", "--port", "0", "--store", "memory"],
     ["192.0.2.1", "--listen"]),
    ([], ["--help"]),
    (["swerve"], ["--help"]),
], ids=lambda value: " ".join(value)[:40] or "nothing")
def test_a_bad_command_line_is_one_line_and_exit_2(tmp_path, args, words):
    more = ["--data", str(tmp_path / "data")] if args[:1] == ["serve"] else []
    refused(run(*args, *more), *words)


def test_a_bad_environment_variable_is_one_line_and_exit_2():
    refused(run("serve", env={"CALLGATE_PORT": "many"}), "--help")


def test_options_may_stand_in_the_environment(tmp_path, serve):
    receiver = serve(command=[program(), "serve"], env={
        **SECRETS, "CALLGATE_PORT": "0", "CALLGATE_DATA": str(tmp_path / "elsewhere"),
        "CALLGATE_LISTEN": "127.0.0.1", "CALLGATE_STORE": "sqlite", "CALLGATE_THREADS": "1"})
    assert receiver.get("/health").status_code == 200
    assert (tmp_path / "elsewhere").is_dir()


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_asking_is_no_error(option):
    done = run(option)
    assert done.returncode == 0 and done.stdout and not done.stderr


def test_a_taken_port_is_refused_and_named(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = run("serve", "--port", port, "--data", str(tmp_path / "data"))
        refused(done, port, "in use", "--port")


def test_the_port_of_another_receiver_is_refused(serve, tmp_path):
    """Both share ports among their own threads: they must not share one with each other."""
    first = serve()
    done = run("serve", "--port", str(first.port), "--data", str(tmp_path / "other"))
    refused(done, str(first.port), "in use", "--port")
    assert first.get("/health").status_code == 200


def test_the_data_folder_of_another_receiver_is_refused(serve):
    first = serve()
    done = run("serve", "--port", "0", "--data", str(first.data))
    refused(done, str(first.data), "in use", str(first.pid), "--data")
    assert first.get("/health").status_code == 200


def test_a_data_folder_that_is_a_file_is_refused(tmp_path):
    path = tmp_path / "file"
    path.write_text("")
    refused(run("serve", "--port", "0", "--data", str(path)), str(path), "--data")


def test_a_data_folder_that_cannot_be_made_is_refused(tmp_path):
    path = tmp_path / "missing" / "data"
    refused(run("serve", "--port", "0", "--data", str(path)), str(path), "--data")


def test_a_secret_file_that_is_not_there_is_refused(tmp_path):
    """S1.13: a typing error must not switch verification off."""
    done = run("serve", "--port", "0", "--data", str(tmp_path / "data"),
               env={"SUNO_WEBHOOK_SECRET_FILE": str(tmp_path / "none")})
    refused(done, "SUNO_WEBHOOK_SECRET_FILE", str(tmp_path / "none"))


def test_the_data_folder_is_private(serve):
    receiver = serve()
    assert receiver.data.stat().st_mode & 0o077 == 0
    for path in receiver.data.iterdir():
        assert path.stat().st_mode & 0o077 == 0, path


def test_a_restart_keeps_history_and_knows_duplicates(serve):
    """S0.9, S1.30"""
    receiver = serve()
    body = suno("kept-1", "first")
    assert receiver.post(SUNO, body, signed(body)).json()["stage"] == "first"
    before = receiver.entry("kept-1")
    assert receiver.stop() == 0
    receiver.start()
    assert receiver.entry("kept-1") == before
    assert receiver.post(SUNO, body, signed(body)).json() == {"ok": True, "cached": True}
    later = suno("kept-1", "complete")
    assert receiver.post(SUNO, later, signed(later)).json()["stage"] == "complete"
    sequences = [t["sequence"] for t in receiver.entry("kept-1")["timeline"]]
    assert sequences == sorted(set(sequences))


def test_a_killed_receiver_comes_back_with_everything(serve):
    receiver = serve()
    register(receiver, "tts_error", *(f"killed-{number}" for number in range(50)))
    for number in range(50):
        assert receiver.post(TTS, {"story_id": f"killed-{number}", "error": "e"}).status_code == 200
    receiver.kill()
    receiver.start()
    assert len(receiver.history(limit=500)) == 50


def test_a_stopped_receiver_leaves_one_whole_file(serve):
    """The log is checkpointed at the end: a copy of one file is a backup."""
    receiver = serve()
    receiver.post(TTS, {"story_id": "whole-1", "error": "e"})
    receiver.stop()
    files = [p for p in receiver.data.iterdir() if p.name != "lock"]
    assert [p.name for p in files] == ["callgate.db"]
    with sqlite3.connect(files[0]) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert database.execute("SELECT count(*) FROM events").fetchone() == (1,)


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT])
def test_a_stop_signal_ends_within_five_seconds_with_exit_0(serve, sent):
    """Also with connections that are kept open; nothing that was answered is lost."""
    receiver = serve()
    idle = [Connection(receiver.port) for _ in range(10)]
    with Connection(receiver.port) as used:
        used.send(request("GET", "/health"))
        used.answer()
        began = time.monotonic()
        receiver.process.send_signal(sent)
        assert receiver.process.wait(10) == 0
        assert time.monotonic() - began < 5
        assert used.is_closed()
    for connection in idle:
        connection.socket.close()
    assert receiver.log()[-1]["message"] == "stopping" and receiver.stderr() == ""


def test_requests_in_flight_are_answered_before_the_end(serve):
    receiver = serve()
    fields = {**JOB_FIELDS, "Content-Type": "application/json"}
    register(receiver, "job_worker", "last-1")
    body = job("last-1")
    data = request("POST", JOB, body, fields)
    with Connection(receiver.port) as connection:
        connection.send(data[:-10])
        time.sleep(0.1)
        receiver.process.send_signal(signal.SIGTERM)
        time.sleep(0.3)
        connection.send(data[-10:])
        answer = connection.answer()
    assert answer is not None and answer.json()["debug"]["jobId"] == "last-1"
    assert answer.fields["connection"] == "close"
    assert receiver.process.wait(10) == 0


def test_a_sender_that_never_ends_cannot_keep_the_receiver_from_ending(serve):
    receiver = serve()
    with Connection(receiver.port) as connection:
        connection.send(b"POST /callbacks/job HTTP/1.1\r\nHost: a\r\nContent-Le")
        time.sleep(0.1)
        assert receiver.stop(20) == 0


def test_the_receiver_outlives_the_reader_of_its_log(serve, tmp_path):
    """A closed pipe behind stdout must not end it: callbacks are worth more than log lines."""
    end, start = os.pipe()
    process = subprocess.Popen(
        [program(), "serve", "--port", "0", "--data", str(tmp_path / "data")], stdout=start,
        stderr=subprocess.DEVNULL, env=clean_environment(SECRETS))
    os.close(start)
    try:
        with os.fdopen(end, encoding="utf-8") as log:
            port = int(log.readline().split("port ")[1].split('"')[0])
        for number in range(5):
            with Connection(port) as connection:
                connection.send(request("POST", TTS, b'{"story_id":"s%d","error":"e"}' % number,
                                        {"Content-Type": "application/json"}))
                answer = connection.answer()
                assert answer is not None, f"ended with {process.poll()}"
            time.sleep(0.05)
        assert process.poll() is None
    finally:
        process.kill()
        process.wait()


def test_the_samples_are_as_expected_twice_in_a_row():
    for _ in range(2):
        done = run("serve", "--port", "0", "--samples", "--once", seconds=120)
        lines = [line for line in done.stdout.splitlines() if not line.startswith("{")]
        assert done.returncode == 0, done.stdout + done.stderr
        sent, expected = lines[-1].split(" callbacks, ")
        assert int(sent) > 80 and expected == f"{sent} as expected"


@pytest.mark.parametrize("provider", EXAMPLES)
def test_send_signs_and_sends_an_example(receiver, provider):
    done = run("send", provider, EXAMPLES[provider], "--url", receiver.base, env=SECRETS)
    assert done.returncode == 0 and done.stdout.startswith("200 {"), done.stdout + done.stderr
    line = receiver.logged(provider=provider)[-1]
    assert line["outcome"] in ("accepted", "duplicate")


def test_send_registers_the_task_of_an_example_with_its_context(receiver):
    run("send", "job_worker", "sdxl_batch", "--url", receiver.base, env=SECRETS)
    images = receiver.entry("job-sdxl-1")["records"]["images"]
    assert (images["image_id"], images["quality"]) == ("img-1", "fast")


def test_send_says_so_when_a_task_cannot_be_registered(serve):
    token = {"CALLGATE_API_TOKEN": "api-token"}
    receiver = serve(env={**SECRETS, **token})
    args = ("send", "tts_error", "full", "--url", receiver.base)
    done = run(*args, env=SECRETS)
    assert done.returncode == 1 and "POST /api/tasks" in done.stderr and " 404 " in done.stderr
    assert done.stdout == '404 {"success":false,"error":"Story not found"}\n'
    assert run(*args, env={**SECRETS, **token}).returncode == 0


def test_send_lists_the_examples_of_a_provider():
    done = run("send", "suno")
    names = [line.split()[0] for line in done.stdout.splitlines()]
    assert done.returncode == 0 and {"text_stage", "first_stage", "progress"} <= set(names)


def test_send_names_what_is_known():
    refused(run("send", "sumo"), "sumo", "suno", "kie", "tts_error", "job_worker")
    refused(run("send", "suno", "no_such"), "no_such", "text_stage", "complete_stage")


def test_send_to_nobody_is_one_line_and_exit_2():
    with socket.create_server(("127.0.0.1", 0)) as gone:
        url = f"http://127.0.0.1:{gone.getsockname()[1]}"
    refused(run("send", "suno", "text_stage", "--url", url), url, "--url")


def test_a_file_that_is_no_database_is_told_by_health_and_log(serve, tmp_path):
    """It serves, says what is wrong, and acknowledges nothing."""
    data = tmp_path / "odd" / "data"
    data.mkdir(parents=True)
    (data / "callgate.db").write_bytes(b"this is no database, whatever its name says. " * 400)
    receiver = serve("odd", ready=False)
    assert until(lambda: receiver.get("/health").status_code == 503)
    assert receiver.get("/health").json()["status"] == "failing"
    answer = receiver.post(TTS, {"story_id": "s", "error": "e"})
    assert answer.status_code >= 500 and answer.json()["success"] is False
    assert receiver.get("/api/history").status_code == 503
    assert (data / "callgate.db").read_bytes().startswith(b"this is no database")
