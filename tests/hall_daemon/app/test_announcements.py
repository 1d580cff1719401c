from __future__ import annotations

import shutil
import subprocess

import pytest

from hall_daemon.app.announcements import (
    MAX_TEXT,
    BadAnnouncement,
    Language,
    One,
    call_text,
    check_template,
    spoken_number,
    spoken_text,
    spoken_window,
)

ZH = "请{number}号到{window}号窗口办理业务"
EN = "Number {number}, please go to window {window}."


@pytest.mark.parametrize(
    ("number", "language", "one", "said"),
    [
        ("A023", "zh", "一", "A零二三"),
        ("A101", "zh", "一", "A一零一"),
        ("A101", "zh", "幺", "A幺零幺"),
        ("b007", "zh", "一", "B零零七"),
        ("VIP02", "zh", "一", "V I P零二"),
        ("１２３", "zh", "一", "一二三"),
        ("Ａ0001", "zh", "幺", "A零零零幺"),
        ("社023", "zh", "一", "社零二三"),
        ("A-023", "zh", "一", "A零二三"),
        ("A023", "en", "一", "A 0 2 3"),
        ("AB10", "en", "幺", "A B 1 0"),
    ],
)
def test_a_number_is_read_digit_by_digit(number: str, language: Language, one: One, said: str) -> None:
    assert spoken_number(number, language=language, one=one) == said


@pytest.mark.parametrize(
    ("window", "language", "said"),
    [
        ("3", "zh", "三"),
        ("10", "zh", "十"),
        ("12", "zh", "十二"),
        ("20", "zh", "二十"),
        ("35", "zh", "三十五"),
        ("103", "zh", "幺零三"),
        ("03", "zh", "零三"),
        ("A3", "zh", "A三"),
        ("综合11", "zh", "综合十一"),
        ("12", "en", "12"),
        ("A3", "en", "A 3"),
        ("103", "en", "1 0 3"),
    ],
)
def test_a_window_is_counted_up_to_99_and_spelled_beyond(window: str, language: Language, said: str) -> None:
    assert spoken_window(window, language=language, one="幺") == said


def test_a_call_in_both_languages() -> None:
    assert call_text(ZH, number="A023", window="3") == "请A零二三号到三号窗口办理业务"
    assert call_text(ZH, number="A011", window="1", one="幺") == "请A零幺幺号到一号窗口办理业务"
    assert call_text(EN, number="A023", window="3", language="en") == "Number A 0 2 3, please go to window 3."
    assert call_text("请{number}号到大厅", number="A1", window="3") == "请A一号到大厅"


@pytest.mark.parametrize("template", ["请{name}到", "{number.__class__}", "{number!r}", "{number:>9}", "{}", "{0}"])
def test_an_unknown_placeholder_is_named(template: str) -> None:
    with pytest.raises(BadAnnouncement) as refused:
        call_text(template, number="A1", window="1")
    assert template[template.index("{") : template.index("}") + 1] in str(refused.value)
    assert "{number} and {window}" in str(refused.value)


def test_an_unclosed_brace_is_a_clear_error() -> None:
    with pytest.raises(BadAnnouncement, match="expected '}'"):
        check_template("请{number号")


@pytest.mark.parametrize("number", ["", "A" * 13, "A0\x0023", "<break/>", "[[eI]]", "A.1", "-", "Ж1"])
def test_a_number_that_is_not_one_is_refused(number: str) -> None:
    with pytest.raises(BadAnnouncement, match="number"):
        spoken_number(number)


@pytest.mark.parametrize("text", ["<speak>", "[[a]]", "请{number}", "看\x07这里", "请👍", "50%", "$(x)"])
def test_characters_outside_the_list_are_never_broadcast(text: str) -> None:
    with pytest.raises(BadAnnouncement, match="is not said in Chinese"):
        spoken_text(text)


def test_hanzi_are_not_given_to_an_english_voice() -> None:
    with pytest.raises(BadAnnouncement, match=r"'综'.*English"):
        call_text(EN, number="A1", window="综合3", language="en")


def test_length_is_bounded_after_filling() -> None:
    assert len(spoken_text("请" * MAX_TEXT)) == MAX_TEXT
    with pytest.raises(BadAnnouncement, match=f"at most {MAX_TEXT}"):
        call_text("请" * (MAX_TEXT - 3) + "{number}", number="A0001", window="1")
    with pytest.raises(BadAnnouncement, match="nothing to say"):
        spoken_text(" ，。")


def test_free_text_has_its_ticket_numbers_spelled() -> None:
    assert spoken_text("请A023号到12号窗口") == "请A零二三号到12号窗口"
    assert spoken_text("电话 01012345 转 007", one="幺") == "电话 零幺零幺二三四五 转 零零七"
    assert spoken_text("Number b12, window 3.", language="en") == "Number B 1 2, window 3."
    assert spoken_text("  请   稍候\n") == "请 稍候"


@pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="needs espeak-ng (apt install espeak-ng)")
def test_a_mandarin_voice_reads_letters_and_digits_as_meant() -> None:
    """Phonemes by the engine itself: A is `ei`, 023 is ling-er-san and never er-shi-san."""
    said = _phonemes(spoken_number("A023"))
    assert said == ["ei", "liɜŋ", "ər", "san"]
    assert "s.i" in "".join(_phonemes("A023")), "the raw number is read as twenty-three"
    assert _phonemes(spoken_number("AB1", one="幺")) == ["ei", "pi", "jɑu"]
    assert _phonemes("W") == ["taɜpliouɜ"]


def _phonemes(text: str) -> list[str]:
    ran = subprocess.run(
        ["espeak-ng", "-q", "-v", "cmn-latn-pinyin", "--ipa", text],
        capture_output=True, text=True, timeout=20, check=True,
    )
    return [word.strip("ˈˌ").replace("ˈ", "").replace("5", "") for word in ran.stdout.split()]
