"""What the tests share: the shipped pack, loaded once."""

from __future__ import annotations

import pytest

from engine import Pack, Version, load_pack


@pytest.fixture(scope="session")
def pack() -> Pack:
    return load_pack()


@pytest.fixture(scope="session")
def version(pack: Pack) -> Version:
    return pack.version("1.0.0")
