"""What a file's name alone says: scripts, build files, programs, credentials, and paths that lead away.

Knows no content. Names are compared in lower case, as file systems and loaders may do.
"""

import re
import unicodedata
from typing import Final

import msgspec


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


class NameRule(msgspec.Struct, frozen=True):
    """A rule that a name breaks, and why."""

    rule: str
    message: str


_SCRIPTS: Final = _words(
    "py pyw pyi pyx pxd pxi pyz pyzw ipy sh bash zsh fish csh ksh ps1 psm1 psd1 bat cmd vbs vbe wsf hta js mjs cjs ts"
    " jsx tsx rb pl pm php lua r jl scala groovy kts java kt go rs c cc cpp cxx h hpp cu cl m swift tcl awk sed sql"
    " xsl xslt cmake gradle ninja bzl tf nix reg inf scpt applescript command service desktop cfn hcl j2 el vim")  # fmt: skip
_PROGRAMS: Final = _words(
    "so dll dylib exe com scr sys ocx pyd pyc pyo o a lib obj elf bin.exe msi deb rpm apk dmg pkg jar war ear class"
    " dex whl egg node wasm ko bc ll ptx cubin fatbin")  # fmt: skip
_ACTIVE: Final = _words(
    "html htm xhtml svg mht mhtml swf pdf doc docm xls xlsm ppt pptm rtf lnk url webloc"
)
_CREDENTIALS: Final = _words("pem key pfx p12 jks keystore kdbx ppk ovpn kubeconfig asc gpg pgp")

_BUILD_FILES: Final = _words(
    "setup.py setup.cfg pyproject.toml makefile gnumakefile dockerfile containerfile jenkinsfile vagrantfile rakefile"
    " cmakelists.txt tox.ini noxfile.py justfile procfile docker-compose.yml docker-compose.yaml compose.yml compose.yaml"
    " meson.build build.xml pom.xml build.gradle package.json meta.yaml conda-build.yaml poetry.toml uv.toml pip.conf"
    " pip.ini .condarc condarc .pydistutils.cfg .npmrc .yarnrc azure.yaml azure-pipelines.yml .gitlab-ci.yml .bashrc"
    " .profile .bash_profile .zshrc .envrc manifest.in pipfile pipfile.lock poetry.lock uv.lock entry_points.txt pixi.toml"
    " cargo.toml go.mod gemfile modelfile .pre-commit-config.yaml .pre-commit-config.yml .travis.yml action.yml")  # fmt: skip
#: Folders of tools that run what lies in them.
_TOOL_FOLDERS: Final = _words(
    ".git .github .gitlab .circleci .devcontainer .vscode .idea .husky .ipython .jupyter .cargo"
)
_CREDENTIAL_FILES: Final = _words(
    "id_rsa id_dsa id_ecdsa id_ed25519 .netrc _netrc .pypirc .env .git-credentials .htpasswd .pgpass .dockercfg"
    " .dockerconfigjson credentials kubeconfig accesstokens.json azureprofile.json msal_token_cache.json"
    " application_default_credentials.json local.settings.json .boto .s3cfg .databrickscfg secrets.yaml secrets.yml"
    " secrets.json secrets.toml authorized_keys")  # fmt: skip
_CREDENTIAL_FOLDERS: Final = _words(".ssh .aws .azure .kube .docker .gnupg .streamlit")

#: Names without an extension that are plain text in models.
PLAIN_NAMES: Final = _words(
    "license licence copying notice readme authors changelog version mlmodel .gitattributes .gitignore .amlignore"
    " .dockerignore checkpoint _success manifest citation py.typed")  # fmt: skip

_LONGEST_PATH: Final = 1_024
_DRIVE: Final = re.compile(r"[A-Za-z]:")


def path_problem(name: str) -> str | None:
    """Return why a member's name must not be unpacked, or nothing when it is a plain relative path."""
    if not name or name != name.strip(" ") or len(name) > _LONGEST_PATH:
        return "is empty, too long, or has spaces at its ends"
    if name.startswith("/") or _DRIVE.match(name):
        return "is an absolute path"
    if "\\" in name:
        return "has a backslash, which some systems take for a folder separator"
    if any(part in {"..", ".", ""} for part in name.removesuffix("/").split("/")):
        return "has empty parts or parts that lead to another folder"
    if any(unicodedata.category(character) in {"Cc", "Cf", "Cs", "Zl", "Zp"} for character in name):
        return "has characters that cannot be seen"
    return None


def extension(base: str) -> str:
    """Return what follows the last dot, in lower case; empty when there is no dot but a leading one."""
    head, dot, tail = base.lower().rpartition(".")
    return tail if dot and head else ""


#: Extensions, the rule that they break, and why.
_BY_EXTENSION: Final = (
    (_CREDENTIALS, "credential-file", "A .{} file holds keys."),
    (_words("ipynb"), "notebook", "A notebook holds code, and outputs with data in them."),
    (_SCRIPTS, "script", "A .{} file is source code."),
    (_PROGRAMS, "native-code", "A .{} file is a program, a library, or a package of code."),
    (_ACTIVE, "active-content", "A .{} file can hold scripts or macros."),
)


def name_rule(name: str) -> NameRule | None:
    """Return the rule that a file's name breaks, or nothing."""
    base = name.rpartition("/")[2].lower()
    if base in _CREDENTIAL_FILES or base.startswith(".env."):
        return NameRule("credential-file", f"{base} is a name that credentials are kept under.")
    folders = set(name.lower().split("/")[:-1])
    if folders & _CREDENTIAL_FOLDERS:
        return NameRule("credential-file", "It lies in a folder that credentials are kept in.")
    if base in _BUILD_FILES or base.startswith("dockerfile.") or folders & _TOOL_FOLDERS:
        return NameRule(
            "build-file", f"{base} steers tools that run code or choose where code comes from."
        )
    # A library's version can follow its extension: libfoo.so.1.
    ending = "so" if ".so." in base else extension(base)
    for endings, rule, message in _BY_EXTENSION:
        if ending in endings:
            return NameRule(rule, message.format(ending))
    return None
