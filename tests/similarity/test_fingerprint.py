"""Near-duplicates share a key, in every process and for good."""

import subprocess
import sys

import pytest

from newscrawl.similarity import VERSION, agreement, keys, signature
from tests.similarity.texts import BACKGROUND, BLAST, BRIDGE

URGENT = "A bridge over the Diyala river was opened to traffic in Baquba on Monday. More to follow."
EDITED = BRIDGE.replace("opened to traffic", "inaugurated").replace("2,000", "2500").replace("spare parts", "tyres")


@pytest.mark.parametrize("other", [BRIDGE, EDITED, f"{EDITED}\n\n{BACKGROUND}", URGENT])
def test_the_same_text_shares_a_key_and_is_worth_comparing(other):
    one, two = signature(BRIDGE), signature(other)
    assert set(keys(one)) & set(keys(two))
    assert agreement(one, two)
    assert agreement(two, one)


def test_another_story_shares_no_key_and_is_not_worth_comparing():
    one, two = signature(BRIDGE), signature(BLAST)
    assert not set(keys(one)) & set(keys(two))
    assert not agreement(one, two)


def test_every_signature_has_twenty_keys_that_a_database_can_hold():
    found = keys(signature(BRIDGE))
    assert len(set(found)) == 20
    assert all(-(2**63) <= key < 2**63 for key in found)


def test_the_dateline_and_typography_change_no_key():
    assert signature("BAQUBA (AFP) – " + BRIDGE.replace('"', "”")) == signature(BRIDGE)


@pytest.mark.parametrize("body", ["", "…", "Watch our live coverage from Baghdad below"])
def test_a_text_of_a_few_words_has_no_keys(body):
    assert signature(body) == b""
    assert keys(signature(body)) == ()


def test_signatures_are_the_same_in_another_process():
    code = "import sys; from newscrawl.similarity import signature; print(signature(sys.stdin.read()).hex())"
    run = subprocess.run([sys.executable, "-c", code], input=BRIDGE, capture_output=True, text=True, check=True)
    assert run.stdout.strip() == signature(BRIDGE).hex()


def test_keys_change_with_their_version_only():
    """Ledgers hold such keys. If this fails, the words, the bands or rensa changed: raise VERSION."""
    assert VERSION == 202
    found = keys(signature(BLAST))
    assert found[:2] == (881801625536000490, 2234495807355939632)
    assert found[-2:] == (2319034198799753815, 6153342133100881757)
