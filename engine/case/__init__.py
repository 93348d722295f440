"""A case: the facts of one dispute, checked and typed by the declarations of a version."""
