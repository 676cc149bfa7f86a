"""Other readers and crawlers of news, in an environment of their own: `benchmarks/.peers`, made when first needed.

In: nothing. Out: its Python, and the versions that it holds. Some of them want other versions of what they share with
this project: Fundus 0.5.7 cannot be imported with curl_cffi 0.16.

All is pinned in `requirements-peers.txt`, which `python -m benchmarks.peers` writes anew.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.command_line import command_line

FOLDER = Path(__file__).parent / ".peers"
PYTHON = FOLDER / "bin" / "python"
PINS = Path(__file__).parent / "requirements-peers.txt"
REQUIREMENTS = ("fundus==0.5.7", "curl_cffi<0.16", "trafilatura", "newspaper4k", "news-please", "lxml_html_clean")
PACKAGES = {
    "Fundus": "fundus",
    "trafilatura": "trafilatura",
    "newspaper4k": "newspaper4k",
    "news-please": "news-please",
}
"""By name the distribution."""


def install() -> None:
    """Make the environment; nothing, where it was made already."""
    done = FOLDER / ".installed"
    if done.exists():
        return
    print(f"installing Fundus, trafilatura, newspaper4k and news-please into {FOLDER} …", file=sys.stderr)
    subprocess.run([sys.executable, "-m", "venv", FOLDER], check=True)
    (FOLDER / ".gitignore").write_text("*\n", encoding="utf-8")
    # The pins are complete; what they ask of each other, pip 23 gives up on (lxml's html_clean in two spellings).
    _pip(PYTHON, "install", "--no-deps", "--requirement", PINS)
    done.touch()


def pin() -> None:
    """Write the pins anew: the newest of what is asked for, and all that it brings along."""
    with tempfile.TemporaryDirectory() as folder:
        python = Path(folder) / "bin" / "python"
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        _pip(python, "install", "--upgrade", "pip")
        _pip(python, "install", *REQUIREMENTS)
        PINS.write_bytes(_pip(python, "freeze"))


def _pip(python: Path, command: str, *words: str | Path) -> bytes:
    """What pip says."""
    quiet = [] if command == "freeze" else ["--quiet"]
    pip = [python, "-m", "pip", command, *quiet, "--disable-pip-version-check", *words]
    return subprocess.run(pip, check=True, stdout=subprocess.PIPE).stdout


def versions(*names: str) -> dict[str, str]:
    """Of those that are named as in PACKAGES."""
    asked = (
        "import json, sys; from importlib.metadata import version; "
        "print(json.dumps({name: version(name) for name in sys.argv[1:]}))"
    )
    command = [PYTHON, "-c", asked, *(PACKAGES[name] for name in names or PACKAGES)]
    found: dict[str, str] = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    return found


if __name__ == "__main__":
    command_line(__doc__).parse_args()
    pin()
