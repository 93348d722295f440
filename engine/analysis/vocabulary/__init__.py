"""Every word that a version offers, with one line and one example each."""
