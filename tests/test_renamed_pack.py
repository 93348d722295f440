"""A pack in which every name is another one decides the same: the engine knows the names of no policy."""

from __future__ import annotations

import pytest

from engine import Version, load_pack
from tests.renaming import Renamed
from tests.strategies import dispute

SHIPPED = load_pack()


@pytest.fixture(scope="module")
def renamed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Renamed, Version]:
    names = Renamed(SHIPPED.version("1.0.0").policy)
    return names, load_pack(names.write(tmp_path_factory.mktemp("renamed"))).version("1.0.0")


def test_no_name_is_the_same_in_the_renamed_pack(renamed: tuple[Renamed, Version]) -> None:
    _, version = renamed
    old, new = SHIPPED.version("1.0.0").policy, version.policy
    for block in ("facts", "propositions", "groups", "fields", "parties", "define", "windows", "tables", "rows"):
        names = getattr(old, block)
        assert len(getattr(new, block)) == len(names)
        assert not set(getattr(new, block)) & set(names), block
    assert not {field.written_as for field in old.fields.values()} & {field.written_as for field in new.fields.values()}


def test_a_pack_in_which_every_name_is_another_decides_the_same(renamed: tuple[Renamed, Version]) -> None:
    """The engine knows the names of no policy."""
    names, other = renamed
    version = SHIPPED.version("1.0.0")
    for number in range(400):
        found = dispute(number)
        decision = version.decide(version.read_case(found.document), found.as_of).to_dict()
        twin = other.decide(other.read_case(names.document(found.document)), found.as_of).to_dict()
        assert twin == names.decision(decision, twin)
