"""Numbers with groups of three, as in official Chinese figures on screens; Django's own format has none."""

THOUSAND_SEPARATOR = ","
NUMBER_GROUPING = 3
