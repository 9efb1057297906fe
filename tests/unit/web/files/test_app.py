"""What a browser, a scanner of links, a download manager and a liar get."""

from dataclasses import replace
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest

from tests.unit.web.desk import CONTENT, TERMS, Desk

pytestmark = pytest.mark.enable_socket


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """Give a service."""
    return Desk(tmp_path)


async def test_click_gives_the_file(desk: Desk) -> None:
    """The page, the ticket, the bytes; and a line in the journal with a truncated address."""
    file = desk.put("Übersicht.pdf")
    async with desk.serving():
        page = await desk.ask("GET", desk.link(file), accept_language="de")
        got = await desk.download(desk.link(file))

    assert (200, True, "de") == (page.status, "Übersicht.pdf" in page.text, page.head["content-language"])
    assert (200, CONTENT) == (got.status, got.body)
    assert "filename*=UTF-8''%C3%9Cbersicht.pdf" in got.head["content-disposition"]
    assert [("127.0.0.0/24", len(CONTENT))] == [(one.address, one.size) for one in desk.journal(file)]
    assert desk.shelf.find(file.id).downloads == 1


async def test_whoever_only_looks_fetches_nothing(desk: Desk) -> None:
    """Scanners of links ask by GET and HEAD, with whatever they add."""
    file = desk.put()
    async with desk.serving():
        answers = [
            await desk.ask("GET", desk.link(file), range="bytes=0-10"),
            await desk.ask("HEAD", desk.link(file)),
            await desk.ask("GET", f"{desk.link(file)}?ticket="),
            await desk.ask("GET", f"{desk.link(file)}?do=download"),
        ]

    assert [200] * 4 == [one.status for one in answers]
    assert {"text/html; charset=utf-8"} == {one.head["content-type"] for one in answers}
    assert answers[1].body == b""
    assert list(desk.journal(file)) == []


async def test_download_can_be_resumed(desk: Desk) -> None:
    """Ranges, validators, HEAD, as RFC 9110 has them."""
    file = desk.put()
    tag = f'"{file.sha256}"'
    async with desk.serving():
        place = (await desk.ask("POST", desk.link(file), b"do=download")).head["location"]
        part = await desk.ask("GET", place, range="bytes=1000-", if_range=tag)
        other = await desk.ask("GET", place, range="bytes=1000-", if_range='"other"')
        same = await desk.ask("GET", place, if_none_match=tag)
        beyond = await desk.ask("GET", place, range=f"bytes={file.size}-")
        many = await desk.ask("GET", place, range="bytes=0-1,5-9")
        head = await desk.ask("HEAD", place)

    assert (206, f"bytes 1000-{file.size - 1}/{file.size}") == (part.status, part.head["content-range"])
    assert part.body == CONTENT[1000:]
    assert (200, CONTENT) == (other.status, other.body)
    assert (304, b"", tag) == (same.status, same.body, same.head["etag"])
    assert (416, f"bytes */{file.size}") == (beyond.status, beyond.head["content-range"])
    assert (200, CONTENT) == (many.status, many.body)
    assert (200, str(file.size), b"") == (head.status, head.head["content-length"], head.body)


async def test_empty_file_is_given_out(desk: Desk) -> None:
    """Nothing is also a content."""
    file = desk.put(content=b"")
    async with desk.serving():
        got = await desk.download(desk.link(file))

    assert (200, "0", b"") == (got.status, got.head["content-length"], got.body)


async def test_ticket_of_another_link_gives_a_page_that_is_no_file(desk: Desk) -> None:
    """403, so that no program saves the page under the file's name."""
    file = desk.put()
    async with desk.serving():
        place = (await desk.ask("POST", desk.link(file), b"do=download")).head["location"]
        other = desk.link(file, expires_at=int(file.expires_at) - 1)
        answers = [
            await desk.ask("GET", f"{other}?{place.partition('?')[2]}"),
            await desk.ask("GET", f"{desk.link(file)}?ticket=0.x"),
        ]

    assert [403, 403] == [one.status for one in answers]
    assert not any(CONTENT[:100] in one.body for one in answers)


