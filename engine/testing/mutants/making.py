"""How a mutant is made: something left out, put in the place of something, or changed inside a formula."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from engine.document import Node, Scalar, Sequence, at, key_place_of, place_of
from engine.document.read import texts, under
from engine.policy.model import Policy
from engine.testing.mutants.formulas import changes
from engine.testing.mutants.model import LEFT_OUT, Edit, Kind, Mutant, Path
from engine.testing.mutants.tree import address, label, listed, scalar
from engine.testing.mutants.words import FEW, Words


class Making:
    """Makes mutants of the document of a policy. `needs` is always what a test must show to notice the mutant."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self.document = policy.document
        self.words = Words(policy)

    def at(self, path: Path) -> Node:
        return at(self.document, path)

    def node(self, path: Path) -> Node | None:
        """What stands at a path; None when there is nothing."""
        return under(self.at(path[:-1]), str(path[-1]))

    def formula(self, path: Path, kind: Kind) -> Iterator[Mutant]:
        node = self.node(path)
        if not isinstance(node, Scalar) or not isinstance(node.value, str):
            return
        written = node.value.strip()
        sign = "=" if written.startswith("=") else ""
        for change in changes(written.removeprefix("=").strip(), self.words):
            edit = Edit(scalar(sign + change.formula, node.place))
            needs = f"a case in which {change.needs}"
            yield self.made(path, edit, kind, sign + change.formula, change.said, needs)

    def without(self, path: Path, kind: Kind, needs: str) -> Mutant:
        """A key or an item left out."""
        last = path[-1]
        node = self.at(path)
        if isinstance(last, int):
            whole = self.at(path[:-1])
            assert isinstance(whole, Sequence)
            said = f"`{label(whole, last)}` is left out"
        else:
            value = f": {_short(node)}" if isinstance(node, Scalar) else ""
            said = f"`{last}{value}` is left out"
        return self.made(path, Edit(), kind, LEFT_OUT, said, needs)

    def word(self, path: Path, value: str | bool, kind: Kind, needs: str) -> Mutant:
        """Another value under a key."""
        node = self.at(path)
        shown = _written(value)
        said = f"`{_short(node)}` becomes `{shown}`"
        return self.made(path, Edit(scalar(value, node.place)), kind, shown, said, needs)

    def list_of(self, path: Path, values: list[str], kind: Kind, needs: str) -> Mutant:
        """Other values in a list."""
        node = self.at(path)
        shown = f"[{', '.join(values)}]"
        said = f"`{_short(node)}` becomes `{shown}`"
        return self.made(path, Edit(listed(values, node.place)), kind, shown, said, needs)

    def words_less(self, path: Path, kind: Kind, needs: str) -> Iterator[Mutant]:
        """A list of words with one left out, for each."""
        node = self.node(path)
        own = list(texts(node)) if node is not None else []
        for number, value in enumerate(own):
            less = self.list_of(path, [*own[:number], *own[number + 1 :]], kind, needs)
            yield replace(less, said=f"`{value}` is left out of `{path[-1]}`") if len(own) > FEW else less

    def made(self, path: Path, edit: Edit, kind: Kind, becomes: str, said: str, needs: str) -> Mutant:
        place = key_place_of if edit.node is None else place_of
        scenario = str(path[1]) if path[0] == "scenarios" else None
        name = address(self.document, path)
        return Mutant(kind, path, name, becomes, said, needs, place(self.document, path), scenario, edit)


def _written(value: object) -> str:
    return "null" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def _short(node: Node) -> str:
    """What stands at a place, in one line."""
    if isinstance(node, Sequence):
        return f"[{', '.join(texts(node))}]"
    return " ".join(_written(node.value).split()) if isinstance(node, Scalar) else "..."
