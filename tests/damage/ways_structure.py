"""Damages that only show when the parts of a policy are put together: cycles, clashes, gaps, order, floods."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from tests.damage.model import Base, Damage, some, way


def _line(base: Base, text: str, after: int = 0) -> int:
    return next(n for n, line in enumerate(base.lines, 1) if n > after and line.strip() == text)


def _insert(base: Base, number: int, *new: str) -> str:
    """The text with lines put in before line `number`."""
    return "\n".join([*base.lines[: number - 1], *new, *base.lines[number - 1 :]])


@way("policy")
def cycle(base: Base, random: Random) -> Iterator[Damage]:
    replace = {
        "after_judgment: earlier.latest_end == judgment": "after_judgment: late",
        "unsafe: (product.tested_hazardous or product.reported_unsafe) and product.recall != other_batches_only": (
            "unsafe: unsafe"
        ),
        "judged: not gates.any and not over and not record.awaits": "judged: not consequence.any",
        "bad_faith_in_bulk: seller.many_inferior_deliveries and review.bad_faith": (
            "bad_faith_in_bulk: contains(consequence.liable, seller)"
        ),
        "after: record.complete_at": "after: judgment_period.ends",
        "asked_if: judged and earlier.raised == 0": "asked_if: next_request.running",
        "asked_if: gates.any": "asked_if: turned_away.any",
        "- when: unsafe and product.tested_hazardous": "- when: sent_back == required",
        "- id: not-bought-here": "- id: not-bought-here",
        "when: not order.on_platform": "when: record.awaits",
        "asked_if: judged and consequence.goods_back == required": "asked_if: risk_of_return.any",
        "after: judgment.notified_at": "after: latest(appeal.ends, seller_action.ends)",
        "when: dispute.about_earlier_resolution": "when: standing.any",
        "when: customer.evidence_insufficient": "when: consequence.any",
        "after: dispute.filed_at": "after: submission_period.customer.ends",
    }
    for old, new in replace.items():
        for number in some(random, [n for n, line in enumerate(base.lines, 1) if line.strip() == old], 1):
            passes = "no cycle" if old == new or new == "when: record.awaits" else ""
            line = base.lines[number - 1]
            text = base.with_line(number, line.replace(old, new))
            yield base.damage("cycle", text, harmless=passes, note=new)


@way("policy")
def long_chain(base: Base, random: Random) -> Iterator[Damage]:
    """Names that rest on names that rest on names."""
    number = _line(base, "define:") + 1
    for count in (20, 200, 2_000):
        for back in (False, True):
            names = [f"  n{i}: n{i + 1} and order.on_platform" for i in range(count)]
            last = f"  n{count}: order.on_platform"
            chain = [*names, last] if back else [last, *reversed(names)]
            text = _insert(base, number, *chain)
            passes = "a chain of twenty" if count == 20 else ""
            yield base.damage("long_chain", text, harmless=passes, note=f"{count} names, {back=}")
    gate = _line(base, "rules:", _line(base, "gates:")) + 1
    nots = "not (" * 13
    for count, deep in ((20, ""), (200, ""), (5, nots), (12, nots)):
        end = ")" * deep.count("(")
        names = [f"  n{i}: {deep}n{i + 1} or order.on_platform{end}" for i in range(count)]
        read = _insert(base, gate, "      - {id: chained, when: n0}").split("\n")
        text = "\n".join([*read[: number - 1], *names, f"  n{count}: order.on_platform", *read[number - 1 :]])
        passes = "a short chain" if count in (5, 20) else ""
        yield base.damage("long_chain", text, harmless=passes, note=f"{count} names, read, {len(deep)}")
    loop = [f"  n{i}: n{(i + 1) % 500} and order.on_platform" for i in range(500)]
    yield base.damage("long_chain", _insert(base, number, *loop), note="a loop of 500")
    wide = [f"  n{i}: " + " and ".join(f"n{i + 1}" for _ in range(30)) for i in range(20)]
    yield base.damage(
        "long_chain",
        _insert(base, number, *wide, "  n20: order.on_platform"),
        harmless="a name may be read often",
        note="wide",
    )


@way("policy")
def clash_of_names(base: Base, random: Random) -> Iterator[Damage]:
    for block, line in (
        ("define:", "appeal: order.on_platform"),
        ("define:", "customer: order.on_platform"),
        ("define:", "gates: order.on_platform"),
        ("define:", "seller_action: order.on_platform"),
        ("define:", "product_rows: order.on_platform"),
        ("define:", "judgment: order.on_platform"),
        ("define:", "required: order.on_platform"),
        ("define:", "handed_over: order.on_platform"),
        ("define:", "quality: order.on_platform"),
        ("define:", "return: order.on_platform"),
        ("define:", "is: order.on_platform"),
        ("define:", "scenario: order.on_platform"),
        ("define:", "record: order.on_platform"),
        ("define:", "proven: order.on_platform"),
        ("define:", "all: order.on_platform"),
        ("define:", "submission_period: order.on_platform"),
        ("windows:", "record: {within: 48 hours, after: dispute.filed_at}"),
        ("windows:", "consequence: {within: 48 hours, after: dispute.filed_at}"),
        ("windows:", "must_prove: {within: 48 hours, after: dispute.filed_at}"),
        ("windows:", "title: {within: 48 hours, after: dispute.filed_at}"),
        ("facts:", "customer.silent: {type: bool, meaning: x, ask: x}"),
        ("facts:", "appeal.ends: {type: event, meaning: x, ask: x}"),
        ("facts:", "gates.any: {type: bool, meaning: x, ask: x}"),
        ("facts:", "record.awaits: {type: bool, meaning: x, ask: x}"),
        ("facts:", "order.class: {type: bool, meaning: x, ask: x}"),
        ("facts:", "order.if: {type: bool, meaning: x, ask: x}"),
        ("facts:", "submission_period.customer: {type: bool, meaning: x, ask: x}"),
        ("facts:", "order.x: {type: event, meaning: x, ask: x, if_absent: soon}"),
        ("facts:", "order.x: {type: instant, meaning: x, ask: x, if_absent: 2025-01-01}"),
        ("facts:", "order.x: {type: date, meaning: x, ask: x, if_absent: 2025-02-30}"),
        ("facts:", "order.x: {type: zone, meaning: x, ask: x, if_absent: Mars}"),
        ("facts:", "order.x: {type: integer, meaning: x, ask: x, if_absent: '5'}"),
        ("facts:", "order.x: {type: decimal, meaning: x, ask: x, if_absent: true}"),
        ("facts:", "order.x: {type: bool, meaning: x, ask: x, if_absent: null}"),
        ("facts:", "order.x: {type: enum, one_of: {a: A}, meaning: x, ask: x, if_absent: []}"),
        ("facts:", "order.x: {type: enum, one_of: {a: A}, meaning: x, ask: x, if_absent: b}"),
        ("facts:", "order.x: {type: enum, meaning: x, ask: x}"),
        ("facts:", "order.x: {type: bool, one_of: {a: A}, meaning: x, ask: x}"),
        ("facts:", "order.x: {type: propositions, meaning: x, ask: x, if_absent: [no_such]}"),
        ("facts:", "order.x: {type: submissions, meaning: x, ask: x, if_absent: [handed_over]}"),
        ("facts:", "order.x: {type: text, meaning: x, ask: x, if_absent: [a]}"),
        ("decision:", "return: {meaning: x, one_of: {a: A}, otherwise: b}"),
        ("decision:", "scenario: {meaning: x, one_of: {a: A}, otherwise: b}"),
        ("decision:", "reasons: {meaning: x, one_of: {a: A}, otherwise: b}"),
        ("decision:", "as_of: {meaning: x, one_of: {a: A}, otherwise: b}"),
        ("decision:", "when: {meaning: x, one_of: {a: A}, otherwise: b}"),
        ("decision:", "cites: {meaning: x, one_of: {a: A}, otherwise: b}"),
        ("decision:", "any: {meaning: x, one_of: {a: A}, otherwise: b}"),
        ("decision:", "other: {meaning: x}"),
        ("decision:", "other: {meaning: x, one_of: {a: A}, list_of: {a: A}}"),
        ("decision:", "other: {meaning: x, one_of: {a: A}}"),
        ("decision:", "other: {meaning: x, one_of: {a: A}, if_unknown: a}"),
        ("tables:", "title: {hit: first}"),
        ("tables:", "facts: {hit: first}"),
        ("tables:", "submission_period: {hit: all}"),
        ("tables:", "must_prove: {hit: all, per: scenario}"),
        ("tables:", "empty: {hit: first}"),
        ("tables:", "empty: {hit: all, rules: []}"),
        ("groups:", "all: {scenarios: [quality]}"),
        ("groups:", "quality: {scenarios: [quality]}"),
        ("groups:", "other: {scenarios: [qualty]}"),
        ("groups:", "other: {scenarios: []}"),
        ("parties:", "record: {title: R}"),
        ("parties:", "nobody: {title: N, within: 48 hours, after: dispute.filed_at}"),
        ("parties:", "order: {title: O, submits: customer.materials}"),
        ("general_rules:", "another: {}"),
        ("general_rules:", "another: {required_in: all}"),
    ):
        number = _line(base, block) + 1
        may_pass = (
            "all:",
            "empty:",
            "another: {}",
            "any:",
            "order:",
            "nobody:",
            "handed_over",
            "proven",
            "title: {hit",
        )
        passes = "no clash: the name is free, or the part may be empty" if line.startswith(may_pass) else ""
        yield base.damage("clash_of_names", _insert(base, number, "  " + line), number, harmless=passes, note=line)


@way("policy")
def rules_in_disorder(base: Base, random: Random) -> Iterator[Damage]:
    """A rule that always holds comes first, the last alternative is missing, an id stands twice."""
    elses = [n for n, line in enumerate(base.lines, 1) if line.strip() in ("else: true", "- else: true")]
    for number in some(random, elses, 8):
        line = base.lines[number - 1]
        new = line.replace("else: true", "when: order.on_platform")
        yield base.damage(
            "rules_in_disorder", base.with_line(number, new), number, harmless="a table may end so", note="no else"
        )
        yield base.damage(
            "rules_in_disorder", base.with_line(number, line.replace("true", "false")), number, note="else: false"
        )
        deep = " " * (len(line) - len(line.lstrip(" -")))
        yield base.damage(
            "rules_in_disorder", base.with_line(number, line, deep + "when: order.on_platform"), number, note="both"
        )
    whens = [n for n, line in enumerate(base.lines, 1) if line.strip().startswith("- when:")]
    for number in some(random, whens, 6):
        line = base.lines[number - 1]
        text = base.with_line(number, line[: line.index("when:")] + "else: true")
        yield base.damage("rules_in_disorder", text, number, number + 3, harmless="it was the last", note="else first")
    ids = [n for n, line in enumerate(base.lines, 1) if line.strip().startswith("- id:")]
    for number in some(random, ids, 6):
        other = base.lines[number - 1 if number == ids[0] else ids[ids.index(number) - 1] - 1]
        text = base.with_line(number, base.lines[number - 1].split("id:")[0] + "id:" + other.split("id:")[1])
        yield base.damage("rules_in_disorder", text, number, harmless="another table has it", note="an id twice")


@way("policy")
def use_wrong(base: Base, random: Random) -> Iterator[Damage]:
    uses = [n for n, line in enumerate(base.lines, 1) if line.strip().startswith("- use:")]
    for number in some(random, uses, 8):
        line = base.lines[number - 1]
        deep = " " * (len(line) - len(line.lstrip(" ")) + 2)
        for extra in (
            "when: order.on_platform",
            "else: true",
            "not_used: Not needed here.",
            "id: x",
            "within: 48 hours",
        ):
            passes = "this may be added here" if extra[:2] in ("no", "id", "wh", "el") else ""
            text = base.with_line(number, line, deep + extra)
            yield base.damage("use_wrong", text, number, number + 1, harmless=passes, note=f"{line.strip()} {extra}")
    for number in some(random, uses, 6):
        row = next(n for n in range(number, 0, -1) if base.lines[n - 1].strip() == "consequence:")
        text = base.without(base.block(number))
        yield base.damage("use_wrong", text, number, row, *_row_of(base, number), harmless="it is not required here")


def _row_of(base: Base, number: int) -> list[int]:
    row = max(n for n in range(1, number) if base.lines[n - 1].startswith("  ") and base.lines[n - 1][2] != " ")
    return [row, row + 1]


@way("policy")
def alternatives_wrong(base: Base, random: Random) -> Iterator[Damage]:
    options = {
        "[]": "",
        "[{within: 48 hours}]": "one alternative without a condition always holds",
        "[{when: order.on_platform, within: 48 hours}]": "",
        "[{else: true, within: 48 hours}, {when: order.on_platform, within: 24 hours}]": "",
        "[{when: order.on_platform}, {else: true, within: 48 hours}]": "",
        "[{when: order.on_platform, within: 48}, {else: true, within: 2 days}]": "",
        "[{else: true, until: 2025-02-30}]": "",
        "[{else: true, until: 2025-03-01}]": "a date is an end, too",
        "[{else: true, until: order.delivered_at}]": "",
        "[{else: true, until: tomorrow}]": "",
        "[48 hours, 24 hours]": "",
        "[{else: true, within: [{else: true, within: 48 hours}]}]": "",
    }
    amounts = [node for path, node in base.scalars if path[-1] == "within" and isinstance(path[-2], str)]
    for new, passes in options.items():
        for node in some(random, amounts, 2):
            text = base.with_span(node.place, new)
            yield base.damage("alternatives_wrong", text, node.place.line, harmless=passes, note=new)


@way("policy")
def flood(base: Base, random: Random) -> Iterator[Damage]:
    """The same mistake a thousand times."""
    number = _line(base, "rules:", _line(base, "gates:")) + 1
    kinds = {
        "unknown names": "      - when: order.on_platfrom_{0} and order.{0}",
        "unknown functions": "      - when: happend_{0}(order.delivered_at)",
        "unknown values": "      - when: order.shipping_mode == ship_{0}",
        "unknown keys": "      - {{when: over, outcome_{0}: x}}",
        "unknown clauses": "      - {{id: r{0}, when: over, cites: [eligibility.{0}]}}",
        "wrong types": "      - {{id: {0}, when: true}}",
        "no condition": "      - {{id: r{0}}}",
        "no language": "      - when: x{0} + 1",
    }
    for name, form in kinds.items():
        lines = [form.format(n) for n in range(1_500)]
        yield base.damage("flood", _insert(base, number, *lines), *range(number, number + 1_500), note=name)
    facts = [f"  order.f{n}: {{type: bool, meaning: M, ask: A}}" for n in range(3_000)]
    at = _line(base, "facts:") + 1
    yield base.damage("flood", _insert(base, at, *facts), harmless="facts that nothing reads", note="facts")
    rules = [f"      - {{id: r{n}, when: order.on_platform, cites: [judgment.1]}}" for n in range(1_000)]
    yield base.damage("flood", _insert(base, number, *rules), harmless="rules that are valid", note="rules")


@way("policy")
def two_mistakes(base: Base, random: Random) -> Iterator[Damage]:
    """One against the schema and one in a formula of another row: both are to be told."""
    titles = [node for path, node in base.scalars if path[0] == "scenarios" and path[-1] == "title"]
    formulas = [node for path, node in base.scalars if path[0] == "scenarios" and path[-1] == "when"]
    for node in some(random, titles, 6):
        other = random.choice([f for f in formulas if abs(f.place.line - node.place.line) > 60])
        lines = list(base.lines)
        lines[node.place.line - 1] = lines[node.place.line - 1].replace("title:", "titel:")
        line = lines[other.place.line - 1]
        lines[other.place.line - 1] = line[: other.place.column - 1] + "order.on_platfrom"
        yield base.damage("two_mistakes", "\n".join(lines), node.place.line, other.place.line)
