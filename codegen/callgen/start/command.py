# SPDX-License-Identifier: Apache-2.0
"""new and import: the commands. Exit 0 fine, 1 problems, 2 usage, 3 right but not compiled."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from callgen.names import why_no_provider
from callgen.problems import Mark, Problems
from callgen.start.convert import Converter
from callgen.start.draft import Source, make_tree
from callgen.start.examples_of import Given, examples_of
from callgen.start.guess import guess, leaves_of, leaves_of_schema
from callgen.start.infer import Inference
from callgen.start.observe import observe
from callgen.start.published import Published, auth_of, find, load_document, provider_name
from callgen.start.read_body import read_body
from callgen.start.settle import Draft, placed, settle
from callgen.start.write_yaml import Remark, shown


def new_schema(name: str, files: list[Path], output: Path | None) -> int:
    """The exit code of `new`."""
    if (why := why_not_here(name, output)) is not None:
        return _said(why, 2)
    problems = Problems()
    read = [(file, read_body(file, problems)) for file in files]
    if not problems and not any(body for _, body in read):
        problems.add(Mark(str(files[0]), 1, 1), "no body has a member: nothing can be inferred")
    if problems:
        return _said("\n".join(problems.lines()), 1)
    given = [Given(file.stem, body) for file, body in read]
    draft = Draft(_tree_of(name, [each.body for each in given]), f"{name}.yaml")
    return finish(draft, given, output, "the bodies", all_fit=True)


def _tree_of(name: str, bodies: list[dict[str, Any]]) -> dict[Any, Any]:
    seen = observe(bodies)
    found = guess(leaves_of(seen, bodies), len(bodies))
    told = {leaf.pointer for leaf in found.stage}
    stages = {pointer: found.stage_values for pointer in told} if len(told) == 1 else {}
    inference = Inference(stages, told)
    payload = inference.payload(seen)
    head = (
        f"Made by `python3 codegen new` from {len(bodies)} bod{'ies' if len(bodies) > 1 else 'y'}: go "
        "over what the remarks ask.",
        "Types and required members are those of the bodies. Lengths and counts have four times the room",
        "of the most that was seen, rounded up to a power of two, and more by names that long texts have.",
        "`3 of 8`: a member that 3 of 8 objects had.",
    )
    return make_tree(Source(name, head), payload, inference.definitions, found)


def import_schema(file: Path, webhook: str | None, name: str | None, output: Path | None) -> int:
    """The exit code of `import`."""
    name = name if name is not None else provider_name(webhook, file)
    if (why := why_not_here(name, output)) is not None:
        return _said(why, 2)
    problems = Problems()
    document = load_document(file, problems)
    found = find(document, webhook, problems) if document is not None else None
    draft = _draft_of(name, found, file, problems) if found is not None else None
    if draft is None or problems:
        return _said("\n".join(problems.lines()), 1)
    given = [Given(key, body.json()) for key, body in found.examples if body.kind == "map"]
    code = finish(draft, given, output, "the document's examples", all_fit=False)
    for line in draft.left_out.lines():
        print(line.replace(": error: ", ": note: ", 1), file=sys.stderr)
    return code


def _draft_of(name: str, published: Published, file: Path, problems: Problems) -> Draft:
    draft = Draft({}, f"{name}.yaml")
    converter = Converter(published.document, problems, draft.left_out)
    try:
        payload = converter.payload(published.schema)
    except RecursionError:
        text = "definitions within each other too deep to be taken: at most 128 are compiled"
        problems.add(published.schema.mark, text)
        return draft
    head = (
        f"Made by `python3 codegen import` from {shown(file.name)}: go over what the remarks ask.",
        "An enum is closed where it is so in its source; x-open: true lets the sender add to it.",
    )
    auth, missing = auth_of(published, name, draft.left_out)
    source = Source(
        name, head, published.title, published.description, published.method, (published.media,),
        {Remark("By the document's security. To check: is there a signature as well?"): None,
         "auth": auth} if auth else {}, missing,
        _header(published, ("delivery", "webhook-id", "event-id", "idempotency")),
        _header(published, ("signature", "hmac")),
    )
    draft.tree = make_tree(source, payload, converter.definitions, guess([], 1))
    if settle(draft).checked is not None:  # then what is left of the payload can be gone through
        found = guess(leaves_of_schema(payload, converter.resolved), 1)
        draft.tree = make_tree(source, payload, converter.definitions, found)
    return draft


def _header(published: Published, words: tuple[str, ...]) -> str:
    return next((each for each in published.headers for word in words if word in each.lower()), "")


def finish(draft: Draft, given: list[Given], output: Path | None, what: str, all_fit: bool) -> int:
    """Settles a draft, gives it examples, and writes it when nothing is wrong with it.

    all_fit: it was made of what is given, so that to refuse any of it is a mistake of its own.
    """
    settled = settle(draft)
    if settled.checked is None:
        return _said("\n".join([*placed(draft, settled.problems), "no schema was written"]), 3)
    examples, refused = examples_of(settled.checked.provider, given)
    if refused and all_fit:
        lines = [f"error: the schema would refuse {each.given.name}: {each.why}" for each in refused]
        return _said("\n".join([*lines, "no schema was written"]), 3)
    if examples:
        draft.tree |= {Remark("", len(draft.tree)): None,
                       Remark("What was given, and what becomes of it."): None, "examples": examples}
    if (again := settle(draft)).checked is None:
        return _said("\n".join([*placed(draft, again.problems), "no schema was written"]), 3)
    path = output if output is not None else Path(draft.file)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(draft.text)
    except OSError as error:
        return _said(f"{path}:1:1: error: cannot write: {error.strerror}", 1)
    for each in refused:
        print(f"note: {each.given.name} is no example: {each.why}", file=sys.stderr)
    if examples:
        print(f"note: {path} holds {what} as examples: take out secrets and personal data",
              file=sys.stderr)
    return 0


def why_not_here(name: str, output: Path | None) -> str | None:
    """Why a schema cannot be written there, before anything is read."""
    if (why := why_no_provider(name)) is not None:
        return why
    path = output if output is not None else Path(f"{name}.yaml")
    if path.name != f"{name}.yaml":
        return f"{path}: the file of provider '{name}' must be named {name}.yaml"
    if path.exists():
        return f"{path} exists already: move it away, or write elsewhere with -o"
    return None


def _said(text: str, code: int) -> int:
    print(text, file=sys.stderr)
    return code
