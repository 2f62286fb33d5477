"""Route templates: what they match, which goes first, what is refused."""

import pytest

from sandbox.functions_host.routes import Template

_BOOK = "books/{isbn:regex(^\\d{{3}}-(a|b):x/?$)}"


@pytest.mark.parametrize(
    ("template", "path", "values"),
    [
        ("", "", {}),
        ("a/b", "a/b", {}),
        ("a/b", "A/B", {}),
        ("a/b", "a", None),
        ("a/b", "a/b/c", None),
        ("{id}", "x", {"id": "x"}),
        ("{id}", "", None),
        ("a/{id?}", "a", {}),
        ("a/{id?}", "a/1", {"id": "1"}),
        ("a/{id:int?}", "a", {}),
        ("a/{id:int?}", "a/x", None),
        ("a/{id=7}", "a", {"id": "7"}),
        ("a/{id=7}/{more?}", "a", {"id": "7"}),
        ("a/{*rest}", "a", {}),
        ("a/{*rest}", "a/b/c", {"rest": "b/c"}),
        ("a/{**rest}", "a/b", {"rest": "b"}),
        ("{name}.{ext}", "file.tar.gz", {"name": "file", "ext": "tar.gz"}),
        ("v{major:int}-x", "v12-x", {"major": "12"}),
        ("v{major:int}-x", "vv-x", None),
        ("{nothing:maxlength(0)?}", "", {}),
        ("{nothing:maxlength(0)?}", "x", None),
        (_BOOK, "books/123-a:x", {"isbn": "123-a:x"}),
        (_BOOK, "books/12-a:x", None),
    ],
)
def test_a_template_matches(template: str, path: str, values: dict[str, str] | None) -> None:
    parts = path.split("/") if path else []

    assert Template.parse(template).match(parts) == values


@pytest.mark.parametrize(
    ("constraint", "takes", "refuses"),
    [
        ("int", "-12", "12.5"),
        ("int", "2147483647", "2147483648"),
        ("int", "0", "\u0663"),
        ("long", "9223372036854775807", "9223372036854775808"),
        ("bool", "TRUE", "yes"),
        ("guid", "0f8fad5b-d9cb-469f-a165-70867728950e", "0f8fad5b"),
        ("datetime", "2026-03-01T12:00", "soon"),
        ("decimal", "1.5", "x"),
        ("double", "1e3", "x"),
        ("float", "1.5", "x"),
        ("alpha", "abc", "a1"),
        ("length(3)", "abc", "ab"),
        ("length(2,3)", "ab", "abcd"),
        ("minlength(2)", "ab", "a"),
        ("maxlength(2)", "ab", "abc"),
        ("min(5)", "5", "4"),
        ("max(5)", "5", "6"),
        ("range(5,7)", "7", "8"),
        ("required", "x", ""),
        ("int:min(3)", "3", "2"),
    ],
)
def test_a_constraint_takes_some_values(constraint: str, takes: str, refuses: str) -> None:
    template = Template.parse(f"{{x:{constraint}}}")

    assert template.match([takes]) == {"x": takes}
    assert template.match([refuses]) is None


def test_the_more_specific_template_goes_first() -> None:
    texts = ["a/{*rest}", "a/{*rest:int}", "a/{id}", "a/{id:int}", "a/b"]

    ordered = sorted(map(Template.parse, texts), key=lambda template: template.precedence)

    assert [template.text for template in ordered] == texts[::-1]


def test_templates_that_match_the_same_paths_have_one_shape() -> None:
    def shape(text: str) -> str:
        return Template.parse(text).shape

    assert shape("a/{id}") == shape("A/{name}")
    assert shape("a/{id:int}") != shape("a/{id:guid}")
    assert shape("a/{id}") != shape("b/{id}")


@pytest.mark.parametrize(
    ("template", "reason"),
    [
        ("a//b", "a segment is empty"),
        ("a/{b", "the braces do not match"),
        ("a/b}", "the braces do not match"),
        ("}a{", "outside of a parameter"),
        ("a/{}", "has no name"),
        ("a/{id:odd}", "no route constraint 'odd'"),
        ("a/{id:range(7,5)}", "7 is more than 5"),
        ("a/{id:length(x)}", "invalid literal"),
        ("a/{id:regex([)}", "regex([)"),
        ("a/{id?}/b", "an optional parameter must be at the end"),
        ("a/{*rest}/b", "a catch-all parameter must be the last segment"),
        ("{a}/{A}", "two parameters have the same name"),
        ("a/*", "outside of a parameter"),
    ],
)
def test_a_bad_template_is_refused_with_its_reason(template: str, reason: str) -> None:
    with pytest.raises(ValueError, match="route ") as refused:
        Template.parse(template)

    assert reason in str(refused.value)
