"""Rows as generated Python: the fast way to run a linked program, where all that is asked is known."""
