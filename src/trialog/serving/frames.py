"""Makes frames of what JSON holds: in one step where all is as the signature says, else as pandas reads it."""

from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter
from typing import Any, Final

from trialog.errors import UnreadableInput, require
from trialog.models.data_types import AnyType, Array, ColumnType, DataType, Map, Object, shown
from trialog.models.enforcement import enforce
from trialog.models.schema import ColSpec, Schema
from trialog.serving.bounds import check_records, check_width, fault_of
from trialog.serving.column_values import DTYPES, as_array, convert_column
from trialog.serving.frame_building import Build, frame_of_columns, frame_of_one_type
from trialog.serving.model_input import ModelInput, whole

_SPLIT_NAMES: Final = frozenset({"columns", "data", "index"})
# How many orders and choices of columns are remembered: clients of a model send one or a few.
_REMEMBERED: Final = 64
_Plan = Callable[[Sequence[Any], dict[str, Any] | None], ModelInput | None]


class FrameReader:
    """Makes frames as a schema says.

    Args:
        schema: What goes in; None if the model does not say.
    """

    def __init__(self, schema: Schema | None) -> None:
        self._schema = schema
        self._columns: dict[Any, ColumnType] = {}
        if schema is not None and schema.has_input_names() and not schema.is_tensor_spec():
            self._columns = {name: one.type for name, one in schema.input_dict().items()}
        only = schema.inputs[0] if schema is not None and len(schema) == 1 and not schema.has_input_names() else None
        self._takes_nested = isinstance(only, ColSpec) and isinstance(only.type, Array | Object | Map | AnyType)
        self._plans: dict[tuple[Any, ...], _Plan] = {}
        self._all = tuple(self._columns)
        self._row: Callable[[Any], Any] | None = _row_of(self._all)

    def read_split(self, content: Any, params: dict[str, Any] | None) -> ModelInput:
        """Return what stands under `dataframe_split`: lists `columns`, `data` and, if there is one, `index`.

        Args:
            content: What stands there.
            params: Parameters of the prediction, held against the signature already.

        Raises:
            UnreadableInput: It is no such thing (`input.frame_invalid`).
            InvalidParameter: It does not go with the signature.
        """
        if not isinstance(content, dict) or "data" not in content or not content.keys() <= _SPLIT_NAMES:
            found = ", ".join(map(shown, content)) if isinstance(content, dict) else shown(content)
            raise UnreadableInput(
                "input.frame_invalid",
                f"dataframe_split is to be an object with data, columns and perhaps index, but it is {found}.",
            )
        data, columns, index = content["data"], content.get("columns"), content.get("index")
        for one in (columns, data[0] if type(data) is list and data else None):
            self.check_width(one)
        if index is None and type(columns) is list and type(data) is list and data:
            given = self.of_lists(columns, data, params)
            if given is not None:
                return given
        return self._slowly(_rows(data), params, index=_labels(index, "index"), columns=_labels(columns, "columns"))

    def read_records(self, content: Any, params: dict[str, Any] | None) -> ModelInput:
        """Return what stands under `dataframe_records`: a list of objects, each a row.

        Args:
            content: What stands there.
            params: As for `read_split`.

        Raises:
            UnreadableInput: It is no such thing (`input.frame_invalid`).
            InvalidParameter: It does not go with the signature.
        """
        if not isinstance(content, list) or not all(isinstance(one, dict) for one in content):
            raise UnreadableInput(
                "input.frame_invalid", f"dataframe_records is to be a list of objects, but it is {shown(content)}."
            )
        given = self.of_nested(content, params) or self.of_rows(content, params)
        if given is not None:
            return given
        self.check_records(content)
        return self._slowly(content, params)

    def check_width(self, row: Any) -> None:
        """Refuse what has far more columns than the model knows; what has none by itself is not looked at.

        Args:
            row: Names of the columns, a row, or columns by name.

        Raises:
            UnreadableInput: It has (`input.frame_invalid`).
        """
        if isinstance(row, list | dict):
            check_width(len(row), len(self._columns))

    def check_records(self, content: Sequence[Mapping[str, Any]]) -> None:
        """Refuse objects, each a row, that make a huge table.

        Args:
            content: The objects.

        Raises:
            UnreadableInput: They do (`input.frame_invalid`).
        """
        names = len({name for one in content for name in one})
        check_width(names, len(self._columns))
        check_records(content, names)

    def of_nested(self, content: Sequence[Any], params: dict[str, Any] | None) -> ModelInput | None:
        """Return values for a model that takes one nameless column of objects or lists; None if it takes another thing.

        Args:
            content: The values, each an object or a list.
            params: As for `read_split`.

        Raises:
            InvalidParameter: They do not go with the signature.
        """
        if not self._takes_nested:
            return None
        pandas = require("pandas", extra="models")
        return self.checked(pandas.DataFrame({0: pandas.Series(content, dtype=object)}), params)

    def of_rows(self, content: Sequence[Any], params: dict[str, Any] | None) -> ModelInput | None:
        """Return the frame of objects, each a row, if nothing is unusual about them, and else None.

        Args:
            content: The objects.
            params: As for `read_split`.
        """
        if self._row is None or not content:
            return None
        try:
            rows = [self._row(one) for one in content]
        except (KeyError, TypeError, IndexError):
            # Optional columns are left out, or there is something else than objects.
            return None
        return self.of_lists(self._all, rows, params)

    def of_columns(self, content: Mapping[str, Any], params: dict[str, Any] | None) -> ModelInput | None:
        """Return the frame of lists by name, each a column, if nothing is unusual about them, and else None.

        Args:
            content: The lists.
            params: As for `read_split`.
        """
        columns = list(content.values())
        if not self._columns or not columns or not all(type(one) is list for one in columns):
            return None
        count = len(columns[0])
        if not count or any(len(one) != count for one in columns):
            return None
        return self.of_lists(tuple(content), list(zip(*columns, strict=True)), params)

    def of_lists(self, columns: Sequence[Any], rows: Sequence[Any], params: dict[str, Any] | None) -> ModelInput | None:
        """Return the frame of rows, each a list, if nothing is unusual about them, and else None.

        Args:
            columns: Names of the columns.
            rows: The rows.
            params: As for `read_split`.
        """
        key = tuple(columns)
        try:
            plan = self._plans.get(key) or self._plan(key)
        except TypeError:
            # A name that is a list is none.
            return None
        return None if plan is None else plan(rows, params)

    def _plan(self, columns: tuple[Any, ...]) -> _Plan | None:
        """Return what makes frames of rows with these columns; None if it takes a closer look."""
        if self._schema is None or not self._columns or len(set(columns)) != len(columns):
            return None
        found = {name: place for place, name in enumerate(columns)}
        if not found.keys() >= set(self._schema.required_input_names()):
            return None
        names = [name for name in self._columns if name in found]
        plan = self._plan_for(columns, names, [found[name] for name in names])
        # Names that the model does not know may be as long and as many as a body holds.
        if plan is not None and len(names) == len(columns):
            if len(self._plans) >= _REMEMBERED:
                self._plans.clear()
            self._plans[columns] = plan
        return plan

    def _plan_for(self, columns: tuple[Any, ...], names: list[Any], places: list[int]) -> _Plan | None:
        types = [self._columns[name] for name in names]
        layout = (self, tuple(names))
        if len(set(types)) == 1 and types[0] in DTYPES and len(names) == len(columns):
            order = None if places == list(range(len(columns))) else places
            return _block_plan(types[0], order, len(columns), frame_of_one_type(names), layout)
        if not all(one in DTYPES or one is DataType.string for one in types):
            return None
        return _column_plan(types, places, len(columns), frame_of_columns(names, types), layout)

    def _slowly(self, rows: list[Any], params: dict[str, Any] | None, **axes: Any) -> ModelInput:
        pandas = require("pandas", extra="models")
        try:
            frame = pandas.DataFrame(rows, **axes)
        except ValueError as error:
            # There are more or fewer names than columns or rows.
            raise UnreadableInput(
                "input.frame_invalid", f"The data cannot be made a frame: {fault_of(error)}."
            ) from error
        return self.checked(frame, params)

    def checked(self, frame: Any, params: dict[str, Any] | None) -> ModelInput:
        """Return a frame that was read as its columns are, brought into what the signature says.

        Args:
            frame: The frame.
            params: As for `read_split`.

        Raises:
            InvalidParameter: It does not go with the signature.
        """
        schema = self._schema
        if schema is None:
            return whole(frame, params, len(frame))
        if not schema.is_tensor_spec():
            frame = _converted(frame, schema)
        return whole(enforce(frame, schema), params, len(frame))


