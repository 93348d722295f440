"""How a decision came about, as plain immutable data: the same from every way to run a program."""
