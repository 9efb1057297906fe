"""Why hostile bytes are parsed in a child, and how.

Parsers, unpackers and libmagic read what strangers made. One wrong byte may crash them, hang them, or make
them run the stranger's code. So they run in child processes that hold no socket, no secret and no other
mail, may open no connection and start no program, and are killed at the deadline. The worker, which holds
all of that, reads from a child nothing but bounded, typed plain data.

A worker forks one *nursery* before it starts threads or its event loop and before it reads secrets; the
nursery forks the children, now and whenever one must be replaced, so that they share its pages and start
in about a millisecond. A small message goes in beside the request, a larger one as a descriptor; small files
come back beside the answer, larger ones behind a descriptor each.

Read in this order: frames (what is said), jail and seccomp (what a child may do), child (what it does),
mapped and rooms (where message and files lie), nursery (where it comes from), handle (the worker's view of
one), crew (all of them), poison (which messages killed one), pool (the examiner).
"""
