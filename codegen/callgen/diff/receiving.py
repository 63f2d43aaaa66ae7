# SPDX-License-Identifier: Apache-2.0
"""What senders meet: routes, verification, answers, and what is tolerated."""

from __future__ import annotations

from callgen.diff.changes import ADDS, CHANGES, SENDERS, Changes
from callgen.diff.side import Side, differing, quoted
from callgen.model import OUTCOMES, Method, Route, Schema, structs_below
from callgen.problems import Mark


def compare_receiving(old: Side, new: Side, changes: Changes) -> None:
    _routes(old, new, changes)
    _auth(old, new, changes)
    _answers(old, new, changes)
    before, after = old.provider.tasks_required, new.provider.tasks_required
    if after and not before:
        text = "callbacks for tasks that nobody registered are answered unknown_task and have no rows"
        changes.add(SENDERS, new.at("tasks"), text)
    elif before and not after:
        changes.add(CHANGES, new.at("tasks"), "callbacks for tasks that nobody registered count")


# --- receive

def _routes(old: Side, new: Side, changes: Changes) -> None:
    before = {(r.method, r.path): r for r in old.provider.routes}
    after = {(r.method, r.path): r for r in new.provider.routes}
    for key, route in before.items():
        if key not in after:
            text = f"{route.method} {route.path} is not received any more"
            changes.add(SENDERS, route.mark, text)
        else:
            _route(route, after[key], old, new, changes)
    for key, route in after.items():
        if key not in before:
            changes.add(ADDS, route.mark, f"{route.method} {route.path} is received")


def _route(was: Route, now: Route, old: Side, new: Side, changes: Changes) -> None:
    here = f"{now.method} {now.path}"
    taken, offered = ({item.lower() for item in route.content} for route in (was, now))
    lost = taken - offered if "*/*" not in offered else set()
    if lost:
        changes.add(SENDERS, now.mark, f"{here} does not take {', '.join(sorted(lost))} any more")
    if "*/*" not in taken and (more := offered - taken):
        changes.add(ADDS, now.mark, f"{here} takes {', '.join(sorted(more))}, too")
    if now.max_body != was.max_body:
        kind = SENDERS if now.max_body < was.max_body else ADDS
        text = f"{here} takes bodies of {now.max_body} bytes, it took {was.max_body}"
        changes.add(kind, now.mark, text)
    if now.respond_within != was.respond_within:
        kind = SENDERS if now.respond_within < was.respond_within else CHANGES
        text = f"{here} is answered within {now.respond_within} ms, it was {was.respond_within} ms"
        changes.add(kind, now.mark, text)
    if now.cors != was.cors:
        text = f"{here} is answered {'with' if now.cors else 'without'} CORS fields"
        changes.add(ADDS if now.cors else SENDERS, now.mark, text)
    if now.applies_stage != was.applies_stage:
        _applies(was, now, old, new, changes)


def _applies(was: Route, now: Route, old: Side, new: Side, changes: Changes) -> None:
    what = [route.applies_stage or "what the payload says" for route in (now, was)]
    text = f"what arrives at {now.path} is of the stage {what[0]}, it was {what[1]}"
    changes.add(CHANGES, now.mark, text)
    found = new.provider.stage(now.applies_stage) if now.applies_stage else None
    owed = found.require if found is not None else ()
    if not now.applies_stage and any(stage.require for stage in new.provider.stages):
        text = f"what arrives at {now.path} owes what its stage requires"
        changes.add(SENDERS, now.mark, text)
    elif owed:
        text = f"what arrives at {now.path} owes {quoted(s.pointer for s in owed)}"
        changes.add(SENDERS, now.mark, text)


# --- auth

_STRENGTH = ("skip_warn", "reject", "refuse_start")


def _auth(old: Side, new: Side, changes: Changes) -> None:
    before, after = old.provider.auth, new.provider.auth
    is_open = any(method.kind == "none" for method in after.methods)
    told = set(before.methods)
    for at, method in enumerate(before.methods):
        if method not in after.methods and not is_open:
            told.add(_method_gone(method, old.at("auth", "any_of", at), after.methods, new, changes))
    for at, method in enumerate(after.methods):
        if method not in told:
            text = f"{_named(method)} is believed" if method.kind != "none" else "everything is believed"
            changes.add(CHANGES if method.kind == "none" else ADDS, new.at("auth", "any_of", at), text)
    if before.on_missing_secret != after.on_missing_secret:
        places = _STRENGTH.index(before.on_missing_secret), _STRENGTH.index(after.on_missing_secret)
        text = (
            f"without its secret: {after.on_missing_secret}, it was {before.on_missing_secret}"
        )
        kind = SENDERS if places[0] < places[1] else CHANGES
        changes.add(kind, new.at("auth", "on_missing_secret"), text)


