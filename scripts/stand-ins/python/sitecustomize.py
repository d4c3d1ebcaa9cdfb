"""Lets poetry work with an index that has no JSON endpoint for single versions. Only for the program `poetry`."""
import os
import sys


def _switch_on() -> None:
    program = os.path.basename(sys.argv[0]) if getattr(sys, "argv", None) else ""
    if program and program not in ("poetry", "__main__.py", "-m", "-c"):
        return
    site = "/opt/stand-in/plugin-site"
    if os.path.isdir(site) and site not in sys.path:
        sys.path.append(site)
    # poetry brings certificates of its own; the system's may know more.
    os.environ.setdefault("REQUESTS_CA_BUNDLE", "/etc/ssl/certs/ca-certificates.crt")
    if "POETRY_PYPI_MIRROR_URL" not in os.environ:
        try:
            from pip._internal.models.index import PyPI

            os.environ["POETRY_PYPI_MIRROR_URL"] = PyPI.simple_url + "/"
        except Exception:  # no pip here: then poetry does without
            pass


_switch_on()
