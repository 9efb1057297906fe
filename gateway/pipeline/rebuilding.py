"""Writing an ambiguous message anew, into a spool that leaves in its stead."""

from gateway.edit.planner import Changes
from gateway.edit.rebuild import Source, Unbuildable, rebuild
from gateway.model.errors import Refused
from gateway.model.reply import AMBIGUOUS_MIME
from gateway.pipeline.job import Job
from gateway.ports.inspection import Inspection
from gateway.ports.spool import Spool, SpoolFactory


def rebuilt(job: Job, inspection: Inspection, spools: SpoolFactory, changes: Changes) -> Spool:
    """Return the new message, made of judged parts only; the caller closes it.

    Takes little more than the space of the judged files. Raises `Refused` where a part cannot be written anew.
    """
    found = inspection.examination
    source = Source(
        original=lambda span: b"".join(job.spool.chunks(span)),
        content=lambda span: inspection.scratch.chunks(span) if span.start < span.end else (),
        seed=_seed(inspection, job),
    )
    spool = spools()
    try:
        for chunk in rebuild(found.message, found.artifacts, source, changes.fields, changes.entities):
            spool.write(chunk)
    except Unbuildable as error:
        spool.close()
        raise Refused(AMBIGUOUS_MIME.reply(f"id={job.id}"), f"cannot be rebuilt: {error}") from error
    except BaseException:
        spool.close()
        raise
    return spool


def _seed(inspection: Inspection, job: Job) -> str:
    """Join what the sender cannot know with what the message holds."""
    return "/".join((job.id, repr(job.received_at), *(one.sha256 for one in inspection.examination.artifacts[:5])))
