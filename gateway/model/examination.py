"""What looking into a message yields."""

from dataclasses import dataclass

from gateway.model.artifact import Artifact
from gateway.model.finding import Finding
from gateway.model.message import Message


@dataclass(frozen=True, slots=True)
class Examination:
    """The tree, every file found in it, and everything noticed on the way."""

    message: Message
    artifacts: tuple[Artifact, ...]
    findings: tuple[Finding, ...]
