"""Floor 6: work that no message waits for.

`schedule.py` keeps loops running, each by itself; the others are what a loop does: `listing_watch.py` asks who lists
our attachment domains, `rotate.py` decides which of them rest or come back.
"""
