"""Floor 1: bytes to a tree of spans, and back without loss.

Read in this order: `buffer`; `fields` and `words` (header blocks and the text in them); `params`, `filenames`
and `content` (what the structural fields say); `delimiters` and `split` (the tree); `decode` and `uuencode`
(what the leaves hold); `readings` and `damage` (what other readers see in an ambiguous part); `splice` (what
leaves). Content never raises here: it leaves findings.
"""
