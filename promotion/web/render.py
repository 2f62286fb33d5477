"""Templates to HTML. Jinja2 is loaded with the first page, so that functions without pages never pay for it."""

import datetime as dt
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from promotion import __version__
from promotion.web import entries, text, words
from promotion.web.offers import OFFERS
from promotion.web.pages.static import stylesheet_path

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

_TEMPLATES: Final = Path(__file__).parent / "templates"


def render(template: str, **values: Any) -> str:  # noqa: ANN401 -- what a template is given
    """Return a template filled in.

    Raises:
        jinja2.UndefinedError: the template names a value that it was not given.
    """
    return _environment().get_template(template).render(**values)


@cache
def _environment() -> "Environment":
    import jinja2  # noqa: PLC0415 -- loaded with the first page, as the module says

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        finalize=_finalized,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {"stylesheet": stylesheet_path(), "version": __version__}
    environment.filters |= {
        "named": named,
        "exact": exact,
        "sentence": sentence,
        "lines": lines,
        "plain": text.plain,
        "size": text.size,
        "counted": text.counted,
        "offer_words": OFFERS.__getitem__,
        "state_words": words.state_of,
        "who": entries.who,
        "moment": moment,
        "digest": text.short_digest,
    }
    return environment


def named(value: str) -> "Markup":
    """Return a name from outside: isolated from the direction of its surroundings, nothing unseen in it."""
    return _marked(value, lines=False)


def lines(value: str) -> "Markup":
    """Return a text of several lines from outside, as `named`, with its line breaks."""
    return _marked(value, lines=True)


def exact(value: str) -> "Markup":
    """Return a text as it is, for fields that a form sends back."""
    from markupsafe import escape  # noqa: PLC0415 -- comes with jinja2

    return escape(value)


def sentence(pattern: str, **names: str) -> "Markup":
    """Return a sentence of this app with names from outside put in, each as `named` shows it."""
    from markupsafe import Markup, escape  # noqa: PLC0415 -- comes with jinja2

    return Markup(escape(pattern)).format(**{key: named(value) for key, value in names.items()})  # noqa: S704 -- escaped in this line


def moment(value: dt.datetime, now: dt.datetime, *, full: bool = False) -> "Markup":
    """Return a time in relative words, with the exact one in UTC beside (`full`) or behind them."""
    from markupsafe import Markup  # noqa: PLC0415 -- comes with jinja2

    stamp = value.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")
    exact, near = text.exact(value), text.relative(value, now)
    words = Markup('{} <span class="soft">({})</span>').format(exact, near) if full else near
    return Markup('<time datetime="{}" title="{}">{}</time>').format(stamp, exact, words)


def _finalized(value: object) -> object:
    # The last word on every `{{ }}`: a text that no filter has looked at shows nothing unseen either.
    if isinstance(value, str) and not hasattr(value, "__html__"):
        return text.plain(value)
    return value


def _marked(value: str, *, lines: bool) -> "Markup":
    from markupsafe import Markup  # noqa: PLC0415 -- comes with jinja2

    code = Markup('<span class="unseen" title="{}">{}</span>')
    parts = [
        code.format(text.explained(part), part) if unseen else Markup("{}").format(part)
        for part, unseen in text.pieces(value, lines=lines)
    ]
    return Markup("<bdi>{}</bdi>").format(Markup("").join(parts))
