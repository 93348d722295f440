"""What only some commands need, and not every installation has."""

from __future__ import annotations

import click


def need_columns() -> None:
    """Raises UsageError where the libraries for tables of cases are not installed, or too old."""
    try:
        import engine.columns  # noqa: F401
    except ImportError as missing:
        how = "install them with `pip install 'aftersale[columns]'`"
        raise click.UsageError(f"tables of cases need the libraries numpy and pyarrow: {missing}; {how}") from missing
