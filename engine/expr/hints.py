"""What the writer of an expression that was refused probably meant."""

from __future__ import annotations

import ast
import keyword
import re
from typing import Final

from engine.diagnostics import did_you_mean, quoted
from engine.expr.scope import FUNCTIONS, Scope
from engine.expr.types import NUMBERS, Type

ABSENT: Final = "write `given(x)` or `happened(x)` to test for what is absent"
INSTEAD: Final[dict[type[ast.AST], str]] = {
    ast.BinOp: "there is no arithmetic; declare what you need as a fact",
    ast.BitAnd: "write `and`",
    ast.BitOr: "write `or`",
    ast.IfExp: "write a choice under `define:` with `when` and `is`",
    ast.Subscript: "there is no indexing; use `contains(list, value)`",
    ast.Lambda: "there are no functions of your own",
    ast.Tuple: "write a list in square brackets",
    ast.Dict: "there are no mappings in expressions",
    ast.Set: "write a list in square brackets",
    ast.JoinedStr: "there are no texts put together from parts",
    ast.NamedExpr: "give it a name under `define:`",
    ast.ListComp: "nothing loops here; use `contains(list, value)`",
    ast.GeneratorExp: "nothing loops here; use `contains(list, value)`",
    ast.Is: "write `==`",
    ast.IsNot: "write `!=`",
    ast.USub: "a number cannot be negative here",
    ast.UAdd: "write the number without a sign",
    ast.Invert: "write `not`",
    ast.Starred: "write the arguments out",
    ast.keyword: "write the arguments without names",
}
_TIMES: Final = ("instant", "date")
_WORDS: Final = frozenset({"and", "or", "not", "in"})
_RESERVED: Final = frozenset(keyword.kwlist) - _WORDS - {"True", "False", "None"}
_OPERATORS: Final = r"and|or|not|in|==|!=|<=|>=|<|>|,"
_IN_QUOTES: Final = re.compile(r"'[^']*'|\"[^\"]*\"")
_CASES: Final = (
    (r"&&|\|\||!(?!=)|\b(?:AND|OR|NOT|IN)\b", "write `and`, `or`, `not`, `in`, in small letters"),
    (r"=>|=<", "write `>=` or `<=`"),
    (r"(?<![=!<>])=(?!=)", "`==` compares; a single `=` does not"),
    (r"\?|\bif\b", "there is no `if`; write a choice under `define:` with `when` and `is`"),
    (r"\b(?:and|or|not|in)\s+(?:and|or|in)\b(?<!\bnot in)", "something is missing between the two words"),
    (r";", "an expression is one condition; join two with `and`"),
    (r"\.\.|\.(?=\s|$)|(?:^|\s)\.", "a dot stands between the two parts of a name"),
    (rf"(?:^|[\s\w])(?:{_OPERATORS})\s*$", "something is missing at the end"),
    (r"^\s*(?:and|or|in|==|!=|<=|>=|<|>|,)(?!\w)", "something is missing at the beginning"),
)


def syntax_hint(text: str) -> str | None:
    """A guess at what is wrong with a text that is no expression; None where there is none."""
    bare = _IN_QUOTES.sub("x", text)
    if "'" in bare or '"' in bare:
        return "a quote is not closed"
    if bare.count("(") != bare.count(")") or bare.count("[") != bare.count("]"):
        return "a bracket is not closed; inside `{...}` a comma ends the value, so write one key to a line"
    for pattern, hint in _CASES:
        if re.search(pattern, bare):
            return hint
    for name in re.findall(r"[A-Za-z_]+", bare):
        if name in _RESERVED:
            return f"`{name}` is reserved and cannot be a part of a name; give what is meant another name"
    if re.search(r"[\w)\]]\s+[\w(\[]", re.sub(rf"\b(?:{'|'.join(_WORDS)})\b", "=", bare)):
        return "between two conditions stands `and` or `or`"
    return None


def nearest_name(name: str, options: set[str], scope: Scope) -> str | None:
    """What may be meant by a name that is none."""
    parts = sorted(option for option in options if option.startswith(f"{name}."))
    if name in scope.groups:
        return f"a group stands only after `{scope.grouped} in`"
    if name in FUNCTIONS:
        return f"it is a function: `{FUNCTIONS[name]}`"
    if name == "null":
        return ABSENT
    return f"write one of {', '.join(map(quoted, parts[:8]))}" if parts else did_you_mean(name, options)


def how_to_ask(text: str, type_: Type) -> str | None:
    """How to make a condition of a value that is none."""
    if type_.kind == "instant":
        return f"ask `happened({text})`"
    if type_.kind == "list":
        return f"ask `contains({text}, ...)`"
    if type_.kind == "word" and len(type_.values) == 1:
        return f"no name {quoted(*type_.values)} is declared, so it is taken for a value"
    return f"compare it: `{text} == ...`" if type_.kind == "word" else None


def how_to_compare(left: str, a: Type, right: str, b: Type) -> str | None:
    """How to say what two sides that never compare were probably meant to say."""
    if "list" in (a.kind, b.kind):
        return f"`contains({left if a.kind == 'list' else right}, ...)` looks into a list"
    (text, one), (other, two) = ((left, a), (right, b)) if a.kind in _TIMES else ((right, b), (left, a))
    if one.kind not in _TIMES:
        return None
    day = text if one.kind == "date" else f"day({text})"
    if two.kind == "text" and other[1:2].isdigit():
        return f"compare `{day}` with `date({other})`"
    if two.kind in NUMBERS and one.kind == "instant":
        return f"a time after `{text}` is a window: declare one, and compare with its `.ends`"
    return f"compare `{day}` with it" if two.kind == "date" else None


def unfit(text: str, found: Type, expected: Type) -> str:
    """Why a value cannot stand where another type is wanted."""
    odd = sorted(found.values - expected.values)
    if odd and {found.kind, expected.kind} <= {"word", "list"}:
        return f"{quoted(text)} may be {', '.join(map(quoted, odd[:6]))}, and there is no such value here"
    return f"{expected} is expected here, and {quoted(text)} is {found}"


def counted(number: int) -> str:
    return "no argument" if number == 0 else "one argument" if number == 1 else f"{number} arguments"
