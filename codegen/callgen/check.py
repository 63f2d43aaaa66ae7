# SPDX-License-Identifier: Apache-2.0
"""One schema file -> a model that can be compiled, or problems."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from callgen import names
from callgen.answers import preset_of, read_answers, read_log
from callgen.codes import read_codes
from callgen.context import read_context, read_tables
from callgen.defaults import check_defaults
from callgen.document import Document
from callgen.evaluate import check_examples
from callgen.examples import read_examples
from callgen.fields import Fields
from callgen.load import Node, load_file
from callgen.model import Provider
from callgen.payload import PayloadReader
from callgen.problems import Problems
from callgen.reach import check_stages, check_tables
from callgen.records import read_records
from callgen.scope import World
from callgen.sections import (
    read_auth,
    read_idempotency,
    read_identify,
    read_routes,
    read_stages,
    read_tolerance,
)
from callgen.spelled_numbers import check_spelled_numbers
from callgen.told import Told

SECTIONS = (
    "schema provider title description docs receive auth payload $defs tolerance identify "
    "idempotency stages tasks codes context tables records answers log retention examples".split()
)
REQUIRED = (
    "schema",
    "provider",
    "receive",
    "auth",
    "payload",
    "identify",
    "idempotency",
    "stages",
    "answers",
)
LATER = (
    "handshake",
    "fetch_back",
    "poll",
    "live",
    "effects",
    "vectors",
)

# Where a schema says nothing, its history is kept for 15 days.
DEFAULT_HISTORY_MS = 15 * 86_400_000


@dataclass(frozen=True)
class Checked:
    """A schema file after checking.

    provider is None when it has problems; documents are all that were read.
    """

    provider: Provider | None
    documents: tuple[Document, ...]

    @property
    def files(self) -> tuple[Path, ...]:
        return tuple(document.path for document in self.documents)


def check_file(path: Path, shown: str, problems: Problems) -> Checked:
    own = Problems()
    root = load_file(path, shown, own)
    checked = check_root(path, shown, root, own) if root is not None else Checked(None, ())
    problems.found |= own.found
    return checked


def check_root(path: Path, shown: str, root: Node, problems: Problems) -> Checked:
    """The same of a file that is loaded; `problems` are those of this file alone."""
    reader = PayloadReader(path, shown, root, problems)
    provider = _provider(path, root, reader, problems)
    if provider is not None and not problems:
        check_defaults(provider, problems)
        check_spelled_numbers(provider, problems)
        if provider.tables:
            check_tables(root.get("tables"), provider, problems)
    if provider is not None and not problems:
        check_examples(provider, problems)
    return Checked(provider if not problems else None, tuple(reader.documents))


def _provider(path: Path, root: Node, reader: PayloadReader, problems: Problems) -> Provider | None:
    top = Fields(root, problems, SECTIONS, REQUIRED, LATER, word="section")
    if not top:
        return None
    _check_head(path, top, problems)
    Fields(top.node("$defs"), problems, known=None)
    answers = top.node("answers")
    routes = read_routes(top.node("receive"), problems)
    auth = read_auth(top.node("auth"), problems)
    tolerance = read_tolerance(top.node("tolerance"), preset_of(answers), problems)
    retention = Fields(top.node("retention"), problems, ("history",), later=["raw"])
    history = retention.duration_ms("history", DEFAULT_HISTORY_MS)
    payload = reader.read(top.node("payload"))
    identity = read_identify(top.node("identify"), payload, problems, reader.checks)
    idempotency = read_idempotency(top.node("idempotency"), payload, problems)
    stages = read_stages(top.node("stages"), payload, routes, problems)
    codes = read_codes(top.node("codes"), identity, stages.values, problems)
    said = (*codes.rows, codes.unknown)
    check_stages(top.node("stages"), stages.values, stages.source, routes, said, problems)
    context = read_context(top.node("context"), problems)
    tables = read_tables(top.node("tables"), problems)
    world = World(payload, stages.values, context, tables, problems, codes.has_messages)
    records = read_records(top.node("records"), world)
    told = Told(world)
    examples = read_examples(top.node("examples"), routes, records, context, problems)
    return Provider(
        name=top.text("provider"),
        title=top.text("title") or top.text("provider"),
        description=top.text("description"),
        docs=top.text("docs"),
        file=path.name,
        payload=payload,
        routes=routes,
        auth=auth,
        tolerance=tolerance,
        task_id=identity.task_id,
        record_id=identity.record_id,
        code=identity.code,
        message=identity.message,
        delivery_id=idempotency.delivery_id,
        derived_key=idempotency.key,
        ttl=idempotency.ttl,
        stages=stages.values,
        stage_from=stages.source,
        codes=codes.rows,
        unknown_code=codes.unknown,
        answers=read_answers(answers, told),
        log=read_log(top.node("log"), told),
        retention=history,
        tasks_required=top.choice("tasks", ("optional", "required"), "optional") == "required",
        context=context,
        tables=tables,
        records=records,
        told=told.expressions,
        examples=examples,
        checks=reader.checks,
    )


def _check_head(path: Path, top: Fields, problems: Problems) -> None:
    version = top.node("schema", "int")
    if version is not None and version.value != 1:
        problems.add(
            version.mark,
            f"version {version.value} of the language is not compiled: this is version 1",
        )
    for key in ("title", "description", "docs"):
        top.text(key)
    provider = top.node("provider", "str")
    if provider is None:
        return
    if (why := names.why_no_provider(provider.value)) is not None:
        problems.add(provider.mark, why)
    elif path.name != provider.value + ".yaml":
        problems.add(
            provider.mark,
            f"the file of provider '{provider.value}' must be named {provider.value}.yaml",
        )
