"""The program as one file: the command line, and the interpreter of its own sealed children.

``pipelines.children`` starts a child with ``-I -m MODULE``. A program that is one file has no
Python beside it, so it answers to these words itself, for the module that is the sealed child.
"""

import runpy
import sys

CHILDREN = ("pipelines.child",)


def main() -> None:
    """Be a sealed child where a parent asks for one, else the command line."""
    if sys.argv[1:3] == ["-I", "-m"] and sys.argv[3] in CHILDREN:
        runpy.run_module(sys.argv[3], run_name="__main__")
        return
    from pipelines import cli

    cli.main()


if __name__ == "__main__":
    main()
