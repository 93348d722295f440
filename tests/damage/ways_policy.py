"""Damages of what a policy says: names, values, amounts, keys, and parts that are missing or stand elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from engine.document import Scalar
from tests.damage.model import Base, Damage, Path_, some, way
from tests.damage.ways_formula import FORMULA_KEYS
from tests.damage.ways_yaml import FREE_TEXT, base_text

FREE_KEYS = frozenset(
    {"title", "meaning", "ask", "description", "example", "supplied_by", "changes", "gist", "why", "question",
     "because", "part", "not_used", "page"}
)  # fmt: skip
AMOUNTS = (
    "3 days", "72h", "48hours", "48 Hours", "2 weeks", "1 month", "0 hours", "-5 hours", "1.5 hours", "999999 hours",
    "48", "hours", "forty-eight hours", "48 hours after filing", "15 calendar  days", "1 hours", "15 business days",
    "P2D", "48:00", "never ever", "Never", "[48 hours]", "{hours: 48}", "null", "''", "9" * 60 + " hours", "48 h",
)  # fmt: skip
TOP = ("facts", "propositions", "groups", "decision", "parties", "evidence", "define", "windows", "general_rules",
       "tables", "scenarios", "policy", "version", "title", "effective_from", "time_zone", "filed_at")  # fmt: skip
MISPLACED = (
    ("consequence", "within: 48 hours"), ("must_prove", "within: 48 hours"), ("acceptance_period", "when: over"),
    ("facts", "cites: [judgment.1]"), ("parties", "when: over"), ("tables", "else: true"), ("windows", "id: x"),
    ("decision", "default: none"), ("evidence", "within: 48 hours"), ("general_rules", "use: rejected"),
    ("groups", "rows: [quality]"), ("define", "when: over"), ("submission_period", "proposition: handed_over"),
)  # fmt: skip


def free(path: Path_) -> bool:
    """Whether a value is a text for people."""
    parts = [part for part in path if isinstance(part, str)]
    last = parts[-1] if parts else ""
    in_meanings = len(parts) > 1 and (parts[-2] in ("one_of", "list_of", "readings") or parts[0] == "propositions")
    return last in FREE_KEYS or in_meanings


def _misspelt(word: str, random: Random) -> str:
    at = random.randrange(1, max(len(word) - 1, 2))
    kind = random.randrange(3)
    if kind == 0:
        return word[:at] + word[at + 1 :]
    if kind == 1:
        return word[:at] + random.choice("xqz") + word[at:]
    return word[: at - 1] + word[at] + word[at - 1] + word[at + 1 :] if at < len(word) else word + "x"


@way("policy", "clauses", "readings", "case")
def key_misspelt(base: Base, random: Random) -> Iterator[Damage]:
    keys = [(path, place) for path, place in base.keys if place.end_column - place.column > 3]
    for path, place in some(random, keys, 60 if base.kind == "policy" else 15):
        old = str(path[-1])
        new = _misspelt(old, random)
        if new == old:
            continue
        passes = "nothing else names it" if len(path) in (2, 4) or old in FREE_KEYS else ""
        declared = len(path) == 2 or (len(path) == 4 and path[2] in ("one_of", "list_of"))
        lines = [] if declared else [place.line]  # of a declaration the places are told that use it
        text = base.with_span(place, new)
        yield base.damage("key_misspelt", text, *lines, harmless=passes, note=f"{old} to {new}")


@way("policy", "clauses", "readings", "case")
def value_misspelt(base: Base, random: Random) -> Iterator[Damage]:
    values = [(p, n) for p, n in base.scalars if isinstance(n.value, str) and len(n.value) > 3 and " " not in n.value]
    for path, node in some(random, values, 60 if base.kind == "policy" else 15):
        raw = base_text(base, node)
        new = _misspelt(str(node.value), random)
        quote = raw[0] if node.quoted else ""
        passes = FREE_TEXT if free(path) or path[-1] in ("id", "deadline", "section", "digest") else ""
        text = base.with_span(node.place, quote + new + quote)
        yield base.damage("value_misspelt", text, node.place.line, harmless=passes, note=f"{node.value} to {new}")


@way("policy", "clauses", "readings", "case")
def wrong_type(base: Base, random: Random) -> Iterator[Damage]:
    for new in ("null", "", "5", "true", "[x]", "[]", "{a: b}", "{}", "''", "0.5", "-1", "[[x]]", "[null]", "' '"):
        for path, node in some(random, base.scalars, 9 if base.kind == "policy" else 3):
            passes = FREE_TEXT if free(path) else "the value that stands there may be this"
            yield base.damage(
                "wrong_type", base.with_span(node.place, new), node.place.line, harmless=passes, note=f"{path}: {new}"
            )


@way("policy", "clauses", "readings", "case")
def block_wrong_type(base: Base, random: Random) -> Iterator[Damage]:
    """A whole block is replaced by a text, a number, a list, nothing."""
    for new in ("text", "5", "[a, b]", "null", "", "{}", "[]", "true", "{a: {b: c}}", "[{a: b}]"):
        blocks = [(p, place) for p, place in base.keys if base.lines[place.line - 1].rstrip().endswith(":")]
        for path, place in some(random, blocks, 6 if base.kind == "policy" else 2):
            block = base.block(place.line)
            line = base.lines[place.line - 1]
            head = line[: line.rindex(":") + 1]
            text = "\n".join([*base.lines[: block.start - 1], f"{head} {new}", *base.lines[block.stop - 1 :]])
            yield base.damage(
                "block_wrong_type", text, place.line, harmless="this part may be empty", note=f"{path}: {new}"
            )


@way("policy", "clauses", "readings", "case")
def block_removed(base: Base, random: Random) -> Iterator[Damage]:
    blocks = [(p, place) for p, place in base.keys if base.lines[place.line - 1].rstrip().endswith(":")]
    top = [(p, place) for p, place in base.keys if len(p) == 1]
    for path, place in [*top, *some(random, blocks, 40 if base.kind == "policy" else 8)]:
        if base.lines[place.line - 1].lstrip().startswith(("- ", "{")):
            continue
        yield base.damage(
            "block_removed", base.without(base.block(place.line)), harmless="this part may be left out", note=str(path)
        )


@way("policy")
def amount_wrong(base: Base, random: Random) -> Iterator[Damage]:
    amounts = [node for path, node in base.scalars if path[-1] == "within"]
    for new in AMOUNTS:
        node = random.choice(amounts)
        yield base.damage("amount_wrong", base.with_span(node.place, new), node.place.line, note=new)


@way("policy")
def key_elsewhere(base: Base, random: Random) -> Iterator[Damage]:
    for block, key in MISPLACED:
        options = [n for n, line in enumerate(base.lines, 1) if line.strip() == f"{block}:"]
        number = random.choice(options)
        below = base.lines[number]
        deep = len(below) - len(below.lstrip(" "))
        item = below.lstrip().startswith("- ")
        text = base.with_line(number, base.lines[number - 1], " " * deep + ("- " if item else "") + key)
        yield base.damage("key_elsewhere", text, number + 1, note=f"{key} under {block}")
    lines = [(n, line) for n, line in enumerate(base.lines, 1) if line.strip().startswith(("cites:", "when:", "risk:"))]
    for number, line in some(random, lines, 12):
        deep = len(line) - len(line.lstrip(" "))
        key = random.choice(["within: 48 hours", "proposition: handed_over", "type: bool", "hit: first", "clauses: x"])
        text = base.with_line(number, " " * deep + key, line)
        yield base.damage("key_elsewhere", text, number, note=f"{key} before {line.strip()}")


@way("policy")
def reference_wrong(base: Base, random: Random) -> Iterator[Damage]:
    """Every kind of reference, to something that does not exist or is of another kind."""
    wrong = {
        "use": ("no-such-rule", "consequence", "shipping-fee"),
        "party": ("nobody", "customr", "quality"),
        "paused_by": ("no_window", "apeal", "acceptance_period"),
        "submits": ("customer.nothing", "dispute.filed_at"),
        "time_zone": ("dispute.zone", "dispute.filed_at"),
        "filed_at": ("dispute.zone", "dispute.time_zone"),
        "fact": ("no.fact", "order.on_platform"),
        "required_in": ("some", "product_row", "quality"),
        "met_by": ("order.on_platform", "no.event", "5"),
        "after": ("order.on_platform", "no.event", "dispute.time_zone", "48 hours"),
        "periods": ("must_prove", "quality", "consequence"),
        "owed": ("submission_period", "appeal"),
        "if_unknown": ("decide", "undetermind", "left out"),
        "otherwise": ("Nothing", "not applicable"),
        "written_as": ("status", "Return"),
        "list_of": ("party", "remedies"),
        "per": ("row", "scenarios"),
        "hit": ("any", "unique", "First"),
        "whichever": ("earliest",),
        "status": ("decidd", "=how_it_endd", "=over", "[decided]"),
        "in_favor_of": ("both", "[customer]", "=consequence.liable"),
        "goods_back": ("yes_please", "=sent_bak", "=over"),
        "risk": ("split_", "all seller"),
        "type": ("boolean", "date_time", "submission", "propositions"),
        "clauses": ("framework.nothing", "Framework"),
        "effective_from": ("2024-02-30", "1999-01-01", "01/01/2024", "2024-1-1", "20240101", "today"),
        "version": ("1.0.0", '"1.0"', '"01.0.0"', '"1.0.1"', '"v1"', "1.0"),
        "proposition": ("handed", "product_consistant"),
        "is": ("no_such", "=unsafe", "order.on_platform", "[a, b]"),
    }
    for key, values in wrong.items():
        nodes = [node for path, node in base.scalars if path[-1] == key]
        for new in values if nodes else ():
            node = random.choice(nodes)
            passes = "another valid reference" if (key, new) in _VALID else ""
            yield base.damage(
                "reference_wrong",
                base.with_span(node.place, new),
                node.place.line,
                harmless=passes,
                note=f"{key}: {new}",
            )


_VALID = frozenset({("version", "1.0.0"), ("paused_by", "acceptance_period"), ("whichever", "earliest")})


@way("policy")
def items_wrong(base: Base, random: Random) -> Iterator[Damage]:
    """Lists of names with something else in them."""
    for key in (
        "cites",
        "readings",
        "remedies",
        "liable",
        "deadlines",
        "no_longer_owed_by",
        "every_rule_says",
        "scenarios",
    ):
        lines = [n for n, line in enumerate(base.lines, 1) if line.strip().startswith(f"{key}: [")]
        for new in ("[nothing_such]", "nothing_such", "[]", "[null]", "[[a]]", "[9999]", "{a: b}", "[a, a]", "[-1]"):
            number = random.choice(lines)
            line = base.lines[number - 1]
            passes = "nothing need stand there" if new == "[]" else ""
            text = base.with_line(number, line[: line.index(f"{key}:")] + f"{key}: {new}")
            yield base.damage("items_wrong", text, number, harmless=passes, note=f"{key}: {new}")


@way("policy")
def declaration_renamed(base: Base, random: Random) -> Iterator[Damage]:
    """Something is declared under another name than the one that is used."""
    blocks = ("facts", "propositions", "groups", "decision", "parties", "define", "windows", "general_rules", "tables",
              "scenarios")  # fmt: skip
    for block in blocks:
        keys = [(path, place) for path, place in base.keys if len(path) == 2 and path[0] == block]
        for path, place in some(random, keys, 4):
            name = str(path[1])
            text = base.with_span(place, name + "x")
            yield base.damage("declaration_renamed", text, harmless="nothing names it", note=name)


@way("policy")
def value_removed(base: Base, random: Random) -> Iterator[Damage]:
    """A value of a fact or of a field is no longer declared."""
    keys = [(p, place) for p, place in base.keys if len(p) == 4 and p[2] in ("one_of", "list_of")]
    for path, place in some(random, keys, 20):
        text = base.with_line(place.line)
        yield base.damage("value_removed", text, harmless="nothing says it", note=str(path))


@way("policy")
def swapped_key(base: Base, random: Random) -> Iterator[Damage]:
    """A key of the language takes the place of another."""
    words = ("when", "else", "use", "id", "within", "after", "cites", "readings", "is", "risk", "type", "title")
    keys = [(p, place) for p, place in base.keys if p[-1] in words]
    for path, place in some(random, keys, 40):
        new = random.choice([word for word in words if word != path[-1]])
        block = base.block(place.line)
        passes = "a rule may have no id, an owed proposition no condition; both keys are optional here"
        yield base.damage(
            "swapped_key", base.with_span(place, new), *block, harmless=passes, note=f"{path}: {path[-1]} to {new}"
        )


def formulas(base: Base) -> list[tuple[Path_, Scalar]]:
    return [(path, node) for path, node in base.scalars if path[-1] in FORMULA_KEYS or path[0] == "define"]
