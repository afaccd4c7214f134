"""Random block-structured processes under random answers, events and returns, saved and loaded after every step.

What must hold after each step: a sequence holds at most one token; a parallel or inclusive block none, or exactly one per
branch taken, arrivals counted; an ended instance holds none; and approving everything from anywhere ends it.
`python -m tests.engine.rewind_random MINUTES` runs for as long as wanted.
"""

from __future__ import annotations

import json
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from engine.bpmn.definition import Definition
from engine.bpmn.marking import State
from engine.bpmn.parse import parse
from engine.bpmn.run import Run, World
from engine.bpmn.waits import Activation, Wait, WaitKind
from engine.errors import InvalidInput
from engine.vocabulary import ActivationState
from tests.engine.bpmn_story import MESSAGE, Shape, body, boundary, diagram, end, event_sub, gateway, loop, script, user

WORLD = World(datetime(2026, 3, 2, tzinfo=UTC))
Action = tuple[str, ...]
"""("do", element), ("fire", element) or ("back", from element, to element)."""


class ViolationError(AssertionError):
    """The invariant is broken."""


@dataclass
class Block:
    """kind: user, many (multi-instance), sequence, split (all `parts` run), scope."""

    kind: str
    name: str = ""
    parts: list[Block] = field(default_factory=list)
    entrances: list[str] = field(default_factory=list)
    """Of a split: the flows into its join, one per part."""
    interrupter: str = ""
    """Of a scope: its event sub-process, if that interrupts."""

    def names(self) -> list[str]:
        return ([self.name] if self.kind in ("user", "many") else []) + [name for part in self.parts for name in part.names()]


@dataclass
class Drawing:
    shapes: list[Shape] = field(default_factory=list)
    flows: list[str] = field(default_factory=list)


