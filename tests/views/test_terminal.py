import io

import pytest
from rich.console import Console

from limen.train.fit import Epoch
from limen.views.answers import answers_table
from limen.views.tables import table
from limen.views.terminal import Downloads, Live, pad


def epoch(number, **measures):
    return Epoch(number, measures or {"train_loss": 0.5, "validation_loss": 0.25}, (0.5,), 0.001, 1000, 0.5)


def shown(epochs, language="en", terminal=False, silent=False):
    out = io.StringIO()
    live = Live(language, Console(file=out, force_terminal=terminal, width=100, highlight=False), silent)
    live.epochs = epochs
    with live:
        for number in range(1, epochs + 1):
            live.epoch(epoch(number))
    return out.getvalue()


def test_a_line_an_epoch_with_headings_once():
    lines = shown(3).splitlines()
    assert lines[0].split() == ["epoch", "train", "loss", "validation", "loss", "rate", "examples/s"]
    assert lines[1].split() == ["1", "0.5000", "0.2500", "0.001", "2,000"] and len(lines) == 4
    assert len({len(line) for line in lines}) == 1


def test_chinese_columns_stand_under_their_headings():
    from rich.cells import cell_len

    lines = shown(2, "zh").splitlines()
    assert "训练损失" in lines[0] and len({cell_len(line) for line in lines}) == 1


def test_a_long_run_shows_a_part_of_its_epochs_and_the_last():
    lines = shown(1000).splitlines()
    assert 20 < len(lines) < 50 and lines[-1].split()[0] == "1000" and lines[1].split()[0] == "1"


def test_silence_and_notices(capsys):
    assert shown(3, silent=True) == ""
    live = Live("en", Console(file=io.StringIO()), silent=True)
    live.notice("[bold]disk full[/bold]")
    assert capsys.readouterr().err == "limen: [bold]disk full[/bold]\n"


def test_downloads_show_only_on_a_terminal():
    for terminal in (True, False):
        out = io.StringIO()
        with Downloads(Console(file=out, force_terminal=terminal, width=100)) as downloads:
            downloads.report("a.gz", 500, 1000)
            downloads.report("a.gz", 1000, 1000)
        assert ("a.gz" in out.getvalue()) == terminal


@pytest.mark.parametrize("text", ["[red]x[/red]", "x]", "[", "%s {}"])
def test_cells_are_text_never_markup(text):
    out = io.StringIO()
    Console(file=out, width=80).print(table(["a"], [(text,)]))
    assert text in out.getvalue()


def test_answers_name_the_picture_within_a_file():
    out = io.StringIO()
    rows = [
        ("a.idx", 0, "x", "xy", (0.9, 0.1), ()),
        ("a.idx", 1, "y", "xy", (0.2, 0.8), ()),
        ("b.png", 0, "x", "xy", (0.5, 0.5), ("turned upright",)),
        ("c.csv", 0, "12.5", (), (), ()),
    ]
    Console(file=out, width=120).print(answers_table(rows, "en"))
    text = out.getvalue()
    assert (
        "a.idx [1]" in text
        and "b.png [0]" not in text
        and "turned upright" in text
        and "80.0%" in text
        and "12.5" in text
    )


def test_padding_counts_columns_not_characters():
    assert pad("轮次", 6) == "  轮次" and pad("toolong", 3) == "toolong"
