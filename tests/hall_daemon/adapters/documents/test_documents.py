"""Files that people send: what is taken comes back as new pictures, what is not says why, and its child dies alone."""

from __future__ import annotations

import io
import os
import random
import signal
import subprocess
import sys
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import segno
from PIL import Image, ImageDraw

from hall_daemon.adapters.documents.machine import facts_of
from hall_daemon.adapters.documents.measure import measured
from hall_daemon.adapters.documents.page_tree import pages_untold
from hall_daemon.adapters.documents.pictures import SIDE, as_jpeg, jpeg_picture, png_picture, upright
from hall_daemon.adapters.documents.reader import BadAnswer, DocumentReader, answered
from hall_daemon.adapters.documents.refused import REASONS, Refused
from hall_daemon.matters.pictures import MARKS, Measures, marks
from hall_daemon.words.tables import tables
from tests.hostile_papers import FAMILIES, HEAVY, WORDS, Hostile, of_family, pdf
from tests.made_pages import card, noisy, unreadable

ALL_LOCKS = ("limits", "no_new_privs", "landlock", "seccomp")


@pytest.fixture(scope="module")
def reader() -> Iterator[DocumentReader]:
    reader = DocumentReader()
    assert reader.look(b"no paper").why == "wrong_type"  # its server is there from here on
    yield reader
    reader.stop()


def arrow(**more: object) -> bytes:
    """A picture whose upper left is black."""
    image = Image.new("RGB", (400, 200), "white")
    ImageDraw.Draw(image).rectangle((0, 0, 100, 100), fill="black")
    file = io.BytesIO()
    image.save(file, "JPEG", **more)
    return file.getvalue()


def opened(jpeg: bytes) -> Image.Image:
    return Image.open(io.BytesIO(jpeg), formats=("JPEG",))


def test_a_paper_comes_back_as_new_pages(reader: DocumentReader) -> None:
    looked = reader.look(pdf([WORDS] * 2, box="0 0 595 842"))
    assert (looked.accepted, looked.why, len(looked.pages)) == (True, "", 2)
    page = opened(looked.pages[0].jpeg)
    assert page.size == (1653, 2339)
    assert set(reader.locks or ()) <= set(ALL_LOCKS)
    assert {"limits", "no_new_privs"} <= set(reader.locks or ())
    assert reader.health()["documents"].startswith("ok: limits")


def packed_tree(pages: int) -> bytes:
    """A PDF whose tree of pages lies in a packed object, as PDF 1.5 has it."""
    kids = b" ".join(b"%d 0 R" % (3 + 2 * at) for at in range(pages))
    inside = b"2 0 " + b"<< /Type /Pages /Count 1 /Kids [%b] >>" % kids
    stream = zlib.compress(inside)
    head = b"<< /Type /ObjStm /N 1 /First 4 /Length %d /Filter /FlateDecode >>" % len(stream)
    return b"%PDF-1.5\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n9 0 obj\n" + head + b" stream\n" + stream


def test_a_pdf_that_says_less_pages_than_it_has_loses_none_without_a_word(reader: DocumentReader) -> None:
    for there, why in ((2, "damaged"), (30, "damaged"), (500, "too_many_pages")):
        lying = pdf([WORDS] * there).replace(b"/Count %d " % there, b"/Count 1 ")
        assert (reader.look(lying).why, len(reader.look(lying).pages)) == (why, 0)


def test_pages_are_counted_in_the_tree_and_not_believed() -> None:
    several = pdf([WORDS] * 3)
    lying = several.replace(b"/Count 3 ", b"/Count 1 ")
    assert (pages_untold(several, 30), pages_untold(lying, 30)) == (0, 3)
    edited = several + b"2 0 obj\n<< /Type /Pages /Count 1 /Kids [3 0 R] >>\nendobj\n"
    assert pages_untold(edited, 30) == 0, "a page was taken out: what was written last holds"
    assert (pages_untold(packed_tree(1), 30), pages_untold(packed_tree(3), 30)) == (0, 3)
    circle = pdf([WORDS]).replace(b"/Kids [3 0 R]", b"/Kids [2 0 R 2 0 R]")
    assert pages_untold(circle, 30) == 31
    assert pages_untold(packed_tree(3)[:-60], 30) == 0
    assert pages_untold(b"%PDF-1.7 nothing of the kind", 30) == 0


