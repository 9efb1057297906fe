"""Scripts without a signature, told from prose by the share of lines that can only be code.

A mail that quotes a command stays prose: a language is named only where a large part of the lines, of at least
two different kinds, has its shape.
"""

import re

_SHEBANG = re.compile(rb"#![ \t]*(?:\S*/)?(\S+)(?:[ \t]+(?:-\S+[ \t]+)*(\S+))?")
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

_SHAPES: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "text/vbscript",
        (
            r"«(?:dim|redim|const|public|private) \w+[^.!?\n]*»",
            r"«set \w+~=…»",
            r"\b(?:createobject|getobject)~\(~\"",
            r"«(?:(?:public|private) )?(?:sub|function) \w+~(?:\(…\))?»",
            r"«end (?:sub|function|if|with|select)»",
            r"«on error resume next»",
            r"«option explicit»",
            r"\bwscript\.(?:shell|echo|sleep|quit|arguments|scriptfullname)\b",
            r"«(?:execute|executeglobal)\b…\(",
            r"\bchrw?\(~&?h?\w+~\)~&",
            r"«\w+\.(?:run|open|send|write|savetofile|shellexecute)\b(?=[\s(\"])",
            r"«\w+~=~[\w.]*(?:replace|strreverse|split|join|mid)~\(",
            r"«(?:msgbox|inputbox)[\s(]~\"",
        ),
    ),
    (
        "text/javascript",
        (
            r"«(?:var|let|const) [\w$\[{]+…[=;]",
            r"\bfunction~[\w$]*~\([^)\n]*\)~\{",
            r"\bnew activexobject~\(",
            r"\bwscript\.(?:createobject|shell|echo|sleep|quit|scriptfullname)\b",
            r"\b(?:eval|unescape|atob|settimeout|parseint)~\(",
            r"\bstring\.fromcharcode\b",
            r"=>~[{(]",
            r"«(?:import\b…\bfrom ['\"]|export (?:default|const|function|class)\b|module\.exports\b)",
            r"\b(?:require|addeventlistener)~\(~['\"]",
            r"\b(?:document|window|console)\.(?:write|get\w+|cookie|location|log|onload|query\w+)\b",
            r"«['\"]use strict['\"]",
            r"«[!+(]*function\b",
            r"«(?:if|for|while|switch)~\(…\)~\{?»",
            r"«\}~(?:else\b…|catch\b…)?[;,)]*»",
            r"«[\w$.\[\]]+~(?:[+-]?=[^=]|\()…;»",
        ),
    ),
    (
        "text/x-powershell",
        (
            r"«\$[\w:]+~[+-]?=",
            r"«(?:\[cmdletbinding\(…|param~\()",
            r"\b(?:invoke-(?:expression|webrequest|restmethod)|new-object|start-(?:process|bitstransfer)|iex)\b",
            r"\b(?:write-(?:host|output)|set-executionpolicy|add-type|get-content|out-file)\b",
            r"\[(?:system\.)?[\w.]+\]::\w+",
            r"\b(?:downloadstring|downloadfile|frombase64string)\b",
            r"\s-(?:executionpolicy|encodedcommand|windowstyle|noprofile)\b",
            r"«function \w+-\w+",
            r"\|~(?:%|\?|foreach-object|where-object|select-object|out-null)\b",
        ),
    ),
    (
        "text/x-msdos-batch",
        (
            r"«@?set (?:/[ap] )?\"?\w+=",
            r"«@?echo~(?:off|on|\.|%\w+%)",
            r"«@?(?:goto :?\w+|call :?\w+…)»",
            r"«@?if (?:/i )?(?:not )?(?:exist|errorlevel|defined|\"?%)",
            r"«@?for (?:/\w ){0,5}(?:\"[^\"\n]*\" )?%%?\w in\b",
            r"«:\w+»",
            r"«@?(?:setlocal|endlocal|pause|exit /b)\b",
            r"«@?(?:start \"?|cmd(?:\.exe)? /c|powershell(?:\.exe)? -|certutil\b…-)",
            r"«@?(?:(?:bitsadmin|taskkill|del|schtasks) /|reg add|rundll32\b|mshta\b|xcopy\b|wscript\b)",
            r"%(?:temp|tmp|appdata|userprofile|comspec|systemroot|windir|\x7e\w+)%",
        ),
    ),
    (
        "text/x-python",
        (
            r"^import [\w.]+(?:~,~[\w.]+){0,20}(?: as \w+)?»",
            r"^from [\w.]+ import [\w*(]",
            r"«(?:async )?def \w+\(…\)~(?:->…)?:",
            r"«class \w+(?:\(…\))?:»",
            r"^if __name__~==",
            r"«(?:if|for|while|try|except|else|elif|with)\b…:»",
            r"«(?:print|exec|eval)\(",
            r"\b(?:os\.system|subprocess\.\w+|base64\.b64decode|__import__)\(",
        ),
    ),
    (
        "text/x-shellscript",
        (
            r"«(?:export )?[A-Za-z_]\w*=[\"'$\w/(]…»",
            r"«(?:if|while|until) (?:\[|!|test\b|\w+)…;~(?:then|do)»",
            r"«(?:fi|done|esac|then|else|do)»",
            r"«(?:curl|wget) -?\S",
            r"«(?:chmod|rm|mkdir|tar|sudo|nohup|sleep|exec) [-+/$\w]",
            r"\|~(?:ba|z|da)?sh»",
            r"«\w+~\(\)~\{",
        ),
    ),
)  # fmt: skip
"""Signs beside those of regular expressions: « and » are the ends of a line, … is a stretch of it, a blank stands
for some blanks and ~ for any. Every repetition is bounded, so that no text can make the search slow."""

