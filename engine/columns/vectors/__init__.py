"""A program run on many cases at once: the reference meaning (`engine.backends`), name by name, on arrays.

Every value is an array over the rows, with how much of it is known. Where a decision hangs on what is not known, its
row is left to the reference; `Run.doubt` are rows for which this cannot tell.
"""
