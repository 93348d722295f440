"""How large a document may be, and how it is opened. Every reader of outside text keeps to this."""

import os

DOCUMENT_BYTES = 1024 * 1024
SCALAR_BYTES = 8 * 1024
NODES = 20_000  # values; keys are not counted
DEPTH = 32
NUMBER = 10**9
FRACTION_DIGITS = 9
# a FIFO or a device must not keep us waiting when it is opened
AT_ONCE = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0) | getattr(os, "O_BINARY", 0)
PROBLEMS = 100  # a reader stops after so many


def longer_than(text: str, limit: int) -> bool:
    """Whether the text takes more than `limit` bytes in UTF-8."""
    return len(text) * 4 > limit and len(text.encode("utf-8", "surrogatepass")) > limit
