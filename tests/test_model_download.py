"""Downloads from a hub on this machine, through the real modelscope library."""

from __future__ import annotations

import datetime
import hashlib
import ipaddress
import socket
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from dictation import paths
from dictation.errors import (
    DiskFull,
    DownloadCancelled,
    FolderUnwritable,
    HubAnswered,
    HubCut,
    HubFileMissing,
    HubFileWrong,
    HubNotTrusted,
    HubProxyRefused,
    HubStalled,
    HubsUnreachable,
    HubUnreachable,
)
from dictation.recognition.model_store.download import download
from dictation.recognition.model_store.hub_errors import Errand, hub_error
from dictation.recognition.model_store.pins import FSMN_VAD, Model, Pin, PinnedFile, Progress
from dictation.recognition.model_store.sources import HubName, Source, usual_sources
from dictation.recognition.model_store.states import (
    Absent,
    Partial,
    Verified,
    cache_root,
    home,
    locate,
    state,
)
from tests.fake_hub import Corrupt, Cut, FakeHub, Fault, Stall, Status, WrongLength

CONFIG = b"model: small\n"
# Much more than the buffers of a socket, so that a cut comes while the library is reading.
WEIGHTS = bytes(range(256)) * 16_384  # 4 MiB
HALF = len(WEIGHTS) // 2


def pinned(name: str, content: bytes) -> PinnedFile:
    return PinnedFile(name, (Pin(len(content), hashlib.sha256(content).hexdigest()),))


SMALL = Model(
    "Small",
    "owner/Small",
    "master",
    (pinned("config.yaml", CONFIG), pinned("model.pt", WEIGHTS)),
    hugging_face_id="other/Small",
)
FILES = {
    ("other/Small", "config.yaml"): CONFIG,
    ("other/Small", "model.pt"): WEIGHTS,
    (SMALL.hub_id, "config.yaml"): CONFIG,
    (SMALL.hub_id, "model.pt"): WEIGHTS,
    (SMALL.hub_id, "model.py"): b"import os",
    (SMALL.hub_id, "requirements.txt"): b"evil",
}


