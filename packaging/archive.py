"""Packs a folder, the same bytes each time: archive.py FOLDER OUT.tar.gz|OUT.zip."""

import gzip
import io
import os
import sys
import tarfile
import time
import zipfile
from pathlib import Path


def main() -> None:
    folder, out = Path(sys.argv[1]), Path(sys.argv[2])
    seconds = int(os.environ["SOURCE_DATE_EPOCH"])
    files = sorted(path for path in folder.rglob("*") if path.is_file())

    def mode(path: Path) -> int:
        return 0o755 if path.name in ("dockerlab", "dockerlab.exe") else 0o644

    def name(path: Path) -> str:
        return path.relative_to(folder.parent).as_posix()

    if out.suffix == ".zip":
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
            for path in files:
                entry = zipfile.ZipInfo(name(path), time.gmtime(max(seconds, 315532800))[:6])
                entry.external_attr = mode(path) << 16
                archive.writestr(entry, path.read_bytes(), zipfile.ZIP_DEFLATED)
        return
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for path in files:
            entry = tarfile.TarInfo(name(path))
            entry.size, entry.mtime, entry.mode = path.stat().st_size, seconds, mode(path)
            with path.open("rb") as content:
                archive.addfile(entry, content)
    out.write_bytes(gzip.compress(packed.getvalue(), 9, mtime=0))


if __name__ == "__main__":
    main()
