"""Floor 0: the nouns of the house, as frozen and slotted dataclasses.

Nothing here does I/O or knows a library. Read in this order: span, reply, errors, limits, envelope,
message, artifact, finding, examination, scan, facts, policy, tenant, policyset, verdict, plan, record.
"""
