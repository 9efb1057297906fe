"""Markup by its first element."""

import pytest

from gateway.filetype.markup import markup_type, starts_as_html


@pytest.mark.parametrize(
    ("head", "media_type"),
    [
        (b"<!DOCTYPE html>\n<html>", "text/html"),
        (b'<?xml version="1.0"?><!DOCTYPE html PUBLIC "-//W3C//DTD XHTML"><html>', "text/html"),
        (b"\n\n<!-- c -->\n<HTML><BODY>", "text/html"),
        (b"<script>alert(1)</script>", "text/html"),
        (b"some words\n<html><body>", "text/html"),
        (b'<svg xmlns="http://www.w3.org/2000/svg">', "image/svg+xml"),
        (b'<?xml version="1.0"?>\n<!-- c -->\n<svg:svg xmlns:svg="x">', "image/svg+xml"),
        (b'<!DOCTYPE svg PUBLIC "x" "y" [<!ENTITY a "b">]>\n<svg >', "image/svg+xml"),
        (b"<html><head><HTA:APPLICATION id=x></head>", "application/hta"),
        (b'<job id="x"><script language="VBScript">', "text/x-wsf"),
        (b'<?XML version="1.0"?><scriptlet>', "text/x-wsf"),
        (b"<package><metadata/></package>", "text/xml"),
        (b'<libraryDescription xmlns="x">', "application/x-ms-library"),
        (b'<?xml version="1.0"?><note/>', "text/xml"),
        (b'<?xml version="1.0"?><PCSettings><SearchableContent/>', "application/x-ms-library"),
        (b'<?xml version="1.0"?><persistedQuery version="1.0">', "application/x-ms-library"),
        (b'<?xml version="1.0"?><MMC_ConsoleFile ConsoleVersion="3.0">', "text/x-wsf"),
        (b'<?xml version="1.0"?><jnlp spec="1.0+">', "application/x-java-jnlp-file"),
        (b'<asmv1:assembly xmlns="urn:schemas-microsoft-com:asm.v2" >', "application/x-ms-application"),
        (b'<plist version="1.0"><dict><key>URL</key><string>x</string>', "application/x-mswinurl"),
        (b'<xsl:stylesheet version="1.0" xmlns:xsl="x"><msxsl:script>', "text/x-wsf"),
        (b'<xsl:stylesheet version="1.0" xmlns:xsl="x"><xsl:template>', "text/xml"),
        (b"<component><name>Pump</name></component>", "text/xml"),
        (b"a < b and b > c", ""),
        (b"Use the <b>bold</b> tag.", ""),
        (b"<anna@example.org> wrote:", ""),
    ],
)
def test_first_element_tells_the_type(head: bytes, media_type: str) -> None:
    """Comments and declarations before it do not hide it; prose with a tag in it stays prose."""
    assert markup_type(head) == media_type


def test_body_fragment_is_html() -> None:
    """Programs send fragments without <html>."""
    assert starts_as_html(b"<p>Hello</p>")
    assert not starts_as_html(b"Hello <b>you</b>")
