#!/usr/bin/env node
import { enableCompileCache } from "node:module";

// Compiled code, and TypeScript without its types, is kept between starts: a quicker start, and no compiler in memory. This file is
// JavaScript so that it needs none itself.
enableCompileCache();
await import("./commands.ts");
