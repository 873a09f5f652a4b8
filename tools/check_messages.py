"""Check that every text of the pages has a Chinese translation, and that no translation is left without its text.

Reads `{% translate %}`, `{% blocktranslate %}` and `_("…")` in templates and gettext calls in Python below `src`, and
the Chinese catalogue. Use: `python tools/check_messages.py`; exit code 1 and one line for each gap.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po
from django.template.base import Lexer, Token, TokenType
from django.utils.text import smart_split

SOURCES = Path("src/gridcommons")
CATALOGUE = SOURCES / "web/locale/zh_Hans/LC_MESSAGES/django.po"

Key = tuple[str, str]  # message, context ("" for none)

_SINGLE = {"translate", "trans"}
_BLOCK = {"blocktranslate", "blocktrans"}
_CALL = re.compile(r"""_\(\s*(["'])(.+?)\1\s*\)""")
_KEYWORDS = {
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "_": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
}


def _literal(text: str) -> str | None:
    """The content of a quoted argument, None for a variable."""
    quoted = len(text) > 1 and text[0] in "\"'" and text[-1] == text[0]
    return text[1:-1] if quoted else None


def _context(bits: list[str]) -> str:
    return _literal(bits[bits.index("context") + 1]) or "" if "context" in bits else ""


def _block_texts(tokens: Iterator[Token], trimmed: bool) -> Iterator[str]:
    """The texts of a block up to its end: the singular, and the plural if there is one."""
    parts: list[str] = []
    for token in tokens:
        word = token.contents.split()[0] if token.token_type is TokenType.BLOCK else ""
        if word == "plural" or word.startswith("endblocktrans"):
            text = "".join(parts)
            yield " ".join(line.strip() for line in text.splitlines() if line.strip()) if trimmed else text
            parts = []
            if word != "plural":
                return
        elif token.token_type is TokenType.VAR:
            parts.append(f"%({token.contents})s")
        else:
            parts.append(token.contents.replace("%", "%%"))


def template_messages(source: str) -> Iterator[Key]:
    """The messages of one template; of a plural only the singular, which is its key."""
    tokens = iter(Lexer(source).tokenize())
    for token in tokens:
        if token.token_type is TokenType.TEXT:
            continue
        for _quote, text in _CALL.findall(token.contents):
            yield text, ""
        bits = list(smart_split(token.contents))
        if not bits or token.token_type is not TokenType.BLOCK:
            continue
        if bits[0] in _SINGLE and (text_of := _literal(bits[1])) is not None:
            yield text_of, _context(bits)
        elif bits[0] in _BLOCK:
            yield next(iter(list(_block_texts(tokens, "trimmed" in bits)))), _context(bits)


def python_messages(path: Path) -> Iterator[Key]:
    """The messages of gettext calls in one Python file."""
    for _line, message, _comments, context in extract_from_file("python", path, keywords=_KEYWORDS):
        yield (message[0] if isinstance(message, tuple) else message), context or ""


def used_messages(folder: Path) -> dict[Key, Path]:
    """Every message used below `folder`, with one file that uses it."""
    used: dict[Key, Path] = {}
    for path in sorted(folder.rglob("templates/**/*.html")):
        used.update(dict.fromkeys(template_messages(path.read_text("utf-8")), path))
    for path in sorted(folder.rglob("*.py")):
        used.update(dict.fromkeys(python_messages(path), path))
    return used


def gaps(used: dict[Key, Path], catalogue: Catalog) -> list[str]:
    """One line for each message without translation, and each translation without message."""
    known = {}
    for message in catalogue:
        key = message.id[0] if isinstance(message.id, tuple) else message.id
        said = message.string if isinstance(message.string, str) else "".join((message.string or ())[:1])
        if key and said and not message.fuzzy:
            known[(key, message.context or "")] = said
    missing = [
        f"{path}: no Chinese for {text!r} {context}"
        for (text, context), path in used.items()
        if (text, context) not in known
    ]
    stale = [f"{CATALOGUE}: nothing says {text!r} {context}" for text, context in known if (text, context) not in used]
    return sorted(missing) + sorted(stale)


def twice(text: str) -> list[str]:
    """One line for each message that stands twice in a catalogue: a reader takes one of them without a word."""
    entries = re.findall(r'^(?:msgctxt ("[^\n]*")\n)?msgid ((?:"[^\n]*"\n)+)', text, re.MULTILINE)
    counts = Counter(entry for entry in entries if entry[1].strip() != '""')
    return [f"{CATALOGUE}: {message.strip()} stands {n} times" for (_context, message), n in counts.items() if n > 1]


if __name__ == "__main__":
    with CATALOGUE.open("rb") as po:
        found = [*twice(CATALOGUE.read_text("utf-8")), *gaps(used_messages(SOURCES), read_po(po))]
    sys.stdout.writelines(f"{line}\n" for line in found)
    sys.exit(1 if found else 0)
