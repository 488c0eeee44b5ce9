"""Social workers: who is in post, who leaves and why, agency and unregistered staff."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from made_up import story
from made_up.chance import Dice
from made_up.dates import ONE_DAY, Span, days_later

VOLUNTARY = {
    "Resigned: post in another council": 46.0,
    "Resigned: agency work": 18.0,
    "Resigned: personal reasons": 22.0,
    "Resigned: left social work": 14.0,
}
OTHER = {"Retired": 55.0, "Fixed term ended": 30.0, "Dismissed": 15.0}
MOVED = "Moved to another post here"
FTE = {"1.0": 74.0, "0.8": 12.0, "0.6": 9.0, "0.5": 5.0}


@dataclass(eq=False)
class Post:
    """One post held by one worker."""

    worker: int
    start: date
    end: date | None = None
    reason: str = ""
    voluntary: bool = False
    registered: bool = True
    agency: bool = False
    fte: str = "1.0"


class Office:
    """Takes on and lets go, span by span, so that the headcounts of the story come out."""

    def __init__(self) -> None:
        self.dice = Dice("workforce")
        self.posts: list[Post] = []
        self.workers = 0

    def take_on(self, start: date, registered: bool = True, agency: bool = False) -> Post:
        self.workers += 1
        fte = self.dice.weighted(FTE)
        post = Post(self.workers, start, registered=registered, agency=agency, fte=fte)
        self.posts.append(post)
        return post

    def staff(self) -> list[Post]:
        return [post for post in self.posts if post.end is None and post.registered and not post.agency]

    def live(self, span: Span, figures: story.Staff, before: int) -> None:
        """One span of the council's own staff."""
        self._change_posts(span)
        for is_voluntary in [True] * figures.voluntary + [False] * figures.other:
            self._leave(self.dice.working_day(days_later(span.start, 6), span.end), is_voluntary)
        for _ in range(figures.in_post - before + figures.voluntary + figures.other):
            self.take_on(self.dice.working_day(*span))

    def _leave(self, day: date, is_voluntary: bool) -> None:
        """The newer a post, the likelier that its worker leaves it."""
        weights = {
            post: 1 / (1 + (day - post.start).days / 700) for post in self.staff() if (day - post.start).days > 150
        }
        post = self.dice.weighted(weights)
        post.end, post.voluntary = day, is_voluntary
        post.reason = self.dice.weighted(VOLUNTARY if is_voluntary else OTHER)

    def _change_posts(self, span: Span) -> None:
        """One or two go to another post, which is no leaving: the next day, or after a weekend."""
        for _ in range(self.dice.number(1, 2)):
            day = self.dice.working_day(days_later(span.start, 6), days_later(span.end, -9))
            settled = [post for post in self.staff() if (day - post.start).days > 300]
            old = self.dice.one_of(settled)
            old.end, old.reason = day, MOVED
            next_day = days_later(day, 3) if day.weekday() == 4 else day + ONE_DAY
            self.posts.append(replace(old, start=next_day, end=None, reason=""))


def make_posts() -> list[Post]:
    """Every post held since April 2014, by worker and start."""
    office = Office()
    dice = office.dice
    first = story.WORKFORCE_SPANS[0].start
    for _ in range(story.STAFF_AT_FIRST):
        days = dice.weighted({(200, 1500): 70, (1500, 6000): 30})
        office.take_on(days_later(first, -dice.number(*days)))
    before = story.STAFF_AT_FIRST
    for span, figures in zip(story.WORKFORCE_SPANS, story.STAFF, strict=True):
        office.live(span, figures, before)
        before = figures.in_post
        _bring_in_others(office, span)
    return sorted(office.posts, key=lambda post: (post.start, post.worker))


def _bring_in_others(office: Office, span: Span) -> None:
    """Agency workers come for some months; a few assistants are not registered."""
    dice = office.dice
    for _ in range(round((span.end - span.start).days / 15)):
        post = office.take_on(dice.working_day(*span), agency=True)
        end = days_later(post.start, dice.number(80, 420))
        if end <= story.LAST_DAY:
            post.end, post.reason = end, "Assignment ended"
    if dice.happens(0.35):
        post = office.take_on(dice.working_day(*span), registered=False)
        end = days_later(post.start, dice.number(300, 1500))
        if end <= story.LAST_DAY:
            post.end, post.reason, post.voluntary = end, "Resigned: personal reasons", True
