"""How sealed children are started, made to wait, watched, ended, and kept from other files."""

import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from data_contracts.verdict import Verdict
from pipelines import children, intake, landlock, private, systems
from pipelines.intake import TAKEN, Job, start
from tests.pipelines.children import PATIENCE, PAUSE, caught, intakes, piped, until_read

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "sources" / "samples" / "argentina_linea145"
FILES = tuple(SAMPLES / f"2020Q1_{part}.csv" for part in ("denuncias", "referidos"))
JOB = Job(files=FILES, layout="argentina_linea145", period="2020-Q1")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Private folders of this test only."""
    monkeypatch.setattr(private, "place", lambda: tmp_path / "private")
    return tmp_path / "private"


@pytest.fixture
def idle() -> Iterator[int]:
    """A child that waits for its question."""
    children.prepare()
    pid = started()
    until_idle(pid)
    yield pid
    children._pool.dismiss()


def started() -> int:
    """The child, as soon as what was started for it has become one."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if found := list(intakes(os.getpid())):
            (pid,) = found
            return pid
        time.sleep(PAUSE)
    raise TimeoutError("There is no child.")


def until_idle(pid: int) -> None:
    """Wait until a child has nothing more to do before it is asked."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        told = Path(f"/proc/{pid}/syscall").read_text() if os.geteuid() == 0 else ""
        # Reading (0 on one machine, 63 on another) from handle 0.
        if told.split()[:2] in (["0", "0x0"], ["63", "0x0"]):
            return
        time.sleep(PAUSE)
    raise TimeoutError("The child does not wait.")


def test_an_idle_child_is_sealed_alone_and_holds_nothing(idle: int) -> None:
    status = Path(f"/proc/{idle}/status").read_text()
    held = [os.readlink(f) for f in Path(f"/proc/{idle}/fd").iterdir()]
    assert "\nSeccomp:\t2\n" in status
    # What is there before it confines itself would not be confined.
    assert "\nThreads:\t1\n" in status
    assert sorted(one.partition(":")[0] for one in held) == ["/dev/null", "pipe", "pipe"]
    assert os.readlink(f"/proc/{idle}/ns/net") != os.readlink("/proc/self/ns/net")


def test_an_idle_child_answers_once_as_a_new_one_does(idle: int) -> None:
    first = start(JOB)
    assert not Path(f"/proc/{idle}").exists()
    assert first == start(JOB)
    assert first.rows_read > 0
    assert intakes(os.getpid()) == []


def test_an_idle_child_that_was_ended_is_replaced(idle: int) -> None:
    watched = os.pidfd_open(idle)
    os.kill(idle, signal.SIGKILL)
    assert select.select([watched], [], [], PATIENCE)[0] == [watched]
    os.close(watched)
    assert start(JOB).rows_read > 0


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_an_idle_child_ends_with_its_parent(how: signal.Signals) -> None:
    script = "from pipelines import children; children.prepare(); print(flush=True); input()"
    parent = subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert parent.stdout
    parent.stdout.readline()
    (child,) = intakes(parent.pid)
    watched = os.pidfd_open(child)
    parent.send_signal(how)
    parent.wait()
    assert select.select([watched], [], [], PATIENCE)[0] == [watched]
    os.close(watched)


def test_children_in_a_row_have_a_next_one_waiting_and_none_in_the_end() -> None:
    with children.in_a_row():
        assert start(JOB).rows_read > 0
        assert len(intakes(os.getpid())) == 1
        assert start(JOB).rows_read > 0
    assert intakes(os.getpid()) == []


def test_a_child_that_has_more_memory_than_it_may_is_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(children, "RESIDENT", 2**20)
    found = start(Job(files=(piped(tmp_path),), layout="xaa_police", period="2023-Q1"))
    assert found == TAKEN["memory"]
    assert [fault.code for fault in found.faults] == ["INTAKE-02"]


def test_the_memory_of_a_process_is_told_as_it_grows() -> None:
    script = "held = bytearray(64 * 2**20); print(flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as grown:
        assert grown.stdout
        grown.stdout.readline()
        assert 64 * 2**20 < systems.resident(grown.pid) < 128 * 2**20
        grown.kill()
    assert systems.resident(grown.pid) == 0


def test_an_answer_without_end_ends_the_child(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(children, "MOST_SAID", 10)
    assert start(JOB) == intake.REFUSED


ESCAPE = """
import json, os, sys
from pathlib import Path
from pipelines import sandbox
mine, other, out = map(Path, sys.argv[1:])
print(sandbox.confine([mine], [out]))
def tried(name, work):
    try:
        work()
    except OSError:
        print(name, "refused")
    else:
        print(name, "done")
