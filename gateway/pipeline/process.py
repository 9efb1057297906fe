"""The path of one message, top to bottom.

Receive (the door did it), examine, scan, verify, decide, edit, seal, relay, reply, record. Nothing here says 2xx: a
positive reply is the next hop's own, to this very message. Whatever goes wrong is 4xx, and the client
keeps the message. The door translates what is raised here, at one place.
"""

from gateway.model.reply import Reply
from gateway.pipeline.job import Job
from gateway.pipeline.passage import Passage
from gateway.pipeline.services import Services
from gateway.ports.delivery import Outlet


async def process(job: Job, on: Services, out: Outlet) -> Reply:
    """Judge the message and relay it, or say why not; return the reply for the client. Never raises."""
    one = Passage(job, on, out)
    reply = await through(one)
    on.log.write(one.record(reply))
    return reply


async def through(one: Passage) -> Reply:
    """Take a message all the way; return the reply for the client. Never raises."""
    try:
        try:
            await one.judge()
            await one.keep()
            if not one.verdict.stops:
                await one.link()
                one.edit()
        finally:
            one.close()
        return one.explained() if one.verdict.stops else await one.relay(one.job.deadline)
    except Exception as error:  # noqa: BLE001 - the law: whatever it is, it has a reply
        return one.failed(error)
    finally:
        await one.settle()
