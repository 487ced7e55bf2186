/** Where blobs are kept on an S3 server, and how it is reached. */
export interface S3Settings {
  bucket: string;
  /** What all keys begin with: empty, or text that ends in `/`. */
  prefix: string;
  /** `https://host:port`; undefined: AWS itself. */
  endpoint?: string;
  /** Undefined: as the AWS SDK finds it. */
  region?: string;
  /** The address by which clients reach the server: `same`, or another one; undefined: they don't. */
  publicEndpoint?: string;
  /** Undefined: as the AWS SDK finds them, in the environment, in a profile, from the machine. */
  credentials?: S3Credentials;
  /** Certificates (PEM) of the authority that vouches for the endpoint, instead of those that Node knows. */
  certificateAuthority?: string;
  /** `endpoint/bucket/key` rather than `bucket.endpoint/key`. */
  pathStyle: boolean;
  /** Make the bucket where there is none. */
  createsBucket: boolean;
}

export interface S3Credentials {
  accessKeyId: string;
  secretAccessKey: string;
}
