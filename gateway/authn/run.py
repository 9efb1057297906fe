"""An errand done: the one way into this floor for a child of the sandbox."""

from gateway.authn.errands import Errand, Outcome
from gateway.authn.seal import prepare
from gateway.authn.verify import verify
from gateway.mime.buffer import Buffer
from gateway.model.limits import Limits


def run(data: Buffer, limits: Limits, errand: Errand) -> Outcome:
    """Do what is asked. Raises ValueError for an errand that asks for nothing, or for a plan out of place."""
    if errand.verifying is not None:
        asked = errand.verifying
        return Outcome(verified=verify(data, asked.client, asked.known, limits, asked.now))
    if errand.sealing is not None:
        return Outcome(material=prepare(data, errand.sealing.plan, limits))
    raise ValueError("an errand for nothing")
