"""Who may come in, and how a server says what it wants."""

from __future__ import annotations

import http.client
import json
import socket
import ssl
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from dictation.cli import main
from dictation.errors import TokenFileUnusable
from dictation.server.access import Access, is_loopback, make_token, own_names, read_token

from .conftest import PATIENCE_S, Server, Spoken, environment, started, until_ready

TOKEN = "t" * 43


def status(
    server: Server, path: str, method: str = "GET", **headers: str
) -> tuple[int, dict[str, object]]:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE_S)
    connection.request(method, path, headers=headers)
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    return answer.status, json.loads(content) if content[:1] == b"{" else {}


@pytest.mark.parametrize(
    ("header", "known"),
    [
        ("localhost", True),
        ("localhost:2002", True),
        ("LOCALHOST:2002", True),
        ("127.0.0.1:2002", True),
        ("[::1]:2002", True),
        ("192.168.1.5", True),
        ("speech.example:2002", True),
        ("evil.example", False),
        ("localhost.evil.example", False),
        ("127.0.0.1.evil.example", False),
        ("localhost@evil.example", False),
        ("evil.example@localhost", False),
        ("localhost/x", False),
        ("localhost:x", False),
        ("[::1", False),
        ("", False),
    ],
)
def test_only_its_own_names_and_addresses_are_a_servers(header: str, known: bool) -> None:  # noqa: FBT001
    access = Access(None, own_names(["Speech.example"]))

    assert access.knows_host(header) is known
    assert access.knows_origin(f"http://{header}") is known


def test_a_page_without_origin_is_none_of_ours() -> None:
    assert not Access(None, own_names(())).knows_origin("null")


def test_a_token_is_the_same_or_it_is_not() -> None:
    access = Access(TOKEN, frozenset())

    assert access.admits(TOKEN)
    assert not access.admits("")
    assert not access.admits(TOKEN[:-1])
    assert not access.admits(TOKEN + "t")
    assert not access.admits("ü\ud800")


def test_which_addresses_only_this_machine_reaches() -> None:
    assert all(map(is_loopback, ("localhost", "127.0.0.1", "127.8.8.8", "::1")))
    assert not any(map(is_loopback, ("0.0.0.0", "::", "192.168.1.5", "example.org", "")))


def test_a_new_token_is_long_and_for_its_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / "state" / "token"
    token = make_token(file)

    assert read_token(file) == token
    assert len(token) >= 43  # 32 bytes in base64
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert token != make_token(tmp_path / "other")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
def test_a_token_file_that_others_may_read_is_not_used(tmp_path: Path) -> None:
    file = tmp_path / "token"
    make_token(file)
    file.chmod(0o640)

    with pytest.raises(TokenFileUnusable, match="others may read it"):
        read_token(file)


@pytest.mark.parametrize("content", ["", "short", "two words " * 10, "ü" * 50])
def test_a_token_file_without_a_token_is_not_used(tmp_path: Path, content: str) -> None:
    file = tmp_path / "token"
    file.write_text(content, encoding="utf-8")
    file.chmod(0o600)

    with pytest.raises(TokenFileUnusable):
        read_token(file)


@pytest.mark.parametrize("path", ["/", "/health", "/v1/models", "/asr", "/metrics", "/nothing"])
def test_a_strange_name_is_refused_everywhere(server: Server, path: str) -> None:
    code, answer = status(server, path, Host="evil.example:2002")

    assert code == 421
    assert answer


def test_a_page_of_another_site_is_refused(server: Server) -> None:
    assert status(server, "/v1/models", Origin="https://evil.example")[0] == 403
    assert status(server, "/v1/models", Origin="null")[0] == 403
    assert status(server, "/v1/models", Origin=server.url)[0] == 200


