"""Escape sequences: those understood, and those left as sent."""

import pytest

from homeward.gateway.domain.hl7 import Encoding, escape, read_message, unescape
from tests.unit.gateway.hl7.samples import message


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (r"a\F\b\S\c\T\d\R\e\E\f", r"a|b^c&d~e" + "\\f"),
        (r"one\.br\two", "one\ntwo"),
        (r"\X41\ \X0D0A\ \XC3A9\ \XC3\\XA9\ \xc3a9", "A \r\n é é \\xc3a9"),
        (r"Smith \T\ Sons\T\\T\Co", "Smith & Sons&&Co"),
        # Left as sent: unknown, unterminated, empty, odd digits, bytes that are no text, NUL.
        (r"\Q\ \foo\ ", r"\Q\ \foo\ "),
        (r"C:\T", r"C:\T"),
        (r"a\\b", r"a\\b"),
        (r"\X4\ \XZZ\ \XFF\ \X00\ ", r"\X4\ \XZZ\ \XFF\ \X00\ "),
        (r"\.sp3\ \H\F\N\ \C2842\ \P\ ", r"\.sp3\ \H\F\N\ \C2842\ \P\ "),
        # A stray backslash does not spoil the escapes after it.
        (r"N\A \T\ B", r"N\A & B"),
    ],
)
def test_unescape(raw, text):
    assert unescape(raw) == text


def test_value_unescapes_after_taking_the_field_apart():
    found = read_message(message(r"PID|1|a\S\b^c\R\d|x\T\y~z"))
    assert found.value("PID", 2) == "a^b"
    assert found.repetitions("PID", 2) == [["a^b", "c~d"]]
    assert found.repetitions("PID", 3) == [["x&y"], ["z"]]


def test_bytes_are_decoded_in_the_charset_of_the_message():
    latin = "MSH|^~\\&|P" + "|" * 15 + "8859/1\rPID|" + r"\XE9\ "
    assert read_message(latin.encode()).value("PID", 1) == "é "


def test_the_truncation_character_is_escaped_where_it_is_declared():
    encoding = Encoding(truncation="#")
    assert unescape(r"a\P\b", encoding) == "a#b"
    assert escape("a#b", encoding) == r"a\P\b"


def test_without_an_escape_character_delimiters_become_blanks():
    encoding = Encoding(escape="")
    assert escape("a|b\rc\\d", encoding) == "a b c\\d"
    assert unescape(r"a\T\b", encoding) == r"a\T\b"
