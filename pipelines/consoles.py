"""What is written to, before anything is: consoles and pipes that speak UTF-8."""

import io
import sys


def in_utf8() -> None:
    """Speak UTF-8 where the console, or a pipe, has letters of its own, as on Windows."""
    for stream in (sys.stdout, sys.stderr) if sys.platform == "win32" else ():
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8")
