"""SavedModels without TensorFlow: a program with constants of text, variables, assets."""

from checkpoints import Bundle, field


def message(number, *values):
    """Some fields of one number."""
    return b"".join(field(number, value) for value in values)


def constant(words):
    """A node that is a constant list of texts."""
    tensor = message(1, 7) + message(8, *(word.encode() for word in words))
    attribute = message(1, b"value") + message(2, message(8, tensor))
    return message(1, b"keys") + message(2, b"Const") + message(5, attribute)


def program(words, other=("x", "y", "z")):
    """A program with one list in its graph, and another in a function of its."""
    function = message(3, constant(other))
    graph = message(1, message(2, b"NoOp"), constant(words)) + message(2, message(1, function))
    return message(1, 1) + message(2, message(2, graph))


def saved_model(folder, tables, words=(), assets=None):
    """Write a SavedModel."""
    (folder / "variables").mkdir(parents=True)
    bundle = Bundle()
    for name, table in tables.items():
        bundle.add(f"{name}/.ATTRIBUTES/VARIABLE_VALUE", table)
    bundle.save(folder / "variables" / "variables")
    (folder / "saved_model.pb").write_bytes(program(words))
    for name, text in (assets or {}).items():
        (folder / "assets").mkdir(exist_ok=True)
        (folder / "assets" / name).write_text(text)
    return folder