_SIGNS = {
    "«": r"\n[ \t]*",  # a literal at the start is what makes a search fast; "^" is asked at every byte
    "»": r"[ \t]{0,20}\r?$",
    "…": r".{0,200}",
    " ": r"[ \t]{1,20}",
    "~": r"[ \t]{0,20}",
    "]+": "]{1,80}",
    "]*": "]{0,80}",
    r"\w+": r"\w{1,80}",
}
_SIGN = re.compile("|".join(map(re.escape, _SIGNS)))


_FIRST_GROUP = re.compile(r"\\b\(\?:.*?\)(?!\|)")
_WORD = re.compile(r"[:|]((?:[a-z0-9_-]|\\\.)+)")


def _compiled(shape: str) -> tuple[re.Pattern[bytes], tuple[bytes, ...]]:
    """Write the signs out; return also the words of which one must be there, where the shape begins with several."""
    written = _SIGN.sub(lambda sign: _SIGNS[sign[0]], shape).replace("^", r"\n", 1 if shape[0] == "^" else 0)
    first = _FIRST_GROUP.match(shape)
    words = _WORD.findall(first[0]) if first else []
    return re.compile(written.encode("ascii"), re.MULTILINE), tuple(
        word.replace("\\", "").encode("ascii") for word in words
    )


_COMPILED = tuple((name, tuple(map(_compiled, shapes))) for name, shapes in _SHAPES)
_LINE_SHARE = 0.3


def script_type(head: bytes) -> str:
    """Return the type of script that the text is; empty for prose."""
    if head.startswith(b"#!"):
        return _interpreter(head)
    for pattern, media_type in _CERTAIN:
        if pattern.match(head):
            return media_type
    lines = sum(1 for line in head.split(b"\n") if line.strip())
    lowered, best, found = b"\n" + head.lower(), 0, ""
    for media_type, shapes in _COMPILED:
        hits = [_count(shape, words, lowered) for shape, words in shapes]
        kinds, total = sum(map(bool, hits)), sum(hits)
        if kinds >= 2 and total >= max(2, lines * _LINE_SHARE) and total * kinds > best:
            best, found = total * kinds, media_type
    return found


def _count(shape: re.Pattern[bytes], words: tuple[bytes, ...], lowered: bytes) -> int:
    """Count a shape; a search for its words costs a tenth of one for it."""
    if words and not any(word in lowered for word in words):
        return 0
    return sum(1 for _ in shape.finditer(lowered))


def _interpreter(head: bytes) -> str:
    """Name the language of a "#!" line."""
    found = _SHEBANG.match(head)
    if found is None:
        return "text/x-script"
    program = found[2] if found[1] == b"env" and found[2] else found[1]
    return _INTERPRETERS.get(program.decode("latin-1").rstrip("0123456789."), "text/x-script")
