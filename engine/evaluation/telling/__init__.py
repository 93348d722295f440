"""A row as generated Python that reads what a decision reads and tells how it came about: two-valued, all in one go."""
