"""Floor 1: policy files in, verdicts out; pure.

Read in this order: names (what a file name claims), agree (files against families), senders (who sent it,
for whom), match (rules), files (what a file is to the policy), scanned (what scanners said), sealed (edits in
signed mail), decide (the verdict), explain (its reply), trail (why, and what came near). From files to
policies: source (plain data with positions), units and words (what stands for values), shape and ruleshape
(the keys of each file), parse (a file's shape, or its mistakes), lists and rules (files' rules made ready),
levels (files on their parents), lint, lint_rules and reach (what only several places together show), inherit
(all levels to one policy), assemble (all of it). For people: resolved (the way back), review (what time makes
of it), schema (for editors).
"""
