"""Where a version's document can be changed: every place that decides something, with every change to it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from engine.clock import MOST, Amount, BadTime, parse_amount, parse_date
from engine.document import Node, Scalar, Sequence
from engine.document.read import entries, items, text, texts, under
from engine.policy.model import ABSENT, Field, Policy
from engine.policy.words import ALL, LIST_IF_UNKNOWN, REQUIRED_IN
from engine.testing.mutants.making import Making
from engine.testing.mutants.model import LEFT_OUT, Edit, Mutant, Path
from engine.testing.mutants.tree import label, mapping, scalar
from engine.testing.mutants.words import others

HOURS_A_DAY: Final = 24
BOTH_SIDES: Final = "a case one second before and one after the last instant, which expects the deadline"


def mutants(policy: Policy) -> list[Mutant]:
    """Every mutant of a policy, in the order of its document; no two have the same name."""
    found: dict[tuple[str, str], Mutant] = {}
    for mutant in _Sites(policy).all():
        found.setdefault(mutant.name, mutant)
    return sorted(found.values(), key=lambda mutant: (mutant.place.line, mutant.place.column))


class _Sites(Making):
    """Walks through the blocks of a policy, down to every key that decides something."""

    def all(self) -> Iterator[Mutant]:
        policy = self.policy
        for fact in policy.facts:
            yield from self.fact(("facts", fact))
        for name in policy.groups:
            path: Path = ("groups", name, "scenarios")
            yield from self.words_less(path, "setting", f"a case of a row that is no longer in `{name}`")
        for field in policy.fields.values():
            yield from self.field(field)
        for name in policy.parties:
            party: Path = ("parties", name)
            yield from self.period(party)
            needs = f"a case with materials of `{name}` that nobody has assessed"
            yield from self.words_less((*party, "may_prove"), "setting", needs)
        for number, also in enumerate(policy.evidence.also):
            needs = f"a case in which only `{also.fact}` proves something"
            yield self.without(("evidence", "also_proven_by", number), "setting", needs)
        for name in policy.define:
            yield from self.definition(("define", name))
        for name in policy.windows:
            yield from self.period(("windows", name))
        for name in policy.general_rules:
            yield from self.rule(("general_rules", name), name)
        for name in policy.tables:
            yield from self.table(name)
        for name in policy.rows:
            yield from self.row(name)

    def row(self, row: str) -> Iterator[Mutant]:
        here: Path = ("scenarios", row)
        for key in self.policy.rows[row].entries.entries:
            path: Path = (*here, key)
            if key == self.policy.evidence.periods:
                for party, _ in entries(self.at(path)):
                    yield from self.period((*path, party))
            elif key == self.policy.evidence.owed:
                for party, _ in entries(self.at(path)):
                    yield from self.owed((*path, party), party)
            elif key in self.policy.windows:
                yield from self.period(path)
            elif key in self.policy.tables:
                yield from self.rules(path, key)

    # ------------------------------------------------------------------------------------------- periods and owed

    def period(self, path: Path) -> Iterator[Mutant]:
        """A window, or the period of a party: how long, from when, whether at all, and by what it is met."""
        node = self.at(path)
        within = under(node, "within")
        if isinstance(within, Sequence):
            yield from self.alternatives((*path, "within"), BOTH_SIDES)
        elif within is not None:
            yield from self.amount((*path, "within"))
        yield from self.until((*path, "until"))
        yield from self.anchor((*path, "after"))
        yield from self.guard((*path, "asked_if"), "a case in which the period is not asked")
        for key in ("met_by", "paused_by", "deadline"):
            if under(node, key) is not None:
                needs = f"a case in which `{text(node, key)}` {'is expected' if key == 'deadline' else 'matters'}"
                yield self.without((*path, key), "guard", needs)
        if text(node, "whichever"):
            other = "first" if text(node, "whichever") == "latest" else "latest"
            yield self.word((*path, "whichever"), other, "setting", "a case in which two alternatives hold")

    def alternatives(self, path: Path, needs: str) -> Iterator[Mutant]:
        node = self.at(path)
        assert isinstance(node, Sequence)
        for number, item in enumerate(node.items):
            own: Path = (*path, number)
            yield from self.removed(own, len(node.items), needs)
            yield from self.formula((*own, "when"), "term")
            yield from self.amount((*own, "within"))
            yield from self.until((*own, "until"))
            yield from self.anchor((*own, "after"))
            yield from self.choice_value((*own, "is"), item)
            yield from self.if_unknown((*own, "if_unknown"))

    def amount(self, path: Path) -> Iterator[Mutant]:
        node = self.node(path)
        try:
            amount = parse_amount(str(node.value)) if isinstance(node, Scalar) else None
        except BadTime:
            return
        if amount is None:
            return
        days = amount.unit == "calendar days"
        whole, rest = divmod(amount.count, HOURS_A_DAY)
        other = amount.count * HOURS_A_DAY if days else whole if whole and not rest else amount.count
        sizes = [(amount.count + 1, amount.unit), (amount.count - 1, amount.unit)]
        for count, unit in (*sizes, (other, "hours" if days else "calendar days")):
            if 0 < count <= MOST[unit]:
                needs = BOTH_SIDES if unit == amount.unit else "a case in which hours and calendar days end apart"
                yield self.word(path, str(Amount(count, unit)), "amount", needs)

    def until(self, path: Path) -> Iterator[Mutant]:
        node = self.node(path)
        written = str(node.value) if isinstance(node, Scalar) else ""
        if written[:1].isdigit():
            for days in (1, -1):
                day = parse_date(written) + timedelta(days=days)
                yield self.word(path, day.isoformat(), "amount", BOTH_SIDES)

    def anchor(self, path: Path) -> Iterator[Mutant]:
        node = self.node(path)
        if isinstance(node, Scalar):
            own = str(node.value)
            for other in self.words.other_anchors(own) if own in self.words.anchors else ():
                needs = f"a case in which `{own}` and `{other}` differ, which expects the deadline"
                yield self.word(path, other, "anchor", needs)
        yield from self.formula(path, "anchor")

    def guard(self, path: Path, needs: str) -> Iterator[Mutant]:
        if self.node(path) is not None:
            yield self.without(path, "guard", needs)
            yield from self.formula(path, "guard")

    def owed(self, path: Path, party: str) -> Iterator[Mutant]:
        may = list(self.policy.parties[party].may_prove)
        for number, item in enumerate(items(self.at(path))):
            own: Path = (*path, number)
            what = text(item, "proposition")
            needs = f"a case in which `{party}` does not prove `{what}`"
            yield self.without(own, "owed", f"{needs}, which expects what is missing")
            for other in others(what, may, most=1):
                yield self.word((*own, "proposition"), other, "owed", needs)
            if under(item, "when") is not None:
                yield self.without((*own, "when"), "owed", f"a case in which `{what}` is not owed, and not proven")
                yield from self.formula((*own, "when"), "owed")

    # --------------------------------------------------------------------------------------------- names and rules

    def definition(self, path: Path) -> Iterator[Mutant]:
        if isinstance(self.at(path), Sequence):
            yield from self.alternatives(path, "a case that this alternative decides")
        else:
            yield from self.formula(path, "term")

    def choice_value(self, path: Path, item: Node) -> Iterator[Mutant]:
        """What an alternative of a choice gives: another value of the same choice."""
        node = self.node(path)
        if node is None:
            return
        choice = self.words.type_of(str(path[1]))
        own = text(item, "is")
        if choice is not None and own in choice.values:
            for other in others(own, sorted(choice.values)):
                yield self.word(path, other, "output", "a case that this alternative decides")
        elif isinstance(node, Scalar):
            yield from self.formula(path, "output")

    def table(self, name: str) -> Iterator[Mutant]:
        path: Path = ("tables", name)
        head = self.policy.tables[name]
        other = "all" if head.hit == "first" else "first"
        yield self.word((*path, "hit"), other, "setting", "a case in which two of the rules hold")
        yield from self.guard((*path, "asked_if"), "a case in which the table is not asked and a rule of it holds")
        yield from self.rules((*path, "rules"), name)

    def rules(self, path: Path, table: str) -> Iterator[Mutant]:
        node = self.node(path)
        if not isinstance(node, Sequence):
            return
        first = self.policy.tables[table].hit == "first"
        for number in range(len(node.items)):
            own: Path = (*path, number)
            name = f"{table}/{label(node, number)}"
            if under(node.items[number], "not_used") is None:
                needs = f"a case that `{name}` decides, which expects what it says or `{name}` among the reasons"
                yield from self.removed(own, len(node.items) if first else 0, needs)
                yield from self.rule(own, name)

    def removed(self, path: Path, length: int, needs: str) -> Iterator[Mutant]:
        """A rule or alternative taken out, or below the next one. `length`: of a list that is read from the top."""
        *above, last = path
        item, number = self.at(path), int(last)
        general = text(item, "use")
        if under(item, "else") is None and general and self.is_required(general, path):
            unused: dict[str, Node] = {"use": scalar(general, item.place), "not_used": scalar("a mutant", item.place)}
            yield self.made(path, Edit(mapping(unused, item.place)), "rule", LEFT_OUT, "it is taken out", needs)
        elif under(item, "else") is None:
            yield self.made(path, Edit(), "rule", LEFT_OUT, "it is taken out", needs)
        if number + 2 <= length:
            whole = self.at(tuple(above))
            assert isinstance(whole, Sequence)
            if under(whole.items[number + 1], "else") is None and not _unused(whole.items[number : number + 2]):
                below = label(whole, number + 1)
                said = f"it stands below `{below}`, not above it"
                both = "a case in which this rule and the next one hold"
                yield self.made(path, Edit(swap=True), "rule", f"(below {below})", said, both)

    def is_required(self, general: str, path: Path) -> bool:
        """Whether a row must use a general rule."""
        where = text(self.policy.general_rules.get(general), REQUIRED_IN)
        group = self.policy.groups.get(where)
        return where == ALL or (group is not None and path[1] in group.scenarios)

    def rule(self, path: Path, name: str) -> Iterator[Mutant]:
        """The keys of a rule: its conditions, what it says of each field, and what else it settles."""
        node = self.at(path)
        for key in ("when", "and_when"):
            yield from self.formula((*path, key), "term")
        if under(node, "and_when") is not None:
            needs = f"a case in which only `{text(node, 'and_when')}` keeps `{name}` from deciding"
            yield self.without((*path, "and_when"), "guard", needs)
        yield from self.if_unknown((*path, "if_unknown"))
        yield from self.words_less(
            (*path, "no_longer_owed_by"), "owed", f"a case that `{name}` decides, which expects what is missing"
        )
        shown = under(node, "deadlines")
        if shown is not None:
            needs = f"a case that `{name}` decides, which expects the deadlines"
            yield self.without((*path, "deadlines"), "setting", needs)
            yield from self.words_less((*path, "deadlines"), "setting", needs)
        for key, value in entries(node):
            if key in self.policy.fields:
                yield from self.output((*path, key), value, self.policy.fields[key], name)

    # ----------------------------------------------------------------------------------------------------- outputs

    def output(self, path: Path, node: Node, field: Field, rule: str) -> Iterator[Mutant]:
        """What a rule says of a field: another value, one value less, one exchanged."""
        needs = f"a case that `{rule}` decides, which expects `{field.written_as}`"
        values = list(field.values) or (list(self.policy.parties) if field.of == "parties" else [])
        if field.otherwise and field.otherwise not in values:
            values.append(field.otherwise)
        written = str(node.value) if isinstance(node, Scalar) else ""
        if written.startswith("="):
            yield from self.formula(path, "output")
            found = self.words.type_of(written[1:].strip())
            given = found.values if found is not None else frozenset()
            if field.many:
                yield self.list_of(path, [], "output", needs)
                values = [value for value in values if value not in given][:1]
            for value in values[:4]:
                yield (
                    self.list_of(path, [value], "output", needs)
                    if field.many
                    else self.word(path, value, "output", needs)
                )
        elif field.many:
            own = list(texts(node))
            yield from self.words_less(path, "output", needs)
            for number, value in enumerate(own):
                for other in others(value, [v for v in values if v == value or v not in own]):
                    yield self.list_of(path, [*own[:number], other, *own[number + 1 :]], "output", needs)
            for value in others("", values) if not own else ():
                yield self.list_of(path, [value], "output", needs)
        else:
            for value in others(written, values):
                yield self.word(path, value, "output", needs)

    # ---------------------------------------------------------------------------------------- facts, fields, others

    def fact(self, path: Path) -> Iterator[Mutant]:
        node, fact = self.at(path), self.policy.facts[str(path[1])]
        name = fact.name
        if fact.if_absent is not ABSENT:
            needs = f"a case that leaves `{name}` out"
            yield self.without((*path, "if_absent"), "setting", needs)
            if fact.kind == "bool" and fact.if_absent is not None:
                yield self.word((*path, "if_absent"), not fact.if_absent, "setting", needs)
            elif fact.kind == "enum":
                for other in others(str(fact.if_absent), list(fact.values), most=1):
                    yield self.word((*path, "if_absent"), other, "setting", needs)
        if fact.finding:
            yield self.without((*path, "finding"), "setting", f"a case that waits for `{name}`")
        if under(node, "nullable") is not None:
            yield self.without((*path, "nullable"), "setting", f"a case in which `{name}` is null")
        if fact.kind == "event":
            needs = f"a case that is decided before `{name}`, though the case file says when that will be"
            yield self.word((*path, "type"), "instant", "setting", needs)

    def field(self, field: Field) -> Iterator[Mutant]:
        path: Path = ("decision", field.name)
        node, name = self.at(path), field.written_as
        if field.otherwise:
            needs = f"a case in which no rule says `{name}`, which expects its value"
            for other in others("", list(field.values), most=1):
                yield self.word((*path, "otherwise"), other, "setting", needs)
        if field.if_unknown is not None:
            needs = f"a case in which `{name}` is open, which expects its value"
            options = list(LIST_IF_UNKNOWN) if field.many else [v for v in field.values if v != field.otherwise]
            for other in others(field.if_unknown, options, most=1):
                yield self.word((*path, "if_unknown"), other, "setting", needs)
        if under(node, "must_be_known") is not None:
            yield self.without((*path, "must_be_known"), "setting", f"a case in which only `{name}` is open")

    def if_unknown(self, path: Path) -> Iterator[Mutant]:
        node = self.node(path)
        if isinstance(node, Scalar):
            listing = "decide_without_and_list"
            other = "decide_without" if node.value == listing else listing
            needs = "a case in which the condition is open, which expects the missing facts"
            yield self.without(path, "setting", needs)
            yield self.word(path, other, "setting", needs)


def _unused(pair: tuple[Node, ...]) -> bool:
    return any(under(item, "not_used") is not None for item in pair)
