"""Floor 1: what a file truly is, whatever it claims.

Read in this order: names (the words), content (how bytes are looked at), identified (the answer), identify
(the order of the questions), then one module for each kind of structure.
"""
