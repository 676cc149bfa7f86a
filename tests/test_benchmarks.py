"""The benchmarks run, at a size that says nothing of speed, so that they do not rot."""

import json
import runpy
import sys
from pathlib import Path

import pytest

from benchmarks import (
    crawl_html,
    crawl_rest,
    news_site,
    pipeline,
    recrawl,
    scale,
    similarity_ledger,
    site,
    start,
    topics,
)
from benchmarks.side_by_side import Goal, alternate, process, record, show, summary
from tests.conftest import ROOT
from tests.server import SITES, Server

HELPERS = {"news_site", "peer_crawls", "peer_readers", "scrapy_crawls"}
"""Processes of their own that benchmarks start."""
MAIN = 'if __name__ == "__main__":'
TYPED = [file.stem for file in sorted((ROOT / "benchmarks").glob("*.py")) if MAIN in file.read_text("utf-8")]


def result(folder: Path, name: str) -> dict:
    return json.loads((folder / f"{name}.json").read_bytes())


@pytest.mark.parametrize("name", [*sorted({*TYPED} - HELPERS), "similarity_pairs"])
@pytest.mark.parametrize(
    ("word", "status", "says"), [("--help", 0, "show this help message"), ("--hepl", 2, ": error: ")]
)
def test_a_benchmark_says_what_it_takes_and_begins_nothing_for_an_unknown_word(
    capsys, monkeypatch, name, word, status, says
):
    monkeypatch.setattr(sys, "argv", ["benchmarks", word])
    monkeypatch.delitem(sys.modules, f"benchmarks.{name}", raising=False)
    with pytest.raises(SystemExit) as end:
        runpy.run_module(f"benchmarks.{name}", run_name="__main__", alter_sys=True)
    told = capsys.readouterr()
    assert end.value.code == status
    assert says in told.out + told.err
    assert f"python -m benchmarks.{name}" in told.out + told.err


@pytest.mark.parametrize(
    ("name", "words", "wrong"),
    [
        ("site", ["0"], "argument ARTICLES: '0' is no whole number from 1"),
        ("kills", ["200", "x"], "argument SEED: 'x' is no whole number from 1"),
        ("crawl_html", ["80kB"], "argument BYTES: '80kB' is no whole number from 1"),
        ("topics", ["500", "700"], "unrecognized arguments: 700"),
        ("scale", ["10000"], "KNOWN: 2 or more of them are compared"),
        ("similarity", ["choise"], "argument choice: invalid choice: 'choise' (choose from 'choice')"),
    ],
)
def test_a_wrong_word_is_told(capsys, monkeypatch, name, words, wrong):
    monkeypatch.setattr(sys, "argv", ["benchmarks", *words])
    monkeypatch.delitem(sys.modules, f"benchmarks.{name}", raising=False)
    with pytest.raises(SystemExit) as end:
        runpy.run_module(f"benchmarks.{name}", run_name="__main__", alter_sys=True)
    assert end.value.code == 2
    assert capsys.readouterr().err.splitlines()[-1] == f"python -m benchmarks.{name}: error: {wrong}"


def test_what_is_kept_says_by_which_command_it_was_measured(monkeypatch, tmp_path):
    monkeypatch.setattr(sys, "argv", ["reading.py", "--peers"])
    record("reading", summary({"one": [{"ms": 1.0}]}), folder=tmp_path)
    assert result(tmp_path, "reading")["command"] == "python -m benchmarks.reading --peers"


def test_a_crawl_is_measured_beside_scrapy_alone(tmp_path):
    crawl_html.main([20_000], pages=3, rounds=1, with_peers=False, folder=tmp_path)
    told = result(tmp_path, "crawl_html")
    contestants = ["Scrapy, download only", "Scrapy, parsel and feed", "newscrawl", "newscrawl, READERS=1"]
    names = [f"{name}, 20 kB" for name in contestants]
    assert list(told["figures"]) == names
    assert all(told["figures"][name]["pages/s"]["median"] > 0 for name in names)
    assert told["figures"][names[0]]["MB"]["ratio"] == 1
    assert [goal.partition(" kB, ")[0] for goal in told["goals"]] == ["newscrawl, 20"] * 3 + [
        "newscrawl, READERS=1, 20"
    ] * 3


def test_an_unchanged_site_costs_three_requests(tmp_path):
    recrawl.main(3, ways=[recrawl.BY_REST], rounds=1, folder=tmp_path)
    # robots.txt, what changed since, and the site's own count.
    assert result(tmp_path, "recrawl")["figures"]["by REST"]["requests"]["median"] == 3


