"""Questions about a policy that need no case."""
