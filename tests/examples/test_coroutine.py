# SPDX-License-Identifier: Apache-2.0
"""examples/03_coroutine.cpp: a handler that waits for the network."""
import os
import socket
import subprocess
import time
import urllib.error
import urllib.request

BODY = b'{"code":200,"msg":"ok","data":{"callbackType":"text","task_id":"t1","data":null}}'


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def answer(port: int) -> int:
    request = urllib.request.Request(f"http://127.0.0.1:{port}/callbacks/suno", BODY, {"Content-Type": "application/json"})
    for _ in range(100):
        try:
            with urllib.request.urlopen(request, timeout=10) as response:
                return response.status
        except urllib.error.URLError as error:
            assert isinstance(error.reason, ConnectionRefusedError), error
            time.sleep(0.1)
    raise TimeoutError("nobody listens")


def test_it_tells_the_collector_what_came_also_when_that_comes_later():
    port, collector_port = free_port(), free_port()
    environment = {name: value for name, value in os.environ.items() if name != "SUNO_WEBHOOK_SECRET"}
    with subprocess.Popen([os.environ["CALLGATE_COROUTINE"], str(port), str(collector_port)], env=environment) as running:
        try:
            assert answer(port) == 200
            time.sleep(0.2)  # the first attempt finds nobody
            with socket.create_server(("127.0.0.1", collector_port)) as collector:
                collector.settimeout(30)
                told, _ = collector.accept()
                with told, told.makefile() as lines:
                    assert lines.read() == "t1 text\n"
        finally:
            running.terminate()
        assert running.wait(30) == 0


def test_it_says_what_it_wants():
    done = subprocess.run([os.environ["CALLGATE_COROUTINE"]], capture_output=True, text=True, timeout=10, check=False)
    assert (done.returncode, done.stderr) == (2, "03_coroutine PORT COLLECTOR_PORT\n")
