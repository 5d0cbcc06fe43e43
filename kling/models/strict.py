"""How a request is built: whatever breaks a rule of the documentation raises `InvalidInput` at once.

pydantic's own error, which may quote what was given, never leaves this file.
"""

import difflib
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from operator import index
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from kling.addresses import web_address
from kling.errors import InvalidInput

PROMPT_LENGTH = 2500
_LARGEST = 2**63


def whole_number(value: Any) -> int:
    """An id as an int: from an int, or from the digits a table keeps it as. Never from a float or a bool."""
    if isinstance(value, str) and re.fullmatch(r"\s*-?[0-9]{1,19}\s*", value):
        value = int(value)
    if isinstance(value, bool) or not hasattr(value, "__index__"):
        raise ValueError("must be a whole number")
    number = index(value)
    if not -_LARGEST <= number < _LARGEST:
        raise ValueError("is too large a number")
    return number


def _not_bool(value: Any) -> Any:
    return index(value) if hasattr(value, "__index__") and not isinstance(value, bool) else value


def _web_link(value: str) -> str:
    address = web_address(value)
    if address is None:
        raise ValueError("must be a link that starts with http:// or https://")
    return address


def _seconds_as_text(value: Any) -> Any:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


Id = Annotated[int, BeforeValidator(whole_number)]
SecondsText = BeforeValidator(_seconds_as_text)
Link = Annotated[str, AfterValidator(_web_link)]
Words = Annotated[str, Field(max_length=PROMPT_LENGTH)]
Count = Annotated[int, BeforeValidator(_not_bool)]


class Request(BaseModel):
    """A body to send. What was not given, or given as None, is not sent."""

    model_config = ConfigDict(
        strict=True,
        extra="forbid",
        frozen=True,
        validate_by_name=True,
        validate_by_alias=True,
        use_attribute_docstrings=True,
        hide_input_in_errors=True,
    )

    def __init__(self, **values: Any) -> None:
        with _refusing(type(self)):
            super().__init__(**_by_name(type(self), values))

    @classmethod
    def model_validate(cls, obj: Any, **options: Any) -> Self:
        """As the constructor, from a mapping."""
        with _refusing(cls):
            return super().model_validate(obj, **options)

    @classmethod
    def model_validate_json(cls, json_data: str | bytes | bytearray, **options: Any) -> Self:
        """As the constructor, from the text of a body."""
        with _refusing(cls):
            return super().model_validate_json(json_data, **options)

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """The same with other values, which are held to the rules as well."""
        return type(self)(**{**self.model_dump(exclude_unset=True), **(update or {})})

    def __setattr__(self, name: str, value: Any) -> None:
        raise InvalidInput("A request does not change once it is made.", name)

    @classmethod
    def help(cls, field: str) -> str:
        """The plain words about a field, for the person who fills in the form."""
        return (cls.model_fields[field].description or "").replace("\n", " ")

    @classmethod
    def label(cls, field: str) -> str:
        """What a person calls the field."""
        return cls.model_fields[field].title or field.replace("_", " ").capitalize()

    def to_wire(self) -> dict[str, Any]:
        """The body, by the wire's names."""
        return self.model_dump(by_alias=True, exclude_unset=True)


_SENTENCES = {
    "missing": "{label} is missing.",
    "string_too_long": "{label} may have at most {max_length} characters.",
    "string_too_short": "{label} must not be empty.",
    "greater_than_equal": "{label} must be at least {ge}.",
    "less_than_equal": "{label} must be at most {le}.",
    "literal_error": "{label} must be {expected}.",
    "bool_type": "{label} must be yes or no.",
    "int_type": "{label} must be a whole number.",
    "string_type": "{label} must be a text.",
    "value_error": "{label} {error}.",
}


@contextmanager
def _refusing(model: type[Request]) -> Iterator[None]:
    """pydantic's error becomes ours. Its text, which may quote what was given, goes no further."""
    try:
        yield
    except ValidationError as error:
        raise _refusal(model, error) from None


def _refusal(model: type[Request], error: ValidationError) -> InvalidInput:
    problem = error.errors(include_url=False, include_input=False)[0]
    name = next((part for part in problem["loc"] if isinstance(part, str)), None)
    field = _names(model).get(name, name) if name else None
    label = model.label(field) if field in model.model_fields else "The request"
    sentence = _SENTENCES.get(problem["type"], "{label} cannot be used as it was given.")
    return InvalidInput(sentence.format(label=label, **problem.get("ctx", {})), field)


def _by_name(model: type[Request], values: dict[str, Any]) -> dict[str, Any]:
    """The given values by their Python names; a name that is not known, or given twice, is refused."""
    names = _names(model)
    named: dict[str, Any] = {}
    for given, value in values.items():
        if given not in names:
            raise InvalidInput(f"There is no `{given[:80]}` here.{_suggestion(given, names)}", given)
        if names[given] in named:
            raise InvalidInput(f"{model.label(names[given])} is given twice.", names[given])
        if value is not None:
            named[names[given]] = value
    return named


def _names(model: type[Request]) -> dict[str, str]:
    """Python name of every name a field goes by."""
    fields = model.model_fields.items()
    return {name: name for name, _ in fields} | {field.alias or name: name for name, field in fields}


def _suggestion(given: str, names: dict[str, str]) -> str:
    close = difflib.get_close_matches(given, names, n=1)
    return f" Did you mean `{close[0]}`?" if close else ""
