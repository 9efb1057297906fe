"""Floor 2: containers to members, in bounded time and space.

Read in this order: store (where bytes go), budget (what may be spent), opener (what a container gives), walk
(from a file to all files in it), then the openers zips, tars, streams.
"""
