import assert from "node:assert/strict";
import { test } from "node:test";
import { summarizeFolder } from "./folder-facts.ts";

test("a folder says what all of its files would import, and the least that was looked at", () => {
  const scan = (scanned: string, ...imports: string[]) => ({
    format: "pickle",
    scan: scanned,
    imports,
    unresolved_imports: 1,
  });
  assert.deepEqual(
    summarizeFolder([
      { path: "a.pkl", size: 1, facts: scan("complete", "b c", "a b") },
      { path: "b.pkl", size: 2, facts: { ...scan("partial", "a b"), damaged: "It ends." } },
      { path: "c.txt", size: 3, facts: { format: "unknown" } },
      { path: "d.bin", size: 4 },
    ]),
    {
      format: "folder",
      files: 4,
      size: 10,
      formats: { "a.pkl": "pickle", "b.pkl": "pickle" },
      files_not_read: 1,
      scan: "partial",
      imports: ["a b", "b c"],
      unresolved_imports: 2,
      damaged: "b.pkl: It ends.",
    },
  );
});

test("a folder whose files run no code says nothing of it", () => {
  const facts = { format: "safetensors", tensors: 1 };
  assert.deepEqual(summarizeFolder([{ path: "a", size: 1, facts }]), {
    format: "folder",
    files: 1,
    size: 1,
    formats: { a: "safetensors" },
  });
});
