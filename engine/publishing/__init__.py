"""The life of a version: begun as a copy of another, published from a day on, superseded when it was wrong."""
