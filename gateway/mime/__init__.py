"""Floor 1: bytes to a tree of spans, and back without loss.

Read in this order: `buffer`; `fields` and `words` (header blocks and the text in them); `params`, `filenames`
and `content` (what the structural fields say); `delimiters` and `split` (the tree); `roles`, `decode` and
`charsets` (what the leaves are and hold); `encodings` (files in texts: `uuencode`, `xxencode`, `yenc`, `binhex`,
`armour`, `bare`); `mailbox` (where a stored message begins); `readings` and `damage` (what other readers see in
an ambiguous part); `splice` (what leaves). Content never raises here: it leaves findings.
"""
