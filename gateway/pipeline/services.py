"""The bundle of ports that one worker owns."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from gateway.pipeline.silence import Silence
from gateway.ports.authentication import Authenticator, Sealer
from gateway.ports.delivery import NextHop
from gateway.ports.hosting import Hosting
from gateway.ports.inspection import Examiner, Scanner
from gateway.ports.links import LinkFinder, LinkMaker
from gateway.ports.notices import NoticeWriter
from gateway.ports.passes import Passes
from gateway.ports.quarantine import Quarantine
from gateway.ports.records import MessageLog
from gateway.ports.spool import SpoolFactory


@dataclass(frozen=True, slots=True)
class Services:
    """What `process()` and the doors work with."""

    hostname: str
    """Our name in the greeting and the trace field."""
    examiner: Examiner
    scanners: Sequence[Scanner]
    next_hop: NextHop
    log: MessageLog
    spools: SpoolFactory
    scan_raw_up_to: int
    """Raw messages up to this many bytes are scanned as a whole too."""
    quarantine: Quarantine
    notices: NoticeWriter
    authenticator: Authenticator | None = None
    """None where sender authentication is switched off."""
    sealer: Sealer | None = None
    """None where there are no keys to seal with."""
    silence: Silence = field(default_factory=Silence)
    """Of the scanners."""
    passes: Passes | None = None
    """None where no message that was released can come back."""
    hosting: Hosting | None = None
    """None where no file can wait behind a link."""
    finder: LinkFinder | None = None
    links: LinkMaker | None = None
    """None where no links are rewritten."""
