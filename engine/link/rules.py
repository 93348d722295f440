"""Tables of one row: `use` put in place, outputs checked, every rule with its id, its clauses and its origin."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from engine.diagnostics import quoted
from engine.document.nodes import Node, Scalar, key_place_of
from engine.document.read import entries, items, key_place, text, texts, under
from engine.expr.check import Expression, Scope
from engine.expr.types import BOOL
from engine.link.compile import Compiler
from engine.link.names import said_fields
from engine.link.program import IS, Basis, Rule, Table
from engine.policy.consistency import known
from engine.policy.model import Field, Policy, Row, TableHead
from engine.policy.words import ALL, REQUIRED_IN, RULE_KEYS


@dataclass(frozen=True, slots=True)
class _Written:
    """A rule as written, the general rule it uses put in: its keys, and what narrows it further."""

    id: str
    keys: Mapping[str, Node]
    general: str | None
    own_when: Node | None
    and_when: Node | None
    bases: tuple[Mapping[str, Node], ...]
    node: Node


def link_table(head: TableHead, row: Row, compiler: Compiler, scope: Scope) -> Table:
    """The table as it stands for one row."""
    own = under(row.entries, head.name)
    rules_node = own if own is not None else head.rules
    if rules_node is None and head.per_row:
        compiler.report.error("link/no-rules", f"this row has no rules under {quoted(head.name)}", row.place)
    elif rules_node is None:
        compiler.report.error("link/no-rules", f"the table {quoted(head.name)} has no rules", head.place)
    rules = _rules(head.name, rules_node, compiler, row, scope)
    _every_rule_says(head, rules, rules_node, compiler)
    asked_if = compiler.condition(head.asked_if, scope)
    fields = said_fields(compiler.policy, head.name)
    return Table(head.name, head.title, head.hit, asked_if, tuple(rules), fields, head.place)


def link_choice(name: str, node: Node, row: Row, compiler: Compiler) -> Table:
    """A definition that is a choice, as a `first` table whose rules say one thing."""
    rules: list[Rule] = []
    report = compiler.report
    for number, item in enumerate(items(node), 1):
        before = report.refusals
        keys = {} if compiler.leave(item) else dict(entries(item))
        if "is" not in keys:
            continue
        says = compiler.expression(keys["is"], None, compiler.bare(keys["is"]))
        when = _condition(keys, None, compiler, compiler.names.scope, item)
        basis = compiler.basis(keys, row)
        if says is not None and report.refusals == before:
            rule_id = f"{name}-{number}"
            rules.append(Rule(rule_id, name, when, {IS: says}, basis, item.place, if_unknown=if_unknown(keys)))
    open_ended = rules and all(rule.when is not None for rule in rules)
    if open_ended and rules[-1].place == items(node)[-1].place:
        report.error(
            "link/no-else",
            "the last alternative of a choice is `else: true`",
            rules[-1].place,
            help="without it the choice has no value when no alternative holds",
        )
    _order(rules, None, compiler)
    return Table(name, name, "first", None, tuple(rules), (IS,), node.place)


def _rules(table: str, node: Node | None, compiler: Compiler, row: Row, scope: Scope) -> list[Rule]:
    rules: list[Rule] = []
    for number, item in enumerate(items(node), 1):
        written = None if compiler.leave(item) else _written(table, number, item, compiler)
        if written is not None and (rule := _rule(table, written, compiler, row, scope)) is not None:
            rules.append(rule)
    ids: dict[str, Rule] = {}
    for rule in rules:
        if rule.id in ids:
            compiler.report.error(
                "link/rule-twice",
                f"two rules here have the id {quoted(rule.id)}",
                rule.place,
                related=[("the other one is here", ids[rule.id].place)],
                help="give one of them an `id` of its own",
            )
        ids[rule.id] = rule
    if compiler.policy.tables[table].hit == "first":
        _order(rules, row if under(row.entries, table) is not None else None, compiler)
    return rules


def _order(rules: list[Rule], row: Row | None, compiler: Compiler) -> None:
    """Whether each can be reached: none above it always holds, or asks the very same. No row, where all have them."""
    asked: dict[str, Rule] = {}
    for above, rule in zip([None, *rules], rules, strict=False):
        condition = ast.dump(rule.when.tree) if rule.when is not None else ""
        if above is not None and above.when is None:
            _never_reached(rule, above, "always holds", row, compiler)
        elif condition and condition in asked:
            _never_reached(rule, asked[condition], "asks the same", row, compiler)
        asked.setdefault(condition, rule)


def _never_reached(rule: Rule, above: Rule, why: str, row: Row | None, compiler: Compiler) -> None:
    name = f"use: {above.general}" if above.id == above.general else above.id
    where = f" in the row {quoted(row.name)}" if row is not None else ""
    compiler.report.error(
        "link/never-reached",
        f"this rule can never decide{where}: it stands after {quoted(name)}, which {why}",
        rule.place,
        help="put it above that one, or take it out",
        related=[(f"this one {why}", above.place)],
    )


def _written(table: str, number: int, item: Node, compiler: Compiler) -> _Written | None:
    keys = dict(entries(item))
    name = text(item, "use")
    if "not_used" in keys:
        _check_not_used(keys, name, item, compiler)
        return None
    if not name:
        id_ = text(item, "id") or f"{table}-{number}"
        return _Written(id_, keys, None, keys.get("when"), None, (keys,), item)
    general = compiler.policy.general_rules.get(name)
    if general is None or compiler.leave(general):
        return None
    base = {key: value for key, value in entries(general) if key != REQUIRED_IN}
    if "when" in base and ("when" in keys or "else" in keys):
        compiler.report.error(
            "link/when-given",
            f"the general rule {quoted(name)} has a condition of its own",
            (keys.get("when") or keys["else"]).place,
            help="narrow it with `and_when`",
            related=[("its condition is here", base["when"].place)],
        )
        return None
    merged = {**base, **{k: v for k, v in keys.items() if k not in ("use", "and_when")}}
    id_ = text(item, "id") or name
    return _Written(id_, merged, name, merged.get("when"), keys.get("and_when"), (base, keys), item)


def _check_not_used(keys: Mapping[str, Node], name: str, item: Node, compiler: Compiler) -> None:
    """What says `not_used:` takes no part, so it names a general rule and says nothing else."""
    if not name:
        compiler.report.error(
            "link/not-used",
            "`not_used:` says why a general rule takes no part, and this names none",
            key_place(item, "not_used") or item.place,
            help="name the general rule under `use:`",
        )
    for key in keys:
        if name and key not in ("use", "not_used"):
            compiler.report.error(
                "link/not-used",
                f"{quoted(name)} is not used here, so {quoted(key)} counts for nothing",
                key_place(item, key) or item.place,
                help=f"take {quoted(key)} out, or `not_used`",
                related=[("it says so here", key_place(item, "not_used") or item.place)],
            )


def _rule(table: str, written: _Written, compiler: Compiler, row: Row, scope: Scope) -> Rule | None:
    keys, report = written.keys, compiler.report
    before = report.refusals
    when = _condition(keys, written.and_when, compiler, scope, written.node)
    says: dict[str, Expression] = {}
    for key, node in keys.items():
        if key in RULE_KEYS:
            continue
        value = compiler.output(key, node) if key in compiler.policy.fields else None
        if value is None:
            report.refusals += 1
        else:
            says[key] = value
    basis = Basis()
    for part in written.bases:
        basis += compiler.basis(part, row)
    shown = keys.get("deadlines")
    if report.refusals > before:
        return None
    return Rule(
        id=written.id,
        table=table,
        when=when,
        says=says,
        basis=basis,
        place=written.node.place,
        general=written.general,
        deadlines=None if shown is None else texts(shown),
        not_owed_by=texts(keys.get("no_longer_owed_by")),
        if_unknown=if_unknown(keys),
    )


def _condition(
    keys: Mapping[str, Node], and_when: Node | None, compiler: Compiler, scope: Scope, node: Node
) -> Expression | None:
    when = keys.get("when")
    if when is None and "else" not in keys and and_when is None:
        compiler.report.error(
            "link/no-condition", "a rule says `when:`, or `else: true` if it always holds", node.place
        )
        return None
    if when is not None and "else" in keys:
        compiler.report.error("link/no-condition", "a rule says either `when:` or `else: true`", keys["else"].place)
    first, second = compiler.condition(when, scope), compiler.condition(and_when, scope)
    if first is None or second is None:
        return first or second
    return conjunction(first, second)


def conjunction(first: Expression, second: Expression) -> Expression:
    """Both conditions together, the first read first."""
    names = tuple(dict.fromkeys(first.names + second.names))
    left = f"({first.text})" if isinstance(first.tree, ast.BoolOp) else first.text
    right = f"({second.text})" if isinstance(second.tree, ast.BoolOp) else second.text
    tree = ast.BoolOp(ast.And(), [first.tree, second.tree])
    return Expression(f"{left} and {right}", first.place, tree, BOOL, names, parts=(first, second))


def if_unknown(keys: Mapping[str, Node]) -> Literal["open", "list", "leave_out"]:
    """What a rule with these keys does while its condition is open."""
    node = keys.get("if_unknown")
    value = node.value if isinstance(node, Scalar) else None
    return "list" if value == "decide_without_and_list" else "leave_out" if value == "decide_without" else "open"


def _every_rule_says(head: TableHead, rules: list[Rule], node: Node | None, compiler: Compiler) -> None:
    fields = ", ".join(map(quoted, head.every_rule_says))
    if (
        fields
        and head.hit == "first"
        and rules
        and all(rule.when is not None for rule in rules)
        and rules[-1].place == items(node)[-1].place
    ):
        compiler.report.error(
            "link/no-else",
            f"when no rule holds, nothing says {fields}",
            rules[-1].place,
            help="let the last rule say `else: true`",
            related=[("every rule of the table says it", head.place)],
        )
    for name in head.every_rule_says:
        for rule in rules:
            if name in compiler.policy.fields and name not in rule.says:
                compiler.report.error(
                    "link/says-nothing",
                    f"this rule does not say {quoted(name)}",
                    rule.place,
                    help=_how_to_say(compiler.policy.fields[name]),
                    related=[("every rule of the table says it", head.place)],
                )


def _how_to_say(field: Field) -> str:
    """What a rule may write for a field."""
    values = list(field.values)[:6]
    if field.otherwise:
        values.append(field.otherwise)
    some = f"one of {', '.join(values)}{', ...' if len(field.values) > 6 else ''}" if values else "a value"
    return f"write `{field.name}:` with {'a list, `[]` for nothing' if field.many else some}"


def check_required(compiler: Compiler) -> None:
    """Every general rule with `required_in` stands in each of those rows, or the row says why not."""
    policy, report = compiler.policy, compiler.report
    for name, general in policy.general_rules.items():
        where = text(general, REQUIRED_IN)
        if not where:
            continue
        if where != ALL and where not in policy.groups:
            node = under(general, REQUIRED_IN)
            known(where, [ALL, *policy.groups], "group", node or general, report)
            continue
        rows = policy.rows if where == ALL else policy.groups[where].scenarios
        for row in rows:
            if row in policy.rows and not _uses(policy.rows[row], name, policy) and not _in_doubt(row, compiler):
                report.error(
                    "link/required-rule",
                    f"the row {quoted(row)} does not use {quoted(name)}",
                    policy.rows[row].place,
                    help="write `use:` where it takes part, or add `not_used:` with a reason",
                    related=[("it is required here", key_place_of(policy.document, ("general_rules", name)))],
                )


def _uses(row: Row, name: str, policy: Policy) -> bool:
    """Whether a row takes a general rule, among rules of its own or those that it shares."""
    own = dict(entries(row.entries))
    blocks = [*own.values(), *(head.rules for head in policy.tables.values() if head.name not in own)]
    return any(text(rule, "use") == name for block in blocks for rule in items(block))


def _in_doubt(row: str, compiler: Compiler) -> bool:
    """Whether a rule of a row is wrong in a way that hides what it uses."""
    blocks = list(entries(compiler.policy.rows[row].entries))
    lacking = any(head.per_row and head.rules is None for head in compiler.policy.tables.values())
    return (lacking and not blocks) or any(compiler.leave(rule) for _, block in blocks for rule in items(block))
