"""Puts a built program into a Python wheel: make_wheel.py PROGRAM TARGET VERSION OUT.

maturin could do this too, but builds the program once more; this way archive, deb and wheel hold the same bytes.
"""

import sys
from pathlib import Path

from wheel.wheelfile import WheelFile

# The oldest systems that the program of a target starts on, in the words of pip.
PLATFORMS = {
    "x86_64-unknown-linux-gnu": "manylinux2014_x86_64.manylinux_2_17_x86_64",
    "aarch64-unknown-linux-gnu": "manylinux2014_aarch64.manylinux_2_17_aarch64",
    "x86_64-unknown-linux-musl": "musllinux_1_1_x86_64",
    "aarch64-unknown-linux-musl": "musllinux_1_1_aarch64",
    "x86_64-apple-darwin": "macosx_10_12_x86_64",
    "aarch64-apple-darwin": "macosx_11_0_arm64",
    "x86_64-pc-windows-msvc": "win_amd64",
}


def main() -> None:
    program, target, version, out = sys.argv[1:]
    platform = PLATFORMS[target]
    name = f"dockerlab-{version}"
    tag = f"py3-none-{platform}"
    metadata = (
        "Metadata-Version: 2.4\n"
        "Name: dockerlab\n"
        f"Version: {version}\n"
        "Summary: An interactive workbook for learning and teaching Docker\n"
        "License-Expression: MIT\n"
        "License-File: LICENSE\n"
        "Requires-Python: >=3.7\n"
        "Description-Content-Type: text/markdown\n"
        "\n" + Path("README.md").read_text(encoding="utf-8")
    )
    tags = "".join(f"Tag: py3-none-{one}\n" for one in platform.split("."))
    wheel = f"Wheel-Version: 1.0\nGenerator: dockerlab\nRoot-Is-Purelib: false\n{tags}"
    with WheelFile(Path(out) / f"{name}-{tag}.whl", "w") as file:
        file.write(program, f"{name}.data/scripts/{Path(program).name}")
        file.writestr(f"{name}.dist-info/METADATA", metadata)
        file.writestr(f"{name}.dist-info/WHEEL", wheel)
        file.write("LICENSE", f"{name}.dist-info/licenses/LICENSE")


if __name__ == "__main__":
    main()