def _row_of(names: Sequence[Any]) -> Callable[[Any], Any] | None:
    match len(names):
        case 0:
            return None
        case 1:
            return lambda one: (one[names[0]],)
    return itemgetter(*names)


def _block_plan(expected: ColumnType, order: list[int] | None, width: int, build: Build, layout: Any) -> _Plan:
    def plan(rows: Sequence[Any], params: dict[str, Any] | None) -> ModelInput | None:
        block = as_array(rows, expected)
        if block is None or block.ndim != 2 or block.shape[1] != width:
            return None
        if order is not None:
            block = block[:, order]
        return ModelInput(params, len(block), build, (block,), layout)

    return plan


def _column_plan(types: list[ColumnType], places: list[int], width: int, build: Build, layout: Any) -> _Plan:
    def plan(rows: Sequence[Any], params: dict[str, Any] | None) -> ModelInput | None:
        try:
            if not all(len(row) == width for row in rows):
                return None
            columns = list(zip(*rows, strict=True))
        except TypeError:
            return None
        arrays = []
        for place, expected in zip(places, types, strict=True):
            array = as_array(columns[place], expected)
            if array is None or array.ndim != 1:
                return None
            arrays.append(array)
        return ModelInput(params, len(rows), build, arrays, layout)

    return plan