def _method_gone(
    was: Method, mark: Mark, methods: tuple[Method, ...], new: Side, changes: Changes
) -> Method:
    """Told by what has changed, if only one part has; then what it has become is the result."""
    for at, now in enumerate(methods):
        others = differing(was, now)
        if len(others) == 1 and others != ["kind"]:
            name = others[0]
            what = "the environment variable of its secret" if name == "env" else name
            text = f"{was.kind}: {what} is '{getattr(now, name)}', it was '{getattr(was, name)}'"
            changes.add(SENDERS, new.at("auth", "any_of", at, was.kind), text)
            return now
    text = f"{_named(was)} is not believed any more" if was.kind != "none" else "what is not signed is refused"
    changes.add(SENDERS, mark, text)
    return was


def _named(method: Method) -> str:
    where = f"header {method.header}" if method.header else f"query {method.query}"
    return f"{method.kind} in {where} (prefix '{method.prefix}', {method.encoding}, ${method.env})"


# --- tolerance

def compare_tolerance(old: Side, new: Side, changes: Changes) -> None:
    before, after = old.provider.tolerance, new.provider.tolerance
    for name, key, yes, no in (
        ("nulls_absent", "nulls", "null counts as absent", "null is refused where the type has none"),
        ("numbers_in_strings", "numbers_in_strings", "numbers may be texts", "numbers must not be texts"),
        ("drop_invalid", "on_invalid_member", "bad members are left out", "a bad member refuses the callback"),
    ):
        was, now = getattr(before, name), getattr(after, name)
        if was != now:
            changes.add(ADDS if now else SENDERS, new.at("tolerance", key), yes if now else no)
    if before.reject_unknown != after.reject_unknown:
        text = f"unknown members are {'refused' if after.reject_unknown else 'ignored'}"
        kind = SENDERS if after.reject_unknown else ADDS
        changes.add(kind, new.at("tolerance", "unknown_members"), text)
    if before.max_depth != after.max_depth:
        kind = SENDERS if after.max_depth < before.max_depth else ADDS
        text = f"bodies may be {after.max_depth} levels deep, it was {before.max_depth}"
        changes.add(kind, new.at("tolerance", "max_depth"), text)
    _empty_strings(old, new, changes)


def _empty_strings(old: Side, new: Side, changes: Changes) -> None:
    before, after = old.provider.tolerance, new.provider.tolerance
    mark = new.at("tolerance", "empty_strings")
    if before.empty_strings_absent and not after.empty_strings_absent:
        changes.add(SENDERS, mark, "an empty text is a value, and may be refused")
    elif after.empty_strings_absent and not before.empty_strings_absent:
        changes.add(CHANGES, mark, "an empty text of an optional member counts as absent")
        if _has_aliases(new.provider.payload):
            text = "beside an empty text another spelling of the member counts, and may be refused"
            changes.add(SENDERS, mark, text)


def _has_aliases(payload: Schema) -> bool:
    return any(member.aliases for struct in structs_below(payload) for member in struct.members)


# --- answers

def _answers(old: Side, new: Side, changes: Changes) -> None:
    for outcome in OUTCOMES:
        was, now = old.provider.answers[outcome], new.provider.answers[outcome]
        mark = new.at("answers", outcome)
        if was.status // 100 != now.status // 100:
            text = f"{outcome} is answered {now.status}, it was {was.status}: senders repeat by the first digit"
            changes.add(SENDERS, mark, text)
        elif was.status != now.status:
            changes.add(CHANGES, mark, f"{outcome} is answered {now.status}, it was {was.status}")
        if old.meaning(was.body) != new.meaning(now.body):
            changes.add(CHANGES, mark, f"the answer for {outcome} has another body")
        if sorted(was.fields) != sorted(now.fields):
            changes.add(CHANGES, mark, f"the answer for {outcome} has other header fields")
