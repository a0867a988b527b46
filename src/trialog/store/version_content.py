"""What the files of versions say, apart from the rows that lists are made from.

A signature may be large, and each copy of a version has that of its original: it is kept once for all that share it.
"""

from hashlib import sha256
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, delete, exists, literal, select

from trialog.entities import ModelContent
from trialog.store.registry_tables import model_signatures, model_version_tags, model_versions
from trialog.store.sets import is_one_of
from trialog.store.upserts import insert_missing

_flavors = msgspec.json.Decoder(tuple[str, ...])


def store_content(connection: Connection, content: ModelContent) -> dict[str, Any]:
    """Keep what the files of a new version say, and return the values of its row that stand for it.

    Args:
        connection: Inside the writing transaction that registers it.
        content: What they say.
    """
    digest = None
    if content.signature is not None:
        digest = sha256(content.signature.encode("utf-8", "surrogatepass")).hexdigest()
        insert_missing(connection, model_signatures, [(digest, content.signature)])
    flavors = msgspec.json.encode(content.flavors).decode()
    return {"signature": digest, "flavors": flavors, "size_bytes": content.size_bytes}


def load_content(connection: Connection, number: int) -> ModelContent:
    """Return what the files of a version say.

    Args:
        connection: Where to read.
        number: The version's number of the store's own.
    """
    tables = model_versions.outerjoin(model_signatures, model_signatures.c.digest == model_versions.c.signature)
    said = select(model_signatures.c.content, model_versions.c.flavors, model_versions.c.size_bytes).select_from(tables)
    signature, flavors, size_bytes = connection.execute(said.where(model_versions.c.id == number)).one()
    return ModelContent(signature, _flavors.decode(flavors), size_bytes)


def delete_versions(connection: Connection, theirs: ColumnElement[bool]) -> None:
    """Remove versions with their tags, and the signatures that no other version has.

    Args:
        connection: Inside a writing transaction.
        theirs: Condition of their rows.
    """
    numbers = select(model_versions.c.id).where(theirs)
    signature = model_versions.c.signature
    digests = connection.scalars(select(signature).where(theirs, signature.is_not(None)).distinct()).all()
    connection.execute(delete(model_version_tags).where(model_version_tags.c.model_version.in_(numbers)))
    connection.execute(delete(model_versions).where(theirs))
    used = exists(select(literal(1)).where(signature == model_signatures.c.digest))
    connection.execute(delete(model_signatures).where(is_one_of(model_signatures.c.digest, digests), ~used))
