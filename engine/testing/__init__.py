"""Policy tests: the cases of a pack, what is expected of them, and what they leave untried."""
