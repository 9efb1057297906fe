"""What a policy makes of a message."""

from dataclasses import dataclass

from gateway.model.policy import Action


@dataclass(frozen=True, slots=True)
class Judgement:
    """One artifact or finding, and what the policy makes of it."""

    where: str
    action: Action
    reason: str
    """A reason word of the reply catalogue; empty where the action is ALLOW."""
    rule: str
    """Id of the rule that decided: a rule of the file, or "allow", "otherwise", "ambiguous_mime" …"""
    name: str = ""
    """The name to show for it; uncleaned."""
    found: str = ""
    """What it was found to be: a media type, a signature name, a finding word."""
    keep: bool = False
    """A copy of the original message goes into the quarantine, whatever else is done."""
    ttl: float | None = None
    """Seconds that a link to the hosted file lives, where the rule says so."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The decision about a message; every refusal names the rules that led to it."""

    action: Action
    judgements: tuple[Judgement, ...]
    policy: str
    policy_version: str

    @property
    def deciding(self) -> tuple[Judgement, ...]:
        """The judgements that made the action what it is; empty for ALLOW."""
        if self.action is Action.ALLOW:
            return ()
        return tuple(one for one in self.judgements if one.action is self.action)

    @property
    def stops(self) -> bool:
        """Tell whether the message is not relayed."""
        return self.action >= Action.QUARANTINE

    @property
    def keeps(self) -> bool:
        """Tell whether the original must be in the quarantine before anything is answered."""
        return self.action is Action.QUARANTINE or any(one.keep for one in self.judgements)
