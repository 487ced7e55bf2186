import assert from "node:assert/strict";
import { test } from "node:test";
import { ResponseReader } from "./response-reader.ts";

const LENGTH = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
const CHUNKED = "HTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n";

for (const [name, text, status] of [
  ["a length", LENGTH, 200],
  ["chunks", CHUNKED, 404],
] as const) {
  test(`an answer framed by ${name} is the same however it is cut`, () => {
    for (let size = 1; size <= text.length; size++) {
      const response = readInPieces(new ResponseReader(false), text, size);
      assert.equal(response?.status, status);
      assert.equal(response?.body.toString(), "hello");
      assert.equal(response?.bytes, 5);
    }
  });
}

test("counting drops the body", () => {
  const response = readInPieces(new ResponseReader(true), CHUNKED, 4);
  assert.equal(response?.bytes, 5);
  assert.equal(response?.body.length, 0);
});

test("an answer without a length ends with the connection, and says that it closes", () => {
  const reader = new ResponseReader(false);
  assert.equal(reader.push(Buffer.from("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhello")), undefined);
  const response = reader.end();
  assert.equal(response?.body.toString(), "hello");
  assert.equal(response?.keepAlive, false);
});

/** Only the last piece may complete the answer. */
function readInPieces(reader: ResponseReader, text: string, size: number) {
  for (let from = 0; from + size < text.length; from += size) {
    assert.equal(reader.push(Buffer.from(text.slice(from, from + size))), undefined);
  }
  return reader.push(Buffer.from(text.slice(Math.floor((text.length - 1) / size) * size)));
}
