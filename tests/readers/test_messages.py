"""Messages come as bytes do: in pieces, or several at once."""

from hypothesis import given
from hypothesis import strategies as st

from newscrawl.readers.messages import packed, take


@given(values=st.lists(st.binary(max_size=300) | st.none()), pieces=st.lists(st.integers(1, 400)))
def test_however_bytes_are_cut_each_message_is_taken_whole_and_once(values, pieces):
    sent, received, taken = b"".join(map(packed, values)), bytearray(), []
    while sent:
        size = pieces.pop() if pieces else len(sent)
        received += sent[:size]
        sent = sent[size:]
        taken += take(received)

    assert taken == values
    assert not received
