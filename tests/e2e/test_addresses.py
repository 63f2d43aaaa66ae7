# SPDX-License-Identifier: Apache-2.0
"""Where a receiver listens, what it serves there, and what it says of it."""

import requests

from callbacks import SUNO, signed, suno
from receiver import SECRETS, program, run, until

TOKEN = {"Authorization": "Bearer s3cret"}


def admin_base(receiver) -> str:
    line = until(lambda: [l for l in receiver.log() if l["message"].startswith("health and API on ")], 5)[0]
    return "http://" + line["message"].rsplit(" ", 1)[1]


def ask(method: str, url: str, **more):
    with requests.Session() as session:
        session.trust_env = False
        return session.request(method, url, timeout=20, **more)


def post(base: str, task: str):
    body = suno(task, "text")
    return ask("POST", base + SUNO, data=body, headers={"Content-Type": "application/json", **signed(body)})


def test_the_api_moves_to_an_address_of_its_own(serve):
    receiver = serve(args=("--admin-listen", "127.0.0.1:0"))
    admin = admin_base(receiver)
    assert post(receiver.base, "apart-1").status_code == 200
    for path in ("/api/history", "/api/openapi.json", "/api/events", "/api/history/apart-1"):
        assert receiver.get(path).status_code == 404, path
        assert ask("GET", admin + path).status_code == 200, path
    assert ask("POST", receiver.base + "/api/tasks", json={"provider": "suno", "task_id": "t"}).status_code == 404
    assert ask("POST", admin + "/api/tasks", json={"provider": "suno", "task_id": "t"}).status_code == 201
    for base in (receiver.base, admin):
        assert ask("GET", base + "/health").json()["status"] == "ok"
    refused = post(admin, "apart-2")
    assert (refused.status_code, refused.json()) == (404, {"error": "not_found"})
    assert receiver.stop() == 0


def test_callbacks_may_be_open_to_all_while_the_api_is_not(serve):
    receiver = serve(listen="0.0.0.0", args=("--admin-listen", "127.0.0.1:0"))
    assert receiver.get("/api/history").status_code == 404
    assert ask("GET", admin_base(receiver) + "/api/history").status_code == 200, "on loopback, without a token"


def test_the_api_wants_its_token_on_its_own_address_too(serve):
    receiver = serve(args=("--admin-listen", "0.0.0.0:0"), env={**SECRETS, "CALLGATE_API_TOKEN": "s3cret"})
    admin = admin_base(receiver).replace("0.0.0.0", "127.0.0.1")
    assert ask("GET", admin + "/api/history").status_code == 404
    assert ask("GET", admin + "/api/history", headers=TOKEN).status_code == 200
    assert receiver.get("/api/history", headers=TOKEN).status_code == 404


def test_the_address_of_the_api_is_not_shared_either(serve, tmp_path):
    receiver = serve(args=("--admin-listen", "127.0.0.1:0"))
    port = admin_base(receiver).rsplit(":", 1)[1]
    done = run("serve", "--port", "0", "--data", str(tmp_path / "other"), "--admin-listen", f"127.0.0.1:{port}")
    assert done.returncode == 2 and port in done.stderr and "in use" in done.stderr


def test_ipv6_is_served(serve):
    receiver = serve(listen="::1", ready=False)
    base = f"http://[::1]:{receiver.port}"
    assert until(lambda: ask("GET", base + "/health").json()["status"] == "ok")
    assert post(base, "six-1").status_code == 200
    assert ask("GET", base + "/api/history/six-1").status_code == 200, "a loopback address, too"
    assert receiver.logged(task_id="six-1")[0]["client"] == "::1"


def test_the_address_of_all_kinds_takes_both(serve):
    receiver = serve(listen="::")
    assert post(f"http://[::1]:{receiver.port}", "dual-6").status_code == 200
    assert post(f"http://127.0.0.1:{receiver.port}", "dual-4").status_code == 200
    assert receiver.logged(task_id="dual-6")[0]["client"] == "::1"
    assert receiver.logged(task_id="dual-4")[0]["client"] == "127.0.0.1"
    assert receiver.get("/api/history").status_code == 404, "open to all: no API without a token"


def callback_lines(receiver) -> dict[str, str]:
    lines = until(lambda: [l["message"] for l in receiver.log() if l["message"].startswith("callbacks of ")], 5)
    return dict(line.removeprefix("callbacks of ").split(": ", 1) for line in lines)


def test_callback_urls_are_under_the_public_url(serve):
    receiver = serve(args=("--public-url", "https://hooks.example.com/base/"))
    assert callback_lines(receiver)["'suno'"] == "POST https://hooks.example.com/base/callbacks/suno"
    document = receiver.get("/api/openapi.json").json()
    assert document["servers"] == [{"url": "https://hooks.example.com/base"}]


def test_callback_urls_are_where_it_listens_unless_told_otherwise(serve):
    receiver = serve(listen="::1", ready=False)
    assert callback_lines(receiver)["'suno'"] == f"POST http://[::1]:{receiver.port}/callbacks/suno"


def test_a_port_is_shared_for_a_rolling_restart(serve, tmp_path):
    """The second takes over folder and port; nothing that either took is lost."""
    first = serve()
    assert post(first.base, "roll-1").status_code == 200
    second = serve(command=[program(), "serve", "--reuse-port", "--port", str(first.port),
                            "--data", str(first.data)], ready=False)
    assert second.port == first.port
    assert second.logged(message="lock acquisition started in background")
    assert first.stop() == 0
    assert until(lambda: second.get("/health").json()["mode"] == "active", 10)
    assert post(second.base, "roll-2").status_code == 200
    assert {entry["task_id"] for entry in second.history()} == {"roll-1", "roll-2"}


def test_a_store_that_keeps_nothing_can_be_restarted_that_way_too(serve):
    first = serve(store="memory")
    refused = run("serve", "--store", "memory", "--port", str(first.port))
    assert refused.returncode == 2 and "in use" in refused.stderr
    second = serve(command=[program(), "serve", "--reuse-port", "--store", "memory", "--port", str(first.port)],
                   ready=False)
    assert first.stop() == 0
    assert until(lambda: post(second.base, "roll-3").status_code == 200)
