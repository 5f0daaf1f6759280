"""How the explorer is started: the command and its environment, without Streamlit itself."""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

APP = Path(__file__).with_name("app.py")
# No usage statistics, no file watcher, no traceback on a page, no button to publish elsewhere.
OPTIONS = {
    "browser.gatherUsageStats": "false",
    "server.headless": "true",
    "server.showEmailPrompt": "false",
    "server.fileWatcherType": "none",
    "server.runOnSave": "false",
    "server.enableAgentApi": "false",
    "client.toolbarMode": "minimal",
    "client.showErrorDetails": "none",
    "client.showErrorLinks": "false",
    "theme.base": "light",
    "theme.primaryColor": "#0072B2",
    "theme.baseRadius": "small",
    "theme.paddingTop": "1.5rem",
    "theme.metricValueFontSize": "1.6rem",
    "theme.headingFontSizes": '["1.9rem", "1.45rem", "1.2rem"]',
}


def command(
    folders: Sequence[Path], port: int | None = None, address: str = "127.0.0.1"
) -> list[str]:
    """The command line that serves the releases in ``folders``.

    A folder is a release or holds several. Without ``port`` the first free one from 8501 is used.
    """
    options = OPTIONS | {"server.address": address, "browser.serverAddress": address}
    if port is not None:
        options |= {"server.port": str(port)}
    flags = [part for name, value in options.items() for part in (f"--{name}", value)]
    shown = [str(folder.resolve()) for folder in folders]
    return [sys.executable, "-m", "streamlit", "run", str(APP), *flags, "--", *shown]


def environment(base: Mapping[str, str]) -> dict[str, str]:
    """``base`` without what could change the options: Streamlit also reads its environment."""
    kept = {name: value for name, value in base.items() if not name.startswith("STREAMLIT_")}
    return kept | {"STREAMLIT_BROWSER_GATHER_USAGE_STATS": "false"}
