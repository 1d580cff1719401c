"""Letters of pages: read by the real program in a child that is locked in; what hangs, dies or lies says nothing."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from device_drivers.families.readers.zone import check_digit
from hall_daemon.adapters.documents.children import LETTERS, Children
from hall_daemon.adapters.documents.pictures import as_jpeg
from hall_daemon.adapters.documents.reader import DocumentReader
from hall_daemon.adapters.documents.recogniser import Letters, Recogniser, answered
from hall_daemon.adapters.documents.tesseract import missing_package
from hall_daemon.adapters.documents.zone_print import looks_like_zone, zone_facts
from hall_daemon.matters.facts import MOST_FACTS, Fact
from hall_daemon.matters.printed import Wanted
from tests.hall_daemon.adapters.documents.test_documents import children_of, server, until
from tests.made_pages import noisy
from tests.made_papers import made, zone

TODAY = 20_785
NAME = Wanted("name", "name", "王小明", ("姓名",))
# Of ICAO Doc 9303.
PASSPORT = ("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10")
ANNA = (Fact("document", "L898902C3"), Fact("expires", "2012-04-15"))


@pytest.fixture(scope="module")
def reader() -> Iterator[DocumentReader]:
    reader = DocumentReader()
    assert reader.recogniser.missing == "", "requirements/debian-test.txt is not installed"
    assert reader.look(b"no paper").why == "wrong_type"
    yield reader
    reader.stop()


def read(reader: DocumentReader, image: Image.Image, *wanted: Wanted) -> Letters:
    found = reader.recogniser.read(as_jpeg(image), wanted, TODAY)
    assert found is not None
    return found


# -- the real program -----------------------------------------------------------------------------


def test_an_id_card_is_read_and_a_rare_name_holds_nothing_against_anybody(reader: DocumentReader) -> None:
    plain, rare = made("id card", 2), made("id card", 3, rare=True)
    born = Wanted("born", "born", plain.said["born"], ("出生",))
    found = read(reader, plain.image, Wanted("name", "name", plain.said["name"], ("姓名",)), born)
    assert [(each.field, each.verdict) for each in found.seen] == [("name", "agrees"), ("born", "agrees")]
    assert found.facts == (("id_number", plain.said["id_number"]),)
    found = read(reader, rare.image, Wanted("name", "name", rare.said["name"], ("姓名",)))
    assert [each.verdict for each in found.seen] == ["not_found"]
    assert found.facts == (("id_number", rare.said["id_number"]),)


def test_another_licence_is_told(reader: DocumentReader) -> None:
    paper = made("licence", 2)
    found = read(reader, paper.image, Wanted("shop", "title", "武侯区天元水果店", ("名称",)))
    (seen,) = found.seen
    assert (seen.verdict, seen.value) == ("differs", paper.said["title"])


def test_the_zone_of_a_passport_is_read_of_its_picture(reader: DocumentReader) -> None:
    paper = made("passport", 0)
    assert read(reader, paper.image).facts == (
        ("document", paper.said["document"]), ("expires", paper.said["expires"]),
    )


def test_without_anything_wanted_it_says_what_stands_after_labels(reader: DocumentReader) -> None:
    paper = made("licence", 2)
    found = reader.recogniser.read(as_jpeg(paper.image), None, TODAY)
    assert found is not None
    assert ("名称", paper.said["title"]) in found.labelled
    assert found.seen == ()


def test_pictures_of_nothing_say_nothing(reader: DocumentReader) -> None:
    rng = random.Random(5)
    noise = noisy(rng, Image.new("RGB", (300, 400), "grey"), 70)
    stripes = Image.frombytes("L", (800, 1200), bytes(255 * (x // 3 % 2) for x in range(800)) * 1200)
    plain = (Image.new("L", size, "white") for size in ((1, 1), (2400, 3), (1653, 2339)))
    for image in (noise, stripes, *plain):
        found = read(reader, image, NAME)
        assert found.facts == ()
        assert found.failed or [each.verdict for each in found.seen] == ["not_found"]


@pytest.mark.parametrize("jpeg", [b"", b"no picture", b"\xff\xd8\xff\xe0 cut off"])
def test_what_is_no_page_of_ours_fails_and_costs_nobody_else_anything(reader: DocumentReader, jpeg: bytes) -> None:
    assert reader.recogniser.read(jpeg, [NAME], TODAY) == Letters(failed=True)
    assert reader.look(as_jpeg(Image.new("L", (40, 40), "white"))).accepted


def test_words_of_the_page_stay_in_the_child(reader: DocumentReader) -> None:
    """What comes out is shorter than any text: the verdicts of what was asked, and numbers."""
    paper = made("licence", 2)
    said = _said_of_the_child(as_jpeg(paper.image), {"wanted": [list(NAME)], "today": TODAY})
    assert json.loads(said) == {"facts": [["uscc", paper.said["uscc"]]], "seen": [["name", "not_found", ""]]}


def _said_of_the_child(jpeg: bytes, head: dict[str, object]) -> bytes:
    asked = json.dumps(head).encode()
    done = subprocess.run(
        [sys.executable, "-c", "from hall_daemon.adapters.documents import letters; letters.look()"],
        input=len(asked).to_bytes(4, "big") + asked + jpeg, capture_output=True, check=True,
    )
    return done.stdout


# -- its locks ------------------------------------------------------------------------------------

_TRIES = """
import os, sys
from hall_daemon.adapters.documents.locks import lock_program
print(" ".join(lock_program(os.path.realpath(sys.argv[1]), ["/usr/share/tesseract-ocr"])), flush=True)
os.execve(os.path.realpath(sys.argv[1]), sys.argv[1:], {})
"""


def locked(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", _TRIES, *words], capture_output=True, text=True, check=False)


def test_a_program_reads_its_libraries_and_its_data_and_nothing_else(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("a secret")
    done = locked("/usr/bin/cat", str(secret))
    if "landlock" not in done.stdout:
        assert {"limits", "no_new_privs"} <= set(done.stdout.split())
        return  # an old kernel: health says so
    assert "a secret" not in done.stdout
    assert "Permission denied" in done.stderr
    (data,) = Path("/usr/share/tesseract-ocr").glob("*/tessdata/configs/tsv")
    assert "tessedit_create_tsv" in locked("/usr/bin/cat", str(data)).stdout
    assert "Permission denied" in locked("/usr/bin/env", "/usr/bin/true").stderr, "it can run nothing else"
    assert "secret.new" not in (locked("/usr/bin/cp", str(data), f"{secret}.new").stdout, *os.listdir(tmp_path))


# -- what hangs or dies ---------------------------------------------------------------------------


def test_a_child_that_hangs_is_asked_again_later() -> None:
    children = Children(server("time.sleep(600)"), 30.0)
    recogniser = Recogniser(children, answer_s=0.3)
    assert [recogniser.read(b"page", [NAME], TODAY) for _ in range(2)] == [None, None]
    children.end()


@pytest.mark.parametrize("child", [
    "os._exit(1)", "os.kill(os.getpid(), 11)", r"while True: os.write(door, b'{' * 65536)",
])
def test_a_child_that_dies_or_says_no_end_has_failed(child: str) -> None:
    children = Children(server(child), 30.0)
    recogniser = Recogniser(children, answer_s=60.0)
    assert [recogniser.read(b"page", [NAME], TODAY) for _ in range(2)] == [Letters(failed=True)] * 2
    children.end()


@pytest.mark.parametrize("child", ["os.kill(os.getppid(), 9); time.sleep(0.3)"])
def test_a_page_is_read_again_later_where_its_server_died(child: str) -> None:
    children = Children(server(child), 30.0)
    assert Recogniser(children, answer_s=20.0).read(b"page", [NAME], TODAY) is None
    children.end()


def test_no_child_can_be_had() -> None:
    assert Recogniser(Children(("no-such-program",), 0.3)).read(b"page", [NAME], TODAY) is None


def test_who_stops_ends_what_is_under_way_with_its_programs() -> None:
    """A child that was given nothing yet: it waits, and its programs with it."""
    reader = DocumentReader()
    begun = reader._children.begin(LETTERS)
    (child,) = children_of(begun.server.pid)
    begun.door.sendall(len(head := b'{"wanted": [], "today": 0}').to_bytes(4, "big") + head)
    begun.door.close()
    until(lambda: not Path(f"/proc/{child}").exists())
    thread = threading.Thread(target=lambda: found.append(reader.recogniser.read(_large(), [NAME], TODAY)))
    found: list[Letters | None] = []
    thread.start()
    until(lambda: any(_names(each) == "tesseract" for one in children_of(begun.server.pid) for each in _of(one)))
    family = {one for child in children_of(begun.server.pid) for one in (child, *_of(child))}
    reader.recogniser.stop()
    thread.join()
    assert found == [None]
    until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in family))
    assert reader.recogniser.read(_large(), [NAME], TODAY) is None, "it is over"
    reader.stop()


def _large() -> bytes:
    return as_jpeg(noisy(random.Random(1), made("licence", 5).image, 20))


def _of(pid: int) -> list[int]:
    try:
        return children_of(pid)
    except OSError:
        return []


def _names(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip()
    except OSError:
        return ""


# -- without the program --------------------------------------------------------------------------


def test_without_it_no_letters_are_read(tmp_path: Path) -> None:
    assert missing_package() == ""
    assert missing_package(program="no-such-program") == "tesseract-ocr"
    assert missing_package(share=tmp_path) == "tesseract-ocr-chi-sim"
    recogniser = Recogniser(Children(("never-asked",), 1.0))
    recogniser.missing = "tesseract-ocr"
    assert recogniser.read(b"page", [NAME], TODAY) is None


# -- what the child says is not believed ----------------------------------------------------------

_GOOD = {"facts": [["uscc", "92110101MAKKKKKK67"]], "seen": [["name", "agrees", ""]]}


@pytest.mark.parametrize("changed", [
    {"facts": [["uscc", "9" * 18]]}, {"facts": [["person", "x"]]}, {"facts": _GOOD["facts"] * (MOST_FACTS + 1)},
    {"seen": []}, {"seen": [["other", "agrees", ""]]}, {"seen": [["name", "maybe", ""]]}, {"seen": _GOOD["seen"] * 2},
    {"seen": [["name", "differs", "x" * 101]]}, {"seen": [["name", "differs", "\u202e"]]}, {"failed": True},
    {"facts": 1}, {"labelled": [["a", "\n"]]},
])
def test_an_answer_that_is_none_has_failed(changed: dict[str, object]) -> None:
    assert answered(json.dumps(_GOOD).encode(), [NAME]) == Letters(
        (Fact("uscc", "92110101MAKKKKKK67"),), (("name", "agrees", ""),)  # type: ignore[arg-type]
    )
    assert answered(json.dumps(_GOOD | changed).encode(), [NAME]) == Letters(failed=True)
    assert answered(b"", [NAME]) == Letters(failed=True)


# -- zones as letters -----------------------------------------------------------------------------


def test_a_zone_is_mended_where_its_form_says_how() -> None:
    first, second = PASSPORT
    for lines in (
        PASSPORT, (first[:-9], second), (first, second.replace("UTO", "UT0")), (first, second.replace("<<<<<", "<<<")),
        ("noise", first, second.replace("740812", "74O8I2")), (first + "<<<", second),
        (f"{first[:20]} {first[20:]}", second), (first, second[:-1] + "O"),
    ):
        assert zone_facts(lines) == ANNA, lines
    card = ("I<UTOD231458907<<<<<<<<<<<<<<<", "7408122F1204159UTO<<<<<<<<<<<6", "ERIKSSON<<ANNA<MARIA<<<<<<<<<<")
    assert zone_facts([card[0][:-4], card[1], card[2]]) == (Fact("document", "D23145890"), ANNA[1])


def test_a_zone_whose_check_digits_do_not_fit_is_none() -> None:
    first, second = PASSPORT
    for line in (second.replace("L8", "L9"), second.replace("120415", "120416"), second[:-1] + "1", second[5:], ""):
        assert zone_facts((first, line)) == ()
    assert zone_facts(()) == ()


def test_random_zones_are_never_another() -> None:
    """One character read as another: either it is mended to the same number, or there is none, but where the check
    digit is the same, as of 6 and G."""
    rng = random.Random(11)
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789<"
    for _ in range(300):
        first, second, number, ends = zone(rng)
        at = rng.randrange(44)
        broken = second[:at] + rng.choice(letters) + second[at + 1 :]
        for found, right in zip(zone_facts((first, broken)), (number, ends), strict=False):
            assert [check_digit(each) for each in found.value.replace("-", "")] == [
                check_digit(each) for each in right.replace("-", "")
            ]


def test_lines_that_are_worth_a_second_look() -> None:
    assert all(map(looks_like_zone, PASSPORT))
    assert looks_like_zone("P<UTOERIKS9S30N<<ANNA<MARIA<<<<<<< <<<<<<“")
    others = "护照号码 <<", "a sentence with no filler in it", "经营范围餐饮服务销售依法须经<批准的项目经批准", ""
    assert not any(map(looks_like_zone, others))
