"""Images and files: sealed on the disk, checked by content, found again."""

import os
import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.conversations import MAX_BYTES, Attachments
from app.conversations.media import sniff
from app.core.errors import NotFound, UserError
from db.database import Database

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">II", 640, 480) + b"\x08\x02\0\0\0"


@pytest.fixture
def attachments(db: Database, tmp_path: Path) -> Attachments:
    return Attachments(db, tmp_path / "attachments")


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_a_file_comes_back_as_it_was(attachments: Attachments) -> None:
    kept = attachments.add("衬衫.png", PNG)
    assert (kept.name, kept.media_type, kept.width, kept.height) == (
        "衬衫.png",
        "image/png",
        640,
        480,
    )
    assert attachments.data(kept.id) == PNG
    assert attachments.get(kept.id) == kept


def test_what_another_station_added_is_fetched_once(
    attachments: Attachments, tmp_path: Path
) -> None:
    kept = attachments.add("a.png", PNG)
    (path,) = files(tmp_path / "attachments")
    path.write_bytes(b"damaged")
    assert attachments.is_local(kept.sha256)
    asked: list[str] = []
    answers = {kept.sha256: PNG}

    def fetch(sha256: str) -> bytes | None:
        asked.append(sha256)
        return answers.get(sha256)

    with pytest.raises(NotFound):
        attachments.data(kept.id)
    attachments.fetch_from(fetch)
    assert attachments.data(kept.id) == attachments.data(kept.id) == PNG
    assert asked == [kept.sha256]
    path.unlink()
    for answers[kept.sha256] in (b"something else", b""):
        with pytest.raises(NotFound):
            attachments.data(kept.id)
    assert not attachments.is_local(kept.sha256)


def test_what_was_not_looked_at_for_longest_leaves_first(
    attachments: Attachments, tmp_path: Path
) -> None:
    kept = [attachments.add(f"{n}.txt", f"text {n}".encode() * 100) for n in range(4)]
    for age, one in enumerate(kept):
        path = next((tmp_path / "attachments").rglob(one.sha256))
        os.utime(path, (1_000_000 - age, 1_000_000 - age))
    attachments.data(kept[3].id)  # the oldest is looked at
    size = sum(path.stat().st_size for path in files(tmp_path / "attachments"))
    assert attachments.trim(size, lambda sha256: True) == 0
    assert attachments.trim(size // 2, lambda sha256: sha256 != kept[2].sha256) == 2
    assert [attachments.is_local(one.sha256) for one in kept] == [False, False, True, True]


def test_nothing_lies_in_clear_on_the_disk(attachments: Attachments, tmp_path: Path) -> None:
    attachments.add("a.txt", "身份证号 410000199001011234".encode())
    (path,) = files(tmp_path / "attachments")
    assert b"410000" not in path.read_bytes()


def test_the_same_content_lies_on_the_disk_once(attachments: Attachments, tmp_path: Path) -> None:
    one, two = attachments.add("a.png", PNG), attachments.add("b.png", PNG)
    assert one.id != two.id
    assert len(files(tmp_path / "attachments")) == 1


def test_a_damaged_or_missing_file_is_said_to_be_gone(
    attachments: Attachments, tmp_path: Path
) -> None:
    kept = attachments.add("a.png", PNG)
    (path,) = files(tmp_path / "attachments")
    path.write_bytes(path.read_bytes()[:-1] + b"\0")
    with pytest.raises(NotFound):
        attachments.data(kept.id)
    path.unlink()
    with pytest.raises(NotFound):
        attachments.data(kept.id)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("setup.exe", b"MZ\x90\0"),
        ("photo.png", b"MZ\x90\0"),
        ("page.html", b"<script>"),
        ("a.txt", b"a\0b"),
        ("pic.svg", b"<svg/>"),
    ],
)
def test_what_could_do_harm_is_refused(attachments: Attachments, name: str, data: bytes) -> None:
    with pytest.raises(UserError):
        attachments.add(name, data)


def test_too_large_a_file_is_refused(attachments: Attachments) -> None:
    with pytest.raises(UserError):
        attachments.add("a.txt", b"x" * (MAX_BYTES + 1))


def test_a_path_never_becomes_part_of_the_name(attachments: Attachments) -> None:
    assert attachments.add("..\\..\\尺码/../a.png", PNG).name == "a.png"


@pytest.mark.parametrize(
    ("data", "size"),
    [
        (b"GIF89a" + struct.pack("<HH", 20, 10), (20, 10)),
        (b"BM" + b"\0" * 16 + struct.pack("<ii", 30, -40), (30, 40)),
        (
            b"\xff\xd8\xff\xe0\0\x04ab\xff\xc0\0\x11\x08" + struct.pack(">HH", 60, 80) + b"\x03",
            (80, 60),
        ),
        (b"RIFF\0\0\0\0WEBPVP8X" + b"\0" * 8 + b"\x63\0\0\x31\0\0", (100, 50)),
    ],
)
def test_the_size_of_an_image_is_read_from_its_head(data: bytes, size: tuple[int, int]) -> None:
    media = sniff("x", data)
    assert media is not None
    assert (media.width, media.height) == size


@given(st.binary(max_size=64), st.sampled_from(["a.png", "b.docx", "c.txt", "d"]))
def test_no_bytes_break_the_recognition(data: bytes, name: str) -> None:
    for head in (b"", b"\xff\xd8\xff", b"RIFF0000WEBP", b"\x89PNG\r\n\x1a\n", b"BM", b"GIF89a"):
        sniff(name, head + data)