tried("own", mine.read_bytes)
tried("other", other.read_bytes)
tried("listing", lambda: os.listdir(other.parent))
tried("link", lambda: (out / "link").symlink_to(other) or (out / "link").read_bytes())
tried("out", lambda: (out / "new").write_text("7"))
tried("beside", lambda: (out.parent / "new").write_text("7"))
tried("home", lambda: os.listdir("/root" if os.geteuid() == 0 else "/home"))
tried("passwords", lambda: Path("/etc/passwd").read_bytes())
tried("start", lambda: os.posix_spawn("/bin/true", ["true"], {}))
tried("kill", lambda: os.kill(os.getppid(), 0))
import polars, threading
found = []
def look():
    try:
        found.append(other.read_bytes())
    except OSError:
        found.append("refused")
thread = threading.Thread(target=look); thread.start(); thread.join()
tried("late import", lambda: __import__("pipelines.sealed"))
print("thread", *found)
"""
ALWAYS = """
own done
other refused
listing refused
link refused
out done
beside refused
home refused
passwords refused
start refused
kill {kill}
late import done
thread refused
"""


def test_a_confined_process_opens_its_own_files_only(tmp_path: Path) -> None:
    """Without Landlock (Linux before 5.13) it is kept from the network only, and says so."""
    mine, other, out = tmp_path / "mine", tmp_path / "others" / "other", tmp_path / "out"
    other.parent.mkdir()
    out.mkdir()
    for file in (mine, other):
        file.write_text("7")
    words = [sys.executable, "-c", ESCAPE, *map(str, (mine, other, out))]
    ended = subprocess.run(words, capture_output=True, text=True, cwd=ROOT)
    assert ended.returncode == 0, ended.stderr
    held, *told = ended.stdout.splitlines()
    assert held == str(landlock.version() > 0)
    # From its sixth version on it keeps signals in, too.
    kill = "refused" if landlock.version() >= 6 else "done"
    assert told == (ALWAYS.strip().format(kill=kill).splitlines() if held == "True" else told)


def test_a_process_with_threads_is_not_confined() -> None:
    script = "import polars; from pipelines import sandbox; sandbox.confine([], [])"
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert ended.stderr.strip().endswith("pipelines.sandbox.NotSealed")


def test_while_a_child_works_only_its_own_folder_can_be_written_and_it_is_empty(
    tmp_path: Path, home: Path
) -> None:
    pipe = piped(tmp_path)
    job = Job(files=(pipe,), layout="xaa_police", period="2023-Q1")
    with caught(lambda: start(job), pipe) as child:
        (own,) = home.iterdir()
        assert os.geteuid() or os.readlink(child.proc("cwd")) == str(own)
        assert [*own.iterdir()] == []
    assert isinstance(child.answer.result(), Verdict)
    assert [*home.iterdir()] == []


@pytest.mark.parametrize("whom", ["child", "parent"])
def test_what_a_killed_process_left_is_wiped_by_the_next(
    whom: str, tmp_path: Path, home: Path
) -> None:
    pipe = piped(tmp_path)
    script = f"""
from pathlib import Path
from pipelines import private
from pipelines.intake import Job, start
private.place = lambda: Path({str(home)!r})
start(Job(files=(Path({str(pipe)!r}),), layout="xaa_police"))
"""
    parent = subprocess.Popen([sys.executable, "-c", script])
    os.close(until_read(pipe)) if whom == "child" else until_read(pipe)
    (own,) = home.iterdir()
    (own / "left").write_text("zq")
    victim = parent.pid if whom == "parent" else next(iter(intakes(parent.pid)), parent.pid)
    os.kill(victim, signal.SIGKILL)
    parent.wait()
    assert own.exists() == (whom == "parent")
    with private.folder() as mine:
        assert [*home.iterdir()] == [mine]
    assert [*home.iterdir()] == []


def test_a_folder_in_use_is_not_wiped_by_another() -> None:
    with private.folder() as first, private.folder() as second:
        assert first.exists()
        assert first != second


def test_a_place_that_others_may_read_is_refused(home: Path) -> None:
    home.mkdir(mode=0o755)
    home.chmod(0o755)
    with pytest.raises(private.NotOurs), private.folder():
        pass