@pytest.fixture(autouse=True)
def direct_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """No proxy, certificate or hub of whoever runs the tests."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "MODELSCOPE_ENDPOINT"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(autouse=True)
def quick_retries(monkeypatch: pytest.MonkeyPatch) -> None:
    """The library waits 1 s, then 2 s, before it fetches a file with wrong bytes again."""
    from modelscope_hub import _download

    monkeypatch.setattr(_download, "DOWNLOAD_INTEGRITY_RETRY_BACKOFF", 0.0)


@pytest.fixture
def hub() -> Iterator[FakeHub]:
    with FakeHub(FILES) as running:
        yield running


@pytest.fixture
def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A key and a certificate for 127.0.0.1 that nobody else signed, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Friendly Inspection Proxy")])
    address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    now = datetime.datetime.now(datetime.UTC)
    signed = (
        x509.CertificateBuilder(name, name, key.public_key(), serial_number=1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    file = tmp_path / "certificate.pem"
    file.write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + signed.public_bytes(pem)
    )
    return file


def modelscope(*endpoints: str) -> list[Source]:
    return [Source(HubName.MODELSCOPE, endpoint) for endpoint in endpoints]


def hugging_face(*endpoints: str) -> list[Source]:
    return [Source(HubName.HUGGING_FACE, endpoint) for endpoint in endpoints]


def fetch(hub: FakeHub, **how: object) -> tuple[Path, ...]:
    return download([SMALL], sources=modelscope(hub.url), **how)  # type: ignore[arg-type]


# --- what comes


def test_only_the_pinned_files_come_and_they_are_verified(hub: FakeHub) -> None:
    assert fetch(hub) == (home(SMALL),)
    assert isinstance(state(SMALL), Verified)
    assert {file.name for file in home(SMALL).iterdir()} == {"config.yaml", "model.pt"}
    assert {request.path for request in hub.requests} == {"config.yaml", "model.pt"}


def test_the_published_voice_detection_comes_as_pinned() -> None:
    model = replace(FSMN_VAD, bundled=None)
    files = {
        (model.hub_id, file.name): paths.resource("vad", file.name).read_bytes()
        for file in model.files
    }
    with FakeHub(files) as hub:
        assert download([model], sources=modelscope(hub.url)) == (home(model),)
    assert home(model).name == "v2.0.4"


def test_what_is_there_is_not_asked_for_again(hub: FakeHub) -> None:
    fetch(hub)
    del hub.requests[:]
    fetch(hub)
    assert hub.requests == []


def test_a_bundled_model_is_not_fetched(hub: FakeHub) -> None:
    (folder,) = download([FSMN_VAD], sources=modelscope(hub.url))
    assert folder == locate(FSMN_VAD)
    assert hub.requests == []


def test_progress_grows_to_the_total_of_all_files(hub: FakeHub) -> None:
    told: list[Progress] = []
    fetch(hub, on_progress=told.append)
    total = SMALL.size_bytes
    assert told[-1] == Progress("Small", "model.pt", total, total)
    assert [each.bytes_done for each in told] == sorted(each.bytes_done for each in told)
    assert {each.file for each in told} == {"config.yaml", "model.pt"}


def test_a_download_writes_nothing_to_the_terminal_nor_to_the_home_folder(
    hub: FakeHub,
    capfd: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    hub.faults["model.pt"] = [Cut(HALF)]
    fetch(hub)
    told = capfd.readouterr()
    assert (told.out, told.err) == ("", "")
    assert not (tmp_path / "home").exists()


def test_each_download_has_another_identity(hub: FakeHub) -> None:
    identities = set()
    for _ in range(2):
        fetch(hub)
        identities.add(hub.requests[-1].user_agent)
        (home(SMALL) / "model.pt").unlink()
    assert len(identities) == 2


def test_a_wrong_file_is_replaced_and_only_that_one(hub: FakeHub) -> None:
    home(SMALL).mkdir(parents=True)
    (home(SMALL) / "config.yaml").write_bytes(CONFIG)
    (home(SMALL) / "model.pt").write_bytes(bytes(len(WEIGHTS)))
    fetch(hub)
    assert [request.path for request in hub.transfers] == ["model.pt"]
    assert isinstance(state(SMALL), Verified)


def test_the_hub_can_be_named_by_a_variable(hub: FakeHub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MODELSCOPE_ENDPOINT", hub.url)
    assert download([SMALL]) == (home(SMALL),)


def test_the_usual_hubs_are_those_of_the_library() -> None:
    from dictation.recognition.model_store.hub import usual_endpoints

    assert len(set(usual_endpoints())) == 2
    assert all(endpoint.startswith("https://") for endpoint in usual_endpoints())


# --- going on


def test_a_cut_connection_is_taken_up_where_it_ended(hub: FakeHub) -> None:
    hub.faults["model.pt"] = [Cut(HALF)]
    fetch(hub)
    asked = [request.byte_range for request in hub.transfers if request.path == "model.pt"]
    assert asked == ["", f"bytes={HALF}-"]
    assert isinstance(state(SMALL), Verified)


def test_a_stall_ends_in_its_sentence_and_the_next_run_goes_on(hub: FakeHub) -> None:
    hub.faults["model.pt"] = [Stall(HALF)]
    with pytest.raises(HubStalled, match=r"model\.pt stopped: no byte came for 1 s") as caught:
        fetch(hub, stall_s=1)
    assert "goes on where it stopped" in caught.value.remedy
    assert state(SMALL) == Partial(SMALL, home(SMALL), len(CONFIG) + HALF, ("model.pt",))
    fetch(hub)
    assert hub.transfers[-1].byte_range == f"bytes={HALF}-"


def test_a_cancelled_download_goes_on_later(hub: FakeHub) -> None:
    hub.faults["model.pt"] = [Stall(HALF)]
    done: list[int] = []
    with pytest.raises(DownloadCancelled):
        fetch(
            hub,
            on_progress=lambda progress: done.append(progress.bytes_done),
            cancelled=lambda: bool(done) and done[-1] >= HALF,
        )
    assert isinstance(state(SMALL), Partial)
    fetch(hub)
    assert hub.transfers[-1].byte_range == f"bytes={HALF}-"


def test_a_download_that_is_cancelled_at_once_asks_for_nothing(hub: FakeHub) -> None:
    with pytest.raises(DownloadCancelled):
        fetch(hub, cancelled=lambda: True)
    assert hub.requests == []


def test_an_interruption_by_the_caller_stops_the_transfer(hub: FakeHub) -> None:
    hub.faults["model.pt"] = [Stall(HALF)]

    def interrupt(progress: Progress) -> None:
        if progress.bytes_done >= HALF:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fetch(hub, on_progress=interrupt)
    assert isinstance(state(SMALL), Partial)


def test_a_partial_file_with_wrong_bytes_does_not_survive(hub: FakeHub) -> None:
    home(SMALL).mkdir(parents=True)
    (home(SMALL) / "model.pt.incomplete").write_bytes(bytes(HALF))
    fetch(hub)
    assert [request.byte_range for request in hub.transfers][-2:] == [f"bytes={HALF}-", ""]
    assert isinstance(state(SMALL), Verified)


# --- what goes wrong


@pytest.mark.parametrize("fault", [Corrupt(), WrongLength(b"another file")])
def test_wrong_bytes_are_refused_and_removed(hub: FakeHub, fault: Fault) -> None:
    hub.faults["model.pt"] = [fault] * 9
    with pytest.raises(HubFileWrong, match=r"model\.pt from the model hub 127\.0\.0\.1") as caught:
        fetch(hub)
    assert "removed" in caught.value.remedy
    assert [file.name for file in home(SMALL).iterdir()] == ["config.yaml"]


def test_what_reached_the_disk_is_read_again(hub: FakeHub, monkeypatch: pytest.MonkeyPatch) -> None:
    from modelscope_hub import _download

    def finish(part: Path, target: Path, *_: object, **__: object) -> None:
        part.write_bytes(bytes(part.stat().st_size))
        part.replace(target)

    monkeypatch.setattr(_download, "_finish_download", finish)
    with pytest.raises(HubFileWrong):
        fetch(hub)
    assert isinstance(state(SMALL), Absent)


def test_a_connection_that_is_cut_again_and_again_says_so(hub: FakeHub) -> None:
    hub.faults["model.pt"] = [Cut(1000)] * 9
    with pytest.raises(HubCut, match=r"cut too often during model\.pt"):
        fetch(hub, stall_s=1)


def test_a_closed_port_is_an_unreachable_hub(closed_port: int) -> None:
    with pytest.raises(HubUnreachable, match="connection was refused") as caught:
        download([SMALL], sources=modelscope(f"http://127.0.0.1:{closed_port}"))
    assert caught.value.exit_code == 6
    assert caught.value.__cause__ is not None


def test_a_name_that_nobody_knows_is_an_unreachable_hub() -> None:
    with pytest.raises(HubUnreachable, match="no network or no name server"):
        download([SMALL], sources=modelscope("http://hub.invalid"))


def test_when_one_hub_is_down_the_other_is_asked(hub: FakeHub, closed_port: int) -> None:
    assert download([SMALL], sources=modelscope(f"http://127.0.0.1:{closed_port}", hub.url))


def test_a_hub_that_goes_down_later_is_left_for_the_other(hub: FakeHub) -> None:
    with FakeHub(FILES, {"model.pt": [Status(503)] * 9}) as failing:
        download([SMALL], sources=modelscope(failing.url, hub.url), stall_s=1)
    assert [request.path for request in hub.transfers] == ["model.pt"]


@pytest.mark.parametrize("code", [401, 403, 429, 500])
def test_an_error_of_the_hub_is_told_with_its_number(hub: FakeHub, code: int) -> None:
    hub.faults["config.yaml"] = [Status(code)] * 9
    with pytest.raises(HubAnswered, match=rf"HTTP {code}"):
        fetch(hub)


def test_an_error_that_begins_later_is_told_with_its_number(hub: FakeHub) -> None:
    hub.faults["model.pt"] = [Status(500)] * 9
    with pytest.raises(HubAnswered, match="HTTP 500"):
        fetch(hub, stall_s=1)


def test_a_file_that_the_hub_lacks_is_named(hub: FakeHub) -> None:
    hub.files = {}
    with pytest.raises(HubFileMissing, match=r"has no config\.yaml of Small"):
        fetch(hub)


def test_a_hub_that_never_answers_is_a_stall() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        endpoint = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(HubStalled):
            download([SMALL], sources=modelscope(endpoint), stall_s=0.2)


def test_a_proxy_that_refuses_is_named_without_its_password(
    closed_port: int, hub: FakeHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", f"http://me:secret@127.0.0.1:{closed_port}")
    monkeypatch.setenv("http_proxy", f"http://me:secret@127.0.0.1:{closed_port}")
    with pytest.raises(HubProxyRefused, match=f"127.0.0.1:{closed_port}.*refused") as caught:
        fetch(hub)
    assert "secret" not in f"{caught.value}{caught.value.remedy}"


def test_a_proxy_that_opens_no_tunnel_is_told_with_its_answer(
    hub: FakeHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The hub answers CONNECT with 501, as any server does that is no proxy.
    monkeypatch.setenv("https_proxy", hub.url)
    with pytest.raises(HubProxyRefused, match="501"):
        download([SMALL], sources=modelscope("https://hub.invalid"))


@pytest.mark.parametrize("proxy", ["carrier-pigeon://somewhere:1", "http://somewhere:port"])
def test_an_address_that_is_no_proxy_is_told_as_such(
    hub: FakeHub, monkeypatch: pytest.MonkeyPatch, proxy: str
) -> None:
    monkeypatch.setenv("http_proxy", proxy)
    with pytest.raises(HubProxyRefused, match=r"The proxy somewhere:\w+ .* is of no use"):
        fetch(hub)


def test_an_address_that_is_no_hub_is_told_as_such() -> None:
    with pytest.raises(HubUnreachable, match="is of no use"):
        download([SMALL], sources=modelscope("http://somewhere:port"))


def test_a_proxy_that_wants_a_password_says_so(hub: FakeHub) -> None:
    hub.faults["config.yaml"] = [Status(407)]
    with pytest.raises(HubProxyRefused, match="a name and a password"):
        fetch(hub)


def test_a_certificate_of_nobody_names_proxy_and_authority(certificate: Path) -> None:
    with (
        FakeHub(FILES, tls=certificate) as hub,
        pytest.raises(HubNotTrusted, match=r"127\.0\.0\.1 is not trusted: self.signed") as caught,
    ):
        fetch(hub)
    assert "proxy" in caught.value.remedy
    assert "REQUESTS_CA_BUNDLE" in caught.value.remedy


def test_a_certificate_that_was_named_is_trusted_and_a_cut_is_no_matter_of_trust(
    certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
    with FakeHub(FILES, {"model.pt": [Cut(1000)] * 9}, tls=certificate) as hub:
        with pytest.raises(HubCut):
            fetch(hub, stall_s=1)
        hub.faults.clear()
        fetch(hub)
    assert isinstance(state(SMALL), Verified)


def test_a_hub_that_does_not_speak_tls_at_its_address_says_so(hub: FakeHub) -> None:
    with pytest.raises(HubUnreachable, match="TLS"):
        download([SMALL], sources=modelscope(hub.url.replace("http:", "https:")))


def test_a_full_disk_is_noticed_before_anything_comes(hub: FakeHub) -> None:
    with pytest.raises(DiskFull, match="4 MB are needed, 1 kB are free"):
        fetch(hub, free=lambda _folder: 1000)
    assert hub.requests == []


def test_what_has_come_needs_no_room_again(hub: FakeHub) -> None:
    home(SMALL).mkdir(parents=True)
    (home(SMALL) / "model.pt.incomplete").write_bytes(WEIGHTS[:HALF])
    fetch(hub, free=lambda _folder: HALF + len(CONFIG))
    assert isinstance(state(SMALL), Verified)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a file that is always full")
def test_a_disk_that_fills_up_on_the_way_says_so(hub: FakeHub) -> None:
    home(SMALL).mkdir(parents=True)
    (home(SMALL) / "model.pt.incomplete").symlink_to("/dev/full")
    with pytest.raises(DiskFull):
        fetch(hub)


def test_a_cache_that_cannot_be_written_is_named(hub: FakeHub) -> None:
    cache_root().write_text("a file where the folder should be")
    with pytest.raises(FolderUnwritable, match="modelscope"):
        fetch(hub)


def test_a_file_without_permission_is_named_and_an_unknown_error_keeps_its_words() -> None:
    errand = Errand(SMALL, SMALL.files[0], "http://hub", home(SMALL))
    refused = PermissionError(13, "Permission denied", "/model.pt.incomplete")
    assert isinstance(hub_error(errand, refused), FolderUnwritable)
    assert str(hub_error(errand, ValueError("odd\nlong story"))).endswith(
        "config.yaml failed: ValueError: odd."
    )


# --- the other hub


def from_hugging_face(hub: FakeHub, **how: object) -> tuple[Path, ...]:
    return download([SMALL], sources=hugging_face(hub.url), **how)  # type: ignore[arg-type]


@pytest.fixture
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    from dictation.recognition.model_store import hugging_face

    monkeypatch.setattr(hugging_face, "_BACK_OFF_S", 0.0)


def test_the_same_files_come_from_hugging_face(hub: FakeHub) -> None:
    told: list[Progress] = []
    assert from_hugging_face(hub, on_progress=told.append) == (home(SMALL),)
    assert isinstance(state(SMALL), Verified)
    assert {file.name for file in home(SMALL).iterdir()} == {"config.yaml", "model.pt"}
    assert told[-1] == Progress("Small", "model.pt", SMALL.size_bytes, SMALL.size_bytes)


def test_what_differs_between_the_hubs_is_accepted_as_either_has_it() -> None:
    mean = (FSMN_VAD.files[2],)
    other = b"another mean"
    both = PinnedFile("am.mvn", (*mean[0].accepted, *pinned("am.mvn", other).accepted))
    model = replace(FSMN_VAD, bundled=None, files=(both,))
    with FakeHub({(FSMN_VAD.hugging_face_id, "am.mvn"): other}) as hub:
        assert download([model], sources=hugging_face(hub.url))


def test_when_modelscope_is_down_hugging_face_is_asked(hub: FakeHub, closed_port: int) -> None:
    down = modelscope(f"http://127.0.0.1:{closed_port}")
    assert download([SMALL], sources=[*down, *hugging_face(hub.url)])


@pytest.mark.parametrize("is_resumed_by", [modelscope, hugging_face])
def test_what_one_hub_began_the_other_finishes(
    hub: FakeHub, is_resumed_by: Callable[..., list[Source]]
) -> None:
    first, second = modelscope(hub.url), hugging_face(hub.url)
    if is_resumed_by is modelscope:
        first, second = second, first
    hub.faults["model.pt"] = [Stall(HALF)]
    with pytest.raises(HubStalled):
        download([SMALL], sources=first, stall_s=0.5)
    download([SMALL], sources=second)
    assert hub.transfers[-1].byte_range == f"bytes={HALF}-"
    assert isinstance(state(SMALL), Verified)


def test_a_cut_is_taken_up_where_it_ended_there_too(hub: FakeHub, no_waiting: None) -> None:
    hub.faults["model.pt"] = [Cut(HALF), Status(503), Cut(1 << 17)]
    from_hugging_face(hub)
    asked = [request.byte_range for request in hub.transfers if request.path == "model.pt"]
    assert asked == ["bytes=0-", f"bytes={HALF}-", f"bytes={HALF}-", f"bytes={HALF + (1 << 17)}-"]
    assert isinstance(state(SMALL), Verified)


@pytest.mark.parametrize(
    ("faults", "told"),
    [
        ([Cut(1000)] * 9, HubCut),
        ([Status(500)] * 9, HubAnswered),
        ([Status(404)], HubFileMissing),
        ([Status(407)], HubProxyRefused),
        ([Corrupt()], HubFileWrong),
        ([WrongLength(b"a page of the hotel")], HubFileWrong),
    ],
)
def test_what_goes_wrong_there_is_told_as_of_the_first(
    hub: FakeHub, no_waiting: None, faults: list[Fault], told: type[Exception]
) -> None:
    hub.faults["model.pt"] = faults
    with pytest.raises(told):
        from_hugging_face(hub)
    assert not (home(SMALL) / "model.pt").exists()


def test_a_partial_file_with_wrong_bytes_does_not_survive_there_either(hub: FakeHub) -> None:
    home(SMALL).mkdir(parents=True)
    (home(SMALL) / "model.pt.incomplete").write_bytes(bytes(HALF))
    from_hugging_face(hub)
    assert [request.byte_range for request in hub.transfers][-2:] == [f"bytes={HALF}-", "bytes=0-"]
    assert isinstance(state(SMALL), Verified)


def test_a_download_from_there_stops_when_it_is_told_to(hub: FakeHub) -> None:
    hub.faults["model.pt"] = [Stall(HALF)]
    done: list[int] = []
    with pytest.raises(DownloadCancelled):
        from_hugging_face(
            hub,
            on_progress=lambda progress: done.append(progress.bytes_done),
            cancelled=lambda: bool(done) and done[-1] >= HALF,
        )
    assert isinstance(state(SMALL), Partial)


def test_an_interception_of_tls_is_told_there_too(certificate: Path) -> None:
    with FakeHub(FILES, tls=certificate) as hub, pytest.raises(HubNotTrusted):
        from_hugging_face(hub)


def test_a_full_disk_is_told_there_too(hub: FakeHub) -> None:
    home(SMALL).mkdir(parents=True)
    (home(SMALL) / "model.pt.incomplete").symlink_to("/dev/full")
    with pytest.raises(DiskFull):
        from_hugging_face(hub)


def test_when_no_hub_can_be_reached_all_are_named(closed_port: int) -> None:
    sources = [*modelscope("http://one.invalid"), *hugging_face("http://two.invalid")]
    with pytest.raises(
        HubsUnreachable, match=r"\(one\.invalid, two\.invalid\) .*: its name is unknown"
    ):
        download([SMALL], sources=sources)


def test_no_password_of_the_user_goes_to_hugging_face(
    hub: FakeHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login me password secret")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("HF_TOKEN", "secret")
    from_hugging_face(hub)
    assert {request.authorization for request in hub.requests} == {""}


def test_which_hubs_are_asked_follows_the_usual_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    monkeypatch.delenv("HF_ENDPOINT", raising=False)
    kinds = [source.hub for source in usual_sources()]
    assert kinds == [HubName.MODELSCOPE, HubName.MODELSCOPE, HubName.HUGGING_FACE]
    assert usual_sources(HubName.HUGGING_FACE) == hugging_face("https://huggingface.co")
    monkeypatch.setenv("MODELSCOPE_ENDPOINT", "http://inside")
    assert usual_sources() == modelscope("http://inside")
    monkeypatch.setenv("HF_ENDPOINT", "http://mirror")
    assert usual_sources() == [*modelscope("http://inside"), *hugging_face("http://mirror")]
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    assert usual_sources() == modelscope("http://inside")
