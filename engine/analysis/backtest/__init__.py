"""A whole table of cases decided under two versions: how many change, from what to what, and by which rules."""
