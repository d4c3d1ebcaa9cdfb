"""Prints a CycloneDX SBOM of the program: sbom.py TARGET. It is validated against CycloneDX's own schema first."""

import os
import sys
from datetime import datetime, timezone
from uuid import NAMESPACE_URL, uuid5

from cargo_packages import built_in
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.output.json import JsonV1Dot6
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packageurl import PackageURL


def component(package: dict, kind: ComponentType) -> Component:
    url = PackageURL("cargo", None, package["name"], package["version"])
    licence = (package["license"] or "").replace("/", " OR ")
    return Component(
        type=kind,
        name=package["name"],
        version=package["version"],
        description=package["description"] and package["description"].strip(),
        purl=url,
        bom_ref=str(url),
        licenses=[LicenseFactory().make_from_string(licence)] if licence else [],
    )


def main() -> None:
    root, packages = built_in(sys.argv[1])
    program = component(root, ComponentType.APPLICATION)
    parts = {package["id"]: component(package, ComponentType.LIBRARY) for package, _ in packages}
    bom = Bom(components=parts.values())
    bom.metadata.component = program
    seconds = int(os.environ.get("SOURCE_DATE_EPOCH", "0"))
    bom.metadata.timestamp = datetime.fromtimestamp(seconds, timezone.utc)
    bom.serial_number = uuid5(NAMESPACE_URL, f"dockerlab-{root['version']}-{sys.argv[1]}")
    bom.register_dependency(program, [parts[one] for one in root["needs"]])
    for package, needs in packages:
        bom.register_dependency(parts[package["id"]], [parts[one] for one in needs])
    text = JsonV1Dot6(bom).output_as_string(indent=2)
    mistake = JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)
    if mistake:
        sys.exit(f"the SBOM is not valid: {mistake}")
    print(text)


if __name__ == "__main__":
    main()