def test_what_a_machine_can_read_of_a_page(reader: DocumentReader) -> None:
    """The text of a PDF, a QR code of a licence, the zone of a passport; numbers alone come out of the child."""
    zone = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10"
    assert facts_of(Image.new("L", (9, 9)), zone, 20_785) == (("document", "L898902C3"), ("expires", "2012-04-15"))
    text = b"BT /F 12 Tf 30 700 Td (No. 92110101MAKKKKKK67, 11010519491231002X) Tj ET"
    looked = reader.look(pdf([text], box="0 0 595 842"))
    assert looked.pages[0].facts == (("uscc", "92110101MAKKKKKK67"), ("id_number", "11010519491231002X"))
    page, code = Image.new("L", (1240, 1754), "white"), io.BytesIO()
    segno.make("https://licence.example/show?uniscid=92110101MAKKKKKK67").save(code, kind="png", scale=6)
    page.paste(Image.open(code, formats=("PNG",)).convert("L"), (700, 200))
    file = io.BytesIO()
    page.save(file, "JPEG")
    looked = reader.look(file.getvalue())
    assert (looked.why, looked.pages[0].facts) == ("", (("uscc", "92110101MAKKKKKK67"),))


def test_an_unreadable_page_is_taken_and_marked(reader: DocumentReader) -> None:
    file = io.BytesIO()
    unreadable("blurred", 1).save(file, "JPEG")
    looked = reader.look(file.getvalue())
    assert looked.accepted
    assert looked.pages[0].marks == ("blurred",)


@pytest.mark.parametrize("family", sorted(FAMILIES.keys() - HEAVY - {"flipped", "noise", "edges", "odd_modes"}))
def test_a_hostile_file_gets_a_clear_answer(reader: DocumentReader, family: str) -> None:
    file = of_family(family, 1)
    assert reader.look(file.data).why in file.answers


def test_nothing_else_of_a_file_is_left(reader: DocumentReader) -> None:
    for family in ("polyglot", "broken_exif"):
        looked = reader.look(of_family(family, 2).data)
        assert looked.accepted
        assert b"canary" not in looked.pages[0].jpeg
        assert b"Exif" not in looked.pages[0].jpeg


def test_whoever_is_killed_by_a_file_dies_alone(reader: DocumentReader) -> None:
    assert reader.look(of_family("form_bomb", 1).data).why in ("too_hard", "")
    assert reader.look(arrow()).accepted


# A server whose children do as a file that has taken one over may want to: they run {child}, `door` is their socket.
_SERVER = """
import os, socket, time
control = socket.socket(fileno=os.dup(0))
while True:
    said, doors, _, _ = socket.recv_fds(control, 1, 1)
    if not said:
        break
    door = doors[0]
    if not os.fork():
        os.write(door, b"+")
        {child}
        os._exit(0)
    os.close(door)
"""


def server(child: str) -> tuple[str, ...]:
    return sys.executable, "-c", _SERVER.replace("{child}", child)


@pytest.mark.parametrize(("child", "why"), [
    ("time.sleep(600)", "too_hard"), ("os._exit(1)", "too_hard"), ("os.kill(os.getpid(), 11)", "too_hard"),
    ("os.kill(os.getppid(), 9); time.sleep(0.3)", "busy"),
])
def test_a_child_that_hangs_or_dies(child: str, why: str) -> None:
    reader = DocumentReader(command=server(child), answer_s=1.0)
    assert [reader.look(arrow()).why for _ in range(2)] == [why, why]
    reader.stop()


def test_a_child_that_says_no_end_is_cut_off() -> None:
    reader = DocumentReader(command=server(r"while True: os.write(door, b'\0' * 65536)"), answer_s=20.0)
    assert reader.look(arrow()).why == "too_hard"
    reader.stop()


@pytest.mark.parametrize("command", [
    ("no-such-program",), (sys.executable, "-c", "import time; time.sleep(600)"), (sys.executable, "-c", ""),
])
def test_without_a_server_that_gives_children_no_paper_is_taken(command: tuple[str, ...]) -> None:
    reader = DocumentReader(command=command, start_s=0.3)
    assert reader.look(arrow()).why == "unavailable"
    reader.stop()


def test_a_server_that_was_killed_is_started_again() -> None:
    reader = DocumentReader()
    assert reader.look(arrow()).accepted
    killed = reader._children._server
    assert killed is not None
    killed.kill()
    killed.wait(10)
    assert reader.look(arrow()).accepted
    reader.stop()
    assert reader.look(arrow()).why == "busy"


def test_who_stops_ends_the_server_and_all_its_children() -> None:
    reader = DocumentReader()
    begun = reader._children.begin()
    family = children_of(begun.server.pid)
    assert len(family) == 1
    reader.stop()
    until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in (begun.server.pid, *family)))
    begun.door.close()


