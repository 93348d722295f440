"""Other engines with the same ladder, each used as its documentation says is fastest; loading is not counted.

A peer is made from the rules and gives a function from a case, in the form in which the engine takes it, to the id of
the rule that decides. The modules are imported here, so that a peer that is not installed is left out.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import version as installed

from benchmarks.ladder.rules import Facts, Rule
from benchmarks.ladder.translate import (
    PYTHON,
    C,
    decision_table,
    infix,
    json_logic_ladder,
    python_ladder,
    rego_module,
    ternary_ladder,
)

Decide = Callable[[Facts], str]


@dataclass(frozen=True, slots=True)
class Peer:
    """`package` is what is installed; `explains` is whether the answer comes with a trace."""

    name: str
    package: str
    make: Callable[[Sequence[Rule]], Decide]
    explains: bool = False

    def version(self) -> str:
        return f"{self.package} {installed(self.package)}"


def evalidate(rules: Sequence[Rule]) -> Decide:
    import evalidate

    model = evalidate.base_eval_model.clone()
    model.nodes.extend(["IfExp", "In", "List"])
    whole = evalidate.Expr(python_ladder(rules), model=model)
    return lambda facts: whole.eval(None, facts)


def simpleeval_whole(rules: Sequence[Rule]) -> Decide:
    from simpleeval import EvalWithCompoundTypes

    text = python_ladder(rules)
    engine = EvalWithCompoundTypes()
    tree = engine.parse(text)

    def decide(facts: Facts) -> str:
        engine.names = facts
        return engine.eval(text, previously_parsed=tree)  # type: ignore[no-any-return]

    return decide


def simpleeval_rules(rules: Sequence[Rule]) -> Decide:
    from simpleeval import EvalWithCompoundTypes

    engine = EvalWithCompoundTypes()
    texts = [(rule.name, ast.unparse(rule.condition)) for rule in rules]
    kept = [(name, text, engine.parse(text)) for name, text in texts]

    def decide(facts: Facts) -> str:
        engine.names = facts
        return next(name for name, text, tree in kept if engine.eval(text, previously_parsed=tree))

    return decide


def datalogic(rules: Sequence[Rule]) -> Decide:
    import datalogic_py

    whole = datalogic_py.Engine().compile(json_logic_ladder(rules))
    return lambda facts: whole.evaluate(facts)


def datalogic_traced(rules: Sequence[Rule]) -> Decide:
    import datalogic_py

    engine, whole = datalogic_py.Engine(), json.dumps(json_logic_ladder(rules))
    return lambda facts: json.loads(engine.evaluate_with_trace(whole, json.dumps(facts)))["result"]


def zen_expression(rules: Sequence[Rule]) -> Decide:
    import zen

    whole = zen.compile_expression(ternary_ladder(rules, PYTHON))
    return lambda facts: whole.evaluate(facts)


def zen_rules(rules: Sequence[Rule]) -> Decide:
    import zen

    kept = [(rule.name, zen.compile_expression(infix(rule.condition, PYTHON))) for rule in rules]
    return lambda facts: next(name for name, one in kept if one.evaluate(facts))


def zen_table(rules: Sequence[Rule]) -> Decide:
    import zen

    decision = zen.ZenEngine().create_decision(json.dumps(decision_table(rules)))
    return lambda facts: decision.evaluate(facts)["result"]["rule"]


def zen_traced(rules: Sequence[Rule]) -> Decide:
    import zen

    decision = zen.ZenEngine().create_decision(json.dumps(decision_table(rules)))
    return lambda facts: decision.evaluate(facts, {"trace": True})["result"]["rule"]


def cel_rust(rules: Sequence[Rule]) -> Decide:
    import cel

    whole = cel.compile(ternary_ladder(rules, C))
    return lambda facts: whole.execute(facts)


def cel_cpp(rules: Sequence[Rule]) -> Decide:
    """It takes no more than 32 levels, so the ladder comes in parts, which share the converted facts."""
    from cel_expr_python import cel

    names = {node.id for rule in rules for node in ast.walk(rule.condition) if isinstance(node, ast.Name)}
    env = cel.NewEnv(variables=dict.fromkeys(sorted(names), cel.Type.DYN))
    never = Rule("", ast.Constant(True), ("", "", ""), ())
    parts = [env.compile(ternary_ladder([*rules[n : n + 14], never], C)) for n in range(0, len(rules), 14)]

    def decide(facts: Facts) -> str:
        converted = env.Activation(data=facts)
        return str(next(name for part in parts if (name := part.eval(converted).plain_value())))

    return decide


def rule_engine(rules: Sequence[Rule]) -> Decide:
    import rule_engine

    kept = [(rule.name, rule_engine.Rule(infix(rule.condition, PYTHON))) for rule in rules]
    return lambda facts: next(name for name, one in kept if one.matches(facts))


def rego(rules: Sequence[Rule]) -> Decide:
    import regopy

    engine = regopy.Interpreter()
    engine.add_module("policy", rego_module(rules))
    bundle = engine.build("data.policy.ladder")

    def decide(facts: Facts) -> str:
        engine.set_input(regopy.Input(facts))
        return json.loads(str(engine.query_bundle(bundle)))["expressions"][0]  # type: ignore[no-any-return]

    return decide


PEERS = (
    Peer("evalidate, one expression", "evalidate", evalidate),
    Peer("datalogic-py (JSONLogic, Rust)", "datalogic-py", datalogic),
    Peer("zen-engine, one expression", "zen-engine", zen_expression),
    Peer("zen-engine, one table", "zen-engine", zen_table),
    Peer("zen-engine, rule by rule", "zen-engine", zen_rules),
    Peer("simpleeval, one expression", "simpleeval", simpleeval_whole),
    Peer("simpleeval, rule by rule", "simpleeval", simpleeval_rules),
    Peer("CEL C++ (cel-expr-python)", "cel-expr-python", cel_cpp),
    Peer("CEL Rust (common-expression-language)", "common-expression-language", cel_rust),
    Peer("rule-engine, rule by rule", "rule-engine", rule_engine),
    Peer("Rego (regopy, rego-cpp)", "regopy", rego),
    Peer("zen-engine, one table, with its trace", "zen-engine", zen_traced, explains=True),
    Peer("datalogic-py, with its trace", "datalogic-py", datalogic_traced, explains=True),
)


def made(rules: Sequence[Rule], explaining: bool, left_out: dict[str, str]) -> Iterator[tuple[Peer, Decide]]:
    """The peers that are installed, with the ladder loaded; the others go to `left_out`, with the reason."""
    for peer in PEERS:
        if peer.explains is explaining:
            try:
                decide = peer.make(rules)
            except ModuleNotFoundError as missing:
                left_out[peer.name] = f"{missing.name} is not installed"
                continue
            yield peer, decide
