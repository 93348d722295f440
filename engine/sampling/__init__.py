"""Made-up cases of a policy: as many as wanted, the same for the same seed, like real ones where a pack says how."""
