"""Character sets: MSH-18, byte order marks, and no guessing."""

import pytest

from homeward.gateway.domain.hl7 import Hl7Error, read_message


def named(charset: str, name: str, codec: str) -> bytes:
    return f"MSH|^~\\&|PAS{'|' * 15}{charset}\rPID|1||{name}|x".encode(codec)


@pytest.mark.parametrize(
    ("charset", "name", "codec"),
    [
        ("", "Zoë Ωmega", "utf-8"),
        ("UNICODE UTF-8", "Łukasz 李", "utf-8"),
        ("unicode utf-8~8859/1", "Łukasz", "utf-8"),
        ("UNICODE", "Łukasz", "utf-8"),
        ("ASCII", "Smith", "ascii"),
        ("8859/1", "Zoë", "iso8859-1"),
        ("8859/2", "Łukasz", "iso8859-2"),
        ("8859/5", "Иван", "iso8859-5"),
        ("8859/9", "Ağaoğlu", "iso8859-9"),
        ("8859/15", "Œuvre €", "iso8859-15"),
        ("ISO-8859-1", "Zoë", "iso8859-1"),
        ("GB 18030-2000", "李雷", "gb18030"),
        ("~ISO IR87", "山田", "iso2022_jp_2"),
    ],
)
def test_msh18_names_the_character_set(charset, name, codec):
    found = read_message(named(charset, name, codec))
    assert found.value("PID", 3) == name
    assert found.charset == codec


@pytest.mark.parametrize("codec", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le"])
def test_wide_text_is_known_by_its_bytes(codec):
    found = read_message(named("UNICODE UTF-16", "Łukasz 李", codec))
    assert found.value("PID", 3) == "Łukasz 李"


def test_a_byte_order_mark_counts_for_more_than_msh18():
    found = read_message(named("8859/1", "Zoë", "utf-8-sig"))
    assert found.value("PID", 3) == "Zoë"
    assert found.charset == "utf-8"


@pytest.mark.parametrize("default", ["8859/1", "iso-8859-1", "latin1"])
def test_the_feed_may_name_the_character_set_that_msh18_leaves_out(default):
    raw = named("", "Zoë", "iso8859-1")
    assert read_message(raw, default_charset=default).value("PID", 3) == "Zoë"


def test_msh18_counts_for_more_than_the_default_of_the_feed():
    raw = named("UNICODE UTF-8", "Zoë", "utf-8")
    assert read_message(raw, default_charset="8859/1").value("PID", 3) == "Zoë"


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (named("", "Zoë", "iso8859-1"), "byte EB at offset 37 .*UTF-8, and MSH-18 names no"),
        (b"\r\n" + named("", "Zoë", "iso8859-1"), "at offset 39 "),
        (named("ASCII", "Zoë", "utf-8"), "byte C3 at offset 42 is not ASCII, which the message"),
        (named("KLINGON", "Smith", "ascii"), "MSH-18 names 'KLINGON'"),
        (named("8859/12", "Smith", "ascii"), "MSH-18 names '8859/12'"),
        (named("UNICODE UTF-16", "Smith", "ascii"), "not of that width"),
        (named("", "Smith", "utf-16")[:-1], "at offset"),
    ],
)
def test_bytes_outside_the_character_set_are_refused_not_guessed(raw, why):
    with pytest.raises(Hl7Error, match=why):
        read_message(raw)


def test_a_default_that_is_no_character_set_is_refused():
    with pytest.raises(Hl7Error, match="'bz2'"):
        read_message(named("", "Smith", "ascii"), default_charset="bz2")