class Generator:
    def __init__(self, choose: random.Random, kinds: Sequence[str]) -> None:
        self._choose = choose
        self._kinds = kinds
        self._count = 0
        self._drawing = Drawing()
        self.handlers: list[str] = []

    def process(self) -> tuple[bytes, Block]:
        block, last = self._sequence(2, "s", self._choose.randint(2, 4))
        self._flow(last, "e")
        if "event_sub" in self._kinds and self._choose.random() < 0.3:
            self._drawing.shapes.append(event_sub("esp", MESSAGE, interrupting=self._choose.random() < 0.6))
        return diagram(";".join(self._drawing.flows), *self._drawing.shapes), block

    def _new(self, prefix: str) -> str:
        self._count += 1
        return f"{prefix}{self._count}"

    def _flow(self, source: str, target: str, condition: str = "") -> None:
        self._drawing.flows.append(f"{source}-[{condition}]->{target}" if condition else f"{source}->{target}")

    def _sequence(self, depth: int, entry: str, length: int, condition: str = "") -> tuple[Block, str]:
        parts, last = [], entry
        for _ in range(length):
            part, last = self._block(depth, last, condition)
            condition = ""
            parts.append(part)
        return Block("sequence", parts=parts), last

    def _block(self, depth: int, entry: str, condition: str) -> tuple[Block, str]:
        kind = self._choose.choice(self._kinds if depth else ("user",))
        draw: dict[str, Callable[[int, str, str], tuple[Block, str]]] = {
            "parallel": self._parallel,
            "inclusive": self._inclusive,
            "exclusive": self._exclusive,
            "sub": self._sub,
            "guarded_sub": self._guarded_sub,
            "guarded_user": self._guarded_user,
            "many": self._many,
            "many_sub": self._many_sub,
            "loop": self._loop,
        }
        return draw.get(kind, self._user)(depth, entry, condition)

    def _user(self, _depth: int, entry: str, condition: str) -> tuple[Block, str]:
        name = self._new("u")
        self._drawing.shapes.append(user(name))
        self._flow(entry, name, condition)
        return Block("user", name), name

    def _many(self, _depth: int, entry: str, condition: str) -> tuple[Block, str]:
        name = self._new("mi")
        items = "=[1,2,3]" if self._choose.random() < 0.5 else "=[1,2]"
        self._drawing.shapes.append(user(name, loop(items, sequential=self._choose.random() < 0.5, output=f"{name}_out")))
        self._flow(entry, name, condition)
        return Block("many", name), name

    def _parallel(self, depth: int, entry: str, condition: str) -> tuple[Block, str]:
        return self._split("parallel", depth, entry, condition, ["", "", ""][: self._choose.randint(2, 3)])

    def _inclusive(self, depth: int, entry: str, condition: str) -> tuple[Block, str]:
        taken = ["=true", *(self._choose.choice(["=true", "=false"]) for _ in range(self._choose.randint(1, 2)))]
        return self._split("inclusive", depth, entry, condition, taken)

    def _split(self, kind: str, depth: int, entry: str, condition: str, branches: list[str]) -> tuple[Block, str]:
        split, join = self._new("f"), self._new("j")
        self._drawing.shapes += gateway(kind, split, join)
        self._flow(entry, split, condition)
        block = Block("split", join)
        for branch in branches:
            part, last = self._sequence(depth - 1, split, self._choose.randint(1, 2), branch)
            self._flow(last, join)
            if branch != "=false":
                block.parts.append(part)
                block.entrances.append(f"{last}_{join}")
        return block, join

    def _exclusive(self, depth: int, entry: str, condition: str) -> tuple[Block, str]:
        split, join, other = self._new("x"), self._new("y"), self._new("u")
        self._drawing.shapes += [*gateway("exclusive", split, join), user(other)]
        self._flow(entry, split, condition)
        part, last = self._sequence(depth - 1, split, 1, self._choose.choice(["=true", "=false"]))
        self._flow(last, join)
        self._flow(split, other, "*")
        self._flow(other, join)
        return Block("sequence", parts=[part, Block("user", other)]), join

    def _inside(self, depth: int, name: str, inside: str = "") -> Block:
        outer, self._drawing = self._drawing, Drawing()
        block, last = self._sequence(depth - 1, f"{name}s", self._choose.randint(1, 3))
        self._flow(last, f"{name}e")
        inner, self._drawing = self._drawing, outer
        shapes = [Shape("startEvent", f"{name}s"), end(f"{name}e"), *inner.shapes]
        scope = Block("scope", name, [block])
        if "event_sub" in self._kinds and self._choose.random() < 0.3:
            interrupts = self._choose.random() < 0.5
            shapes.append(event_sub(f"{name}v", MESSAGE, interrupting=interrupts))
            self.handlers.append(f"{name}v")
            scope.interrupter = f"{name}v" if interrupts else ""
        self._drawing.shapes.append(Shape("subProcess", name, inside + body(";".join(inner.flows), *shapes)))
        return scope

    def _sub(self, depth: int, entry: str, condition: str) -> tuple[Block, str]:
        name = self._new("sub")
        block = self._inside(depth, name)
        self._flow(entry, name, condition)
        return block, name

    def _many_sub(self, depth: int, entry: str, condition: str) -> tuple[Block, str]:
        name = self._new("mi")
        block = self._inside(depth, name, loop("=[1,2]", sequential=self._choose.random() < 0.5))
        self._flow(entry, name, condition)
        return Block("many", name, [block]), name

    def _guarded_sub(self, depth: int, entry: str, condition: str) -> tuple[Block, str]:
        block, name = self._sub(depth, entry, condition)
        return self._guard(block, name)

    def _guarded_user(self, depth: int, entry: str, condition: str) -> tuple[Block, str]:
        block, name = self._user(depth, entry, condition)
        return self._guard(block, name)

    def _guard(self, block: Block, name: str) -> tuple[Block, str]:
        """An event on the border: an interrupting one leads around, another has a handler of its own."""
        handler, event = self._new("h"), f"{name}b"
        interrupting = "non_interrupting" not in self._kinds or self._choose.random() < 0.6
        self._drawing.shapes += [boundary(event, name, MESSAGE, interrupting=interrupting), user(handler)]
        self._flow(event, handler)
        if not interrupting:
            self.handlers.append(handler)
            self._drawing.shapes.append(end(f"{handler}e"))
            self._flow(handler, f"{handler}e")
            return block, name
        merge = self._new("y")
        self._drawing.shapes += gateway("exclusive", merge)
        self._flow(name, merge)
        self._flow(handler, merge)
        return Block("sequence", parts=[block, Block("user", handler)]), merge

    def _loop(self, depth: int, entry: str, condition: str) -> tuple[Block, str]:
        top, again, count = self._new("x"), self._new("y"), self._new("n")
        turns = script(count, f"=if {count}_ = null then 1 else {count}_ + 1", f"{count}_")
        self._drawing.shapes += [*gateway("exclusive", top, again), turns]
        self._flow(entry, top, condition)
        part, last = self._sequence(depth - 1, top, self._choose.randint(1, 2))
        self._flow(last, count)
        self._flow(count, again)
        self._flow(again, top, f"={count}_ < 2")
        after = self._new("u")
        self._drawing.shapes.append(user(after))
        self._flow(again, after, "*")
        return Block("sequence", parts=[part, Block("user", after)]), after


