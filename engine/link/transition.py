"""The rules of a version for the cases that stay with an earlier one."""

from __future__ import annotations

from dataclasses import replace

from engine.document.read import entries, text, under
from engine.expr.types import INSTANT
from engine.link.compile import Compiler
from engine.link.program import Transition
from engine.policy.words import SCENARIO


def link_transition(compiler: Compiler) -> tuple[Transition, ...]:
    """The transition rules of a version, checked. They speak of facts and of the row, and of nothing else: which
    version governs must be known before anything is decided."""
    policy, names = compiler.policy, compiler.names
    speakable = {*policy.facts, SCENARIO}
    scope = replace(
        names.scope,
        type_of=lambda name: names.type_of(name) if name in speakable else None,
        names=lambda: speakable,
        propositions=frozenset(),
        tables=frozenset(),
    )
    found: list[Transition] = []
    for node in policy.transition:
        when, counts_from = under(node, "when"), under(node, "counts_from")
        if compiler.leave(node) or when is None or counts_from is None:
            continue
        condition = compiler.condition(when, scope)
        event = compiler.expression(counts_from, scope, INSTANT)
        basis = compiler.basis(dict(entries(node)), None)
        if condition is not None and event is not None:
            found.append(Transition(condition, event, text(node, "because"), basis, node.place))
    return tuple(found)
