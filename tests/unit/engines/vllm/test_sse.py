from hypothesis import given
from hypothesis import strategies as st

from workers.engines.vllm.sse import ServerSentEvents


def heard(stream: bytes, cuts: list[int]) -> list[bytes]:
    events, found, at = ServerSentEvents(), [], 0
    for cut in [*sorted(cut % (len(stream) + 1) for cut in cuts), len(stream)]:
        found += events.feed(stream[at:cut])
        at = cut
    return found


@given(
    st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\r\n"), min_size=1)),
    st.sampled_from([b"\n", b"\r\n"]),
    st.lists(st.integers(0)),
)
def test_events_are_the_same_wherever_the_stream_is_cut(texts: list[str], end: bytes, cuts: list[int]) -> None:
    stream = b"".join(b"data: " + text.encode() + end + end for text in texts)
    assert heard(stream, cuts) == [text.encode() for text in texts]


def test_other_fields_and_comments_are_no_data() -> None:
    stream = b": hello\n\nevent: x\nid: 1\ndata: a\nretry: 5\n\n\n\ndata:b\n\n"
    assert heard(stream, []) == [b"a", b"b"]


def test_one_event_may_have_several_lines() -> None:
    assert heard(b"data: a\ndata: b\n\n", []) == [b"a\nb"]


def test_an_event_that_never_ends_is_none() -> None:
    assert heard(b"data: a\n\ndata: half", []) == [b"a"]
