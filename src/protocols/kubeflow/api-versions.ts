/** A version of the contract. */
export interface ApiVersion {
  readonly name: "v1alpha3" | "v1";
  readonly prefix: string;
  /** Headers of each of its answers. */
  readonly headers: Readonly<Record<string, string>>;
}

/** What PyPI's client spoke up to 0.3.11; upstream has deprecated it for v1. The `Sunset` is the earliest day on which a release may leave it out. */
export const v1alpha3: ApiVersion = {
  name: "v1alpha3",
  prefix: "/api/model_registry/v1alpha3",
  headers: {
    deprecation: "true",
    sunset: "Fri, 31 Dec 2027 23:59:59 GMT",
    link: '</api/model_registry/v1/>; rel="successor-version"',
  },
};

/** Without experiments, runs and metric history; steps are text. */
export const v1: ApiVersion = { name: "v1", prefix: "/api/model_registry/v1", headers: {} };

export const API_VERSIONS: readonly ApiVersion[] = [v1alpha3, v1];