def _rows(data: Any) -> list[Any]:
    """Return rows as lists of one length; of one column, the values alone will do."""
    if not isinstance(data, list):
        raise UnreadableInput(
            "input.frame_invalid", f"The data of dataframe_split are to be a list of rows, but are {shown(data)}."
        )
    if not any(isinstance(row, list) for row in data):
        return [[value] for value in data]
    width = next(len(row) for row in data if isinstance(row, list))
    for place, row in enumerate(data):
        if not isinstance(row, list) or len(row) != width:
            raise UnreadableInput(
                "input.frame_invalid",
                f"The row {place} of dataframe_split is {shown(row)}, but others have {width} values.",
                row=place,
            )
    return data


def _labels(names: Any, what: str) -> list[Any] | None:
    if names is None or (isinstance(names, list) and not any(isinstance(one, list | dict) for one in names)):
        return names
    raise UnreadableInput(
        "input.frame_invalid", f"The {what} of dataframe_split are to be a list of names or numbers: {shown(names)}."
    )


def _converted(frame: Any, schema: Schema) -> Any:
    """Return a frame in which the columns that the schema names are of its types, as far as nothing is lost."""
    places = schema.input_dict() if schema.has_input_names() else dict(zip(frame.columns, schema, strict=False))
    if not frame.columns.is_unique:
        # Enforcement says which.
        return frame
    changed = {
        name: convert_column(frame[name], name, one.type)
        for name, one in places.items()
        if name in frame.columns and isinstance(one, ColSpec)
    }
    for name, column in changed.items():
        frame[name] = column
    return frame