def test_a_server_with_a_token_lets_nobody_in_without(
    tmp_path: Path, prepared_models: Path, said: Spoken
) -> None:
    file = tmp_path / "token"
    server = started(tmp_path, prepared_models, "--token-file", str(file))
    token = file.read_text().strip()
    assert str(file) in server.said
    assert token not in server.said
    until_ready(server)

    for path in ("/v1/models", "/metrics", "/openapi.json", "/nothing", "/asr"):
        assert status(server, path)[0] == 401
        assert status(server, path, Authorization="Bearer wrong")[0] == 401
        assert status(server, path, Authorization=f"Basic {token}")[0] == 401
    assert status(server, f"/v1/models?token={token}")[0] == 401  # addresses are written to logs
    assert status(server, "/v1/models", Authorization=f"Bearer {token}")[0] == 200
    assert status(server, "/health")[0] == 200
    assert status(server, "/")[0] == 200
    address = f"ws://127.0.0.1:{server.port}/"
    for wrong in (address, f"{address}?token=wrong"):
        with pytest.raises(InvalidStatus), connect(wrong):
            pass
    with connect(f"{address}?token={token}"):
        pass
    with connect(address, additional_headers={"Authorization": f"Bearer {token}"}):
        pass
    assert server.end() == 0


def own_address() -> str | None:
    """Of this machine, besides loopback."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # sends nothing
        except OSError:
            return None
        address: str = probe.getsockname()[0]
        return None if address.startswith("127.") else address


def test_any_other_address_than_loopback_has_a_token_and_a_warning(
    tmp_path: Path, prepared_models: Path
) -> None:
    server = started(tmp_path, prepared_models, "--host", "0.0.0.0")
    file = tmp_path / "xdg_state_home" / "dictation" / "server-token"

    assert status(server, "/v1/models")[0] == 401
    assert (
        status(server, "/v1/models", Authorization=f"Bearer {file.read_text().strip()}")[0] == 200
    )
    assert str(file) in server.said
    assert "in the clear" in server.said
    assert server.end() == 0


def test_wyoming_is_not_open_to_everybody(
    capsys: pytest.CaptureFixture[str], own_folders: Path
) -> None:
    code = main(["serve", "--model", "demo", "--host", "0.0.0.0", "--wyoming-port", "0"])

    assert code == 10
    assert "--wyoming-allow" in capsys.readouterr().err


def test_an_address_that_is_taken_is_told_in_a_sentence(
    server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["serve", "--model", "demo", "--port", str(server.port)]) == 10
    assert "Nothing can listen" in capsys.readouterr().err


def test_without_the_extra_its_name_is_told(tmp_path: Path, prepared_models: Path) -> None:
    blocked = (
        "import sys; sys.modules['fastapi'] = None\n"
        "from dictation.cli import main; sys.exit(main(['serve', '--model', 'demo']))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", blocked],
        env=environment(tmp_path, prepared_models),
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )

    assert ran.returncode == 10
    assert "dictation[server]" in ran.stderr
    assert "Traceback" not in ran.stderr


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("tls")
    cert, key = folder / "cert.pem", folder / "key.pem"
    request = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost"
    command = [*request.split(), "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
    try:
        subprocess.run(
            [*command, "-keyout", key, "-out", cert], check=True, capture_output=True, timeout=60
        )
    except FileNotFoundError:
        pytest.skip("openssl is not installed, so there is no certificate to try")
    return cert, key


def test_with_a_certificate_all_is_encrypted(
    tmp_path: Path, prepared_models: Path, certificate: tuple[Path, Path]
) -> None:
    cert, key = certificate
    arguments = ("--tls-cert", str(cert), "--tls-key", str(key), "--host", "0.0.0.0")
    server = started(tmp_path, prepared_models, *arguments)
    context = ssl.create_default_context(cafile=str(cert))
    connection = http.client.HTTPSConnection(
        "localhost", server.port, timeout=PATIENCE_S, context=context
    )
    connection.request("GET", "/health")
    answer = connection.getresponse()

    assert answer.status == 200
    assert "https://" in server.said
    assert "in the clear" not in server.said
    connection.close()
    assert server.end() == 0


def test_a_certificate_that_is_none_is_told_in_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = tmp_path / "cert.pem"
    wrong.write_text("nothing")

    assert main(["serve", "--model", "demo", "--port", "0", "--tls-cert", str(wrong)]) == 10
    assert "certificate" in capsys.readouterr().err
