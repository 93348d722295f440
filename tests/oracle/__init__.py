"""A second answer to every dispute, independent of the engine, to test it against: nothing is shared with the engine
or the policy pack. `rules.decide` is ordinary Python, written by hand from the published clauses and the recorded
readings; `generate.cases` makes up lives of disputes to compare on."""
