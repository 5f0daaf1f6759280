"""The explorer starts without telling anyone."""

from pathlib import Path

from dashboards.explorer.serve import APP, command, environment


def test_the_command_serves_the_folders_on_loopback_without_statistics(tmp_path: Path) -> None:
    words = command([tmp_path], 8601)
    flags = dict(zip(words[5:-2:2], words[6:-2:2], strict=True))
    assert words[3:5] == ["run", str(APP)]
    assert words[-2:] == ["--", str(tmp_path)]
    assert flags["--browser.gatherUsageStats"] == "false"
    assert flags["--server.fileWatcherType"] == "none"
    assert flags["--server.headless"] == "true"
    assert (flags["--server.address"], flags["--server.port"]) == ("127.0.0.1", "8601")


def test_without_a_port_streamlit_looks_for_a_free_one(tmp_path: Path) -> None:
    assert "--server.port" not in command([tmp_path])


def test_the_environment_cannot_turn_statistics_on() -> None:
    given = {"PATH": "/bin", "STREAMLIT_BROWSER_GATHER_USAGE_STATS": "true", "STREAMLIT_X": "1"}
    expected = {"PATH": "/bin", "STREAMLIT_BROWSER_GATHER_USAGE_STATS": "false"}
    assert environment(given) == expected
