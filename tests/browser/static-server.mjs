/** A static host on loopback: files as they are, no special headers. */

import { createReadStream } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";

/** @type {Readonly<Record<string, string>>} */
const MEDIA_TYPES = {
  ".css": "text/css",
  ".html": "text/html",
  ".js": "text/javascript",
  ".json": "application/json",
  ".mjs": "text/javascript",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
  ".woff2": "font/woff2",
};

/**
 * Serves a directory on a free port.
 *
 * @typedef {object} Host
 * @property {string} address Ends in a slash.
 * @property {Set<string>} served The files that were asked for.
 * @property {() => Promise<void>} close
 *
 * @param {string} root The directory.
 * @param {string} [head] What every page begins its head with besides its own.
 * @returns {Promise<Host>}
 */
export async function serve(root, head = "") {
  /** @type {Set<string>} */
  const served = new Set();
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    const path = join(root, normalize(decodeURIComponent(pathname)));
    const file = path.endsWith("/") ? join(path, "index.html") : path;
    stat(file).then(
      () => {
        served.add(file);
        const type = MEDIA_TYPES[extname(file)] ?? "application/octet-stream";
        response.writeHead(200, { "content-type": type, "cache-control": "no-store" });
        if (head === "" || type !== "text/html") {
          createReadStream(file).pipe(response);
          return;
        }
        void readFile(file, "utf8").then((page) =>
          response.end(page.replace("<head>", `<head>${head}`)),
        );
      },
      () => response.writeHead(404).end(),
    );
  });
  await new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      resolve(undefined);
    });
  });
  const address = server.address();
  if (address === null || typeof address === "string") {
    throw new Error("the static server has no port");
  }
  return {
    address: `http://127.0.0.1:${address.port}/`,
    served,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}
