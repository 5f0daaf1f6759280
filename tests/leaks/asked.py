"""What the servers of a workspace answer: Dagster's pages and its interface, and the explorer."""

import json
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import expect

from tests.dashboards.served import chromium, explorer
from tests.pipelines.test_serving import asked, serving

RUNS = (
    "{ runsOrError { ... on Runs { results { runId status runConfigYaml tags { key value } } } } }"
)
# All that Dagster keeps of a run: events, metadata of assets, messages, errors with their causes.
EVENTS = """{ logsForRun(runId: "%s") { ... on EventConnection { events { __typename
  ... on MessageEvent { message stepKey level eventType }
  ... on DisplayableEvent { label description metadataEntries { label description
    ... on TextMetadataEntry { text } ... on PathMetadataEntry { path }
    ... on JsonMetadataEntry { jsonString } ... on MarkdownMetadataEntry { mdStr } } }
  ... on ErrorEvent { error { message stack className cause { message stack } } } } } } }"""
ASSETS = """{ assetNodes { assetKey { path } description opNames
  assetMaterializations { label description metadataEntries { label
    ... on TextMetadataEntry { text } ... on PathMetadataEntry { path }
    ... on JsonMetadataEntry { jsonString } } } } }"""
PATIENCE = 120_000  # milliseconds
PAGES = ("", "trends", "profile", "sources", "comparability")


def of_dagster(root: Path) -> Iterator[bytes]:
    """Pages and answers about every run of a workspace."""

    def query(port: int, words: str) -> bytes:
        return asked(port, "/graphql", json.dumps({"query": words}).encode())

    with serving("dagster", root) as port:
        yield (runs := query(port, RUNS))
        yield query(port, ASSETS)
        for run in json.loads(runs)["data"]["runsOrError"]["results"]:
            yield query(port, EVENTS % run["runId"])
        for page in ("runs", "assets", "server_info", "dagit_info"):
            yield asked(port, f"/{page}")


def of_explorer(folder: Path) -> Iterator[bytes]:
    """Pages of a release as a browser gets them: what is fetched, and what the socket says."""
    heard: list[bytes] = []

    def hear(payload: str | bytes) -> None:
        heard.append(payload if isinstance(payload, bytes) else payload.encode())

    with explorer([folder]) as address, chromium() as browser:
        page = browser.new_page()
        page.on("websocket", lambda socket: socket.on("framereceived", hear))
        for name in PAGES:
            page.goto(f"{address}/{name}")
            # A release of few people may have a page without a table.
            expect(page.get_by_test_id("stMain").get_by_role("heading").first).to_be_visible(
                timeout=PATIENCE
            )
            expect(page.get_by_test_id("stException")).to_have_count(0)
            yield page.content().encode()
    assert heard
    yield from heard
