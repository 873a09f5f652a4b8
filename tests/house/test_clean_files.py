"""Committed files name no package registry, no place on a machine, and nobody's desk.

The forbidden words are put together from pieces, so that this file does not hold them.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from house.sources import ROOT

_HOSTS = (
    ("py", "pi.org"), ("python", "hosted.org"), ("npm", "js.org"), ("npm", "js.com"), ("npm", "mirror.com"),
    ("yarn", "pkg.com"), ("deb.", "debian.org"), ("security.", "debian.org"), ("archive.", "ubuntu.com"),
    ("crates", ".io"), ("ghcr", ".io"), ("docker", ".io"), ("docker", ".com"), ("anaconda", ".org"), ("un", "pkg.com"),
    ("js", "delivr.net"), ("cdn", "js.com"), ("esm", ".sh"), ("proxy.go", "lang.org"), ("rubygems", ".org"),
    ("maven", ".org"), ("tuna.tsing", "hua.edu.cn"), ("mirrors.ali", "yun.com"),
)  # fmt: skip
_ROOTS = ("wo" + "rk", "ro" + "ot", "ho" + "me", "t" + "mp", "far" + "m", "Us" + "ers", "mn" + "t")
_DESK = (
    "assis" + "tants?", "chat" + "gpt", "g" + "pt-?[0-9]+", "l" + "lms?", "clau" + "de", "anthro" + "pic",
    "open" + "ai", "co" + "pilot", "sub" + "agents?", "language " + "models?", "coding " + "agents?",
    "(the last|previous|next|earlier|working|coding) ses" + "sions?", "co-authored" + "-by",
)  # fmt: skip
_DESK_ZH = ("语言" + "模型", "大" + "模型", "智能" + "助手")
PATTERNS: dict[str, re.Pattern[str]] = {
    "names a registry's host": re.compile("|".join(rf"\b{re.escape(a + b)}\b" for a, b in _HOSTS), re.IGNORECASE),
    "holds a path of a machine": re.compile(rf"(?<![\w.}}>/-])/(?:{'|'.join(_ROOTS)})(?:/[\w.]|\b(?![\w./-]))"),
    "speaks of whoever wrote it": re.compile(rf"(?<![\w-])(?:{'|'.join(_DESK)})(?![\w-])", re.IGNORECASE),
    "speaks of whoever wrote it, in Chinese": re.compile("|".join(_DESK_ZH)),
    "speaks of whoever wrote it, in capitals": re.compile(rf"(?<![\w-]){'A' + 'I'}(?![\w-])"),
}
ALLOWED: Mapping[tuple[str, str], str] = {}
"""(file, what) -> the reason why this one may."""
_BINARY = {".png", ".jpg", ".gz", ".woff2", ".ico", ".pdf", ".xlsx"}


def committed() -> list[Path]:
    """The files that are committed, and those that wait to be."""
    done = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT, capture_output=True, check=False, text=True,
    )  # fmt: skip
    if done.returncode:
        pytest.skip("no checkout: what is committed cannot be told")
    return [path for name in done.stdout.split("\0") if name and (path := ROOT / name).is_file()]


def faults(name: str, text: str) -> Iterator[str]:
    """Every forbidden thing in a text, with its line."""
    for what, pattern in PATTERNS.items():
        if (name, what) in ALLOWED:
            continue
        for found in pattern.finditer(text):
            yield f"{name}:{text.count(chr(10), 0, found.start()) + 1} {what}: {found.group()}"


def test_committed_files_are_clean() -> None:
    files = committed()
    assert len(files) > 100
    found = []
    for path in files:
        name = path.relative_to(ROOT).as_posix()
        text = "" if path.suffix in _BINARY else path.read_text("utf-8")
        found += [*faults("a file's name", name), *faults(name, text)]
    assert found == []


def test_no_committed_file_is_a_bundle_or_a_leftover() -> None:
    names = [path.relative_to(ROOT).as_posix() for path in committed()]
    bad = re.compile(r"(\.min\.(js|css)|\.map|\.orig|\.rej|\.pyc|\.mo|~|\.swp|\.log)$|(^|/)(node_modules|dist|built)/")
    assert [name for name in names if bad.search(name)] == []
    empty = [path for path in committed() if path.stat().st_size == 0]
    assert [path.relative_to(ROOT).as_posix() for path in empty if path.parent.name != "migrations"] == []


@pytest.mark.parametrize(
    "text",
    [
        f"https://files.{'python' + 'hosted.org'}/x",
        f"index-url = https://{'py' + 'pi.org'}/simple",
        f"registry={'registry.' + 'npm' + 'js.org'}",
        f"open('{'/wo' + 'rk'}/data.csv')",
        f"cd {'/ro' + 'ot'} && ls",
        f"{'/t' + 'mp'}/x.txt",
        f"path: {'/ho' + 'me'}/somebody",
        f"Written by an {'assis' + 'tant'}.",
        f"As said in an {'earlier ses' + 'sion'}.",
        f"made with {'A' + 'I'}",
        f"由{'大' + '模型'}生成",
    ],
)
def test_a_planted_word_is_found(text: str) -> None:
    assert list(faults("planted.md", text))


@pytest.mark.parametrize(
    "text",
    [
        "/var/tmp and /var/lib", "src/home/x", "href='/me/'", "kept in this session", "user agent", "framework rows",
        "{% url 'home' %}/work-list", "../shared/data", "aim", "PyPI", "request.session['x']", "scope=\"session\"",
    ],
)  # fmt: skip
def test_an_honest_word_passes(text: str) -> None:
    assert list(faults("planted.md", text)) == []
