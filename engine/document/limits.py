"""How large a document may be. Every reader of outside text keeps to these bounds."""

DOCUMENT_BYTES = 1024 * 1024
SCALAR_BYTES = 8 * 1024
NODES = 20_000  # values; keys are not counted
DEPTH = 32
NUMBER = 10**9
FRACTION_DIGITS = 9
PROBLEMS = 100  # a reader stops after so many


def longer_than(text: str, limit: int) -> bool:
    """Whether the text takes more than `limit` bytes in UTF-8."""
    return len(text) * 4 > limit and len(text.encode("utf-8", "surrogatepass")) > limit
