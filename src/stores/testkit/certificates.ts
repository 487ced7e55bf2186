import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

/** Files in PEM: a certificate for 127.0.0.1 that vouches for itself, as an authority that nobody knows would, and its key. */
export interface Certificate {
  certificate: string;
  key: string;
}

/** Makes one in a folder, with the program that Go, which builds the S3 server, brings for it. */
export async function makeCertificate(directory: string): Promise<Certificate> {
  const run = promisify(execFile);
  const { stdout } = await run("go", ["env", "GOROOT"]);
  const program = join(stdout.trim(), "src", "crypto", "tls", "generate_cert.go");
  await run("go", ["run", program, "--host", "127.0.0.1", "--ca", "--ecdsa-curve", "P256"], { cwd: directory });
  return { certificate: join(directory, "cert.pem"), key: join(directory, "key.pem") };
}
