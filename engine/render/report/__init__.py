"""The report of a case: one page that stands alone, for a screen, a phone and paper."""