class Case:
    """An instance kept as JSON; each verb loads it, moves it and puts it away."""

    def __init__(self, definition: Definition, block: Block, handlers: Sequence[str]) -> None:
        self._definition = definition
        self._block = block
        self._handlers = handlers
        self._state: State | None = None
        self._log: dict[int, Activation] = {}
        self.ended = False
        self.waits: list[Wait] = []
        self._move(lambda run: run.begin({"key": "k"}))

    def _move(self, act: Callable[[Run], Any]) -> None:
        run = Run(self._definition, WORLD, self._state)
        act(run)
        self._log.update(run.drain().activations)
        self.ended, self.waits = run.is_over, run.open_waits()
        state = run.state()
        self._state = self.put_away(State(json.loads(json.dumps(state.marking)), state.variables))
        self._check(self._state.marking)

    def put_away(self, state: State) -> State:
        return state

    def tasks(self) -> list[Wait]:
        return [wait for wait in self.waits if wait.kind is WaitKind.USER_TASK]

    def passed(self) -> set[str]:
        return {row.element_id for row in self._log.values() if row.state is ActivationState.DONE}

    def play(self, action: Action) -> bool:
        """Whether the action fitted."""
        verb, element_id = action[0], action[1]
        wait = next((wait for wait in self.waits if wait.element_id == element_id), None)
        if wait is None:
            return False
        n = wait.n
        if verb == "do":
            self._move(lambda run: run.complete(n, {"answer": 1}))
        elif verb == "fire":
            self._move(lambda run: run.trigger(n))
        else:
            log = sorted(self._log.values(), key=lambda row: row.n)
            try:
                self._move(lambda run: run.rewind(log, n, [action[2]]))
            except InvalidInput:
                return False
        return True

    def _check(self, marking: dict[str, Any]) -> None:
        incidents = [wait.sentence for wait in self.waits if wait.kind is WaitKind.INCIDENT]
        if incidents:
            raise ViolationError(f"an incident: {incidents[0]}")
        open_now: Counter[str] = Counter()
        arrived: Counter[str] = Counter()
        for row in marking["t"]:
            facts = row[5] if len(row) > 5 else {}
            if row[2] == 8 and "via" in facts and "armed" not in facts:
                arrived[facts["via"]] += 1
            elif "armed" not in facts:
                open_now[row[1]] += 1
        handled = sum(open_now[name] for name in self._handlers)
        main = _tokens(self._block, open_now, arrived, handled)
        beside = handled + open_now["esp"]
        if self.ended and (main or beside or marking["t"]):
            raise ViolationError("tokens in an ended instance")
        if not self.ended and main + beside == 0:
            raise ViolationError("nothing is open, but the instance has not ended")
        if open_now["esp"] and not main and any(open_now[name] for name in self._block.names()):
            raise ViolationError("an interrupted process holds tokens")


def _tokens(block: Block, open_now: Counter[str], arrived: Counter[str], handled: int) -> int:
    """`handled`: open tasks of handlers beside the sequences."""
    if block.kind in ("user", "many"):
        if open_now[block.name] > 1:
            raise ViolationError(f"{block.name} is open twice")
        return open_now[block.name]
    inside = [_tokens(part, open_now, arrived, handled) for part in block.parts]
    if open_now[block.interrupter] and sum(inside):
        raise ViolationError(f"{block.interrupter} has interrupted {block.name}, but that holds {inside}")
    if block.kind == "split":
        inside = [tokens + arrived[flow] for tokens, flow in zip(inside, block.entrances, strict=True)]
        if len(set(inside)) > 1 or inside[0] > 1:
            raise ViolationError(f"the branches before {block.name} hold {inside}")
        return inside[0]
    if sum(inside) > 1:
        raise ViolationError("two tokens in one sequence")
    if block.kind != "scope":
        return sum(inside)
    # A handler beside the sequence may keep a sub-process open for a while.
    if sum(inside) > open_now[block.name] or (sum(inside) < open_now[block.name] and not handled):
        raise ViolationError(f"{block.name} is open {open_now[block.name]} times, but holds {sum(inside)}")
    return open_now[block.name]


