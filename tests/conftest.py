"""What the tests share: the shipped pack, loaded once."""

from __future__ import annotations

import os
import tempfile

import pytest

import engine.cache  # noqa: F401 - before a test puts another loader in the place of the one that it takes
from engine import Pack, Version, load_pack
from engine.cli import pytest_plugin

# Tests keep nothing in the user's own folders. All share one cache, as the commands of one user do.
_CACHE = tempfile.TemporaryDirectory(prefix="aftersale-tests-", ignore_cleanup_errors=True)
os.environ["AFTERSALE_CACHE"] = _CACHE.name


def pytest_configure(config: pytest.Config) -> None:
    """The policy tests of `policies/` are collected, too, whether the project is installed or not."""
    if not config.pluginmanager.is_registered(pytest_plugin):
        config.pluginmanager.register(pytest_plugin)


@pytest.fixture(scope="session")
def pack() -> Pack:
    return load_pack()


@pytest.fixture(scope="session")
def version(pack: Pack) -> Version:
    return pack.version("1.0.0")
