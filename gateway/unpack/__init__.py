"""Floor 2: containers to members, in bounded time and space.

Read in this order: store (where bytes go), budget (what may be spent), opener (what a container gives), walk
(from a file to all files in it), openers (who opens what), then the openers zips, tars, streams, archives, rars
and images; listing is what libarchive makes of the last ones.
"""
