"""Another implementation's word: Mail::DKIM verifies signatures and chains, with keys from the test's name server."""

import subprocess
from typing import Literal

_SCRIPT = """
use strict; use warnings;
use Net::DNS; use Mail::DKIM::DNS; use Mail::DKIM::Verifier; use Mail::DKIM::ARC::Verifier;
my ($host, $port, $what) = @ARGV;
Mail::DKIM::DNS::resolver(Net::DNS::Resolver->new(nameservers => [$host], port => $port, recurse => 0));
my $one = $what eq 'arc' ? Mail::DKIM::ARC::Verifier->new() : Mail::DKIM::Verifier->new();
binmode STDIN;
local $/;
$one->PRINT(scalar <STDIN>);
$one->CLOSE();
print $one->result_detail();
"""


def by_mail_dkim(server: str, what: Literal["dkim", "arc"], raw: bytes) -> str:
    """Return its result with details, such as "pass" or "fail (body has been altered)"."""
    host, _, port = server.rpartition(":")
    done = subprocess.run(["perl", "-e", _SCRIPT, host, port, what], input=raw, capture_output=True, check=True)
    return done.stdout.decode()
