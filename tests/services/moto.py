"""A real S3 for tests: moto's server in a process of its own, with one bucket, ended by its pid."""

import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from tests.services.ports import HOST, free_ports, wait_until_listening

BUCKET = "postern"
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_REGION": "us-east-1"}


@contextmanager
def moto() -> Iterator[Mapping[str, str]]:
    """Run the server; give the environment in which `s3://postern/…` is there."""
    (port,) = free_ports(1)
    server = [sys.executable, "-m", "moto.server", "-H", HOST, "-p", str(port)]
    process = subprocess.Popen(server, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    endpoint = f"http://{HOST}:{port}"
    try:
        wait_until_listening(port, lambda: process.poll() is None)
        make = urllib.request.Request(f"{endpoint}/{BUCKET}", method="PUT")
        with urllib.request.urlopen(make, timeout=30):
            pass
        yield CREDENTIALS | {"AWS_ENDPOINT_URL": endpoint, "AWS_ALLOW_HTTP": "true"}
    finally:
        process.terminate()
        process.wait(60)
