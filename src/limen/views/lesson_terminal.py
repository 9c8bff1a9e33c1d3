"""A lesson in the terminal: for each step what it is about, the code, what came out, and whether that is right."""

import re
from collections.abc import Iterator

from rich.cells import cell_len
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text as RichText

from limen.language import Text
from limen.views.report import in_one_line
from limen.views.taught import Check, LessonFinding, Result, Taught
from limen.views.words import word

WIDTH = 100  # columns that a lesson fills at most: longer lines are hard to read
PIECES = re.compile(r"[“（]*(?:`[^`]+`|[\u2e80-\uffef]|[^\s\u2e80-\uffef`“”]+)[，。；：？、！”）]*\s*")


def wrap(text: str, width: int) -> str:
    """Chinese text in lines: a line may end after any character, but not within a word, a number or a bracket."""
    lines = [""]
    for piece in PIECES.findall(text):
        if cell_len(lines[-1] + piece.rstrip()) > width:
            lines[-1] = lines[-1].rstrip()
            lines.append("")
        lines[-1] += piece
    return "\n".join(lines)


def prose(text: Text, language: str, width: int) -> RenderableType:
    """Paragraphs, with `code` set apart."""
    parts: list[RenderableType] = []
    for paragraph in text[language].strip().split("\n\n"):
        told = in_one_line(paragraph, language)
        line = RichText(wrap(told, width) if language == "zh" else told)
        line.highlight_regex(re.compile("`[^`]+`"), "cyan")
        parts += [line, RichText("")]
    return Group(*parts)


def opening(name: str, title: Text, story: Text, language: str, width: int) -> RenderableType:
    """Title and story."""
    head = RichText(title[language], style="bold").append(f"  {name}", style="not bold dim")
    return Group(head, RichText(""), prose(story, language, width))


def painted(code: str) -> RenderableType:
    """Python code in the terminal's own colours, without a background of its own."""
    text = Syntax("", "python", theme="ansi_dark", background_color="default").highlight(code)
    text.rstrip()
    return Group(*(RichText("  ").append_text(line) for line in text.split("\n")), RichText(""))


def told(check: Check, language: str) -> RichText:
    """✓ or ×, and what the result was held against; where it fails, what was expected."""
    if check.holds:
        return RichText("✓ ", style="green").append(check.of[language], style="dim")
    line = RichText(f"× {check.of[language]}", style="bold red")
    line.append(f"\n  {word('expected', language).format(expected=check.expected)}", style="not bold red")
    return line.append(f"\n  {difference(check, language)}", style="not bold red")


def difference(check: Check, language: str) -> str:
    """How far off a result is, in words."""
    return word("differs", language).format(difference=f"{check.difference:.3g}", tolerance=f"{check.tolerance:g}")


def outcome(results: tuple[Result, ...], language: str) -> RenderableType:
    """The results of a step, each with its checks; where all were held against the same, that is said once below."""
    shared = {tuple(check.of.en for check in result.checks) for result in results}
    once = len(shared) == 1 and all(check.holds for result in results for check in result.checks)
    grid = Table.grid(padding=(0, 2, 0, 0))
    names = any(result.name for result in results)
    if names:
        grid.add_column(style="dim", overflow="fold", max_width=34)
    grid.add_column(overflow="fold")
    for result in results:
        below = [] if once else [told(check, language) for check in result.checks]
        value = Group(RichText(result.shown, style="bold"), *below)
        grid.add_row(*([RichText(result.name)] if names else []), value)
    parts: list[RenderableType] = [grid]
    if once:
        parts += [told(check, language) for check in results[0].checks]
    return Padding(Group(*parts), (0, 0, 1, 2))


def step_text(step: Taught, total: int, language: str, width: int) -> RenderableType:
    """One step as it is taken."""
    head = RichText(f"{step.number}/{total}  ", style="dim").append(step.title[language], style="not dim bold")
    return Group(head, prose(step.text, language, width), painted(step.code), outcome(step.results, language))


def failures(finding: LessonFinding, language: str) -> Iterator[str]:
    """A line for each check that fails: the step, the result, what it was held against, by how much."""
    for step, result, check in finding.failed:
        name = f" · {result.name}" if result.name else ""
        yield f"{step.number}. {step.title[language]}{name} · {check.of[language]}: {difference(check, language)}"


def closing(finding: LessonFinding, path: str | None, language: str) -> RenderableType:
    """Whether all holds, where everything lies, and what to do next."""
    parts: list[RenderableType] = []
    if finding.failed:
        told = word("some fail", language).format(failed=len(finding.failed), n=finding.checks)
        parts += [RichText(f"× {told}", style="bold red"), *map(RichText, failures(finding, language))]
    else:
        parts.append(RichText(f"✓ {word('all hold', language).format(n=finding.checks)}", style="bold green"))
    if path is not None:
        parts.append(RichText(f"{word('report', language)}  ", style="dim").append(path, style="not dim"))
    parts += [RichText(""), RichText(word("lesson next", language), style="bold")]
    for command, why in finding.next:
        parts.append(RichText(f"  {command}", style="cyan").append(f"  {why[language]}", style="dim"))
    return Group(*parts)
