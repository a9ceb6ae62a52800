import { describe, expect, it } from "vitest";
import { type Deed, History } from "./history.svelte";

function deed(log: string[], says: string, more: Partial<Deed> = {}): Deed {
  return { says, bytes: 1, undo: () => void log.push(`-${says}`), redo: () => void log.push(`+${says}`), ...more };
}

describe("what was done", () => {
  it("is taken back in turn and done again", async () => {
    const [history, log] = [new History(), [] as string[]];
    for (const says of ["a", "b"]) history.did(deed(log, says));
    await history.undo();
    await history.undo();
    await history.redo();
    expect(log).toEqual(["-b", "-a", "+a"]);
    expect([history.before, history.after]).toEqual(["a", "b"]);
  });

  it("cannot be done again after something else was done", async () => {
    const [history, log] = [new History(), [] as string[]];
    history.did(deed(log, "a"));
    await history.undo();
    history.did(deed(log, "b"));
    await history.redo();
    expect(log).toEqual(["-a"]);
    expect(history.after).toBe("");
  });

  it("joins what belongs to one drag", async () => {
    const [history, log] = [new History(), [] as string[]];
    for (const [says, at] of [
      ["1", 0],
      ["2", 100],
      ["3", 200],
      ["4", 5000],
    ] as const) {
      history.did(deed(log, says, { joins: "filter" }), at);
    }
    await history.undo();
    await history.undo();
    await history.undo();
    expect(log).toEqual(["-4", "-1"]);
  });

  it("is bounded in bytes, the oldest goes first, and the last always stays", async () => {
    const [history, log] = [new History(100), [] as string[]];
    for (const says of ["a", "b", "c"]) history.did(deed(log, says, { bytes: 45 }));
    for (let i = 0; i < 4; i++) await history.undo();
    expect(log).toEqual(["-c", "-b"]);
    history.did(deed(log, "huge", { bytes: 1000 }));
    expect(history.before).toBe("huge");
  });

  it("says why something could not be taken back, and goes on", async () => {
    const [history, log] = [new History(), [] as string[]];
    history.did(deed(log, "a"));
    history.did(deed(log, "b", { undo: () => Promise.reject(new Error("gone")) }));
    await history.undo();
    expect(history.error).toBe("gone");
    await history.undo();
    expect(log).toEqual(["-a"]);
    expect(history.error).toBe("");
  });
});
