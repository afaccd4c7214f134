"""CPU of one completion in a loop around a parallel block, at the 10th and at the 1,000th turn.

Each completion loads the marking from JSON, moves, and puts it away again, as a command does; the log is rows and not read.
`python -m benchmarks.loop_cost` prints a table; the last column must not grow.
"""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime

from engine.bpmn.parse import parse
from engine.bpmn.run import Run, State, World
from engine.bpmn.waits import WaitKind

TURNS = 1_000
WINDOW = 10
DIAGRAM = """<definitions id="defs"
 xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0">
<process id="loop" isExecutable="true">
  <startEvent id="s"/><exclusiveGateway id="top"/><parallelGateway id="fork"/><userTask id="a"/><userTask id="b"/>
  <parallelGateway id="join"/>
  <scriptTask id="count">
    <extensionElements><zeebe:script expression="=n + 1" resultVariable="n"/></extensionElements>
  </scriptTask>
  <exclusiveGateway id="again" default="out"/><endEvent id="e"/>
  <sequenceFlow id="f1" sourceRef="s" targetRef="top"/><sequenceFlow id="f2" sourceRef="top" targetRef="fork"/>
  <sequenceFlow id="f3" sourceRef="fork" targetRef="a"/><sequenceFlow id="f4" sourceRef="fork" targetRef="b"/>
  <sequenceFlow id="f5" sourceRef="a" targetRef="join"/><sequenceFlow id="f6" sourceRef="b" targetRef="join"/>
  <sequenceFlow id="f7" sourceRef="join" targetRef="count"/><sequenceFlow id="f8" sourceRef="count" targetRef="again"/>
  <sequenceFlow id="back" sourceRef="again" targetRef="top">
    <conditionExpression>=n &lt; turns</conditionExpression>
  </sequenceFlow>
  <sequenceFlow id="out" sourceRef="again" targetRef="e"/>
</process></definitions>"""
WORLD = World(datetime(2026, 1, 1, tzinfo=UTC))


def main() -> None:
    definition = parse(DIAGRAM.encode())[0]
    run = Run(definition, WORLD)
    run.begin({"n": 0, "turns": TURNS})
    state = run.state()
    seconds: list[float] = []
    sizes: list[int] = []
    for _ in range(TURNS):
        started = time.process_time()
        for _ in range(2):
            text = json.dumps(state.marking)
            run = Run(definition, WORLD, State(json.loads(text), state.variables))
            run.complete(next(wait.n for wait in run.open_waits() if wait.kind is WaitKind.USER_TASK), {})
            run.drain()
            state = run.state()
        seconds.append((time.process_time() - started) / 2)
        sizes.append(len(json.dumps(state.marking)))
    print("turn   ms CPU per completion   marking, bytes")
    for turn in (10, 100, TURNS):
        window = seconds[turn - WINDOW : turn]
        print(f"{turn:>5}   {min(window) * 1000:>21.3f}   {sizes[turn - 2]:>14}")
    assert run.is_over


if __name__ == "__main__":
    main()
