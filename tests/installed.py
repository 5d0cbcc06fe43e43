"""What is installed, looked through once: Streamlit does so for components at each start, and for each AppTest."""

from __future__ import annotations

import functools

from streamlit.components.v2 import manifest_scanner


def scan_once() -> None:
    """From now on in this process, and in those that it forks: nothing is installed while tests run."""
    if not hasattr(manifest_scanner.scan_component_manifests, "cache_info"):
        manifest_scanner.scan_component_manifests = functools.cache(manifest_scanner.scan_component_manifests)
    manifest_scanner.scan_component_manifests()
