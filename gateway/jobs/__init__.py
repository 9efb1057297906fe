"""Floor 6: work that no message waits for.

`schedule.py` keeps loops running, each by itself; the others are what a loop does: `listing_watch.py` asks who lists
our attachment domains, `rotate.py` decides which of them rest or come back; `rescan.py` looks for hosted files to scan
again, `checking.py` scans them, `turned_bad.py` takes bad ones back, `retention.py` ends them in time. `rejudging.py`
is for a command: today's policies over yesterday's files.
"""
