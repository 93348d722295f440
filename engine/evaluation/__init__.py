"""Decide one case: under its row, or under every row while the row is not known; and by which version."""
