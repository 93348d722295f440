"""Ways to run a linked program."""
