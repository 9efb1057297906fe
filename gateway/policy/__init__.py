"""Floor 1: policy files in, verdicts out; pure.

Read in this order: names (what a file name claims), agree (files against families), match (rules),
decide (the verdict), explain (its reply). From files to policies: source (plain data with positions),
units (words that stand for values), shape (the keys of each file), parse (a file's shape, or its mistakes),
lint (what only several places together show), inherit (default and tenant to one policy), assemble (all of
it), resolved (the way back, for people).
"""
