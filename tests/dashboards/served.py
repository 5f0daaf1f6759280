"""An explorer that really runs, and a browser that looks at it."""

import contextlib
import os
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

from dashboards.explorer.serve import command, environment
from tests.loopback import answer

CHROMIUM = "/usr/bin/chromium"
# A sandbox needs rights that a container has not; the others stop the browser's own calls home.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@contextlib.contextmanager
def explorer(folders: Sequence[Path]) -> Iterator[str]:
    """The address of an explorer that serves ``folders`` as long as the context is open."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    started, quiet = command(folders, port), subprocess.DEVNULL
    with subprocess.Popen(
        started, env=environment(os.environ), stdout=quiet, stderr=quiet
    ) as server:
        try:
            wait_for(port, server)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()


def wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    """Return when the explorer answers; fail when it has ended."""
    while server.poll() is None:
        if answer(port, "/_stcore/health") is not None:
            return
        time.sleep(0.1)
    raise AssertionError("the explorer ended before it answered")


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    """Headless Chromium of the system."""
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield launched
        launched.close()


def show(page: Page, url: str) -> None:
    """Open a page and wait until it has rendered."""
    page.goto(url)
    expect(page.get_by_test_id("stTable").first).to_be_visible(timeout=60_000)
    expect(page.get_by_test_id("stAppViewContainer")).to_be_visible()
    expect(page.locator("[data-testid=stApp][data-test-script-state=notRunning]")).to_have_count(1)
