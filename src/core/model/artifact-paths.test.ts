import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { isCoreError } from "../errors.ts";
import {
  artifactAncestors,
  artifactName,
  joinArtifactPath,
  parseArtifactDirectory,
  parseArtifactPath,
  requireArtifactPath,
} from "./artifact-paths.ts";

const refused = (text: string) =>
  assert.throws(
    () => parseArtifactPath(text),
    (error) => isCoreError(error, "invalidValue"),
    JSON.stringify(text),
  );

describe("artifact paths", () => {
  for (const [text, path] of [
    ["a", "a"],
    ["1/run/artifacts/model/MLmodel", "1/run/artifacts/model/MLmodel"],
    ["a b/ü/日本.txt", "a b/ü/日本.txt"],
    ["a%20b", "a b"],
    ["a%2520b", "a b"],
    ["100%", "100%"],
    ["50%-60%.csv", "50%-60%.csv"],
    ["...", "..."],
    ["..a/b..", "..a/b.."],
    [".hidden", ".hidden"],
    ["a:b", "a:b"],
    ["x?y;z=1&w", "x?y;z=1&w"],
    ["a".repeat(255), "a".repeat(255)],
    ["loss%step%10%timestamp%1700000000000%g1.png", "loss%step%10%timestamp%1700000000000%g1.png"],
    ["loss%25step%2510%25timestamp%251700000000000.png", "loss%step%10%timestamp%1700000000000.png"],
    ["a\nb%0dc%2509d", "abcd"],
    ["a\0b%00c\x7f", "a%00b%00c%7f"],
    ["a%1%300", "a%100"],
    ["%ff%c3%bc", "\ufffdü"],
    ["%efbb%ef%bb%bfa", "\ufffdbb\ufeffa"],
  ] as const) {
    it(`takes ${text.slice(0, 40)}`, () => assert.equal(parseArtifactPath(text), path));
  }

  for (const text of [
    "",
    "/",
    "/etc/passwd",
    "%2fetc%2fpasswd",
    "//etc/passwd",
    ".",
    "..",
    "../a",
    "a/../b",
    "a/..",
    "a/./b",
    "a//b",
    "a/",
    "%2e%2e/a",
    "a/%2e%2e%2fb",
    "%252e%252e%252fetc",
    "%25252e%25252e%25252fetc",
    "a/.%0a./b",
    "a/%2%0952e%2%0952e/b",
    "a\\..\\b",
    "..\\a",
    "%5c%5chost%5cshare",
    "C:/windows",
    "c:",
    "C%3A/windows",
    "file:///etc/passwd",
    "FILE:/etc/passwd",
    "a#b",
    "a%23/../b",
    "\ud800",
    `%${"25".repeat(20)}2e`,
    "a".repeat(256),
    "ü".repeat(128),
    `a${"/a".repeat(100)}`,
    Array.from({ length: 20 }, () => "a".repeat(120)).join("/"),
  ]) {
    it(`refuses ${JSON.stringify(text.slice(0, 40))}`, () => refused(text));
  }

  it("takes the root as a directory, in every spelling that clients use", () => {
    for (const text of [undefined, "", "."]) assert.equal(parseArtifactDirectory(text), "");
    assert.equal(parseArtifactDirectory("model/"), "model");
    for (const text of ["/", "//", "..", "./..", "model//"]) {
      assert.throws(
        () => parseArtifactDirectory(text),
        (error) => isCoreError(error, "invalidValue"),
        text,
      );
    }
  });

  it("gives paths that stay as they are and never leave the root", () => {
    const piece = fc.constantFrom(
      ".",
      "..",
      "/",
      "\\",
      "%2e",
      "%2f",
      "%25",
      "%",
      "2e",
      "a",
      "ü",
      " ",
      "#",
      "\t",
      "C:",
      "file:",
    );
    const text = fc.oneof(
      fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join("")),
      fc.string({ unit: "binary" }),
    );
    fc.assert(
      fc.property(text, (given) => {
        let path: string;
        try {
          path = parseArtifactPath(given);
        } catch (error) {
          return assert.ok(isCoreError(error, "invalidValue"), String(error));
        }
        assert.equal(parseArtifactPath(path), path);
        assert.equal(
          new URL(path.split("/").map(encodeURIComponent).join("/"), "http://h/base/").pathname.indexOf("/base/"),
          0,
        );
      }),
      { numRuns: 5000 },
    );
  });

  it("takes paths apart and together", () => {
    assert.deepEqual(artifactAncestors("a/b/c"), ["a", "a/b"]);
    assert.deepEqual(artifactAncestors("a"), []);
    assert.equal(artifactName("a/b/c.txt"), "c.txt");
    assert.equal(artifactName("a"), "a");
    assert.equal(joinArtifactPath("", "a"), "a");
    assert.equal(joinArtifactPath("a", ""), "a");
    assert.equal(joinArtifactPath("a", "b/c"), "a/b/c");
  });

  it("are taken letter by letter, or not at all, where they are names", () => {
    for (const name of ["a b/ü/日本.txt", "100%", "loss%step%10%.png", "%zz"])
      assert.equal(requireArtifactPath(name), name);
    for (const name of ["a%20b", "a\nb", "a\0b", "../a", "a%2fb", ""]) {
      assert.throws(
        () => requireArtifactPath(name),
        (error) => isCoreError(error, "invalidValue"),
        JSON.stringify(name),
      );
    }
  });
});
