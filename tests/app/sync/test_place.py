"""A share is looked at less often than a folder on one's own disk."""

from pathlib import Path

from app.sync.place import Place, _kind_of_mount, guess_place

MOUNTS = """\
22 1 254:1 / / rw,relatime shared:1 - ext4 /dev/vda1 rw
90 22 0:55 / /mnt/shop rw,relatime shared:48 - cifs //server/shop rw,vers=3.1.1
91 90 0:56 / /mnt/shop/inner\\040disk rw shared:49 - ext4 /dev/vdb rw
"""


def test_the_innermost_mount_tells_the_kind() -> None:
    assert _kind_of_mount(MOUNTS, Path("/home/li/shop")) == "ext4"
    assert _kind_of_mount(MOUNTS, Path("/mnt/shop/KD-1")) == "cifs"
    assert _kind_of_mount(MOUNTS, Path("/mnt/shopping")) == "ext4"
    assert _kind_of_mount(MOUNTS, Path("/mnt/shop/inner disk/KD-1")) == "ext4"


def test_a_folder_of_this_disk_is_local(tmp_path: Path) -> None:
    assert guess_place(tmp_path) is Place.LOCAL
