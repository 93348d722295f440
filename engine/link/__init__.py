"""One program per row of a policy: general and own blocks put together, every name resolved, ready for any backend."""
