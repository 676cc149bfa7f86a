"""Which files make up the record, and that none of them is left out unseen."""

import pytest

from newscrawl.months import month_files
from tests.dataset import story
from tests.nobody import as_nobody, folder_for_all, shut
from tests.topics.record import append


def test_the_files_of_all_outlets_are_listed_the_oldest_month_first(tmp_path):
    append(tmp_path, story("two", 1, "Text."), story("one", 2, "Text."), story("two", 3, "Text.", days=-40))
    (tmp_path / "articles" / "one" / "2025-07.jsonl.torn").touch()
    (tmp_path / "articles" / "note.txt").touch()

    assert month_files(tmp_path) == [
        "articles/two/2025-05.jsonl",
        "articles/one/2025-07.jsonl",
        "articles/two/2025-07.jsonl",
    ]


def test_without_a_record_there_are_none(tmp_path):
    assert month_files(tmp_path) == month_files(tmp_path / "elsewhere") == []


@pytest.mark.parametrize("name", ["articles", "articles/two"])
def test_a_folder_that_leads_nowhere_is_an_error(tmp_path, name):
    append(tmp_path, story("one", 1, "Text."))
    folder = tmp_path / name
    if folder.exists():
        folder.rename(tmp_path / "elsewhere")
    folder.symlink_to(tmp_path / "unmounted")

    with pytest.raises(FileNotFoundError) as error:
        month_files(tmp_path)
    assert error.value.filename == str(folder)


@pytest.mark.parametrize("name", ["articles", "articles/one"])
def test_a_folder_that_cannot_be_read_is_an_error(name):
    def check():
        with pytest.raises(PermissionError):
            month_files(data)

    with folder_for_all() as data:
        append(data, story("one", 1, "Text."), story("two", 2, "Text."))
        with shut(data / name):
            assert as_nobody(check)
