"""Writes what names other files of a release by checksum: finish.py OUT VERSION BASE.

BASE is the address below which the release's files will be. A template that needs an archive which is not in OUT is
left out, and said to be.
"""

import hashlib
import re
import sys
from pathlib import Path

TARGETS = [
    f"{arch}-{system}"
    for arch in ("x86_64", "aarch64")
    for system in ("unknown-linux-gnu", "unknown-linux-musl", "apple-darwin")
]


def main() -> None:
    out, version, base = Path(sys.argv[1]), sys.argv[2], sys.argv[3].rstrip("/")
    sums = {
        file.name: hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(out.iterdir())
        if file.name.startswith(("dockerlab-", "dockerlab_")) or file.name == "dockerlab.cdx.json"
    }
    (out / "SHA256SUMS").write_text("".join(f"{value}  {name}\n" for name, value in sums.items()))
    checksums = "\n    ".join(
        f"{target}) sha256={sums[name]} ;;"
        for target in TARGETS
        if (name := f"dockerlab-{target}.tar.gz") in sums
    )
    for template in ("install.sh", "install.ps1", "dockerlab.rb", "dockerlab.json"):
        text = (Path(__file__).parent / template).read_text(encoding="utf-8")
        text = text.replace("{{version}}", version).replace("{{base}}", base).replace("{{checksums}}", checksums)
        text = text.replace("{{home}}", base.split("/releases/")[0])
        named = re.findall(r"\{\{sha256 ([^}]+)\}\}", text)
        missing = [name for name in named if name not in sums]
        if missing or (template == "install.sh" and not checksums):
            print(f"left out {template}: {', '.join(missing) or 'no archive'} is not in {out}", file=sys.stderr)
            continue
        for name in named:
            text = text.replace(f"{{{{sha256 {name}}}}}", sums[name])
        (out / template).write_text(text, encoding="utf-8")
    if (out / "install.sh").exists():
        (out / "install.sh").chmod(0o755)


if __name__ == "__main__":
    main()
