"""A session at the terminal: the runs that one command carries out, and how they are shown."""

import contextlib
import json
from collections.abc import Generator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import typer

if TYPE_CHECKING:
    from limen.cli.interrupt import Interruption
    from limen.experiments.execute import Event, Finished, Started
    from limen.experiments.experiment import Experiment
    from limen.experiments.transfer import Weights
    from limen.runs.folder import Run
    from limen.train.processes import Processes
    from limen.views.terminal import Console, Live

T = TypeVar("T")


class Session:
    """The runs that one command carries out, and how they are shown."""

    def __init__(
        self,
        out: "Console",
        silent: bool,
        language: str,
        root: Path,
        device: str,
        threads: int | None,
        data: Path | None,
        report: bool,
        snapshots: str | None,
        together: "Processes",
    ) -> None:
        self.out, self.silent, self.language, self.root = out, silent or not together.leads, language, root
        self.device, self.threads, self.data, self.report = device, threads, data, report
        self.snapshots, self.together = snapshots, together
        self.finished: list[Finished] = []
        self.statistics = True  # whether new runs are measured inside
        self.weights: Weights | None = None  # what new runs begin with
        self.resume: str | None = None  # what to go on with when stopped, if not the run itself

    def find(self, name: str) -> "Run":
        """A run to go on with; of several processes, the leader finds it and tells the others."""
        from limen.experiments.execute import told
        from limen.runs.folder import Run

        return told(Run.find(name, self.root) if self.together.leads else None, self.together)

    def stopped(self, interruption: "Interruption") -> int | None:
        """The signal that ends the run: asked of this process or, of several, heard by all after the same step."""
        if self.together.count > 1:
            from limen.train.processes import SIGNALS

            return next((int(number) for number, matter in SIGNALS.items() if self.together.heard[matter]), None)
        return interruption.asked

    def carry_out(
        self,
        what: "Experiment | Run",
        settings: Sequence[str] = (),
        allow_changes: bool = False,
        root: Path | None = None,
        name: str | None = None,
        start: "Run | None" = None,
    ) -> None:
        """One run, shown as it goes. A signal leaves it saved and ends the command with 128 + the signal's number."""
        from limen.cli.interrupt import Interruption
        from limen.experiments.execute import Finished, Started, execute
        from limen.views.terminal import Downloads, Live

        interruption, path, stopped = Interruption(self.together.vote_for), None, None
        with contextlib.ExitStack() as stack:
            downloads = stack.enter_context(Downloads(self.out, self.silent))
            live = Live(self.language, self.out, self.silent)
            events = execute(
                what, root or self.root, device=self.device, threads=self.threads, folder=self.data,
                language=self.language, pictures=self.report and root is None, report=downloads.report,
                settings=settings, allow_changes=allow_changes, snapshots=self.snapshots, processes=self.together,
                name=name, start=start or self.weights, statistics=self.statistics,
            )  # fmt: skip
            stack.callback(events.close)  # saves, when training was under way
            for event in events:
                self.picture(event, live)
                if isinstance(event, Started):
                    path = event.run.path
                    self.introduce(event)
                    stack.enter_context(live)
                    stack.enter_context(interruption)
                if isinstance(event, Finished):
                    self.finished.append(event)
                    break
                if stopped := self.stopped(interruption):
                    break
        if stopped:
            from limen.views.words import word

            if self.together.leads:
                typer.echo(f"limen: {word('stopped', self.language).format(path=self.resume or path)}", err=True)
            raise typer.Exit(128 + stopped)
        self.tell(self.finished[-1], self.report and root is None)
        if interruption.asked:  # during the test or the report, which were finished; no other seed is begun
            raise typer.Exit(128 + interruption.asked)

    def follow(self, events: "Generator[Event, None, T]") -> "T":
        """Show the epochs and notices of something that trains, and give what it comes to."""
        from limen.views.terminal import Live

        with Live(self.language, self.out, self.silent) as live:
            while True:
                try:
                    self.picture(next(events), live)
                except StopIteration as done:
                    value: T = done.value
                    return value

    def picture(self, event: "Event", live: "Live") -> None:
        """What an event changes in the picture of a training."""
        from limen.experiments.execute import Started
        from limen.experiments.keeper import Notice
        from limen.train.fit import Epoch, Progress

        match event:
            case Started():
                live.epochs = event.experiment.plan.epochs
            case Progress():
                live.step(event)
            case Epoch():
                live.epoch(event)
            case Notice():
                live.notice(event.text[self.language])

    def introduce(self, started: "Started") -> None:
        """What is about to happen, in a few lines."""
        from limen.views.outcome import introduction
        from limen.views.words import word

        if self.silent:
            return
        self.out.print(introduction(started.run.record, self.language))
        if started.resumed:
            self.out.print(word("resumed", self.language).format(epoch=len(started.resumed)), style="dim")
        self.out.print()

    def tell(self, finished: "Finished", report: bool) -> None:
        """What came out and, in one line, what is wrong with it."""
        from limen.experiments.doctor import diagnose
        from limen.views.doctor import in_one_line
        from limen.views.outcome import outcome

        if not self.silent:
            self.out.print(outcome(finished.result, str(finished.run.path), self.language, report))
            if found := diagnose(finished.run):
                self.out.print(in_one_line(found, str(finished.run.path), self.language), soft_wrap=True)

    def conclude(self, as_json: bool) -> None:
        """The last words: several seeds summed up, what to try next, or one JSON object."""
        from limen.experiments.summary import json_object, over_seeds
        from limen.views.outcome import repeats_table

        results = [(str(f.run.path), f.result) for f in self.finished]
        if as_json and self.together.leads:
            typer.echo(json.dumps(json_object(results, self.finished[0].experiment), ensure_ascii=False))
        elif not self.silent and len(results) > 1:
            self.out.print()
            self.out.print(repeats_table(over_seeds(results), self.language))
