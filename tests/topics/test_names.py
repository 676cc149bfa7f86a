import pytest

from newscrawl.topics.names import Topic, TopicsFileError, read_names
from tests.conftest import ROOT


def refusal(tmp_path, text):
    file = tmp_path / "topics.toml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(TopicsFileError) as raised:
        read_names(file)
    assert "\n" not in str(raised.value)
    return str(raised.value).replace(str(tmp_path), "")


def test_a_topic_has_its_name_and_its_other_spellings_folded(tmp_path):
    file = tmp_path / "topics.toml"
    file.write_text('\ufeff"CJTF-OIR" = ["CJTF OIR", "Opération – Résolution"]\nISIS = []\n', "utf-8")

    assert read_names(file) == [Topic("CJTF-OIR", ("cjtf oir", "operation resolution")), Topic("ISIS", ("isis",))]


def test_the_projects_own_file_can_be_read():
    named = {topic.name: topic.spellings for topic in read_names(ROOT / "topics.toml")}

    assert named["CJTF-OIR"] == (
        "cjtf oir",
        "cjtfoir",
        "combined joint task force operation inherent resolve",
        "operation inherent resolve",
    )
    assert "داعش" in named["ISIS"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('"A" = []\n"B" = [\n"C" = []\n', "/topics.toml, line 3: "),
        ('"A" = []\n"A" = []\n', "/topics.toml, line 2: "),
        ('# "B" is a topic\n"A" = []\n"B" = "C"\n', '/topics.toml, line 3: write a topic as "NAME" = ["'),
        ('"A" = []\n"B" = [1]\n', "/topics.toml, line 2: write a topic as"),
        ("[topic]\nname = []\n", "/topics.toml, line 1: write a topic as"),
        ('"A" = []\n"B" = ["b", "—"]\n', "/topics.toml, line 2: '—' has no word in it"),
        ('"A" = ["B-C"]\n\n"D" = ["b c"]\n', "/topics.toml, line 3: 'b c' is a spelling of 'A' already"),
        (b'"A" = ["\xff"]', "/topics.toml cannot be read: not a UTF-8 text file"),
    ],
)
def test_a_broken_file_is_told_with_its_line(tmp_path, text, said):
    assert refusal(tmp_path, text).startswith(said)


def test_a_file_that_cannot_be_read_is_told(tmp_path):
    with pytest.raises(TopicsFileError, match="cannot be read: Is a directory"):
        read_names(tmp_path)
    with pytest.raises(TopicsFileError, match="cannot be read: No such file"):
        read_names(tmp_path / "no.toml")
