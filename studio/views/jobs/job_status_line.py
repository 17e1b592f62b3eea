"""Status line of a job: device, phase, speed, sampled answers and memory."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from engine.contract.events import AnswerSamples, Loaded, Phase, Started, Throughput
from engine.contract.events import Memory as MemoryEvent
from studio.models.stage_text import unit_text
from studio.services.loop import job_facts
from studio.services.loop.types import JobFacts, JobMemory, JobRow, JobSamples, JobSpeed
from studio.text import byte_text, one_line
from studio.widgets.labels import PlainLabel


class JobStatusLine(PlainLabel):
    """Stored facts of the job shown, overridden by live values while it runs."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(role="muted", parent=parent)
        self._job: JobRow | None = None
        self._facts: JobFacts | None = None
        self._memory = JobMemory()
        self._phase = Phase("")
        self._live_speed: JobSpeed | None = None
        self._live_facts: tuple[str, ...] = ()
        self._samples: JobSamples | None = None
        self._started: Started | None = None
        self.setWordWrap(True)

    def show_job(self, job: JobRow | None) -> None:
        """Show another job, or the same one in a new state."""
        if job is None or self._job is None or self._job.id != job.id:
            self._facts, self._memory, self._samples = None, JobMemory(), None
        if job is None or job.state != "running" or (self._job is not None and self._job.id != job.id):
            self._phase, self._live_speed, self._live_facts, self._started = Phase(""), None, (), None
        self._job = job
        self.render_line(None)

    def set_facts(self, facts: JobFacts) -> None:
        """Set the stored facts of the job."""
        self._facts, self._memory, self._samples = facts, facts.memory, facts.samples

    def on_event(self, event: Started | Throughput | Phase | Loaded | MemoryEvent | AnswerSamples) -> None:
        """Store a live event; shown by the next :meth:`render_line`."""
        match event:
            case Started():
                self._started = event
            case Throughput():
                self._live_speed = job_facts.live_speed(event)
            case Loaded():
                self._live_facts = job_facts.held_words(event)
            case Phase():
                self._phase = event
            case AnswerSamples():
                self._samples = JobSamples(event.step, event.answers, event.kept_format, event.mean_tokens)
            case MemoryEvent(rss, device, reserved, free, total):
                self._memory = JobMemory(rss, max(rss, self._memory.rss_peak), device, reserved, free, total)

    def render_line(self, units: float | None) -> None:
        """Update the text; ``units`` are the job's items per second, if known."""
        parts = self._parts(units) if self._job is not None else []
        self.setText("  ·  ".join(parts) or self.tr("Speed and memory appear here when the job starts."))

    def _parts(self, units: float | None) -> list[str]:
        job, parts = self._job, []
        assert job is not None
        device = self._started.device if self._started else self._facts.device if self._facts else ""
        if device:
            parts.append(self.tr("on {0}").format(one_line(device)))
        parts += [one_line(word) for word in self._live_facts or (self._facts.held if self._facts is not None else ())]
        if self._phase.name:
            parts.append(self._phase_text())
        speed = self._live_speed or (self._facts.speed if self._facts is not None else JobSpeed())
        unit = self._started.unit if self._started else job.unit
        if units is not None and (speed.items is None or speed.unit != unit):
            parts.append(self.tr("{0} {1}/s").format(_short(units), unit_text(unit) or self.tr("items")))
        if speed.items is not None:
            parts.append(self.tr("{0} {1}/s").format(_short(speed.items), unit_text(speed.unit)))
        if speed.tokens is not None:
            parts.append(self.tr("{0} tokens/s").format(_short(speed.tokens)))
        if self._samples is not None and self._samples.answers:
            parts.append(self._samples_text(self._samples))
        return parts + self._memory_parts()

    def _phase_text(self) -> str:
        words = {
            "files": self.tr("checking files"),
            "converting": self.tr("converting the model (first use only)"),
            "loading": self.tr("loading the model"),
            "batch": self.tr("waiting for the batch's answers"),
            "lengths": self.tr("measuring pair lengths"),
            "reference": self.tr("computing reference log-probabilities"),
            "margins": self.tr("measuring pair margins"),
        }
        word = words.get(self._phase.name, one_line(self._phase.name))
        if not self._phase.total:
            return word
        return self.tr("{0} ({1} of {2})").format(word, self._phase.done, self._phase.total)

    def _samples_text(self, samples: JobSamples) -> str:
        text = self.tr("sampled answers at step {0}: {1} of {2} in the required format, {3} tokens on average")
        return text.format(samples.step, samples.kept_format, samples.answers, f"{samples.mean_tokens:.0f}")

    def _memory_parts(self) -> list[str]:
        memory, parts = self._memory, []
        if memory.rss:
            text = self.tr("memory {0} (peak {1})")
            parts.append(text.format(byte_text(memory.rss), byte_text(memory.rss_peak)))
        if memory.device:
            parts.append(self.tr("device peak {0}").format(byte_text(memory.device)))
        if memory.reserved:
            parts.append(self.tr("reserved peak {0}").format(byte_text(memory.reserved)))
        if memory.total:
            parts.append(self.tr("{0} of {1} free").format(byte_text(memory.free), byte_text(memory.total)))
        return parts


def _short(value: float) -> str:
    return f"{value:.2f}" if value < 10 else f"{value:.0f}"
