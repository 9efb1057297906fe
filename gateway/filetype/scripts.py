"""Scripts without a signature, told from prose by the share of lines that can only be code.

A mail that quotes a command stays prose: a language is named only where a large part of the lines, of at least
two different kinds, has its shape.
"""

import re

_SHEBANG_PATH = re.compile(rb"#![ \t]*(?:\S*/)?(\S+)(?:[ \t]+(?:-\S+[ \t]+)*(\S+))?")
_INTERPRETERS = {
    "python": "text/x-python",
    "perl": "text/x-perl",
    "ruby": "text/x-ruby",
    "php": "text/x-php",
    "node": "text/javascript",
    "nodejs": "text/javascript",
    "deno": "text/javascript",
    "pwsh": "text/x-powershell",
    "powershell": "text/x-powershell",
    "lua": "text/x-lua",
    "tclsh": "text/x-tcl",
    "wish": "text/x-tcl",
    "osascript": "text/x-applescript",
    "sh": "text/x-shellscript",
    "bash": "text/x-shellscript",
    "dash": "text/x-shellscript",
    "ash": "text/x-shellscript",
    "ksh": "text/x-shellscript",
    "zsh": "text/x-shellscript",
    "csh": "text/x-shellscript",
    "tcsh": "text/x-shellscript",
    "fish": "text/x-shellscript",
}

_CERTAIN: tuple[tuple[re.Pattern[bytes], str], ...] = (
    (re.compile(rb"(?:.{0,512}?^)?[ \t]{0,64}<\?(?:php\b|=)", re.IGNORECASE | re.DOTALL | re.MULTILINE), "text/x-php"),
    (re.compile(rb"\s*<%@?\s*(?:language|page|@|=|\w)", re.IGNORECASE), "text/x-script"),
    (re.compile(rb"\s*#@~\^.{6}==", re.DOTALL), "text/x-script"),  # encoded JScript or VBScript
    (
        re.compile(
            rb"(?:\s|::[^\n]*\n|rem\b[^\n]*\n)*@(?:echo|setlocal|rem|if|for|start|cmd|powershell|call|set|cd|pushd|net|reg|cls"
            rb"|title|copy|del|certutil|mshta|rundll32|chcp|mode)\b",
            re.IGNORECASE,
        ),
        "text/x-msdos-batch",
    ),
)

