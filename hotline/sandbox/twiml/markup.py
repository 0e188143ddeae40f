"""XML into elements that know their line. No document types and so no entities of their own."""

from __future__ import annotations

from dataclasses import dataclass, field
from xml.parsers import expat

from hotline.sandbox.problems import Code, TwimlError


@dataclass(slots=True)
class Element:
    """A tag with its attributes; `content` keeps text and children in their order."""

    tag: str
    attributes: dict[str, str]
    line: int
    content: list[Element | str] = field(default_factory=list)

    @property
    def children(self) -> list[Element]:
        return [part for part in self.content if isinstance(part, Element)]

    @property
    def own_text(self) -> str:
        """The text directly in this element, white space reduced to single blanks."""
        return " ".join("".join(p for p in self.content if isinstance(p, str)).split())


def read(document: bytes) -> Element:
    """The root element. Raises TwimlError (12100) for what is not well-formed XML."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    stack = [Element("", {}, 0)]

    def start(tag: str, attributes: dict[str, str]) -> None:
        element = Element(tag, attributes, parser.CurrentLineNumber)
        stack[-1].content.append(element)
        stack.append(element)

    def end(_tag: str) -> None:
        stack.pop()

    def text(characters: str) -> None:
        stack[-1].content.append(characters)

    def refuse(*_args: object) -> None:
        raise TwimlError(Code.NOT_XML, "a document type is not allowed in TwiML")

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(document, True)
    except expat.ExpatError as error:
        raise TwimlError(Code.NOT_XML, f"document parse failure: {error}") from None
    return stack[0].children[0]
