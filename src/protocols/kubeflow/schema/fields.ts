/** Types of the contract's fields, as data: validation, conversion and the OpenAPI document are made from it. */
export type FieldType =
  /** `maximumLength` in characters. */
  | { readonly kind: "text"; readonly maximumLength?: number }
  /** The number of a resource that has one of 32 bits, as decimal digits in a string. */
  | { readonly kind: "id" }
  /** Decimal digits of a number of milliseconds, or of an id of any kind, in a string. */
  | { readonly kind: "int64-text" }
  /** A 64-bit integer as a JSON number. */
  | { readonly kind: "int64" }
  | { readonly kind: "double" }
  | { readonly kind: "texts" }
  | { readonly kind: "enum"; readonly name: string; readonly values: readonly string[]; readonly default?: string }
  | { readonly kind: "constant"; readonly value: string }
  /** A map of typed values: `MetadataValue`. */
  | { readonly kind: "properties" };

/** Who may write a field: nobody, who creates the thing, or who updates it too. `identity`: the id, which a full body may name. */
export type Access = "read-only" | "identity" | "create" | "update";

export interface FieldSchema {
  readonly type: FieldType;
  readonly access: Access;
  readonly required?: true;
  readonly description: string;
}

/** The fields of one resource, by their wire names. */
export interface ResourceSchema {
  /** As the contract names it: `RegisteredModel`; its bodies are `RegisteredModelCreate` and `RegisteredModelUpdate`. */
  readonly name: string;
  readonly description: string;
  readonly fields: Readonly<Record<string, FieldSchema>>;
}

/** The resources that a body or an answer can be of; where there are several, `artifactType` tells which one. */
export type Resources = ResourceSchema | readonly ResourceSchema[];

/** A custom property on the wire. */
export type MetadataValue =
  | { metadataType: "MetadataStringValue"; string_value: string }
  | { metadataType: "MetadataIntValue"; int_value: string }
  | { metadataType: "MetadataDoubleValue"; double_value: number }
  | { metadataType: "MetadataBoolValue"; bool_value: boolean }
  | { metadataType: "MetadataStructValue"; struct_value: string };

type ValueOfType<Type extends FieldType> = Type extends { kind: "text" | "constant" }
  ? string
  : Type extends { kind: "int64-text" | "int64" }
    ? number | bigint
    : Type extends { kind: "double" | "id" }
      ? number
      : Type extends { kind: "texts" }
        ? string[]
        : Type extends { kind: "enum"; values: readonly (infer Value)[] }
          ? Value
          : Type extends { kind: "properties" }
            ? Record<string, MetadataValue>
            : never;

/** The values of a body: all optional, as a client leaves out what it does not want to say. */
export type ValuesOf<Schema extends ResourceSchema> = {
  -readonly [Name in keyof Schema["fields"]]?: ValueOfType<Schema["fields"][Name]["type"]>;
};

/** As `ValuesOf`, where the required fields are known to be there. */
export type RequiredValuesOf<Schema extends ResourceSchema> = ValuesOf<Schema> & {
  -readonly [Name in keyof Schema["fields"] as Schema["fields"][Name] extends { required: true }
    ? Name
    : never]: ValueOfType<Schema["fields"][Name]["type"]>;
};
