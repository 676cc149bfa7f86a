"""Other readers and crawlers of news, in an environment of their own: `benchmarks/.peers`, made when first needed.

In: nothing. Out: its Python, and the versions that it holds. Some of them want other versions of what they share with
this project: Fundus 0.5.7 cannot be imported with curl_cffi 0.16.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).parent / ".peers"
PYTHON = FOLDER / "bin" / "python"
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
    subprocess.run([PYTHON, "-m", "pip", "install", "-q", "--disable-pip-version-check", *REQUIREMENTS], check=True)
    done.touch()


def versions(*names: str) -> dict[str, str]:
    """Of those that are named as in PACKAGES."""
    asked = (
        "import json, sys; from importlib.metadata import version; "
        "print(json.dumps({name: version(name) for name in sys.argv[1:]}))"
    )
    command = [PYTHON, "-c", asked, *(PACKAGES[name] for name in names or PACKAGES)]
    found: dict[str, str] = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    return found