PLAIN = ("user", "user", "parallel", "sub", "exclusive", "guarded_sub")
EVERYTHING = (*PLAIN, "inclusive", "guarded_user", "non_interrupting", "many", "many_sub", "loop", "event_sub")
MOST_STEPS = 24


def draw(seed: int, kinds: Sequence[str]) -> tuple[bytes, Block, list[str]]:
    generator = Generator(random.Random(seed), kinds)  # noqa: S311  # repeatable chance, no secret
    xml, block = generator.process()
    return xml, block, generator.handlers


def play(seed: int, kinds: Sequence[str], kept_by: type[Case] = Case) -> tuple[list[Action], ViolationError | None, int]:
    """The actions of a random story, what it violated, and how many returns it held."""
    xml, block, handlers = draw(seed, kinds)
    definition = parse(xml)[0]
    choose = random.Random(seed + 1_000_000)  # noqa: S311  # repeatable chance, no secret
    actions: list[Action] = []
    returns = 0
    try:
        case = kept_by(definition, block, handlers)
        for _ in range(MOST_STEPS):
            tasks = case.tasks()
            if not tasks:
                break
            action = _next_action(case, block, choose)
            actions.append(action)
            returns += case.play(action) and action[0] == "back"
        approve_all(case, actions)
    except ViolationError as violation:
        return actions, violation, returns
    return actions, None, returns


def _next_action(case: Case, block: Block, choose: random.Random) -> Action:
    task = choose.choice(case.tasks()).element_id
    events = [wait.element_id for wait in case.waits if wait.kind is WaitKind.MESSAGE]
    roll = choose.random()
    if roll < 0.35:
        passed = sorted(case.passed().intersection(block.names())) or block.names()
        return ("back", task, choose.choice(passed))
    if roll < 0.5 and events:
        return ("fire", choose.choice(events))
    return ("do", task)


def approve_all(case: Case, actions: list[Action]) -> None:
    for _ in range(300):
        tasks = case.tasks()
        if not tasks:
            break
        actions.append(("do", tasks[0].element_id))
        case.play(actions[-1])
    if not case.ended:
        raise ViolationError(f"stuck at {[(wait.element_id, wait.kind.value) for wait in case.waits]}")


def smallest(seed: int, kinds: Sequence[str], actions: Sequence[Action], kept_by: type[Case] = Case) -> list[Action]:
    """Fewer actions that still violate something."""
    xml, block, handlers = draw(seed, kinds)
    definition = parse(xml)[0]

    def fails(story: Sequence[Action]) -> bool:
        try:
            case = kept_by(definition, block, handlers)
            for action in story:
                case.play(action)
            approve_all(case, [])
        except ViolationError:
            return True
        return False

    kept = list(actions)
    for position in reversed(range(len(actions))):
        fewer = kept[:position] + kept[position + 1 :]
        if fails(fewer):
            kept = fewer
    return kept


def search(seeds: Sequence[int], kinds: Sequence[str]) -> tuple[str, int]:
    """The story of the smallest failure among `seeds` ("" when none fails), and the number of returns tried."""
    failures: list[tuple[int, int, list[Action], ViolationError]] = []
    returns = 0
    for seed in seeds:
        actions, violation, tried = play(seed, kinds)
        returns += tried
        if violation is not None:
            story = smallest(seed, kinds, actions)
            failures.append((len(draw(seed, kinds)[0]) + 200 * len(story), seed, story, violation))
    if not failures:
        return "", returns
    _, seed, story, violation = min(failures, key=lambda failure: failure[:2])
    told = "\n".join("  " + " ".join(action) for action in story)
    return (
        f"{len(failures)} of {len(seeds)} processes fail; seed {seed}: {violation}\n{told}\n{draw(seed, kinds)[0].decode()}",
        returns,
    )


def soak(minutes: float) -> None:
    """Random processes until the time is over; raises AssertionError with the smallest failing story."""
    until = time.monotonic() + minutes * 60
    first = random.SystemRandom().randrange(10**9)
    count = returns = 0
    while time.monotonic() < until:
        seeds = range(first + count, first + count + 100)
        failure, tried = search(seeds, EVERYTHING if count % 200 else PLAIN)
        assert not failure, failure
        count, returns = count + 100, returns + tried
    sys.stdout.write(f"{count} processes from seed {first}, {returns} returns: no violation\n")


if __name__ == "__main__":
    soak(float(sys.argv[1]))
