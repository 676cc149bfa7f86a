"""`make fuzz`: bytes that nobody thought of, for every reader, led by what they reach in the code (atheris).

FUZZ_MINUTES (10) are shared out among the readers, or given to those that are named: `python -m tests.fuzz feed`. What
breaks a promise is kept as `fixtures/fuzz/<reader>/crash-…` and fails `tests/fuzz/test_findings.py` until it is mended.
Exit status: 0 none was broken, 1 some were.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["newscrawl", "feedparser"]):
    from tests.fuzz.readers import FIXTURES, LONGEST, READERS

CORPUS = Path(__file__).parents[2] / ".fuzz"
"""What earlier runs found to reach new code; it may be thrown away."""
TOKENS = Path(__file__).with_name("tokens.dict")


def main() -> int:
    names = sys.argv[1:] or list(READERS)
    minutes = float(os.environ.get("FUZZ_MINUTES", "10"))
    broken = [name for name in names if not _run(name, int(minutes * 60 / len(names)) or 1)]
    found = f"broken by: {', '.join(broken)}; see fixtures/fuzz" if broken else "no promise was broken"
    sys.stdout.write(f"{minutes:g} minutes over {len(names)} readers: {found}\n")
    return 1 if broken else 0


def _run(name: str, seconds: int) -> bool:
    """Fuzz one reader in a process of its own, which a crash of a parser ends."""
    sys.stdout.write(f"{name}: {seconds} s\n")
    sys.stdout.flush()
    return (
        subprocess.run([sys.executable, "-m", "tests.fuzz", "--one", name, str(seconds)], check=False).returncode == 0
    )


def one(name: str, seconds: str) -> None:
    reader, corpus, findings = READERS[name], CORPUS / name, FIXTURES / "fuzz" / name
    corpus.mkdir(parents=True, exist_ok=True)
    findings.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as seeds:
        for number, seed in enumerate(reader.seeds()):
            Path(seeds, str(number)).write_bytes(seed)
        options = {
            "max_total_time": seconds,
            "max_len": LONGEST,
            "timeout": 60,
            "rss_limit_mb": 2048,
            "dict": TOKENS,
            "artifact_prefix": f"{findings}/",
            "print_final_stats": 1,
            "verbosity": 0,
        }
        words = [f"-{option}={value}" for option, value in options.items()]
        atheris.Setup([sys.argv[0], *words, str(corpus), seeds], reader.read)
        atheris.Fuzz()


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        one(*sys.argv[2:])
    else:
        sys.exit(main())