_SHAPES: tuple[tuple[str, tuple[bytes, ...]], ...] = (
    (
        "text/vbscript",
        (
            rb"^[ \t]*(?:dim|redim|const|public|private)\s+\w+[^.!?]*\r?$",
            rb"^[ \t]*set\s+\w+[ \t]{0,20}=.{0,200}\r?$",
            rb"\b(?:createobject|getobject)[ \t]{0,20}\([ \t]{0,20}\"",
            rb"^[ \t]*(?:(?:public|private)\s+)?(?:sub|function)\s+\w+[ \t]{0,20}(?:\(.{0,200}\))?[ \t]{0,20}\r?$",
            rb"^[ \t]*end\s+(?:sub|function|if|with|select)[ \t]{0,20}\r?$",
            rb"^[ \t]*on\s+error\s+resume\s+next[ \t]{0,20}\r?$",
            rb"^[ \t]*option\s+explicit[ \t]{0,20}\r?$",
            rb"\bwscript\.(?:shell|echo|sleep|quit|arguments|scriptfullname)\b",
            rb"^[ \t]*(?:execute|executeglobal)\b.{0,200}\(",
            rb"\bchrw?\([ \t]{0,20}&?h?\w+[ \t]{0,20}\)[ \t]{0,20}&",
            rb"^[ \t]*\w+\.(?:run|open|send|write|savetofile|shellexecute)\b[ \t(\"]",
            rb"^[ \t]*\w+[ \t]{0,20}=[ \t]{0,20}[\w.]*(?:replace|strreverse|split|join|mid)[ \t]{0,20}\(",
            rb"^[ \t]*(?:msgbox|inputbox)[ (][ \t]{0,20}\"",
        ),
    ),
    (
        "text/javascript",
        (
            rb"^[ \t]*(?:var|let|const)\s+[\w$\[{]+.{0,200}[=;]",
            rb"\bfunction[ \t]{0,20}[\w$]*[ \t]{0,20}\([^)\n]{0,200}\)[ \t]{0,20}\{",
            rb"\bnew\s+activexobject[ \t]{0,20}\(",
            rb"\bwscript\.(?:createobject|shell|echo|sleep|quit|scriptfullname)\b",
            rb"\b(?:eval|unescape|atob|settimeout|parseint)[ \t]{0,20}\(",
            rb"\bstring\.fromcharcode\b",
            rb"=>[ \t]{0,20}[{(]",
            rb"^[ \t]*(?:import\b.{0,200}\bfrom\s+['\"]|export\s+(?:default|const|function|class)\b|module\.exports\b)",
            rb"\b(?:require|addeventlistener)[ \t]{0,20}\([ \t]{0,20}['\"]",
            rb"\b(?:document|window|console)\.(?:write|get\w+|cookie|location|log|onload|query\w+)\b",
            rb"^[ \t]*['\"]use strict['\"]",
            rb"^[ \t]*[!+(]*function\b",
            rb"^[ \t]*(?:if|for|while|switch)[ \t]{0,20}\(.{0,200}\)[ \t]{0,20}\{?[ \t]{0,20}\r?$",
            rb"^[ \t]*\}[ \t]{0,20}(?:else\b.{0,200}|catch\b.{0,200})?[;,)]*[ \t]{0,20}\r?$",
            rb"^[ \t]*[\w$.\[\]]+[ \t]{0,20}(?:[+-]?=[^=]|\().{0,200};[ \t]{0,20}\r?$",
        ),
    ),
    (
        "text/x-powershell",
        (
            rb"^[ \t]*\$[\w:]+[ \t]{0,20}[+-]?=",
            rb"^[ \t]*(?:\[cmdletbinding\(.{0,200}|param[ \t]{0,20}\()",
            rb"\b(?:invoke-(?:expression|webrequest|restmethod)|new-object|start-(?:process|bitstransfer)|iex)\b",
            rb"\b(?:write-(?:host|output)|set-executionpolicy|add-type|get-content|out-file)\b",
            rb"\[(?:system\.)?[\w.]+\]::\w+",
            rb"\b(?:downloadstring|downloadfile|frombase64string)\b",
            rb"\s-(?:executionpolicy|encodedcommand|windowstyle|noprofile)\b",
            rb"^[ \t]*function\s+\w+-\w+",
            rb"\|[ \t]{0,20}(?:%|\?|foreach-object|where-object|select-object|out-null)\b",
        ),
    ),
    (
        "text/x-msdos-batch",
        (
            rb"^[ \t]*@?set\s+(?:/[ap]\s+)?\"?\w+=",
            rb"^[ \t]*@?echo[ \t]{0,20}(?:off|on|\.|%\w+%)",
            rb"^[ \t]*@?(?:goto\s+:?\w+|call\s+:?\w+.{0,200})[ \t]{0,20}\r?$",
            rb"^[ \t]*@?if\s+(?:/i\s+)?(?:not\s+)?(?:exist|errorlevel|defined|\"?%)",
            rb"^[ \t]*@?for\s+(?:/\w\s+)*(?:\"[^\"]*\"\s+)?%%?\w\s+in\b",
            rb"^[ \t]*:\w+[ \t]{0,20}\r?$",
            rb"^[ \t]*@?(?:setlocal|endlocal|pause|exit\s+/b)\b",
            rb"^[ \t]*@?(?:start\s+\"?|cmd(?:\.exe)?\s+/c|powershell(?:\.exe)?\s+-|certutil\b.{0,200}-)",
            rb"^[ \t]*@?(?:(?:bitsadmin|taskkill|del|schtasks)\s+/|reg\s+add|rundll32\b|mshta\b|xcopy\b|wscript\b)",
            rb"%(?:temp|tmp|appdata|userprofile|comspec|systemroot|windir|~\w+)%",
        ),
    ),
    (
        "text/x-python",
        (
            rb"^import\s+[\w.]+(?:[ \t]{0,20},[ \t]{0,20}[\w.]+)*(?:\s+as\s+\w+)?[ \t]{0,20}\r?$",
            rb"^from\s+[\w.]+\s+import\s+[\w*(]",
            rb"^[ \t]*(?:async\s+)?def\s+\w+\(.{0,200}\)[ \t]{0,20}(?:->.{0,200})?:",
            rb"^[ \t]*class\s+\w+(?:\(.{0,200}\))?:[ \t]{0,20}\r?$",
            rb"^if\s+__name__[ \t]{0,20}==",
            rb"^[ \t]*(?:if|for|while|try|except|else|elif|with)\b[^\n]{0,200}:[ \t]{0,20}\r?$",
            rb"^[ \t]*(?:print|exec|eval)\(",
            rb"\b(?:os\.system|subprocess\.\w+|base64\.b64decode|__import__)\(",
        ),
    ),
    (
        "text/x-shellscript",
        (
            rb"^[ \t]*(?:export\s+)?[A-Za-z_]\w*=[\"'$\w/(].{0,200}\r?$",
            rb"^[ \t]*(?:if|while|until)\s+(?:\[|!|test\b|\w+).{0,200};[ \t]{0,20}(?:then|do)[ \t]{0,20}\r?$",
            rb"^[ \t]*(?:fi|done|esac|then|else|do)[ \t]{0,20}\r?$",
            rb"^[ \t]*(?:curl|wget)\s+-?\S+",
            rb"^[ \t]*(?:chmod|rm|mkdir|tar|sudo|nohup|sleep|exec)\s+[-+/$\w]",
            rb"\|[ \t]{0,20}(?:ba|z|da)?sh[ \t]{0,20}\r?$",
            rb"^[ \t]*\w+[ \t]{0,20}\(\)[ \t]{0,20}\{",
        ),
    ),
)  # fmt: skip
_FLAGS = re.IGNORECASE | re.MULTILINE
_COMPILED = tuple((name, tuple(re.compile(shape, _FLAGS) for shape in shapes)) for name, shapes in _SHAPES)
_LINE_SHARE = 0.3


def script_type(head: bytes) -> str:
    """Return the type of script that the text is; empty for prose."""
    if head.startswith(b"#!"):
        return _interpreter(head)
    for pattern, media_type in _CERTAIN:
        if pattern.match(head):
            return media_type
    lines = sum(1 for line in head.split(b"\n") if line.strip())
    best, found = 0, ""
    for media_type, shapes in _COMPILED:
        hits = [sum(1 for _ in shape.finditer(head)) for shape in shapes]
        kinds, total = sum(map(bool, hits)), sum(hits)
        if kinds >= 2 and total >= max(2, lines * _LINE_SHARE) and total * kinds > best:
            best, found = total * kinds, media_type
    return found


def _interpreter(head: bytes) -> str:
    """Name the language of a "#!" line."""
    found = _SHEBANG_PATH.match(head)
    if found is None:
        return "text/x-script"
    program = found[2] if found[1] == b"env" and found[2] else found[1]
    return _INTERPRETERS.get(program.decode("latin-1").rstrip("0123456789."), "text/x-script")