def test_an_archive_by_rest_is_measured_beside_its_pages(tmp_path):
    crawl_rest.main(3, rounds=1, folder=tmp_path)
    both = ["Scrapy, download only", "newscrawl, by REST"]
    figures = result(tmp_path, "crawl_rest")["figures"]
    assert list(figures) == [*both, *(f"{name}, without delay" for name in both)]
    assert figures[both[1]]["pages/s"]["ratio"] > 0


def test_a_start_is_measured_beside_scrapy_alone(tmp_path):
    with Server(SITES / start.HOST) as server:
        taking_part = start.contestants(tmp_path, server.url)
        measured = [taking_part[name]() for name in (start.BARE, "ours, over HTTP")]
    assert all(one["CPU s"] > 0 for one in measured)
    assert [path for path in server.paths() if path != "/robots.txt"] == [start.PAGE]


def test_articles_that_are_ready_are_processed_and_each_step_is_timed():
    told = pipeline.in_own_process(pipeline.WATCHED, 20)
    assert {step for step, *_ in pipeline.STEPS} < told.keys()
    assert min(told.values()) > 0


def test_articles_are_processed_beside_those_that_are_known(tmp_path):
    scale.fill(tmp_path, 30)
    assert scale.work(tmp_path, 30)["CPU µs an article"] > 0


def test_near_duplicates_are_measured_beside_articles_that_are_known(tmp_path):
    similarity_ledger.main([20, 40], in_bulk=250, rounds=1, folder=tmp_path)
    told = result(tmp_path, "similarity_ledger")
    assert list(told["figures"]) == ["20 known", "40 known"]
    assert told["figures"]["40 known"]["labelled"]["median"] > 0
    assert len(told["goals"]) == 3


def test_a_topic_is_asked_for_in_this_process_and_in_a_new_one(tmp_path):
    topics.main(300, ["Rail strike"], rounds=1, folder=tmp_path)
    told = result(tmp_path, "topics")
    assert (told["articles"], told["lines"], told["stories"]) == (300, 330, {"Rail strike": 27})
    assert all(figure["median"] > 0 for figure in told["figures"]["Rail strike"].values())


def test_a_site_is_built_by_the_command_itself(tmp_path):
    assert site.main(40, changes=(), folder=tmp_path) == 0
    figures = result(tmp_path, "site")["figures"]
    assert figures.keys() == {site.WHOLE, site.QUERY}
    assert figures[site.WHOLE]["MB"]["median"] > 0


def test_contestants_take_turns_and_a_ratio_is_taken_within_a_round(capsys, tmp_path):
    order, speeds = [], {"base": iter([10, 20, 40]), "ours": iter([30, 40, 20])}

    def run(name: str) -> dict:
        order.append(name)
        return {"pages/s": next(speeds[name])}

    figures = summary(alternate({"base": lambda: run("base"), "ours": lambda: run("ours")}, rounds=3), base="base")
    assert order == ["base", "ours", "ours", "base", "base", "ours"]
    ours = figures["ours"]["pages/s"]
    assert (ours.median, ours.low, ours.high) == (30, 20, 40)
    assert (ours.ratio, ours.ratio_low, ours.ratio_high) == (2, 0.5, 3)
    show("turns", figures, base="base")
    assert "30 (20–40)" in capsys.readouterr().out
    missed = Goal("ours", "pages/s", least=2.5, of="ratio")
    assert record("turns", figures, [Goal("ours", "pages/s", least=30)], folder=tmp_path) == 0
    assert record("turns", figures, [missed], folder=tmp_path) == 1
    assert result(tmp_path, "turns")["goals"] == ["ours, pages/s, ratio to the base: at least 2.5; 2, not reached"]


def test_a_process_is_measured_with_all_that_it_starts():
    inner = "block = bytearray(60 << 20); import time; time.sleep(0.3)"
    outer = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {inner!r}])"
    measured = process([sys.executable, "-c", outer])
    assert 60 < measured["MB"] < 120
    assert measured["s"] > 0.3
    with pytest.raises(RuntimeError, match="ended with 3:\nwhy not"):
        process([sys.executable, "-c", "print('why not'); raise SystemExit(3)"])


def test_the_local_site_is_the_same_on_every_run_and_knows_what_has_not_changed():
    first, second = news_site.Site(4, 30_000), news_site.Site(4, 30_000)
    assert first.answers == second.answers
    whole, tag = first.answers[b"/iraq/canal-4-is-opened/"]
    assert first.answer_to(b"GET /iraq/canal-4-is-opened/ HTTP/1.1\r\nHost: x") == whole
    unchanged = first.answer_to(b"GET /iraq/canal-4-is-opened/ HTTP/1.1\r\nIf-None-Match: " + tag)
    assert unchanged.startswith(b"HTTP/1.1 304 ")
