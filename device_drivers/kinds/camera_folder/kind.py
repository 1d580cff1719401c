"""A folder in which a camera's program puts its pictures (高拍仪): each is taken when it is whole, and removed."""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, NamedTuple

from msgspec import Meta

from device_drivers.events import LARGEST_PAGE, Reading, Unreadable
from device_drivers.families.readers.options import ReaderOptions
from device_drivers.families.readers.pages import PageReader, Trouble, page_of
from device_drivers.kind import Kind, Need
from device_drivers.options import DeviceSpec, Environment
from device_drivers.words import ConditionWords, Words

LOOK_S, IDLE_S = 0.2, 2.0
# A file that has not grown for so long and is still no whole picture never will be one.
GIVEN_UP_S = 5.0

CONDITIONS = {
    "folder_missing": ConditionWords(
        Words("图片文件夹不存在", "its folder is missing"),
        Words("请检查 folder 的路径和高拍仪软件的保存位置", "check folder and where the camera's program saves"),
    ),
    "folder_denied": ConditionWords(
        Words("图片文件夹不能读写", "its folder cannot be read and emptied"),
        Words("请让运行用户能读写该文件夹", "let the hall's user read and write there"),
    ),
}


class CameraOptions(ReaderOptions, frozen=True, kw_only=True):
    """`folder`: absolute, of its own, for nobody but the camera's program and the hall. `settle_ms`: a file that has
    not grown for so long is looked at."""

    folder: Annotated[str, Meta(min_length=2, max_length=4096, pattern="^/", description="a path that begins with /")]
    settle_ms: Annotated[int, Meta(ge=0, le=10_000)] = 300


class _Seen(NamedTuple):
    size: int
    mtime_ns: int
    since_s: float


class CameraFolder(PageReader):
    def __init__(self, spec: DeviceSpec, options: CameraOptions, env: Environment) -> None:
        super().__init__(spec, env, CONDITIONS, every_s=LOOK_S, idle_s=IDLE_S)
        self._folder = Path(options.folder)
        self._settle_s = options.settle_ms / 1000
        self._seen: dict[str, _Seen] = {}

    def look(self, *, asked: bool) -> list[Reading]:
        try:
            folder = os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        except PermissionError:
            raise Trouble("folder_denied") from None
        except OSError:
            raise Trouble("folder_missing") from None
        try:
            return list(self._taken(folder))
        except PermissionError:
            raise Trouble("folder_denied") from None
        finally:
            os.close(folder)

    def _taken(self, folder: int) -> Iterator[Reading]:
        """Names that begin with a dot are under way: programs write so and rename."""
        names = [name for name in sorted(os.listdir(folder)) if not name.startswith(".")]
        self._seen = {name: seen for name, seen in self._seen.items() if name in names}
        for name in names:
            with contextlib.suppress(FileNotFoundError):
                found = self._file(folder, name)
                if found is not None:
                    yield found

    def _file(self, folder: int, name: str) -> Reading | None:
        about = os.stat(name, dir_fd=folder, follow_symlinks=False)
        if not stat.S_ISREG(about.st_mode):
            return None
        now_s = self._env.monotonic()
        seen = self._seen.get(name)
        if seen is None or (seen.size, seen.mtime_ns) != (about.st_size, about.st_mtime_ns):
            seen = self._seen[name] = _Seen(about.st_size, about.st_mtime_ns, now_s)
        still_s = now_s - seen.since_s
        if still_s < self._settle_s:
            return None
        page = page_of(_read(folder, name)) if 0 < about.st_size <= LARGEST_PAGE else None
        if page is None and still_s < GIVEN_UP_S and about.st_size <= LARGEST_PAGE:
            return None
        os.unlink(name, dir_fd=folder)  # first: what cannot be removed is not handed on, and not again
        del self._seen[name]
        return page or Unreadable("page")


def _read(folder: int, name: str) -> bytes:
    handle = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=folder)
    with os.fdopen(handle, "rb") as file:
        return file.read(LARGEST_PAGE + 1)


def build(spec: DeviceSpec, options: CameraOptions, env: Environment) -> CameraFolder:
    return CameraFolder(spec, options, env)


KIND = Kind(
    name="camera-folder",
    words=Words("高拍仪", "Document camera"),
    options=CameraOptions,
    parts={"readers": ""},
    lines=(),
    needs=lambda options: [Need("path", options.folder, writes=True)],
    build=build,
    conditions=CONDITIONS,
)
