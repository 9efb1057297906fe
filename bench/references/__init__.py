"""Other people's relays on the same work as the gateway; `python -m bench.references` runs all that are here.

They run privately, with configurations as their documentation gives them, on loopback and from folders that are
removed.
"""
