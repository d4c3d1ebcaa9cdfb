"""Prints the licence texts of what is built into the program: licences.py TARGET.

cargo-about does this with a template of its own, and guesses which text belongs to which expression; this prints every
licence and notice file of every package, each text once.
"""

import sys
from pathlib import Path

from cargo_packages import built_in


def main() -> None:
    _, packages = built_in(sys.argv[1])
    texts: dict[str, list[str]] = {}
    print("dockerlab is built with these packages.\n")
    for package, _ in packages:
        print(f"{package['name']} {package['version']}: {package['license'] or package['license_file']}")
        folder = Path(package["manifest_path"]).parent
        for file in sorted(folder.iterdir()):
            stem = file.name.upper()
            if file.is_file() and stem.startswith(("LICENSE", "LICENCE", "COPYING", "NOTICE", "UNLICENSE")):
                text = file.read_text(encoding="utf-8", errors="replace").strip()
                texts.setdefault(text, []).append(f"{package['name']} {package['version']}")
    for text, names in texts.items():
        print(f"\n{'-' * 100}\n{', '.join(names)}\n\n{text}")


if __name__ == "__main__":
    main()