def test_a_child_is_killed_when_nobody_listens_any_more() -> None:
    reader = DocumentReader()
    begun = reader._children.begin()
    (child,) = children_of(begun.server.pid)
    os.kill(child, signal.SIGSTOP)  # as one whose file hangs it: it does not see that
    begun.door.close()
    until(lambda: not children_of(begun.server.pid))
    assert reader.look(arrow()).accepted
    reader.stop()


def test_a_child_has_no_descriptor_of_anybody_else() -> None:
    """Two wait for their files; neither has the other's door, nor the server's."""
    reader = DocumentReader()
    first, second = reader._children.begin(), reader._children.begin()
    for child in children_of(first.server.pid):
        open_files = {int(one.name): os.readlink(one) for one in Path(f"/proc/{child}/fd").iterdir()}
        assert set(open_files) == {0, 1, 2}
        assert open_files[0] == open_files[1] != open_files[2]
        assert open_files[2] == "/dev/null"
    for each in (first, second):
        each.door.close()
    reader.stop()


def children_of(pid: int) -> list[int]:
    return [int(said) for said in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def until(holds: Callable[[], bool]) -> None:
    give_up_at = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < give_up_at
        time.sleep(0.01)


def test_without_the_libraries_it_says_so() -> None:
    reader = DocumentReader()
    reader.missing = "pypdfium2"
    assert reader.look(arrow()).why == "unavailable"
    assert "pypdfium2 is not installed" in reader.health()["documents"]


def test_many_files_wait_for_each_other(reader: DocumentReader) -> None:
    found: list[str] = []
    threads = [threading.Thread(target=lambda: found.append(reader.look(b"no paper").why)) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == ["wrong_type"] * 5


# -- the locks ------------------------------------------------------------------------------------

_TRIES = """
import os, resource, socket, sys
from hall_daemon.adapters.documents.locks import _called, lock_down
def tried(work):
    try:
        work()
    except (OSError, MemoryError):
        return "refused"
    return "done"
print(" ".join(lock_down()))
assert _called("prctl", 3, 0, 0, 0, 0) == 0, "its memory can be dumped"
for work in (
    lambda: open(sys.argv[1]).read(), lambda: open(sys.argv[1] + ".new", "w"), lambda: os.listdir("/"),
    socket.socket, lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM), lambda: socket.socketpair(),
    lambda: os.execv("/bin/true", ["true"]), os.fork, lambda: os.kill(os.getppid(), 0),
    lambda: resource.prlimit(os.getppid(), resource.RLIMIT_NOFILE), lambda: bytearray(900 * 2**20),
):
    print(tried(work))
"""


def test_a_child_that_was_taken_over_reaches_nothing(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("a secret")
    done = subprocess.run([sys.executable, "-c", _TRIES, str(secret)], capture_output=True, text=True, check=True)
    locks, *tries = done.stdout.split("\n")
    refused = [said for said in tries if said]
    if set(locks.split()) == set(ALL_LOCKS):
        assert refused == ["refused"] * 11
    else:  # an old kernel: health says so
        assert refused.count("refused") >= 2
    assert not (tmp_path / "secret.new").exists()


# -- what the child says is not believed ----------------------------------------------------------

_GOOD = Measures(
    width=1240, height=1754, paper=240, contrast=150, noise=3.0, written=100, sharp=900.0, glare=0.0, edge=0.0, skew=0.0
)


def said(*heads: bytes) -> bytes:
    return b"".join(len(head).to_bytes(4, "big") + head for head in heads)


@pytest.mark.parametrize("what", [
    b"", b"\0\0", b"\xff\xff\xff\xff", said(b"{}"), said(b"[]"), said(b"nonsense"), said(b'{"ended": true}'),
    said(b'{"size": 5}') + b"\xff\xd8\xff", said(b'{"size": -1}'), said(b'{"ended": true, "why": "because"}'),
    said(b'{"size": 3, "measures": [1, 2]}') + b"\xff\xd8\xff",
    said(b'{"size": 4, "measures": [1,1,1,1,1,1,1,1,1,1]}') + b"<svg",
    (said(b'{"size": 3, "measures": [1,1,1,1,1,1,1,1,1,1]}') + b"\xff\xd8\xff") * 31 + said(b'{"ended": true}'),
])
def test_an_answer_that_is_none_is_refused(what: bytes) -> None:
    with pytest.raises(BadAnswer):
        answered(what)


def test_random_answers_never_do_anything_else() -> None:
    rng = random.Random(7)
    whole = said(b'{"size": 3, "measures": [1,1,1,1,1,1,1,1,1,1]}') + b"\xff\xd8\xff" + said(b'{"ended": true}')
    assert answered(whole)[0].accepted
    for _ in range(2000):
        broken = bytearray(whole)
        broken[rng.randrange(len(broken))] = rng.randrange(256)
        try:
            answered(bytes(broken[: rng.randrange(len(broken) + 1)]))
        except BadAnswer:
            continue


# -- pictures, made anew here ---------------------------------------------------------------------


@pytest.mark.parametrize(("orientation", "corner", "size"), [
    (1, (20, 20), (400, 200)), (2, (380, 20), (400, 200)), (3, (380, 180), (400, 200)), (4, (20, 180), (400, 200)),
    (5, (20, 20), (200, 400)), (6, (180, 20), (200, 400)), (7, (180, 380), (200, 400)), (8, (20, 380), (200, 400)),
])
def test_a_photo_is_turned_as_its_camera_was_held(
    orientation: int, corner: tuple[int, int], size: tuple[int, int]
) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    page = upright(jpeg_picture(arrow(exif=exif)))
    assert page.size == size
    assert page.getpixel(corner) < (40, 40, 40)
    assert b"Exif" not in as_jpeg(page)


@pytest.mark.parametrize("seed", range(12))
def test_every_kind_of_pixel_is_seen_as_it_was_meant(seed: int) -> None:
    file = of_family("odd_modes", seed)
    page = upright((jpeg_picture if file.data.startswith(b"\xff\xd8") else png_picture)(file.data))
    assert page.mode in ("L", "RGB")
    white = page.convert("L").getpixel((page.width - 4, page.height - 4))
    assert 205 <= white <= 255, file.family


def test_what_is_transparent_is_white() -> None:
    file = io.BytesIO()
    Image.new("RGBA", (50, 50), (0, 0, 0, 0)).save(file, "PNG")
    assert upright(png_picture(file.getvalue())).getpixel((5, 5)) == (255, 255, 255)


def test_a_large_photo_becomes_smaller() -> None:
    file = io.BytesIO()
    Image.new("RGB", (6000, 3000), "white").save(file, "JPEG")
    assert upright(jpeg_picture(file.getvalue())).size == (SIDE, SIDE // 2)


@pytest.mark.parametrize("seed", range(30))
def test_a_broken_picture_is_damaged_and_nothing_else(seed: int) -> None:
    file: Hostile = of_family("flipped", seed)
    if file.data.startswith(b"%PDF"):
        return
    why = ""
    try:
        upright((jpeg_picture if file.data.startswith(b"\xff\xd8") else png_picture)(file.data))
    except Refused as refused:
        why = refused.why
    assert why in file.answers


# -- the verdict ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("changed", "told"), [
    ({}, ()), ({"sharp": 12.0}, ("blurred",)), ({"paper": 50}, ("dark",)), ({"noise": 40.0}, ("noisy",)),
    ({"written": 0, "sharp": 0.0, "contrast": 0}, ("empty",)), ({"contrast": 20}, ("faint",)),
    ({"glare": 0.1}, ("glare",)), ({"edge": 0.5}, ("cropped",)), ({"edge": 0.1}, ()), ({"skew": -12.0}, ("skewed",)),
    ({"width": 600, "height": 800}, ("small",)), ({"width": 1011, "height": 638}, ()),
    ({"width": 400, "height": 252}, ("small",)), ({"sharp": 12.0, "skew": 9.0}, ("blurred", "skewed")),
])
def test_what_a_picture_lacks_is_told(changed: dict[str, float], told: tuple[str, ...]) -> None:
    assert marks(_GOOD._replace(**changed)) == told  # type: ignore[arg-type]


def test_every_code_has_its_words() -> None:
    for table, codes in (("picture", MARKS), ("document", REASONS)):
        assert set(tables().under(table)) == set(codes)
        for language in ("zh", "en"):
            assert all(tables().under(table)[code].get(language) for code in codes)


def test_a_card_is_as_good_as_a_page() -> None:
    assert marks(measured(card(random.Random(3)))) == ()


def test_a_hand_that_moves_takes_the_detail_of_one_direction() -> None:
    assert marks(measured(unreadable("moved", 3))) == ("blurred",)


def test_a_few_words_on_a_page_are_enough() -> None:
    """Ink is a two-hundredth of it, and no darker for that."""
    image = Image.new("L", (1131, 1600), 252)
    for line in range(3):
        ImageDraw.Draw(image).text((130, 270 + 42 * line), "This agreement is made between", fill=20, font_size=22)
    assert marks(measured(noisy(random.Random(1), image.convert("RGB"), 3))) == ()
