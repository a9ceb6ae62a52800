"""Debian's Firefox for Playwright: between them, answering for Firefox what an older one does not know yet.

Playwright drives an unpatched Firefox by WebDriver BiDi (its channel ``moz-firefox``), but begins every context with
commands that Firefox ESR lacks. Run in place of Firefox, this starts it, passes every message on, answers the
commands in UNKNOWN with success, and gives downloads a name. Prints, as Firefox does, where it listens.
"""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
import sys
import threading

from websockets.asyncio.client import connect
from websockets.asyncio.server import ServerConnection, serve

FIREFOX = "/usr/bin/firefox-esr"
LISTENING = re.compile(r"WebDriver BiDi listening on (ws://\S+)")
UNKNOWN = {"emulation.setMediaFeaturesOverride", "emulation.setScreenSettingsOverride"}
MOST_BYTES = 256 << 20
DOWNLOAD = '"browsingContext.download'


def named(text: str) -> str:
    """What Firefox tells of a download, with the name that Playwright knows downloads by."""
    message = json.loads(text)
    parameters = message.get("params", {})
    if not parameters.get("download") and not parameters.get("navigation"):
        parameters["download"] = parameters.get("context", "download")
    return json.dumps(message)


async def bridge(client: ServerConnection, firefox: str) -> None:
    """Pass messages on between one client and Firefox."""
    async with connect(f"{firefox}/session", max_size=MOST_BYTES, compression=None, ping_interval=None) as behind:

        async def forth() -> None:
            async for text in client:
                message = json.loads(text)
                if message.get("method") in UNKNOWN:
                    await client.send(json.dumps({"type": "success", "id": message["id"], "result": {}}))
                else:
                    await behind.send(text)

        async def back() -> None:
            async for text in behind:
                await client.send(named(text) if isinstance(text, str) and DOWNLOAD in text else text)

        await asyncio.wait(
            {asyncio.ensure_future(forth()), asyncio.ensure_future(back())}, return_when="FIRST_COMPLETED"
        )


async def main() -> None:
    """Start Firefox, listen, and end with it."""
    process = subprocess.Popen([FIREFOX, *sys.argv[1:]], stderr=subprocess.PIPE, text=True)  # noqa: ASYNC220 - one, at the start
    assert process.stderr is not None
    address = ""
    for line in process.stderr:
        found = LISTENING.search(line)
        if found:
            address = found.group(1)
            break
        sys.stderr.write(line)
    threading.Thread(target=process.stderr.read, daemon=True).start()
    async with serve(lambda client: bridge(client, address), "127.0.0.1", 0, max_size=MOST_BYTES) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        sys.stderr.write(f"WebDriver BiDi listening on ws://127.0.0.1:{port}\n")
        sys.stderr.flush()
        await asyncio.to_thread(process.wait)


if __name__ == "__main__":
    asyncio.run(main())
