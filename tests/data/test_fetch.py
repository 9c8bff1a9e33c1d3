"""Fetching, against a server on this machine that behaves as servers do: well, badly and in pieces."""

import dataclasses
import hashlib
import http.server
import threading

import pytest

from limen.data import fetch
from limen.data.sources import SOURCES, File, Source
from limen.errors import LimenError

CONTENT = bytes(range(256)) * 400
OTHER = b"second file" * 50


class Server:
    """A loopback server. `plan` maps a path to what its successive requests get; the last one stays."""

    def __init__(self):
        self.plan, self.seen = {}, []
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                range_ = self.headers.get("Range")
                outer.seen.append((self.path, range_))
                steps = outer.plan.get(self.path, ["missing"])
                step = steps.pop(0) if len(steps) > 1 else steps[0]
                outer.answer(self, step, int(range_[6:-1]) if range_ else 0)

            def log_message(self, *_):
                pass

        self.http = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.http.server_port}/"
        threading.Thread(target=self.http.serve_forever, daemon=True).start()

    def answer(self, request, step, start):
        content = OTHER if request.path.endswith("b.bin") else CONTENT
        if step == "missing":
            request.send_error(404)
            return
        body = {"page": b"<html>log in</html>", "long": content + b"more", "wrong": content[::-1]}.get(step, content)
        status = 200
        if step in ("whole", "broken") and start:
            status, body = 206, content[start:]
        request.send_response(status)
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body[: len(body) // 3] if step == "broken" else body)


@pytest.fixture
def server():
    made = Server()
    yield made
    made.http.shutdown()
    made.http.server_close()


def source_of(*urls, files=(("a.bin", CONTENT),)):
    return Source(
        name="small", title="", form="idx", shape=(1,), classes=("0",), examples=(1, 1), licence="", cite="", urls=urls,
        files=tuple(File(name, len(content), hashlib.sha256(content).hexdigest()) for name, content in files),
    )  # fmt: skip


def cached(folder):
    return {p.name for p in folder.iterdir() if p.name != ".lock"}


def test_files_come_once_with_a_report(server):
    server.plan = {"/a.bin": ["whole"], "/b.bin": ["whole"]}
    source, told = source_of(server.url, files=(("a.bin", CONTENT), ("b.bin", OTHER))), []
    folder = fetch.get(source, lambda *a: told.append(a))
    assert (folder / "a.bin").read_bytes() == CONTENT and (folder / "b.bin").read_bytes() == OTHER
    assert told[-1] == ("b.bin", len(OTHER), len(OTHER))
    fetch.get(source)
    assert len(server.seen) == 2 and cached(folder) == {"a.bin", "b.bin"}


def test_a_broken_download_goes_on_where_it_stopped(server):
    server.plan = {"/a.bin": ["broken", "broken", "whole"]}
    folder = fetch.get(source_of(server.url, server.url))
    assert (folder / "a.bin").read_bytes() == CONTENT and cached(folder) == {"a.bin"}
    starts = [range_ for _, range_ in server.seen]
    assert starts[0] is None and len(starts) == 3
    assert 0 < int(starts[1][6:-1]) <= len(CONTENT) // 3 < int(starts[2][6:-1])


def test_it_goes_on_in_another_process_and_from_another_mirror(server):
    server.plan = {"/one/a.bin": ["broken"], "/two/a.bin": ["whole"]}
    with pytest.raises(LimenError):
        fetch.get(source_of(server.url + "one/", server.url + "gone/"))
    got_before = len(server.seen)
    folder = fetch.get(source_of(server.url + "two/"))
    assert (folder / "a.bin").read_bytes() == CONTENT
    assert server.seen[got_before][1] is not None


def test_a_server_that_cannot_go_on_sends_the_whole_again(server):
    server.plan = {"/a.bin": ["broken", "no range", "no range"]}
    folder = fetch.get(source_of(server.url, server.url))
    assert (folder / "a.bin").read_bytes() == CONTENT


@pytest.mark.parametrize("bad", ["missing", "page", "wrong", "long"])
def test_a_bad_mirror_is_passed_over(server, bad):
    server.plan = {"/one/a.bin": [bad], "/two/a.bin": ["whole"]}
    folder = fetch.get(source_of(server.url + "one/", server.url + "two/"))
    assert (folder / "a.bin").read_bytes() == CONTENT and cached(folder) == {"a.bin"}


@pytest.mark.parametrize(
    ("bad", "words"),
    [("missing", "status 404"), ("page", "SHA-256"), ("wrong", "SHA-256"), ("long", "more than the published")],
)
def test_nothing_bad_stays_in_the_cache(server, bad, words, tmp_path):
    server.plan = {"/a.bin": [bad]}
    source = source_of(server.url)
    with pytest.raises(LimenError) as caught:
        fetch.get(source)
    text = str(caught.value)
    assert words in text and source.files[0].sha256 in text and str(tmp_path / "cache" / "small") in text
    assert "\n" not in text
    assert cached(tmp_path / "cache" / "small") - {".a.bin.download"} == set()


def test_a_damaged_cached_file_is_fetched_again(server):
    server.plan = {"/a.bin": ["whole"]}
    source = source_of(server.url)
    path = fetch.get(source) / "a.bin"
    path.write_bytes(CONTENT[:-1] + b"x")
    fetch.get(source)
    assert path.read_bytes() == CONTENT and len(server.seen) == 2


def test_two_at_once_fetch_once(server):
    server.plan = {"/a.bin": ["whole"]}
    source = source_of(server.url)
    threads = [threading.Thread(target=fetch.get, args=(source,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(server.seen) == 1


def test_a_cache_that_cannot_be_written_to_is_told(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("LIMEN_CACHE", str(tmp_path / "file"))
    with pytest.raises(LimenError, match="LIMEN_CACHE"):
        fetch.get(source_of("http://127.0.0.1:9/"))


def test_every_published_file_has_a_mirror_and_a_hash():
    for source in SOURCES.values():
        assert not source.files or len(source.urls) >= 2
        for file in source.files:
            assert len(file.sha256) == 64 and int(file.sha256, 16) and file.size > 0
        assert source.licence and source.cite and (source.classes or source.form in ("made", "table", "photos"))
        assert dataclasses.is_dataclass(source)


def test_the_files_beside_the_project_have_the_published_hashes(mnist_folder):
    for file in SOURCES["mnist"].files:
        path = mnist_folder / file.name
        assert path.stat().st_size == file.size and fetch.sha256(path) == file.sha256


def test_an_address_may_be_that_of_the_file_itself(server, tmp_path):
    """A set of one file that a place serves under another name: it is kept under ours, and known under both."""
    server.plan = {"/other+name.zip": ["whole"]}
    source = source_of(f"{server.url}other+name.zip")
    folder = fetch.get(source)
    path = folder / source.files[0].name
    assert path.read_bytes() == CONTENT and server.seen == [("/other+name.zip", None)]
    wrong = tmp_path / "other+name.zip"
    wrong.write_bytes(CONTENT[:-1])
    with pytest.raises(LimenError, match="is not the published file"):
        fetch.verify([wrong], source)
    packed = dataclasses.replace(source, files=(dataclasses.replace(source.files[0], unpacked="0" * 64, content="in"),))
    (tmp_path / "in").write_bytes(b"changed")
    with pytest.raises(LimenError, match="is not the published file"):
        fetch.verify([tmp_path / "in"], packed)
