"""What a sealed process cannot do: reach anybody, use up the machine, be looked into, stay on."""

import errno
import os
import select
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from pipelines import sandbox
from tests.pipelines.children import PATIENCE, intakes, piped, sealed, until_read

REFUSED = str(errno.EPERM)
NETWORK = "/proc/self/ns/net"
ASK = """
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
print(ctypes.get_errno() if libc.syscall({}) == -1 else "done")
"""


def said(after: str, before: str = "") -> str:
    """What a process prints once it is sealed."""
    ended = sealed(after, before)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout.strip()


def has_own_networks() -> bool:
    """Whether this machine lets us make a network namespace, as root or through a user's own."""
    ask = "import ctypes, sys; sys.exit(ctypes.CDLL(None).unshare({}))"
    ways = (sandbox.CLONE_NEWNET, sandbox.CLONE_NEWUSER | sandbox.CLONE_NEWNET)
    tried = [[sys.executable, "-c", ask.format(flags)] for flags in ways]
    return any(subprocess.run(words).returncode == 0 for words in tried)


@pytest.mark.parametrize("family", ["AF_INET", "AF_INET6", "AF_UNIX", "AF_NETLINK", "AF_PACKET"])
def test_no_socket_of_any_family_can_be_made(family: str) -> None:
    script = f"""
import socket
try:
    socket.socket(socket.{family})
except OSError as error:
    print(error.errno)
"""
    assert said(script) == REFUSED


@pytest.mark.parametrize("way", ["socket, 2, 1, 0", "socket | 0x40000000, 2, 1, 0", "425, 8, 0"])
def test_no_number_of_a_system_call_leads_to_a_socket(way: str) -> None:
    """Neither its own, nor that of the 32-bit interface, nor a ring that makes sockets itself."""
    _, socket = sandbox.ARCHITECTURES[os.uname().machine]
    assert said(ASK.format(way.replace("socket", str(socket)))) == REFUSED


def test_what_a_sealed_process_starts_makes_no_socket_either() -> None:
    started = "import socket; socket.socket()"
    script = f"""
import subprocess, sys
print(subprocess.run([sys.executable, "-c", {started!r}], stderr=-1).stderr.decode()[-40:])
"""
    assert "Operation not permitted" in said(script)


@pytest.mark.parametrize("asks", ["SIGTERM", "SIGINT"])
def test_a_sealed_process_can_be_ended_though_its_parent_ignores_the_signal(asks: str) -> None:
    ignore = f"import os, signal; signal.signal(signal.{asks}, signal.SIG_IGN)"
    ended = sealed(f"os.kill(os.getpid(), signal.{asks})", ignore)
    assert ended.returncode == -signal.Signals[asks]


def test_a_sealed_process_has_a_network_of_its_own_with_nothing_in_it() -> None:
    # Two lines of heading come before the devices.
    script = f"""
import os
print(os.readlink({NETWORK!r}), *(line.split(":")[0] for line in [*open("/proc/net/dev")][2:]))
"""
    own, *devices = said(script).split()
    assert (own != os.readlink(NETWORK)) == has_own_networks()
    assert devices == ["lo"] or not has_own_networks()


@pytest.mark.parametrize(("network", "sockets"), [(True, False), (False, True)])
def test_one_way_of_being_cut_off_is_enough(network: bool, sockets: bool) -> None:
    before = f"""
sandbox._own_network = lambda: {network}
sandbox._no_sockets = lambda: {sockets}
"""
    assert said("print('at work')", before) == "at work"


def test_without_any_way_of_being_cut_off_nothing_is_done() -> None:
    before = "sandbox._own_network = sandbox._no_sockets = lambda: False"
    ended = sealed("print('at work')", before)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr.strip().endswith("pipelines.sandbox.NotSealed")


def test_on_a_machine_whose_calls_are_not_known_there_is_no_filter_to_rely_on() -> None:
    before = "sandbox.ARCHITECTURES = {}; sandbox._own_network = lambda: False"
    assert sealed("print('at work')", before).returncode == 1


LIMITS = {
    "RLIMIT_AS": sandbox.ADDRESS_SPACE,
    "RLIMIT_NOFILE": sandbox.FILES,
    "RLIMIT_CORE": 0,
}


@pytest.mark.parametrize("name", LIMITS)
def test_a_sealed_process_is_limited_for_good(name: str) -> None:
    script = f"import resource; print(*resource.getrlimit(resource.{name}))"
    assert said(script) == f"{LIMITS[name]} {LIMITS[name]}"


def test_the_time_that_is_left_for_a_question_is_limited_for_good() -> None:
    script = "import resource; sandbox.bound(7); print(*resource.getrlimit(resource.RLIMIT_CPU))"
    assert said(script) == "7 7"


def test_a_limit_that_is_already_lower_stays() -> None:
    before = "import resource; resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))"
    assert said("print(*resource.getrlimit(resource.RLIMIT_NOFILE))", before) == "64 64"


@pytest.mark.parametrize(
    ("greedy", "ends"),
    [
        ("bytearray(5 * 2**30)", "MemoryError"),
        ("kept = [open('/dev/null') for _ in range(300)]", "OSError: [Errno 24]"),
    ],
)
def test_a_sealed_process_that_wants_too_much_fails_alone(greedy: str, ends: str) -> None:
    ended = sealed(greedy)
    assert ended.returncode == 1
    assert ends in ended.stderr


def test_many_threads_do_not_use_up_the_address_space() -> None:
    """Each would reserve 64 MiB of it for what it asks for, beside the 8 MiB of its stack."""
    script = """
import ctypes, os, threading
size = lambda: int(open("/proc/self/statm").read().split()[0]) * os.sysconf("SC_PAGE_SIZE") >> 20
before, done, stay = size(), threading.Barrier(13), threading.Event()
def ask():
    ctypes.CDLL(None).malloc(1000)
    done.wait()
    stay.wait()
threads = [threading.Thread(target=ask) for _ in range(12)]
for thread in threads: thread.start()
done.wait()
print(size() - before)
stay.set()
"""
    assert int(said(script)) < 12 * (8 + 16)


def test_nobody_else_may_look_into_a_sealed_process() -> None:
    dumpable = 3  # PR_GET_DUMPABLE
    assert said(f"import ctypes; print(ctypes.CDLL(None).prctl({dumpable}, 0, 0, 0, 0))") == "0"


def test_a_sealed_process_may_still_read_and_write_files(tmp_path: Path) -> None:
    there = tmp_path / "there"
    there.write_text("7")
    script = f"""
from pathlib import Path
Path({str(tmp_path)!r}, "out").write_text(Path({str(there)!r}).read_text() * 2)
"""
    assert said(script) == ""
    assert (tmp_path / "out").read_text() == "77"


def test_a_child_does_not_outlive_its_parent(tmp_path: Path) -> None:
    pipe = piped(tmp_path)
    script = f"""
from pathlib import Path
from pipelines.intake import Job, start
start(Job(files=(Path({str(pipe)!r}),), layout="xaa_police"))
"""
    parent = subprocess.Popen([sys.executable, "-c", script])
    handle = until_read(pipe)
    (child,) = intakes(parent.pid)
    watched = os.pidfd_open(child)
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    # Readable once the process has ended.
    assert select.select([watched], [], [], PATIENCE)[0] == [watched]
    os.close(watched)
    os.close(handle)
