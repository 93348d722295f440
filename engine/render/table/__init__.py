"""The framework table of a version: one row per scenario, drawn from the linked programs."""