@pytest.mark.parametrize(
    "change",
    [
        lambda link: link[:-20],
        lambda link: "/" + link[2:],
        lambda link: link.replace(".", "", 1),
        lambda link: link.partition("/f")[0][:40] + "/x",
        lambda link: link.upper(),
        lambda link: f"/x{link}",
        lambda link: f"{link}/../../etc/passwd",
        lambda link: "/../../../etc/passwd",
        lambda link: "/%2e%2e/%2e%2e/etc/passwd",
        lambda link: "//etc/passwd",
        lambda link: "/" + "a" * 5000 + "/x",
        lambda link: "/",
        lambda link: "/a.b.c.d.e/%00%0d%0aSet-Cookie:x",
    ],
)
async def test_what_is_no_link_of_ours_gives_one_page(desk: Desk, change: Any) -> None:
    """Forged, cut, changed, and paths out of the house: all the same 404, whatever the method."""
    file = desk.put()
    async with desk.serving():
        path = change(desk.link(file))
        answers = [await desk.ask("GET", path), await desk.ask("POST", path, b"do=download")]
        unknown = await desk.ask("GET", desk.link(file, file="f2"))

    assert [404, 404] == [one.status for one in answers]
    assert {unknown.body} == {one.body for one in answers}


async def test_old_key_still_opens_and_a_removed_one_never(desk: Desk) -> None:
    """Keys rotate; links in mails do not."""
    file = desk.put()
    async with desk.serving():
        link = desk.link(file)
        good = await desk.ask("GET", link)
        forged = await desk.ask("GET", link.rpartition(".")[0] + "." + "A" * 43 + "/f1")

    assert (200, 404) == (good.status, forged.status)


async def test_proxy_is_believed_about_the_client(tmp_path: Path) -> None:
    """What it says goes into the journal, truncated."""
    desk = Desk(tmp_path, replace(TERMS, proxies=(ip_network("127.0.0.0/8"),)))
    file = desk.put()
    async with desk.serving():
        await desk.download(desk.link(file), x_forwarded_for="6.6.6.6, 198.51.100.77")

    assert ["198.51.100.0/24"] == [one.address for one in desk.journal(file)]


async def test_nginx_sends_the_content_where_the_settings_say_so(tmp_path: Path) -> None:
    """The path below its internal location; the checks are ours all the same."""
    desk = Desk(tmp_path, replace(TERMS, accel="/blobs/"))
    file = desk.put()
    async with desk.serving():
        got = await desk.download(desk.link(file))

    assert (200, b"") == (got.status, got.body)
    assert f"/blobs/t-acme/{file.sha256[:2]}/{file.sha256}" == got.head["x-accel-redirect"]
    assert got.head["content-disposition"].startswith("attachment")
    assert len(desk.journal(file)) == 1


async def test_store_that_fails_is_told_by_a_page(desk: Desk) -> None:
    """503, and nothing of the reason."""
    file = desk.put()
    async with desk.serving():
        place = (await desk.ask("POST", desk.link(file), b"do=download")).head["location"]
        root = desk.shelf.store.place.contents
        assert root is not None
        root.rename(root.with_name("gone"))
        no_content = await desk.ask("GET", place)
        with desk.shelf.store.engine.begin() as connection:
            connection.exec_driver_sql("ALTER TABLE hosted RENAME TO lost")
        no_rows = await desk.ask("GET", place)

    assert [503, 503] == [no_content.status, no_rows.status]
    assert not any(word in one.text for one in (no_content, no_rows) for word in ("SQL", "hosted", str(root)))


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "PATCH", "TRACE"])
async def test_other_methods_are_refused(desk: Desk, method: str) -> None:
    """With those that there are."""
    file = desk.put()
    async with desk.serving():
        answer = await desk.ask(method, desk.link(file))

    assert (405, "GET, HEAD, POST") == (answer.status, answer.head["allow"])


@pytest.mark.parametrize("body", [b"x" * 20_000, b"&".join([b"a=b"] * 50), b"do=download&" * 50])
async def test_form_that_is_none_is_refused(desk: Desk, body: bytes) -> None:
    """Too large, or too many fields."""
    file = desk.put()
    async with desk.serving():
        answer = await desk.ask("POST", desk.link(file), body)

    assert answer.status in (413, 431)


async def test_machines_find_what_they_look_for(desk: Desk) -> None:
    """Robots are sent away, and who watches learns that it lives."""
    async with desk.serving():
        robots, health = await desk.ask("GET", "/robots.txt"), await desk.ask("GET", "/healthz", host="127.0.0.1")

    assert b"Disallow: /" in robots.body
    assert b"ok\n" == health.body


async def test_no_answer_sets_a_cookie(desk: Desk) -> None:
    """Not one of them."""
    file = desk.put()
    async with desk.serving():
        answers = [
            await desk.ask("GET", desk.link(file)),
            await desk.download(desk.link(file)),
            await desk.ask("GET", "/x"),
        ]

    assert not [one for one in answers if "set-cookie" in one.head]
