"""The packages of Cargo.lock that are built into the program, for a target."""

import json
import subprocess


def built_in(target: str) -> tuple[dict, list[tuple[dict, list[str]]]]:
    """The program's own package, and each package that is linked into it with the ids of what it depends on."""
    metadata = json.loads(
        subprocess.run(
            ["cargo", "metadata", "--format-version", "1", "--locked", "--filter-platform", target],
            check=True,
            capture_output=True,
        ).stdout
    )
    packages = {package["id"]: package for package in metadata["packages"]}
    edges = {
        node["id"]: [
            dependency["pkg"]
            for dependency in node["deps"]
            if any(kind["kind"] is None for kind in dependency["dep_kinds"])
        ]
        for node in metadata["resolve"]["nodes"]
    }
    root = metadata["resolve"]["root"]
    found, queue = set(), [root]
    while queue:
        one = queue.pop()
        if one not in found:
            found.add(one)
            queue.extend(edges[one])
    rest = sorted(found - {root}, key=lambda one: (packages[one]["name"], packages[one]["version"]))
    return packages[root] | {"needs": edges[root]}, [(packages[one], edges[one]) for one in rest]
