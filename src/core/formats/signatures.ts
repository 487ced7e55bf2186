import { type Format, hasBytes } from "./source.ts";

const OFFSET_OF_HDF5_VERSION = 8;

/** Formats of which nothing is read but that they are it. */
const signatures: readonly [name: string, signature: string][] = [
  ["catboost", "CBM1"],
  ["parquet", "PAR1"],
  ["arrow", "ARROW1"],
  ["7z", "7z\xbc\xaf\x27\x1c"],
  ["elf", "\x7fELF"],
];

export const namedOnly: readonly Format[] = signatures.map(([name, signature]) => ({
  name,
  recognises: ({ head }) => hasBytes(head, signature),
}));

/** HDF5, which Keras wrote before `.keras`. */
export const hdf5: Format = {
  name: "hdf5",
  recognises: ({ head }) => hasBytes(head, "\x89HDF\r\n\x1a\n"),
  async read({ head }, facts) {
    facts.superblock_version = head[OFFSET_OF_HDF5_VERSION] ?? 0;
  },
};

/** XGBoost's binary forms: UBJSON whose first key is the learner or the version, and the one of before 1.7. */
export const xgboostBinary: Format = {
  name: "xgboost",
  recognises: ({ head }) =>
    /^(\{[lLiIU][\s\S]{1,8}(learner|version)|binf|bs64)/.test(String.fromCharCode(...head.subarray(0, 32))),
  async read({ head }, facts) {
    facts.encoding = head[0] === 0x7b ? "ubjson" : "binary";
  },
};
