"""`scrapy genspider`: the files of a new outlet, in the project that asks for them."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib

import pytest

from newscrawl.jobs.genspider import is_domain, is_name
from tests.conftest import ROOT

SETTINGS = """from newscrawl.settings import *
SPIDER_MODULES = ["newscrawl.spiders", "mynews.spiders"]
NEWSPIDER_MODULE = "mynews.spiders"
"""
MADE = """made:
  mynews/spiders/al_monitor.py: where its articles are listed
  mynews/pages/al_monitor.py: how they are read
  fixtures/sites/www.al-monitor.com/: for its recorded site
  fixtures/pages/al_monitor/: for single pages, and the articles that must come of them
next:
  set title and zone in mynews/pages/al_monitor.py
  scrapy crawl al_monitor -a limit=5
  docs/add-an-outlet.md tells the rest
"""


@pytest.fixture
def project(tmp_path):
    """A project of its own, for which newscrawl is an installed package."""
    (tmp_path / "mynews" / "spiders").mkdir(parents=True)
    (tmp_path / "mynews" / "spiders" / "__init__.py").touch()
    (tmp_path / "mynews" / "settings.py").write_text(SETTINGS)
    (tmp_path / "scrapy.cfg").write_text("[settings]\ndefault = mynews.settings\n")
    return tmp_path


def scrapy(project, *words):
    return subprocess.run(
        [sys.executable, "-m", "scrapy", *words],
        cwd=project,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def files(project):
    return {str(path.relative_to(project)) for path in project.rglob("*") if path.is_file()}


def folders(project):
    return {str(path.relative_to(project)) for path in (project / "fixtures").glob("*/*")}


@pytest.mark.parametrize("template", ["outlet", "wordpress-outlet"])
def test_two_files_and_two_folders_are_made_and_named(project, template):
    before = files(project)

    made = scrapy(project, "genspider", "-t", template, "al_monitor", "www.al-monitor.com")

    assert (made.returncode, made.stdout, made.stderr) == (0, MADE, "")
    assert files(project) - before == {"mynews/spiders/al_monitor.py", "mynews/pages/al_monitor.py"}
    assert folders(project) == {"fixtures/sites/www.al-monitor.com", "fixtures/pages/al_monitor"}


@pytest.mark.parametrize("template", ["outlet", "wordpress-outlet"])
def test_the_new_outlet_is_ready_to_crawl(project, template):
    scrapy(project, "genspider", "-t", template, "al_monitor", "www.al-monitor.com")
    site = project / "fixtures" / "sites" / "www.al-monitor.com"
    (site / "robots.txt").write_text("Sitemap: https://www.al-monitor.com/stories.xml\n")
    (site / "stories.xml").write_text("<urlset><url><loc>https://al-monitor.com/story</loc></url></urlset>")
    (site / "story.html").write_text(
        '<html><head><meta property="og:type" content="article">'
        '<meta property="article:published_time" content="2025-05-06T08:00:00Z"></head><body><article>'
        '<h1>A bridge</h1><div class="entry-content"><p>The bridge was opened to carts on Monday.</p></div></article>'
        "</body></html>"
    )

    crawled = scrapy(project, "crawl", "al_monitor", "-s", "REPLAY_FROM=fixtures/sites")

    assert crawled.returncode == 0, crawled.stderr
    (record,) = (project / "data" / "articles" / "al_monitor").glob("*.jsonl")
    assert record.name == "2025-05.jsonl"
    line = record.read_text("utf-8")
    assert '"url":"https://www.al-monitor.com/story","outlet":"al_monitor","outlet_name":"Al Monitor"' in line
    assert '"body":"The bridge was opened to carts on Monday."' in line


def test_the_host_without_www_is_the_same_outlet(project):
    scrapy(project, "genspider", "mada", "MadaMasr.com")

    page = (project / "mynews" / "pages" / "mada.py").read_text("utf-8")

    assert 'Site(host="madamasr.com", aliases=frozenset({"www.madamasr.com"}))' in page


def test_a_second_time_is_refused_and_changes_nothing(project):
    scrapy(project, "genspider", "mada", "madamasr.com")
    page = project / "mynews" / "pages" / "mada.py"
    page.write_text(page.read_text("utf-8").replace('"Mada"', '"Mada Masr"'), "utf-8")
    edited = page.read_text("utf-8")

    again = scrapy(project, "genspider", "mada", "madamasr.com")

    assert (again.returncode, again.stdout) == (2, "")
    assert again.stderr == "error: there is a spider 'mada' already, in mynews.spiders.mada\n"
    assert page.read_text("utf-8") == edited


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["mada"], "name the outlet and its domain: scrapy genspider [-t TEMPLATE] NAME DOMAIN"),
        (["iraqinews", "a.org"], "there is a spider 'iraqinews' already, in newscrawl.spiders.iraqinews"),
        (["mada", "iraqinews.com"], "iraqinews.com is crawled by 'iraqinews' already"),
        (["-t", "wordpress", "mada", "a.org"], "there is no template 'wordpress'; did you mean wordpress-outlet?"),
        (["../mada", "a.org"], "'../mada' cannot name an outlet; use small letters, digits and _, as in example_news"),
        (["mada", "https://a.org/"], "'https://a.org/' is no domain; write it as www.example.org"),
    ],
)
def test_what_cannot_be_is_one_clear_line_and_nothing_is_made(project, words, said):
    before = files(project)

    refused = scrapy(project, "genspider", *words)

    assert (refused.returncode, refused.stdout, refused.stderr) == (2, "", f"error: {said}\n")
    assert (files(project), folders(project)) == (before, set())


@pytest.mark.parametrize(
    "name", ["Mada", "mada-masr", "mada.masr", "7days", "_mada", "class", "../mada", "", "مدى", "mada\n", "m" * 51]
)
def test_a_name_is_that_of_a_module(name):
    assert not is_name(name)


@pytest.mark.parametrize("name", ["mada", "al_monitor", "days7", "m" * 50])
def test_small_letters_digits_and_underscores_are_a_name(name):
    assert is_name(name)


@pytest.mark.parametrize(
    "domain",
    [
        *(
            "https://a.org",
            "a.org/news",
            "a.org:80",
            "user@a.org",
            "localhost",
            "127.0.0.1",
            "a..org",
            "-a.org",
            ".org",
        ),
        *("a-.org", "a.org.", "a b.org", "a.org\n", '"}).org', "", "مدى.org", f"{'a' * 64}.org", "a." * 125 + "orgs"),
    ],
)
def test_a_domain_is_a_host_and_nothing_else(domain):
    assert not is_domain(domain)


@pytest.mark.parametrize(
    "domain", ["a.org", "www.al-monitor.com", "news.bbc.co.uk", "xn--mgbah1a.org", "a.xn--p1ai", f"{'a' * 63}.org"]
)
def test_a_public_host_is_a_domain(domain):
    assert is_domain(domain)


def test_a_file_that_is_there_is_never_written_over(project):
    (project / "mynews" / "pages").mkdir()
    (project / "mynews" / "pages" / "mada.py").write_text("MINE = 1\n")

    refused = scrapy(project, "genspider", "mada", "madamasr.com")

    assert refused.returncode == 2
    assert refused.stderr == "error: mynews/pages/mada.py is there already; take another name\n"
    assert (project / "mynews" / "pages" / "mada.py").read_text() == "MINE = 1\n"
    assert not (project / "mynews" / "spiders" / "mada.py").exists()


def test_no_file_is_left_behind_where_one_cannot_be_written(project):
    (project / "mynews" / "pages").write_text("a file where a folder should be")
    before = files(project)

    refused = scrapy(project, "genspider", "mada", "madamasr.com")

    assert refused.returncode == 2
    assert refused.stderr == f"error: {project}/mynews/pages cannot be written: File exists\n"
    assert files(project) == before


def test_every_template_is_installed_with_the_package():
    patterns = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]["package-data"]
    installed = {file for pattern in patterns["newscrawl"] for file in (ROOT / "newscrawl").glob(pattern)}

    templates = {file for file in (ROOT / "newscrawl" / "templates").rglob("*") if file.is_file()}
    assert len(templates) == 4
    assert templates <= installed
