"""What became of a table of cases under two versions: as text, as data, and as a page with pictures."""
