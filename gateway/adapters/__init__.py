"""Floor 5: the world, one file or folder for each technology; only `app` names what lives here.

`spool.py` holds bytes, `sandbox/` parses hostile ones in a child, `clamav.py` has them scanned.
"""
