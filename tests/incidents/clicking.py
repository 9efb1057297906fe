"""What a recipient's browser asks for, after the page that stands before a download."""

import urllib.error
import urllib.request


def click(url: str, host: str = "", client: str = "192.0.2.1") -> tuple[int, bytes]:
    """Ask for the file of a link; `host` is the domain that the link was opened on, where it is not that of `url`."""
    head = {"X-Forwarded-For": client} | ({"Host": host} if host else {})
    try:
        with urllib.request.urlopen(urllib.request.Request(url, b"do=download", head), timeout=20) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()
