/** The words in which the two dialects differ when tables are made. */
export interface DdlWords {
  /** Type of a primary key that the database assigns, growing, never used twice. */
  id: string;
  /** 64-bit integer. */
  integer: string;
  /** 64-bit floating point. */
  real: string;
  /** Text that compares by code point. */
  text: string;
  /** Behind the closing parenthesis of a table that is stored in the order of its primary key. */
  clustered: string;
  /** A text column as an index takes it: whole, or its beginning where the database limits the size of an index row. */
  indexedText(column: string): string;
}

/** One step of the schema. Never changed once released: later needs are later migrations. */
export interface Migration {
  /** `NNNN-what-it-does`; also the order. */
  name: string;
  statements(words: DdlWords): string[];
}
