# SPDX-License-Identifier: Apache-2.0
"""What `emit openapi` says of answers is what the program answers: each example, sent to it."""

import json
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "codegen"))

from callgen.check import check_file  # noqa: E402
from callgen.emit.answers import RECEIVED_AT  # noqa: E402
from callgen.emit.fits import Fits  # noqa: E402
from callgen.emit.openapi import emit_openapi  # noqa: E402
from callgen.emit.requests import requests_of, sample_secrets  # noqa: E402
from callgen.emit.source import Source  # noqa: E402
from callgen.problems import Problems  # noqa: E402

SCHEMAS = sorted((ROOT / "schemas").glob("*.yaml"))


def source(path: Path) -> Source:
    checked = check_file(path, path.name, Problems())
    return Source(checked.provider, checked.documents)


def without_times(value, received_at):
    """Times are the moment's."""
    text = json.dumps(value)
    return json.loads(text.replace(received_at, RECEIVED_AT) if received_at else text)


def time_in(value):
    found = [each for each in json.dumps(value).split('"') if len(each) == 27 and each.endswith("Z")]
    return found[0] if found else ""


@pytest.fixture(scope="module")
def receiver(tmp_path_factory):
    from receiver import SECRETS, Receiver

    samples = [sample_secrets(source(path).provider) for path in SCHEMAS]
    secrets = {name: secret for sample in samples for name, secret in sample.items()}
    made = Receiver(tmp_path_factory.mktemp("receiver"), env={**SECRETS, **secrets}).start()
    yield made
    made.kill()


@pytest.mark.parametrize("path", SCHEMAS, ids=lambda path: path.stem)
def test_answers_are_as_the_document_says(receiver, path):
    found = source(path)
    (text,) = emit_openapi(found).values()
    document = json.loads(text)
    operations = {item["x-callgate-path"]: item for item in document["webhooks"].values()}
    shown = set()
    for example in requests_of(found.provider):
        if example.registration is not None:
            receiver.post("/api/tasks", example.registration, {"Content-Type": "application/json"})
        for request in example.requests:
            query = f"?{request.query}" if request.query else ""
            answer = receiver.session.request(
                request.method, receiver.base + request.path + query, data=request.body,
                headers=dict(request.fields), timeout=10,
            )
            responses = operations[request.path][request.method.lower()]["responses"]
            assert str(answer.status_code) in responses, example.example.name
            content = responses[str(answer.status_code)]["content"]["application/json"]
            assert Fits(content["schema"])(answer.content), (example.example.name, answer.text)
            is_first = request.outcome not in shown  # that is the one that is shown
            shown.add(request.outcome)
            if is_first and request.outcome != "bad_json":  # of which it shows any
                body = without_times(answer.json(), time_in(answer.json()))
                assert content["examples"][request.outcome]["value"] == body, example.example.name
    assert {"accepted", "bad_json", "schema_error"} <= shown
