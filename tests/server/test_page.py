"""The start page, as a person with a browser meets it."""

from __future__ import annotations

import json
import os
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from .browser import PROGRAM, Browser, browser
from .conftest import PATIENCE_S, Server, Spoken, started

needs_chromium = pytest.mark.skipif(
    PROGRAM is None, reason="Chromium is not installed, so nobody looks at the start page"
)


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with browser(tmp_path_factory.mktemp("chromium")) as opened:
        yield opened


@pytest.fixture
def file(tmp_path: Path, said: Spoken) -> Path:
    file = tmp_path / "said.flac"
    file.write_bytes(said.content)
    return file


def result(chromium: Browser) -> str:
    chromium.until("document.querySelector('#result li, #result .wrong') !== null")
    return str(chromium.value("document.querySelector('#result').innerText"))


def test_nothing_of_the_page_may_come_from_elsewhere(server: Server) -> None:
    with urllib.request.urlopen(server.url, timeout=PATIENCE_S) as answer:
        policy = answer.headers["content-security-policy"]
        page = answer.read().decode()

    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "://" not in page


@needs_chromium
def test_a_dropped_file_is_shown_with_what_was_heard(
    chromium: Browser, server: Server, file: Path, said: Spoken
) -> None:
    chromium.open(server.url)
    chromium.drop(file, "#drop")

    shown = result(chromium)

    assert all(segment.text in shown for segment in said.transcript.segments)
    assert "said.flac" in shown
    assert chromium.value("document.querySelector('#state').innerText") == "Ready."
    assert not chromium.complaints()
    assert all(url.startswith((server.url, "about:")) for url in chromium.asked_for())
    if folder := os.environ.get("DICTATION_SCREENSHOTS"):
        for scheme in ("light", "dark"):
            chromium.prefer(scheme)
            chromium.screenshot(Path(folder) / f"server-{scheme}.png")
        chromium.screenshot(Path(folder) / "server-narrow.png", 400, 1_300)


@needs_chromium
def test_a_file_that_is_no_audio_gives_a_sentence(
    chromium: Browser, server: Server, tmp_path: Path
) -> None:
    wrong = tmp_path / "notes.wav"
    wrong.write_text("This is no audio.")
    chromium.open(server.url)
    chromium.choose(wrong, "#file")

    assert "The audio cannot be used" in result(chromium)


@needs_chromium
def test_a_server_that_wants_a_token_asks_for_it(
    chromium: Browser, tmp_path: Path, prepared_models: Path, file: Path, said: Spoken
) -> None:
    token_file = tmp_path / "token"
    server = started(tmp_path, prepared_models, "--token-file", str(token_file))
    chromium.open(server.url)
    chromium.until("!document.querySelector('#token-form').hidden")
    chromium.choose(file, "#file")
    refused = result(chromium)
    token = json.dumps(token_file.read_text().strip())
    chromium.value(f"document.querySelector('#token').value = {token}")
    chromium.value("document.querySelector('#result').replaceChildren()")
    chromium.choose(file, "#file")
    accepted = result(chromium)
    server.end()

    assert "token" in refused
    assert said.transcript.segments[0].text in accepted


def asked_in(server: Server, path: str, languages: str) -> tuple[str, str]:
    """What comes, and in which language it says to be."""
    request = urllib.request.Request(server.url + path, headers={"accept-language": languages})
    with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:
        assert "accept-language" in answer.headers["vary"]
        return answer.read().decode(), answer.headers["content-language"]


def test_the_page_is_in_the_reader_s_language(server: Server) -> None:
    page, language = asked_in(server, "/", "zh-CN,zh;q=0.9,en;q=0.8")
    assert language == "zh-CN"
    assert '<html lang="zh-CN">' in page
    assert "把音频文件拖到这里" in page
    assert "{{" not in page

    page, language = asked_in(server, "/", "en-GB,zh-CN;q=0.4")
    assert language == "en"
    assert '<html lang="en">' in page
    assert "Drop an audio file here" in page
    assert "{{" not in page


def test_what_the_page_does_is_told_in_it_too(server: Server) -> None:
    script, _ = asked_in(server, "/page.js", "zh-CN")
    assert '"没有听到语音。"' in script
    assert '_("' not in script


def test_an_error_is_told_in_the_reader_s_language_and_its_code_is_not(server: Server) -> None:
    request = urllib.request.Request(
        server.url + "/v1/audio/transcriptions",
        data=b"{}",
        headers={"accept-language": "zh-CN", "content-type": "application/json"},
    )
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request, timeout=PATIENCE_S)
    error = json.loads(refused.value.read())["error"]
    assert error["message"].startswith("无法理解请求：")
    assert error["code"] == "bad_request"
