"""What a template declares and uses: twice, never, without a description; and what its modules are given."""

from collections import Counter
from collections.abc import Iterator
from typing import Final

from tools.infra_check import functions, kinds, tree
from tools.infra_check.bodies import Bodies
from tools.infra_check.inference import Inference, calls, names
from tools.infra_check.project import Project
from tools.infra_check.tree import Declaration, Finding, Template

_SCOPES: Final = ("resourceGroup", "subscription", "managementGroup", "tenant")


def check(project: Project, template: Template) -> Iterator[Finding]:
    """Yield what is wrong with one template."""
    yield from template.findings
    if template.scope not in _SCOPES:
        place = tree.Place(file=template.file, line=1, column=1)
        yield Finding(place, f"targetScope {template.scope!r} is none of {', '.join(_SCOPES)}")
    inference = Inference(project, template)
    bodies = Bodies(inference)
    for declared in template.declarations:
        yield from _declaration(template, declared)
        _expressions(inference, declared)
        if declared.sort == "resource":
            bodies.check(declared)
        if declared.sort == "module":
            _module(project, template, declared, inference)
        if declared.sort in {"param", "output"} and declared.value:
            _fits(inference, declared)
    yield from inference.findings
    yield from _names(template, inference.used)


def _names(template: Template, used: set[str]) -> Iterator[Finding]:
    counted = Counter(each.name for each in template.declarations if each.sort != "output")
    for each in template.declarations:
        if each.sort != "output" and counted[each.name] > 1:
            yield Finding(each.place, f"{each.name} is declared twice")
        unused = each.sort in {"param", "var"} or (each.sort == "resource" and each.existing)
        if unused and each.name not in used:
            yield Finding(each.place, f"{each.sort} {each.name} is never used")


def _declaration(template: Template, declared: Declaration) -> Iterator[Finding]:
    if declared.sort in {"param", "output"} and not declared.decorator("description"):
        yield Finding(declared.place, f"{declared.name} has no description")
    if declared.sort in {"param", "output"} and not kinds.is_declared(declared.kind):
        yield Finding(declared.place, f"{declared.kind} is no type that this check knows")
    for each in declared.decorators:
        if functions.DECORATORS.get(each.name) != len(each.arguments):
            yield Finding(each.place, f"@{each.name} is no decorator, or not with these arguments")
    if declared.sort == "resource" and template.scope == "subscription":
        if declared.kind.startswith("Microsoft.Resources/resourceGroups@"):
            return
        yield Finding(declared.place, "a resource of a group, in a file for a subscription")


def _expressions(inference: Inference, declared: Declaration) -> None:
    if declared.value is None:
        return
    inference.kind(declared.value)
    if declared.sort != "param":
        for each in calls(declared.value):
            if each.name in functions.ONLY_IN_DEFAULTS:
                inference.say(each, f"{each.name}() may stand in the default of a parameter alone")
    if any(each.name == declared.name for each in names(declared.value)):
        inference.say(declared.value, f"{declared.name} refers to itself")


def _fits(inference: Inference, declared: Declaration) -> None:
    if declared.value is None:
        return
    found = Inference(inference.project, inference.template).kind(declared.value)
    if not found.fits({kinds.of_declared(declared.kind).name}):
        inference.say(declared.value, f"{declared.name} is {declared.kind}, this is {found.name}")
    if declared.sort == "param":
        allowed(inference, declared, declared.value)


def allowed(inference: Inference, parameter: Declaration, value: tree.Node) -> None:
    """Note a literal that the decorators of a parameter do not allow."""
    if isinstance(value, tree.Choice):
        allowed(inference, parameter, value.yes)
        allowed(inference, parameter, value.no)
    literal = value.literal if isinstance(value, tree.Text) else None
    number = value.value if isinstance(value, tree.Literal) else None
    given = literal if literal is not None else number
    if given is None or isinstance(given, bool):
        return
    listed = parameter.decorator("allowed")
    if listed and given not in _values(listed):
        inference.say(value, f"{parameter.name} may not be {given!r}")
    size = given if isinstance(given, int) else len(given)
    bounds = ("minValue", "maxValue") if isinstance(given, int) else ("minLength", "maxLength")
    for name, wrong in zip(bounds, (-1, 1), strict=True):
        bound = _number(parameter, name)
        if bound is not None and (size - bound) * wrong > 0:
            inference.say(value, f"{parameter.name}: {name} is {bound}")


def _values(listed: tree.Call) -> list[object]:
    first = listed.arguments[0] if listed.arguments else None
    items = first.items if isinstance(first, tree.Array) else ()
    return [
        each.literal if isinstance(each, tree.Text) else getattr(each, "value", None)
        for each in items
    ]


def _number(parameter: Declaration, name: str) -> int | None:
    found = parameter.decorator(name)
    first = found.arguments[0] if found and found.arguments else None
    value = first.value if isinstance(first, tree.Literal) else None
    return value if isinstance(value, int) else None


def _module(
    project: Project,
    template: Template,
    declared: Declaration,
    inference: Inference,
) -> None:
    target = project.module(template, declared)
    body = declared.body
    if target is None or body is None:
        problem = "has no body" if target else f"leads to no file: {declared.kind}"
        inference.findings.append(Finding(declared.place, f"module {declared.name} {problem}"))
        return
    for each in body.properties:
        if each.key not in {"name", "scope", "params", "dependsOn"}:
            inference.findings.append(Finding(each.place, f"{each.key} is nothing of a module"))
    if target.scope != template.scope and body.get("scope") is None:
        text = f"module {declared.name} is for a {target.scope}: it needs a scope"
        inference.findings.append(Finding(declared.place, text))
    _parameters(target, declared, body, inference)


def _parameters(
    target: Template,
    declared: Declaration,
    body: tree.Object,
    inference: Inference,
) -> None:
    params = body.get("params")
    given = (
        {each.key: each for each in params.properties} if isinstance(params, tree.Object) else {}
    )
    known = {each.name: each for each in target.all("param")}
    for name in sorted(set(map(str, given)) - set(known)):
        inference.findings.append(Finding(given[name].place, f"{target.file} takes no {name}"))
    for name, parameter in known.items():
        if name not in given:
            if parameter.value is None:
                text = f"module {declared.name} is not given {name}"
                inference.findings.append(Finding(declared.place, text))
            continue
        value = given[name].value
        found = Inference(inference.project, inference.template).kind(value)
        if not found.fits({kinds.of_declared(parameter.kind).name}):
            inference.say(value, f"{name} is {parameter.kind}, this is {found.name}")
        allowed(inference, parameter, value)
