"""Changes to the policy itself, one at a time, and which of them the tests of a pack notice."""
