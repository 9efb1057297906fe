"""A real nginx in front of the files service, with the configuration of deploy/web and a certificate of its own."""

import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.services.ports import HOST, wait_until_listening

CONF = (Path(__file__).parents[2] / "deploy/web/nginx.conf").read_text()
WHOLE = """\
daemon off;
worker_processes 1;
pid {folder}/pid;
error_log stderr warn;
events {{ worker_connections 2048; }}
http {{
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    sendfile on;
{conf}
}}
"""


@contextmanager
def nginx(port: int, upstream: int, names: str, blobs: Path) -> Iterator[None]:
    """Speak TLS at `port` for the service at `upstream`."""
    with tempfile.TemporaryDirectory(prefix="nginx-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        key, certificate = folder / "key.pem", folder / "certificate.pem"
        make = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
        named = ["-subj", "/CN=files.example", "-days", "2", "-keyout", str(key), "-out", str(certificate)]
        subprocess.run([*make, *named], check=True, capture_output=True)
        conf = CONF
        for before, after in (
            ("127.0.0.1:8600", f"{HOST}:{upstream}"),
            ("listen 443", f"listen {HOST}:{port}"),
            ("files1.example files2.example files3.example files4.example files5.example files6.example", names),
            ("/etc/postern/files.pem", str(certificate)),
            ("/etc/postern/files.key", str(key)),
            ("/var/lib/postern/store/blobs", str(blobs)),
        ):
            assert before in conf
            conf = conf.replace(before, after)
        (folder / "nginx.conf").write_text(f"user root;\n{WHOLE.format(folder=folder, conf=conf)}")
        running = subprocess.Popen(
            ["nginx", "-e", "stderr", "-c", folder / "nginx.conf", "-p", folder], stderr=subprocess.PIPE
        )
        try:
            wait_until_listening(port, lambda: running.poll() is None)
            yield
        finally:
            running.terminate()
            running.communicate(timeout=20)
